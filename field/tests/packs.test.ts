import { beforeEach, describe, expect, test, vi } from "vitest";
import { whole } from "../src/core/entries/base";
import { applyPage, lastHere, mendSummaries, refresh, type Pulled, type Row } from "../src/store/cases";
import type { Store } from "../src/store/db";
import { answered, capture, settle, toSend } from "../src/store/outbox";
import { packOf, PACKS, summaries, summaryOf } from "../src/store/packs";
import { choosePin } from "../src/store/pin";
import { BrokenSeal, type Vault } from "../src/store/seal";
import { phone, VILLAGE } from "./store";

const pair = (await crypto.subtle.generateKey("X25519", true, ["deriveBits"])) as CryptoKeyPair;
const officeKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));

let db: Store;
let vault: Vault;

beforeEach(async () => {
  db = await phone(officeKey);
  vault = await choosePin(db, "271828");
});

/** Cases of one pack: their identifiers end alike. */
const neighbour = (n: number): string => `0190a000-0000-7000-8000-0000000${String(n).padStart(3, "0")}42`;
const [ONE, TWO, THREE] = [neighbour(1), neighbour(2), neighbour(3)] as const;
const entry = (n: number): Pulled => ({ id: `0190a000-0000-7000-8000-00000000000${n}`, sealed: { text: "Pagar biru" } });
const count = (stream: string, entries: unknown[]) => ({ stream, count: entries.length });
const begin = async (...streams: string[]) => {
  const rows = streams.map((stream): Row => ({ type: "case", stream, entries: [entry(1)] }));
  const from = await db.get("feeds", VILLAGE);
  await applyPage(db, vault, { feed: VILLAGE, from, rows, cursor: { seq: 5, total: 0, after: null, beginning: false } }, count);
};
const note = (stream: string) => {
  const body = whole("note", { text: "Pagar biru" });
  return capture(db, vault, { kind: "note", body, stream, actor: "rini", duty: "field_officer", after: null });
};
const listed = async () => Object.fromEntries([...(await summaries<any>(db, vault))].map(([stream, s]) => [stream, s.count]));

test("thousands of cases are opened with few seals", async () => {
  const many = Array.from({ length: 600 }, (_, n) => `0190a000-0000-7000-8000-0000000${n.toString(16).padStart(5, "0")}`);
  await begin(...many);
  const open = vi.spyOn(vault, "open");
  expect(Object.keys(await listed()).sort()).toEqual(many);
  expect(open.mock.calls.length).toBeLessThanOrEqual(PACKS);
});

test("two tabs write into one pack at once, and neither is lost", async () => {
  const tab = await phone(officeKey, db.name);
  const many = Array.from({ length: 12 }, (_, n) => neighbour(n));
  expect(new Set(many.map(packOf)).size).toBe(1);
  await Promise.all(many.map((stream, n) => refresh(n % 2 ? db : tab, vault, stream, count)));
  expect(Object.keys(await listed()).sort()).toEqual(many);
});

test("a page and an act change one pack at once, and neither is lost", async () => {
  await begin(ONE, TWO);
  const tab = await phone(officeKey, db.name);
  const enter: Row = { type: "enter", stream: THREE, entries: [entry(1), entry(2)] };
  await note(ONE);
  const from = (await db.get("feeds", VILLAGE))!;
  const rows: Row[] = [{ type: "case", stream: TWO, entries: [entry(1), entry(2), entry(3)] }, enter];
  await Promise.all([
    applyPage(tab, vault, { feed: VILLAGE, from, rows, cursor: { ...from, seq: 7 } }, count),
    refresh(db, vault, ONE, count),
  ]);
  expect(await listed()).toEqual({ [ONE]: 2, [TWO]: 3, [THREE]: 2 });
});

test("what is refreshed is given at once, and read alone", async () => {
  await begin(ONE, TWO);
  await note(ONE);
  expect(await refresh(db, vault, ONE, count)).toEqual(await summaryOf(db, vault, ONE));
  expect(await summaryOf(db, vault, THREE)).toBeNull();
});

test("a pack opens in its own place only", async () => {
  await begin(ONE);
  const [pack] = await db.getAll("packs");
  await db.put("packs", { ...pack!, id: pack!.id + 1 });
  await expect(summaries(db, vault)).rejects.toThrow(BrokenSeal);
});

describe("words that must go", () => {
  beforeEach(() => begin(ONE, TWO));

  const inside = async () => Promise.all((await db.getAll("packs")).map((pack) => pack.sealed && vault.open(`packs:${pack.id}`, pack.sealed)));

  test("are gone from the pack together with the case of a person who is forgotten", async () => {
    const from = (await db.get("feeds", VILLAGE))!;
    const rows: Row[] = [{ type: "case", stream: THREE, entries: [entry(1)] }, { type: "forget", stream: ONE }];
    await applyPage(db, vault, { feed: VILLAGE, from, rows, cursor: { ...from, seq: 7 } }, count);
    expect(await inside()).toEqual([{ [TWO]: count(TWO, [1]), [THREE]: count(THREE, [1]) }]);
  });

  test("go without the key too, when the office says of an entry that its person was erased", async () => {
    await note(ONE);
    await refresh(db, vault, ONE, count);
    const said = { id: null, answer: "rejected" as const, code: "erased", words: "" };
    await answered(db, await toSend(db), [said], {});
    expect(await inside()).toEqual([undefined]);
    await mendSummaries(db, vault, count);
    expect(await listed()).toEqual({ [ONE]: 1, [TWO]: 1 });
  });

  test("go with a case that leaves, and its neighbours stay", async () => {
    const { sealed, ...one } = (await db.get("cases", ONE))!;
    await db.put("cases", { ...one, sealed, leaving: true });
    await settle(db);
    expect(await inside()).toEqual([undefined]);
    await mendSummaries(db, vault, count);
    expect(await listed()).toEqual({ [TWO]: 1 });
  });
});

describe("a pack that is to be made anew", () => {
  beforeEach(async () => {
    await begin(ONE, TWO);
    await db.put("packs", { id: packOf(ONE), rev: "gone", unmade: 1 });
  });

  test("is made anew whole, also when acts and pages come first", async () => {
    await note(ONE);
    await refresh(db, vault, ONE, count);
    const from = (await db.get("feeds", VILLAGE))!;
    const rows: Row[] = [{ type: "case", stream: THREE, entries: [entry(1), entry(2)] }];
    await applyPage(db, vault, { feed: VILLAGE, from, rows, cursor: { ...from, seq: 7 } }, count);
    expect(await listed()).toEqual({});
    const left: number[] = [];
    await mendSummaries(db, vault, count, async (n) => void left.push(n));
    expect(await listed()).toEqual({ [ONE]: 2, [TWO]: 1, [THREE]: 2 });
    expect(left).toEqual([0]);
  });

  test("misses no act that is written while it is made", async () => {
    const tab = await phone(officeKey, db.name);
    let isFirst = true;
    const slowly = (stream: string, entries: unknown[]) => {
      if (isFirst) meanwhile = note(THREE).then(() => refresh(tab, vault, THREE, count));
      isFirst = false;
      return count(stream, entries);
    };
    let meanwhile: Promise<unknown> | undefined;
    await mendSummaries(db, vault, slowly);
    await meanwhile;
    await mendSummaries(db, vault, count);
    expect(await listed()).toEqual({ [ONE]: 1, [TWO]: 1, [THREE]: 1 });
  });

  test("of a case that is no longer here leaves nothing", async () => {
    await Promise.all([ONE, TWO].map((stream) => db.delete("cases", stream)));
    await mendSummaries(db, vault, count);
    expect(await db.count("packs")).toBe(0);
  });
});

test("an act that was cut off from its summary is seen when the phone is opened", async () => {
  await begin(ONE);
  expect(await lastHere(db)).toEqual(new Map());
  await note(ONE);
  const { id } = await note(ONE);
  expect(await lastHere(db)).toEqual(new Map([[ONE, id]]));
});
