/**
 * A programme is a file: whom it serves, by which steps, through whose hands, until when. The server reads
 * the file and gives it as JSON, every default filled in; the names are those of the file.
 */
import {
  Urgency,
  type Channel,
  type DataCondition,
  type Document,
  type Duty,
  type Group,
  type Partner,
  type Phase,
  type PlaceKind,
  type Service,
  type Training,
} from "./generated/codes";
import type { JSONObject } from "./entries/base";
import type { Kind } from "./entries/base";

/** The office's own words: Indonesian always, English where somebody wrote it. */
export interface Text {
  id: string;
  en?: string | null;
}

type Answers = Record<string, readonly (string | boolean)[]>;

/**
 * One thing that somebody does, in its place in the order. `match` picks entries by a clear field, `passes`
 * says which results let the case go on, `unless` waives the step by what an earlier one said.
 */
export interface Step {
  id: string;
  entry: Kind;
  label: Text;
  phase: Phase;
  duties: readonly Duty[];
  after: readonly string[];
  documents: readonly Document[];
  match: Record<string, string>;
  passes: Answers;
  unless: Record<string, Answers>;
  present: readonly Partner[];
  present_any: readonly Partner[];
  trained: readonly Training[];
  where: readonly PlaceKind[];
  evidence: readonly Text[];
  needs_papers: boolean;
  optional: boolean;
  repeats: boolean;
  within_working_days: number | null;
  help: Text | null;
}

/** A paper asked of the family; `one_of` groups papers of which any one is enough. */
export interface Requirement {
  id: string;
  label: Text;
  documents: readonly Document[];
  required: boolean;
  one_of: string | null;
  carried: boolean;
}

export interface Programme {
  number: number;
  code: string;
  name: string;
  long_name: Text;
  serves: { groups: readonly Group[]; conditions: readonly DataCondition[]; domicile: string | null };
  channels: readonly { kind: Channel; label: Text | null; contact: string | null }[];
  places: readonly PlaceKind[];
  documents: readonly Document[];
  recorded_documents: readonly Document[];
  requirements: readonly Requirement[];
  steps: readonly Step[];
  blocked: readonly { service: Service; urgency: Urgency }[];
  promise_working_days: number | null;
  visit_minutes: number;
  hash: string;
}

/** The text in a language, Indonesian where the other is missing. */
export const inLanguage = (text: Text, language: string): string =>
  language.startsWith("en") ? (text.en ?? text.id) : text.id;

/** The step of that id. Throws for one that is not in the file. */
export function stepOf(programme: Programme, id: string): Step {
  const step = programme.steps.find((s) => s.id === id);
  if (!step) throw new RangeError(`no step ${id}`);
  return step;
}

/** Whether a case that wants these documents goes through this step. */
export const isFor = (step: Step, documents: readonly Document[]): boolean =>
  !step.documents.length || step.documents.some((d) => documents.includes(d));

/** Whether an earlier step's answer makes this one needless. */
export const waived = (step: Step, said: ReadonlyMap<string, JSONObject>): boolean =>
  Object.entries(step.unless).some(([earlier, wanted]) =>
    Object.entries(wanted).some(([name, values]) => values.includes(said.get(earlier)?.[name] as string)),
  );

/** The most pressing urgency among blocked services; normal when none is named. */
export function urgencyOf(programme: Programme, services: readonly Service[]): Urgency {
  const found = programme.blocked.filter((b) => services.includes(b.service)).map((b) => b.urgency);
  return (Object.keys(Urgency) as Urgency[]).find((u) => found.includes(u)) ?? "normal";
}

/** Required papers that have not come; of a `one_of` group, its papers only while none has. */
export function papersWanted(
  programme: Programme,
  documents: readonly Document[],
  received: ReadonlyMap<string, unknown>,
): Requirement[] {
  const groups = programme.requirements.filter((r) => r.one_of && received.has(r.id)).map((r) => r.one_of);
  return programme.requirements.filter(
    (r) =>
      r.required &&
      !received.has(r.id) &&
      !groups.includes(r.one_of) &&
      (!r.documents.length || r.documents.some((d) => documents.includes(d))),
  );
}
