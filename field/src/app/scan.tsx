/** The camera looks for the office's square, where the browser can read one (Chrome on Android can). */
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { _ } from "../core/text";
import { say } from "../messages";
import { Button, Notice } from "./ui";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare global {
  interface Window {
    BarcodeDetector?: new (options: { formats: string[] }) => Detector;
  }
}

export const canScan = (): boolean => window.BarcodeDetector !== undefined && navigator.mediaDevices !== undefined;

export function Scanner({ onFound, onStop }: { onFound: (text: string) => void; onStop: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const failed = useSignal(false);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setInterval> | undefined;
    const begin = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const detector = new window.BarcodeDetector!({ formats: ["qr_code"] });
      video.current!.srcObject = stream;
      await video.current!.play();
      timer = setInterval(async () => {
        const [square] = await detector.detect(video.current!).catch(() => []);
        if (square) onFound(square.rawValue);
      }, 300);
    };
    begin().catch(() => (failed.value = true));
    return () => {
      clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);
  return (
    <>
      {failed.value ? (
        <Notice kind="warn">{say(_("The camera cannot be used. Type the letters instead."))}</Notice>
      ) : (
        <video class="camera" ref={video} muted playsInline aria-label={say(_("What the camera sees"))} />
      )}
      <Button onClick={onStop}>{say(_("Stop scanning"))}</Button>
    </>
  );
}
