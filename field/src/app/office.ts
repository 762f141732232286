/**
 * What screens read and do: who I am, the cases of this phone, and writing down what happened. An act is on the
 * disk, twice sealed, before the promise of `act` is kept; the case is folded anew at once.
 */
import { batch, computed, signal, useSignal, useSignalEffect, type ReadonlySignal } from "@preact/signals";
import { localDay } from "../core/calendar";
import { clearFields, whole, type Entry, type JSONObject, type Kind } from "../core/entries/base";
import { KINDS, type Bodies } from "../core/generated/kinds";
import { readMoment, type Day } from "../core/moment";
import type { Programme } from "../core/programme";
import { entriesOf, lastHere, mendSummaries, refresh } from "../store/cases";
import { draftOf, dropDraft, saveDraft } from "../store/drafts";
import { sealFile } from "../store/files";
import { newId } from "../store/ids";
import { captureAll, isRefused, type Act } from "../store/outbox";
import { summaries, summaryOf } from "../store/packs";
import { open as begin, vault } from "../store/session";
import type { Vault } from "../store/seal";
import { keep } from "../sync/standing";
import { briefOf, wholeCase, type Brief, type Case } from "./brief";
import { lease, mayRead, officeTime, type Me, type OfficeBook } from "./lease";
import { ticketOf } from "./numbers";
import { db, device, standing } from "./phone";

export type { Brief, Case } from "./brief";
export type { Me, Village } from "./lease";
export type { Person } from "./person";
export { mayRead } from "./lease";
export { newId };
export { receiptOf } from "./numbers";

const book = signal<OfficeBook | null>(null);
const held = signal<ReadonlyMap<string, Brief>>(new Map());
/** How many cases are here that this app cannot read: it must be updated. */
export const broken = signal(0);

const programmes = signal<ReadonlyMap<string, Programme>>(new Map());

/** Whose phone this is; null while it is locked or has not heard from the office. */
export const me: ReadonlySignal<Me | null> = computed(() => {
  if (!lease.value || !book.value || !device.value || !vault.value) return null;
  const { duty, area, name } = lease.value;
  return { lease: lease.value, duty, area, name, prefix: device.value.prefix, office: book.value };
});

/** All cases on this phone, folded, by their stream. Empty once the lease has run out. */
export const cases: ReadonlySignal<ReadonlyMap<string, Brief>> = computed(() => (mayRead.value ? held.value : new Map()));

/** The programmes to which this duty may report. */
export const reportable: ReadonlySignal<Programme[]> = computed(() =>
  (me.value?.office.reports ?? []).flatMap(({ hash }) => programmes.value.get(hash) ?? []),
);

/** Every version of a programme that is on the phone, by hash. */
export const programmeOf = (hash: string): Programme | undefined => programmes.value.get(hash);

/** The name of a village of this phone's area, else its code. */
export const villageName = (code: string): string =>
  me.value?.office.villages.find((v) => code === v.code || code.startsWith(`${v.code}.`))?.name ?? code;

/** The date where the office stands, by its clock. */
export const today = (): Day => localDay(readMoment(new Date(officeTime()).toISOString())!, me.value?.office.time_zone ?? "wib");

// ---- reading ----------------------------------------------------------------------------------------

/** A case whole: `undefined` while it is read, null when it is not (or no longer) here. Follows what is new. */
export function useCase(stream: string): Case | null | undefined {
  const shown = useSignal<Case | null | undefined>(undefined);
  const wanted = useSignal(stream);
  wanted.value = stream;
  useSignalEffect(() => {
    const [id, there] = [wanted.value, cases.value.has(wanted.value)];
    void (there ? readCase(id) : Promise.resolve(null)).then((found) => (shown.value = found), () => (shown.value = null));
  });
  return shown.value?.stream === stream || !shown.value ? shown.value : undefined;
}

/** A case whole, now; null when it is not here or cannot be folded. */
export async function readCase(stream: string): Promise<Case | null> {
  if (!me.value || !vault.value || !mayRead.value) return null;
  const entries = await entriesOf(db(), vault.value, stream);
  return entries.length ? wholeCase(me.value, programmes.value, stream, entries) : null;
}

/** The phone was locked in the middle of something; it is done again when it is open. */
export class Locked extends Error {}

/** For the store: what the lists show of a case. One that cannot be folded is named, and never stops a page. */
export function summarise(stream: string, entries: JSONObject[]): JSONObject {
  if (!me.value) throw new Locked();
  try {
    return { ...briefOf(wholeCase(me.value, programmes.value, stream, entries)) };
  } catch {
    return { stream, isBroken: true };
  }
}

// ---- writing ----------------------------------------------------------------------------------------

interface More {
  /** Photos, signatures: sealed to the office and sent after the entry, which names them in `files`. */
  files?: readonly Blob[];
  /** The entry's id where something follows from it (`receiptOf`); make it with `newId()`. */
  id?: string;
  /** For the office alone: not even this phone can read it again. */
  blind?: true;
}

/** Something to write down: its kind, what it says, and what comes with it. */
export type Said = { [K in Kind]: readonly [kind: K, values: Partial<Bodies[K]>, more?: More] }[Kind];

/**
 * Write an act of a case down. Throws Unfit with the words by field when the values do not fit their kind, and
 * whatever the store throws when the disk is full: nothing is written then. What is written is never said to have
 * failed: a line that cannot be kept is shown all the same, and made anew when the phone is opened (`catchUp`).
 */
export async function act<K extends Kind>(stream: string, kind: K, values: Partial<Bodies[K]>, more?: More): Promise<Entry> {
  const [entry] = await actAll(stream, [[kind, values, more] as unknown as Said]);
  return entry!;
}

/** Several acts of a case, all or none. */
export async function actAll(stream: string, said: readonly Said[]): Promise<Entry[]> {
  const open = opened();
  const last = cases.value.get(stream)?.last ?? null;
  const acts = await Promise.all(said.map((one, n) => prepared(stream, one, n ? null : last)));
  const entries = await captureAll(db(), open, acts, new Date(officeTime()));
  const brief = await refresh(db(), open, stream, summarise)
    .catch(async () => summarise(stream, await entriesOf(db(), open, stream)))
    .catch(() => null);
  if (brief) list(stream, brief as unknown as Listed);
  changed(stream);
  return entries;
}

/** The ids that a report will have, given before it is written down: whoever writes it again knows it. */
export type Ids = { stream: string; entry: string };

/** A new report: the case begins here, with its ticket. `others` follow it (who told us, the guardian). */
export async function newCase(
  programme: Programme,
  values: Partial<Bodies["reported"]>,
  others: readonly Said[],
  { stream, entry }: Ids,
): Promise<{ stream: string; ticket: string }> {
  opened();
  const ticket = await ticketOf(me.value!.office.letters, entry);
  const facts = { ...values, programme: programme.number, programme_hash: programme.hash, ticket };
  await actAll(stream, [["reported", facts, { id: entry }], ...others]);
  return { stream, ticket };
}

/** The report of these ids, when this phone has written it down already. */
export async function reportOf({ stream, entry }: Ids): Promise<{ stream: string; ticket: string } | null> {
  const count = await db().countFromIndex("outbox", "stream", stream);
  return count ? { stream, ticket: await ticketOf(me.value!.office.letters, entry) } : null;
}

function opened(): Vault {
  if (!vault.value || !lease.value) throw new Locked();
  return vault.value;
}

async function prepared(stream: string, [kind, values, { files = [], ...more } = {}]: Said, after: string | null): Promise<Act> {
  const rows = await Promise.all(files.map((file) => sealFile(device.value!.officeKey, stream, file)));
  if (rows.length && !clearFields(kind).has("files")) throw new Error(`${kind} names no files`);
  const body = whole(kind, plain(rows.length ? { ...values, files: rows.map((row) => row.digest) } : values));
  const { account, duty } = lease.value!;
  return { kind, body, stream, actor: account, duty, after, files: rows, ...more };
}

/** Without what was left empty. */
const plain = (values: object): JSONObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ""));

/** A form that is being filled in; saved, twice sealed, at every change. */
export interface Draft<T extends JSONObject> {
  /** undefined while it is read. */
  values: ReadonlySignal<T | undefined>;
  /** Kept once the promise is. */
  set(part: Partial<T>): Promise<void>;
  /** It was handed in, or thrown away. */
  drop(): Promise<void>;
}

/** The draft of this key (one form of one case); begins with `first` where there is none. */
export function draft<T extends JSONObject>(key: string, stream: string, first: T): Draft<T> {
  const values = signal<T | undefined>(undefined);
  const open = opened();
  void draftOf(db(), open, key).then(
    (kept) => (values.value ??= { ...first, ...kept }),
    () => (values.value ??= first),
  );
  return {
    values,
    set(part) {
      values.value = { ...(values.value ?? first), ...part };
      return saveDraft(db(), open, key, stream, values.value).catch(complain);
    },
    drop: () => dropDraft(db(), key),
  };
}

/** The id under which a form is handed in, kept in it as `name`: another one where the office has refused it. */
export async function idIn(form: Draft<JSONObject>, stream: string, name: string): Promise<string> {
  const id = String(form.values.value![name]);
  if (!(await isRefused(db(), stream, id))) return id;
  const other = newId();
  await form.set({ [name]: other });
  return other;
}

/** The last thing that could not be written down; the frame shows it. */
export const trouble = signal<unknown>(null);
const complain = (error: unknown): void => void (trouble.value = error);

// ---- keeping up -------------------------------------------------------------------------------------

/** A case that this version of the app cannot read is only named. */
type Listed = Brief & { isBroken?: true };

/** Read the lists anew from the store. */
export async function reload(): Promise<void> {
  const open = vault.value;
  const found = open && (await summaries<Listed>(db(), open));
  if (found && open === vault.value) show(found);
}

function show(found: ReadonlyMap<string, Listed>): void {
  broken.value = [...found.values()].filter((brief) => brief.isBroken).length;
  held.value = new Map([...found].filter(([, brief]) => !brief.isBroken));
}

/** One case changed: of thousands the others need not be opened again. */
async function reloadOne(stream: string): Promise<void> {
  const brief = vault.value && (await summaryOf<Listed>(db(), vault.value, stream));
  if (brief) list(stream, brief);
}

function list(stream: string, brief: Listed): void {
  if (!brief.isBroken) held.value = new Map(held.value).set(stream, brief);
}

/** How many parts of the lists are still to be made anew; they fill while one looks. */
export const unmade = signal(0);
const SHOWN_AT_ONCE = 16;

/**
 * With the PIN: what the office told, the programmes, the lists, all shown at once; they are read, sealed as they
 * are, while the PIN is stretched. Then cases that were cut off are folded anew, and those that an older app could
 * not read, or had listed otherwise. Throws what `unlocking` throws.
 */
export async function openOffice(unlocking: Promise<Vault>): Promise<void> {
  const lying = Promise.all([db().getAll("books"), db().getAll("packs"), lastHere(db())]);
  const [open, [found, packs, here]] = await Promise.all([unlocking, lying]);
  const listed = await summaries<Listed>(db(), open, packs);
  const read = await Promise.all(
    found.map(({ id, sealed }) => open.open<OfficeBook | Programme>(`books:${id}`, sealed)),
  );
  batch(() => {
    begin(open);
    book.value = (read.find((_one, n) => found[n]!.id === "office") as OfficeBook | undefined) ?? null;
    programmes.value = new Map(read.flatMap((one) => ("steps" in one ? [[one.hash, one] as const] : [])));
    show(listed);
  });
  for (const what of missed) await follow(what);
  missed.clear();
  if (officeTime() > (standing.value?.seen ?? 0)) void keep({ seen: officeTime() }).catch(() => {}); // a full disk opens all the same
  if (me.value) void catchUp(open, listed, here).catch((error) => error instanceof Locked || complain(error));
}

async function catchUp(open: Vault, listed: ReadonlyMap<string, Listed>, here: ReadonlyMap<string, string>): Promise<void> {
  const cutOff = [...here].flatMap(([stream, last]) => (listed.get(stream)?.last === last ? [] : [stream]));
  const unread = [...listed].flatMap(([stream, brief]) => (brief.isBroken ? [stream] : []));
  for (const stream of new Set([...cutOff, ...unread])) {
    list(stream, (await refresh(db(), open, stream, summarise)) as unknown as Listed);
  }
  await mendSummaries(db(), open, summarise, async (left) => {
    unmade.value = left;
    if (left % SHOWN_AT_ONCE === 0) await reload();
  });
  if (unread.length) await reload();
}

/** Keep what the office told, or a programme. */
export async function keepBook(id: string, what: OfficeBook | Programme): Promise<void> {
  const sealed = await opened().seal(`books:${id}`, what);
  await db().put("books", { id, sealed });
  if (id === "office") book.value = what as OfficeBook;
  else programmes.value = new Map([...programmes.value, [(what as Programme).hash, what as Programme]]);
}

/** Forget what was read, when the phone locks. */
export function closeOffice(): void {
  held.value = new Map();
  book.value = null;
  programmes.value = new Map();
}

const GONE = "gone";
const NEWS = "news";
const others = new BroadcastChannel("jemput");
others.onmessage = ({ data }: MessageEvent<string>) => {
  if (data === GONE) return location.reload();
  if (data !== NEWS) for (const listener of listeners) listener();
  if (vault.value) void follow(data);
  else missed.add(data);
};
const follow = (what: string): Promise<void> => (what === NEWS ? reload() : reloadOne(what));
/** What changed in another tab while this one was closed, or just being opened. */
const missed = new Set<string>();
const listeners = new Set<() => void>();

/** Called after every act, in whichever tab: the sync sends soon. */
export const onAct = (listener: () => void): void => void listeners.add(listener);

/** The phone got its PIN, or is being erased: no other tab may go on as it was. */
export const tellGone = (): void => others.postMessage(GONE);

/** A sync has brought and removed what it may: other tabs must not go on with what is gone. */
export const tellNews = (): void => others.postMessage(NEWS);

/** Something was written here: tell other tabs, and whoever sends. */
function changed(stream: string): void {
  others.postMessage(stream);
  for (const listener of listeners) listener();
}

/** Words of a kind's fields, for forms. */
export const fieldsOf = <K extends Kind>(kind: K) => KINDS[kind].fields;
