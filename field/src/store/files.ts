/**
 * Photos of papers, signatures: sealed to the office as they are taken, named by the digest of what is sealed,
 * written together with the entry that names them. They are sent after the entries, piece by piece.
 */
import { write, type Store } from "./db";
import { sealForOffice } from "./seal";

/** A file on its way. */
export interface FileRow {
  digest: string;
  stream: string;
  /** The entry that names it: forgotten, it takes its files along. */
  entry?: string;
  content: Uint8Array;
  /** When the office had all of it; it is kept a little longer, should the office lose it. */
  sentAt?: number;
}

const KEPT_MS = 7 * 86_400_000;

/** Seal a file for the office. */
export async function sealFile(officeKey: Uint8Array, stream: string, file: Blob): Promise<FileRow> {
  const content = await sealForOffice(officeKey, "jemput file", new Uint8Array(await file.arrayBuffer()));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content as BufferSource));
  return { digest: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""), stream, content };
}

/** The digests of the files that the office does not have yet; their contents are many megabytes. */
export async function filesToSend(db: Store): Promise<string[]> {
  const { store } = db.transaction("files");
  const [all, sent] = await Promise.all([store.getAllKeys(), store.index("sentAt").getAllKeys()]);
  const there = new Set(sent);
  return all.filter((digest) => !there.has(digest));
}

/** The office has all of it. */
export const fileSent = (db: Store, digest: string, now: number = Date.now()): Promise<void> =>
  write(db, ["files"], async (tx) => {
    const row = await tx.store.get(digest);
    if (row) await tx.store.put({ ...row, sentAt: now });
  });

/** The office let go of it: so does the phone, at once. */
export const fileGone = (db: Store, digest: string): Promise<void> => db.delete("files", digest);

/** Let go of files that the office has had for a week. */
export const tidyFiles = (db: Store, now: number = Date.now()): Promise<void> =>
  write(db, ["files"], async (tx) => {
    for (const row of await tx.store.getAll()) {
      if (row.sentAt !== undefined && now - row.sentAt > KEPT_MS) await tx.store.delete(row.digest);
    }
  });
