/** All open cases of the area: to be found by name, ticket or village, or by who waits for this officer. */
import { signal, useSignal } from "@preact/signals";
import { cases, me, today, villageName } from "../app/office";
import { href } from "../app/routes";
import { Button, Choice, Empty, Field, Page } from "../app/ui";
import { localDay } from "../core/calendar";
import { formatDate } from "../core/dates";
import { Flag, Status, Urgency, type Flag as FlagCode } from "../core/generated/codes";
import { _, words } from "../core/text";
import { say } from "../messages";
import { fits, othersOf } from "./day";
import "./screens.css";

const AT_ONCE = 40;

/** What was looked for, also after a case was opened and left again. In memory only. */
const [typed, only] = [signal(""), signal<"all" | "mine">("all")];

export default function Cases() {
  const most = useSignal(AT_ONCE);
  const all = othersOf(cases.value.values(), []);
  const waiting = all.filter(({ due }) => due).sort((a, b) => Date.parse(a.due!) - Date.parse(b.due!));
  const wanted = typed.value.trim();
  const some = only.value === "mine" && waiting.length ? waiting : all;
  const found = wanted ? some.filter((brief) => fits(brief, wanted, villageName(brief.area))) : some;
  const tz = me.value?.office.time_zone ?? "wib";
  return (
    <Page title={_("Cases of the area")} back={href("hari-ini")}>
      {waiting.length > 0 && (
        <Choice
          label={_("Which cases")}
          required
          isRow
          options={[["all", words(_("All (%(n)s)"), { n: all.length })], ["mine", words(_("Waiting for you (%(n)s)"), { n: waiting.length })]] as const}
          value={only.value}
          onChange={(one) => (only.value = one)}
        />
      )}
      <Field label={_("Name, ticket or village")} required value={typed.value} type="search" autoComplete="off" onInput={(text) => (typed.value = text)} />
      <p class="muted" role="status">
        {say(words(_("%(n)s cases"), { n: found.length }))}
      </p>
      {!found.length && <Empty>{say(wanted ? _("No case of this phone has these words.") : _("There is no open case on this phone."))}</Empty>}
      <ul class="list">
        {found.slice(0, most.value).map((brief) => (
          <li key={brief.stream}>
            <a href={href(`kasus/${brief.stream}`)}>
              <strong>{brief.name || say(_("Person without a name yet"))}</strong> <small>{brief.ticket}</small>
              <br />
              {villageName(brief.area)} · {say(Status[brief.status])}
              {brief.urgency !== "normal" && ` · ${say(Urgency[brief.urgency])}`}
              {(Object.keys(brief.flags) as FlagCode[]).slice(0, 2).map((flag) => ` · ${say(Flag[flag])}`)}
              {some === waiting && (
                <>
                  <br />
                  <strong>{say(words(isLate(localDay(brief.due!, tz)) ? _("Was due on %(day)s") : _("Due on %(day)s"), { day: formatDate(localDay(brief.due!, tz)) }))}</strong>
                </>
              )}
            </a>
          </li>
        ))}
      </ul>
      {found.length > most.value && <Button onClick={() => (most.value += AT_ONCE)}>{say(_("Show more"))}</Button>}
    </Page>
  );
}

const isLate = (day: string): boolean => day < today();
