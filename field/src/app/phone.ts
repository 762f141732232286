/** The phone itself: its store, and whether it is new, locked, open, or withdrawn. */
import { computed, signal } from "@preact/signals";
import { openStore, type Device, type Standing, type Store } from "../store/db";
import type { Lock } from "../store/pin";
import { vault } from "../store/session";
import { language, type Language } from "../messages";

/** What lies on the phone before anybody opens it. */
type Found = "starting" | "broken" | "new" | "enrolled" | "sealed" | "lost" | "withdrawn";

export const found = signal<Found>("starting");
export const standing = signal<Standing | null>(null);
export const device = signal<Device | null>(null);

/**
 * new: no office knows it. enrolled: no PIN was chosen yet. sealed: waits for the PIN. open. lost: ten wrong
 * PINs, only what waits can still be sent. withdrawn: the office took it back and it has erased itself.
 */
export const phase = computed(() => (found.value === "sealed" && vault.value ? "open" : found.value));

let store: Store | null = null;

/** The open store; only after `start`. */
export function db(): Store {
  if (!store) throw new Error("the store is not open");
  return store;
}

/** Open the store and look what is there. */
export async function start(): Promise<void> {
  try {
    store = await openStore();
  } catch {
    found.value = "broken"; // a full disk can make even opening fail
    return;
  }
  const chosen = (await store.get("about", "language")) as Language | undefined;
  if (chosen) language.value = chosen;
  await look();
}

/** Read anew how things stand. */
export async function look(): Promise<void> {
  const [mine, lock, how] = await Promise.all(
    (["device", "lock", "standing"] as const).map((key) => db().get("about", key)),
  );
  device.value = (mine as Device | undefined) ?? null;
  standing.value = (how as Standing | undefined) ?? null;
  if (!mine) found.value = found.value === "withdrawn" ? "withdrawn" : "new";
  else if (!lock) found.value = "enrolled";
  else found.value = (lock as Lock).wrapped ? "sealed" : "lost";
}

export async function speak(chosen: Language): Promise<void> {
  language.value = chosen;
  document.documentElement.lang = chosen;
  await store?.put("about", chosen, "language");
}
