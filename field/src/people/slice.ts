/**
 * The slice of the register on this phone: sealed as it came, its key under the phone's own. It is opened into
 * memory only, by whoever looks somebody up, and goes at its day, with the lease, or when the area changes.
 */
import { signal } from "@preact/signals";
import type { Lease } from "../app/lease";
import { fromBase64 } from "../store/base64";
import { write, type Store } from "../store/db";
import type { Vault } from "../store/seal";

/** As the office gives it (docs/people.md). */
export interface Given {
  id: string;
  extract: string;
  expires_at: string;
  villages: string[];
  people: number;
  key: string;
  sealed: string;
}

/** What is known of a slice without opening it. */
export interface Carried extends Omit<Given, "sealed"> {
  /** Whose it is: another duty, area or person does not open it. */
  whose: string;
  /** Of the seal. */
  bytes: number;
  /** When it was fetched, in milliseconds of this phone. */
  fetched: number;
}

/** One person, as a row of the slice says. */
export interface Person {
  number: number;
  name: string;
  nik: string;
  family_number: string;
  sex: string;
  birth: string;
  mother: string;
  area: string;
  rw: string;
  rt: string;
}

export interface Opened {
  extract: string;
  register: number;
  people: Person[];
}

/** What this phone carries; screens follow it. */
export const carried = signal<Carried | null>(null);

const PLACE = "extract:slice";
const NONCE = 12;
const whoseIs = (lease: Lease): string => [lease.account, lease.duty, lease.area, lease.office].join(" ");

/** Keep a slice in place of the one before. */
export async function keepSlice(db: Store, vault: Vault, given: Given, lease: Lease): Promise<void> {
  const { sealed, ...said } = given;
  const packed = fromBase64(sealed);
  const known: Carried = { ...said, whose: whoseIs(lease), bytes: packed.length, fetched: Date.now() };
  const row = { id: "slice" as const, until: given.expires_at, sealed: await vault.seal(PLACE, known), packed };
  await write(db, ["extract"], (tx) => tx.store.put(row));
  carried.value = known;
}

/**
 * What is carried, read anew. It goes from the phone when its day or the lease is over (`now` is the office's
 * clock in milliseconds), or when the lease is another's.
 */
export async function lookAfter(db: Store, vault: Vault | null, lease: Lease | null, now: number): Promise<Carried | null> {
  const row = await db.get("extract", "slice");
  const isOver = row && (now >= Date.parse(row.until) || !lease || now >= Date.parse(lease.until));
  let known: Carried | null = null;
  if (row && !isOver && vault) known = await vault.open<Carried>(PLACE, row.sealed).catch(() => null);
  if (isOver || (row && vault && known?.whose !== whoseIs(lease!))) {
    await dropSlice(db);
    known = null;
  }
  return (carried.value = known);
}

export async function dropSlice(db: Store): Promise<void> {
  await write(db, ["extract"], (tx) => tx.store.delete("slice"));
  carried.value = null;
}

/** The people of the slice, into memory. Throws when its day was altered, or this is no slice. */
export async function openSlice(db: Store, known: Carried): Promise<Opened> {
  const packed = (await db.get("extract", "slice"))?.packed;
  if (!packed) throw new Error("no slice is here");
  const key = await crypto.subtle.importKey("raw", fromBase64(known.key) as BufferSource, "AES-GCM", false, ["decrypt"]);
  const bound = new TextEncoder().encode(`jemput slice 1 ${known.id} ${known.expires_at}`);
  const how = { name: "AES-GCM", iv: packed.subarray(0, NONCE) as BufferSource, additionalData: bound };
  const plain = await crypto.subtle.decrypt(how, key, packed.subarray(NONCE) as BufferSource);
  const text = await new Response(new Blob([plain]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  const { extract, register, fields, people } = JSON.parse(text) as Omit<Opened, "people"> & { fields: string[]; people: unknown[][] };
  const named = people.map((row) => Object.fromEntries(fields.map((field, n) => [field, row[n]])) as unknown as Person);
  return { extract, register, people: named };
}

// ---- who was opened ---------------------------------------------------------------------------------

const SEEN = "extract:seen";

/** Of which extract, and whom: the office is told at the next sync. */
export type Seen = [register: number, person: number][];

export async function seenSoFar(db: Store, vault: Vault): Promise<Seen> {
  const row = await db.get("extract", "seen");
  return row ? vault.open<Seen>(SEEN, row.sealed).catch(() => []) : [];
}

/** Write down that somebody was opened. */
export async function noteSeen(db: Store, vault: Vault, register: number, person: number): Promise<void> {
  const seen = await seenSoFar(db, vault);
  if (!seen.some(([r, p]) => r === register && p === person)) await keepSeen(db, vault, [...seen, [register, person]]);
}

export async function keepSeen(db: Store, vault: Vault, seen: Seen): Promise<void> {
  const row = { id: "seen" as const, until: "", sealed: await vault.seal(SEEN, seen) };
  await write(db, ["extract"], async (tx) => void (await (seen.length ? tx.store.put(row) : tx.store.delete("seen"))));
}
