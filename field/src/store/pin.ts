/**
 * The PIN and what it opens.
 *
 * A random key seals what the phone holds. It lies here wrapped twice: by Argon2id of the PIN, and by a key
 * that the browser never gives away. Ten wrong PINs throw it away for good; what waits for the office is
 * sealed to the office as well and can still be delivered.
 */
import { write, type Store } from "./db";
import { BrokenSeal, openBytes, sealBytes, vaultOf, type Vault } from "./seal";
import { letGo, stretch } from "./stretch";

export const SHORTEST_PIN = 6;
export const MOST_TRIES = 10;

/** Of Argon2id: rounds, kB, lanes. */
export interface Cost {
  iterations: number;
  memorySize: number;
  parallelism: number;
}

/**
 * Half a second on a cheap phone (OWASP, Password Storage: 19 MiB, 2 rounds). A lock keeps its own, so that a later
 * release can raise them.
 */
const COST: Cost = { iterations: 2, memorySize: 19 * 1024, parallelism: 1 };

export interface Lock {
  salt: Uint8Array;
  cost: Cost;
  /** The key, under the PIN and the browser's key; null once it was thrown away. */
  wrapped: Uint8Array | null;
  /** Wrong PINs since the last right one. */
  tries: number;
}

/** Not the PIN. After `left` more wrong ones the phone's own copies are gone. */
export class WrongPin extends Error {
  constructor(readonly left: number) {
    super(`wrong PIN, ${left} left`);
  }
}

/** Another window has chosen the PIN. */
export class Chosen extends Error {}

/** There is no key any more (or none yet): the office must be asked to enrol this phone again. */
export class NoKey extends Error {}

const PLACE = "about:lock";
const AES = { name: "AES-GCM", length: 256 };

export const isPin = (pin: string): boolean => new RegExp(`^[0-9]{${SHORTEST_PIN},12}$`).test(pin);

/**
 * Choose the first PIN: makes the phone's key. Throws Chosen where there is one: what it had sealed could never be
 * read again.
 */
export async function choosePin(db: Store, pin: string): Promise<Vault> {
  const fresh = crypto.getRandomValues(new Uint8Array(32));
  const browserKey = await crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]);
  const lock = await lockWith(fresh, pin, browserKey);
  await write(db, ["about"], async (tx) => {
    if (((await tx.store.get("lock")) as Lock | undefined)?.wrapped) throw new Chosen();
    await Promise.all([tx.store.put(browserKey, "key"), tx.store.put(lock, "lock")]);
  });
  return vaultOf(await keyOf(fresh));
}

/** What was typed so far may be the PIN: the slow part of opening begins, and nothing is tried by it. */
export async function typing(db: Store, pin: string): Promise<void> {
  const lock = (await db.get("about", "lock")) as Lock | undefined;
  if (lock?.wrapped && isPin(pin)) void stretch(pin, lock.salt, lock.cost); // `unlock` meets it again
  else letGo();
}

/** Open the phone. Throws WrongPin, or NoKey when this was the last try or there is nothing to open. */
export async function unlock(db: Store, pin: string): Promise<Vault> {
  return vaultOf(await keyOf(await unwrapped(db, pin)));
}

/** Another PIN for the same key. Throws like `unlock`. */
export async function changePin(db: Store, pin: string, next: string): Promise<void> {
  const key = await unwrapped(db, pin);
  const browserKey = (await db.get("about", "key")) as CryptoKey;
  const lock = await lockWith(key, next, browserKey);
  await write(db, ["about"], (tx) => tx.store.put(lock, "lock"));
}

async function unwrapped(db: Store, pin: string): Promise<Uint8Array> {
  const asked = lockIn(await db.get("about", "lock"));
  const outer = await stretched(pin, asked); // what fails here has tried nothing
  const lock = await counted(db); // before the PIN is tried, so that stopping the app gives no free try
  const browserKey = (await db.get("about", "key")) as CryptoKey;
  try {
    const key = await openBytes(outer, PLACE, await openBytes(browserKey, PLACE, lock.wrapped!));
    await forgive(db, lock);
    return key;
  } catch (error) {
    if (!(error instanceof BrokenSeal)) throw error;
    if (lock.tries < MOST_TRIES) throw new WrongPin(MOST_TRIES - lock.tries);
    await write(db, ["about"], (tx) =>
      Promise.all([tx.store.put({ ...lock, wrapped: null }, "lock"), tx.store.delete("key")]),
    );
    throw new NoKey();
  }
}

function lockIn(found: unknown): Lock {
  const lock = found as Lock | undefined;
  if (!lock?.wrapped) throw new NoKey();
  return lock;
}

/** The lock with this try counted. */
const counted = (db: Store): Promise<Lock> =>
  write(db, ["about"], async (tx) => {
    const before = lockIn(await tx.store.get("lock"));
    const lock = { ...before, tries: before.tries + 1 };
    await tx.store.put(lock, "lock");
    return lock;
  });

/** The right one begins the count anew. Another tab may have chosen another PIN meanwhile: that one stays. */
const forgive = (db: Store, opened: Lock): Promise<void> =>
  write(db, ["about"], async (tx) => {
    const now = lockIn(await tx.store.get("lock"));
    if (now.salt.join() === opened.salt.join()) await tx.store.put({ ...now, tries: 0 }, "lock");
  });

async function lockWith(key: Uint8Array, pin: string, browserKey: CryptoKey): Promise<Lock> {
  if (!isPin(pin)) throw new RangeError(`a PIN has ${SHORTEST_PIN} to 12 digits`);
  const lock: Lock = { salt: crypto.getRandomValues(new Uint8Array(16)), cost: COST, wrapped: null, tries: 0 };
  const inner = await sealBytes(await stretched(pin, lock), PLACE, key);
  return { ...lock, wrapped: await sealBytes(browserKey, PLACE, inner) };
}

async function stretched(pin: string, { salt, cost }: Lock): Promise<CryptoKey> {
  try {
    return await keyOf(await stretch(pin, salt, cost));
  } finally {
    letGo();
  }
}

const keyOf = (bytes: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", bytes as BufferSource, "AES-GCM", false, ["encrypt", "decrypt"]);
