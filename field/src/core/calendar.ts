/**
 * Working days: Monday to Friday, less the days off that the server gives (national and of the office), in
 * the office's own time zone.
 */
import type { TimeZone } from "./generated/codes";
import { addDays, dayAt, dayNumber, type Day, type Moment } from "./moment";

const MOST_DAYS = 5000;

/** Hours ahead of Greenwich; Indonesia has no summer time. */
const AHEAD: Record<TimeZone, number> = { wib: 7, wita: 8, wit: 9 };

export function isWorkingDay(day: Day, holidays: ReadonlySet<Day>): boolean {
  const weekday = (dayNumber(day)! + 4) % 7; // 1970 began on a Thursday; Sunday is 0
  return weekday % 6 !== 0 && !holidays.has(day);
}

/** The calendar day of a moment where the office stands. */
export const localDay = (moment: Moment, tz: TimeZone): Day => dayAt(moment, AHEAD[tz] * 60);

/** The day on which a promise of n working days ends; the starting day does not count. n is 0 to 5,000. */
export function addWorkingDays(start: Moment, n: number, tz: TimeZone, holidays: ReadonlySet<Day>): Day {
  if (n < 0 || n > MOST_DAYS) throw new RangeError(`working days must be between 0 and ${MOST_DAYS}`);
  return workingDaysOn(localDay(start, tz), n, holidays);
}

function workingDaysOn(day: Day, n: number, holidays: ReadonlySet<Day>): Day {
  while (n > 0) {
    day = addDays(day, 1);
    if (isWorkingDay(day, holidays)) n -= 1;
  }
  return day;
}

/** The moment from which a promise of n working days is broken: midnight after its last day. */
export const deadline = (start: Moment, n: number, tz: TimeZone, holidays: ReadonlySet<Day>): Moment =>
  endOfDay(addWorkingDays(start, n, tz, holidays), tz);

/** Midnight after a day. */
export const endOfDay = (day: Day, tz: TimeZone): Moment => `${addDays(day, 1)}T00:00:00+0${AHEAD[tz]}:00`;
