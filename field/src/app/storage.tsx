/** Is there room, and will the browser keep what is here? Looked at before a trip. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { _, words } from "../core/text";
import { say } from "../messages";
import { Button, Notice } from "./ui";

/** Photos of a day. */
const DAY_MB = 32;
const HALF_DAY_MS = 12 * 3_600_000;

let last = { at: 0, fits: true };

/**
 * Whether a day fits. Browsers do not say what is free (the quota is made up of the size of the disk), so it is written and
 * taken away: twice a day, and never beside a sync.
 */
async function hasRoom(): Promise<boolean> {
  if (!last.fits || Date.now() - last.at > HALF_DAY_MS) last = { at: Date.now(), fits: await navigator.locks.request("jemput sync", fits) };
  return last.fits;
}

async function fits(): Promise<boolean> {
  const piece = new Blob(Array(16).fill(crypto.getRandomValues(new Uint8Array(65_536))));
  try {
    const scratch = await caches.open("room");
    for (let n = 0; n < DAY_MB; n += 1) await scratch.put(`./room/${n}`, new Response(piece));
    return true;
  } catch {
    return false;
  } finally {
    await caches.delete("room");
  }
}

export function StorageCheck() {
  const [isKept, isRoom] = [useSignal<boolean | null>(null), useSignal<boolean | null>(null)];
  const ask = async () => (isKept.value = await navigator.storage.persist().catch(() => false)); // on the window: a worker may not
  useEffect(() => {
    void ask();
    void hasRoom().then((is) => (isRoom.value = is));
  }, []);
  return (
    <>
      {isRoom.value === false && (
        <Notice kind="bad">{say(words(_("The phone is nearly full: not even %(n)s MB fit, and the photos of a day need them. Remove photos or apps before you leave."), { n: DAY_MB }))}</Notice>
      )}
      {isKept.value === false && (
        <Notice kind="warn">
          <p>{say(_("The browser has not promised to keep what is on this phone when space runs short. Add the app to the home screen, then ask again."))}</p>
          <Button onClick={ask}>{say(_("Ask again"))}</Button>
        </Notice>
      )}
      {isRoom.value && isKept.value && <Notice kind="good">{say(_("There is room for the photos of a day, and the browser keeps what is here."))}</Notice>}
    </>
  );
}
