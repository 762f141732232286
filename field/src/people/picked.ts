/** Somebody chosen in the slice: what of them goes into a form, and what of it was used (people/picked.py). */
import type { JSONObject } from "../core/entries/base";
import { RegisterField } from "../core/generated/codes";
import { plain } from "../core/text";
import type { Person } from "./slice";

/** What a form keeps, beside what was typed. */
export interface Picked extends JSONObject {
  /** The day on which the extract was drawn. */
  extract: string;
  facts: JSONObject;
}

export function pickedFrom(person: Person, extract: string): Picked {
  const { name, nik, family_number, sex, mother, area, birth } = person;
  const [year = "", month = "", day = ""] = birth.split("-");
  const isWhole = [year, month, day].every((part) => Number(part) > 0);
  const about = Number(month) > 0 ? `${month}-${year}` : year;
  const born = isWhole ? { birth_date: birth } : Number(year) > 0 ? { birth_about: about } : {};
  const known = { name, nik, family_number, sex, mother, area, ...born };
  return { extract, facts: Object.fromEntries(Object.entries(known).filter(([, value]) => value)) };
}

/**
 * A form anew for whoever is picked now: facts of the one picked before, if nobody has changed them, go back to how
 * the form was opened. `names` are the fields that are filled in.
 */
export function refilled(picked: Picked, typed: JSONObject, first: JSONObject, names: readonly string[]): JSONObject {
  const before = (typed.picked as Picked | undefined)?.facts ?? {};
  const left = names.filter((name) => before[name] && before[name] === typed[name]);
  const filled = names.filter((name) => picked.facts[name]);
  return Object.fromEntries([...left.map((name) => [name, first[name] ?? ""]), ...filled.map((name) => [name, picked.facts[name]]), ["picked", picked]]);
}

/** `extract` and `from_extract`; nothing when neither name nor NIK is the register's: then somebody else is meant. */
export function used(picked: unknown, said: JSONObject): JSONObject {
  if (!picked) return {};
  const { extract, facts } = picked as Picked;
  const same = (Object.keys(RegisterField) as RegisterField[]).filter((field) => isSame(field, facts, said));
  return same.includes("name") || same.includes("nik") ? { extract, from_extract: same } : {};
}

function isSame(field: RegisterField, facts: JSONObject, said: JSONObject): boolean {
  const name = field !== "birth" ? field : said.birth_date ? "birth_date" : "birth_about"; // an exact date is what holds
  const [fact, word] = [facts[name], said[name]];
  if (!fact || !word) return false;
  return field === "area" ? `${String(word)}.`.startsWith(`${String(fact)}.`) : folded(fact) === folded(word);
}

const folded = (value: unknown): string => plain(String(value ?? "")).toUpperCase();
