/** Files after the data, piece by piece; what has arrived is never sent again, days later neither. */
import { db } from "../app/phone";
import { begunToSend } from "../app/unsent";
import { draftSent } from "../store/drafts";
import { fileGone, fileSent, filesToSend } from "../store/files";
import { call, hexDigest, LEAST, Refused, TooSlow } from "./call";

const PIECE = 256_000;

interface Here {
  here: number;
  complete: boolean;
  /** The office let go of it, as of somebody who was erased. */
  gone?: boolean;
}

/** Send the files that wait. One that the office refuses stays, and does not keep back the others. */
export async function sendFiles(): Promise<void> {
  for (const digest of await filesToSend(db())) {
    const file = await db().get("files", digest);
    if (!file) continue; // forgotten meanwhile
    await unlessRefused(async () => {
      const { gone } = await sendFile(digest, file.content);
      await (gone ? fileGone : fileSent)(db(), digest);
    });
  }
}

/** Hand in forms that nobody can finish here any more. */
export async function sendDrafts(): Promise<void> {
  for (const draft of await begunToSend()) {
    await unlessRefused(async () => {
      const { gone } = await sendFile(await hexDigest(draft.office), draft.office, "&draft=true");
      await draftSent(db(), draft, gone === true);
    });
  }
}

async function unlessRefused(send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401) throw error;
  }
}

async function sendFile(digest: string, content: Uint8Array, more = ""): Promise<Here> {
  const ask = () => call<Here>(`files/${digest}?size=${content.length}${more}`, new Uint8Array());
  let [at, most] = [await ask(), PIECE];
  while (!at.complete) {
    const piece = content.slice(at.here, at.here + most);
    try {
      at = await call<Here>(`files/${digest}?offset=${at.here}`, piece, "PATCH");
    } catch (error) {
      if (!(error instanceof TooSlow) || piece.length <= LEAST) throw error;
      most = piece.length / 4;
      at = await ask(); // the piece may have arrived, and only the answer not
    }
  }
  return at;
}
