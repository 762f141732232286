import { CipherSuite, AEAD_AES_256_GCM, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "hpke";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { whole } from "../src/core/entries/base";
import type { Store } from "../src/store/db";
import { capture, type Act } from "../src/store/outbox";
import { choosePin } from "../src/store/pin";
import type { Vault } from "../src/store/seal";
import { phone, STREAM } from "./store";

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const officeKey = await suite.SerializePublicKey((await suite.GenerateKeyPair()).publicKey);

let db: Store;
let vault: Vault;

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal("document", { baseURI: "https://kantor.example/lapangan/", documentElement: {} });
  vi.stubGlobal("__APP__", "test");
  db = await phone(officeKey, "jemput");
  await db.clear("outbox");
  vault = await choosePin(db, "271828");
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  await db.put("about", keys.privateKey, "signing");
  const lease = { text: "{}", signature: "" };
  const standing = { epoch: "e", lease, signKey: new Uint8Array(32), erase: false, ahead: 0 };
  await db.put("about", standing, "standing");
});

afterEach(() => vi.unstubAllGlobals());

const note: Act = { kind: "note", body: whole("note", { text: "Pagar" }), stream: STREAM, actor: "rini", duty: "field_officer", after: null };

test("a gap that the office names for ever, though it knows what lies there, is offered once and no more", async () => {
  await capture(db, vault, note);
  let calls = 0;
  vi.stubGlobal("fetch", async () => {
    if ((calls += 1) > 10) throw new Error("it never ends");
    const answers = [{ id: null, answer: calls > 1 ? "known" : "accepted", code: "", words: "" }];
    const said = { epoch: "e", server_time: new Date().toISOString(), lease: { text: "{}", signature: "" }, may_read: true, erase: false };
    return new Response(JSON.stringify({ ...said, answers, gaps: [[1, 1]], heads: {} }));
  });
  const { start } = await import("../src/app/phone");
  await start();
  const { push } = await import("../src/sync/push");
  await push();
  expect(calls).toBe(2);
  expect((await db.getAll("outbox")).map((row) => row.state)).toEqual(["settling"]);
});
