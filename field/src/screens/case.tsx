/** A case at the door: what comes next, in one large button; then what helps, and what else is possible. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { me, useCase, villageName, type Case } from "../app/office";
import { href, type Params } from "../app/routes";
import { Busy, ButtonLink, Empty, Notice, Page } from "../app/ui";
import { localDay } from "../core/calendar";
import { formatDate } from "../core/dates";
import type { Kind } from "../core/entries/base";
import { Document, Duty, Flag, Partner, PlaceKind, Status, VisitPurpose } from "../core/generated/codes";
import { KINDS } from "../core/generated/kinds";
import { _, words } from "../core/text";
import { waiting } from "../core/waiting";
import { shownPhone } from "../forms/read";
import { say } from "../messages";
import { carried } from "../people/slice";
import { isMine } from "./act";
import { notesOf, peopleAround } from "./around";
import { ownEntries } from "./own";
import { saved } from "./saved";
import { suits } from "./suits";
import { besideTheWay, endOf, visitNow, wayOf, type Way } from "./walk";
import "./screens.css";

export default function CaseScreen({ params }: { params: Params }) {
  const c = useCase(params.stream!);
  if (c === undefined) return <Busy />;
  if (c === null) {
    return (
      <Page title={_("Not here")} back={href("hari-ini")}>
        <Empty>{say(_("This case is not (any more) on this phone. It may have gone to another area, or its person was forgotten."))}</Empty>
      </Page>
    );
  }
  return (
    <Page title={c.person.name ? { id: c.person.name } : _("Person without a name yet")} back={href("hari-ini")}>
      <Saved c={c} />
      <Next c={c} />
      <Who c={c} />
      <Calls c={c} />
      <Notes c={c} />
      <Facts c={c} />
      <Papers c={c} />
      <Steps c={c} />
      <Written c={c} />
    </Page>
  );
}

/** What was written a moment ago, read out too; gone with the next look. */
function Saved({ c }: { c: Case }) {
  const what = useMemo(() => (saved.value?.stream === c.stream ? saved.value.what : null), [c.stream]);
  useEffect(() => {
    saved.value = null;
  }, []);
  return what && <Notice kind="good">{say(words(_("Saved: %(what)s"), { what: say(what) }))}</Notice>;
}

/** What the officer wrote here, to see that it is there, and to correct what was mistyped. */
function Written({ c }: { c: Case }) {
  const own = ownEntries(c, me.value!.lease.account);
  if (!own.length || c.isForgotten) return null;
  return (
    <details>
      <summary>{say(words(_("What you wrote here (%(n)s)"), { n: own.length }))}</summary>
      <ul class="list">
        {own.map(({ entry, label, isCorrected }) => (
          <li key={entry.id}>
            <a href={href(`perbaiki/${c.stream}/${entry.id}`)}>
              {say(label)}
              <br />
              <small>
                {formatDate(dayOf(entry.occurred_at))}, {clock(entry.occurred_at)}
                {isCorrected && ` · ${say(_("corrected"))}`} · <u>{say(_("Correct"))}</u>
              </small>
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

const dayOf = (moment: string): string => localDay(moment, me.value!.office.time_zone);

/** Nobody knows who it is, or not for sure: the register on the phone may help, by the act that says it. */
function Who({ c }: { c: Case }) {
  const { flags } = c.state;
  const isDoubtful = flags.has("unidentified") || flags.has("data_problem") || !c.person.nik;
  const first = flags.has("unidentified") ? ["person_described", "biodata_checked"] : ["biodata_checked", "person_described"];
  const able = c.actions.filter((action) => !action.reasons.length && first.includes(action.kind) && isMine(action));
  const [action] = able.sort((a, b) => first.indexOf(a.kind) - first.indexOf(b.kind));
  if (!carried.value || !isDoubtful || !action) return null;
  return <ButtonLink href={at(c, action.key)}>{say(_("Look the person up in the register"))}</ButtonLink>;
}

const at = (c: Case, key: string): string => href(`kasus/${c.stream}/${key}`);

/** Longer names do not stand whole in the heading, which stays on the screen. */
const LONG = 40;

function Next({ c }: { c: Case }) {
  const way = wayOf(c.programme, c.state, me.value!);
  const next = way.find(({ stand }) => stand === "next");
  const [end, visit] = [endOf(way, c.state), visitNow(c.state)];
  return (
    <>
      {(c.person.name?.length ?? 0) > LONG && <p>{c.person.name}</p>}
      <p class="muted">
        {c.state.ticket} · {c.programme.name} · {say(Status[c.state.status])}
      </p>
      {visit && (
        <p>
          <strong>{say(VisitPurpose[visit.purpose])}</strong>
          {visit.started ? ` · ${say(words(_("at the door since %(time)s"), { time: clock(visit.started) }))}` : visit.day && ` · ${formatDate(visit.day)}`}
        </p>
      )}
      {next && (
        <ButtonLink kind="main" href={at(c, next.key)}>
          {say(next.label)}
        </ButtonLink>
      )}
      {!next && (
        <>
          <p class="muted">{say(_("Nothing waits for you in this case now."))}</p>
          <Others c={c} />
          <ButtonLink kind="main" href={href("hari-ini")}>
            {say(_("On with the day"))}
          </ButtonLink>
        </>
      )}
      {end && end.key !== next?.key && (
        <a class="button danger" href={at(c, end.key)}>
          {say(_("Stop the visit"))}
        </a>
      )}
      {[...c.state.flags.keys()].length > 0 && (
        <ul class="marks">
          {[...c.state.flags.keys()].map((flag) => (
            <li key={flag}>{say(Flag[flag])}</li>
          ))}
        </ul>
      )}
      {c.unread > 0 && (
        <Notice kind="warn">
          <p>{say(_("Something in this case was written by a newer app. Update this app when there is signal."))}</p>
        </Notice>
      )}
    </>
  );
}

/** For whom the case waits instead, and until when: what whoever reported it is asked by the family. */
function Others({ c }: { c: Case }) {
  const { time_zone: tz, holidays } = me.value!.office;
  const waits = waiting(c.programme, c.state, { tz, holidays: new Set(holidays) });
  return (
    <ul class="list">
      {waits.slice(0, 3).map(({ step, duties, due }) => (
        <li key={step}>
          {say(c.programme.steps.find(({ id }) => id === step)?.label ?? words(step))}
          <br />
          <small>
            {say(duties.map((duty) => words(Duty[duty])))}
            {due && ` · ${say(words(_("Due on %(day)s"), { day: formatDate(localDay(due, tz)) }))}`}
          </small>
        </li>
      ))}
    </ul>
  );
}

/** The hour on the phone's clock. */
const clock = (moment: string): string => new Date(moment).toTimeString().slice(0, 5).replace(":", ".");

/** What those who can be called are to the person, by what named them. */
const ROLES: Partial<Record<Kind, string>> = {
  guardian_named: Partner.guardian,
  companion_named: Partner.companion,
  reporter_named: Duty.reporter,
};

function Calls({ c }: { c: Case }) {
  const around = peopleAround(c.entries);
  const own = c.person.phone;
  if (!own && !around.some(({ phone }) => phone)) return null;
  return (
    <section aria-labelledby="calls">
      <h2 id="calls">{say(_("Call"))}</h2>
      {around.map(
        ({ kind, name, phone }) => phone && <Call key={kind} who={`${name} (${say(ROLES[kind]!)})`} phone={phone} />,
      )}
      {own && <Call who={c.person.name ?? say(_("The person"))} phone={own} />}
    </section>
  );
}

const Call = ({ who, phone }: { who: string; phone: string }) => (
  <a class="button plain" href={`tel:${phone}`}>
    <span>
      {who}
      <br />
      {shownPhone(phone)}
    </span>
  </a>
);

function Notes({ c }: { c: Case }) {
  const notes = notesOf(c.entries);
  const wishes = suits(c.person);
  if (!notes.length && !c.person.needs && !wishes) return null;
  return (
    <section aria-labelledby="notes">
      <h2 id="notes">{say(_("Good to know"))}</h2>
      {wishes && <p>{wishes}</p>}
      <dl>
        {c.person.needs && (
          <>
            <dt class="muted">{say(KINDS.reported.fields.needs!.title!)}</dt>
            <dd class="prose">{c.person.needs}</dd>
          </>
        )}
        {notes.map(({ label, text, at: moment }, n) => (
          <div key={n}>
            <dt class="muted">
              {say(label)} · {formatDate(moment.slice(0, 10))}
            </dt>
            <dd class="prose">{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const SHOWN = ["nik", "family_number", "birth_date", "birth_about", "birth_place", "mother"] as const;

function Facts({ c }: { c: Case }) {
  const { person, state } = c;
  const { latitude, longitude } = person;
  return (
    <section aria-labelledby="place">
      <h2 id="place">{say(_("Place and person"))}</h2>
      <p>
        {person.place_name && (
          <>
            <strong>{person.place_name}</strong>
            <br />
          </>
        )}
        {person.place_kind && `${say(PlaceKind[person.place_kind])} · `}
        {villageName(state.area)}
        {person.address && (
          <>
            <br />
            {person.address}
          </>
        )}
      </p>
      {latitude !== undefined && longitude !== undefined && (
        <ButtonLink href={`geo:${latitude},${longitude}?q=${latitude},${longitude}`}>{say(_("Show the way in the phone's map"))}</ButtonLink>
      )}
      <dl class="facts">
        {SHOWN.filter((name) => person[name]).map((name) => (
          <>
            <dt>{say(KINDS.reported.fields[name]!.title!)}</dt>
            <dd>{name === "birth_date" ? formatDate(person[name]!) : person[name]}</dd>
          </>
        ))}
      </dl>
      {c.isForgotten && (
        <Notice>
          <p>{say(_("Of this person nothing more is shown here."))}</p>
        </Notice>
      )}
    </section>
  );
}

function Papers({ c }: { c: Case }) {
  const { documents, originals } = c.state;
  return (
    <section aria-labelledby="papers">
      <h2 id="papers">{say(_("Papers"))}</h2>
      <ul class="list">
        {[...documents].map(([document, paper]) => (
          <li key={document}>
            {say(Document[document])}
            <br />
            <small>
              {say(paper.delivered ? Status.delivered : paper.printed ? _("Printed, to be handed over") : _("Not printed yet"))}
              {paper.receipt && ` · ${paper.receipt}`}
            </small>
          </li>
        ))}
        {[...originals.keys()].map((receipt) => (
          <li key={receipt}>
            {say(_("Original papers with us"))}
            <br />
            <small>{receipt}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

const STANDS: Record<Way["stand"], string> = { done: _("Done"), next: _("Now"), open: _("Possible"), waits: _("Later") };

/** What lies beyond the door: folded away while it cannot be done yet. */
const isLater = ({ stand, action }: Way): boolean => stand === "waits" && action.step!.phase !== "visit";

function Steps({ c }: { c: Case }) {
  const all = useSignal(false);
  const way = wayOf(c.programme, c.state, me.value!);
  const later = way.filter(isLater);
  const beside = besideTheWay(c.programme, c.state, me.value!);
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">{say(_("All your steps"))}</h2>
      <StepList c={c} way={way.filter((one) => !isLater(one))} />
      {later.length > 0 && (
        <details>
          <summary>{say(words(_("Later steps (%(n)s)"), { n: later.length }))}</summary>
          <StepList c={c} way={later} />
        </details>
      )}
      <details onToggle={(event) => (all.value = event.currentTarget.open)}>
        <summary>{say(_("Something else"))}</summary>
        {all.value && (
          <ul class="list">
            {beside.map(({ key, label }) => (
              <li key={key}>
                <a href={at(c, key)}>{say(label)}</a>
              </li>
            ))}
          </ul>
        )}
      </details>
    </section>
  );
}

const StepList = ({ c, way }: { c: Case; way: readonly Way[] }) => (
  <ol class="steps">
    {way.map(({ key, label, stand, reasons }) => (
      <li key={key} class={stand}>
        <a href={at(c, key)}>
          <span class="stand">{say(STANDS[stand])}</span>
          <span>
            {say(label)}
            {reasons.map((reason) => (
              <small key={reason.message} class="below">
                {say(reason)}
              </small>
            ))}
          </span>
        </a>
      </li>
    ))}
  </ol>
);
