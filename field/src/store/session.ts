/** The phone open or locked: five minutes without a touch lock it. */
import { signal } from "@preact/signals";
import type { Vault } from "./seal";

const IDLE_MS = 5 * 60_000;

/** What is open, or null while the phone is locked. Screens follow it. */
export const vault = signal<Vault | null>(null);

let lastTouch = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function open(opened: Vault): void {
  vault.value = opened;
  touch();
}

/** Somebody is here. Also to be called when the page is shown again: timers sleep with the screen. */
export function touch(): void {
  if (!vault.value) return;
  if (lastTouch && Date.now() - lastTouch >= IDLE_MS) return lock();
  lastTouch = Date.now();
  clearTimeout(timer);
  timer = setTimeout(lock, IDLE_MS);
}

/** Forget the key; the page must draw nothing of what it has read. */
export function lock(): void {
  clearTimeout(timer);
  lastTouch = 0;
  vault.value = null;
}
