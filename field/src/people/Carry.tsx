/** Before a trip: take the people of the villages along, sealed and for a time. */
import { useSignal } from "@preact/signals";
import { me, villageName } from "../app/office";
import { Button, Choice, Notice } from "../app/ui";
import { formatDate } from "../core/dates";
import { _, words, type Words } from "../core/text";
import { say } from "../messages";
import { reason } from "../sync/run";
import { fetchSlice, removeSlice } from "./keep";
import { carried } from "./slice";

const MOST_VILLAGES = 16;

export function Carry() {
  const villages = me.value?.office.villages ?? [];
  const there = carried.value;
  const missing = there?.missing ?? [];
  const all = villages.length <= MOST_VILLAGES ? villages.map(({ code }) => code) : [];
  const usual = there ? [...there.villages, ...missing] : all;
  const [asked, busy, wrong] = [useSignal<string[] | null>(null), useSignal(false), useSignal<Words | null>(null)];
  if (!me.value?.office.extract) return null;
  const chosen = asked.value ?? usual;
  const isCut = missing.length > 0 && !busy.value;

  async function get(anew: boolean): Promise<void> {
    wrong.value = null;
    if (!chosen.length || chosen.length > MOST_VILLAGES) {
      wrong.value = words(_("Choose 1 to %(most)s villages."), { most: MOST_VILLAGES });
      return;
    }
    busy.value = true;
    try {
      await fetchSlice(anew ? chosen : usual, anew);
    } catch (error) {
      wrong.value = reason(error);
    } finally {
      busy.value = false;
    }
  }

  return (
    <section aria-labelledby="carry">
      <h2 id="carry">{say(_("People of the villages"))}</h2>
      {there ? (
        <Notice kind="good">
          {say(words(_("%(people)s people of %(villages)s are on this phone, sealed (%(kb)s KB), until %(day)s. Register of %(drawn)s."), {
            people: there.people,
            villages: there.villages.map(villageName),
            kb: Math.ceil(there.bytes / 1000),
            day: formatDate(there.expires_at.slice(0, 10)),
            drawn: formatDate(there.extract),
          }))}
        </Notice>
      ) : (
        <p>{say(_("Take along who lives in your villages, to look people up without signal. It lies on this phone sealed, for 14 days at most; the office notes that you carry it."))}</p>
      )}
      {isCut && (
        <Notice kind="warn">{say(words(_("Not here yet: %(villages)s. What has come stays."), { villages: missing.map(villageName) }))}</Notice>
      )}
      {villages.length > 1 && (
        <details>
          <summary>{say(words(_("Villages to take along: %(n)s of %(all)s"), { n: chosen.length, all: villages.length }))}</summary>
          <Choice label={_("Villages")} many required options={villages.map(({ code, name }) => [code, { id: name }] as const)} value={chosen} onChange={(codes) => (asked.value = codes)} />
        </details>
      )}
      {wrong.value && <Notice kind="bad">{say(wrong.value)}</Notice>}
      {isCut && (
        <Button onClick={() => get(false)}>
          {say(_("Fetch the villages that are missing"))}
        </Button>
      )}
      <Button kind={isCut ? "quiet" : undefined} onClick={() => get(true)} isBusy={busy.value}>
        {say(there ? _("Fetch the people of the villages anew") : _("Fetch the people of the villages"))}
      </Button>
      {there && (
        <Button kind="quiet" onClick={removeSlice}>
          {say(_("Remove them from this phone"))}
        </Button>
      )}
    </section>
  );
}
