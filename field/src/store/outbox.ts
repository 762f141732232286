/**
 * What was captured and is not yet known to have arrived. Each entry lies here twice: under the phone's key,
 * to be seen and corrected, and sealed to the office, to be sent. A row goes only when the office has said
 * that the entry is on its disk and the device has pulled it back.
 */
import type { Body, Entry, JSONObject, Kind } from "../core/entries/base";
import type { Duty } from "../core/generated/codes";
import { readMoment } from "../core/moment";
import { canonical, content } from "../journal/canonical";
import { deviceOf, UNSENT, write, type Device, type Draft, type Store } from "./db";
import { isRoster, type Left } from "./drafts";
import type { FileRow } from "./files";
import { newId } from "./ids";
import { dropSummary } from "./packs";
import { sealForOffice, type Vault } from "./seal";

/**
 * waiting: to be sent. held: arrived, but what it follows has not. settling: on the office's disk, not yet
 * pulled back. settled: there; kept to be offered again should the server lose it. attention: refused or in
 * conflict, somebody must look; the office has kept it too.
 */
export type OutboxState = "waiting" | "held" | "settling" | "settled" | "attention";

export interface OutboxRow {
  seq: number;
  id: string;
  stream: string;
  state: OutboxState;
  written: number;
  /** Under the phone's key; absent for what only the office may read, and after `forget`. */
  own?: Uint8Array;
  office: Uint8Array;
  /** Heads of the feeds after it was taken in: pulled that far, the device has it back. */
  heads?: Record<string, number>;
  answer?: { code: string; words: string };
  /** Somebody has looked at that answer. */
  seen?: true;
}

/** An act, before the device gives it a number. */
export interface Act {
  kind: Kind;
  body: Body;
  stream: string;
  actor: string;
  duty: Duty;
  after: string | null;
  /** Sealed to the office alone: the phone itself cannot read it back. */
  blind?: true;
  /** Its id, where something in it follows from that (the number on a receipt); else a new one. */
  id?: string;
  /** Files that the body names, to be written with it. */
  files?: readonly FileRow[];
}

const place = (id: string): string => `outbox:${id}`;
const text = new TextEncoder();

/** Write an act down. When this returns it is on the disk, in both forms, under a number without a gap. */
export async function capture(db: Store, vault: Vault, act: Act, now: Date = new Date()): Promise<Entry> {
  const [entry] = await captureAll(db, vault, [act], now);
  return entry!;
}

/**
 * Write some acts down together, or none of them; each comes after the one before it, the first after what it says.
 * Those that were written before (the first one's id tells) are not written again.
 *
 * Sealing takes longer than a transaction may stay open, so the numbers are taken first and checked when they are
 * written; where another tab was quicker, the next numbers are tried.
 */
export async function captureAll(db: Store, vault: Vault, acts: readonly Act[], now: Date = new Date()): Promise<Entry[]> {
  const ids = acts.map((act) => act.id ?? newId(now.getTime()));
  const files = acts.flatMap((act, n) => (act.files ?? []).map((file) => ({ ...file, entry: ids[n]! })));
  for (;;) {
    const device = await deviceOf(db);
    const entries = acts.map(
      (act, n) =>
        ({
          id: ids[n],
          stream: act.stream,
          actor: act.actor,
          duty: act.duty,
          occurred_at: readMoment(now.toISOString())!,
          after: n ? ids[n - 1] : act.after,
          device: device.id,
          device_seq: device.nextSeq + n,
          kind: act.kind,
          body: act.body,
        }) as Entry,
    );
    const rows = await Promise.all(
      entries.map(async (entry, n): Promise<OutboxRow> => {
        const said = content(entry);
        const [office, own] = await Promise.all([
          sealForOffice(device.officeKey, "jemput entry", text.encode(canonical(said))),
          acts[n]!.blind ? null : vault.seal(place(entry.id), said),
        ]);
        const row = { seq: device.nextSeq + n, id: entry.id, stream: entry.stream, written: now.getTime(), office };
        return { ...row, state: "waiting", ...(own && { own }) };
      }),
    );
    if (await writeUnlessTaken(db, rows, files)) return entries;
  }
}

const writeUnlessTaken = (db: Store, rows: readonly OutboxRow[], files: readonly FileRow[]): Promise<boolean> =>
  write(db, ["about", "outbox", "files"], async (tx) => {
    const device = (await tx.objectStore("about").get("device")) as Device;
    const ofCase = await tx.objectStore("outbox").index("stream").getAll(rows[0]!.stream);
    if (ofCase.some(({ id }) => id === rows[0]!.id)) return true;
    if (device.nextSeq !== rows[0]!.seq) return false;
    for (const row of rows) await tx.objectStore("outbox").add(row);
    for (const file of files) await tx.objectStore("files").put(file);
    await tx.objectStore("about").put({ ...device, nextSeq: device.nextSeq + rows.length }, "device");
    return true;
  });

/** The entries of a case that the server has not given back yet, as JSON, in the order of their numbers. */
export async function pending(db: Store, vault: Vault, stream: string): Promise<JSONObject[]> {
  return opened(vault, await db.getAllFromIndex("outbox", "stream", stream));
}

/** The same for all cases at once. */
export async function allPending(db: Store, vault: Vault): Promise<Map<string, JSONObject[]>> {
  const states = ["waiting", "held", "settling"] as const;
  const rows = await Promise.all(states.map((state) => db.getAllFromIndex("outbox", "state", state)));
  const byStream = Map.groupBy(rows.flat(), (row) => row.stream);
  const entries = [...byStream].map(async ([stream, some]) => {
    return [stream, await opened(vault, some.sort((one, other) => one.seq - other.seq))] as const;
  });
  return new Map(await Promise.all(entries));
}

const opened = (vault: Vault, rows: readonly OutboxRow[]): Promise<JSONObject[]> =>
  Promise.all(
    rows.filter((row) => row.own && row.state !== "attention").map((row) => vault.open<JSONObject>(place(row.id), row.own!)),
  );

/** Whether the office refused what was written under this id; it keeps that, and takes another entry under a new one. */
export const isRefused = async (db: Store, stream: string, id: string): Promise<boolean> =>
  (await db.getAllFromIndex("outbox", "stream", stream)).some((row) => row.id === id && (row.state === "attention" || !!(row.seen && row.state === "settled")));

/** What this phone itself wrote in a row, as far as it may read it. */
export const ownOf = async (vault: Vault, row: OutboxRow): Promise<JSONObject | null> =>
  row.own ? vault.open<JSONObject>(place(row.id), row.own) : null;

/** What was refused or is in conflict, with the office's words: somebody must look. */
export const needAttention = (db: Store): Promise<OutboxRow[]> => db.getAllFromIndex("outbox", "state", "attention");

/** The next rows to send, the oldest first. Needs no PIN: a locked phone still delivers. */
export async function toSend(db: Store, most = 200): Promise<OutboxRow[]> {
  const [waiting, held] = await Promise.all([
    db.getAllFromIndex("outbox", "state", "waiting", most),
    db.getAllFromIndex("outbox", "state", "held", most),
  ]);
  return [...held, ...waiting].sort((one, other) => one.seq - other.seq).slice(0, most);
}

/** The officer has read why, and told somebody; the office has it in quarantine. */
export const acknowledge = (db: Store, seq: number): Promise<void> =>
  write(db, ["outbox"], async (tx) => {
    const row = await tx.store.get(seq);
    if (row?.state !== "attention") return;
    const { own: _own, ...rest } = row;
    await tx.store.put({ ...rest, state: "settled", seen: true });
  });

/** What the office answered to one item. */
export interface Answer {
  id: string | null;
  answer: "accepted" | "known" | "held" | "rejected" | "conflict";
  code: string;
  words: string;
}

/**
 * Note the answers to the rows of one push, in their order. `heads` are those of the same answer. An entry of
 * somebody who was erased goes, with its files and whatever shows its words: the list's summary and drafts.
 */
export const answered = (
  db: Store,
  rows: readonly OutboxRow[],
  answers: readonly Answer[],
  heads: Record<string, number>,
): Promise<void> =>
  write(db, ["outbox", "files", "drafts", "packs"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    for (const [n, { seq }] of rows.entries()) {
      const said = answers[n];
      const row = await outbox.get(seq);
      if (!said || !row || row.state === "settled") continue;
      if (said.code === "erased") {
        await Promise.all([forgetRow(outbox, tx.objectStore("files"), row), forgetDrafts(tx.objectStore("drafts"), row.stream), dropSummary(tx.objectStore("packs"), row.stream)]);
        continue;
      }
      const isOldNews = row.seen && row.answer?.code === said.code;
      const state = isOldNews ? "settled" : STATE_AFTER[said.answer];
      const more = state === "settling" ? { heads } : { answer: { code: said.code, words: said.words } };
      await outbox.put({ ...row, state, ...more });
    }
  });

interface OutboxStore {
  getAll(): Promise<OutboxRow[]>;
  put(row: OutboxRow): Promise<unknown>;
  delete(seq: number): Promise<void>;
}

interface FilesStore {
  index(name: "stream"): { getAll(stream: string): Promise<FileRow[]> };
  delete(digest: string): Promise<void>;
}

interface DraftsStore {
  index(name: "stream"): { getAllKeys(stream: string): Promise<string[]>; getAll(stream: string): Promise<Draft[]> };
  put(draft: Draft): Promise<unknown>;
  delete(id: string): Promise<void>;
}

/**
 * An entry goes, with the files that it alone named. Older releases did not write down whose a file is: of those
 * that the office has, none waits here any longer; of those still to be sent, the office says.
 */
export async function forgetRow(outbox: OutboxStore, files: FilesStore, { seq, id, stream }: OutboxRow): Promise<void> {
  await outbox.delete(seq);
  for (const file of await files.index("stream").getAll(stream)) {
    if (file.entry === id || (!file.entry && file.sentAt !== undefined)) await files.delete(file.digest);
  }
}

/** This phone can read forms of a case that has left no longer: the office gets what was typed. */
async function handOver(drafts: DraftsStore, stream: string): Promise<void> {
  for (const { id, own, office } of await drafts.index("stream").getAll(stream)) {
    if (own || isRoster(id)) await drafts.delete(id);
    if (own && !isRoster(id)) await drafts.put({ id: newId(), stream, office }); // should the case come back, its form begins anew
  }
}

/** Forms about this case that somebody had begun go. */
export async function forgetDrafts(drafts: DraftsStore, stream: string): Promise<void> {
  for (const id of await drafts.index("stream").getAllKeys(stream)) await drafts.delete(id);
}

const STATE_AFTER: Record<Answer["answer"], OutboxState> = {
  accepted: "settling",
  known: "settling",
  held: "held",
  rejected: "attention",
  conflict: "attention",
};

/**
 * Rows whose entries have come back with what was pulled are settled, and their own copies go. So does a case
 * that has left this device, never came back to it (it lies elsewhere), or has `ended` long ago, once nothing of it
 * waits; what somebody had begun to write about it waits for the office.
 */
export const settle = (db: Store, ended: ReadonlySet<string> = new Set()): Promise<void> =>
  write(db, ["feeds", "outbox", "cases", "packs", "drafts"], async (tx) => {
    const [outbox, cases] = [tx.objectStore("outbox"), tx.objectStore("cases")];
    const cursors = new Map((await tx.objectStore("feeds").getAll()).map((c) => [c.feed, c]));
    for (const row of await outbox.index("state").getAll("settling")) {
      const isBack = Object.entries(row.heads ?? {}).every(([feed, head]) => {
        const cursor = cursors.get(feed);
        return cursor && !cursor.beginning && cursor.seq >= head;
      });
      if (!isBack) continue;
      const { own: _own, heads: _heads, ...rest } = row;
      await outbox.put({ ...rest, state: "settled" });
    }
    const rows = await outbox.getAll();
    const isOnItsWay = (row: OutboxRow) => row.state !== "settled" && row.state !== "attention"; // that, the office has kept
    const busy = new Set(rows.filter(isOnItsWay).map((row) => row.stream));
    for (const { stream, feed, leaving } of await cases.getAll()) {
      if (!(leaving || feed === UNSENT || ended.has(stream)) || busy.has(stream) || cursors.get(feed)?.beginning) continue;
      await handOver(tx.objectStore("drafts"), stream);
      await Promise.all([cases.delete(stream), dropSummary(tx.objectStore("packs"), stream)]);
    }
  });

/**
 * The server lost what came after its backup: offer again what this device wrote, settled or not, also what was
 * refused, for the quarantine it lay in may be gone too.
 */
export const offerAgain = (db: Store): Promise<void> =>
  write(db, ["outbox", "files", "drafts"], async (tx) => {
    await offerRows(tx.objectStore("outbox"));
    for (const file of await tx.objectStore("files").getAll()) {
      const { sentAt: _sentAt, ...rest } = file;
      await tx.objectStore("files").put(rest);
    }
    for (const draft of await tx.objectStore("drafts").getAll()) {
      const { sentAt: _sentAt, ...rest } = draft as Left;
      await tx.objectStore("drafts").put(rest);
    }
  });

/** All that was written here waits once more; the answers tell what has become of it. */
export async function offerRows(outbox: OutboxStore): Promise<void> {
  for (const row of await outbox.getAll()) {
    if (row.state === "waiting" || row.state === "held") continue;
    const { heads: _heads, ...rest } = row;
    await outbox.put({ ...rest, state: "waiting" });
  }
}

/** The office never got these numbers, though it said so, or another one did: offer those that lie here again. */
export const offerNumbers = (db: Store, gaps: readonly (readonly [first: number, last: number])[]): Promise<number> =>
  write(db, ["outbox"], async (tx) => {
    let count = 0;
    for (const [first, last] of gaps) {
      for (const row of await tx.store.getAll(IDBKeyRange.bound(first, last))) {
        if (row.state !== "settled" && row.state !== "settling") continue;
        const { heads: _heads, ...rest } = row;
        await tx.store.put({ ...rest, state: "waiting" });
        count += 1;
      }
    }
    return count;
  });

const KEPT_MS = 90 * 86_400_000;

/** Let go of what was settled and is older than 90 days. */
export const tidy = (db: Store, now: number = Date.now()): Promise<void> =>
  write(db, ["outbox"], async (tx) => {
    for (const row of await tx.store.index("state").getAll("settled")) {
      if (now - row.written > KEPT_MS) await tx.store.delete(row.seq);
    }
  });
