import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "hpke";
import { beforeEach, expect, test } from "vitest";
import { whole } from "../src/core/entries/base";
import type { Store } from "../src/store/db";
import { sealFile } from "../src/store/files";
import { captureAll, type Act } from "../src/store/outbox";
import { choosePin } from "../src/store/pin";
import { phone, STREAM } from "./store";

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const officeKey = await suite.SerializePublicKey((await suite.GenerateKeyPair()).publicKey);

/** Bytes that come through before the app loses its patience; nothing at all of what is larger. */
const A_MINUTE = 70_000;
const PATIENCE_MS = 300;
const IN_TIME = new Promise<never>(() => {});

let db: Store;
let sent: { call: string; bytes: number; isIn: boolean }[];
let here: number;

const later = globalThis.setTimeout;
const minute = (act: () => void, ms?: number) => later(act, ms === 60_000 ? PATIENCE_MS : ms);
const document = { baseURI: "https://kantor.example/lapangan/", documentElement: {} };
Object.assign(globalThis, { document, __APP__: "test", fetch: slowly, location: { reload() {} }, setTimeout: minute });

/** An office at the end of a line of 10 kbit/s. */
async function slowly(where: string, { method, body, signal }: RequestInit): Promise<Response> {
  const bytes = (body as Uint8Array | null)?.length ?? 0;
  const isIn = bytes <= A_MINUTE;
  sent.push({ call: `${method} ${/sync\/(\w+)/.exec(where)![1]!}`, bytes, isIn });
  if (!isIn) await Promise.race([IN_TIME, new Promise((_done, no) => signal!.addEventListener("abort", () => no(signal!.reason)))]);
  const said = { epoch: "e", server_time: new Date().toISOString(), lease: { text: "{}", signature: "" }, may_read: true, erase: false };
  if (where.includes("/files/")) {
    if (method === "PATCH") expect(where).toContain(`offset=${here}`);
    if (method === "PATCH") here += bytes;
    return Response.json({ here, complete: here === SIZE });
  }
  if (where.includes("/programmes/")) {
    const words = JSON.stringify({ words: "x".repeat(50) });
    const drops = new ReadableStream({
      async start(to) {
        for (const letter of words) {
          await new Promise((done) => later(done, 10)); // more than our patience, all in all
          if (signal!.aborted) return to.error(signal!.reason);
          to.enqueue(new TextEncoder().encode(letter));
        }
        to.close();
      },
    });
    return new Response(drops);
  }
  const isPacked = (body as Uint8Array)[0] === 0x1f;
  const plain = new Response(body).body!;
  const { items } = await new Response(isPacked ? plain.pipeThrough(new DecompressionStream("gzip")) : plain).json();
  const answers = items.map(() => ({ id: null, answer: "accepted", code: "", words: "" }));
  return Response.json({ ...said, answers, gaps: [], heads: {} });
}

let SIZE = 0;

beforeEach(async () => {
  [sent, here] = [[], 0];
  db = await phone(officeKey, "jemput");
  if (await db.get("about", "signing")) return;
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  await db.put("about", keys.privateKey, "signing");
  const lease = { text: "{}", signature: "" };
  await db.put("about", { epoch: "e", lease, signKey: new Uint8Array(32), erase: false, ahead: 0 }, "standing");
  await (await import("../src/app/phone")).start();
});

test("a photo comes through a weak line in smaller pieces, and goes on where it was", async () => {
  const noise = Array.from({ length: 5 }, () => crypto.getRandomValues(new Uint8Array(60_000)));
  const file = await sealFile(officeKey, STREAM, new Blob(noise));
  SIZE = file.content.length;
  await db.put("files", file);
  const { sendFiles } = await import("../src/sync/files");
  await sendFiles();
  expect(here).toBe(SIZE);
  const pieces = sent.filter(({ call }) => call === "PATCH files");
  expect(pieces.filter(({ isIn }) => !isIn), "one minute was lost").toHaveLength(1);
  expect((await db.getAll("files")).map(({ sentAt }) => sentAt)).toEqual([expect.any(Number)]);
});

test("a day's entries come through a weak line in smaller calls", async () => {
  const vault = await choosePin(db, "271828");
  const texts = Array.from({ length: 60 }, (_, n) => `${n} ${"Pagar biru. ".repeat(150)}`);
  const acts = texts.map((text): Act => ({ kind: "note", body: whole("note", { text }), stream: STREAM, actor: "rini", duty: "field_officer", after: null }));
  await captureAll(db, vault, acts);
  const { push } = await import("../src/sync/push");
  await push();
  expect(new Set((await db.getAll("outbox")).map(({ state }) => state))).toEqual(new Set(["settling"]));
  expect(sent.filter(({ isIn }) => !isIn), "one minute was lost").toHaveLength(1);
});

test("what comes slowly is waited for as long as something of it comes", async () => {
  const { call } = await import("../src/sync/call");
  expect(await call("programmes/1", null, "GET")).toEqual({ words: "x".repeat(50) });
});
