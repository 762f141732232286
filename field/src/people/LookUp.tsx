/** The box of the desk, without signal: who is this person, in the slice that the phone carries. */
import { useSignal } from "@preact/signals";
import { db } from "../app/phone";
import { mayRead, me, today, villageName } from "../app/office";
import { Busy, Field, Notice } from "../app/ui";
import { formatDate } from "../core/dates";
import { _, words } from "../core/text";
import { say } from "../messages";
import { vault } from "../store/session";
import { indexOf, isEnough, readQuery, search, type Fact, type Hit, type Index } from "./search";
import { pickedFrom, type Picked } from "./picked";
import { carried, noteSeen, openSlice, type Person } from "./slice";

const SAID: Record<Fact, string> = {
  name: _("Name"),
  nik: _("NIK"),
  family_number: _("Family card number"),
  village: _("Village or ward"),
  birth: _("Date of birth"),
  mother: _("Mother's name"),
};

export function LookUp({ onPick }: { onPick: (picked: Picked) => void }) {
  const [line, chosen, failed] = [useSignal(""), useSignal<Person | null>(null), useSignal(false)];
  const [held, opening] = [useSignal<Index | null>(null), useSignal(false)];
  const there = carried.value;
  if (!there || !me.value || !mayRead.value) return null;

  /** As soon as somebody turns to the box: on a slow phone it takes a moment, and then the letters need not wait. */
  async function open(): Promise<void> {
    if (opening.value) return;
    opening.value = true;
    try {
      held.value = indexOf(await openSlice(db(), there!));
    } catch {
      failed.value = true;
    }
  }

  function type(text: string): void {
    line.value = text;
    chosen.value = null;
    void open();
  }

  async function pick({ person }: Hit): Promise<void> {
    if (vault.value) await noteSeen(db(), vault.value, person.register, person.number);
    onPick(pickedFrom(person, person.extract));
    chosen.value = person;
    line.value = "";
  }

  const query = readQuery(line.value, me.value.office.villages, Number(today().slice(0, 4)));
  const isAsked = isEnough(query);
  const hits = held.value && isAsked ? search(held.value, query) : [];
  return (
    <section class="look-up" aria-labelledby="look-up" onFocusIn={open}>
      <h2 id="look-up">{say(_("Who is this person?"))}</h2>
      <Field
        label={_("Look in the register on this phone")}
        help={_("Name, village, year or age, mother's name; or a NIK. For example: Mbah Sukarni, Dongko, age 70, mother Painem. At least 3 letters.")}
        value={line.value}
        onInput={type}
        type="search"
        autoComplete="off"
        maxLength={200}
      />
      {failed.value && <Notice kind="bad">{say(_("What this phone carries of the register cannot be opened. Fetch it anew on the page Sending."))}</Notice>}
      {isAsked && !held.value && !failed.value && <Busy />}
      <p class="hidden" role="status">
        {held.value && isAsked ? say(words(_("%(n)s people may be meant."), { n: hits.length })) : ""}
      </p>
      {hits.length > 0 && (
        <ul class="list">
          {hits.map((hit) => (
            <li key={hit.person.number}>
              <button type="button" class="button plain hit" onClick={() => void pick(hit)}>
                <span>
                  <strong>{hit.person.name}</strong>
                  <br />
                  {told(hit)}
                  <br />
                  <small>
                    {hit.matched.length > 0 && say(words(_("Same: %(facts)s."), { facts: hit.matched.map((fact) => say(SAID[fact])) }))}{" "}
                    {hit.differs.length > 0 && say(words(_("Differs: %(facts)s."), { facts: hit.differs.map((fact) => say(SAID[fact])) }))}
                  </small>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {held.value && isAsked && !hits.length && (
        <Notice>{say(_("Nobody here fits. That does not mean that the person does not exist: go on without the register."))}</Notice>
      )}
      {chosen.value && (
        <Notice kind="good">
          {say(words(_("Filled in for %(name)s from the register of %(day)s. Ask whether it is right; everything can be changed."), { name: chosen.value.name, day: formatDate(chosen.value.extract) }))}
        </Notice>
      )}
    </section>
  );
}

/** Village, birth, mother, NIK: what tells people of one name apart. */
function told({ person }: Hit): string {
  const born = person.birth.split("-").reverse().filter((part) => Number(part) > 0).join("-");
  const rt = person.rt && `RT ${person.rt} RW ${person.rw}`;
  const mother = person.mother && say(words(_("mother %(name)s"), { name: person.mother }));
  return [villageName(person.area), rt, born, mother, person.nik].filter(Boolean).join(" · ");
}
