/**
 * From the entries of a case to its state. A pure fold over the clear parts alone.
 *
 * No clock, no seal, no store: what the fold does not need, an erasure cannot take away.
 */
import { change, isPrintReady, mustRecordAgain, setDefault, setFlag } from "./changes";
import { asCorrected } from "./corrections";
import { at, split, type Entry, type JSONObject, type Kind } from "./entries/base";
import type { Document, Flag, Status } from "./generated/codes";
import type { Moment } from "./moment";
import { isFor, stepOf, waived, type Programme, type Step } from "./programme";
import { State } from "./state";

/** Gives the programme of a hash. Throws for one that was never installed. */
export type ProgrammeLookup = (hash: string) => Programme;

/** Results that let a case go on, where the programme file does not say otherwise. */
const PASSES: { [K in Kind]?: Step["passes"] } = {
  triaged: { result: ["accepted"] },
  recorded: { result: ["complete", "with_exception"] },
  visit_ended: { result: ["done"] },
  condition_checked: { go_ahead: [true] },
};
const PAPER_KINDS: readonly Kind[] = ["printed", "custody_taken", "delivered", "originals_returned"];
export const AT_THE_DOOR: readonly Kind[] = ["visit_scheduled", "visit_started"];
const RECORDING: readonly Kind[] = ["recorded", "sent_to_centre", "centre_status"];
const VISITING: readonly Kind[] = [...RECORDING, ...AT_THE_DOOR, "visit_ended"];

/**
 * The state of one case after its entries, in journal order. The first entry is the report, which names the
 * programme and pins its version; throws when it is not.
 */
export function fold(lookup: ProgrammeLookup, entries: readonly Entry[]): State {
  const applied: Entry[] = [];
  let state = new State();
  let programme: Programme | null = null;
  for (const entry of asCorrected(entries)) {
    if (entry.kind === "reported") programme ??= lookup(entry.body.programme_hash);
    if (!programme) throw new RangeError("a case begins with a report");
    if (entry.kind === "programme_changed") {
      programme = lookup(entry.body.programme_hash);
      state = judgedAnew(programme, applied, state);
      state.programme = entry.body.programme;
      state.programmeHash = entry.body.programme_hash;
    }
    apply(programme, state, entry, true);
    applied.push(entry);
  }
  if (!programme) throw new RangeError("a case begins with a report");
  return state;
}

/**
 * The state after one more entry, in place, for an entry that does not reach back: corrections and changes
 * of programme need `fold`.
 */
export function advance(programme: Programme, state: State, entry: Entry): State {
  if (entry.kind === "corrected" || entry.kind === "programme_changed") {
    throw new RangeError(`${entry.kind} needs the whole journal`);
  }
  apply(programme, state, entry, true);
  return state;
}

/** What was done so far, seen through another programme; what was irregular stays so. */
function judgedAnew(programme: Programme, applied: readonly Entry[], old: State): State {
  const state = new State();
  state.irregular = [...old.irregular];
  for (const entry of applied) apply(programme, state, entry, false);
  const since = old.flags.get("against_rules");
  if (since) state.flags.set("against_rules", since);
  return state;
}

function apply(programme: Programme, state: State, entry: Entry, judge: boolean): void {
  const moment = at(entry);
  if (judge && isIrregular(programme, state, entry)) {
    state.irregular.push(entry.id);
    setDefault(state.flags, "against_rules", moment);
  }
  const hadFailed = state.flags.has("centre_failed");
  change(state, entry);
  markSteps(programme, state, entry);
  if (hadFailed && entry.kind === "centre_status" && isPrintReady(entry.body.raw)) {
    wasSentAgain(programme, state, moment);
  }
  state.openedAt ??= moment;
  state.lastAt = moment;
  state.last = entry.id;
  settleFlags(programme, state, moment);
  state.status = status(state);
}

export const ENDED: readonly Status[] = ["closed", "rejected", "referred", "merged"];

/**
 * Whether the entry does a step before those that should come first, works on an ended case, or is about a
 * paper that the case does not want.
 */
function isIrregular(programme: Programme, state: State, entry: Entry): boolean {
  const document = (entry.body as { document?: Document }).document;
  if (document && !state.documents.has(document)) return true;
  const steps = stepsOf(programme, entry.kind).filter((s) => matches(s, entry.body) && concerns(state, s));
  if (!steps.length || entry.kind === "reported" || atAnyTime(state, entry.kind)) return false;
  // Nobody waits for papers to turn a report away.
  if (entry.kind === "triaged" && entry.body.result !== "accepted") return false;
  if (ENDED.includes(state.status)) return true;
  return !steps.some((s) => stepIsReady(programme, state, s));
}

/** Whether this waits for no step: people get their own papers back, and may consent anew to what goes on. */
export const atAnyTime = (state: State, kind: Kind): boolean =>
  kind === "consent_given" ? state.flags.has("consent_withdrawn") && !ENDED.includes(state.status) : kind === "originals_returned";

/** Whether the case goes through this step: its documents are wanted and nothing said waives it. */
export const concerns = (state: State, step: Step): boolean => isFor(step, state.wanted) && !waived(step, state.said);

/** Whether all that must come before the step is done, or does not concern this case. */
export const stepIsReady = (programme: Programme, state: State, step: Step): boolean =>
  step.after.every((before) => state.done.has(before) || !concerns(state, stepOf(programme, before)));

const stepsOf = (programme: Programme, kind: Kind): Step[] => programme.steps.filter((s) => s.entry === kind);

/** Whether an entry is of this step: a visit with another purpose is another step. */
export const matches = (step: Step, body: object): boolean =>
  Object.entries(step.match).every(([name, value]) => (body as JSONObject)[name] === value);

function passes(step: Step, entry: Entry): boolean {
  const wanted = Object.keys(step.passes).length ? step.passes : (PASSES[entry.kind] ?? {});
  const body = entry.body as JSONObject;
  if (Object.entries(wanted).some(([name, values]) => !values.includes(body[name] as string))) return false;
  return entry.kind !== "centre_status" || "raw" in step.passes || isPrintReady(entry.body.raw);
}

function markSteps(programme: Programme, state: State, entry: Entry): void {
  for (const step of stepsOf(programme, entry.kind)) {
    if (!matches(step, entry.body)) continue;
    // Only steps whose answer can waive another are remembered.
    if (programme.steps.some((s) => step.id in s.unless)) state.said.set(step.id, split(entry.kind, entry.body)[0]);
    if (!passes(step, entry)) {
      // The newest answer holds: a match that became a mismatch.
      if (!step.repeats && !PAPER_KINDS.includes(entry.kind)) state.done.delete(step.id);
      continue;
    }
    if (PAPER_KINDS.includes(entry.kind) && !allPapers(state, step)) continue;
    setDefault(state.done, step.id, at(entry));
  }
  // A failure at the centre sends the kit again, nobody else.
  const purpose = (entry.body as { purpose?: string }).purpose ?? "record";
  for (const kind of reopenedBy(entry)) {
    for (const step of stepsOf(programme, kind)) {
      if ((step.match.purpose ?? purpose) === purpose) state.done.delete(step.id);
    }
  }
}

function allPapers(state: State, step: Step): boolean {
  if (step.entry === "originals_returned") return !state.originals.size;
  const papers = [...state.documents]
    .filter(([document]) => !step.documents.length || step.documents.includes(document))
    .map(([, paper]) => paper);
  if (step.entry === "printed") return papers.every((p) => p.printed);
  if (step.entry === "custody_taken") return papers.every((p) => p.holder || p.delivered);
  return papers.every((p) => p.delivered);
}

/** Kinds whose steps must be done again after this entry. */
function reopenedBy(entry: Entry): readonly Kind[] {
  switch (entry.kind) {
    case "visit_ended":
      return entry.body.result !== "done" && entry.body.again ? AT_THE_DOOR : [];
    case "centre_status":
      return mustRecordAgain(entry.body.raw) ? VISITING : [];
    case "spoiled":
      return ["printed", "custody_taken"];
    case "delivery_failed":
      return ["custody_taken"];
    case "originals_collected":
      return ["originals_returned"];
    default:
      return [];
  }
}

/** After a failure the centre says print ready: the recording was resent, nobody must go again. */
function wasSentAgain(programme: Programme, state: State, moment: Moment): void {
  for (const step of programme.steps) {
    if (VISITING.includes(step.entry) && (step.match.purpose ?? "record") === "record") {
      setDefault(state.done, step.id, moment);
    }
  }
}

/** Flags that follow from the rest of the state. */
function settleFlags(programme: Programme, state: State, moment: Moment): void {
  const papers = [...state.documents.values()];
  setFlag(state, "papers_wanting", state.papersWanting.size > 0, moment);
  setFlag(state, "originals_held", state.originals.size > 0, moment);
  setFlag(state, "complaint_open", state.complaints.size > 0, moment);
  setFlag(state, "data_request_open", state.dataRequests.size > 0, moment);
  setFlag(state, "in_custody", papers.some((p) => p.holder && !p.delivered), moment);
  const unprinted = programme.recorded_documents.some((d) => state.documents.get(d)?.printed === null);
  const ready = state.centreRaw !== null && isPrintReady(state.centreRaw);
  setFlag(state, "print_ready", ready && unprinted, moment);
}

const WORKING: readonly Flag[] = ["at_centre", "revisit", "centre_failed", "print_ready"];

function status(state: State): Status {
  if (state.mergedInto !== null) return "merged";
  if (state.closedFor !== null) return "closed";
  if (state.triage === "refused") return "rejected";
  if (state.triage === "referred") return "referred";
  const papers = [...state.documents.values()];
  if (papers.length && papers.every((p) => p.delivered)) return "delivered";
  if (papers.length && papers.every((p) => p.printed)) return "issued";
  const begun = state.visits.size || state.originals.size || papers.some((p) => p.printed);
  if (begun || WORKING.some((flag) => state.flags.has(flag))) return "in_progress";
  return state.triage === "accepted" ? "accepted" : "reported";
}
