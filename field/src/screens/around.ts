/** Who is around the person and what earlier visits left, for somebody who is about to knock at the door. */
import type { Person } from "../app/person";
import type { Entry, JSONObject, Kind } from "../core/entries/base";
import type { Relation } from "../core/generated/codes";
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

/** Guardian, companion and reporter as last named; entries as they hold after corrections. */
export function peopleAround(entries: readonly Entry[]): Around[] {
  return AROUND.flatMap((kind) => {
    const last = entries.findLast((entry) => entry.kind === kind && (entry.body as JSONObject).name);
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

const AROUND: readonly Kind[] = ["guardian_named", "companion_named", "reporter_named"];

/** What was written for the next team, newest first. The labels are those of the fields. */
export function notesOf(entries: readonly Entry[]): Note[] {
  return entries
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
