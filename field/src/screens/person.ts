/** What the entries of a case say of the person, for somebody who is about to knock at the door. */
import { asCorrected } from "../core/corrections";
import type { Entry, JSONObject, Kind } from "../core/entries/base";
import type { Document, PlaceKind, Relation } from "../core/generated/codes";
import { KINDS } from "../core/generated/kinds";
import type { Moment } from "../core/moment";

/** Somebody who can be called. */
export interface Around {
  kind: Kind;
  name: string;
  relation?: Relation;
  phone?: string;
}

/** What stays of an earlier visit: for the next team, as far as this duty may read it. */
export interface Note {
  at: Moment;
  label: string;
  text: string;
}

/** All that is known; what this duty may not see is simply not here. */
export interface Person {
  name?: string;
  nik?: string;
  family_number?: string;
  birth_date?: string;
  birth_about?: string;
  birth_place?: string;
  mother?: string;
  address?: string;
  place_kind?: PlaceKind;
  place_name?: string;
  latitude?: number;
  longitude?: number;
  phone?: string;
  needs?: string;
  documents?: readonly Document[];
}

const DESCRIBING: readonly Kind[] = ["reported", "person_described"];
const FOUND: readonly Kind[] = ["biodata_checked", "biometrics_checked"];
const AROUND: readonly Kind[] = ["guardian_named", "companion_named", "reporter_named"];

/** Later words replace earlier ones. */
export function personOf(entries: readonly Entry[]): Person {
  const known: JSONObject = {};
  for (const entry of asCorrected(entries)) {
    const body = entry.body as JSONObject;
    if (DESCRIBING.includes(entry.kind)) {
      for (const [name, value] of Object.entries(body)) {
        if (value !== undefined && value !== null && !(Array.isArray(value) && !value.length)) known[name] = value;
      }
    } else if (FOUND.includes(entry.kind) && body.nik) known.nik = body.nik;
    else if (entry.kind === "visit_started" && known.latitude === undefined && body.latitude !== undefined) {
      Object.assign(known, { latitude: body.latitude, longitude: body.longitude });
    }
  }
  return known as Person;
}

/** Guardian, companion and reporter as last named. */
export function peopleAround(entries: readonly Entry[]): Around[] {
  const held = asCorrected(entries);
  return AROUND.flatMap((kind) => {
    const last = held.findLast((entry) => entry.kind === kind && (entry.body as JSONObject).name);
    return last ? [{ ...(last.body as object), kind } as Around] : [];
  });
}

/** Who is called first: whoever speaks for the person, else the person, else whoever told us. */
export function phoneOf(person: Person, around: readonly Around[]): string | null {
  const of = (kind: Kind) => around.find((one) => one.kind === kind)?.phone;
  return of("guardian_named") ?? person.phone ?? of("companion_named") ?? of("reporter_named") ?? null;
}

/** From which fields the next team learns how to come: kind and field, newest first. */
const TELLING: readonly (readonly [Kind, string])[] = [
  ["condition_checked", "comfort"],
  ["condition_checked", "risk"],
  ["visit_scheduled", "meeting_point"],
  ["ordered", "note"],
  ["visit_ended", "note"],
  ["delivery_failed", "note"],
  ["note", "text"],
];
const MOST_NOTES = 6;

/** What was written for the next team, newest first. The labels are those of the fields. */
export function notesOf(entries: readonly Entry[]): Note[] {
  return asCorrected(entries)
    .flatMap((entry) =>
      TELLING.filter(([kind, field]) => kind === entry.kind && (entry.body as JSONObject)[field]).map(
        ([, field]): Note => ({
          at: entry.occurred_at,
          label: KINDS[entry.kind].fields[field]!.title!,
          text: String((entry.body as JSONObject)[field]),
        }),
      ),
    )
    .reverse()
    .slice(0, MOST_NOTES);
}
