import { expect, test } from "vitest";
import { covers } from "../src/core/areas";
import { deadline, isWorkingDay } from "../src/core/calendar";
import { clearRaw, isClearRaw, meaning, stuck } from "../src/core/centre";
import { ageBand, formatDate, numericDate, parseBirth, parseDate } from "../src/core/dates";
import { readMoment } from "../src/core/moment";
import { urgencyOf } from "../src/core/programme";
import { BadInput } from "../src/core/text";
import { canonical, utc } from "../src/journal/canonical";
import { namesIn, readJson, VECTORS } from "./vectors";

const FUNCTIONS: Record<string, (...args: any[]) => unknown> = {
  parse_date: parseDate,
  parse_birth: parseBirth,
  age_band: (earliest, latest, on) => ageBand({ earliest, latest }, on),
  format_date: formatDate,
  numeric_date: numericDate,
  deadline: (start, n, tz, holidays) => deadline(readMoment(start)!, n, tz, new Set(holidays)),
  is_working_day: (day, holidays) => isWorkingDay(day, new Set(holidays)),
  meaning,
  clear_raw: clearRaw,
  is_clear_raw: isClearRaw,
  stuck,
  covers,
  urgency_of: (name, services) => urgencyOf(readJson(new URL(`programmes/${name}.json`, VECTORS)), services),
  canonical,
  read_moment: readMoment,
  utc,
};

const folder = new URL("values/", VECTORS);
const rows: [string, unknown[], unknown][] = namesIn(folder).flatMap((name) => readJson(new URL(`${name}.json`, folder)));

test.each(rows)("%s(%j) is %j", (name, args, result) => {
  expect(attempt(() => FUNCTIONS[name]!(...args))).toEqual(result);
});

test.each([
  ...["2026-03-02", "2026-03-02T09:30:00", "2026-02-30T00:00:00Z", "2026-03-02T24:00:00Z", "0000-01-01T00:00:00Z"],
  ...["2026-03-02T00:60:00Z", "2026-03-02T00:00:60Z", "2026-03-02T00:00:00+24:00", "2026-03-02T00:00:00+07:60"],
  ...["", 5, null],
])(
  "%j is no moment",
  (text) => expect(readMoment(text)).toBeNull(),
);

test("what JSON cannot say the same way everywhere has no canonical form", () => {
  for (const value of [NaN, Infinity, "\ud83d", undefined, { a: [() => 1] }]) expect(() => canonical(value)).toThrow();
});

function attempt(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (error instanceof BadInput) return { refused: error.words.message };
    throw error;
  }
}
