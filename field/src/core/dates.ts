/** Dates as Indonesians write and say them, ages, and births known only roughly. */
import type { AgeBand } from "./generated/codes";
import { addDays, dayNumber, dayOf, type Day } from "./moment";
import { _, BadInput, plain } from "./text";

export const MONTHS = [
  ...["Januari", "Februari", "Maret", "April", "Mei", "Juni"],
  ...["Juli", "Agustus", "September", "Oktober", "November", "Desember"],
];
/** Old spellings and abbreviations of papers, and English for those who read the English screens. */
const MONTH_BY_START: Record<string, number> = {
  ...{ jan: 1, feb: 2, peb: 2, mar: 3, mrt: 3, apr: 4, mei: 5, may: 5, jun: 6, jul: 7 },
  ...{ agu: 8, ags: 8, agt: 8, aug: 8, sep: 9, okt: 10, oct: 10, nov: 11, nop: 11, des: 12, dec: 12 },
};
const OLDEST_YEAR = 1850;
const LAST_YEAR = 2150;
const ROUGH_YEARS = 3;
const LONGEST = 60;

const YEAR_FIRST = /^([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})$/;
const DAY_FIRST = /^([0-9]{1,2})[-/. ]+([0-9]{1,2}|[a-z]{3,9})\.?[-/. ]+([0-9]{2,4})$/;
const MONTH_YEAR = /^(?:00[-/. ])?([0-9]{1,2}|[a-z]{3,9})\.?[-/. ]+([0-9]{4})$/;
const ROUGH = /^(sekitar|kira[- ]?kira|kurang lebih|lebih kurang|±|\+\/-|about|around)\s*/;
const AGE_BEFORE = /^(umur|usia|berumur|berusia|age|aged)\s*/;
const AGE_AFTER = /\s*(tahun|thn|th|years?)\.?$/;
const YEAR_BEFORE = /^(tahun|thn|th|lahir|born)\.?\s*/;
const TENS = /^([0-9]{2}|[0-9]{4})\s*-?\s*(?:an|s)$/;

const HOW_DATE = _("Write the date as day, month, year: 3 Maret 1950 or 03-03-1950.");
const HOW_BIRTH = _("Write a birth date (3 Maret 1950), a year (1950, 1950-an) or an age (umur 70, umur 70-an).");

/** The first and the last day on which the person may have been born; equal when known. */
export interface Birth {
  earliest: Day;
  latest: Day;
}

/** A date as Indonesian letters carry it: 3 Maret 1950. */
export const formatDate = (day: Day): string =>
  `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]} ${Number(day.slice(0, 4))}`;

/** A date as the KTP-el carries it: 03-03-1950. */
export const numericDate = (day: Day): string => `${day.slice(8)}-${day.slice(5, 7)}-${day.slice(0, 4)}`;

/** Reads 3 Maret 1950, 03-03-1950, 1950-03-03 or "Trenggalek, 3 Mrt 1950". Throws BadInput. */
export function parseDate(text: string): Day {
  const bare = bareText(text).split(",").at(-1)!.trim();
  let match = YEAR_FIRST.exec(bare);
  if (match) return date(Number(match[1]), Number(match[2]), Number(match[3]));
  match = DAY_FIRST.exec(bare);
  if (!match) throw new BadInput(HOW_DATE);
  if (match[3]!.length !== 4) throw new BadInput(_("Write the year with four digits, for example 1950."));
  return date(Number(match[3]), monthOf(match[2]!), Number(match[1]));
}

/**
 * Reads a birth date, or what the caller knows of it, as said on a day. Throws BadInput.
 *
 * Understood: every form of parseDate; "Maret 1950", "1950", "1950-an"; "umur 70", "70 tahun", "70",
 * "sekitar 70 tahun" (three years either way), "umur 70-an".
 */
export function parseBirth(text: string, on: Day): Birth {
  const [afterRough, rough] = without(ROUGH, bareText(text));
  const [afterAged, aged] = without(AGE_BEFORE, afterRough);
  const [afterBoth, roughAfter] = without(ROUGH, afterAged);
  const [bare, years] = without(AGE_AFTER, afterBoth);
  const spread = rough || roughAfter ? ROUGH_YEARS : 0;
  const isAge = aged || years || /^[0-9]{1,3}$/.test(bare);
  const birth = isAge ? fromAge(bare, spread, on) : fromCalendar(bare, spread);
  if (birth.earliest > on) throw new BadInput(_("This birth date lies in the future."));
  return { earliest: birth.earliest, latest: birth.latest < on ? birth.latest : on };
}

/** Full years on a day; someone born on 29 February has their birthday on 1 March otherwise. */
export const age = (born: Day, on: Day): number =>
  Number(on.slice(0, 4)) - Number(born.slice(0, 4)) - (on.slice(5) < born.slice(5) ? 1 : 0);

/** The band for statistics; a rough birth counts by its middle, a future one is unknown. */
export function ageBand(born: Birth | null, on: Day): AgeBand {
  if (!born) return "unknown";
  const [earliest, latest] = [dayNumber(born.earliest)!, dayNumber(born.latest)!];
  const middle = dayOf(earliest + Math.floor((latest - earliest) / 2));
  if (middle > on) return "unknown";
  const years = age(middle, on);
  return BANDS.find(([limit]) => years < limit)?.[1] ?? "70_up";
}

const BANDS: readonly [number, AgeBand][] = [
  [5, "0_4"],
  [17, "5_16"],
  [60, "17_59"],
  [70, "60_69"],
];

function bareText(text: string): string {
  if ([...text].length > LONGEST) throw new BadInput(HOW_DATE);
  return plain(text).toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}

const without = (pattern: RegExp, text: string): [shorter: string, found: boolean] => [
  text.replace(pattern, ""),
  pattern.test(text),
];

function monthOf(written: string): number {
  const month = /^[0-9]/.test(written) ? Number(written) : MONTH_BY_START[written.slice(0, 3)];
  if (month === undefined) {
    throw new BadInput(_("This month is not known. Write it out (Maret) or as a number (03)."));
  }
  return month;
}

function date(year: number, month: number, day: number): Day {
  if (year < OLDEST_YEAR || year > LAST_YEAR) throw new BadInput(_("Check the year of this date."));
  if (month > 12 && day <= 12) {
    throw new BadInput(_("There is no such month. Write the day first, then the month: 25-03-1950."));
  }
  const written = `${year}-${two(month)}-${two(day)}`;
  if (dayNumber(written) === null) {
    throw new BadInput(_("There is no such day in the calendar. Check day and month."));
  }
  return written;
}

const two = (n: number): string => String(n).padStart(2, "0");

function fromAge(bare: string, spread: number, on: Day): Birth {
  const tens = TENS.exec(bare);
  if (tens) {
    const years = Number(tens[1]);
    if (years % 10 === 0 && years < 130) return agedBetween(years, years + 9, on);
    if (tens[1]!.length === 2) throw new BadInput(HOW_BIRTH);
    return decade(years);
  }
  if (!/^[0-9]{1,4}$/.test(bare)) throw new BadInput(HOW_BIRTH);
  const years = Number(bare);
  if (years > 999) return fromCalendar(bare, spread); // "umur" before a year: "usia tahun 1950"
  if (years > 130) throw new BadInput(_("Check the age: nobody is that old."));
  return agedBetween(Math.max(years - spread, 0), years + spread, on);
}

function fromCalendar(written: string, spread: number): Birth {
  const [bare, ofYear] = without(YEAR_BEFORE, written);
  const tens = TENS.exec(bare);
  if (tens) {
    if (tens[1]!.length === 2 && ofYear) return decade(1900 + Number(tens[1]));
    if (tens[1]!.length === 4) return decade(Number(tens[1]));
    throw new BadInput(HOW_BIRTH); // "70-an" alone is an age to one caller and the seventies to another
  }
  // SIAK prints what it does not know as 00: 00-00-1950.
  const unknownDay = bare.replace(/^00[-/. ]00[-/. ]/, "");
  if (/^[0-9]{4}$/.test(unknownDay)) {
    const year = Number(date(Number(unknownDay), 1, 1).slice(0, 4));
    return { earliest: `${year - spread}-01-01`, latest: `${year + spread}-12-31` };
  }
  const match = MONTH_YEAR.exec(bare);
  if (match) {
    const first = date(Number(match[2]), monthOf(match[1]!), 1);
    const next = addDays(`${first.slice(0, 8)}28`, 4); // surely in the month after
    return { earliest: first, latest: addDays(`${next.slice(0, 8)}01`, -1) };
  }
  if (!/[0-9]/.test(bare)) throw new BadInput(HOW_BIRTH);
  const day = parseDate(bare);
  return { earliest: day, latest: day };
}

function decade(year: number): Birth {
  const first = date(year - (year % 10), 1, 1);
  return { earliest: first, latest: `${Number(first.slice(0, 4)) + 9}-12-31` };
}

/** Everybody who is between two ages (both included) on a day. */
const agedBetween = (youngest: number, oldest: number, on: Day): Birth => ({
  earliest: addDays(yearsBefore(on, oldest + 1), 1),
  latest: yearsBefore(on, youngest),
});

function yearsBefore(day: Day, years: number): Day {
  const then = `${Number(day.slice(0, 4)) - years}${day.slice(4)}`;
  return dayNumber(then) === null ? `${then.slice(0, 8)}28` : then; // 29 February
}
