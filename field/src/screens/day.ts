/** Today: whose door, in which order, with what in the bag. */
import type { Entry, JSONObject } from "../core/entries/base";
import type { DayPart, Document, Partner, Status, Urgency, VisitPurpose } from "../core/generated/codes";
import type { Day } from "../core/moment";
import type { Programme, Text } from "../core/programme";
import type { State } from "../core/state";
import { asCorrected } from "../core/corrections";
import { whoShouldCome } from "../forms/situation";
import { peopleAround, personOf, phoneOf } from "./person";

/** A point on the earth, in degrees. */
export interface Point {
  latitude: number;
  longitude: number;
}

/** A case in the lists of the phone: small, since thousands are read at once. */
export interface Summary {
  stream: string;
  programme: string;
  hash: string;
  ticket: string;
  area: string;
  status: Status;
  urgency: Urgency;
  isOpen: boolean;
  name: string | null;
  address: string | null;
  place: string | null;
  needs: string | null;
  phone: string | null;
  point: Point | null;
  documents: readonly Document[];
  /** Printed and with us, to be handed over. */
  ready: readonly Document[];
  originals: number;
  visit: Coming | null;
  /** The day from which it should be tried again. */
  againOn: Day | null;
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
}

/** What the lists show of a case. */
export function summaryOf(stream: string, entries: readonly Entry[], state: State, programme: Programme): Summary {
  const person = personOf(entries);
  const hasPoint = person.latitude !== undefined && person.longitude !== undefined;
  const papers = [...state.documents];
  return {
    stream,
    programme: programme.name,
    hash: programme.hash,
    ticket: state.ticket,
    area: state.area,
    status: state.status,
    urgency: state.urgency,
    isOpen: state.isOpen,
    name: person.name ?? null,
    address: person.address ?? null,
    place: person.place_name ?? null,
    needs: person.needs ?? null,
    phone: phoneOf(person, peopleAround(entries)),
    point: hasPoint ? { latitude: person.latitude!, longitude: person.longitude! } : null,
    documents: papers.filter(([, p]) => !p.delivered).map(([d]) => d),
    ready: papers.filter(([, p]) => p.printed && !p.delivered).map(([d]) => d),
    originals: state.originals.size,
    visit: comingOf(entries, state, programme),
    againOn: state.againOn,
  };
}

function comingOf(entries: readonly Entry[], state: State, programme: Programme): Coming | null {
  const visit = state.visit ?? state.nextVisit;
  if (!visit) return null;
  const said: JSONObject = {};
  for (const { kind, body } of asCorrected(entries)) {
    if ((kind === "visit_scheduled" || kind === "visit_moved") && body.visit === visit.id) Object.assign(said, body);
  }
  const named = (said.partners as Partner[] | undefined) ?? [];
  return {
    id: visit.id,
    purpose: visit.purpose,
    day: visit.day,
    part: (said.part as DayPart | undefined) ?? null,
    team: (said.team as string | undefined) ?? null,
    partners: named.length ? named : whoShouldCome(programme, state),
    meetingPoint: (said.meeting_point as string | undefined) ?? null,
    started: !!visit.started,
  };
}

/** The visits of one day for one team: begun ones, promised ones, and those that were not kept. */
export function visitsOf(all: Iterable<Summary>, today: Day, team: string | null): Summary[] {
  return [...all].filter(({ visit, isOpen }) => {
    if (!isOpen || !visit || (team && visit.team && visit.team !== team)) return false;
    return visit.started || (visit.day !== null && visit.day <= today);
  });
}

/** Teams that have something to do, so that an officer can say which is theirs. */
export const teamsOf = (all: Iterable<Summary>): string[] =>
  [...new Set([...all].map(({ visit }) => visit?.team).filter((team) => team != null))].sort();

/** A team's code as people say it: tim_1 is Tim 1. */
export const teamName = (code: string): string =>
  code.split("_").map((word) => word[0]!.toUpperCase() + word.slice(1)).join(" ");

const PARTS: readonly (DayPart | null)[] = ["morning", "all_day", null, "afternoon"];

/**
 * In the order in which one would drive: what has begun, then by time of day; within it always to the nearest
 * next, and what has no point beside others of its village. Stable: the same visits give the same order.
 */
export function inOrder(visits: readonly Summary[], from: Point | null): Summary[] {
  const left = [...visits].sort((a, b) => (a.area + a.stream < b.area + b.stream ? -1 : 1));
  const route: Summary[] = [];
  let here = from;
  for (const part of ["started" as const, ...PARTS]) {
    const isOf = (v: Summary) => (v.visit!.started ? part === "started" : v.visit!.part === part);
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

function nearest(some: readonly Summary[], here: Point | null, area: string | null): Summary | null {
  let [best, least]: [Summary | null, number] = [null, Infinity];
  for (const one of some) {
    const far = one.area === area ? (here && one.point ? kilometres(here, one.point) : 0) : here && one.point ? kilometres(here, one.point) : 1e6;
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
}

export function bagOf(visits: readonly Summary[], programmes: ReadonlyMap<string, Programme>): Bag {
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
    partners: [...new Set(visits.flatMap((v) => v.visit!.partners))],
  };
}

/** Open cases that have no visit today, the pressing ones first. */
export function othersOf(all: Iterable<Summary>, today: readonly Summary[]): Summary[] {
  const here = new Set(today.map(({ stream }) => stream));
  const rank: Record<Urgency, number> = { emergency: 0, high: 1, normal: 2 };
  return [...all]
    .filter(({ isOpen, stream }) => isOpen && !here.has(stream))
    .sort((a, b) => rank[a.urgency] - rank[b.urgency] || (a.area + a.ticket < b.area + b.ticket ? -1 : 1));
}

/** Whether the words are in the name, the ticket, the address or the place; the village is said by name. */
export function fits(summary: Summary, words: string, village: string): boolean {
  const text = [summary.name, summary.ticket, summary.address, summary.place, village].join(" ").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
