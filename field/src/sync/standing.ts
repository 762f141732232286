/** How the device stands, as every answer of the office says it. */
import { db, standing } from "../app/phone";
import type { Standing } from "../store/db";
import { write } from "../store/db";
import { beginAllAnew } from "../store/cases";
import { offerAgain } from "../store/outbox";

/** What stands in every answer. */
export interface Said {
  epoch: string;
  server_time: string;
  /** Milliseconds by which it was ahead of this phone's clock when the answer began; `call` reckons it. */
  ahead: number;
  lease: { text: string; signature: string };
  erase: boolean;
  copied?: boolean;
}

/**
 * Keep it. Another epoch: the server was restored from a backup and lost what came after; what this device wrote
 * is offered again, and every feed is begun anew.
 */
export async function hear(said: Said): Promise<void> {
  const before = (await db().get("about", "standing")) as Standing; // another tab may have heard more
  if (before.epoch !== said.epoch) {
    await offerAgain(db());
    await beginAllAnew(db());
  }
  const { epoch, lease, erase, copied = false, ahead } = said;
  await keep({ epoch, lease, erase, copied, seen: Date.parse(said.server_time), ahead });
}

/** Keep what changed; another tab may have kept the rest. */
export async function keep(changed: Partial<Standing>): Promise<void> {
  const now = await write(db(), ["about"], async (tx) => {
    const before = (await tx.store.get("standing")) as Standing | undefined;
    const all = before && { ...before, ...changed }; // nothing, where all was erased meanwhile
    if (all) await tx.store.put(all, "standing");
    return all;
  });
  if (now) standing.value = now;
}
