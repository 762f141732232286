import "fake-indexeddb/auto";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { act, cases, closeOffice, mayRead, me, openOffice, unmade } from "../src/app/office";
import { db } from "../src/app/phone";
import type { JSONObject } from "../src/core/entries/base";
import { whole } from "../src/core/entries/base";
import { openStore } from "../src/store/db";
import { capture } from "../src/store/outbox";
import { packOf } from "../src/store/packs";
import { unlock } from "../src/store/pin";
import { lock } from "../src/store/session";
import { enrolled, PIN, streams, told } from "./enrolled";

beforeAll(() => enrolled());

beforeEach(() => {
  lock();
  closeOffice();
});

/** Machines are busy; what never comes still fails. */
const soon = (check: () => void) => vi.waitFor(check, 20_000);
const last = (stream: string) => cases.value.get(stream)?.last;

test("after an update the lists fill by themselves, and are there at once the next time", async () => {
  await openOffice(unlock(db(), PIN));
  await soon(() => expect([...cases.value.keys()].sort()).toEqual(streams));
  expect(unmade.value).toBe(0);
  lock();
  closeOffice();
  expect(cases.value.size).toBe(0);
  await openOffice(unlock(db(), PIN));
  expect([me.value?.name, mayRead.value]).toEqual(["Rini", true]);
  expect([...cases.value.values()].map(({ stream, last }) => [stream, last]).sort()).toEqual(streams.map((stream) => [stream, told.at(-1)!.id]));
});

test("a wrong PIN opens nothing", async () => {
  await expect(openOffice(unlock(db(), "314159"))).rejects.toThrow("wrong PIN");
  expect([me.value, cases.value.size]).toEqual([null, 0]);
});

test("an act stands on the list at once, comes after the last entry, and is told to other tabs", async () => {
  await openOffice(unlock(db(), PIN));
  const heard: string[] = [];
  const tab = new BroadcastChannel("jemput");
  tab.onmessage = ({ data }) => void heard.push(data as string);
  const entry = await act(streams[0]!, "note", { text: "Pagar biru" });
  expect(entry.after).toBe(told.at(-1)!.id);
  await soon(() => expect(last(streams[0]!)).toBe(entry.id));
  await soon(() => expect(heard).toEqual([streams[0]]));
  tab.close();
});

test("an act that the phone had no time to list is listed when it is opened again", async () => {
  await openOffice(unlock(db(), PIN));
  const body = whole("note", { text: "Pagar biru" });
  const note = { kind: "note" as const, body, stream: streams[1]!, actor: "rini", duty: "field_officer" as const, after: null };
  const entry = await capture(db(), await unlock(db(), PIN), note);
  expect(last(streams[1]!)).not.toBe(entry.id);
  lock();
  closeOffice();
  await openOffice(unlock(db(), PIN));
  await soon(() => expect(last(streams[1]!)).toBe(entry.id));
});

test("what another tab writes while this one is opened is seen here", async () => {
  const tab = new BroadcastChannel("jemput");
  const other = await openStore();
  const opening = openOffice(unlock(db(), PIN));
  const pack = (await other.get("packs", packOf(streams[2]!)))!;
  const vault = await unlock(other, PIN);
  const all = await vault.open<Record<string, JSONObject>>(`packs:${pack.id}`, pack.sealed!);
  all[streams[2]!] = { ...all[streams[2]!], last: "told by another tab" };
  await other.put("packs", { ...pack, rev: "other", sealed: await vault.seal(`packs:${pack.id}`, all) });
  tab.postMessage(streams[2]);
  await opening;
  await soon(() => expect(last(streams[2]!)).toBe("told by another tab"));
  tab.close();
  other.close();
});
