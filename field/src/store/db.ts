/**
 * What lies on the phone. Whatever tells of people is sealed before it comes here (seal.ts); what is readable
 * are numbers, states, areas of feeds and the identifiers of cases and entries, which say nothing by themselves.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";
import type { FileRow } from "./files";
import type { OutboxRow } from "./outbox";
import { PACKS, unmade } from "./packs";
import type { Lock } from "./pin";

/** How far the device is in a feed, as the server wrote it. */
export interface Cursor {
  seq: number;
  total: number;
  after: string | null;
  beginning: boolean;
}

/** Who this install is. It begins with number 1 and never uses a number twice. */
export interface Device {
  id: string;
  prefix: string;
  /** The office's X25519 key: what is sealed to it, only the office can read. */
  officeKey: Uint8Array;
  nextSeq: number;
}

/** All entries of a case. `rev` is new at each writing; `leaving`: it goes when nothing of it waits to be sent. */
export interface CaseRecord {
  stream: string;
  feed: string;
  rev: string;
  leaving?: true;
  sealed: Uint8Array;
}

/** The feed of a case that began here and has not come back from the server. */
export const UNSENT = "";

/** A form that somebody is filling in, in both seals, as at the last keystroke. */
export interface Draft {
  id: string;
  stream: string;
  /** Absent once its case has left this phone: then it waits to be sent. */
  own?: Uint8Array;
  office: Uint8Array;
}

/** How the device stands with the office, as the office said last; `lease` is signed by its key `signKey`. */
export interface Standing {
  epoch: string;
  lease: { text: string; signature: string };
  signKey: Uint8Array;
  erase: boolean;
  /** The office got two entries under one number: this phone goes on twice, from a copy. */
  copied?: boolean;
  /** Milliseconds by which the office's clock is ahead of this one. */
  ahead: number;
  /** When all that had waited was in and all that was new was here; this device's clock. */
  wholeAt?: number;
  /** The latest moment known, by the office's clock. */
  seen?: number;
}

/** As what the phone is enrolled, also again: asked with the same id and key, the office knows it. */
export interface Enrolling {
  id: string;
  keys: CryptoKeyPair;
}

/** `sealed` is under the phone's key; `packed` is a village as it came, under a key that lies in `sealed`. */
export interface ExtractRow {
  id: "slice" | `slice:${string}` | "seen";
  until: string;
  sealed: Uint8Array;
  packed?: Uint8Array;
}

/** The summaries of some cases under one seal (packs.ts); `unmade`: to be made anew from its cases. */
export interface Pack {
  id: number;
  rev: string;
  sealed?: Uint8Array;
  unmade?: 1;
}

export interface FieldDB extends DBSchema {
  about: {
    key: "device" | "lock" | "key" | "signing" | "standing" | "enrolling" | "language";
    value: Device | Lock | CryptoKey | Standing | Enrolling | "id" | "en";
  };
  feeds: { key: string; value: Cursor & { feed: string } };
  cases: { key: string; value: CaseRecord; indexes: { feed: string } };
  packs: { key: number; value: Pack; indexes: { unmade: number } };
  outbox: { key: number; value: OutboxRow; indexes: { state: string; stream: string } };
  drafts: { key: string; value: Draft; indexes: { stream: string } };
  /** What the office gave to look things up: itself, and the programmes by hash. */
  books: { key: string; value: { id: string; sealed: Uint8Array } };
  files: { key: string; value: FileRow; indexes: { stream: string; sentAt: number } };
  /** The slice of the register, and who in it was opened; what is readable is until when it may be opened. */
  extract: { key: string; value: ExtractRow };
}

export type Store = IDBPDatabase<FieldDB>;

export const openStore = (name = "jemput"): Promise<Store> =>
  openDB<FieldDB>(name, 6, {
    upgrade(db, before, _now, tx) {
      if (before < 1) first(db);
      if (before < 2) {
        db.createObjectStore("books", { keyPath: "id" });
        db.createObjectStore("files", { keyPath: "digest" }).createIndex("stream", "stream");
      }
      if (before < 3) db.createObjectStore("extract", { keyPath: "id" });
      packed(db, before);
      if (before < 5) tx.objectStore("files").createIndex("sentAt", "sentAt"); // those without are counted without reading them
    },
    // Another tab with a newer app must not wait for this one.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });

/** The stores as they were in version 1. */
function first(db: Store): void {
  db.createObjectStore("about");
  db.createObjectStore("feeds", { keyPath: "feed" });
  db.createObjectStore("cases", { keyPath: "stream" }).createIndex("feed", "feed");
  const outbox = db.createObjectStore("outbox", { keyPath: "seq" });
  outbox.createIndex("state", "state");
  outbox.createIndex("stream", "stream");
  db.createObjectStore("drafts", { keyPath: "id" }).createIndex("stream", "stream");
}

/** Version 4: summaries lie in packs; 5: in fewer; 6: with the day on which a case goes. What a version before had is made anew from the cases. */
function packed(db: Store, before: number): void {
  if (before >= 4) db.deleteObjectStore("packs");
  else if (before) db.deleteObjectStore("summaries" as StoreNames<FieldDB>);
  const packs = db.createObjectStore("packs", { keyPath: "id" });
  packs.createIndex("unmade", "unmade");
  if (!before) return;
  for (let id = 0; id < PACKS; id += 1) void packs.put(unmade(id));
}

/**
 * Write into some stores together or not at all. Strict: it is on the disk before it is called done, and a
 * power cut after that loses nothing. When the work throws (a full disk, too), nothing of it was written.
 */
export async function write<const Names extends StoreNames<FieldDB>[], T>(
  db: Store,
  names: Names,
  work: (tx: IDBPTransaction<FieldDB, Names, "readwrite">) => Promise<T>,
  durability: "strict" | "relaxed" = "strict",
): Promise<T> {
  const tx = db.transaction(names, "readwrite", { durability });
  const done = tx.done.then(() => null, (error: unknown) => error);
  try {
    const result = await work(tx);
    const failed = await done;
    if (failed) throw failed;
    return result;
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // it has ended already
    }
    throw error;
  }
}

/** There is no room left on the disk. */
export const isFull = (error: unknown): boolean => (error as DOMException | null)?.name === "QuotaExceededError";

export const deviceOf = async (db: Store): Promise<Device> => {
  const device = (await db.get("about", "device")) as Device | undefined;
  if (!device) throw new Error("this device is not enrolled");
  return device;
};
