/** What has not arrived at the office yet, in numbers. */
import { signal } from "@preact/signals";
import { draftsToSend, type Left } from "../store/drafts";
import { filesToSend } from "../store/files";
import { db, found, standing } from "./phone";

export const unsent = signal({ waiting: 0, held: 0, settling: 0, attention: 0, files: 0, drafts: 0 });

/** Begun forms that nobody can finish here: all of a lost or withdrawn phone, else those whose case has left. */
export const begunToSend = (): Promise<Left[]> => draftsToSend(db(), found.value === "lost" || standing.value?.erase === true);

/** Count anew; needs no PIN. */
export async function countUnsent(): Promise<void> {
  const states = ["waiting", "held", "settling", "attention"] as const;
  const [waiting, held, settling, attention] = await Promise.all(states.map((state) => db().countFromIndex("outbox", "state", state)));
  const files = (await filesToSend(db())).length;
  const drafts = (await begunToSend()).length;
  unsent.value = { waiting: waiting!, held: held!, settling: settling!, attention: attention!, files, drafts };
}
