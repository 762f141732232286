import { start } from "../src/app/phone";
import type { JSONObject } from "../src/core/entries/base";
import { base64 } from "../src/store/base64";
import type { Standing } from "../src/store/db";
import { packOf } from "../src/store/packs";
import { choosePin } from "../src/store/pin";
import { phone, VILLAGE } from "./store";
import { namesIn, readJson, VECTORS } from "./vectors";

export const PIN = "271828";
/** What was written in each of these cases, until the team is at the door. */
export const told: JSONObject[] = readJson(new URL("cases/at-the-door.json", VECTORS)).entries;
export const streams = Array.from({ length: 6 }, (_, n) => `0190a000-0000-7000-8000-0000000000${n}${n}`);

const DAY_MS = 86_400_000;
const pair = (await crypto.subtle.generateKey("X25519", true, ["deriveBits"])) as CryptoKeyPair;
const officeKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
const signing = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;

export const office = { digest: "d", code: "99.01", name: "Disdukcapil", letters: "TRG", time_zone: "wib", holidays: [], hotlines: [], villages: [], reports: [] };

/** The phone of this store, known to its office, with its PIN and these cases; their lists are still to be made. */
export async function enrolled(cases: readonly string[] = streams): Promise<void> {
  const store = await phone(officeKey, "jemput");
  const vault = await choosePin(store, PIN);
  await store.put("about", await standing(), "standing");
  const own = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  await store.put("about", own.privateKey, "signing");
  const programmes = namesIn(new URL("programmes/", VECTORS)).map((name) => readJson(new URL(`programmes/${name}.json`, VECTORS)));
  for (const [id, book] of [["office", office] as const, ...programmes.map((one) => [one.hash, one] as const)]) {
    await store.put("books", { id, sealed: await vault.seal(`books:${id}`, book) });
  }
  for (const stream of cases) {
    const entries = told.map((entry) => ({ ...entry, stream }));
    await store.put("cases", { stream, feed: VILLAGE, rev: "r", sealed: await vault.seal(`cases:${stream}`, entries) });
    await store.put("packs", { id: packOf(stream), rev: "r", unmade: 1 }); // as an update leaves them
  }
  store.close();
  await start();
}

/** A lease until tomorrow, signed. */
export async function lease(): Promise<Standing["lease"]> {
  const until = new Date(Date.now() + DAY_MS).toISOString();
  const text = JSON.stringify({ device: "d", account: "rini", name: "Rini", duty: "field_officer", area: "99.01", office: "99.01", until });
  return { text, signature: base64(new Uint8Array(await crypto.subtle.sign("Ed25519", signing.privateKey, new TextEncoder().encode(text)))) };
}

/** What the office said of this phone. */
async function standing(): Promise<Standing> {
  const signKey = new Uint8Array(await crypto.subtle.exportKey("raw", signing.publicKey));
  return { epoch: "e", lease: await lease(), signKey, erase: false, ahead: 0 };
}
