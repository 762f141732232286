/**
 * What the lists show of each case, many cases under one seal: thousands are opened in a moment, and one that
 * changes seals its few neighbours anew. A pack that must go at once, key or no key, goes whole: it is marked
 * as unmade, and made anew from its cases when the phone is open.
 */
import type { JSONObject } from "../core/entries/base";
import type { Pack, Store } from "./db";
import { newId } from "./ids";
import type { Vault } from "./seal";

/** How many: eighty cases in each where there are 5,000. Another number needs another version of the store. */
export const PACKS = 64;

/** Another tab wrote in between: begin again from what is there now. */
export class Stale extends Error {}

const place = (id: number): string => `packs:${id}`;

/** The pack of a case. An identifier ends in chance, so that all fill alike. */
export const packOf = (stream: string): number => parseInt(stream.slice(-2), 16) % PACKS;

export const unmade = (id: number): Pack => ({ id, rev: newId(), unmade: 1 });

/** The summaries of all cases on the device (or of packs that were read before), without those still to be made. */
export async function summaries<S>(db: Store, vault: Vault, packs?: readonly Pack[]): Promise<Map<string, S>> {
  const opened = await Promise.all((packs ?? (await db.getAll("packs"))).map((pack) => openPack<S>(vault, pack)));
  return new Map(opened.flatMap((some) => Object.entries(some)));
}

/** The summary of one case; null when it is not (any more) here, or still to be made. */
export async function summaryOf<S>(db: Store, vault: Vault, stream: string): Promise<S | null> {
  const pack = await db.get("packs", packOf(stream));
  return (await openPack<S>(vault, pack))[stream] ?? null;
}

const openPack = async <S>(vault: Vault, pack: Pack | undefined): Promise<Record<string, S>> =>
  pack?.sealed ? vault.open(place(pack.id), pack.sealed) : {};

/** A pack as it is to be written over one of that `rev`; nothing is left of one without cases. */
export interface Change {
  id: number;
  before: string | undefined;
  after: Pack | null;
}

/** The packs with these summaries in them, and without those that are null. What is unmade stays so. */
export function repacked(db: Store, vault: Vault, changes: ReadonlyMap<string, JSONObject | null>): Promise<Change[]> {
  const byPack = Map.groupBy(changes, ([stream]) => packOf(stream));
  const { store } = db.transaction("packs");
  const before = [...byPack].map(([id, some]) => [id, some, store.get(id)] as const);
  return Promise.all(
    before.map(async ([id, some, read]) => {
      const pack = await read;
      if (pack?.unmade) return { id, before: pack.rev, after: unmade(id) };
      const all = { ...(await openPack<JSONObject | null>(vault, pack)), ...Object.fromEntries(some) };
      return { id, before: pack?.rev, after: await sealed(vault, id, all) };
    }),
  );
}

/** A pack of these, or null for none. */
export async function sealed(vault: Vault, id: number, all: Record<string, JSONObject | null>): Promise<Pack | null> {
  const some = Object.entries(all).filter(([, summary]) => summary);
  if (!some.length) return null;
  return { id, rev: newId(), sealed: await vault.seal(place(id), Object.fromEntries(some)) };
}

interface PacksStore {
  get(id: number): Promise<Pack | undefined>;
  put(pack: Pack): Promise<unknown>;
  delete(id: number): Promise<void>;
}

/** Write them, inside a transaction. Throws Stale. */
export async function putPacks(packs: PacksStore, changes: readonly Change[]): Promise<void> {
  await Promise.all(
    changes.map(async ({ id, before, after }) => {
      if ((await packs.get(id))?.rev !== before) throw new Stale();
      await (after ? packs.put(after) : packs.delete(id));
    }),
  );
}

/** What lists showed of this case goes at once, without the key; its neighbours are made anew. */
export const dropSummary = (packs: PacksStore, stream: string): Promise<unknown> => packs.put(unmade(packOf(stream)));
