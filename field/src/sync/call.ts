/** Speaking to the office: every call is signed by the device's own key (docs/sync.md). */
import type { Lease } from "../app/lease";
import { db } from "../app/phone";
import { base64 } from "../store/base64";
import { deviceOf, type Enrolling } from "../store/db";

/** No answer came: no signal, or a server that sleeps. */
export class NoAnswer extends Error {}

/** No answer in time: with less in one call there may be one. */
export class TooSlow extends NoAnswer {}

/** The office asks to come again later. */
export class Later extends Error {
  constructor(readonly seconds: number) {
    super(`again in ${seconds} s`);
  }
}

/** Too much in one call. */
export class TooLarge extends Error {}

/** The office said no, in words for people. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    words: string,
  ) {
    super(words);
  }
}

/** Bytes that a call carries even where the signal is at its weakest. */
export const LEAST = 16_000;
const PATIENCE_MS = 60_000;
const ROOT = new URL("../sync/", document.baseURI).pathname;

export async function hexDigest(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the device's own key says of a text. */
export async function signed(text: string): Promise<string> {
  const key = (await db().get("about", "signing")) as CryptoKey;
  const how = { name: "ECDSA", hash: "SHA-256" };
  return base64(new Uint8Array(await crypto.subtle.sign(how, key, new TextEncoder().encode(text))));
}

/** The device's own key: made here, and the browser never gives it away. */
export const newKeys = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);

/** A signed call; gives the answer's JSON. Throws NoAnswer, TooSlow, Later, TooLarge, Refused. */
export async function call<T>(path: string, body: unknown, method = "POST"): Promise<T> {
  const isBytes = body instanceof Uint8Array;
  const plain = isBytes ? body : new TextEncoder().encode(body === null ? "" : JSON.stringify(body));
  const packed = isBytes ? null : await gzipped(plain);
  const sent = packed ?? plain;
  const { id } = await deviceOf(db());
  const time = new Date().toISOString();
  const where = `${ROOT}${path}`;
  const signature = await signed([method, where, time, await hexDigest(sent)].join("\n"));
  return answered<T>(where, {
    method,
    body: method === "GET" ? null : (sent as BodyInit), // then it is empty, and signed as such
    headers: {
      "Content-Type": isBytes ? "application/octet-stream" : "application/json",
      ...(packed ? { "Content-Encoding": "gzip" } : {}),
      "Jemput-Device": id,
      "Jemput-Time": time,
      "Jemput-Signature": signature,
    },
  });
}

/** The one call that is not signed: a code of the office makes this device known; one that was `whose` stays theirs. */
export async function callToEnrol<T>(code: string, { id, keys }: Enrolling, name: string, app: string, whose: Lease | null): Promise<T> {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const said = { code, device: id, public_key: base64(spki), name, app, account: whose?.account, duty: whose?.duty };
  return answered<T>(`${ROOT}enrol`, {
    method: "POST",
    body: JSON.stringify(said),
    headers: { "Content-Type": "application/json" },
  });
}

async function answered<T>(where: string, how: RequestInit): Promise<T> {
  const patience = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  };
  let response: Response;
  let at: number;
  let text: string;
  try {
    wait();
    response = await fetch(where, { ...how, credentials: "omit", cache: "no-store", signal: patience.signal });
    at = Date.now();
    // A page may take minutes, as long as something of it comes.
    const slowly = new TransformStream<Uint8Array, Uint8Array>({ transform: (chunk, to) => (wait(), to.enqueue(chunk)) });
    text = await new Response(response.body?.pipeThrough(slowly)).text();
  } catch {
    throw patience.signal.aborted ? new TooSlow() : new NoAnswer();
  } finally {
    clearTimeout(timer);
  }
  if (response.status === 413) throw new TooLarge();
  if (response.status === 429 || response.status === 503) {
    const wait = Number(response.headers.get("Retry-After")) || 30;
    throw new Later(wait * (1 + Math.random())); // others were sent away too: not all at the same moment
  }
  let said: any;
  try {
    said = JSON.parse(text);
  } catch {
    throw new NoAnswer(); // a portal of some hotspot, or half an answer
  }
  if (!response.ok) throw new Refused(response.status, said.code ?? "", said.message ?? "");
  if (said.server_time) said.ahead = Date.parse(said.server_time) - at; // when it began: the rest may take minutes
  return said as T;
}

/** Packed where the browser can, and where it is worth it. */
async function gzipped(plain: Uint8Array): Promise<Uint8Array | null> {
  if (plain.length < 1000 || typeof CompressionStream === "undefined") return null;
  const stream = new Blob([plain as BlobPart]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
