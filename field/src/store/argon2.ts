/** The thread that stretches a PIN: one PIN, then it is over. */
import { argon2id } from "hash-wasm";
import type { Asked } from "./stretch";

const answer = postMessage as (said: { bytes?: Uint8Array }) => void;

addEventListener("message", async ({ data: { pin, salt, cost } }: MessageEvent<Asked>) => {
  try {
    answer({ bytes: await argon2id({ password: pin, salt, ...cost, hashLength: 32, outputType: "binary" }) });
  } catch {
    answer({}); // no room for it, on a small phone
  }
});
