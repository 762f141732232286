/** Is there room, and will the browser keep what is here? Looked at before a trip. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { _, words } from "../core/text";
import { say } from "../messages";
import { Button, Notice } from "./ui";

/** Photos of a day, and some more. */
const LEAST_MB = 200;

interface Room {
  freeMb: number;
  isKept: boolean;
}

async function room(): Promise<Room> {
  const [{ quota = 0, usage = 0 }, isKept] = await Promise.all([navigator.storage.estimate(), navigator.storage.persisted()]);
  return { freeMb: Math.floor((quota - usage) / 1e6), isKept };
}

export function StorageCheck({ always = false }: { always?: boolean }) {
  const found = useSignal<Room | null>(null);
  const look = async () => (found.value = await room());
  useEffect(() => {
    // Asked for on the window: a worker may not.
    void navigator.storage.persist().then(look, look);
  }, []);
  if (!found.value) return null;
  const { freeMb, isKept } = found.value;
  return (
    <>
      {freeMb < LEAST_MB && (
        <Notice kind="bad">{say(words(_("Only %(free)s MB are free for the app; a day needs %(least)s MB. Remove photos or apps before you leave."), { free: freeMb, least: LEAST_MB }))}</Notice>
      )}
      {!isKept && (
        <Notice kind="warn">
          <p>{say(_("The browser has not promised to keep what is on this phone when space runs short. Add the app to the home screen, then ask again."))}</p>
          <Button onClick={() => navigator.storage.persist().then(look)}>{say(_("Ask again"))}</Button>
        </Notice>
      )}
      {always && freeMb >= LEAST_MB && isKept && <Notice kind="good">{say(words(_("There is room for the trip (%(free)s MB), and the browser keeps it."), { free: freeMb }))}</Notice>}
    </>
  );
}
