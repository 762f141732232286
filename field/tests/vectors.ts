import { readdirSync, readFileSync } from "node:fs";
import { clearView, readEntry, type JSONObject, type Kind } from "../src/core/entries/base";
import { fold } from "../src/core/fold";
import type { Duty, TimeZone } from "../src/core/generated/codes";
import type { Programme } from "../src/core/programme";
import { allowed, objections } from "../src/core/rules";
import { isWords } from "../src/core/text";
import { waiting } from "../src/core/waiting";

export const VECTORS = new URL("../../tests/vectors/", import.meta.url);

export const readJson = (file: URL): any => JSON.parse(readFileSync(file, "utf8"));

export const namesIn = (folder: URL): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.replace(/\.json$/, ""));

/** A case as tests/core/test_vectors.py writes it. */
export interface Vector {
  time_zone: TimeZone;
  holidays: string[];
  area: string;
  entries: JSONObject[];
  offers: { duty: Duty; kind: Kind; clear: JSONObject }[];
  expect: { state: JSONObject; allowed: Record<Duty, JSONObject>; objections: unknown[]; waiting: unknown[] };
}

/** What follows from the entries of a vector, in the order and the words of the Python side. */
export function expected(programmes: ReadonlyMap<string, Programme>, vector: Vector): Vector["expect"] {
  const lookup = (hash: string): Programme => programmes.get(hash)!;
  const state = fold(lookup, vector.entries.map(readEntry));
  const pinned = lookup(state.programmeHash);
  const of = (duty: Duty) => ({ duty, area: vector.area });
  const time = { tz: vector.time_zone, holidays: new Set(vector.holidays) };
  const duties = Object.keys(vector.expect.allowed) as Duty[];
  return {
    state: state.toJson(),
    allowed: Object.fromEntries(
      duties.map((duty) => [
        duty,
        Object.fromEntries(allowed(pinned, state, of(duty)).map((a) => [a.key, plain(a.reasons)])),
      ]),
    ) as Record<Duty, JSONObject>,
    objections: vector.offers.map(({ duty, kind, clear }) =>
      plain(objections(pinned, state, of(duty), kind, clearView(kind, clear))),
    ),
    waiting: waiting(pinned, state, time).map(({ step, duties, since, due, blocked }) => {
      return { step, duties, since, due, blocked: plain(blocked) };
    }),
  };
}

/** Words as language-free JSON: the message id and its parameters. */
function plain(value: unknown): any {
  if (Array.isArray(value)) return value.map(plain);
  if (isWords(value)) {
    const params = Object.entries(value.params ?? {}).map(([name, v]) => [name, plain(v)]);
    return { message: value.message, ...Object.fromEntries(params) };
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null));
}
