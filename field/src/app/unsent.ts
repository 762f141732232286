/** What has not arrived at the office yet, in numbers. */
import { signal } from "@preact/signals";
import { draftsToSend } from "../store/drafts";
import { filesToSend } from "../store/files";
import { db, found, standing } from "./phone";

export const unsent = signal({ waiting: 0, held: 0, settling: 0, attention: 0, files: 0, drafts: 0 });

/** Whether nobody can finish here what was begun: then the office gets it as it is. */
export const handsInDrafts = (): boolean => found.value === "lost" || standing.value?.erase === true;

/** Count anew; needs no PIN. */
export async function countUnsent(): Promise<void> {
  const states = ["waiting", "held", "settling", "attention"] as const;
  const [waiting, held, settling, attention] = await Promise.all(states.map((state) => db().countFromIndex("outbox", "state", state)));
  const files = (await filesToSend(db())).length;
  const drafts = handsInDrafts() ? (await draftsToSend(db())).length : 0;
  unsent.value = { waiting: waiting!, held: held!, settling: settling!, attention: attention!, files, drafts };
}
