import "fake-indexeddb/auto";
import { openDB } from "idb";
import { expect, test } from "vitest";
import { mendSummaries } from "../src/store/cases";
import { openStore } from "../src/store/db";
import { toSend } from "../src/store/outbox";
import { summaries } from "../src/store/packs";
import { vaultOf } from "../src/store/seal";
import { OTHER, STREAM } from "./store";

const row = { seq: 1, id: "a", stream: STREAM, state: "waiting", written: 0, office: new Uint8Array([1, 2]) };

/** The store as the app of that version left it. */
const older = (name: string, version: number) =>
  openDB(name, version, {
    upgrade(db) {
      db.createObjectStore("about");
      db.createObjectStore("feeds", { keyPath: "feed" });
      db.createObjectStore("cases", { keyPath: "stream" }).createIndex("feed", "feed");
      db.createObjectStore("summaries", { keyPath: "stream" });
      const outbox = db.createObjectStore("outbox", { keyPath: "seq" });
      outbox.createIndex("state", "state");
      outbox.createIndex("stream", "stream");
      db.createObjectStore("drafts", { keyPath: "id" }).createIndex("stream", "stream");
      if (version < 2) return;
      db.createObjectStore("books", { keyPath: "id" });
      db.createObjectStore("files", { keyPath: "digest" }).createIndex("stream", "stream");
      if (version < 3) return;
      db.createObjectStore("extract", { keyPath: "id" });
    },
  });

test.each([1, 2, 3])("what waited in the store of version %i is still there in today's", async (version) => {
  const before = await older(`upgraded-${version}`, version);
  await before.put("outbox", row);
  before.close();
  const db = await openStore(`upgraded-${version}`);
  expect(await toSend(db)).toEqual([row]);
  const fresh = await openStore(`fresh-${version}`);
  expect([...db.objectStoreNames]).toEqual([...fresh.objectStoreNames]);
  expect(await db.getAll("files")).toEqual([]);
});

test("the lists of version 3 are made anew from its cases, and its summaries are gone", async () => {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const vault = vaultOf(key);
  const before = await older("listed", 3);
  for (const stream of [STREAM, OTHER]) {
    await before.put("cases", { stream, feed: "f", rev: "r", sealed: await vault.seal(`cases:${stream}`, [{ id: stream }]) });
    await before.put("summaries", { stream, sealed: await vault.seal(`summaries:${stream}`, { name: "SUKARNI" }) });
  }
  before.close();
  const db = await openStore("listed");
  expect(await summaries(db, vault)).toEqual(new Map());
  let told = -1;
  await mendSummaries(db, vault, (stream, entries) => ({ stream, count: entries.length }), async (left) => void (told = left));
  expect(told).toBe(0);
  expect(await summaries(db, vault)).toEqual(new Map([OTHER, STREAM].map((stream) => [stream, { stream, count: 1 }])));
  expect(await db.count("packs")).toBe(2);
});
