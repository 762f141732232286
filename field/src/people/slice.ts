/**
 * The slice of the register on this phone: a part for each village, sealed as it came, its key under the phone's
 * own. It is opened into memory only, by whoever looks somebody up, and goes at its day, with the lease, or when
 * the area changes. Parts, so that a fetch that is cut goes on where it was.
 */
import { signal } from "@preact/signals";
import type { Lease } from "../app/lease";
import { fromBase64 } from "../store/base64";
import { write, type ExtractRow, type Store } from "../store/db";
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

/** What is known of a part without opening it. */
interface Part extends Omit<Given, "sealed"> {
  /** Whose it is: another duty, area or person does not open it. */
  whose: string;
  /** Of the seal. */
  bytes: number;
  /** When it was fetched, in milliseconds of this phone. */
  fetched: number;
  /** All villages that were asked for with it; a slice from before parts does not say. */
  wanted?: string[];
  row: RowId;
}

/** All parts together: the oldest day of an extract, the first day on which one goes. */
export interface Carried {
  parts: Part[];
  villages: string[];
  /** Villages that were asked for and are not here yet. */
  missing: string[];
  people: number;
  bytes: number;
  extract: string;
  expires_at: string;
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
  /** The extract that says so: its day, and its number at the office. */
  extract: string;
  register: number;
}

/** What this phone carries; screens follow it. */
export const carried = signal<Carried | null>(null);

type RowId = Exclude<ExtractRow["id"], "seen">;
const NONCE = 12;
const placeOf = (row: RowId): string => `extract:${row}`;
const whoseIs = (lease: Lease): string => [lease.account, lease.duty, lease.area, lease.office].join(" ");

function together(parts: Part[]): Carried | null {
  if (!parts.length) return null;
  const latest = parts.reduce((one, other) => (other.fetched >= one.fetched ? other : one));
  const villages = parts.flatMap((part) => part.villages);
  const first = (of: (part: Part) => string): string => parts.map(of).sort()[0]!;
  const sum = (of: (part: Part) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    parts,
    villages,
    missing: (latest.wanted ?? []).filter((village) => !villages.includes(village)),
    people: sum((part) => part.people),
    bytes: sum((part) => part.bytes),
    extract: first((part) => part.extract),
    expires_at: first((part) => part.expires_at),
    fetched: Math.min(...parts.map((part) => part.fetched)),
  };
}

/** Keep a village in place of what was here of it; `wanted` are all that were asked for. */
export async function keepSlice(db: Store, vault: Vault, given: Given, lease: Lease, wanted = given.villages): Promise<void> {
  const { sealed, ...said } = given;
  const packed = fromBase64(sealed);
  const row: RowId = `slice:${given.villages[0]}`;
  const part: Part = { ...said, whose: whoseIs(lease), bytes: packed.length, fetched: Date.now(), wanted: [...wanted], row };
  const kept: ExtractRow = { id: row, until: given.expires_at, sealed: await vault.seal(placeOf(row), part), packed };
  await write(db, ["extract"], (tx) => tx.store.put(kept));
  carried.value = together([...(carried.value?.parts ?? []).filter((one) => one.row !== row), part]);
}

/**
 * What is carried, read anew. It goes from the phone when its day or the lease is over (`now` is the office's
 * clock in milliseconds), or when the lease is another's.
 */
export async function lookAfter(db: Store, vault: Vault | null, lease: Lease | null, now: number): Promise<Carried | null> {
  const [parts, gone]: [Part[], RowId[]] = [[], []];
  for (const { id, until, sealed } of await db.getAll("extract")) {
    if (id === "seen") continue;
    const isOver = now >= Date.parse(until) || !lease || now >= Date.parse(lease.until);
    const part = vault && !isOver ? await vault.open<Part>(placeOf(id), sealed).catch(() => null) : null;
    if (isOver || (vault && part?.whose !== whoseIs(lease))) gone.push(id);
    else if (part) parts.push({ ...part, row: id });
  }
  await drop(db, gone);
  return (carried.value = together(parts));
}

/** Let go of the villages that are not among these; without any, of all. */
export async function dropSlice(db: Store, but: readonly string[] = []): Promise<void> {
  const parts = carried.value?.parts.filter((part) => part.villages.every((village) => but.includes(village))) ?? [];
  const rows = (await db.getAllKeys("extract")) as ExtractRow["id"][];
  await drop(db, rows.filter((id): id is RowId => id !== "seen" && !(but.length && parts.some((part) => part.row === id))));
  carried.value = but.length ? together(parts) : null;
}

async function drop(db: Store, rows: readonly RowId[]): Promise<void> {
  if (rows.length) await write(db, ["extract"], async (tx) => void (await Promise.all(rows.map((id) => tx.store.delete(id)))));
}

/** The people of the slice, into memory. Throws when a day was altered, or this is no slice. */
export async function openSlice(db: Store, known: Carried): Promise<Person[]> {
  return (await Promise.all(known.parts.map((part) => openPart(db, part)))).flat();
}

async function openPart(db: Store, known: Part): Promise<Person[]> {
  const packed = (await db.get("extract", known.row))?.packed;
  if (!packed) throw new Error("no slice is here");
  const key = await crypto.subtle.importKey("raw", fromBase64(known.key) as BufferSource, "AES-GCM", false, ["decrypt"]);
  const bound = new TextEncoder().encode(`jemput slice 1 ${known.id} ${known.expires_at}`);
  const how = { name: "AES-GCM", iv: packed.subarray(0, NONCE) as BufferSource, additionalData: bound };
  const plain = await crypto.subtle.decrypt(how, key, packed.subarray(NONCE) as BufferSource);
  const text = await new Response(new Blob([plain]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  const { extract, register, fields, people } = JSON.parse(text) as { extract: string; register: number; fields: string[]; people: unknown[][] };
  return people.map((row) => {
    const person: Record<string, unknown> = { extract, register };
    fields.forEach((field, n) => (person[field] = row[n]));
    return person as unknown as Person;
  });
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
