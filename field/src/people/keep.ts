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
    if (standing.value) void look(vault.value, lease.value, now.value);
  });
}

/** What lies here, read anew: another tab may have fetched or removed it. */
function look(open = vault.value, held = lease.value, at = now.value): Promise<unknown> {
  return inTurn(() => lookAfter(db(), open, held, at + (standing.value?.ahead ?? 0)));
}

const LOCK = "jemput register";
let removals = 0;
const others = new BroadcastChannel(LOCK);
others.onmessage = () => (removals += 1);

/**
 * Fetch the people of these villages, one after another: what has come stays when the line is cut. `anew`: also of those
 * that are here, in place of what was. Of two fetches at once, in this tab or another, the second waits, and asks for
 * nothing that came meanwhile: whoever is carried away is written down once. Throws what `call` throws.
 */
export function fetchSlice(areas: readonly string[], anew = true): Promise<void> {
  const before = anew ? partsHere() : [];
  return navigator.locks.request(LOCK, async () => {
    await look();
    await fetchVillages(areas, before);
  });
}

const partsHere = (): string[] => carried.value?.parts.map(({ id }) => id) ?? [];

/** In place of `old`, and what is not here. */
async function fetchVillages(areas: readonly string[], old: readonly string[]): Promise<void> {
  const removed = removals;
  if (!vault.value) return; // locked meanwhile: what lies here cannot be told apart
  await inTurn(() => dropSlice(db(), areas));
  const here = carried.value?.parts.filter(({ id }) => !old.includes(id)) ?? [];
  let people = here.reduce((sum, part) => sum + part.people, 0);
  for (const area of areas.filter((one) => !here.some(({ villages }) => villages.includes(one)))) {
    const said = await call<Said & { slice?: Given }>("people", { areas: [area] });
    await hear(said);
    const [open, held] = [vault.value, lease.value];
    if (!said.slice || !open || !held || removals > removed) return;
    people += said.slice.people;
    if (people > MOST_PEOPLE) throw new Refused(422, "", say(words(_("These villages have %(n)s people. Take fewer villages."), { n: people })));
    await inTurn(() => keepSlice(db(), open, said.slice!, held, [...areas]));
  }
}

/** Let go of all of them; a fetch that is going on, in whichever tab, keeps nothing more. */
export function removeSlice(): Promise<void> {
  removals += 1;
  others.postMessage("removed");
  return inTurn(() => dropSlice(db()));
}

/** After everything else has gone and come. What fails here stays for the next time and holds nothing up. */
export async function afterSync(): Promise<void> {
  try {
    await tellSeen();
    const there = carried.value;
    if (!me.value || !there) return;
    if (!me.value.office.extract) await removeSlice(); // the office has destroyed its extract
    else await navigator.locks.request(LOCK, { ifAvailable: true }, (mine) => (mine ? goOn() : undefined)); // else it is going on
  } catch (error) {
    console.warn("the register comes later", (error as Error).name);
  }
}

/** What was cut off, or what has grown old. */
async function goOn(): Promise<void> {
  await look();
  if (!carried.value) return;
  const { villages, missing, fetched, people } = carried.value;
  if (missing.length) await fetchVillages([...villages, ...missing], []);
  else if (Date.now() - fetched > DAY_MS && people <= SMALL) await fetchVillages(villages, partsHere());
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
