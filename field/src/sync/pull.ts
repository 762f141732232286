/** Fetching what changed. A page and its cursor are applied together or not at all. */
import { keepBook, me, programmeOf, summarise } from "../app/office";
import type { OfficeBook } from "../app/lease";
import { db, standing } from "../app/phone";
import type { Programme } from "../core/programme";
import { applyPage, beginAnew, dropFeeds, Outdated, SumDiffers, type Page, type Row } from "../store/cases";
import type { Cursor } from "../store/db";
import type { Vault } from "../store/seal";
import { call } from "./call";
import { hear, type Said } from "./standing";

interface Pulled extends Said {
  feeds: Omit<Page, "from">[];
  drop: string[];
  more: boolean;
}

/** What the office tells of itself: asked for at every sync, sent only when it changed. */
export async function fetchOffice(): Promise<void> {
  const known = me.value?.office.digest ?? "";
  const said = await call<{ same?: boolean; office?: OfficeBook }>("office", { known });
  if (said.office) await keepBook("office", said.office);
  for (const { hash } of me.value?.office.reports ?? []) await fetchProgramme(hash);
}

async function fetchProgramme(hash: string): Promise<void> {
  if (!programmeOf(hash)) await keepBook(hash, await call<Programme>(`programmes/${hash}`, null, "GET"));
}

/** Pull to the end. */
export async function pull(vault: Vault): Promise<void> {
  for (let anew = 0; ; ) {
    const cursors = await cursorsNow();
    const { epoch } = standing.value!;
    const said = await call<Pulled>("pull", { epoch, cursors });
    await hear(said);
    if (standing.value!.epoch !== epoch) continue; // these pages follow cursors that count no more
    await dropFeeds(db(), said.drop);
    for (const page of said.feeds) {
      await fetchProgrammes(page.rows);
      try {
        await applyPage(db(), vault, { ...page, from: cursors[page.feed] }, summarise);
      } catch (error) {
        if (error instanceof Outdated) {
          said.more = true; // another tab was quicker: go on from where it is
          continue;
        }
        if (!(error instanceof SumDiffers) || (anew += 1) > 3) throw error;
        await beginAnew(db(), page.feed);
        said.more = true;
      }
    }
    if (!said.more) return;
  }
}

async function cursorsNow(): Promise<Record<string, Cursor>> {
  const rows = await db().getAll("feeds");
  return Object.fromEntries(rows.map(({ feed, ...cursor }) => [feed, cursor]));
}

/** Whoever folds these entries needs the programmes that they pin. */
async function fetchProgrammes(rows: readonly Row[]): Promise<void> {
  const entries = rows.flatMap((row) => ("entries" in row ? row.entries : row.type === "entry" ? [row.entry] : []));
  const hashes = entries.flatMap((entry) => (entry.clear as { programme_hash?: string }).programme_hash ?? []);
  for (const hash of new Set(hashes)) await fetchProgramme(hash);
}
