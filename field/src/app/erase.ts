/** Everything goes from this phone. */
import { lock } from "../store/session";
import { write, type FieldDB } from "../store/db";
import { isUnsent, type Left } from "../store/drafts";
import type { IDBPTransaction, StoreNames } from "idb";
import { tellGone } from "./office";
import { db, found, look } from "./phone";

type Names = StoreNames<FieldDB>[];

/**
 * Erase all. Of a phone that was withdrawn, which is then said, only what the office has: gives whether it went, for
 * something may have been written since one looked.
 */
export async function eraseAll(becauseWithdrawn: unknown = false): Promise<boolean> {
  const isWithdrawn = becauseWithdrawn === true;
  lock();
  const names = [...db().objectStoreNames] as Names;
  const isErased = await write(db(), names, async (tx) => {
    if (isWithdrawn && (await waits(tx))) return false;
    await Promise.all(names.map((name) => tx.objectStore(name).clear()));
    return true;
  });
  if (!isErased) return false;
  tellGone();
  found.value = isWithdrawn ? "withdrawn" : "new";
  await look();
  return true;
}

async function waits(tx: IDBPTransaction<FieldDB, Names, "readwrite">): Promise<boolean> {
  const [states, files] = [tx.objectStore("outbox").index("state"), tx.objectStore("files")];
  const [waiting, held, all, sent, drafts] = await Promise.all([
    states.count("waiting"),
    states.count("held"),
    files.count(),
    files.index("sentAt").count(),
    tx.objectStore("drafts").getAll() as Promise<Left[]>,
  ]);
  return waiting + held > 0 || all > sent || drafts.some(isUnsent);
}
