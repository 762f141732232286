/**
 * Days and moments as text, spelt as Python's isoformat() spells them, so that both sides say the same.
 *
 * JavaScript's Date has no time zones and no microseconds; it only counts here.
 */

/** A calendar day: 2026-03-04. Days compare as text. */
export type Day = string;

/** A moment with its zone: 2026-03-04T08:00:00+07:00, with six figures after a point where it has any. */
export type Moment = string;

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))$/;
const DAY_MS = 86_400_000;
const HOUR = 3_600_000_000;

/** The day counted from 1970, or null for one that is not in the calendar. */
export function dayNumber(day: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (!match || match[1] === "0000") return null;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) || dayOf(ms / DAY_MS) !== day ? null : ms / DAY_MS;
}

/** The day of a number that `dayNumber` gave. */
export const dayOf = (number: number): Day => new Date(number * DAY_MS).toISOString().slice(0, 10);

export const addDays = (day: Day, n: number): Day => dayOf(dayNumber(day)! + n);

/** A moment in the one spelling, or null for text that is none or has no time zone. */
export function readMoment(text: unknown): Moment | null {
  const found = typeof text === "string" ? MOMENT.exec(text) : null;
  if (!found) return null;
  const [, year, month, day, hour, minute, second, fraction = "", utc, sign, zoneHour, zoneMinute] = found;
  if (dayNumber(`${year}-${month}-${day}`) === null) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  if (!utc && (Number(zoneHour) > 23 || Number(zoneMinute) > 59)) return null;
  const micros = fraction.slice(0, 6).padEnd(6, "0");
  const zone = utc || Number(zoneHour) + Number(zoneMinute) === 0 ? "+00:00" : `${sign}${zoneHour}:${zoneMinute}`;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${micros === "000000" ? "" : `.${micros}`}${zone}`;
}

/** Microseconds since 1970, to compare moments of different zones. */
export function epoch(moment: Moment): number {
  const [, , , , , , , fraction = ""] = MOMENT.exec(moment)!;
  const whole = Date.parse(moment.replace(/\.\d+/, ""));
  return whole * 1000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
}

/** The moment some microseconds after 1970, on the clock of a zone given in minutes east of Greenwich. */
export function momentAt(micros: number, zoneMinutes: number): Moment {
  const local = new Date(Math.floor(micros / 1000) + zoneMinutes * 60_000);
  const rest = ((micros % 1_000_000) + 1_000_000) % 1_000_000;
  const two = (n: number) => String(n).padStart(2, "0");
  const zone = `${zoneMinutes < 0 ? "-" : "+"}${two(Math.trunc(Math.abs(zoneMinutes) / 60))}:${two(Math.abs(zoneMinutes) % 60)}`;
  return `${local.toISOString().slice(0, 19)}${rest ? `.${String(rest).padStart(6, "0")}` : ""}${zone}`;
}

/** Some hours later, on the same clock. */
export function addHours(moment: Moment, hours: number): Moment {
  const [sign, hour, minute] = [moment.at(-6), moment.slice(-5, -3), moment.slice(-2)];
  const zone = (Number(hour) * 60 + Number(minute)) * (sign === "-" ? -1 : 1);
  return momentAt(epoch(moment) + hours * HOUR, zone);
}

/** The day that a clock shows at a moment, some minutes east of Greenwich. */
export const dayAt = (moment: Moment, zoneMinutes: number): Day => momentAt(epoch(moment), zoneMinutes).slice(0, 10);
