/**
 * Argon2id of a PIN, in a thread of its own: the page stays quick meanwhile, and the work begins while the PIN is
 * still being typed. Nothing is tried by it: it neither opens nor counts.
 */
import type { Cost } from "./pin";

/** One PIN to be stretched; the answer has the same `n`. */
export interface Asked {
  n: number;
  pin: string;
  salt: Uint8Array;
  cost: Cost;
}

let thread: Worker | null = null;
let count = 0;
let last: { of: string; bytes: Promise<Uint8Array> } | null = null;

/** The thread is there by the time that the PIN is typed. */
export function ready(): Worker {
  return (thread ??= new Worker(new URL("./argon2.ts", import.meta.url), { type: "module" }));
}

/** 32 bytes. Asked again for the same, it is the same work. */
export function stretch(pin: string, salt: Uint8Array, cost: Cost): Promise<Uint8Array> {
  const of = [pin, salt, ...Object.values(cost)].join();
  if (last?.of !== of) last = { of, bytes: ask({ n: (count += 1), pin, salt, cost }) };
  return last.bytes;
}

/** Let go of it, and of its memory. */
export function rest(): void {
  thread?.terminate();
  thread = last = null;
}

const ask = (asked: Asked): Promise<Uint8Array> =>
  new Promise((done, failed) => {
    const to = ready();
    to.addEventListener("message", ({ data }: MessageEvent<{ n: number; bytes: Uint8Array }>) => {
      if (data.n === asked.n) done(data.bytes);
    });
    to.addEventListener("error", (event) => {
      rest();
      failed(event.error ?? new Error("the PIN could not be stretched"));
    });
    to.postMessage(asked);
  });
