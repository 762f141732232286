/**
 * Photos of papers: made small enough for a village's signal, and still to be read. Drawing them anew leaves
 * behind what the camera wrote beside the picture: position, device, time.
 */
import { _, BadInput } from "../core/text";

/** A line of an identity card, photographed to fill the picture, stays some twenty dots high. */
const LONGEST = 1600;
const MOST_BYTES = 350_000;
const MOST_TAKEN = 40_000_000;
const QUALITIES = [0.8, 0.65, 0.5, 0.35];

/** The photo as it is kept: a JPEG, upright. Throws BadInput for what is none or cannot be drawn. */
export async function shrunk(file: Blob): Promise<Blob> {
  if (file.size > MOST_TAKEN) throw new BadInput(_("This photo is too large. Take it with a lower resolution."));
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  if (!isPicture(head)) throw new BadInput(_("This is not a photo (JPEG, PNG or WebP)."));
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) throw new BadInput(_("This photo cannot be read. Take it again."));
  try {
    return await asJpeg(drawn(picture));
  } finally {
    picture.close();
  }
}

/** Judged by what it begins with: a name says nothing. */
export function isPicture(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head);
  return text.startsWith("\xff\xd8\xff") || text.startsWith("\x89PNG\r\n") || (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP");
}

/** The measures of a picture inside a square; small ones stay as they are. */
export function fitted(width: number, height: number, longest: number = LONGEST): [number, number] {
  const scale = Math.min(1, longest / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** Halved as often as it goes before the last step, since one long step loses thin strokes; then sharpened. */
function drawn(picture: ImageBitmap): HTMLCanvasElement {
  const [width, height] = fitted(picture.width, picture.height);
  let [from, w, h]: [CanvasImageSource, number, number] = [picture, picture.width, picture.height];
  while (w / 2 > width) {
    [w, h] = [Math.ceil(w / 2), Math.ceil(h / 2)];
    from = canvasOf(from, w, h);
  }
  const last = canvasOf(from, width, height);
  if (picture.width > width) {
    const context = last.getContext("2d")!;
    const image = context.getImageData(0, 0, width, height);
    sharpen(image.data, width, height);
    context.putImageData(image, 0, 0);
  }
  return last;
}

function canvasOf(from: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d")!;
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff"; // what was see-through is paper
  context.fillRect(0, 0, width, height);
  context.drawImage(from, 0, 0, width, height);
  return canvas;
}

const STRENGTH = 0.6;

/** Each dot is moved away from the mean of its four neighbours: strokes of letters stay apart. In place. */
export function sharpen(pixels: Uint8ClampedArray, width: number, height: number): void {
  const before = pixels.slice();
  const row = width * 4;
  for (let y = 1; y < height - 1; y += 1) {
    for (let i = y * row + 4, end = (y + 1) * row - 4; i < end; i += 4) {
      for (let c = i; c < i + 3; c += 1) {
        const mean = (before[c - 4]! + before[c + 4]! + before[c - row]! + before[c + row]!) / 4;
        pixels[c] = before[c]! + STRENGTH * (before[c]! - mean);
      }
    }
  }
}

async function asJpeg(canvas: HTMLCanvasElement): Promise<Blob> {
  let made: Blob | null = null;
  for (const quality of QUALITIES) {
    made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (made && made.size <= MOST_BYTES) break;
  }
  if (!made) throw new BadInput(_("This photo cannot be read. Take it again."));
  return made;
}
