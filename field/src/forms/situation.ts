/** What a form must know of the case: choices, values that code makes, and first guesses (office/forms/situation.py). */
import type { Entry, JSONObject, Kind } from "../core/entries/base";
import { ageBand, parseBirth } from "../core/dates";
import { Document, Group, PlaceKind, Partner, TriageResult, type Duty, type Holder, type Service } from "../core/generated/codes";
import { KINDS } from "../core/generated/kinds";
import { addDays, type Day } from "../core/moment";
import { isFor, urgencyOf, type Programme, type Requirement, type Step, type Text } from "../core/programme";
import { missingPartners } from "../core/rules";
import type { State, Visit } from "../core/state";
import { BadInput, type Words } from "../core/text";
import { receiptOf, type Mark } from "../app/numbers";
import { personOf } from "../app/person";
import { newId } from "../store/ids";

/** One form on one case. */
export interface Situation {
  programme: Programme;
  state: State;
  /** As they hold after their corrections. */
  entries: readonly Entry[];
  duty: Duty;
  today: Day;
  /** Stands before the numbers that this device makes: P12. */
  prefix: string;
  step: Step | null;
  /** Villages that may be chosen, code and name. */
  villages: readonly (readonly [string, string])[];
}

export type Choice = readonly [value: string, label: string | Words | Text];

/** Filled by the entries or by code, never asked. */
export const DERIVED: { [K in Kind]?: readonly string[] } = {
  visit_ended: ["result", "again"],
  recorded: ["result"],
  person_described: ["age_band", "urgency", "identified", "extract", "from_extract"],
  reported: ["programme", "programme_hash", "ticket", "age_band", "urgency", "identified", "extract", "from_extract"],
  biodata_checked: ["extract", "from_extract"],
  ordered: ["letter_sha256"],
  triaged: ["referred_to", "merged_with"], // the office sees the other areas and cases
};

const VISITING: readonly Kind[] = ["visit_scheduled", "visit_started", "visit_ended", "visit_moved"];

/** The visit that an entry of this kind speaks of. */
export function visitOf(kind: Kind, s: Pick<Situation, "state" | "step">): Visit | null {
  const purpose = s.step?.match.purpose;
  const known = [...s.state.visits.values()].filter((v) => (!purpose || v.purpose === purpose) && !v.ended);
  if (kind === "visit_ended") return known.find((v) => v.started) ?? known[0] ?? null;
  return known.filter((v) => !v.started && v.day).sort((a, b) => (a.day! < b.day! ? -1 : 1))[0] ?? null;
}

/** Values that code gives, without anything drawn by chance: the same each time the form is opened. */
export function made(kind: Kind, s: Situation): JSONObject {
  const values: JSONObject = { ...s.step?.match };
  if (VISITING.includes(kind) && kind !== "visit_scheduled") {
    const visit = visitOf(kind, s);
    if (visit) values.visit = visit.id;
    if (visit && kind !== "visit_moved") values.purpose ??= visit.purpose;
  }
  if (kind === "biodata_checked" || kind === "centre_status") values.source = "manual";
  return values;
}

const RECEIPTS: { [K in Kind]?: Mark } = { delivered: "T", originals_collected: "A" };

/** Whether this form begins a visit that nobody had promised. */
const beginsVisit = (kind: Kind, s: Situation): boolean => VISITING.includes(kind) && !("visit" in made(kind, s));

/** Values that this form uses up: made once, when it is first opened, and kept in its draft. */
export async function drawn(kind: Kind, s: Situation, entry: string): Promise<JSONObject> {
  const mark = RECEIPTS[kind];
  if (mark) return { receipt: await receiptOf(s.prefix, mark, entry) };
  return beginsVisit(kind, s) ? { visit: newId() } : {};
}

/** Their names. */
export const drawnNames = (kind: Kind, s: Situation): string[] =>
  RECEIPTS[kind] ? ["receipt"] : beginsVisit(kind, s) ? ["visit"] : [];

/** Whether code gives this value in this situation. */
export const isMade = (kind: Kind, name: string, s: Situation): boolean =>
  name in made(kind, s) || drawnNames(kind, s).includes(name) || (DERIVED[kind]?.includes(name) ?? false);

/** What follows from what was typed: age band, urgency, whether the person is known. */
export function derived(kind: Kind, values: JSONObject, programme: Programme, today: Day): JSONObject {
  if (kind !== "person_described" && kind !== "reported") return {};
  const found: JSONObject = {};
  const born = birthOf(values, today);
  if (born) found.age_band = ageBand(born, today);
  const blocked = values.blocked_services as Service[] | undefined;
  if (blocked) found.urgency = urgencyOf(programme, blocked);
  if (values.name) found.identified = true;
  return found;
}

function birthOf(values: JSONObject, today: Day): ReturnType<typeof parseBirth> | null {
  if (values.birth_date) return { earliest: values.birth_date as Day, latest: values.birth_date as Day };
  try {
    return values.birth_about ? parseBirth(String(values.birth_about), today) : null;
  } catch (error) {
    if (error instanceof BadInput) return null;
    throw error;
  }
}

// ---- choices ----------------------------------------------------------------------------------------

/** What may be chosen in this case; null: whatever the kind allows. */
export function choicesFor(kind: Kind, name: string, s: Situation): Choice[] | null {
  const { state, programme } = s;
  if (kind === "originals_returned" && name === "receipt") return [...state.originals.keys()].map((r) => [r, r]);
  if (kind === "triaged" && name === "result") return Object.entries(TriageResult).filter(([code]) => code !== "merged");
  if (name === "requirement") return paperChoices(kind, s).map((r) => [r.id, r.label]);
  if (name === "document") return papersFor(kind, s).map((d) => [d, Document[d]]);
  if (name === "documents") {
    const from = kind === "reported" || kind === "person_described" ? programme.documents : state.wanted;
    return from.map((d) => [d, Document[d]]);
  }
  if (name === "partners") return partnersFor(s).map((p) => [p, Partner[p]]);
  if (kind === "person_described" && name === "groups") return groupsFor(s).map((g) => [g, Group[g]]);
  if (name === "place_kind") return programme.places.map((p) => [p, PlaceKind[p]]);
  if (name === "area") return s.villages.map(([code, label]) => [code, { id: label }]);
  return null;
}

/** Whom the programme asks for first, then those who are mostly there. */
function partnersFor({ programme }: Situation): Partner[] {
  const asked = programme.steps.flatMap(({ present, present_any }) => [...present, ...present_any]);
  return [...new Set([...asked, "family", "guardian", ...(Object.keys(Partner) as Partner[])] as Partner[])];
}

/** Those whom the programme serves, and what was said already. */
function groupsFor({ programme, entries }: Situation): Group[] {
  const said = (personOf(entries).groups ?? []).filter((group) => !programme.serves.groups.includes(group));
  return [...programme.serves.groups, ...said];
}

function paperChoices(kind: Kind, { programme, state }: Situation): Requirement[] {
  const asked = programme.requirements.filter((r) => !r.carried); // the team brings those itself
  const mine = asked.filter((r) => !r.documents.length || r.documents.some((d) => state.documents.has(d)));
  const left = kind === "requirement_received" ? mine.filter((r) => !state.papersReceived.has(r.id)) : mine;
  return left.length ? left : mine;
}

/** The documents that an entry of this kind can be about; all wanted ones where none fits. */
export function papersFor(kind: Kind, s: Pick<Situation, "state" | "step">): Document[] {
  const papers = s.state.documents;
  const wanted = [...papers.keys()].filter((d) => !s.step || isFor(s.step, [d]));
  const here = wanted.filter((d) => papers.get(d)!.printed && !papers.get(d)!.delivered);
  let fitting = here;
  if (kind === "printed") fitting = wanted.filter((d) => !papers.get(d)!.printed);
  if (kind === "custody_taken") fitting = here.filter((d) => !papers.get(d)!.holder);
  return fitting.length ? fitting : wanted.length ? wanted : [...papers.keys()];
}

// ---- first guesses ----------------------------------------------------------------------------------

/** What is most likely, to be changed where it is wrong. */
export function guesses(kind: Kind, s: Situation): JSONObject {
  const found: JSONObject = {};
  for (const [name, field] of Object.entries(KINDS[kind].fields)) {
    const usual = field.default;
    if (usual !== undefined && !Array.isArray(usual)) found[name] = structuredClone(usual);
  }
  if (kind === "visit_scheduled" || kind === "visit_moved") {
    Object.assign(found, { day: addDays(s.today, 1), partners: whoShouldCome(s.programme, s.state) });
  }
  if (kind === "visit_started") {
    const planned = plannedPartners(s.entries, visitOf(kind, s)?.id);
    found.partners = planned.length ? planned : whoShouldCome(s.programme, s.state);
  }
  if (kind === "person_described") Object.assign(found, knownOf(s)); // lists are told whole, or they shrink
  if (kind === "custody_taken") found.holder = HOLDERS[s.duty];
  if (kind === "delivered" || kind === "custody_taken") Object.assign(found, sameAsBefore(kind, s));
  if (kind === "form_filled") Object.assign(found, formFor(s.entries));
  if (kind === "application_filed" || kind === "data_entered") found.documents = s.state.wanted;
  for (const name of ["document", "receipt", "requirement"]) {
    const first = name in KINDS[kind].fields ? choicesFor(kind, name, s)?.[0] : undefined;
    if (first) found[name] = first[0];
  }
  return found;
}

/** What was said of the person so far, as far as this duty sees it. The village is asked for those who moved. */
export function knownOf({ entries, state }: Pick<Situation, "entries" | "state">): JSONObject {
  const { area: _stays, ...known } = personOf(entries);
  return { ...known, documents: state.wanted };
}

const HOLDERS: { [D in Duty]?: Holder } = {
  ...{ field_officer: "officer", courier: "courier", village_registrar: "partner", rw_agent: "partner", social_agency: "partner" },
};

const PASSED_ON = ["holder", "holder_name", "holder_phone", "place", "proof", "recipient", "relation"];

/** Several papers of one family go through the same hands within the day: who took the first takes the next. */
function sameAsBefore(kind: Kind, { entries, today }: Situation): JSONObject {
  const last = entries.findLast((entry) => entry.kind === kind);
  if (!last || last.occurred_at.slice(0, 10) < addDays(today, -1)) return {};
  return Object.fromEntries(Object.entries(last.body).filter(([name]) => PASSED_ON.includes(name)));
}

/** Whom the biometric check found has a biodata already: the form of vulnerable residents is for them. */
function formFor(entries: readonly Entry[]): JSONObject {
  const check = entries.findLast(({ kind }) => kind === "biometrics_checked")?.body as { result?: string } | undefined;
  const { mother } = personOf(entries);
  return { ...(check?.result === "found" && { form: "vulnerable" }), ...(mother && { mother }) };
}

/** Partners whom the promise of a visit names. */
export function plannedPartners(entries: readonly Entry[], visit: string | undefined): Partner[] {
  const promise = entries.findLast(({ kind, body }) => kind === "visit_scheduled" && body.visit === visit);
  return [...((promise?.body as { partners?: Partner[] } | undefined)?.partners ?? [])];
}

/** Partners whom the visit itself, or a step at the door after it, asks for. */
export function whoShouldCome(programme: Programme, state: State): Partner[] {
  const steps = programme.steps.filter((step) => isFor(step, state.wanted));
  return [...new Set(steps.flatMap((step) => missingPartners(step, [])))];
}
