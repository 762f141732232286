import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { whole } from "../src/core/entries/base";
import { canonical, content } from "../src/journal/canonical";
import { capture, toSend } from "../src/store/outbox";
import { choosePin } from "../src/store/pin";
import { phone, STREAM } from "./store";

/** The office's key in hexadecimal and a file to write to: tests/field/test_core.py opens there what we seal. */
const { JEMPUT_OFFICE_KEY: key, JEMPUT_SEALED_FILE: file } = process.env;

test.skipIf(!key || !file)("an entry is written down and sealed for the office to open", async () => {
  const db = await phone(Uint8Array.from(key!.match(/../g)!, (two) => parseInt(two, 16)));
  const body = whole("delivered", { document: "ktp_el", receipt: "TT-0001", recipient: "Ibu “Siti” 🛶" });
  const act = { kind: "delivered" as const, body, stream: STREAM, actor: "rini", duty: "rw_agent" as const, after: null };
  const entry = await capture(db, await choosePin(db, "271828"), act);
  const [row] = await toSend(db);
  expect(row!.seq).toBe(1);
  const sealed = [...row!.office].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  writeFileSync(file!, JSON.stringify({ sealed, canonical: canonical(content(entry)) }));
});
