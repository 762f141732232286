import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { JSONObject } from "../src/core/entries/base";
import { weight, type Pulled, type Row } from "../src/store/cases";
import { acknowledge, answered, toSend } from "../src/store/outbox";
import { packOf } from "../src/store/packs";
import { unlock } from "../src/store/pin";
import { lock } from "../src/store/session";
import { enrolled, lease, office, PIN, told } from "./enrolled";
import { VILLAGE } from "./store";

vi.hoisted(() => vi.stubGlobal("document", { baseURI: "https://kantor.example/lapangan/", documentElement: {} }));
const { act, actAll, cases, closeOffice, draft, idIn, newId, openOffice, today } = await import("../src/app/office");
const { db, standing } = await import("../src/app/phone");
const { keep } = await import("../src/sync/standing");
const { isEverythingIn, syncNow, whole, why } = await import("../src/sync/run");
const { mayRead, now, clockOff } = await import("../src/app/lease");

const SITI = "0190a000-0000-7000-8000-000000000a11";
const JOKO = "0190a000-0000-7000-8000-000000000b11";
const DAY_MS = 86_400_000;

/** What the office has to tell at the next pull. */
let news: Row[];
/** By how much its clock is ahead. */
let ahead: number;

/** The office, as far as this phone hears it. */
async function answer(where: string, how: RequestInit): Promise<Response> {
  const said = { epoch: "e", server_time: new Date(Date.now() + ahead).toISOString(), lease: await lease(), erase: false };
  if (where.endsWith("/office")) return Response.json({ ...said, office });
  if (where.endsWith("/push")) {
    const { items } = JSON.parse(await read(how.body as BodyInit));
    return Response.json({ ...said, answers: items.map(() => ({ id: null, answer: "accepted", code: "", words: "" })), gaps: [], heads: {} });
  }
  const { cursors } = JSON.parse(await read(how.body as BodyInit));
  const { seq, total } = cursors[VILLAGE];
  const rows = news.splice(0);
  let sum = total;
  for (const row of rows) sum = (sum + (await weight(row))) % 2 ** 52;
  const cursor = { seq: seq + rows.length, total: sum, after: null, beginning: false };
  return Response.json({ ...said, feeds: rows.length ? [{ feed: VILLAGE, rows, cursor }] : [], drop: [], more: false });
}

async function read(body: BodyInit): Promise<string> {
  const bytes = new Uint8Array(await new Response(body).arrayBuffer());
  if (bytes[0] !== 0x1f) return new TextDecoder().decode(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

beforeEach(async () => {
  [news, ahead] = [[], 0];
  vi.stubGlobal("fetch", answer);
  await enrolled([SITI, JOKO]);
  await db().put("feeds", { feed: VILLAGE, seq: 5, total: 0, after: null, beginning: false });
  await openOffice(unlock(db(), PIN));
  await vi.waitFor(() => expect(cases.value.size).toBe(2), 20_000);
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  lock();
  closeOffice();
  db().close();
  await new Promise((done) => (indexedDB.deleteDatabase("jemput").onsuccess = done));
});

const listed = () => [...cases.value.keys()].sort();
const isFull = () => {
  throw new DOMException("full", "QuotaExceededError");
};

test("a case that leaves takes no other off the lists", async () => {
  expect(packOf(SITI)).toBe(packOf(JOKO));
  news = [{ type: "leave", stream: SITI }];
  await syncNow();
  expect([why.value, listed()]).toEqual([null, [JOKO]]);
});

test("a case that ended long ago leaves, and comes back whole when it goes on", async () => {
  const entries = told.map((entry) => ({ ...entry, stream: SITI })) as unknown as Pulled[];
  const more = (kind: string, clear: JSONObject, at: string): Pulled => ({ ...entries.at(-1)!, id: newId(), kind, version: 1, clear, sealed: {}, occurred_at: at, received_at: at });
  const closed = more("closed", { reason: "withdrawn" }, "2026-03-20T09:00:00+07:00");
  news = [{ type: "entry", stream: SITI, entry: closed }];
  await syncNow();
  expect([why.value, listed(), await db().getAllKeys("cases")]).toEqual([null, [JOKO], [JOKO]]);
  const note = { ...more("note", {}, new Date().toISOString()), sealed: { text: "Pagar biru" } };
  news = [{ type: "enter", stream: SITI, entries: [...entries, closed, note] }, { type: "entry", stream: SITI, entry: note }];
  await syncNow();
  expect(listed()).toEqual([SITI, JOKO]);
});

test("an act that was written is not said to have failed when its line cannot be kept", async () => {
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...said) {
    return this.name === "packs" ? isFull() : put.apply(this, said);
  });
  const entry = await act(SITI, "note", { text: "Pagar biru" });
  expect(cases.value.get(SITI)?.last).toBe(entry.id);
  vi.restoreAllMocks();
  lock();
  closeOffice();
  await openOffice(unlock(db(), PIN));
  await vi.waitFor(() => expect(cases.value.get(SITI)?.last).toBe(entry.id), 20_000);
});

test("what is handed in twice under one id is written once, with what came with it", async () => {
  const said = [["note", { text: "Pagar biru" }, { id: newId() }], ["note", { text: "Gang kedua" }]] as const;
  await actAll(SITI, said);
  await actAll(SITI, said);
  expect((await db().getAll("outbox")).map(({ seq }) => seq)).toEqual([1, 2]);
  expect((await act(SITI, "note", { text: "Rumah ketiga" })).device_seq).toBe(3);
});

test("a form that the office refused is written anew under another id, once", async () => {
  const form = draft<JSONObject>(`${SITI}:note`, SITI, { entry: newId() });
  await vi.waitFor(() => expect(form.values.value).toBeDefined());
  const save = async () => act(SITI, "note", { text: "Pagar biru" }, { id: await idIn(form, SITI, "entry") });
  for (const _twice of [1, 2]) await save();
  expect(await db().count("outbox")).toBe(1);
  await answered(db(), await toSend(db()), [{ id: null, answer: "rejected", code: "area", words: "Bukan wilayah Anda" }], {});
  for (const _twice of [1, 2]) await save();
  expect((await toSend(db())).map(({ id }) => id)).toEqual([form.values.value!.entry]);
  await acknowledge(db(), 1);
  await save();
  expect(await db().count("outbox")).toBe(2);
});

test("what a sync removed is gone from another tab, and no keystroke there brings it back", async () => {
  const heard: string[] = [];
  const tab = new BroadcastChannel("jemput");
  tab.onmessage = ({ data }) => void heard.push(data as string);
  const form = draft<{ text?: string }>(`${SITI}:note`, SITI, {});
  await vi.waitFor(() => expect(form.values.value).toEqual({}));
  await form.set({ text: "Pagar" });
  expect(await db().count("drafts")).toBe(1);
  news = [{ type: "forget", stream: SITI }];
  await syncNow();
  await vi.waitFor(() => expect(heard).toEqual(["news"]));
  await form.set({ text: "Pagar biru" });
  expect(await db().getAll("drafts")).toEqual([]);
  tab.close();
});

test("a tab follows what another one has fetched", async () => {
  const tab = new BroadcastChannel("jemput");
  const pack = (await db().get("packs", packOf(SITI)))!;
  const vault = await unlock(db(), PIN);
  const { [JOKO]: joko } = await vault.open<Record<string, unknown>>(`packs:${pack.id}`, pack.sealed!);
  await db().put("packs", { ...pack, rev: "other", sealed: await vault.seal(`packs:${pack.id}`, { [JOKO]: joko }) });
  tab.postMessage("news");
  await vi.waitFor(() => expect(listed()).toEqual([JOKO]));
  tab.close();
});

test("everything is in only after the office was asked, until something is written or it cannot be asked", async () => {
  whole.value = false; // as the app begins
  await keep({ wholeAt: Date.now() - DAY_MS });
  expect(isEverythingIn.value, "yesterday it was").toBe(false);
  await syncNow();
  expect([why.value, isEverythingIn.value]).toEqual([null, true]);
  await syncNow("quietly"); // there is no signal here
  expect([why.value, isEverythingIn.value]).toEqual([null, false]);
  await syncNow();
  vi.stubGlobal("fetch", async (...[where, how]: Parameters<typeof answer>) => {
    if (where.endsWith("/pull")) lock();
    return answer(where, how);
  });
  news = [{ type: "entry", stream: SITI, entry: { ...told.at(-1)!, id: "0190a000-0000-7000-8000-0000000000ee" } as never }];
  await syncNow();
  expect(isEverythingIn.value, "it was locked before all was here").toBe(false);
});

test("the day is the office's, and what happens is written at its hour, though this phone's clock is three days off", async () => {
  const there = new Date(Date.now() + 3 * DAY_MS);
  ahead = 3 * DAY_MS;
  await syncNow();
  expect(clockOff()).toBeGreaterThan(2 * DAY_MS);
  expect(Math.abs(Date.parse(today()) - there.getTime())).toBeLessThanOrEqual(DAY_MS);
  const { occurred_at } = await act(SITI, "note", { text: "Pagar biru" });
  expect(Math.abs(Date.parse(occurred_at) - there.getTime())).toBeLessThan(DAY_MS);
  ahead = -60_000; // a slow line is no wrong clock
  await syncNow();
  expect(clockOff()).toBe(0);
});

test("an answer that takes twenty minutes to come is no wrong clock", async () => {
  const began = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: began });
  vi.stubGlobal("fetch", async (...[where, how]: Parameters<typeof answer>) => {
    const body = new Uint8Array(await (await answer(where, how)).arrayBuffer());
    const slowly = (to: ReadableStreamDefaultController) => {
      vi.setSystemTime(Date.now() + 20 * 60_000);
      to.enqueue(body);
      to.close();
    };
    return new Response(new ReadableStream({ pull: slowly }, { highWaterMark: 0 }));
  });
  await syncNow();
  expect(why.value).toBe(null);
  expect(Date.now()).toBeGreaterThan(began);
  expect(clockOff()).toBe(0);
});

test("a clock that is set back lengthens no lease; the office's word counts again", async () => {
  await vi.waitFor(() => expect(mayRead.value).toBe(true));
  const today = Date.now();
  const opens = async (days: number) => {
    lock();
    closeOffice();
    vi.useFakeTimers({ toFake: ["Date"], now: today + days * DAY_MS });
    now.value = Date.now();
    await openOffice(unlock(db(), PIN));
    await vi.waitFor(async () => expect(standing.value).toEqual(await db().get("about", "standing")));
  };
  await opens(2);
  expect(mayRead.value).toBe(false);
  await opens(0);
  expect(mayRead.value).toBe(false);
  await syncNow();
  await vi.waitFor(() => expect(mayRead.value).toBe(true));
});
