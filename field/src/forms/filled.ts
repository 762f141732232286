/** From what was typed to an entry, and back to the questions that lack something. */
import { isObject, partly, Unfit, whole, type Body, type Entry, type JSONObject, type Kind } from "../core/entries/base";
import type { VisitOutcome } from "../core/generated/codes";
import type { Day } from "../core/moment";
import { parseDate } from "../core/dates";
import { _, BadInput, plain, words, type Words } from "../core/text";
import { personOf } from "../app/person";
import { newId } from "../store/ids";
import { peopleAround } from "../screens/around";
import { NEXT_AFTER } from "../screens/walk";
import { readFamilyNumber, readName, readNik, readPhone, shownPhone } from "./read";
import { questionsOf, type Question } from "./questions";
import { derived, drawn, drawnNames, guesses, knownOf, made, type Situation } from "./situation";

/** What stands in a form: by question, as its widget gives it. Numbers that the form used up are kept beside. */
export type Typed = JSONObject;

export type Position = { latitude: number; longitude: number; accuracy?: number };

/** A form as it is opened: guesses, the id that its entry will have, and the numbers that follow from that. */
export async function opened(kind: Kind, s: Situation): Promise<Typed> {
  const entry = newId();
  const guessed = guesses(kind, s);
  const asked = questionsOf(kind, s).filter(({ name }) => guessed[name] !== undefined);
  return { entry, ...Object.fromEntries(asked.map((q) => [q.name, shown(q, guessed[q.name])])), ...(await drawn(kind, s, entry)) };
}

/** An entry as the form has it that is opened to correct it. */
export function typedOf(questions: readonly Question[], body: Body): Typed {
  const said = body as unknown as JSONObject;
  const place = said.latitude === undefined ? undefined : { latitude: said.latitude, longitude: said.longitude };
  const values = questions.map((q) => [q.name, q.as === "position" ? place : said[q.name]] as const);
  const there = new Map(questions.map((q) => [q.name, q]));
  return Object.fromEntries(values.filter(([, value]) => value !== undefined).map(([name, value]) => [name, shown(there.get(name)!, value)]));
}

/** The entry with these answers in place of what was asked for; the rest of it stays. By question what must be mended. */
export function rewritten({ kind, body, hidden = [] }: Entry, questions: readonly Question[], typed: Typed, s: Situation): Read {
  const { values, faults } = readValues(questions, typed);
  if (!values) return { faults };
  sayEmptied(values, questions, typed, body as unknown as JSONObject);
  const asked = new Set(questions.flatMap(({ name, as }) => (as === "position" ? ["latitude", "longitude"] : [name])));
  const rest = Object.entries(body).filter(([name]) => !asked.has(name));
  const follows = derived(kind, values, s.programme, s.today);
  const all = { ...Object.fromEntries(rest), ...values, ...follows };
  return unlessUnfit(() => (hidden.length ? partly(kind, all, hidden) : whole(kind, all)));
}

/** A value as its widget has it. */
function shown(question: Question, value: unknown): unknown {
  if (question.as === "yes_no") return value ? "yes" : "no";
  if (question.as === "phone") return shownPhone(String(value));
  if (question.as === "number" || (question.choices.length && typeof value === "number")) return String(value);
  if (!question.within || !isObject(value)) return value;
  const parts = question.within.filter((q) => value[q.name] !== undefined);
  return Object.fromEntries(parts.map((q) => [q.name, shown(q, value[q.name])]));
}

export type Read = { body: Body; faults?: never } | { body?: never; faults: Map<string, Words> };

export type Values = { values: JSONObject; faults?: never } | { values?: never; faults: Map<string, Words> };

/** What was said, by field of the entry; or by question what must be mended. */
export function readValues(questions: readonly Question[], typed: Typed): Values {
  const faults = new Map<string, Words>();
  const values: JSONObject = {};
  for (const question of questions) {
    const value = attempt(question, typed[question.name], faults);
    if (value === undefined) {
      if (question.required && !faults.has(question.name)) faults.set(question.name, words(_("Fill in this field.")));
    } else if (question.as === "position") {
      const { latitude, longitude } = value as Position;
      Object.assign(values, { latitude, longitude });
    } else values[question.name] = value;
  }
  return faults.size ? { faults } : { values };
}

/** The entry that was typed, or by question what must be mended. */
export function read(kind: Kind, typed: Typed, s: Situation): Read {
  const { values, faults } = readValues(questionsOf(kind, s), typed);
  if (!values) return { faults };
  for (const name of drawnNames(kind, s)) values[name] = typed[name];
  if (kind === "person_described") leaveKnown(values, typed, s);
  return unlessUnfit(() => whole(kind, { ...values, ...made(kind, s), ...derived(kind, values, s.programme, s.today) }));
}

/** What was known and stayed is not said again, unless the register says it: urgency and the like follow from news. */
function leaveKnown(values: JSONObject, typed: Typed, s: Situation): void {
  const known = knownOf(s);
  const picked = (typed.picked as { facts?: JSONObject } | undefined)?.facts ?? {};
  sayEmptied(values, questionsOf("person_described", s), typed, known);
  for (const name of Object.keys(values)) {
    if (JSON.stringify(values[name]) === JSON.stringify(known[name]) && !Object.hasOwn(picked, name)) delete values[name];
  }
}

/** A list whose last box was unticked is said to be empty: what follows from it (the urgency) is made anew. */
function sayEmptied(values: JSONObject, questions: readonly Question[], typed: Typed, before: JSONObject): void {
  const had = (list: unknown, some: boolean): boolean => Array.isArray(list) && !!list.length === some;
  for (const { name, as } of questions) {
    if (name === "documents") continue; // a case without any is ended, not described
    if (as === "several" && had(typed[name], false) && had(before[name], true)) values[name] = [];
  }
}

function unlessUnfit(make: () => Body): Read {
  try {
    return { body: make() };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { faults: new Map(error.faults) };
  }
}

function attempt(question: Question, value: unknown, faults: Map<string, Words>): unknown {
  try {
    return readOne(question, value, faults);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    faults.set(question.name, error.words);
    return undefined;
  }
}

/** A value as the entry keeps it; undefined when nothing was said. Throws BadInput. */
function readOne(question: Question, value: unknown, faults: Map<string, Words>): unknown {
  switch (question.as) {
    case "several":
      return Array.isArray(value) && (value.length || question.required) ? value : undefined;
    case "tick":
      return value === true;
    case "yes_no":
      return value === "yes" ? true : value === "no" ? false : undefined;
    case "position":
      return isObject(value) ? value : undefined;
    case "part":
      return readPart(question, isObject(value) ? value : {}, faults);
    default: {
      const text = typeof value === "string" ? plainOf(question, value) : "";
      return text ? readText(question, text) : undefined;
    }
  }
}

function readPart(question: Question, value: JSONObject, faults: Map<string, Words>): JSONObject {
  const inner = new Map<string, Words>();
  const parts = question.within!.map((q) => [q.name, attempt(q, value[q.name], inner)] as const);
  const [first] = inner.values();
  if (first) faults.set(question.name, first);
  return Object.fromEntries(parts.filter(([, v]) => v !== undefined));
}

/** Lines lose what nobody sees; several lines stay several. */
const plainOf = (question: Question, text: string): string =>
  question.as === "prose" ? text.split("\n").map(plain).join("\n").trim() : plain(text);

function readText(question: Question, text: string): unknown {
  switch (question.as) {
    case "nik":
      return readNik(text);
    case "family_number":
      return readFamilyNumber(text);
    case "phone":
      return readPhone(text);
    case "name":
      return readName(text);
    case "day":
      return parseDate(text) satisfies Day;
    case "number":
      return readNumber(question, text);
    case "one":
    case "select":
      return /^\d$/.test(text) && question.max !== undefined ? Number(text) : text;
    default:
      return text;
  }
}

function readNumber({ min, max }: Question, text: string): number {
  const number = Number(text.replace(",", "."));
  if (!Number.isFinite(number)) throw new BadInput(_("This must be a number."));
  if (min !== undefined && number < min) throw new BadInput(_("Write a number of at least %(n)s."), { n: min });
  if (max !== undefined && number > max) throw new BadInput(_("Write a number of at most %(n)s."), { n: max });
  return number;
}

/** Answers that usually follow from another one; they can be changed after it. */
export function follow(kind: Kind, name: string, value: unknown, s: Situation, typed: Typed = {}): Typed {
  if (kind === "visit_ended" && name === "outcome") return { next_step: NEXT_AFTER[value as VisitOutcome] ?? "continue" };
  return kind === "consent_given" && name === "basis" ? whoConsents(String(value), s.entries, typed.by) : {};
}

/** The person, or the guardian as last named; who was written there by hand stays. */
function whoConsents(basis: string, entries: readonly Entry[], by: unknown): Typed {
  const person = { by: personOf(entries).name ?? "", relation: "self" };
  const named = peopleAround(entries).find(({ kind }) => kind === "guardian_named");
  const guardian = { by: named?.name ?? "", relation: named?.relation ?? "" };
  if (by && by !== person.by && by !== guardian.by) return {};
  return basis === "consent" ? person : basis === "guardian_consent" ? guardian : { by: "", relation: "" };
}
