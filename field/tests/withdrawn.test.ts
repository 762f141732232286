import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "hpke";
import { beforeEach, expect, test, vi } from "vitest";
import { whole } from "../src/core/entries/base";
import type { Store } from "../src/store/db";
import { saveDraft } from "../src/store/drafts";
import { capture, type Act } from "../src/store/outbox";
import { choosePin } from "../src/store/pin";
import type { Vault } from "../src/store/seal";
import { phone, STREAM } from "./store";

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const officeKey = await suite.SerializePublicKey((await suite.GenerateKeyPair()).publicKey);

let db: Store;
let vault: Vault;
/** What is done in another tab just when this call is made, once. */
let meanwhile: Record<string, () => Promise<unknown>>;
/** What the office got: numbers of calls with entries, and lengths of begun forms. */
let got: { entries: number; forms: number[] };

const note = (text: string): Act => {
  return { kind: "note", body: whole("note", { text }), stream: STREAM, actor: "rini", duty: "field_officer", after: null };
};

// For good: what the app does later, or in answer to other tabs, happens between the tests.
const document = { baseURI: "https://kantor.example/lapangan/", documentElement: {} };
Object.assign(globalThis, { document, __APP__: "test", fetch: withdrawing, location: { reload() {} } });

/** An office that has withdrawn this phone, and takes what it hands in. */
async function withdrawing(where: string, { method, body }: RequestInit): Promise<Response> {
  const call = /sync\/(\w+)/.exec(where)![1]!;
  const act = meanwhile[`${method} ${call}`];
  delete meanwhile[`${method} ${call}`];
  await act?.();
  const said = { epoch: "e", server_time: new Date().toISOString(), lease: { text: "{}", signature: "" }, may_read: false, erase: true };
  if (call === "files") {
    const size = (body as Uint8Array).length;
    if (method === "PATCH") got.forms.push(size);
    return Response.json({ here: 0, complete: method === "PATCH" });
  }
  if (call === "pull") return Response.json({ ...said, feeds: [], drop: [], more: false });
  const bytes = new Response(body).body!;
  const isPacked = new Uint8Array(body as ArrayBuffer)[0] === 0x1f;
  const { items } = await new Response(isPacked ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes).json();
  got.entries += items.length;
  const answers = items.map(() => ({ id: null, answer: "rejected", code: "withdrawn", words: "" }));
  return Response.json({ ...said, answers, gaps: [], heads: {} });
}

beforeEach(async () => {
  vi.resetModules();
  [meanwhile, got] = [{}, { entries: 0, forms: [] }];
  db = await phone(officeKey, "jemput");
  vault = await choosePin(db, "271828");
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  await db.put("about", keys.privateKey, "signing");
  const lease = { text: "{}", signature: "" };
  await db.put("about", { epoch: "e", lease, signKey: new Uint8Array(32), erase: false, ahead: 0 }, "standing");
});

/** The app as it stands open when the office is asked. */
async function opened() {
  const { start, found } = await import("../src/app/phone");
  const session = await import("../src/store/session");
  const { syncNow, why } = await import("../src/sync/run");
  await start();
  session.open(vault);
  return { found, session, syncNow, why };
}

const lying = async () => (await Promise.all([...db.objectStoreNames].map((name) => db.count(name)))).reduce((a, b) => a + b);

test("a withdrawn phone hands in what was written and typed, shut, and then holds nothing", async () => {
  await capture(db, vault, note("satu"));
  await saveDraft(db, vault, "report", STREAM, { text: "Pagar" });
  const { found, session, syncNow, why } = await opened();
  let wasOpen: boolean | undefined;
  meanwhile["POST files"] = async () => (wasOpen = session.vault.value !== null);
  await syncNow();
  expect(why.value).toBeNull();
  expect(wasOpen).toBe(false);
  expect(got).toEqual({ entries: 1, forms: [expect.any(Number)] });
  expect(found.value).toBe("withdrawn");
  expect(await lying()).toBe(0);
});

test.each(["PATCH files", "POST pull"])("what another tab writes during its %s is handed in too before it is erased", async (moment) => {
  await saveDraft(db, vault, "report", STREAM, { text: "Pagar" });
  const { found, syncNow } = await opened();
  meanwhile[moment] = () => Promise.all([saveDraft(db, vault, "report", STREAM, { text: "Pagar biru" }), capture(db, vault, note("dua"))]);
  await syncNow();
  expect(found.value).not.toBe("withdrawn");
  expect([await db.count("outbox"), await db.count("drafts")]).toEqual([1, 1]);
  await syncNow();
  expect(got).toEqual({ entries: 1, forms: [got.forms[0], got.forms[0]! + " biru".length] });
  expect(found.value).toBe("withdrawn");
  expect(await lying()).toBe(0);
});
