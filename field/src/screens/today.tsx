/** Today: the doors in their order, what to take along, whom to call. */
import { useSignal } from "@preact/signals";
import { cases, me, programmeOf, today, villageName, type Brief } from "../app/office";
import { href } from "../app/routes";
import { Busy, Button, ButtonLink, Choice, Empty, Notice, Page } from "../app/ui";
import { localDay } from "../core/calendar";
import { formatDate } from "../core/dates";
import { DayPart, Document, Partner, Urgency, VisitPurpose } from "../core/generated/codes";
import type { Programme } from "../core/programme";
import { _, words } from "../core/text";
import { shownPhone } from "../forms/read";
import { RouteMap } from "../map/Map";
import { say } from "../messages";
import { bagOf, inOrder, ofTeam, othersOf, teamName, teamsOf, type Stop } from "./day";
import { places } from "./roster";
import { choose, from, orderFromHere, team, useStops } from "./stops";
import "./screens.css";

export default function Today() {
  const all = useStops();
  if (!all || !me.value) return <Busy />;
  const teams = teamsOf(all);
  const mine = team.value && teams.includes(team.value) ? team.value : null;
  const stops = inOrder(ofTeam(all, mine), from.value);
  const others = othersOf(cases.value.values(), stops);
  const title = words(_("Today, %(day)s"), { day: formatDate(today()) });
  return (
    <Page title={title}>
      {teams.length > 1 && <Teams teams={teams} mine={mine} />}
      {stops.length ? <Route stops={stops} /> : <NoVisits />}
      <ButtonLink href={href("kasus")}>{say(words(_("Other cases of the area (%(n)s)"), { n: others.length }))}</ButtonLink>
      <ButtonLink href={href("lapor")}>{say(_("Report somebody who needs a visit"))}</ButtonLink>
      <DoneToday all={cases.value.values()} open={stops} />
    </Page>
  );
}

function Teams({ teams, mine }: { teams: string[]; mine: string | null }) {
  const options = [["", _("All teams")] as const, ...teams.map((code) => [code, { id: teamName(code) }] as const)];
  return <Choice label={_("Your team")} required options={options} value={mine ?? ""} onChange={(code) => choose(code || null)} />;
}

const NoVisits = () => (
  <Empty>{say(_("No visit is planned for today on this phone. Send and fetch while there is signal, or look at the other cases."))}</Empty>
);

function Route({ stops }: { stops: Stop[] }) {
  const isLost = useSignal(false);
  const institutions = places(stops);
  const inside = new Map([...institutions.values()].flatMap((some) => some.map((stop) => [stop, some] as const)));
  const shown = stops.filter((stop) => !inside.has(stop) || inside.get(stop)!.find((one) => stops.includes(one)) === stop);
  const numbered = shown.flatMap((stop, i) => (stop.point ? [{ n: i + 1, point: stop.point, isRough: stop.isRough }] : []));
  return (
    <>
      <Bag stops={stops} />
      {numbered.length > 1 && (
        <>
          <RouteMap stops={numbered} here={from.value} />
          <Button kind="quiet" onClick={async () => (isLost.value = !(await orderFromHere()))}>
            {say(_("Order from where I am"))}
          </Button>
          {isLost.value && (
            <Notice kind="warn">
              <p>{say(_("The phone does not know where it is. Go on without, or try again under the open sky."))}</p>
            </Notice>
          )}
        </>
      )}
      <ol class="stops">
        {shown.map((stop, i) => (
          <li key={stop.stream}>
            {inside.has(stop) ? <Institution n={i + 1} people={inside.get(stop)!} /> : <Door n={i + 1} stop={stop} />}
          </li>
        ))}
      </ol>
    </>
  );
}

function Door({ n, stop }: { n: number; stop: Stop }) {
  const { visit } = stop;
  const isLate = visit.day !== null && visit.day < today() && !visit.started;
  return (
    <article class={visit.started ? "stop now" : "stop"} aria-label={`${n}. ${stop.name}`}>
      <h2>
        <span class="n">{n}</span> {stop.name || say(_("Person without a name yet"))}
      </h2>
      <p>
        {say(VisitPurpose[visit.purpose])} · {say(visit.started ? _("at the door") : DayPart[visit.part ?? "all_day"])}
        {stop.urgency !== "normal" && ` · ${say(Urgency[stop.urgency])}`}
        {isLate && ` · ${say(words(_("promised for %(day)s"), { day: formatDate(visit.day!) }))}`}
        <br />
        {[stop.place, villageName(stop.area), stop.address].filter(Boolean).join(", ")}
        {visit.meetingPoint && (
          <>
            <br />
            {visit.meetingPoint}
          </>
        )}
      </p>
      {stop.needs && <p class="need">{stop.needs}</p>}
      <div class="pair">
        <ButtonLink kind={visit.started ? "main" : "plain"} href={href(`kasus/${stop.stream}`)}>
          {say(visit.started ? _("Go on") : _("Open"))}
        </ButtonLink>
        {stop.phone && (
          <a class="button plain" href={`tel:${stop.phone}`} aria-label={say(words(_("Call %(phone)s"), { phone: shownPhone(stop.phone) }))}>
            {say(_("Call"))}
          </a>
        )}
      </div>
    </article>
  );
}

function Institution({ n, people }: { n: number; people: Stop[] }) {
  const [first] = people as [Stop];
  return (
    <article class="stop" aria-label={`${n}. ${first.place}`}>
      <h2>
        <span class="n">{n}</span> {first.place}
      </h2>
      <p>
        {say(words(_("%(n)s people at one place"), { n: people.length }))}
        <br />
        {[villageName(first.area), first.address].filter(Boolean).join(", ")}
      </p>
      <ButtonLink href={href(`tempat/${first.stream}`)}>{say(_("One after another"))}</ButtonLink>
    </article>
  );
}

function Bag({ stops }: { stops: Stop[] }) {
  const programmes = new Map(stops.flatMap(({ hash }): [string, Programme][] => {
    const one = programmeOf(hash);
    return one ? [[hash, one]] : [];
  }));
  const { carried, documents, originals, partners } = bagOf(stops, programmes);
  if (!carried.length && !documents.size && !originals && !partners.length) return null;
  return (
    <details class="bag">
      <summary>{say(_("What and whom to take along"))}</summary>
      <ul>
        {carried.map((label) => (
          <li key={label.id}>{say(label)}</li>
        ))}
        {[...documents].map(([document, count]) => (
          <li key={document}>
            {count} × {say(Document[document])}
          </li>
        ))}
        {originals > 0 && <li>{say(words(_("Original papers to give back: %(n)s"), { n: originals }))}</li>}
        {partners.map((partner) => (
          <li key={partner}>{say(Partner[partner])}</li>
        ))}
      </ul>
    </details>
  );
}

/** What was done today, so that one can look it up again and see that it is there. */
function DoneToday({ all, open }: { all: Iterable<Brief>; open: readonly Stop[] }) {
  const tz = me.value!.office.time_zone;
  const still = new Set(open.map(({ stream }) => stream));
  const done = [...all].filter((b) => b.status !== "reported" && !still.has(b.stream) && b.lastAt && localDay(b.lastAt, tz) === today());
  if (!done.length) return null;
  return (
    <section aria-labelledby="done">
      <h2 id="done">{say(words(_("Done today (%(n)s)"), { n: done.length }))}</h2>
      <ul class="list">
        {done.map(({ stream, name, ticket }) => (
          <li key={stream}>
            <a href={href(`kasus/${stream}`)}>
              {name || ticket} <small>{ticket}</small>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
