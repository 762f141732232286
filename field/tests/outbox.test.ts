import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "hpke";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { readEntry, whole } from "../src/core/entries/base";
import { canonical, content } from "../src/journal/canonical";
import { applyPage, beginAllAnew, dropFeeds, entriesOf, mendSummaries, refresh, weight, type Pulled } from "../src/store/cases";
import type { Store } from "../src/store/db";
import { draftOf, draftSent, draftsToSend, dropDraft, saveDraft } from "../src/store/drafts";
import { acknowledge, answered, capture, needAttention, offerAgain, pending, settle, tidy, toSend, type Act } from "../src/store/outbox";
import { summaries } from "../src/store/packs";
import { choosePin, NoKey, unlock } from "../src/store/pin";
import type { Vault } from "../src/store/seal";
import { OTHER, phone, STREAM, VILLAGE, wholeMemory } from "./store";

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const office = await suite.GenerateKeyPair();
const officeKey = await suite.SerializePublicKey(office.publicKey);

let db: Store;
let vault: Vault;

beforeEach(async () => {
  db = await phone(officeKey);
  vault = await choosePin(db, "271828");
});

const note = (text: string, more: Partial<Act> = {}): Act => ({
  kind: "note",
  body: whole("note", { text }),
  stream: STREAM,
  actor: "rini",
  duty: "field_officer",
  after: null,
  ...more,
});

/** As the office does it. */
async function opened(sealed: Uint8Array, info = "jemput entry"): Promise<any> {
  const options = { info: new TextEncoder().encode(info) };
  const plain = await suite.Open(office.privateKey, sealed.slice(0, 32), sealed.slice(32), options);
  return JSON.parse(new TextDecoder().decode(plain));
}

const settled = async () => (await db.getAll("outbox")).map((row) => row.state);

describe("an act that was captured", () => {
  test("lies there twice: for the officer to see, and for the office alone", async () => {
    const entry = await capture(db, vault, note("Pagar biru"), new Date("2026-03-02T02:00:00.123Z"));
    expect(await pending(db, vault, STREAM)).toEqual([content(entry)]);
    const [row] = await toSend(db);
    expect(await opened(row!.office)).toEqual(content(entry));
    expect(canonical(content(entry))).toContain('"occurred_at":"2026-03-02T02:00:00.123000Z"');
    expect(readEntry(await opened(row!.office))).toEqual({ ...entry, occurred_at: "2026-03-02T02:00:00.123000+00:00" });
  });

  test("says nothing to somebody who takes out the memory", async () => {
    await capture(db, vault, note("Pagar biru"));
    await saveDraft(db, vault, "form-1", STREAM, { religion: "Islam" });
    await refresh(db, vault, STREAM, () => ({ name: "SUKARNI" }));
    const memory = await wholeMemory(db);
    expect(memory).toContain(STREAM);
    for (const word of ["Pagar", "biru", "note", "rini", "Islam", "SUKARNI"]) expect(memory).not.toContain(word);
  });

  test("bears the next number, without a gap, though two tabs write at once", async () => {
    const tab = await phone(officeKey, db.name);
    const many = Array.from({ length: 20 }, (_, n) => capture(n % 2 ? db : tab, vault, note(`${n}`)));
    const numbers = (await Promise.all(many)).map((entry) => entry.device_seq!);
    expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect((await toSend(db)).map((row) => row.seq)).toEqual(numbers);
  });

  test("is not half written when the disk is full; the next one takes its number", async () => {
    const full = vi.spyOn(IDBObjectStore.prototype, "add").mockImplementationOnce(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await expect(capture(db, vault, note("1"))).rejects.toThrow("full");
    expect(full).toHaveBeenCalled();
    expect(await toSend(db)).toEqual([]);
    expect((await capture(db, vault, note("1"))).device_seq).toBe(1);
    expect((await capture(db, vault, note("2"))).device_seq).toBe(2);
  });

  test("is only for the office when it is biometric: the phone itself cannot read it back", async () => {
    await capture(db, vault, note("sidik jari", { blind: true }));
    expect(await pending(db, vault, STREAM)).toEqual([]);
    const [row] = await toSend(db);
    expect(row!.own).toBeUndefined();
    expect((await opened(row!.office)).sealed).toEqual({ text: "sidik jari" });
  });
});

test("ten wrong PINs: what the phone held is gone, what waits can still be delivered", async () => {
  const entry = await capture(db, vault, note("Pagar biru"));
  for (let tries = 0; tries < 10; tries += 1) await unlock(db, "000000").catch(() => {});
  await expect(unlock(db, "271828")).rejects.toThrow(NoKey);
  const fresh = await choosePin(db, "314159");
  await expect(pending(db, fresh, STREAM)).rejects.toThrow();
  expect(await opened((await toSend(db))[0]!.office)).toEqual(content(entry));
});

test("ten wrong PINs in the middle of a form: the office alone can still read what was typed", async () => {
  await refresh(db, vault, STREAM, () => ({}));
  await saveDraft(db, vault, `${STREAM}:note`, STREAM, { text: "Pagar" });
  await saveDraft(db, vault, `${STREAM}:note`, STREAM, { text: "Pagar biru" });
  await saveDraft(db, vault, "report", OTHER, { name: "SUKARNI" });
  for (let tries = 0; tries < 10; tries += 1) await unlock(db, "000000").catch(() => {});
  const [one, report] = await draftsToSend(db);
  expect(await opened(one!.office, "jemput draft")).toEqual({ id: `${STREAM}:note`, stream: STREAM, values: { text: "Pagar biru" } });
  await draftSent(db, one!, false);
  expect((await draftsToSend(db)).map(({ id }) => id)).toEqual(["report"]);
  await draftSent(db, report!, true); // of somebody who was erased
  expect(await db.getAllKeys("drafts")).toEqual([`${STREAM}:note`]);
  await offerAgain(db); // the office was restored from a backup
  expect((await draftsToSend(db)).map(({ id }) => id)).toEqual([`${STREAM}:note`]);
});

describe("what the office answers", () => {
  const said = (answer: "accepted" | "known" | "held" | "rejected" | "conflict") => {
    return { id: null, answer, code: answer, words: `kata ${answer}` };
  };
  const cursor = (seq: number) => ({ seq, total: 0, after: null, beginning: false });

  test("moves each row by itself; a bad one blocks nobody", async () => {
    for (const n of [1, 2, 3, 4, 5]) await capture(db, vault, note(`${n}`));
    const answers = (["accepted", "rejected", "held", "conflict", "known"] as const).map(said);
    await answered(db, await toSend(db), answers, { [VILLAGE]: 9 });
    expect(await settled()).toEqual(["settling", "attention", "held", "attention", "settling"]);
    expect((await toSend(db)).map((row) => row.seq)).toEqual([3]);
    expect((await needAttention(db)).map((row) => row.answer)).toEqual([
      { code: "rejected", words: "kata rejected" },
      { code: "conflict", words: "kata conflict" },
    ]);
    expect((await pending(db, vault, STREAM)).map((entry: any) => entry.sealed.text)).toEqual(["1", "3", "5"]);
  });

  test("lets go of the phone's copy only when the entry was pulled back", async () => {
    const entry = await capture(db, vault, note("Pagar biru"));
    await answered(db, await toSend(db), [said("accepted")], { [VILLAGE]: 2 });
    await settle(db);
    expect(await settled(), "nothing was pulled yet").toEqual(["settling"]);
    await db.put("feeds", { feed: VILLAGE, ...cursor(1) });
    await settle(db);
    expect(await settled(), "not far enough").toEqual(["settling"]);
    expect(await pending(db, vault, STREAM)).toHaveLength(1);
    const row = { type: "entry" as const, stream: STREAM, entry: content(entry) as Pulled };
    const after = { ...cursor(2), total: await weight(row) };
    await applyPage(db, vault, { feed: VILLAGE, from: cursor(1), rows: [row], cursor: after }, () => ({}));
    expect(await entriesOf(db, vault, STREAM), "never twice").toEqual([content(entry)]);
    await settle(db);
    expect(await settled()).toEqual(["settled"]);
    expect(await entriesOf(db, vault, STREAM)).toEqual([content(entry)]);
  });

  test("a feed that was taken away brings nothing back, and holds nothing up", async () => {
    await capture(db, vault, note("Pagar biru"));
    await answered(db, await toSend(db), [said("accepted")], { [VILLAGE]: 2 });
    await dropFeeds(db, [VILLAGE]);
    await settle(db);
    expect(await settled()).toEqual(["settled"]);
  });

  test("a server from yesterday's backup is offered again what it had", async () => {
    const entry = await capture(db, vault, note("Pagar biru"));
    await answered(db, await toSend(db), [said("accepted")], {});
    await settle(db);
    await offerAgain(db);
    expect(await opened((await toSend(db))[0]!.office)).toEqual(content(entry));
  });

  test("that server is offered too what was refused: its quarantine may be gone; what was read is not news again", async () => {
    for (const n of [1, 2, 3]) await capture(db, vault, note(`${n}`));
    const refused = (["rejected", "conflict", "rejected"] as const).map(said);
    await answered(db, await toSend(db), refused, {});
    await acknowledge(db, 3);
    await offerAgain(db);
    expect((await toSend(db)).map((row) => row.seq)).toEqual([1, 2, 3]);
    await answered(db, await toSend(db), refused, {});
    expect((await needAttention(db)).map((row) => row.seq)).toEqual([1, 2]);
    expect(await settled()).toEqual(["attention", "attention", "settled"]);
  });

  test("a feed that begins has everything offered again, as rows from before it never come", async () => {
    for (const n of [1, 2]) await capture(db, vault, note(`${n}`));
    await answered(db, await toSend(db), [said("accepted"), said("rejected")], {});
    await settle(db);
    await applyPage(db, vault, { feed: VILLAGE, rows: [], cursor: cursor(2) }, () => ({}));
    expect((await toSend(db)).map((row) => row.seq)).toEqual([1, 2]);
  });

  test("a person who was erased: words, files, drafts and the line on the list go at once", async () => {
    const file = (digest: string) => ({ digest, stream: STREAM, content: new Uint8Array(8) });
    await db.put("feeds", { feed: VILLAGE, ...cursor(1) });
    await capture(db, vault, note("Pagar biru", { files: [file("aa")] }));
    await capture(db, vault, note("Pagar hijau", { files: [file("bb")] }));
    await saveDraft(db, vault, "form-1", STREAM, { religion: "Islam" });
    await refresh(db, vault, STREAM, (stream, entries) => ({ stream, count: entries.length }));
    await answered(db, await toSend(db), [{ ...said("rejected"), code: "erased" }, said("held")], {});
    expect(await settled()).toEqual(["held"]);
    expect(await db.getAllKeys("files")).toEqual(["bb"]);
    expect(await db.count("drafts")).toBe(0);
    expect(await db.getAll("packs")).toEqual([expect.not.objectContaining({ sealed: expect.anything() })]);
    await mendSummaries(db, vault, (stream, entries) => ({ stream, count: entries.length }));
    expect([...(await summaries(db, vault)).values()]).toEqual([{ stream: STREAM, count: 1 }]);
    await answered(db, await toSend(db), [{ ...said("rejected"), code: "erased" }], {});
    await settle(db);
    await mendSummaries(db, vault, () => ({}));
    const left = await Promise.all((["cases", "packs", "outbox", "files"] as const).map((name) => db.count(name)));
    expect(left).toEqual([0, 0, 0, 0]);
    await offerAgain(db);
    expect(await toSend(db)).toEqual([]);
  });

  test("a case that began here and lies elsewhere goes once it has arrived", async () => {
    await capture(db, vault, note("Baru"));
    await refresh(db, vault, STREAM, () => ({}));
    await settle(db);
    expect(await db.count("cases")).toBe(1);
    await answered(db, await toSend(db), [said("accepted")], {});
    await settle(db);
    await mendSummaries(db, vault, () => ({}));
    expect([await db.count("cases"), await db.count("packs")]).toEqual([0, 0]);
  });

  test("a restored server that knows a feed no longer takes its cases along", async () => {
    const rows = [{ type: "case" as const, stream: STREAM, entries: [] }];
    await applyPage(db, vault, { feed: VILLAGE, rows, cursor: cursor(2) }, () => ({}));
    await beginAllAnew(db);
    expect(await db.count("cases"), "still to be read until all was pulled").toBe(1);
    await settle(db);
    expect([await db.count("cases"), await db.count("feeds")]).toEqual([0, 0]);
  });

  test("after ninety days what is settled goes, and nothing else", async () => {
    for (const n of [1, 2]) await capture(db, vault, note(`${n}`), new Date("2026-03-02T02:00:00Z"));
    await answered(db, (await toSend(db)).slice(0, 1), [said("accepted")], {});
    await settle(db);
    await tidy(db, Date.parse("2026-05-31T01:00:00Z"));
    expect(await settled()).toEqual(["settled", "waiting"]);
    await tidy(db, Date.parse("2026-06-01T02:00:00Z"));
    expect(await settled()).toEqual(["waiting"]);
  });
});

describe("a form that is being filled in", () => {
  test("is there again after the app was killed, and the office could read it", async () => {
    await refresh(db, vault, STREAM, () => ({}));
    const typed = ["K", "Ka", "Kat"].map((religion) => saveDraft(db, vault, "form-1", STREAM, { religion }));
    await Promise.all(typed);
    expect(await draftOf(db, await unlock(db, "271828"), "form-1")).toEqual({ religion: "Kat" });
    const lying = await db.get("drafts", "form-1");
    expect(await opened(lying!.office, "jemput draft")).toMatchObject({ id: "form-1", values: { religion: "Kat" } });
    await dropDraft(db, "form-1");
    expect(await draftOf(db, vault, "form-1")).toBeNull();
  });

  test("of a case that leaves this phone goes to the office as it is, and begins anew should the case come back", async () => {
    const cursor = { seq: 1, total: 0, after: null, beginning: false };
    const rows = [{ type: "case" as const, stream: STREAM, entries: [] }];
    await applyPage(db, vault, { feed: VILLAGE, rows, cursor }, () => ({}));
    await saveDraft(db, vault, `${STREAM}:note`, STREAM, { text: "Pagar biru" });
    await saveDraft(db, vault, "report", OTHER, { name: "SUKARNI" });
    expect(await draftsToSend(db, false)).toEqual([]);
    await dropFeeds(db, [VILLAGE]);
    for (const _twice of [1, 2]) await settle(db);
    expect(await draftOf(db, vault, `${STREAM}:note`)).toBeNull();
    const [left, ...more] = await draftsToSend(db, false);
    expect(more).toEqual([]);
    expect(left).not.toHaveProperty("own");
    expect(await opened(left!.office, "jemput draft")).toEqual({ id: `${STREAM}:note`, stream: STREAM, values: { text: "Pagar biru" } });
    await draftSent(db, left!, false);
    expect(await db.getAllKeys("drafts")).toEqual(["report"]);
  });

  test("is no roster: that waits for nobody, and goes with its case", async () => {
    const cursor = { seq: 1, total: 0, after: null, beginning: false };
    await applyPage(db, vault, { feed: VILLAGE, rows: [{ type: "case" as const, stream: STREAM, entries: [] }], cursor }, () => ({}));
    await saveDraft(db, vault, `place:${STREAM}:2026-03-04`, STREAM, { people: [STREAM] });
    expect([await draftsToSend(db), await db.count("drafts")]).toEqual([[], 1]);
    await dropFeeds(db, [VILLAGE]);
    await settle(db);
    expect(await db.count("drafts")).toBe(0);
  });

  test("that is handed in at once after a keystroke does not come back", async () => {
    await refresh(db, vault, STREAM, () => ({}));
    void saveDraft(db, vault, "form-2", STREAM, { religion: "Islam" });
    await dropDraft(db, "form-2");
    expect(await draftOf(db, vault, "form-2")).toBeNull();
  });
});

test("a case that began here is on the list before it was sent", async () => {
  await capture(db, vault, note("Baru"));
  await refresh(db, vault, STREAM, (stream, entries) => ({ stream, count: entries.length }));
  expect([...(await summaries(db, vault)).values()]).toEqual([{ stream: STREAM, count: 1 }]);
});
