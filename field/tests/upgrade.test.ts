import "fake-indexeddb/auto";
import { openDB } from "idb";
import { expect, test } from "vitest";
import { openStore } from "../src/store/db";
import { toSend } from "../src/store/outbox";

test("what waited in the store of the first version is still there in today's", async () => {
  const first = await openDB("upgraded", 1, {
    upgrade(db) {
      db.createObjectStore("about");
      db.createObjectStore("feeds", { keyPath: "feed" });
      db.createObjectStore("cases", { keyPath: "stream" }).createIndex("feed", "feed");
      db.createObjectStore("summaries", { keyPath: "stream" });
      const outbox = db.createObjectStore("outbox", { keyPath: "seq" });
      outbox.createIndex("state", "state");
      outbox.createIndex("stream", "stream");
      db.createObjectStore("drafts", { keyPath: "id" }).createIndex("stream", "stream");
    },
  });
  const row = { seq: 1, id: "a", stream: "s", state: "waiting", written: 0, office: new Uint8Array([1, 2]) };
  await first.put("outbox", row);
  first.close();
  const db = await openStore("upgraded");
  expect(await toSend(db)).toEqual([row]);
  expect([...db.objectStoreNames].sort()).toEqual(["about", "books", "cases", "drafts", "extract", "feeds", "files", "outbox", "summaries"]);
  expect(await db.getAll("files")).toEqual([]);
});
