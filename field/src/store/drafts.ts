/**
 * Forms that are being filled in, saved at every keystroke: under the phone's key to go on with, and sealed to
 * the office, so that even a phone whose key was thrown away can still hand in what had been written.
 */
import type { JSONObject } from "../core/entries/base";
import { deviceOf, write, type Draft, type Store } from "./db";
import { sealForOffice, type Vault } from "./seal";

const place = (id: string): string => `drafts:${id}`;
const saving = new Map<string, Promise<void>>();

/**
 * Save a draft; of several keystrokes in a hurry the last one is what remains. Nothing is kept of a case that is gone
 * (somebody was erased, it left), though another tab still shows its form: a report alone has no case yet.
 */
export function saveDraft(db: Store, vault: Vault, id: string, stream: string, values: JSONObject): Promise<void> {
  const before = saving.get(id) ?? Promise.resolve();
  const next = before.then(async () => {
    const { officeKey } = await deviceOf(db);
    const said = new TextEncoder().encode(JSON.stringify({ id, stream, values }));
    const [own, office] = await Promise.all([
      vault.seal(place(id), values),
      sealForOffice(officeKey, "jemput draft", said),
    ]);
    await write(db, ["cases", "drafts", "outbox"], async (tx) => {
      const rows = await tx.objectStore("outbox").index("stream").getAll(stream);
      const waits = rows.some(({ state }) => state !== "settled" && state !== "attention");
      const isHere = id === "report" || waits || (await tx.objectStore("cases").getKey(stream));
      if (isHere) await tx.objectStore("drafts").put({ id, stream, own, office });
    }, "relaxed");
  });
  saving.set(id, next.catch(() => {})); // the next keystroke tries again
  return next;
}

export async function draftOf(db: Store, vault: Vault, id: string): Promise<JSONObject | null> {
  const draft = await db.get("drafts", id);
  return draft?.own ? vault.open<JSONObject>(place(id), draft.own) : null;
}

/** Photos of a form are kept beside it, under its name and this: they need not be sealed anew at every keystroke. */
export const photosOf = (id: string): string => `${id}:photos`;

/** What is kept of a roster: nobody finishes it, and the office has no use for it. */
export const isRoster = (id: string): boolean => id.startsWith("place:");

/** The form was handed in, or thrown away on purpose; its photos go in the same moment, or they would lie in the next one. */
export async function dropDraft(db: Store, id: string): Promise<void> {
  const both = [id, photosOf(id)];
  await Promise.all(both.map((one) => saving.get(one)));
  for (const one of both) saving.delete(one);
  await write(db, ["drafts"], (tx) => Promise.all(both.map((one) => tx.store.delete(one))));
}

/** A draft that the office may have by now: a phone that cannot finish it hands it in. */
export interface Left extends Draft {
  /** When the office had all of it; kept until the phone is erased, should the office lose it. */
  sentAt?: number;
}

/** Forms that were begun and that the office does not have yet: all, or those that this phone cannot read any more. */
export const draftsToSend = async (db: Store, all = true): Promise<Left[]> =>
  ((await db.getAll("drafts")) as Left[]).filter((draft) => isUnsent(draft) && (all || !draft.own));

/** Whether a form waits for somebody to finish it, or for the office. */
export const isUnsent = ({ id, sentAt }: Left): boolean => sentAt === undefined && !isRoster(id);

/** No two seals begin alike. */
const sealing = ({ office }: Draft): string => String(office.slice(0, 32));

/**
 * The office has all of it; or it let go of it at once, as of somebody who was erased. What was typed since it was
 * sent stays, and waits.
 */
export const draftSent = (db: Store, draft: Left, isGone: boolean, now: number = Date.now()): Promise<void> =>
  write(db, ["drafts"], async (tx) => {
    const lying = await tx.store.get(draft.id);
    const kept: Left = { ...draft, sentAt: now };
    if (isGone || !draft.own) await tx.store.delete(draft.id);
    else if (lying && sealing(lying) === sealing(draft)) await tx.store.put(kept);
  });
