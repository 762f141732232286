/** A case as lists show it: what its entries amount to, small and quick to open. */
import { asCorrected } from "../core/corrections";
import { readEntry, Unfit, UnknownKind, type Entry, type JSONObject } from "../core/entries/base";
import { fold } from "../core/fold";
import type { AgeBand, Document, Flag, Sex, Status, Urgency, VisitPurpose } from "../core/generated/codes";
import type { Day, Moment } from "../core/moment";
import type { Programme } from "../core/programme";
import { allowed, type Action } from "../core/rules";
import type { State } from "../core/state";
import { waiting, type Wait } from "../core/waiting";
import type { Me } from "./lease";
import { personOf, type Person } from "./person";

/** What stands on a list. All of it is sealed on the phone. */
export interface Brief {
  stream: string;
  ticket: string;
  programme: number;
  area: string;
  status: Status;
  isOpen: boolean;
  urgency: Urgency;
  sex: Sex;
  ageBand: AgeBand;
  documents: Document[];
  flags: Partial<Record<Flag, Moment>>;
  name: string;
  address: string;
  phone: string;
  at: [latitude: number, longitude: number] | null;
  /** The team is at the door. */
  visit: { id: string; purpose: VisitPurpose; started: Moment | null } | null;
  /** The next promise to come. */
  next: { id: string; purpose: VisitPurpose; day: Day | null } | null;
  attempts: number;
  /** Keys of the steps that this duty can do now, and until when the first was promised. */
  mine: string[];
  due: Moment | null;
  /** When this officer last wrote in it. */
  mineAt: Moment | null;
  /** The last entry that this knows of. */
  last: string | null;
  /** From when it belongs on no phone any more (milliseconds); an open case has none. */
  goes?: number;
}

const KEPT_MS = 30 * 86_400_000;

/** A case, whole. */
export interface Case {
  stream: string;
  programme: Programme;
  state: State;
  /** As they hold after corrections, in journal order. */
  entries: Entry[];
  person: Person;
  /** What may be done by this duty, and the reasons against the rest. */
  actions: Action[];
  waits: Wait[];
  /** The person was erased, or this duty sees nothing that is sealed. */
  isForgotten: boolean;
  /** When this officer last wrote in it. */
  mineAt: Moment | null;
  /** Entries that only a newer app can read. */
  unread: number;
}

export type Programmes = ReadonlyMap<string, Programme>;

/** The case of these entries as they lie on the phone. Throws for one that cannot be folded. */
export function wholeCase(me: Me, programmes: Programmes, stream: string, raw: readonly JSONObject[]): Case {
  const read: Entry[] = [];
  let unread = 0;
  for (const one of raw) {
    try {
      read.push(readEntry(one));
    } catch (error) {
      if (!(error instanceof UnknownKind || error instanceof Unfit)) throw error;
      unread += 1;
    }
  }
  const lookup = (hash: string): Programme => {
    const known = programmes.get(hash);
    if (!known) throw new RangeError(`no programme ${hash}`);
    return known;
  };
  const state = fold(lookup, read);
  const programme = lookup(state.programmeHash);
  const entries = [...asCorrected(read)];
  const time = { tz: me.office.time_zone, holidays: new Set(me.office.holidays) };
  const isForgotten = raw.length > 0 && raw.every((one) => one.sealed === null);
  return {
    stream,
    programme,
    state,
    entries,
    person: personOf(entries),
    actions: allowed(programme, state, me),
    waits: waiting(programme, state, time).filter((wait) => wait.duties.includes(me.duty)),
    isForgotten,
    mineAt: entries.findLast(({ actor }) => actor === me.lease.account)?.occurred_at ?? null,
    unread,
  };
}

/** What stands on the lists. */
export function briefOf({ stream, state, person, actions, waits, mineAt }: Case): Brief {
  const { visit, nextVisit } = state;
  const { latitude, longitude } = person;
  const due = waits.map((wait) => wait.due).filter((moment) => moment !== null);
  return {
    stream,
    ticket: state.ticket,
    programme: state.programme,
    area: state.area,
    status: state.status,
    isOpen: state.isOpen,
    urgency: state.urgency,
    sex: state.sex,
    ageBand: state.ageBand,
    documents: state.wanted,
    flags: Object.fromEntries(state.flags),
    name: person.name ?? "",
    address: person.address ?? "",
    phone: person.phone ?? "",
    at: latitude !== undefined && longitude !== undefined ? [latitude, longitude] : null,
    visit: visit && { id: visit.id, purpose: visit.purpose, started: visit.started },
    next: nextVisit && { id: nextVisit.id, purpose: nextVisit.purpose, day: nextVisit.day },
    attempts: state.attempts,
    mine: actions.filter((action) => action.step && !action.reasons.length).map((action) => action.key),
    due: due.sort((one, other) => Date.parse(one) - Date.parse(other))[0] ?? null,
    mineAt,
    last: state.last,
    ...(!state.isOpen && { goes: state.mergedInto ? 0 : Date.parse(state.lastAt!) + KEPT_MS }),
  };
}
