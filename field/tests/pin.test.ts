import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Store } from "../src/store/db";
import { changePin, choosePin, Chosen, isPin, NoKey, typing, unlock, WrongPin, type Lock } from "../src/store/pin";
import { BrokenSeal } from "../src/store/seal";
import { phone } from "./store";

const officeKey = new Uint8Array(32);

describe("a PIN of six digits", () => {
  let db: Store;
  let sealed: Uint8Array;

  beforeAll(async () => {
    db = await phone(officeKey);
    const vault = await choosePin(db, "271828");
    sealed = await vault.seal("cases:1", { name: "SUKARNI" });
  });

  test("opens what it had sealed, also after the app was closed", async () => {
    const vault = await unlock(db, "271828");
    expect(await vault.open("cases:1", sealed)).toEqual({ name: "SUKARNI" });
  });

  test("does not open it in another place, nor altered", async () => {
    const vault = await unlock(db, "271828");
    await expect(vault.open("cases:2", sealed)).rejects.toThrow(BrokenSeal);
    const altered = sealed.with(20, sealed[20]! ^ 1);
    await expect(vault.open("cases:1", altered)).rejects.toThrow(BrokenSeal);
  });

  test("is made ready while it is typed, and nothing is tried by it", async () => {
    for (const typed of ["2", "271827", "271828"]) await typing(db, typed);
    expect(((await db.get("about", "lock")) as Lock).tries).toBe(0);
    const vault = await unlock(db, "271828");
    expect(await vault.open("cases:1", sealed)).toEqual({ name: "SUKARNI" });
  });

  test("can be changed; the old one is wrong then", async () => {
    await changePin(db, "271828", "314159");
    await expect(unlock(db, "271828")).rejects.toThrow(WrongPin);
    const vault = await unlock(db, "314159");
    expect(await vault.open("cases:1", sealed)).toEqual({ name: "SUKARNI" });
  });

  test("wrong ten times throws the key away for good; a right one in between begins the count anew", async () => {
    for (let left = 9; left >= 1; left -= 1) {
      await expect(unlock(db, "000000")).rejects.toMatchObject({ left });
    }
    await unlock(db, "314159");
    for (let left = 9; left >= 1; left -= 1) {
      await expect(unlock(db, "000000")).rejects.toMatchObject({ left });
    }
    await expect(unlock(db, "000000")).rejects.toThrow(NoKey);
    await expect(unlock(db, "314159")).rejects.toThrow(NoKey);
    expect(await db.get("about", "key")).toBeUndefined();
  });
});

test("a try counts before it is made: closing the app gives none for free", async () => {
  const db = await phone(officeKey);
  await choosePin(db, "271828");
  const decrypt = crypto.subtle.decrypt.bind(crypto.subtle);
  const counts: number[] = [];
  const watched = vi.spyOn(crypto.subtle, "decrypt").mockImplementation(async (...given) => {
    counts.push(((await db.get("about", "lock")) as Lock).tries);
    return decrypt(...given);
  });
  await unlock(db, "271828");
  watched.mockRestore();
  expect(counts).toEqual([1, 1]);
  expect(await db.get("about", "lock")).toHaveProperty("tries", 0);
});

test("a phone without room to stretch a PIN says so, and no try is lost", async () => {
  const db = await phone(officeKey);
  await choosePin(db, "271828");
  const lock = (await db.get("about", "lock")) as Lock;
  await db.put("about", { ...lock, cost: { ...lock.cost, memorySize: -1 } }, "lock");
  for (let n = 0; n < 12; n += 1) await expect(unlock(db, "271828")).rejects.not.toThrow(WrongPin);
  expect(await db.get("about", "lock")).toHaveProperty("tries", 0);
  await db.put("about", lock, "lock");
  await unlock(db, "271828");
});

test("another PIN typed while one is stretched takes its place", async () => {
  const db = await phone(officeKey);
  await choosePin(db, "271828");
  for (const typed of ["271827", "2718281", "271828"]) void typing(db, typed);
  await unlock(db, "271828");
  void typing(db, "314159");
  await expect(unlock(db, "314150")).rejects.toMatchObject({ left: 9 });
});

test("a PIN chosen in another tab meanwhile is not undone by opening with the old one", async () => {
  const db = await phone(officeKey);
  await choosePin(db, "271828");
  const decrypt = crypto.subtle.decrypt.bind(crypto.subtle);
  let other: Promise<void> | null = null;
  const watched = vi.spyOn(crypto.subtle, "decrypt").mockImplementation(async (...given) => {
    watched.mockRestore();
    await (other = changePin(db, "271828", "314159"));
    return decrypt(...given);
  });
  await unlock(db, "271828");
  await other;
  await unlock(db, "314159");
});

test("the key never lies there bare, and the browser does not give its own away", async () => {
  const db = await phone(officeKey);
  await choosePin(db, "271828");
  const browserKey = (await db.get("about", "key")) as CryptoKey;
  expect(browserKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey("raw", browserKey)).rejects.toThrow();
});

test("a phone that was never enrolled opens nothing", async () => {
  await expect(unlock(await phone(officeKey), "271828")).rejects.toThrow(NoKey);
});

test("what is too short, or no number, is no PIN", async () => {
  expect(["12345", "1234567890123", "abcdef", "١٢٣٤٥٦", ""].filter(isPin)).toEqual([]);
  await expect(choosePin(await phone(officeKey), "12345")).rejects.toThrow(RangeError);
});

test("a second window that still asks for the first PIN does not replace the key", async () => {
  const db = await phone(officeKey);
  const vault = await choosePin(db, "271828");
  const sealed = await vault.seal("cases:1", { name: "SUKARNI" });
  const window = await phone(officeKey, db.name);
  await expect(choosePin(window, "314159")).rejects.toThrow(Chosen);
  expect(await (await unlock(db, "271828")).open("cases:1", sealed)).toEqual({ name: "SUKARNI" });
});
