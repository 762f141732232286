/** The thread that stretches a PIN. While it works on one, another may be typed: of those only the newest is done. */
import { argon2id } from "hash-wasm";
import type { Asked } from "./stretch";

let newest = 0;

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  newest = data.n;
  setTimeout(async () => {
    if (data.n !== newest) return;
    const { n, pin, salt, cost } = data;
    const bytes = await argon2id({ password: pin, salt, ...cost, hashLength: 32, outputType: "binary" });
    (postMessage as (said: unknown) => void)({ n, bytes });
  });
});
