/** All open cases of the area: to be found by name, ticket or village, and looked at. */
import { useSignal } from "@preact/signals";
import { cases, villageName } from "../app/office";
import { href } from "../app/routes";
import { Button, Empty, Field, Page } from "../app/ui";
import { Flag, Status, Urgency, type Flag as FlagCode } from "../core/generated/codes";
import { _, words } from "../core/text";
import { say } from "../messages";
import { fits, othersOf } from "./day";
import "./screens.css";

const AT_ONCE = 40;

export default function Cases() {
  const [typed, most] = [useSignal(""), useSignal(AT_ONCE)];
  const all = othersOf(cases.value.values(), []);
  const wanted = typed.value.trim();
  const found = wanted ? all.filter((brief) => fits(brief, wanted, villageName(brief.area))) : all;
  return (
    <Page title={_("Cases of the area")} back={href("hari-ini")}>
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
            </a>
          </li>
        ))}
      </ul>
      {found.length > most.value && <Button onClick={() => (most.value += AT_ONCE)}>{say(_("Show more"))}</Button>}
    </Page>
  );
}
