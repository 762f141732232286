/** Fetching the slice of the register, telling the office who was opened, and letting the slice go when it must. */
import { effect } from "@preact/signals";
import { lease, now } from "../app/lease";
import { me } from "../app/office";
import { db, standing } from "../app/phone";
import { _, words } from "../core/text";
import { say } from "../messages";
import { vault } from "../store/session";
import { call, Refused } from "../sync/call";
import { hear, type Said } from "../sync/standing";
import { carried, dropSlice, keepSeen, keepSlice, lookAfter, seenSoFar, type Given } from "./slice";

const DAY_MS = 86_400_000;
/** So few people are fetched anew without anybody asking, once a day. */
const SMALL = 5_000;
const MOST_SEEN = 500;
/** On one phone, as the office has it for one call (people/slice.py). */
const MOST_PEOPLE = 20_000;

/** One after another, so that what was just fetched is not overtaken by an older look. */
let turn: Promise<unknown> = Promise.resolve();
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return done;
};

/** Watch over the slice: it goes at its day, with the lease, or when the area changes, also while the phone is locked. */
export function watchSlice(): void {
  effect(() => {
    const [open, held, at] = [vault.value, lease.value, now.value + (standing.value?.ahead ?? 0)];
    if (standing.value) void inTurn(() => lookAfter(db(), open, held, at));
  });
}

/**
 * Fetch the people of these villages in place of those before, village by village: what has come stays when the
 * line is cut, and `only` names what is still to come. Throws what `call` throws.
 */
export async function fetchSlice(areas: readonly string[], only: readonly string[] = areas): Promise<void> {
  await inTurn(() => dropSlice(db(), areas));
  const others = carried.value?.parts.filter((part) => !part.villages.some((village) => only.includes(village))) ?? [];
  let people = others.reduce((sum, part) => sum + part.people, 0);
  for (const area of only) {
    const said = await call<Said & { slice?: Given }>("people", { areas: [area] });
    await hear(said);
    const [open, held] = [vault.value, lease.value];
    if (!said.slice || !open || !held) return;
    people += said.slice.people;
    if (people > MOST_PEOPLE) throw new Refused(422, "", say(words(_("These villages have %(n)s people. Take fewer villages."), { n: people })));
    await inTurn(() => keepSlice(db(), open, said.slice!, held, [...areas]));
  }
}

export const removeSlice = (): Promise<void> => inTurn(() => dropSlice(db()));

/** After everything else has gone and come. What fails here stays for the next time and holds nothing up. */
export async function afterSync(): Promise<void> {
  try {
    await tellSeen();
    const there = carried.value;
    if (!me.value || !there) return;
    if (!me.value.office.extract) await removeSlice(); // the office has destroyed its extract
    else if (there.missing.length) await fetchSlice([...there.villages, ...there.missing], there.missing); // it was cut
    else if (Date.now() - there.fetched > DAY_MS && there.people <= SMALL) await fetchSlice(there.villages);
  } catch (error) {
    console.warn("the register comes later", (error as Error).name);
  }
}

async function tellSeen(): Promise<void> {
  const open = vault.value;
  if (!open) return;
  const seen = await seenSoFar(db(), open);
  for (const register of new Set(seen.map(([one]) => one))) {
    const people = seen.flatMap(([one, person]) => (one === register ? [person] : [])).slice(0, MOST_SEEN);
    await call("people/seen", { register, people });
    const left = (await seenSoFar(db(), open)).filter(([one, person]) => one !== register || !people.includes(person));
    await keepSeen(db(), open, left);
  }
}
