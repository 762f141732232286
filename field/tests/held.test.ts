import { beforeEach, describe, expect, test } from "vitest";
import { whole } from "../src/core/entries/base";
import { sealForOffice, type Vault } from "../src/store/seal";
import { applyPage, beginAnew, dropFeeds, entriesOf, Outdated, SumDiffers, weight, type Page, type Pulled, type Row } from "../src/store/cases";
import type { Store } from "../src/store/db";
import { saveDraft } from "../src/store/drafts";
import { capture, settle, toSend } from "../src/store/outbox";
import { summaries } from "../src/store/packs";
import { choosePin } from "../src/store/pin";
import { OTHER, phone, STREAM, VILLAGE } from "./store";

const pair = (await crypto.subtle.generateKey("X25519", true, ["deriveBits"])) as CryptoKeyPair;
const officeKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
const NEXT_VILLAGE = "99.01.01.2002";

let db: Store;
let vault: Vault;

beforeEach(async () => {
  db = await phone(officeKey);
  vault = await choosePin(db, "271828");
});

const entry = (n: number, text = `catatan ${n}`): Pulled => ({ id: `0190a000-0000-7000-8000-00000000000${n}`, sealed: { text } });
const count = (stream: string, entries: unknown[]) => ({ stream, count: entries.length });
const at = (seq: number, total = 0, beginning = false) => ({ seq, total, after: null, beginning });
const apply = async (page: Page) => applyPage(db, vault, { from: await db.get("feeds", page.feed), ...page }, count);
const begin = (rows: Row[], total = 0) => apply({ feed: VILLAGE, rows, cursor: at(5, total) });
const held = async () => (await db.getAllKeys("cases")).sort();

/** A page of changes with the sum that its rows have. */
async function changed(rows: Row[], feed = VILLAGE): Promise<void> {
  const before = (await db.get("feeds", feed))!;
  let { total } = before;
  for (const row of rows) total = (total + (await weight(row))) % 2 ** 52;
  await apply({ feed, rows, cursor: at(before.seq + rows.length, total) });
}

describe("a feed", () => {
  test("begins with whole cases and goes on with what is new", async () => {
    await begin([{ type: "case", stream: STREAM, entries: [entry(1)] }], 77);
    await changed([
      { type: "entry", stream: STREAM, entry: entry(2) },
      { type: "entry", stream: STREAM, entry: entry(2) },
      { type: "enter", stream: OTHER, entries: [entry(3), entry(4), entry(5)] },
      { type: "other", weight: 4503599627370495 },
    ]);
    expect(await entriesOf(db, vault, STREAM)).toEqual([entry(1), entry(2)]);
    expect([...(await summaries<any>(db, vault)).values()].map((s) => s.count).sort()).toEqual([2, 3]);
    expect((await db.get("feeds", VILLAGE))?.seq).toBe(9);
  });

  test("is begun anew when its sum tells that something was lost; nothing of the page is applied", async () => {
    await begin([{ type: "case", stream: STREAM, entries: [entry(1)] }]);
    const page = { feed: VILLAGE, rows: [{ type: "entry" as const, stream: STREAM, entry: entry(3) }], cursor: at(7, 1) };
    await expect(apply(page)).rejects.toThrow(SumDiffers);
    expect(await entriesOf(db, vault, STREAM)).toEqual([entry(1)]);
    await beginAnew(db, VILLAGE);
    await begin([{ type: "case", stream: STREAM, entries: [entry(1), entry(2), entry(3)] }]);
    expect(await entriesOf(db, vault, STREAM)).toHaveLength(3);
  });

  test("that was begun anew lets go of cases that are no longer in it, but not half-way", async () => {
    await begin([
      { type: "case", stream: STREAM, entries: [entry(1)] },
      { type: "case", stream: OTHER, entries: [entry(2)] },
    ]);
    await beginAnew(db, VILLAGE);
    await apply({ feed: VILLAGE, rows: [{ type: "case", stream: STREAM, entries: [entry(1)] }], cursor: at(5, 0, true) });
    await settle(db);
    expect(await held()).toEqual([OTHER, STREAM]);
    await apply({ feed: VILLAGE, rows: [], cursor: at(5, 0) });
    await settle(db);
    expect(await held()).toEqual([STREAM]);
  });

  test("that was begun anew and is empty now lets go of all its cases", async () => {
    await begin([{ type: "case", stream: STREAM, entries: [entry(1)] }]);
    await beginAnew(db, VILLAGE);
    await begin([]);
    await settle(db);
    expect(await held()).toEqual([]);
  });

  test("is applied once though two tabs bring the same page", async () => {
    await begin([{ type: "case", stream: STREAM, entries: [entry(1)] }]);
    const row: Row = { type: "entry", stream: STREAM, entry: entry(2) };
    const page = { feed: VILLAGE, from: at(5), rows: [row], cursor: at(6, await weight(row)) };
    const tries = await Promise.allSettled([apply(page), apply(page)]);
    expect(tries.map((t) => t.status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(apply(page)).rejects.toThrow(Outdated);
    expect(await entriesOf(db, vault, STREAM)).toEqual([entry(1), entry(2)]);
  });
});

describe("a case", () => {
  const act = { kind: "note" as const, body: whole("note", { text: "Pagar" }), actor: "rini", duty: "field_officer" as const, after: null };

  beforeEach(() => begin([{ type: "case", stream: STREAM, entries: [entry(1)] }]));

  test("that leaves the area goes once nothing of it waits", async () => {
    await capture(db, vault, { ...act, stream: STREAM });
    await changed([{ type: "leave", stream: STREAM }]);
    await settle(db);
    expect(await held()).toEqual([STREAM]);
    const [row] = await toSend(db);
    await db.put("outbox", { ...row!, state: "settled" });
    await settle(db);
    expect(await held()).toEqual([]);
    expect((await summaries(db, vault)).size).toBe(0);
  });

  test("that moves between two villages of this device stays", async () => {
    await apply({ feed: NEXT_VILLAGE, rows: [], cursor: at(1) });
    await changed([{ type: "enter", stream: STREAM, entries: [entry(1), entry(2)] }], NEXT_VILLAGE);
    await changed([{ type: "leave", stream: STREAM }]);
    await settle(db);
    expect(await entriesOf(db, vault, STREAM)).toEqual([entry(1), entry(2)]);
    await dropFeeds(db, [NEXT_VILLAGE]);
    await settle(db);
    expect(await held()).toEqual([]);
  });

  test("of a person who is forgotten is gone with all that was written of it", async () => {
    await capture(db, vault, { ...act, stream: STREAM });
    await saveDraft(db, vault, "form-1", STREAM, { religion: "Islam" });
    await changed([{ type: "forget", stream: STREAM }]);
    const left = await Promise.all((["cases", "packs", "outbox", "drafts"] as const).map((name) => db.count(name)));
    expect(left).toEqual([0, 0, 0, 0]);
  });

  test("keeps what is clear when one entry is forgotten", async () => {
    await changed([{ type: "entry", stream: STREAM, entry: entry(2) }]);
    await changed([{ type: "forget", stream: STREAM, entry: entry(1).id }]);
    expect(await entriesOf(db, vault, STREAM)).toEqual([{ ...entry(1), sealed: null }, entry(2)]);
  });

  test("lets go of one forgotten entry that waits here, with the files that it named, and of no other", async () => {
    const file = (digest: string) => ({ digest, stream: STREAM, content: new Uint8Array(8) });
    const gone = await capture(db, vault, { ...act, stream: STREAM, files: [file("aa")] });
    await capture(db, vault, { ...act, stream: STREAM, files: [file("bb")] });
    await changed([{ type: "forget", stream: STREAM, entry: gone.id }]);
    expect((await toSend(db)).map((row) => row.seq)).toEqual([2]);
    expect(await db.getAllKeys("files")).toEqual(["bb"]);
    expect([...(await summaries<any>(db, vault)).values()].map((s) => s.count)).toEqual([2]);
  });

  test("lets go at once of files of which an older release did not note whose they are, where the office has them", async () => {
    const file = (digest: string, more = {}) => db.put("files", { digest, stream: STREAM, content: new Uint8Array(8), ...more });
    const gone = await capture(db, vault, { ...act, stream: STREAM });
    await Promise.all([file("aa", { sentAt: 1 }), file("bb"), file("cc", { sentAt: 1, entry: entry(1).id })]);
    await changed([{ type: "forget", stream: STREAM, entry: gone.id }]);
    expect(await db.getAllKeys("files")).toEqual(["bb", "cc"]); // bb is still to be sent: the answer tells whose it was
  });
});

test("what is sealed for one purpose is not sealed the same way twice", async () => {
  const [one, other] = await Promise.all([1, 2].map(() => sealForOffice(officeKey, "jemput file", new Uint8Array(8))));
  expect(one).not.toEqual(other);
});
