/** What every kind of entry has in common: two parts, a version, an envelope. */
import { KINDS, type Bodies } from "../generated/kinds";
import { dayNumber, readMoment, type Moment } from "../moment";
import type { Duty } from "../generated/codes";
import { _, words, type Words } from "../text";
import { against, completed } from "./derived";

export type JSONObject = Record<string, unknown>;
export type Kind = keyof Bodies;

/** What a field may hold. */
export type Value =
  | { is: "code"; codes: Readonly<Record<string, string>> }
  | { is: "text"; least?: number; most?: number; pattern?: RegExp; shortNumbers?: true }
  | { is: "whole" | "number"; min?: number; max?: number }
  | { is: "bool" | "day" | "id" | "object" }
  | { is: "list"; of: Value; least?: number; most?: number }
  | { is: "part"; fields: Fields };

/** A field of an entry. It is sealed unless it is clear: safe by default. */
export interface Field {
  value: Value;
  clear?: true;
  required?: true;
  optional?: true;
  default?: unknown;
  title?: string;
  description?: string;
}

export type Fields = Readonly<Record<string, Field>>;

/** What is known of a kind; `title` says what happened, `action` what one does (message ids). */
export interface KindOf {
  version: number;
  stream: string;
  title: string;
  action: string;
  fields: Fields;
}

/** The envelope around a body. `seq` orders entries; no clock ever does. */
export interface Envelope {
  id: string;
  stream: string;
  actor: string;
  duty: Duty | null;
  occurred_at: Moment;
  device?: string | null;
  device_seq?: number | null;
  received_at?: Moment | null;
  after?: string | null;
  seq?: number | null;
  /** Sealed fields that this duty does not see: named here, and absent from the body. */
  hidden?: readonly string[];
}

/** One act in one stream. What is JSON keeps the names that it has on the wire. */
export type Entry = { [K in Kind]: Envelope & { kind: K; body: Bodies[K] } }[Kind];
export type Body = Bodies[Kind];

/** The time that ages count from: the server's clock where known. */
export const at = (entry: Entry): Moment => entry.received_at ?? entry.occurred_at;

/** An entry of a kind or version that this release does not know. */
export class UnknownKind extends Error {}

/** Values that do not fit their kind; the words stand by field and never repeat what was typed. */
export class Unfit extends Error {
  constructor(readonly faults: ReadonlyMap<string, Words>) {
    super(`these do not fit: ${[...faults.keys()].join(", ")}`);
  }
}

/**
 * A body read back from its two parts, old versions included: so far each new version only added fields that
 * may be missing. Without the sealed part (erased, or not ours to open) it is the clear view.
 * Throws UnknownKind, or Unfit.
 */
export function join<K extends Kind>(
  kind: K,
  version: number,
  clear: JSONObject,
  sealed: JSONObject | null,
  hidden: readonly string[] = [],
): Bodies[K] {
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!known || version > known.version) throw new UnknownKind(`${kind} version ${version}`);
  if (sealed === null) return clearView(kind, clear);
  return hidden.length ? partly(kind, { ...clear, ...sealed }, hidden) : whole(kind, { ...clear, ...sealed });
}

/**
 * A body without fields that this duty does not see. Nothing is reckoned anew: what follows from them (how a
 * visit ended, that a recording had exceptions) stands among the clear fields. Throws Unfit.
 */
export function partly<K extends Kind>(kind: K, values: JSONObject, hidden: readonly string[]): Bodies[K] {
  const fields = Object.entries(KINDS[kind].fields).filter(([name]) => !hidden.includes(name));
  return readFields(Object.fromEntries(fields), values) as unknown as Bodies[K];
}

/** A body of all that is said of it. Throws Unfit. */
export function whole<K extends Kind>(kind: K, values: JSONObject): Bodies[K] {
  const body = readFields(KINDS[kind].fields, completed(kind, values));
  const fault = against(kind, body);
  if (fault) throw new Unfit(new Map([fault]));
  return body as unknown as Bodies[K];
}

/** The entry without its seal. */
export function clearView<K extends Kind>(kind: K, clear: JSONObject): Bodies[K] {
  const fields = Object.entries(KINDS[kind].fields).filter(([, field]) => field.clear);
  return readFields(Object.fromEntries(fields), clear) as unknown as Bodies[K];
}

/** The clear and the sealed part; what is not said is left out. */
export function split(kind: Kind, body: Body): [clear: JSONObject, sealed: JSONObject] {
  const parts: [JSONObject, JSONObject] = [{}, {}];
  const fields: Fields = KINDS[kind].fields;
  for (const [name, value] of Object.entries(body)) {
    if (value !== undefined && value !== null) parts[fields[name]?.clear ? 0 : 1][name] = value;
  }
  return parts;
}

/** Names of the fields that stand outside the seal. */
export const clearFields = (kind: Kind): Set<string> =>
  new Set(Object.entries(KINDS[kind].fields).flatMap(([name, field]) => (field.clear ? [name] : [])));

function readFields(fields: Fields, values: JSONObject): JSONObject {
  const faults = new Map<string, Words>();
  const read: JSONObject = {};
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(fields, name)) faults.set(name, words(_("This name is not known here.")));
  }
  for (const [name, field] of Object.entries(fields)) {
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    if (given === undefined && field.required) faults.set(name, words(_("This must be given.")));
    else if (given === undefined && "default" in field) read[name] = structuredClone(field.default);
    else if (given === undefined || (given === null && field.optional)) continue;
    else {
      try {
        read[name] = readValue(field.value, given);
      } catch (error) {
        if (!(error instanceof Unlike)) throw error;
        faults.set(name, words(error.message));
      }
    }
  }
  if (faults.size) throw new Unfit(faults);
  return read;
}

class Unlike extends Error {}

const refuse = (message: string): never => {
  throw new Unlike(message);
};

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LONG_NUMBER = /\d(?:_?\d){7}/;
const AROUND = /^\p{White_Space}+|\p{White_Space}+$/gu;

function readValue(shape: Value, value: unknown): unknown {
  switch (shape.is) {
    case "code":
      return typeof value === "string" && Object.hasOwn(shape.codes, value) ? value : refuse(_("This value does not fit here."));
    case "text": {
      if (typeof value !== "string") return refuse(_("This must be text in quotes."));
      const text = value.replace(AROUND, "");
      measure([...text].length, shape, _("This text is empty."), _("This text is too long."));
      if (shape.pattern?.test(text) === false) return refuse(_("This is not written in the expected form."));
      if (shape.shortNumbers && LONG_NUMBER.test(text)) {
        return refuse(_("Write the status only, without NIK or other numbers."));
      }
      return text;
    }
    case "whole":
    case "number":
      if (typeof value !== "number" || !Number.isFinite(value)) return refuse(_("This must be a number."));
      if (shape.is === "whole" && !Number.isSafeInteger(value)) return refuse(_("This must be a whole number."));
      if (value < (shape.min ?? -Infinity)) return refuse(_("This number is too small."));
      return value > (shape.max ?? Infinity) ? refuse(_("This number is too large.")) : value;
    case "bool":
      return typeof value === "boolean" ? value : refuse(_("This must be true or false."));
    case "day":
      return typeof value === "string" && dayNumber(value) !== null ? value : refuse(_("This value does not fit here."));
    case "id":
      return typeof value === "string" && ID.test(value) ? value.toLowerCase() : refuse(_("This value does not fit here."));
    case "list":
      if (!Array.isArray(value)) return refuse(_("This must be a list in square brackets."));
      measure(value.length, shape, _("This list is too short."), _("This list is too long."));
      return value.map((item) => readValue(shape.of, item));
    case "object":
    case "part":
      if (!isObject(value)) return refuse(_("This must be a table."));
      return shape.is === "part" ? readFields(shape.fields, value) : value;
  }
}

function measure(size: number, limits: { least?: number; most?: number }, tooShort: string, tooLong: string): void {
  if (size < (limits.least ?? 0)) refuse(tooShort);
  if (size > (limits.most ?? Infinity)) refuse(tooLong);
}

export const isObject = (value: unknown): value is JSONObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An entry from JSON: the envelope with kind, version, clear and, where it can be read, sealed. */
export function readEntry(raw: JSONObject): Entry {
  const { kind, version, clear, sealed, ...around } = raw;
  const moments: JSONObject = {};
  for (const name of ["occurred_at", "received_at"] as const) {
    if (around[name] !== undefined && around[name] !== null) {
      moments[name] = readMoment(around[name]) ?? unfit(name);
    }
  }
  if (!isObject(clear) || typeof version !== "number") return unfit("clear, version");
  const hidden = Array.isArray(around.hidden) ? (around.hidden as string[]) : [];
  const body = join(kind as Kind, version, clear, isObject(sealed) ? sealed : null, hidden);
  return { ...around, ...moments, kind, body } as Entry;
}

function unfit(name: string): never {
  throw new Unfit(new Map([[name, words(_("This value does not fit here."))]]));
}
