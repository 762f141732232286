/**
 * One spelling for one content: canonical JSON (RFC 8785), content identity and the chain.
 *
 * `identity` covers all that the author wrote, with a random salt that is sealed along with it. `clearDigest`
 * covers what stays readable, with the server's time. A link of the chain ties both to all that stood before.
 */
import { split, type Entry, type JSONObject } from "../core/entries/base";
import { KINDS } from "../core/generated/kinds";
import { epoch, momentAt, type Moment } from "../core/moment";

/** Throws for what JSON cannot say the same way everywhere: NaN, infinities, half surrogate pairs. */
export function canonical(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError("not a number");
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) throw new RangeError("half a surrogate pair");
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) {
    const spelt = JSON.stringify(value);
    if (spelt === undefined) throw new TypeError(`${typeof value} is no JSON value`);
    return spelt;
  }
  // The default order of sort() is that of UTF-16 code units, as RFC 8785 wants it.
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${canonical(name)}:${canonical(member)}`).join(",")}}`;
}

/** A moment in UTC with microseconds, whatever zone it was written in. */
export function utc(moment: Moment): string {
  const [second, micros = "0"] = momentAt(epoch(moment), 0).replace("+00:00", "").split(".");
  return `${second}.${micros.padEnd(6, "0")}Z`;
}

/** What the author wrote around the body; the server's own marks are not part of it. */
export function envelope(entry: Entry): JSONObject {
  return {
    actor: entry.actor,
    after: entry.after ?? null,
    device: entry.device ?? null,
    device_seq: entry.device_seq ?? null,
    duty: entry.duty,
    id: entry.id,
    kind: entry.kind,
    occurred_at: utc(entry.occurred_at),
    stream: entry.stream,
    version: KINDS[entry.kind].version,
  };
}

/** An entry as it goes to the server, and as its identity is reckoned. */
export function content(entry: Entry): JSONObject {
  const [clear, sealed] = split(entry.kind, entry.body);
  return { ...envelope(entry), clear, sealed };
}

/** SHA-256(salt || canonical entry): 32 bytes that say nothing without the salt. */
export const identity = (salt: Uint8Array, said: JSONObject): Promise<Uint8Array> =>
  sha256(salt, new TextEncoder().encode(canonical(said)));

/** SHA-256 over what stays readable after erasure, with the server's time. */
export function clearDigest(around: JSONObject, clear: JSONObject, received: Moment): Promise<Uint8Array> {
  return sha256(new TextEncoder().encode(canonical({ ...around, clear, received_at: utc(received) })));
}

/** The next link of the chain; 32 zeros come before the first. */
export const link = (before: Uint8Array, identity: Uint8Array, clearDigest: Uint8Array): Promise<Uint8Array> =>
  sha256(before, identity, clearDigest);

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts as BlobPart[]).arrayBuffer()));
}
