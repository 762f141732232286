/** Photos and the map, as far as they are numbers; drawing is tested in a browser. */
import { expect, test } from "vitest";
import { project } from "../src/map/project";
import { fitted, isPicture, sharpen } from "../src/photos/shrink";

test("a photo keeps its shape and never grows", () => {
  expect([fitted(4000, 3000), fitted(3000, 4000), fitted(800, 600), fitted(9000, 2)]).toEqual([
    ...[[1600, 1200], [1200, 1600], [800, 600], [1600, 1]],
  ]);
});

test("a picture is known by its first bytes", () => {
  const head = (text: string) => Uint8Array.from(text.padEnd(16, "\0"), (c) => c.charCodeAt(0));
  expect(["\xff\xd8\xff\xe1", "\x89PNG\r\n\x1a\n", "RIFF1234WEBPVP8 "].map((t) => isPicture(head(t)))).toEqual([true, true, true]);
  expect(["%PDF-1.7", "<svg xmlns", "RIFF1234AVI ", ""].map((t) => isPicture(head(t)))).toEqual([false, false, false, false]);
});

test("a thin stroke stands out more, plain paper stays as it is", () => {
  const grey = (value: number) => [value, value, value, 255];
  const row = [200, 200, 120, 200, 200].flatMap(grey);
  const pixels = Uint8ClampedArray.from([...row, ...row, ...row]);
  sharpen(pixels, 5, 3);
  const middle = Array.from({ length: 5 }, (_, x) => pixels[(5 + x) * 4]!);
  expect(middle[2]).toBeLessThan(120);
  expect(middle[1]).toBeGreaterThan(200);
  expect([middle[0], middle[4], pixels[8]]).toEqual([200, 200, 120]); // the edge of the picture
});

test("doors lie to each other as on the ground, inside the picture", () => {
  const points = [[-8, 111.6], [-8.1, 111.6], [-8.1, 111.7]].map(([latitude, longitude]) => ({ latitude: latitude!, longitude: longitude! }));
  const { at, scale } = project(points, 344, 200)!;
  const [north, south, east] = at;
  expect(south!.y - north!.y).toBeGreaterThan(100);
  expect(south!.x).toBeCloseTo(north!.x, 6);
  expect((east!.x - south!.x) / (south!.y - north!.y)).toBeCloseTo(Math.cos((8.0667 * Math.PI) / 180), 3);
  for (const { x, y } of at) expect(x > 0 && x < 344 && y > 0 && y < 200).toBe(true);
  expect(scale.length / scale.km).toBeCloseTo((south!.y - north!.y) / 11.132, 3);
});

test("one door stands in the middle, and no door is no map", () => {
  expect(project([{ latitude: -8, longitude: 111 }], 344, 200)!.at).toEqual([{ x: 172, y: 100 }]);
  expect(project([], 344, 200)).toBeNull();
});
