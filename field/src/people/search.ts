/** Looking somebody up in the slice, by what people say at the door; a small kin of people/box.py and people/score.py. */
import type { Village } from "../app/lease";
import { fold, isOneSlip, skeleton, spoken, words } from "./spelling";
import type { Person } from "./slice";

/** What is known of who is looked for. */
export interface Query {
  name: string[];
  village: string;
  /** Year of birth, and by how much it may be off. */
  year: number | null;
  give: number;
  day: string;
  mother: string[];
  /** Of a NIK or family card: all sixteen digits, or those that are known. */
  number: string;
}

export const FACTS = ["name", "nik", "family_number", "village", "birth", "mother"] as const;
export type Fact = (typeof FACTS)[number];

const NUMBERS = ["nik", "family_number"] as const;

export interface Hit {
  person: Person;
  score: number;
  matched: Fact[];
  differs: Fact[];
}

const SHORTEST = 3;
const MOST = 8;
/** How much of a name must be heard for the person to be shown at all. */
const ENOUGH = 0.5;
/** How much for it to be called the same. */
const SAME = 0.9;
const TENS: Record<string, number> = {
  ...{ sepuluh: 10, "dua puluh": 20, "tiga puluh": 30, "empat puluh": 40, "lima puluh": 50, "enam puluh": 60 },
  ...{ "tujuh puluh": 70, "delapan puluh": 80, "sembilan puluh": 90 },
};

/** A line as at the desk: "Mbah Sukarni, Dongko, umur 70-an, ibunya Painem", or a number. */
export function readQuery(line: string, villages: readonly Village[], thisYear: number): Query {
  const query: Query = { name: [], village: "", year: null, give: 0, day: "", mother: [], number: "" };
  const long = /(?:\d[ .]?){6,16}/.exec(line.replace(/\d{1,2}[-/]\d{1,2}[-/]\d{4}/g, ""))?.[0] ?? "";
  query.number = long.replace(/\D/g, "");
  for (const part of (long ? line.replace(long, " ") : line).toLowerCase().split(/[,;]/)) readPart(part.trim(), query, villages, thisYear);
  return query;
}

function readPart(part: string, query: Query, villages: readonly Village[], thisYear: number): void {
  let rest = Object.entries(TENS).reduce((text, [word, n]) => text.replace(new RegExp(`${word}(an)?`), (_all, about) => `${n}${about ? "-an" : ""}`), part);
  const day = /(\d{1,2})[-/](\d{1,2})[-/](\d{4})/.exec(rest);
  const year = /\b(19|20)\d\d\b/.exec(rest);
  const age = /(?:umur|usia)\w* *(\d{1,3})|\b(\d{2,3}) *-? *an\b/.exec(rest);
  const mother = /\b(?:ibunya|ibu kandung|nama ibu|anaknya|anak dari)\b *(.*)$/.exec(rest);
  if (mother) {
    query.mother = words(mother[1]!);
    rest = rest.slice(0, mother.index);
  }
  if (day) {
    query.day = [day[3], day[2]!.padStart(2, "0"), day[1]!.padStart(2, "0")].join("-");
    query.year = Number(day[3]);
  } else if (year) query.year = Number(year[0]);
  else if (age) {
    query.year = thisYear - Number(age[1] ?? age[2]) - (/\d *-? *an\b/.test(rest) ? 5 : 0);
    query.give = /\d *-? *an\b/.test(rest) ? 6 : 2;
  }
  const said = rest.replace(/\b(umur\w*|usia\w*|lahir\w*|tahun|thn|nik|kk)\b|\d+ *-? *an\b|[\d/-]+/g, " ").trim();
  const place = said.replace(/^(desa|kelurahan|kel\.?|ds\.?|dusun)\s+/, "");
  const named = villageOf(place, villages);
  if (named && (query.name.length || place !== said)) query.village = named;
  else if (said && !query.name.length) takeName(said, query, villages);
}

/** A name, perhaps with the village behind it: "sukarni dongko". */
function takeName(said: string, query: Query, villages: readonly Village[]): void {
  const found = said.split(/\s+/);
  for (let at = 1; at < found.length; at += 1) {
    const named = villageOf(found.slice(at).join(" "), villages);
    if (!named) continue;
    query.village = named;
    query.name = words(found.slice(0, at).join(" "));
    return;
  }
  query.name = words(said);
}

const villageOf = (said: string, villages: readonly Village[]): string => {
  const heard = words(said).join(" ");
  return heard ? (villages.find(({ name }) => words(name.replace(/^(desa adat|desa|kelurahan|kel\.?) /i, "")).join(" ") === heard)?.code ?? "") : "";
};

/** Whether enough was said to look: three letters of a name, or six digits. */
export const isEnough = ({ name, number }: Query): boolean => number.length >= 6 || name.join("").length >= SHORTEST;

/**
 * A slice made ready to be asked, in memory. Thousands of names share their words, so each word is heard once, and only
 * who bears one that sounds alike is looked at: on a slow phone that is the difference between a moment and seconds.
 */
export interface Index {
  people: readonly Person[];
  /** Of each person, where the words of the name stand below. */
  names: readonly (readonly number[])[];
  words: readonly Word[];
}

interface Word {
  /** As it sounds, and its consonants. */
  sound: string;
  bones: string;
  /** Where those stand among the people who bear it. */
  people: number[];
}

export function indexOf(people: readonly Person[]): Index {
  const [places, all] = [new Map<string, number>(), [] as Word[]];
  const placeOf = (word: string): number => {
    let place = places.get(word);
    if (place === undefined) {
      const sound = fold(word);
      place = all.push({ sound, bones: skeleton(sound), people: [] }) - 1;
      places.set(word, place);
    }
    return place;
  };
  const names = people.map(({ name }) => spoken(name).map(placeOf));
  names.forEach((name, n) => name.forEach((at) => all[at]!.people.push(n)));
  return { people, names, words: all };
}

/** Who may be meant, the likeliest first. */
export function search({ people, names, words: known }: Index, query: Query, most = MOST): Hit[] {
  if (!isEnough(query)) return [];
  const heard = query.name.map((said) => known.map(alikeTo(said)));
  const meant = new Set(known.flatMap((word, at) => (heard.some((each) => each[at]) ? word.people : [])));
  if (query.number) people.forEach((person, n) => NUMBERS.some((fact) => isNumber(person[fact], query.number)) && meant.add(n));
  const inName = (name: readonly number[]) => mean(heard.map((each) => Math.max(0, ...name.map((at) => each[at]!))));
  const hits = [...meant].sort((a, b) => a - b).flatMap((n) => weighed(people[n]!, inName(names[n]!), query) ?? []);
  return hits.sort((a, b) => b.score - a.score || (a.person.name < b.person.name ? -1 : 1)).slice(0, most);
}

/** `heard`: how much of the name that was said is in this person's. */
function weighed(person: Person, heard: number, query: Query): Hit | null {
  const numbers = query.number ? NUMBERS.filter((fact) => isNumber(person[fact], query.number)) : [];
  if (!numbers.length && heard < ENOUGH) return null;
  const hit: Hit = { person, score: 0, matched: [], differs: [] };
  const say = (fact: Fact, is: boolean, weight: number, against = 2): void => {
    (is ? hit.matched : hit.differs).push(fact);
    hit.score += is ? weight : -against;
  };
  for (const fact of numbers) say(fact, person[fact].includes(query.number), 10, -8); // one digit may have slipped
  if (query.name.length) say("name", heard >= SAME, 6 * heard, heard < ENOUGH ? 2 : -6 * heard); // only alike: shown, and said to differ
  if (query.village) say("village", person.area.startsWith(query.village), 3);
  const born = Number(person.birth.slice(0, 4));
  if (query.day && born) say("birth", person.birth === query.day, 5);
  else if (query.year && born) say("birth", Math.abs(born - query.year) <= query.give, 3);
  if (query.mother.length && person.mother) say("mother", likeness(query.mother, words(person.mother)) >= ENOUGH, 4);
  return hit;
}

const isNumber = (known: string, said: string): boolean =>
  said.length >= 6 && (known.includes(said) || (said.length === 16 && known.length === 16 && isOneSlip(known, said)));

/** How much of what was said is heard in a name: 1 all of it, 0 nothing. */
function likeness(said: readonly string[], name: readonly string[]): number {
  const heard = name.map((sound) => ({ sound, bones: skeleton(sound) }));
  return mean(said.map((word) => Math.max(0, ...heard.map(alikeTo(word)))));
}

const mean = (each: readonly number[]): number => (each.length ? each.reduce((sum, one) => sum + one, 0) / each.length : 0);

function alikeTo(said: string): (one: Pick<Word, "sound" | "bones">) => number {
  const own = skeleton(said);
  return ({ sound, bones }) => {
    if (said === sound) return 1;
    if (said.length >= SHORTEST && sound.startsWith(said)) return 0.9;
    if (said.length > 4 && isOneSlip(said, sound)) return 0.8;
    return said.length > 3 && own === bones ? 0.7 : 0;
  };
}
