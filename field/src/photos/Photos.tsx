/** Photos of papers: taken, made small, shown, thrown away again before they are handed in. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../app/ui";
import { _, BadInput, words, type Words } from "../core/text";
import { say } from "../messages";
import { shrunk } from "./shrink";

export const MOST_PHOTOS = 6;

export function Photos({ photos, onChange }: { photos: readonly Blob[]; onChange: (photos: Blob[]) => Promise<void> }) {
  const [busy, fault] = [useSignal(false), useSignal<Words | null>(null)];
  const add = async (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    input.value = ""; // the same photo may be chosen again
    busy.value = true;
    fault.value = null;
    try {
      const made: Blob[] = [];
      for (const file of files.slice(0, MOST_PHOTOS - photos.length)) made.push(await shrunk(file));
      await onChange([...photos, ...made]); // until it lies on the phone, it says "One moment"
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      fault.value = error.words;
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="field">
      <p class="label">
        {say(_("Photos of papers"))} <small>{say(_("(optional)"))}</small>
      </p>
      <p class="help">{say(_("Papers only: no faces, no fingers, no screen of the kit. Where a photo was taken is not kept."))}</p>
      {fault.value && <p class="fault" role="alert">{say(fault.value)}</p>}
      <ul class="photos">
        {photos.map((photo, n) => (
          <Shown key={n} photo={photo} n={n + 1} onDrop={() => onChange(photos.filter((_one, i) => i !== n))} />
        ))}
      </ul>
      {photos.length < MOST_PHOTOS && (
        <label class={`button plain camera${busy.value ? " busy" : ""}`}>
          {say(busy.value ? _("One moment …") : _("Take a photo"))}
          <input type="file" accept="image/*" capture="environment" class="hidden" disabled={busy.value} onChange={(event) => add(event.currentTarget)} />
        </label>
      )}
    </div>
  );
}

function Shown({ photo, n, onDrop }: { photo: Blob; n: number; onDrop: () => void }) {
  const address = useMemo(() => URL.createObjectURL(photo), [photo]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  const about = say(words(_("Photo %(n)s, %(kb)s KB"), { n, kb: Math.ceil(photo.size / 1024) }));
  return (
    <li>
      <img src={address} alt={about} />
      <span>{about}</span>
      <Button kind="quiet" onClick={onDrop} label={say(words(_("Remove photo %(n)s"), { n }))}>
        {say(_("Remove"))}
      </Button>
    </li>
  );
}
