/** Everything goes from this phone. */
import { lock } from "../store/session";
import { write, type FieldDB } from "../store/db";
import type { StoreNames } from "idb";
import { tellGone } from "./office";
import { db, found, look } from "./phone";

/** Erase all; `withdrawn` says why afterwards. */
export async function eraseAll(becauseWithdrawn: unknown = false): Promise<void> {
  lock();
  const names = [...db().objectStoreNames] as StoreNames<FieldDB>[];
  await write(db(), names, (tx) => Promise.all(names.map((name) => tx.objectStore(name).clear())));
  tellGone();
  found.value = becauseWithdrawn === true ? "withdrawn" : "new";
  await look();
}
