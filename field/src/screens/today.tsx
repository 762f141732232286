/** Today: the doors in their order, what to take along, whom to call. */
import { useSignal } from "@preact/signals";
import { cases, me, programmeOf, reportable, today, villageName, type Brief, type Village } from "../app/office";
import { covers } from "../core/areas";
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
import { syncing } from "../sync/run";
import { asPlanned, bagOf, beside, doorOf, inOrder, isPlanned, ofTeam, ownTeam, teamName, teamsOf, type Stop } from "./day";
import { places } from "./roster";
import { choose, from, orderFromHere, team, useClock, useStops } from "./stops";
import { suits } from "./suits";
import "./screens.css";

export default function Today() {
  const all = useStops();
  if (!all || !me.value) return <Busy />;
  const teams = teamsOf(all);
  const chosen = team.value ?? ownTeam(all, me.value.lease.account, today());
  const mine = chosen && teams.includes(chosen) ? chosen : null;
  const shown = ofTeam(all, mine);
  const stops = from.value ? inOrder(shown, from.value) : asPlanned(shown, today());
  const others = beside(cases.value.values(), stops);
  const title = words(_("Today, %(day)s"), { day: formatDate(today()) });
  return (
    <Page title={title}>
      {teams.length > 1 && <Teams teams={teams} mine={mine} />}
      {stops.length ? <Route stops={stops} isOneDay={!from.value && (!!mine || teams.length < 2)} /> : <NoVisits />}
      <ButtonLink href={href("kasus")}>{say(words(_("Other cases of the area (%(n)s)"), { n: others.length }))}</ButtonLink>
      {reportable.value.length > 0 && <ButtonLink href={href("lapor")}>{say(_("Report somebody who needs a visit"))}</ButtonLink>}
      <DoneToday all={cases.value.values()} open={stops} />
    </Page>
  );
}

function Teams({ teams, mine }: { teams: string[]; mine: string | null }) {
  const options = [["", _("All teams")] as const, ...teams.map((code) => [code, { id: teamName(code, me.value?.office.teams) }] as const)];
  return <Choice label={_("Your team")} required options={options} value={mine ?? ""} onChange={choose} />;
}

const NoVisits = () => (
  <Empty>{say(syncing.value ? _("Sending and fetching …") : _("No visit is planned for today on this phone. Send and fetch while there is signal, or look at the other cases."))}</Empty>
);

/** `isOneDay`: these are one team's, in the order of the plan, so that the ways between them hold. */
function Route({ stops, isOneDay }: { stops: Stop[]; isOneDay: boolean }) {
  const clock = useClock();
  const isLost = useSignal(false);
  const institutions = places(stops);
  const inside = new Map([...institutions.values()].flatMap((some) => some.map((stop) => [stop, some] as const)));
  const shown = stops.filter((stop) => !inside.has(stop) || stops.find((one) => inside.get(stop)!.includes(one)) === stop);
  const planned = isOneDay ? shown.filter((stop) => isPlanned(stop, today())) : [];
  const firstOutside = planned.length ? shown.find((stop) => !planned.includes(stop) && !stop.visit.started) : undefined;
  const numbered = shown.flatMap((stop, i) => (stop.point ? [{ n: i + 1, point: stop.point, isRough: stop.isRough }] : []));
  return (
    <>
      <Bag stops={stops} />
      {new Set(numbered.map(({ point }) => `${point.latitude} ${point.longitude}`)).size + (from.value ? 1 : 0) > 1 && (
        <>
          <RouteMap stops={numbered} here={from.value} villages={villagesOf(shown)} tiles={me.value!.office.tiles} />
          {from.value ? (
            <Button kind="quiet" onClick={() => (from.value = null)}>
              {say(_("Back to the order of the plan"))}
            </Button>
          ) : (
            <Button kind="quiet" onClick={async () => (isLost.value = !(await orderFromHere()))}>
              {say(_("Order from where I am"))}
            </Button>
          )}
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
            {planned.includes(stop) && <Way stop={stop} />}
            {stop === firstOutside && <p class="way">{say(_("Without a time in the plan of today"))}</p>}
            {inside.has(stop) ? <Institution n={i + 1} people={inside.get(stop)!} clock={clock} /> : <Door n={i + 1} stop={stop} clock={clock} />}
            {stop === planned.at(-1) && <Back people={inside.get(stop) ?? [stop]} />}
          </li>
        ))}
      </ol>
    </>
  );
}

/** "09:20" as people here write it. */
const hour = (time: string): string => time.replace(":", ".");

/** Of the villages of these stops, those whose middle is known, to read the map by. */
const villagesOf = (stops: readonly Stop[]): Village[] =>
  me.value!.office.villages.filter(({ code, at }) => at && stops.some(({ area }) => covers(code, area)));

/** What lies before a stop of the plan: when the team leaves, and the way. */
function Way({ stop: { visit } }: { stop: Stop }) {
  const { leaves, start, travel } = visit.route!;
  const said = [
    leaves && [say(words(_("Leave at %(time)s"), { time: hour(leaves) })), start].filter(Boolean).join(", "),
    travel && say(words(_("%(n)s minutes on the way"), { n: travel })),
  ].filter(Boolean);
  return said.length ? <p class="way">{said.join(" · ")}</p> : null;
}

function Back({ people }: { people: readonly Stop[] }) {
  const last = people.find(({ visit }) => visit.route?.returns)?.visit.route;
  if (!last) return null;
  return <p class="way">{[say(words(_("Back about %(time)s"), { time: hour(last.returns!) })), last.end].filter(Boolean).join(", ")}</p>;
}

/** When these people are expected to be met, as the plan of today has it. */
function When({ people, clock }: { people: readonly Stop[]; clock: string }) {
  const planned = people.filter((one) => isPlanned(one, today())).map(({ visit }) => visit.route!);
  if (!planned.length) return null;
  const begins = planned.map((route) => route.begins).sort()[0]!;
  const ends = planned.map((route) => route.ends).sort().at(-1)!;
  const before = people.length === 1 ? planned[0]!.before : null;
  const isPast = clock > ends && !people.some(({ visit }) => visit.started);
  const hours = planned.find((route) => route.hours)?.hours;
  return (
    <p class="when">
      <strong>
        {hour(begins)}–{hour(ends)}
      </strong>
      {before && ` · ${say(words(_("%(time)s before"), { time: hour(before) }))}`}
      {isPast && <span class="late"> · {say(_("this time is over"))}</span>}
      {hours && (
        <>
          <br />
          {say(words(_("open %(hours)s"), { hours }))}
        </>
      )}
    </p>
  );
}

function Door({ n, stop, clock }: { n: number; stop: Stop; clock: string }) {
  const { visit } = stop;
  const isLate = visit.day !== null && visit.day < today() && !visit.started;
  const wishes = suits(stop.wishes);
  return (
    <article class={visit.started ? "stop now" : "stop"} aria-label={`${n}. ${stop.name}`}>
      <h2>
        <span class="n">{n}</span> {stop.name || say(_("Person without a name yet"))}
      </h2>
      <When people={[stop]} clock={clock} />
      <p>
        {say(VisitPurpose[visit.purpose])} · {say(visit.started ? _("at the door") : DayPart[visit.part ?? "all_day"])}
        {stop.urgency !== "normal" && ` · ${say(Urgency[stop.urgency])}`}
        {isLate && ` · ${say(words(_("promised for %(day)s"), { day: formatDate(visit.day!) }))}`}
        <br />
        {doorOf(stop, villageName(stop.area))}
        {visit.partners.length > 0 && (
          <>
            <br />
            {say(words(_("With %(who)s"), { who: visit.partners.map((partner) => ({ message: Partner[partner] })) }))}
          </>
        )}
        {visit.meetingPoint && (
          <>
            <br />
            {visit.meetingPoint}
          </>
        )}
      </p>
      {wishes && <p class="need">{wishes}</p>}
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

function Institution({ n, people, clock }: { n: number; people: Stop[]; clock: string }) {
  const [first] = people as [Stop];
  return (
    <article class="stop" aria-label={`${n}. ${first.place}`}>
      <h2>
        <span class="n">{n}</span> {first.place}
      </h2>
      <When people={people} clock={clock} />
      <p>
        {say(words(_("%(n)s people at one place"), { n: people.length }))}
        <br />
        {doorOf({ place: "", address: first.address }, villageName(first.area))}
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
  const { carried, documents, originals, partners, takes } = bagOf(stops, programmes);
  if (!carried.length && !documents.size && !originals && !partners.length && !takes.length) return null;
  return (
    <details class="bag">
      <summary>{say(_("What and whom to take along"))}</summary>
      <ul>
        {takes.map((name) => (
          <li key={name}>{name}</li>
        ))}
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

/** What this officer did today, so that one can look it up again and see that it is there. */
function DoneToday({ all, open }: { all: Iterable<Brief>; open: readonly Stop[] }) {
  const tz = me.value!.office.time_zone;
  const still = new Set(open.map(({ stream }) => stream));
  const done = [...all].filter((b) => b.status !== "reported" && !still.has(b.stream) && b.mineAt && localDay(b.mineAt, tz) === today());
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
