/** Handing in what was captured. Needs no PIN: what is sent was sealed to the office when it was written. */
import { db } from "../app/phone";
import { answered, offerNumbers, toSend, type Answer, type OutboxRow } from "../store/outbox";
import { base64 } from "../store/base64";
import { call, LEAST, TooLarge, TooSlow } from "./call";
import { hear, type Said } from "./standing";

const MOST_ITEMS = 200;
const MOST_BYTES = 240_000;

interface Pushed extends Said {
  answers: Answer[];
  gaps: [first: number, last: number][];
  heads: Record<string, number>;
}

/**
 * Send all that waits, the oldest first, each row once. Between the answer and the row's going lies what `settle`
 * asks: the device must have pulled as far as the heads of that answer.
 */
export async function push(): Promise<void> {
  let rows = await toSend(db(), 1e9);
  let most = MOST_BYTES;
  let [asked, offered] = [false, false];
  while (rows.length || !asked) {
    const batch = first(rows, most);
    try {
      const items = batch.map((row) => ({ sealed: base64(row.office) }));
      const said = await call<Pushed>("push", { items, left: rows.length - batch.length, app: __APP__ });
      asked = true;
      await answered(db(), batch, said.answers, said.heads);
      await hear(said);
      rows = rows.slice(batch.length);
      // The office misses numbers that this device holds for sent: they are offered again. Once: what it knows and
      // misses all the same, it would miss for ever.
      if (rows.length || offered || !said.gaps.length) continue;
      offered = true;
      if (await offerNumbers(db(), said.gaps)) rows = await toSend(db(), 1e9);
    } catch (error) {
      const bytes = sizeOf(batch);
      const isTooMuch = error instanceof TooLarge || (error instanceof TooSlow && bytes > LEAST);
      if (!isTooMuch || batch.length <= 1) throw error;
      most = bytes / 4; // each try that is too slow costs a minute
    }
  }
}

/** As it goes over the line. */
const sizeOf = (rows: readonly OutboxRow[]): number => rows.reduce((sum, row) => sum + row.office.length * 1.34 + 20, 0);

function first(rows: readonly OutboxRow[], most: number): OutboxRow[] {
  let bytes = 0;
  const end = rows.slice(0, MOST_ITEMS).findIndex((row) => (bytes += sizeOf([row])) > most);
  return rows.slice(0, end < 0 ? MOST_ITEMS : Math.max(end, 1));
}
