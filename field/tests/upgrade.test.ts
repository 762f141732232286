import "fake-indexeddb/auto";
import { openDB } from "idb";
import { expect, test } from "vitest";
import { mendSummaries } from "../src/store/cases";
import { openStore } from "../src/store/db";
import { filesToSend } from "../src/store/files";
import { toSend } from "../src/store/outbox";
import { summaries } from "../src/store/packs";
import { vaultOf } from "../src/store/seal";
import { OTHER, STREAM } from "./store";

const row = { seq: 1, id: "a", stream: STREAM, state: "waiting", written: 0, office: new Uint8Array([1, 2]) };

/** The store as the app of that version left it. */
const older = (name: string, version: number) =>
  openDB(name, version, {
    upgrade(db, _before, _now, tx) {
      db.createObjectStore("about");
      db.createObjectStore("feeds", { keyPath: "feed" });
      db.createObjectStore("cases", { keyPath: "stream" }).createIndex("feed", "feed");
      if (version < 4) db.createObjectStore("summaries", { keyPath: "stream" });
      const outbox = db.createObjectStore("outbox", { keyPath: "seq" });
      outbox.createIndex("state", "state");
      outbox.createIndex("stream", "stream");
      db.createObjectStore("drafts", { keyPath: "id" }).createIndex("stream", "stream");
      if (version < 2) return;
      db.createObjectStore("books", { keyPath: "id" });
      db.createObjectStore("files", { keyPath: "digest" }).createIndex("stream", "stream");
      if (version < 3) return;
      db.createObjectStore("extract", { keyPath: "id" });
      if (version < 4) return;
      db.createObjectStore("packs", { keyPath: "id" }).createIndex("unmade", "unmade");
      if (version >= 5) tx.objectStore("files").createIndex("sentAt", "sentAt");
    },
  });

test.each([1, 2, 3, 4, 5])("what waited in the store of version %i is still there in today's", async (version) => {
  const before = await older(`upgraded-${version}`, version);
  await before.put("outbox", row);
  before.close();
  const db = await openStore(`upgraded-${version}`);
  expect(await toSend(db)).toEqual([row]);
  const fresh = await openStore(`fresh-${version}`);
  expect([...db.objectStoreNames]).toEqual([...fresh.objectStoreNames]);
  expect(await db.getAll("files")).toEqual([]);
});

test("photos that waited in version 4 are still counted and sent, those that the office has are not", async () => {
  const before = await older("photos", 4);
  const photo = { stream: STREAM, content: new Uint8Array([1]) };
  await before.put("files", { ...photo, digest: "aa" });
  await before.put("files", { ...photo, digest: "bb", sentAt: 1 });
  before.close();
  const db = await openStore("photos");
  expect(await filesToSend(db)).toEqual(["aa"]);
});

test.each([3, 4, 5])("the lists of version %i are made anew from its cases, and what it had listed is gone", async (version) => {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const vault = vaultOf(key);
  const before = await older(`listed-${version}`, version);
  for (const stream of [STREAM, OTHER]) {
    await before.put("cases", { stream, feed: "f", rev: "r", sealed: await vault.seal(`cases:${stream}`, [{ id: stream }]) });
    if (version === 3) await before.put("summaries", { stream, sealed: await vault.seal(`summaries:${stream}`, { name: "SUKARNI" }) });
  }
  if (version >= 4) await before.put("packs", { id: 99, rev: "r", sealed: await vault.seal("packs:99", { [STREAM]: { name: "SUKARNI" } }) });
  before.close();
  const db = await openStore(`listed-${version}`);
  expect(await summaries(db, vault)).toEqual(new Map());
  let told = -1;
  await mendSummaries(db, vault, (stream, entries) => ({ stream, count: entries.length }), async (left) => void (told = left));
  expect(told).toBe(0);
  expect(await summaries(db, vault)).toEqual(new Map([OTHER, STREAM].map((stream) => [stream, { stream, count: 1 }])));
  expect(await db.count("packs")).toBe(2);
});
