/** The cases of this phone: who waits for a visit, the soonest first. */
import { Status, Urgency } from "../core/generated/codes";
import { _ } from "../core/text";
import { say } from "../messages";
import { cases, villageName, type Brief } from "../app/office";
import { Empty, Page } from "../app/ui";

const URGENCIES = Object.keys(Urgency);

const order = (one: Brief, other: Brief): number =>
  Number(!!other.visit) - Number(!!one.visit) ||
  (one.next?.day ?? "9999").localeCompare(other.next?.day ?? "9999") ||
  URGENCIES.indexOf(one.urgency) - URGENCIES.indexOf(other.urgency);

export default function Today() {
  const open = [...cases.value.values()].filter((brief) => brief.isOpen && brief.mine.length).sort(order);
  return (
    <Page title={_("Today")}>
      {!open.length && <Empty>{say(_("No case waits for you. New ones come with the next fetching."))}</Empty>}
      <ul class="list">
        {open.slice(0, 200).map((brief) => (
          <li key={brief.stream}>
            <p>
              <strong>{brief.name || brief.ticket}</strong>
              <br />
              {say(Status[brief.status])} · {villageName(brief.area)}
              {brief.next?.day && <> · {brief.next.day}</>}
            </p>
          </li>
        ))}
      </ul>
    </Page>
  );
}
