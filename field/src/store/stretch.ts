/**
 * Argon2id of a PIN, in a thread of its own: the page stays quick meanwhile, and the work begins while the PIN is
 * still being typed. Nothing is tried by it: it neither opens nor counts.
 */
import type { Cost } from "./pin";

/** What the thread gets. */
export interface Asked {
  pin: string;
  salt: Uint8Array;
  cost: Cost;
}

/** One that has begun already, so that it is there when the PIN is typed. */
let spare: Worker | null = null;
let going: { of: string; bytes: Promise<Uint8Array>; stop: () => void } | null = null;

const started = (): Worker => new Worker(new URL("./argon2.ts", import.meta.url), { type: "module" });

/** Begin a thread. One that cannot begin is tried again when a PIN is stretched, and says so then. */
export function prepare(): void {
  if (spare) return;
  spare = started();
  spare.onerror = () => (spare = null);
}

/** 32 bytes. Asked again for the same, it is the same work; for another, the one before is given up. */
export function stretch(pin: string, salt: Uint8Array, cost: Cost): Promise<Uint8Array> {
  const of = [pin, salt, ...Object.values(cost)].join();
  if (going?.of === of) return going.bytes;
  letGo();
  const thread = spare ?? started();
  spare = null;
  const { promise: bytes, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const failed = () => reject(new Error("the PIN could not be stretched"));
  thread.onmessage = ({ data }: MessageEvent<{ bytes?: Uint8Array }>) => (data.bytes ? resolve(data.bytes) : failed());
  thread.onerror = failed;
  thread.postMessage({ pin, salt, cost } satisfies Asked);
  bytes.catch(() => {}); // whoever waits for it hears of it
  going = { of, bytes, stop: () => (thread.terminate(), failed()) };
  return bytes;
}

/** Forget the PIN and what was made of it; whoever still waits for it fails. */
export function letGo(): void {
  going?.stop();
  going = null;
}
