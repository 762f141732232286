/** Today: whose door, in which order, with what in the bag. */
import type { Entry, JSONObject } from "../core/entries/base";
import type { DayPart, Document, Partner, Urgency, VisitPurpose } from "../core/generated/codes";
import type { Day } from "../core/moment";
import type { Programme, Text } from "../core/programme";
import type { State } from "../core/state";
import type { Brief, Case } from "../app/brief";
import { whoShouldCome } from "../forms/situation";
import { peopleAround, phoneOf } from "./around";
import type { Wishes } from "./suits";

/** A point on the earth, in degrees. */
export interface Point {
  latitude: number;
  longitude: number;
}

/** A door of the day: of its case, what somebody needs to know who goes there. */
export interface Stop {
  stream: string;
  hash: string;
  programme: string;
  ticket: string;
  area: string;
  urgency: Urgency;
  name: string;
  address: string;
  place: string;
  needs: string;
  /** In which language and when somebody wants to be visited; a promise may have been made all the same. */
  wishes: Wishes;
  phone: string | null;
  /** The door itself, else the middle of its village. */
  point: Point | null;
  isRough: boolean;
  /** Printed, to be handed over. */
  ready: readonly Document[];
  originals: number;
  attempts: number;
  visit: Coming;
}

/** Where the published plan has a visit in its team's day. Times of day are "09:20". */
export interface Route {
  crew: readonly string[];
  begins: string;
  ends: string;
  /** Minutes on the way before. */
  travel: number | null;
  /** Of the first stop of the day, and of the last. */
  leaves: string | null;
  start: string | null;
  returns: string | null;
  end: string | null;
  /** The hours of the place, as one reads them. */
  hours: string | null;
  takes: readonly string[];
  /** When the plan had it before, the same day. */
  before: string | null;
}

/** The visit going on, else the next one promised. */
export interface Coming {
  id: string;
  purpose: VisitPurpose;
  day: Day | null;
  part: DayPart | null;
  team: string | null;
  partners: readonly Partner[];
  meetingPoint: string | null;
  started: boolean;
  /** Null where no plan has it on that day: promised by hand, moved since. */
  route: Route | null;
}

type Whole = Pick<Case, "stream" | "programme" | "state" | "entries" | "person">;

/** The stop of a case, if somebody is waiting for a visit there. `village` is where its village lies. */
export function stopOf({ stream, programme, state, entries, person }: Whole, village: Point | null = null): Stop | null {
  const visit = comingOf(entries, state, programme);
  if (!visit) return null;
  const { latitude, longitude } = person;
  const door = latitude !== undefined && longitude !== undefined ? { latitude, longitude } : null;
  return {
    stream,
    hash: programme.hash,
    programme: programme.name,
    ticket: state.ticket,
    area: state.area,
    urgency: state.urgency,
    name: person.name ?? "",
    address: person.address ?? "",
    place: person.place_name ?? "",
    needs: person.needs ?? "",
    wishes: person,
    phone: phoneOf(person, peopleAround(entries)),
    point: door ?? village,
    isRough: !door,
    ready: [...state.documents].filter(([, p]) => p.printed && !p.delivered).map(([d]) => d),
    originals: state.originals.size,
    attempts: state.attempts,
    visit,
  };
}

function comingOf(entries: readonly Entry[], state: State, programme: Programme): Coming | null {
  const visit = state.visit ?? state.nextVisit;
  if (!visit) return null;
  const said: JSONObject = {};
  for (const { kind, body } of entries) {
    if ((kind === "visit_scheduled" || kind === "visit_moved") && body.visit === visit.id) Object.assign(said, body);
  }
  const route = routeOf(entries, visit.id, visit.day);
  const named = (said.partners as Partner[] | undefined) ?? [];
  return {
    id: visit.id,
    purpose: visit.purpose,
    day: visit.day,
    part: (said.part as DayPart | undefined) ?? null,
    team: route?.team ?? (said.team as string | undefined) ?? null,
    partners: named.length ? named : whoShouldCome(programme, state),
    meetingPoint: (said.meeting_point as string | undefined) ?? null,
    started: !!visit.started,
    route,
  };
}

/** What the newest plan says of a visit, as long as it speaks of the promised day and has an hour for it. */
function routeOf(entries: readonly Entry[], visit: string, day: Day | null): (Route & { team: string }) | null {
  const said = entries.flatMap(({ kind, body }) => (kind === "visit_routed" && body.visit === visit ? [body] : []));
  const last = said.at(-1);
  if (last?.day !== day || !last.begins || !last.ends) return null;
  const before = said.findLast((one) => one.day === day && one.begins && one.begins !== last.begins)?.begins;
  const { team, crew = [], begins, ends, travel = null, leaves = null, start = null } = last;
  const { returns = null, end = null, hours = null, takes = [] } = last;
  return { team, crew, begins, ends, travel, leaves, start, returns, end, hours, takes, before: before ?? null };
}

/** Cases to be visited on a day: begun, promised for it, or promised for an earlier one and not kept. */
export const dueOn = (all: Iterable<Brief>, today: Day): Brief[] =>
  [...all].filter(({ isOpen, visit, next }) => isOpen && (visit?.started || (next?.day && next.day <= today)));

/** The team whose day this officer's is, as the plan of today has it. */
export const ownTeam = (stops: readonly Stop[], account: string, today: Day): string | null =>
  stops.find(({ visit }) => visit.day === today && visit.route?.crew.includes(account))?.visit.team ?? null;

/** The stops of one team, and those that no team was named for. */
export const ofTeam = (stops: readonly Stop[], team: string | null): Stop[] =>
  stops.filter(({ visit }) => !team || !visit.team || visit.team === team);

/** Teams that have something to do, so that an officer can say which is theirs. */
export const teamsOf = (stops: readonly Stop[]): string[] =>
  [...new Set(stops.map(({ visit }) => visit.team).filter((team) => team !== null))].sort();

/** What a team is called; where the office keeps no teams, its code as people say it: tim_1 is Tim 1. */
export const teamName = (code: string, named: Record<string, string> = {}): string =>
  named[code] ?? code.split("_").map((word) => word[0]!.toUpperCase() + word.slice(1)).join(" ");

/** Where the door is, each part said once: families write the village into the address too. */
export function doorOf({ place, address }: Pick<Stop, "place" | "address">, village: string): string {
  const bare = village.replace(/^(desa adat|desa|kelurahan|kel\.?) /i, "").toLowerCase();
  return [place, address.toLowerCase().includes(bare) ? "" : village, address].filter(Boolean).join(", ");
}

const PARTS: readonly (DayPart | null)[] = ["morning", "all_day", null, "afternoon"];

/** Whether the plan of this day has it: its hours count, and its place in the order. */
export const isPlanned = ({ visit }: Stop, today: Day): boolean => visit.day === today && !!visit.route;

/** As the plan has the day: what has begun, then by its clock; then what is not in it, from where the way ends. */
export function asPlanned(visits: readonly Stop[], today: Day): Stop[] {
  const rank = ({ visit }: Stop) => `${visit.started ? 0 : 1}${visit.route!.begins}`;
  const planned = visits.filter((one) => isPlanned(one, today)).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const rest = visits.filter((one) => !isPlanned(one, today));
  const way = [...planned, ...inOrder(rest, planned.findLast(({ point }) => point)?.point ?? null)];
  return [...way.filter(({ visit }) => visit.started), ...way.filter(({ visit }) => !visit.started)];
}

/**
 * In the order in which one would drive: what has begun, then by time of day; within it always to the nearest
 * next, and what has no point beside others of its village. Stable: the same visits give the same order.
 */
export function inOrder(visits: readonly Stop[], from: Point | null): Stop[] {
  const left = [...visits].sort((a, b) => (a.area + a.stream < b.area + b.stream ? -1 : 1));
  const route: Stop[] = [];
  let here = from;
  for (const part of ["started" as const, ...PARTS]) {
    const isOf = (v: Stop) => (v.visit.started ? part === "started" : v.visit.part === part);
    for (;;) {
      const next = nearest(left.filter(isOf), here, route.at(-1)?.area ?? null);
      if (!next) break;
      left.splice(left.indexOf(next), 1);
      route.push(next);
      here = next.point ?? here;
    }
  }
  return route;
}

const FAR = 1e6; // where nobody knows how far it is

function nearest(some: readonly Stop[], here: Point | null, area: string | null): Stop | null {
  let [best, least]: [Stop | null, number] = [null, Infinity];
  for (const one of some) {
    const far = here && one.point ? kilometres(here, one.point) : one.area === area ? 0 : FAR;
    if (far < least) [best, least] = [one, far];
  }
  return best;
}

const RADIANS = Math.PI / 180;

/** As the crow flies. */
export function kilometres(one: Point, other: Point): number {
  const [a, b] = [one.latitude * RADIANS, other.latitude * RADIANS];
  const half = (x: number) => Math.sin(x / 2) ** 2;
  const across = half(b - a) + Math.cos(a) * Math.cos(b) * half((other.longitude - one.longitude) * RADIANS);
  return 12_742 * Math.asin(Math.sqrt(across));
}

/** What lies in the bag: the team's own papers and kit, once each, and documents to hand over with their number. */
export interface Bag {
  carried: Text[];
  documents: Map<Document, number>;
  originals: number;
  partners: Partner[];
  /** The vehicle and the sets of the plan, by name. */
  takes: string[];
}

export function bagOf(visits: readonly Stop[], programmes: ReadonlyMap<string, Programme>): Bag {
  const carried = new Map<string, Text>();
  const documents = new Map<Document, number>();
  for (const { hash, ready } of visits) {
    for (const r of programmes.get(hash)?.requirements ?? []) if (r.carried) carried.set(r.label.id, r.label);
    for (const d of ready) documents.set(d, (documents.get(d) ?? 0) + 1);
  }
  return {
    carried: [...carried.values()],
    documents,
    originals: visits.reduce((sum, v) => sum + v.originals, 0),
    partners: [...new Set(visits.flatMap((v) => v.visit.partners))],
    takes: [...new Set(visits.flatMap((v) => v.visit.route?.takes ?? []))],
  };
}

/** Open cases that have no visit today, the pressing ones first. */
export function othersOf(all: Iterable<Brief>, today: readonly { stream: string }[]): Brief[] {
  const rank: Record<Urgency, number> = { emergency: 0, high: 1, normal: 2 };
  const inText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return beside(all, today).sort(
    (a, b) => rank[a.urgency] - rank[b.urgency] || inText(a.area, b.area) || inText(a.ticket, b.ticket),
  );
}

/** The same, in no order: of thousands the order takes longest. */
export function beside(all: Iterable<Brief>, today: readonly { stream: string }[]): Brief[] {
  const here = new Set(today.map(({ stream }) => stream));
  return [...all].filter(({ isOpen, stream }) => isOpen && !here.has(stream));
}

/** Whether every word is in the name, the ticket, the address or the village of a case. */
export function fits({ name, ticket, address }: Brief, words: string, village: string): boolean {
  const text = [name, ticket, address, village].join(" ").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
