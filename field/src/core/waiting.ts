/** Who is being waited for: every step that can be done now, by which duty, and until when. */
import { deadline, endOfDay } from "./calendar";
import type { Kind } from "./entries/base";
import { concerns, ENDED } from "./fold";
import { Duty, type TimeZone } from "./generated/codes";
import { addHours, epoch, type Day, type Moment } from "./moment";
import type { Programme, Step } from "./programme";
import { GENERAL, LEAD, papersMissing, unmet } from "./rules";
import type { State } from "./state";
import type { Words } from "./text";

/** SP4N-LAPOR!: a complaint is answered within five working days. */
const COMPLAINT_WORKING_DAYS = 5;
/** UU 27/2022: access and correction within 3 x 24 hours; art. 40: so does processing stop. */
const DATA_REQUEST_HOURS = 72;
const WITHDRAWAL_HOURS = 72;

/** How an office counts days: its time zone and its days off. */
export interface OfficeTime {
  tz: TimeZone;
  holidays: ReadonlySet<Day>;
}

/** Somebody is waited for: a step that can be done now, by whom, since when, until when. */
export interface Wait {
  step: string;
  kind: Kind;
  duties: readonly Duty[];
  since: Moment;
  due: Moment | null;
  blocked: Words[];
}

const dutiesOf = (some: readonly Duty[]): Duty[] => (Object.keys(Duty) as Duty[]).filter((duty) => some.includes(duty));

const afterWorkingDays = (start: Moment, n: number, time: OfficeTime): Moment =>
  deadline(start, n, time.tz, time.holidays);

/** Everything that can be done now, by whom, and until when it was promised. */
export function waiting(programme: Programme, state: State, time: OfficeTime): Wait[] {
  const waits = citizenWaits(state, time);
  const opened = state.openedAt;
  if (ENDED.includes(state.status) || opened === null) return waits;
  const withdrawn = state.flags.get("consent_withdrawn");
  if (withdrawn) waits.push(stop(state, withdrawn));
  const promise = programme.promise_working_days
    ? afterWorkingDays(opened, programme.promise_working_days, time)
    : null;
  const way = programme.steps.filter((step) => concerns(state, step));
  const undone = new Set(way.map((step) => step.id).filter((id) => !state.done.has(id)));
  for (const step of way) {
    if (!undone.has(step.id) || step.optional || step.after.some((before) => undone.has(before))) continue;
    const since = latest(step.after.flatMap((before) => state.done.get(before) ?? [])) ?? opened;
    waits.push({
      step: step.id,
      kind: step.entry,
      duties: step.duties,
      since,
      due: dueOf(state, step, since, time) ?? promise,
      blocked: [...(step.needs_papers ? papersMissing(programme, state) : []), ...unmet(GENERAL[step.entry], state)],
    });
  }
  return waits;
}

const latest = (moments: readonly Moment[]): Moment | undefined =>
  moments.reduce<Moment | undefined>((last, m) => (last && epoch(last) >= epoch(m) ? last : m), undefined);

/** Close the case, or come to an understanding with the person: consent given anew ends this too. */
function stop(state: State, since: Moment): Wait {
  const close = GENERAL.closed!;
  return {
    step: "closed",
    kind: "closed",
    duties: dutiesOf(close.duties),
    since,
    due: addHours(since, WITHDRAWAL_HOURS),
    blocked: unmet(close, state),
  };
}

function dueOf(state: State, step: Step, since: Moment, time: OfficeTime): Moment | null {
  const purpose = step.match.purpose;
  const revisit = state.flags.get("revisit");
  if (step.entry === "visit_scheduled" && revisit) {
    if (state.againOn) return endOfDay(state.againOn, time.tz);
    since = revisit;
  }
  if (step.entry === "visit_started" || step.entry === "visit_ended") {
    const days = [...state.visits.values()]
      .filter((v) => v.day && !v.ended && (purpose === undefined || purpose === v.purpose))
      .map((v) => v.day!);
    if (days.length) return endOfDay(days.reduce((first, day) => (day < first ? day : first)), time.tz);
  }
  if (step.entry === "centre_status" && state.centreSince) since = state.centreSince;
  return step.within_working_days === null ? null : afterWorkingDays(since, step.within_working_days, time);
}

function citizenWaits(state: State, time: OfficeTime): Wait[] {
  const wait = (step: Kind, since: Moment, due: Moment): Wait => {
    return { step, kind: step, duties: dutiesOf(LEAD), since, due, blocked: [] };
  };
  return [
    ...[...state.complaints.values()].map((since) =>
      wait("complaint_answered", since, afterWorkingDays(since, COMPLAINT_WORKING_DAYS, time)),
    ),
    ...[...state.dataRequests.values()].map((since) =>
      wait("data_request_answered", since, addHours(since, DATA_REQUEST_HOURS)),
    ),
  ];
}
