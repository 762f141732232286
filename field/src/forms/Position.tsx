/** Where the phone is, taken once when somebody asks: nobody is followed. */
import { useSignal } from "@preact/signals";
import { Button, Notice } from "../app/ui";
import { isObject } from "../core/entries/base";
import { _, words } from "../core/text";
import { say } from "../messages";
import type { Position } from "./filled";
import type { Answering } from "./Form";

const WAIT_MS = 30_000;

/** The place where the phone is; null when it will not say. */
export const whereAmI = (): Promise<Position | null> =>
  new Promise((done) => {
    if (!navigator.geolocation) return done(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ latitude: rounded(coords.latitude), longitude: rounded(coords.longitude), accuracy: Math.round(coords.accuracy) }),
      () => done(null),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 0 }, // "anew" means anew, not what was known a minute ago
    );
  });

/** To about a metre; more says nothing about a door. */
const rounded = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

export function PositionField({ question, value, onType }: Answering) {
  const [busy, failed] = [useSignal(false), useSignal(false)];
  const place = isObject(value) ? (value as unknown as Position) : null;
  const take = async () => {
    busy.value = true;
    const found = await whereAmI();
    [busy.value, failed.value] = [false, !found];
    if (found) onType(found);
  };
  return (
    <div class="field" role="group" aria-label={say(question.label)}>
      <p class="label">{say(question.label)}</p>
      {place && (
        <Notice kind="good">
          <p>{say(place.accuracy ? words(_("Noted, within %(n)s m."), { n: place.accuracy }) : _("Noted."))}</p>
        </Notice>
      )}
      {failed.value && (
        <Notice kind="warn">
          <p>{say(_("The phone does not know where it is. Go on without, or try again under the open sky."))}</p>
        </Notice>
      )}
      <Button isBusy={busy.value} onClick={take}>
        {say(place ? _("Note it anew") : _("We are at the place: note it"))}
      </Button>
      {place && (
        <Button kind="quiet" onClick={() => onType(null)}>
          {say(_("Do not keep the place"))}
        </Button>
      )}
    </div>
  );
}
