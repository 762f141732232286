import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { unlock } from "../src/store/pin";
import { lock } from "../src/store/session";
import { enrolled, PIN } from "./enrolled";
import { VILLAGE } from "./store";

vi.hoisted(() => vi.stubGlobal("document", { baseURI: "https://kantor.example/lapangan/", documentElement: {} }));
const { act, actAll, cases, closeOffice, newId, openOffice } = await import("../src/app/office");
const { db } = await import("../src/app/phone");

const SITI = "0190a000-0000-7000-8000-000000000a11";
const JOKO = "0190a000-0000-7000-8000-000000000b11";

beforeEach(async () => {
  await enrolled([SITI, JOKO]);
  await db().put("feeds", { feed: VILLAGE, seq: 5, total: 0, after: null, beginning: false });
  await openOffice(unlock(db(), PIN));
  await vi.waitFor(() => expect(cases.value.size).toBe(2), 20_000);
});

afterEach(async () => {
  vi.restoreAllMocks();
  lock();
  closeOffice();
  db().close();
  await new Promise((done) => (indexedDB.deleteDatabase("jemput").onsuccess = done));
});

const isFull = () => {
  throw new DOMException("full", "QuotaExceededError");
};

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
