/**
 * The cases that the device holds: one sealed record a case with all its entries, and beside it a small sealed
 * summary for the lists. A page that was pulled and its cursor are written together or not at all.
 */
import type { JSONObject } from "../core/entries/base";
import { UNSENT, write, type CaseRecord, type Cursor, type Store } from "./db";
import { newId } from "./ids";
import { allPending, forgetDrafts, forgetRow, offerRows, pending } from "./outbox";
import type { Vault } from "./seal";

/** An entry as the server gives it. Fields that this duty may not see are named in `hidden`. */
export interface Pulled extends JSONObject {
  id: string;
  sealed: JSONObject | null;
}

export type Row =
  | { type: "case" | "enter"; stream: string; entries: Pulled[] }
  | { type: "entry"; stream: string; entry: Pulled }
  | { type: "leave" | "forget"; stream: string; entry?: string | null }
  | { type: "other"; weight: number };

export interface Page {
  feed: string;
  /** The cursor that was asked with; none for a feed that begins. */
  from?: Cursor | undefined;
  rows: Row[];
  cursor: Cursor;
}

/** What the lists show of a case, made from its entries by whoever knows the rules. */
export type Summarise = (stream: string, entries: JSONObject[]) => JSONObject;

/** Something was lost on the way: `beginAnew` and pull again. */
export class SumDiffers extends Error {}

/** Another tab has applied this page, or a later one, meanwhile: pull again. */
export class Outdated extends Error {}

class Stale extends Error {}

const place = (stream: string): string => `cases:${stream}`;
const summaryPlace = (stream: string): string => `summaries:${stream}`;
const SUMS = 2 ** 52;

/** The entries of a case: those that the server has given, in its order, then what waits here. */
export async function entriesOf(db: Store, vault: Vault, stream: string): Promise<JSONObject[]> {
  return together(await given(db, vault, stream), await pending(db, vault, stream));
}

async function given(db: Store, vault: Vault, stream: string): Promise<Pulled[]> {
  const record = await db.get("cases", stream);
  return record ? vault.open<Pulled[]>(place(stream), record.sealed) : [];
}

function together(given: readonly Pulled[], here: readonly JSONObject[]): JSONObject[] {
  const known = new Set<unknown>(given.map((entry) => entry.id));
  return [...given, ...here.filter((entry) => !known.has(entry.id))];
}

/** The summaries of all cases on the device, by case. */
export async function summaries<S>(db: Store, vault: Vault): Promise<Map<string, S>> {
  const found = await db.getAll("summaries");
  const opened = found.map(async ({ stream, sealed }) => {
    return [stream, await vault.open<S>(summaryPlace(stream), sealed)] as const;
  });
  return new Map(await Promise.all(opened));
}

/** The summary of one case; null when it is not (any more) here. */
export async function summaryOf<S>(db: Store, vault: Vault, stream: string): Promise<S | null> {
  const found = await db.get("summaries", stream);
  return found ? vault.open<S>(summaryPlace(stream), found.sealed) : null;
}

/** Make the summary of a case anew after something was captured; a case that began here appears by it. */
export function refresh(db: Store, vault: Vault, stream: string, summarise: Summarise): Promise<void> {
  return again(async () => {
    const before = await db.get("cases", stream);
    const entries = await entriesOf(db, vault, stream);
    const sealed = await vault.seal(summaryPlace(stream), summarise(stream, entries));
    const empty = before ?? { stream, feed: UNSENT, rev: newId(), sealed: await vault.seal(place(stream), []) };
    await write(db, ["cases", "summaries"], async (tx) => {
      if ((await tx.objectStore("cases").get(stream))?.rev !== before?.rev) throw new Stale();
      if (!before) await tx.objectStore("cases").put(empty);
      await tx.objectStore("summaries").put({ stream, sealed });
    });
  });
}

/** Apply a page of a feed. Throws SumDiffers, Outdated. */
export function applyPage(db: Store, vault: Vault, page: Page, summarise: Summarise): Promise<void> {
  return again(async () => {
    const { feed, from: cursor } = page;
    const device = await db.get("about", "device");
    const isWhole = page.cursor.beginning || !page.rows.length || page.rows[0]!.type === "case";
    if (cursor && !cursor.beginning && !isWhole) await checkSum(cursor.total, page);
    const [changes, here] = await Promise.all([changesOf(db, vault, page.rows), allPending(db, vault)]);
    const forgotten = new Set(changes.forget.map((one) => one.entry));
    const records = await Promise.all(
      [...changes.put].map(async ([stream, entries]) => {
        const waiting = (here.get(stream) ?? []).filter((entry) => !forgotten.has(entry.id as string));
        const summary = summarise(stream, together(entries, waiting));
        const [sealed, sealedSummary] = await Promise.all([
          vault.seal(place(stream), entries),
          vault.seal(summaryPlace(stream), summary),
        ]);
        return { stream, sealed, sealedSummary };
      }),
    );

    await write(db, ["about", "feeds", "cases", "summaries", "outbox", "drafts", "files"], async (tx) => {
      const [cases, summaries] = [tx.objectStore("cases"), tx.objectStore("summaries")];
      if (!isAt(await tx.objectStore("feeds").get(feed), cursor)) throw new Outdated(feed);
      const now = await tx.objectStore("about").get("device");
      if (JSON.stringify(now) !== JSON.stringify(device)) throw new Stale(); // something was captured meanwhile
      if (isWhole && !cursor?.beginning) {
        // What left or was forgotten before this beginning is never told: what comes not again goes, and the
        // answers to what was written here tell who was erased.
        await Promise.all([leaveAll(cases, feed), offerRows(tx.objectStore("outbox"))]);
      }
      const writes = records.flatMap(({ stream, sealed, sealedSummary }) => [
        cases.put({ stream, feed, rev: newId(), sealed }),
        summaries.put({ stream, sealed: sealedSummary }),
      ]);
      await Promise.all(writes);
      for (const stream of changes.leave) {
        const one = await cases.get(stream);
        if (one?.feed === feed) await cases.put({ ...one, leaving: true }); // goes when nothing of it waits: settle()
      }
      for (const { stream, entry } of changes.forget) {
        for (const row of await tx.objectStore("outbox").index("stream").getAll(stream)) {
          if (!entry || row.id === entry) await forgetRow(tx.objectStore("outbox"), tx.objectStore("files"), row);
        }
        if (entry) continue;
        await forgetDrafts(tx.objectStore("drafts"), stream);
        for (const file of await tx.objectStore("files").index("stream").getAllKeys(stream)) {
          await tx.objectStore("files").delete(file);
        }
        await Promise.all([cases.delete(stream), summaries.delete(stream)]);
      }
      await tx.objectStore("feeds").put({ ...page.cursor, feed });
    });
  });
}

interface Changes {
  put: Map<string, Pulled[]>;
  leave: Set<string>;
  forget: { stream: string; entry: string | null }[];
}

/** What the rows do to the cases, in their order. */
async function changesOf(db: Store, vault: Vault, rows: readonly Row[]): Promise<Changes> {
  const { put, leave, forget }: Changes = { put: new Map(), leave: new Set(), forget: [] };
  const now = async (stream: string) => put.get(stream) ?? (await given(db, vault, stream));
  for (const row of rows) {
    switch (row.type) {
      case "case":
      case "enter":
        put.set(row.stream, row.entries);
        leave.delete(row.stream);
        break;
      case "entry":
        put.set(row.stream, together(await now(row.stream), [row.entry]) as Pulled[]);
        break;
      case "leave":
        leave.add(row.stream);
        break;
      case "forget": {
        const { stream, entry = null } = row;
        forget.push({ stream, entry });
        const kept = entry ? await now(stream) : [];
        if (kept.length) put.set(stream, kept.map((e) => (e.id === entry ? { ...e, sealed: null } : e)));
        else put.delete(stream);
      }
    }
  }
  return { put, leave, forget };
}

/** The first 52 bits of a digest of what a row says, as docs/sync.md has it. */
export async function weight(row: Row): Promise<number> {
  if (row.type === "other") return row.weight;
  const about = "entry" in row ? row.entry : null;
  const entry = typeof about === "string" ? about : (about?.id ?? "");
  const said = new TextEncoder().encode(`${row.type}:${row.stream}:${entry}`);
  const digest = new DataView(await crypto.subtle.digest("SHA-256", said));
  return Number(digest.getBigUint64(0) >> 12n);
}

async function checkSum(total: number, page: Page): Promise<void> {
  for (const row of page.rows) total = (total + (await weight(row))) % SUMS;
  if (total !== page.cursor.total) throw new SumDiffers(page.feed);
}

/** Pull this feed from its beginning the next time. What waits to be sent stays. */
export const beginAnew = (db: Store, feed: string): Promise<void> => db.delete("feeds", feed);

/** The server was restored: every feed begins anew, and cases that do not come again, in whichever feed, go. */
export const beginAllAnew = (db: Store): Promise<void> =>
  write(db, ["feeds", "cases"], async (tx) => {
    await tx.objectStore("feeds").clear();
    for (const one of await tx.objectStore("cases").getAll()) await tx.objectStore("cases").put({ ...one, leaving: true });
  });

/** Summaries that went with an erased entry are made anew from what is left of their cases. */
export async function mendSummaries(db: Store, vault: Vault, summarise: Summarise): Promise<void> {
  const [cases, there] = await Promise.all([db.getAllKeys("cases"), db.getAllKeys("summaries")]);
  const known = new Set(there);
  for (const stream of cases) if (!known.has(stream)) await refresh(db, vault, stream, summarise);
}

/** Feeds that are no longer this device's: their cases go, as soon as nothing of them waits. */
export const dropFeeds = (db: Store, feeds: readonly string[]): Promise<void> =>
  write(db, ["feeds", "cases", "outbox"], async (tx) => {
    for (const feed of feeds) {
      await tx.objectStore("feeds").delete(feed);
      await leaveAll(tx.objectStore("cases"), feed);
    }
    for (const row of await tx.objectStore("outbox").index("state").getAll("settling")) {
      const heads = Object.entries(row.heads ?? {}).filter(([feed]) => !feeds.includes(feed));
      await tx.objectStore("outbox").put({ ...row, heads: Object.fromEntries(heads) }); // they bring nothing back
    }
  });

interface CasesStore {
  index(name: "feed"): { getAll(feed: string): Promise<CaseRecord[]> };
  put(record: CaseRecord): Promise<unknown>;
}

async function leaveAll(cases: CasesStore, feed: string): Promise<void> {
  for (const one of await cases.index("feed").getAll(feed)) await cases.put({ ...one, leaving: true });
}

/** Sealing does not fit into a transaction: what it began from is compared when it writes. */
async function again(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
    }
  }
}

const isAt = (one: Cursor | undefined, other: Cursor | undefined): boolean =>
  one?.seq === other?.seq && one?.total === other?.total && one?.after === other?.after && one?.beginning === other?.beginning;
