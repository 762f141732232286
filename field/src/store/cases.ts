/**
 * The cases that the device holds: one sealed record a case with all its entries, and its summary for the lists
 * in a pack with others. A page that was pulled and its cursor are written together or not at all.
 */
import type { JSONObject } from "../core/entries/base";
import { UNSENT, write, type CaseRecord, type Cursor, type Store } from "./db";
import { newId } from "./ids";
import { allPending, forgetDrafts, forgetRow, offerRows, pending } from "./outbox";
import { packOf, putPacks, repacked, sealed, Stale } from "./packs";
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

const place = (stream: string): string => `cases:${stream}`;
const SUMS = 2 ** 52;

/** The entries of a case: those that the server has given, in its order, then what waits here. */
export async function entriesOf(db: Store, vault: Vault, stream: string): Promise<JSONObject[]> {
  return together(await given(db, vault, stream), await pending(db, vault, stream));
}

async function given(db: Store, vault: Vault, stream: string): Promise<Pulled[]> {
  const record = await db.get("cases", stream);
  return record ? vault.open<Pulled[]>(place(stream), record.sealed) : [];
}

/** Of many, in one transaction: on a cheap phone each of its own takes longer than what is in it. */
async function givenOf(db: Store, vault: Vault, streams: ReadonlySet<string>): Promise<Map<string, Pulled[]>> {
  if (!streams.size) return new Map();
  const { store } = db.transaction("cases");
  const records = await Promise.all([...streams].map((stream) => store.get(stream)));
  const opened = records.flatMap((record) => (record ? [record] : [])).map(async ({ stream, sealed }) => {
    return [stream, await vault.open<Pulled[]>(place(stream), sealed)] as const;
  });
  return new Map(await Promise.all(opened));
}

function together(given: readonly Pulled[], here: readonly JSONObject[]): JSONObject[] {
  const known = new Set<unknown>(given.map((entry) => entry.id));
  return [...given, ...here.filter((entry) => !known.has(entry.id))];
}

/**
 * Make the summary of a case anew after something was captured, and give it; a case that began here appears by it.
 * Nothing is lost should the power fail just then: what waits is compared with the lists when the phone is opened.
 */
export function refresh(db: Store, vault: Vault, stream: string, summarise: Summarise): Promise<JSONObject> {
  return again(async () => {
    const before = await db.get("cases", stream);
    const summary = summarise(stream, await entriesOf(db, vault, stream));
    const packs = await repacked(db, vault, new Map([[stream, summary]]));
    const empty = before ?? { stream, feed: UNSENT, rev: newId(), sealed: await vault.seal(place(stream), []) };
    await write(
      db,
      ["cases", "packs"],
      async (tx) => {
        if ((await tx.objectStore("cases").get(stream))?.rev !== before?.rev) throw new Stale();
        if (!before) await tx.objectStore("cases").put(empty);
        await putPacks(tx.objectStore("packs"), packs);
      },
      "relaxed",
    );
    return summary;
  });
}

/** The last entry of each case that waits here and can be read: its summary should know it. */
export async function lastHere(db: Store): Promise<Map<string, string>> {
  const states = ["waiting", "held", "settling"] as const;
  const rows = await Promise.all(states.map((state) => db.getAllFromIndex("outbox", "state", state)));
  const read = rows.flat().filter((row) => row.own).sort((one, other) => one.seq - other.seq);
  return new Map(read.map(({ stream, id }) => [stream, id]));
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
    const listed = new Map<string, JSONObject | null>();
    const records = await Promise.all(
      [...changes.put].map(async ([stream, entries]) => {
        const waiting = (here.get(stream) ?? []).filter((entry) => !forgotten.has(entry.id as string));
        listed.set(stream, summarise(stream, together(entries, waiting)));
        return { stream, sealed: await vault.seal(place(stream), entries) };
      }),
    );
    for (const { stream, entry } of changes.forget) if (!entry) listed.set(stream, null);
    const packs = await repacked(db, vault, listed);

    await write(db, ["about", "feeds", "cases", "packs", "outbox", "drafts", "files"], async (tx) => {
      const cases = tx.objectStore("cases");
      if (!isAt(await tx.objectStore("feeds").get(feed), cursor)) throw new Outdated(feed);
      const now = await tx.objectStore("about").get("device");
      if (JSON.stringify(now) !== JSON.stringify(device)) throw new Stale(); // something was captured meanwhile
      if (isWhole && !cursor?.beginning) {
        // What left or was forgotten before this beginning is never told: what comes not again goes, and the
        // answers to what was written here tell who was erased.
        await Promise.all([leaveAll(cases, feed), offerRows(tx.objectStore("outbox"))]);
      }
      await putPacks(tx.objectStore("packs"), packs);
      await Promise.all(records.map(({ stream, sealed }) => cases.put({ stream, feed, rev: newId(), sealed })));
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
        await cases.delete(stream);
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
  const touched = rows.flatMap((row) => (row.type === "entry" || (row.type === "forget" && row.entry) ? [row.stream] : []));
  const before = await givenOf(db, vault, new Set(touched));
  const now = (stream: string) => put.get(stream) ?? before.get(stream) ?? [];
  for (const row of rows) {
    switch (row.type) {
      case "case":
      case "enter":
        put.set(row.stream, row.entries);
        leave.delete(row.stream);
        break;
      case "entry":
        put.set(row.stream, together(now(row.stream), [row.entry]) as Pulled[]);
        break;
      case "leave":
        leave.add(row.stream);
        break;
      case "forget": {
        const { stream, entry = null } = row;
        forget.push({ stream, entry });
        const kept = entry ? now(stream) : [];
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

/** Packs that went with somebody's words, or that an older app has left, are made anew from their cases. */
export async function mendSummaries(db: Store, vault: Vault, summarise: Summarise, onPack?: (left: number) => Promise<void>): Promise<void> {
  for (;;) {
    const unmade = await db.getAllFromIndex("packs", "unmade");
    if (!unmade.length) return;
    const [streams, here] = [Map.groupBy(await db.getAllKeys("cases"), packOf), await allPending(db, vault)];
    for (const [n, { id, rev }] of unmade.entries()) {
      const inPack = new Set(streams.get(id));
      const there = await givenOf(db, vault, inPack);
      const listed = [...inPack].map((stream) => {
        return [stream, summarise(stream, together(there.get(stream) ?? [], here.get(stream) ?? []))] as const;
      });
      const after = await sealed(vault, id, Object.fromEntries(listed));
      const change = [{ id, before: rev, after }];
      await write(db, ["packs"], (tx) => putPacks(tx.store, change), "relaxed").catch(unlessStale); // then it comes again
      await onPack?.(unmade.length - n - 1);
    }
  }
}

function unlessStale(error: unknown): void {
  if (!(error instanceof Stale)) throw error;
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
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      unlessStale(error);
    }
  }
}

const isAt = (one: Cursor | undefined, other: Cursor | undefined): boolean =>
  one?.seq === other?.seq && one?.total === other?.total && one?.after === other?.after && one?.beginning === other?.beginning;
