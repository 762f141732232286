/** Cases that have ended do not stay on a phone for good: the office's rule, src/jemput/sync/scope.py. */
import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { briefOf, wholeCase } from "../src/app/brief";
import type { Me } from "../src/app/lease";
import { capture, answered, settle, toSend } from "../src/store/outbox";
import { choosePin } from "../src/store/pin";
import { whole } from "../src/core/entries/base";
import { OTHER, phone, STREAM, VILLAGE } from "./store";
import { namesIn, readJson, VECTORS, type Vector } from "./vectors";

const programmes = new Map(
  namesIn(new URL("programmes/", VECTORS)).map((name) => readJson(new URL(`programmes/${name}.json`, VECTORS))).map((one) => [one.hash, one]),
);
const me = { duty: "field_officer", area: "99.01", lease: { account: "rini" }, office: { time_zone: "wib", holidays: [] } } as unknown as Me;

test.each(namesIn(new URL("cases/", VECTORS)))("the case %s goes when the office would not send it any more", (name) => {
  const told: Vector = readJson(new URL(`cases/${name}.json`, VECTORS));
  const one = wholeCase(me, programmes, STREAM, told.entries);
  const { goes } = briefOf(one);
  const { isOpen, mergedInto, lastAt } = one.state;
  if (mergedInto) expect(goes).toBe(0);
  else if (isOpen) expect(goes).toBeUndefined();
  else expect(new Date(goes!).getTime() - new Date(lastAt!).getTime()).toBe(30 * 24 * 3600 * 1000);
});

test("a case that ended long ago goes once nothing of it waits, and its neighbour stays", async () => {
  const pair = (await crypto.subtle.generateKey("X25519", true, ["deriveBits"])) as CryptoKeyPair;
  const db = await phone(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const vault = await choosePin(db, "271828");
  const ended = new Set([STREAM]);
  for (const stream of [STREAM, OTHER]) {
    await db.put("cases", { stream, feed: VILLAGE, rev: "r", sealed: await vault.seal(`cases:${stream}`, []) });
  }
  const body = whole("note", { text: "Pagar biru" });
  await capture(db, vault, { kind: "note", body, stream: STREAM, actor: "rini", duty: "field_officer", after: null });
  await settle(db, ended);
  expect(await db.count("cases")).toBe(2);
  await answered(db, await toSend(db), [{ id: null, answer: "accepted", code: "", words: "" }], {});
  await settle(db, ended);
  expect(await db.getAllKeys("cases")).toEqual([OTHER]);
});
