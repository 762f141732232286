/** What this officer wrote in a case: theirs to correct. The journal keeps both, readers see what holds. */
import type { Case } from "../app/office";
import type { Sayable } from "../app/ui";
import type { Entry, JSONObject } from "../core/entries/base";
import { matches } from "../core/fold";
import { KINDS } from "../core/generated/kinds";
import type { Programme, Step } from "../core/programme";
import { words } from "../core/text";
import { questionsOf, type Question } from "../forms/questions";
import type { Choice, Situation } from "../forms/situation";

type Written = Pick<Case, "programme" | "entries">;

/** An entry, what it is called in its programme, and whether something else holds by now. */
export interface Own {
  entry: Entry;
  label: Sayable;
  isCorrected: boolean;
}

/** The newest first. A correction is corrected by another one of its entry. */
export function ownEntries({ programme, entries }: Written, account: string): Own[] {
  const corrected = new Set(entries.flatMap(({ kind, body }) => (kind === "corrected" ? [body.entry] : [])));
  return entries
    .filter(({ kind, actor }) => kind !== "corrected" && actor === account)
    .map((entry) => ({
      entry,
      label: stepFor(programme, entry)?.label ?? words(KINDS[entry.kind].title),
      isCorrected: corrected.has(entry.id),
    }))
    .reverse();
}

/** The step of its programme that an entry is, if any. */
export const stepFor = (programme: Programme, { kind, body }: Entry): Step | null =>
  programme.steps.find((step) => step.entry === kind && matches(step, body)) ?? null;

/** What can be corrected: what was asked. What was chosen then can still be chosen. */
export function questionsTo(entry: Entry, s: Situation): Question[] {
  const said = entry.body as unknown as JSONObject;
  const seen = questionsOf(entry.kind, s).filter(({ name }) => !entry.hidden?.includes(name));
  return seen.map((question) => ({ ...question, choices: withThose(question, [said[question.name]].flat(), entry, s) }));
}

function withThose({ name, choices }: Question, chosen: readonly unknown[], { kind }: Entry, s: Situation): readonly Choice[] {
  if (!choices.length) return choices;
  const missing = chosen.filter((one) => one !== undefined && !choices.some(([code]) => code === String(one)));
  return [...choices, ...missing.map((one): Choice => [String(one), labelOf(String(one), kind, name, s)])];
}

function labelOf(code: string, kind: Entry["kind"], name: string, { programme }: Situation): Choice[1] {
  const { value } = KINDS[kind].fields[name]!;
  const codes = value.is === "list" ? value.of : value;
  const known = codes.is === "code" ? codes.codes[code] : undefined;
  return known ?? programme.requirements.find(({ id }) => id === code)?.label ?? { id: code };
}

/** A report begins its case: it is refused or closed, never taken back. */
export const canTakeBack = ({ kind }: Entry): boolean => kind !== "reported";
