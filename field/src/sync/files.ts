/** Files after the data, piece by piece; what has arrived is never sent again, days later neither. */
import { db } from "../app/phone";
import { fileSent, filesToSend, type FileRow } from "../store/files";
import { call, Refused } from "./call";

const PIECE = 256_000;

interface Here {
  here: number;
  complete: boolean;
}

/** Send the files that wait. One that the office refuses stays, and does not keep back the others. */
export async function sendFiles(): Promise<void> {
  for (const row of await filesToSend(db())) {
    try {
      await sendFile(row);
      await fileSent(db(), row.digest);
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 401) throw error;
    }
  }
}

async function sendFile({ digest, content }: FileRow): Promise<void> {
  let at = await call<Here>(`files/${digest}?size=${content.length}`, new Uint8Array());
  while (!at.complete) {
    const piece = content.slice(at.here, at.here + PIECE);
    at = await call<Here>(`files/${digest}?offset=${at.here}`, piece, "PATCH");
  }
}
