/** When the app speaks to the office: after an act, when it is opened, when the signal is back, when asked to. */
import { computed, signal } from "@preact/signals";
import { eraseAll } from "../app/erase";
import { officeTime } from "../app/lease";
import { type Brief, Locked, me, onAct, reload, summarise, tellGone, tellNews } from "../app/office";
import { db, found, standing } from "../app/phone";
import { countUnsent, unsent } from "../app/unsent";
import { _, words, type Words } from "../core/text";
import { mendSummaries } from "../store/cases";
import { isFull } from "../store/db";
import { settle, tidy } from "../store/outbox";
import { summaries } from "../store/packs";
import { tidyFiles } from "../store/files";
import type { Vault } from "../store/seal";
import { lock, vault } from "../store/session";
import { call, Later, NoAnswer, Refused } from "./call";
import { sendDrafts, sendFiles } from "./files";
import { fetchOffice, pull } from "./pull";
import { push } from "./push";
import { keep } from "./standing";

/** It is going on. */
export const syncing = signal(false);
/** Why the last time did not come to its end; null when it did. */
export const why = signal<Words | null>(null);

/** The last time came to its end, all that the office had is here, and nothing was written since. */
export const whole = signal(false);

/** Nothing waits, nothing is half sent, and all that the office had is here. Only then is "everything in" said. */
export const isEverythingIn = computed(() => {
  const { waiting, held, settling, attention, files, drafts } = unsent.value;
  return whole.value && !(waiting || held || settling || attention || files || drafts);
});

/** Its server was restored from before the enrolment. */
export const STRANGER = _("The office does not know this phone any more. With a new code all that you wrote is sent.");

const OFTEN_MS = 5 * 60_000;
const SOON_MS = 3_000;
let notBefore = 0;
let last = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Send, fetch, tidy up. `quietly`: nobody pressed a button, so it waits its turn when the office asked for that.
 * Of two tabs one does it (Web Locks), and the other waits for it.
 */
export async function syncNow(how: "now" | "quietly" = "now"): Promise<void> {
  if (syncing.value || !standing.value) return;
  if (how === "quietly") {
    const early = notBefore - Date.now();
    if (early > 0) return soon(early + 100);
    if (!navigator.onLine) return void (whole.value = false);
  }
  syncing.value = true;
  try {
    whole.value = await navigator.locks.request("jemput sync", once);
    why.value = null;
  } catch (error) {
    whole.value = false;
    why.value = reason(error);
    if (error instanceof Later) {
      notBefore = Date.now() + error.seconds * 1000;
      soon(error.seconds * 1000);
    }
  } finally {
    last = Date.now();
    syncing.value = false;
    await countUnsent();
  }
}

/** Gives whether it is `whole`: a phone that was locked when it fetched does not know what is new. */
async function once(): Promise<boolean> {
  let left: number;
  let epoch: string;
  let open: Vault | null;
  do {
    epoch = standing.value!.epoch;
    await push();
    await countUnsent();
    left = unsent.value.waiting;
    if (standing.value!.erase) return withdrawn().then(() => false);
    open = vault.value;
    if (open) await fetchAll(open);
    await countUnsent();
  } while (epoch !== standing.value!.epoch || unsent.value.waiting > left); // restored, or a feed began: offered again
  await sendFiles();
  await sendDrafts();
  await countUnsent();
  await (await import("../people/keep")).afterSync();
  await Promise.all([tidy(db(), officeTime()), tidyFiles(db())]);
  const { waiting, held, settling, files, drafts } = unsent.value;
  const isWhole = !!open && !(waiting || held || settling || files || drafts);
  if (isWhole) await keep({ wholeAt: Date.now() });
  return isWhole;
}

async function fetchAll(open: Vault): Promise<void> {
  await fetchOffice();
  if (me.value) await pull(open);
  await settle(db(), await ended(open));
  await mendSummaries(db(), open, summarise); // a case that went took the lines of its neighbours along
  await reload();
  tellNews();
}

/** Cases that belong here no longer, as the office counts (scope.py): merged, or ended and silent for 30 days. */
async function ended(open: Vault): Promise<Set<string>> {
  const all = await summaries<Brief>(db(), open);
  return new Set([...all].flatMap(([stream, { goes = Infinity }]) => (goes < officeTime() ? [stream] : [])));
}

/** Taken out of use: hand in files and begun forms too, then erase everything. */
async function withdrawn(): Promise<void> {
  lock(); // nobody goes on writing here, nor in another tab
  tellGone();
  await sendFiles();
  await sendDrafts();
  await countUnsent();
  const { waiting, held, files, drafts } = unsent.value;
  if (waiting || held || files || drafts) return;
  await call("pull", { epoch: standing.value!.epoch, cursors: {} }).catch(() => {}); // says that nothing is left; now it is so
  if (!(await eraseAll(true))) soon(SOON_MS);
}

export function reason(error: unknown): Words | null {
  if (error instanceof Locked) return null; // it goes on when somebody opens the phone
  if (error instanceof NoAnswer) return words(_("No connection to the office. What you have written is kept here and sent later."));
  if (error instanceof Later) {
    return words(_("The office is busy. The phone tries again by itself in %(n)s seconds."), { n: Math.ceil(error.seconds) });
  }
  if (error instanceof Refused && error.status === 401) {
    return words(STRANGER);
  }
  if (error instanceof Refused) return words(_("The office answered: %(words)s"), { words: error.message });
  if (isFull(error)) return words(_("The phone is full: what is new was not saved. Free some space, then send again; nothing was lost."));
  console.error(error);
  return words(_("Something went wrong while sending. Nothing was lost; try again, and tell the office if it stays so."));
}

/** Once more after a while, unless something else does it before; only while somebody looks. */
function soon(after: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => document.visibilityState === "visible" && void syncNow("quietly"), after);
}

/** Begin to watch for moments to speak. Nothing happens while the screen is off. */
export function keepInTouch(): void {
  onAct(() => {
    whole.value = false;
    void countUnsent();
    soon(SOON_MS);
  });
  addEventListener("online", () => soon(Math.random() * 10_000)); // a thousand phones get their signal back at once
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - last > OFTEN_MS) soon(SOON_MS);
  });
  setInterval(() => {
    const isLooked = document.visibilityState === "visible" && found.value === "sealed";
    if (isLooked && Date.now() - last > OFTEN_MS) void syncNow("quietly");
  }, 60_000);
}
