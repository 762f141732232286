/**
 * The way through a visit as the programme has it: what is done, what comes next, what stands against the rest.
 *
 * The programme decides; this only puts its steps in the order of somebody who stands at a door.
 */
import type { Programme, Text } from "../core/programme";
import type { Kind } from "../core/entries/base";
import type { VisitOutcome, VisitPurpose } from "../core/generated/codes";
import { allowed, type Action, type Actor } from "../core/rules";
import type { State, Visit } from "../core/state";
import type { Words } from "../core/text";

/** done; next: the one primary act; open: possible too; waits: the reasons say for what. */
export type Stand = "done" | "next" | "open" | "waits";

export interface Way {
  key: string;
  kind: Kind;
  label: Text | Words;
  stand: Stand;
  reasons: readonly Words[];
  action: Action;
}

/** The kinds by which a visit begins and ends. */
const ENDS: Kind = "visit_ended";
const BEGINS: Kind = "visit_started";
/** Asked before the kit is opened, also where the programme leaves it to the officer. */
const FIRST: readonly Kind[] = ["consent_given", "condition_checked"];
/** Nobody does these at a door; the office's screens have them. */
const AT_THE_DESK: readonly Kind[] = [
  ...(["corrected", "merged", "separated", "programme_changed", "closed", "ordered"] as const),
  ...(["complaint_answered", "data_request_answered"] as const),
];

/** The visit at the door now, else the next one promised. */
export const visitNow = (state: State): Visit | null => state.visit ?? state.nextVisit;

/** The steps of this duty, in the programme's order; one of them is next, or none. */
export function wayOf(programme: Programme, state: State, actor: Actor): Way[] {
  const mine = allowed(programme, state, actor).filter(({ step, kind }) => {
    return step && step.duties.includes(actor.duty) && !AT_THE_DESK.includes(kind) && fits(step.match.purpose, kind, state);
  });
  const next = nextOf(mine, state);
  return mine.map((action): Way => {
    const { key, kind, label, reasons } = action;
    const isDone = state.done.has(key) && !(isOfVisit(kind) && !state.visit && action === next);
    const stand = action === next ? "next" : isDone ? "done" : reasons.length ? "waits" : "open";
    return { key, kind, label, stand, reasons: stand === "waits" ? reasons : [], action };
  });
}

/** What may be done beside the steps: notes, moving the visit, papers given back, a complaint. */
export const besideTheWay = (programme: Programme, state: State, actor: Actor): Action[] =>
  allowed(programme, state, actor).filter(
    ({ step, kind, reasons }) => !step && !reasons.length && !AT_THE_DESK.includes(kind),
  );

const isOfVisit = (kind: Kind): boolean => kind === BEGINS || kind === ENDS;

/** At the door only steps of this visit's purpose; a visit that has not begun cannot be ended on the way. */
function fits(purpose: string | undefined, kind: Kind, state: State): boolean {
  const visit = visitNow(state);
  if (kind === ENDS) return !!state.visit && (!purpose || purpose === state.visit.purpose);
  if (kind === BEGINS) return !state.visit && (!purpose || !visit || purpose === visit.purpose);
  return true;
}

/** The one act that comes next. */
function nextOf(mine: readonly Action[], state: State): Action | null {
  const can = mine.filter(({ key, reasons }) => !reasons.length && !state.done.has(key));
  if (!state.visit || !mine.some(({ kind }) => kind === ENDS)) {
    // While others are at the door, what waits for this officer does not wait for them to leave.
    const begin = !state.visit && state.nextVisit ? mine.find(({ kind, reasons }) => kind === BEGINS && !reasons.length) : undefined;
    return begin ?? can.find(({ key, step }) => key === step!.id && !step!.optional) ?? null;
  }
  const recorded = mine.some(({ key, kind }) => kind === "recorded" && state.done.has(key));
  const isFirst = ({ step, kind }: Action) => !recorded && FIRST.includes(kind) && step!.phase !== "plan";
  return can.find((action) => isFirst(action) || isLeft(action, state)) ?? mine.find(({ kind }) => kind === ENDS) ?? null;
}

/** Whether a step is still to be done at this door, also while something stands against it. */
export function isLeft({ key, kind, step }: Action, state: State): boolean {
  if (isOfVisit(kind) || step!.optional || state.done.has(key)) return false;
  if (kind === "biodata_checked" && isForTheOffice(state)) return false;
  return step!.phase === "visit" || (kind === "delivered" && hasPaper(state));
}

/** The register was looked at during this visit and says something that only the office can settle. */
const isForTheOffice = ({ flags, visit }: State): boolean => {
  const [since, began] = [flags.get("data_problem"), visit?.started];
  return !!since && !!began && Date.parse(since) >= Date.parse(began);
};

const hasPaper = (state: State): boolean => [...state.documents.values()].some((p) => p.printed && !p.delivered);

/** How to end a visit from anywhere in it; null when none is going on. */
export const endOf = (way: readonly Way[], state: State): Way | null =>
  state.visit ? (way.find(({ kind }) => kind === ENDS) ?? null) : null;

/** What usually follows an outcome, to be changed where it is wrong. */
export const NEXT_AFTER: Partial<Record<VisitOutcome, string>> = {
  done: "continue",
  not_home: "call_first",
  refused: "call_first",
  too_ill: "wait_for_health",
  in_crisis: "wait_for_health",
  moved_away: "refer",
  deceased: "close",
  no_signal: "continue",
  kit_failure: "revisit",
  road_cut_off: "revisit",
};

/** What a visit is for, in the order in which a day begins with them. */
export const PURPOSES: readonly VisitPurpose[] = ["record", "collect_papers", "deliver"];
