/**
 * A name written with the finger. It stays on the screen until it is handed in, and is sealed to the office then:
 * the phone itself never keeps one that it could show again.
 */
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { Button } from "../app/ui";
import { _ } from "../core/text";
import { say } from "../messages";

const [WIDTH, HEIGHT] = [640, 240];

export function SignaturePad({ hasProofs, onSigned }: { hasProofs: boolean; onSigned: (image: Blob | null) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isEmpty, last] = [useSignal(true), useRef<[number, number] | null>(null)];
  const clear = () => {
    const context = canvas.current!.getContext("2d")!;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, WIDTH, HEIGHT);
    isEmpty.value = true;
    onSigned(null);
  };
  useEffect(clear, []);
  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.current!.getBoundingClientRect();
    return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
  };
  const begin = (event: PointerEvent) => {
    canvas.current!.setPointerCapture(event.pointerId);
    last.current = at(event);
  };
  const draw = (event: PointerEvent) => {
    if (!last.current) return;
    const context = canvas.current!.getContext("2d")!;
    const to = at(event);
    Object.assign(context, { lineWidth: 5, lineCap: "round", strokeStyle: "#000" });
    context.beginPath();
    context.moveTo(...last.current);
    context.lineTo(...to);
    context.stroke();
    last.current = to;
    isEmpty.value = false;
  };
  const end = () => {
    if (last.current && !isEmpty.value) canvas.current!.toBlob(onSigned, "image/png");
    last.current = null;
  };
  return (
    <div class="field">
      <p class="label">{say(_("Signature"))}</p>
      <p class="help">
        {say(
          hasProofs
            ? _("Sign with a finger. Who cannot sign gives a thumb mark on paper: choose that as proof and take a photo of it.")
            : _("Sign with a finger. Who cannot sign gives a thumb mark on the paper receipt: take a photo of it."),
        )}
      </p>
      <canvas ref={canvas} class="pad" width={WIDTH} height={HEIGHT} role="img" aria-label={say(isEmpty.value ? _("Empty field for a signature") : _("Signed"))} onPointerDown={begin} onPointerMove={draw} onPointerUp={end} onPointerCancel={end} />
      {!isEmpty.value && (
        <Button kind="quiet" onClick={clear}>
          {say(_("Sign anew"))}
        </Button>
      )}
    </div>
  );
}
