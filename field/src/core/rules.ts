/** What may this person do next with this case, and if not, why not. */
import { covers } from "./areas";
import type { Body, Kind } from "./entries/base";
import { AT_THE_DOOR, ENDED, atAnyTime, concerns, matches } from "./fold";
import { Duty, Partner, Status, type Document } from "./generated/codes";
import { KINDS, type Bodies } from "./generated/kinds";
import { papersWanted, stepOf, type Programme, type Step, type Text } from "./programme";
import type { State } from "./state";
import { _, words, type Words } from "./text";

/** Who asks: one duty at a time, in one area (dotted code; it covers what lies inside). */
export interface Actor {
  duty: Duty;
  area: string;
}

/** One thing that can be done with a case, or the reasons why this person cannot do it now. */
export interface Action {
  key: string;
  kind: Kind;
  label: Text | Words;
  reasons: Words[];
  step: Step | null;
}


const DUTIES = Object.keys(Duty) as Duty[];
const EVERYBODY = DUTIES.filter((duty) => duty !== "evaluator");
export const LEAD: readonly Duty[] = ["main_admin", "head_of_section", "head_of_office"];
const INTAKE: readonly Duty[] = [
  "reporter",
  "village_registrar",
  "subdistrict",
  "rw_agent",
  "social_agency",
  "health_worker",
  "main_admin",
  "field_officer",
];
const CARRIERS: readonly Duty[] = [
  "field_officer",
  "courier",
  "rw_agent",
  "village_registrar",
  "social_agency",
  "printing",
];
const SECTION: readonly Duty[] = ["main_admin", "head_of_section"];

/** What may be done in every programme, beside its steps. */
interface General {
  duties: readonly Duty[];
  /** What must hold of the case, and what is said when it does not. */
  needs?: [holds: (state: State) => unknown, message: string];
  afterTheEnd?: true;
}

const isPrinted = (state: State): boolean => [...state.documents.values()].some((p) => p.printed && !p.delivered);

export const GENERAL: { [K in Kind]?: General } = {
  note: { duties: EVERYBODY, afterTheEnd: true },
  person_described: { duties: [...INTAKE, "data_entry"] },
  guardian_named: { duties: INTAKE },
  companion_named: { duties: INTAKE },
  requirement_received: { duties: [...INTAKE, "data_entry"] },
  requirement_wanting: { duties: ["main_admin", "data_entry", "rw_agent"] },
  visit_moved: {
    duties: ["scheduler", "field_officer", "main_admin", "rw_agent"],
    needs: [(s) => s.nextVisit, _("No visit is scheduled.")],
  },
  consent_given: { duties: INTAKE.filter((duty) => duty !== "reporter") },
  consent_withdrawn: { duties: EVERYBODY },
  condition_checked: { duties: ["field_officer", "social_agency", "health_worker", "main_admin"] },
  spoiled: {
    duties: ["printing", "field_officer", "main_admin"],
    needs: [isPrinted, _("No printed document is here.")],
  },
  delivery_failed: { duties: CARRIERS, needs: [isPrinted, _("No printed document is on its way.")] },
  originals_returned: {
    duties: [...CARRIERS, "main_admin"],
    needs: [(s) => s.originals.size, _("We hold no original papers.")],
    afterTheEnd: true,
  },
  satisfaction: { duties: EVERYBODY, afterTheEnd: true },
  complaint: { duties: EVERYBODY, afterTheEnd: true },
  complaint_answered: {
    duties: LEAD,
    needs: [(s) => s.complaints.size, _("No complaint is open.")],
    afterTheEnd: true,
  },
  data_requested: { duties: EVERYBODY, afterTheEnd: true },
  data_request_answered: {
    duties: LEAD,
    needs: [(s) => s.dataRequests.size, _("No data request is open.")],
    afterTheEnd: true,
  },
  merged: { duties: SECTION },
  separated: { duties: SECTION, needs: [(s) => s.mergedInto, _("The case is not merged.")], afterTheEnd: true },
  corrected: { duties: EVERYBODY, afterTheEnd: true },
  programme_changed: { duties: SECTION },
  closed: { duties: SECTION, needs: [(s) => !s.originals.size, _("Return the original papers first.")] },
};

const SAYS_WHAT_IS_WANTED: readonly Kind[] = ["reported", "person_described"];
const NEEDS_CONSENT: readonly Kind[] = ["visit_started", "biometrics_checked", "form_filled", "recorded"];
const WITHOUT_PARTNERS: readonly Kind[] = [...AT_THE_DOOR, "visit_ended"];

const done = (): Words => words(_("This has been done."));

/** Every action on the case: the programme's steps in order, then what is possible in every case. */
export function allowed(programme: Programme, state: State, actor: Actor): Action[] {
  const byStep = programme.steps
    .filter((step) => step.entry !== "reported" && concerns(state, step))
    .map<Action>((step) => {
      return { key: step.id, kind: step.entry, label: step.label, reasons: against(programme, state, actor, step), step };
    });
  // A step that matches some leaves the others possible, and so does one for what may be done at any time.
  const kinds = byStep
    .filter((a) => !Object.keys(a.step!.match).length && (!a.reasons.length || !atAnyTime(state, a.kind)))
    .map((a) => a.kind);
  const turningAway = byStep
    .filter((a) => a.kind === "triaged" && a.reasons.length && !againstTurningAway(state, actor, a.step!).length)
    .map<Action>((a) => {
      return { ...a, key: "turn_away", label: words(_("Refuse or refer the report")), reasons: [] };
    });
  const general = (Object.keys(GENERAL) as Kind[])
    .filter((kind) => !kinds.includes(kind))
    .map<Action>((kind) => {
      const label = words(KINDS[kind].action);
      return { key: kind, kind, label, reasons: againstGeneral(state, actor, kind), step: null };
    });
  return [...byStep, ...turningAway, ...general];
}

/**
 * Why this person may not write this entry now; empty when they may.
 *
 * Screens ask before they write. What happened in the field is written all the same and flagged.
 */
export function objections<K extends Kind>(
  programme: Programme,
  state: State,
  actor: Actor,
  kind: K,
  body: Bodies[K],
): Words[] {
  return [...unwanted(state, kind, body), ...againstBody(programme, state, actor, kind, body)];
}

function againstBody(programme: Programme, state: State, actor: Actor, kind: Kind, body: Body): Words[] {
  const steps = programme.steps.filter((s) => s.entry === kind && concerns(state, s) && matches(s, body));
  if (steps[0] && kind === "triaged" && (body as Bodies["triaged"]).result !== "accepted") {
    return againstTurningAway(state, actor, steps[0]);
  }
  if (!steps.length || atAnyTime(state, kind)) {
    return kind in GENERAL ? againstGeneral(state, actor, kind) : [words(_("This programme has no such step."))];
  }
  let found: Words[] = [];
  for (const step of steps) {
    found = against(programme, state, actor, step);
    if (kind === "visit_started") found.push(...partnersMissing(step, (body as Bodies["visit_started"]).partners));
    if (!found.length) break;
  }
  return found;
}

/** A paper is printed, carried and handed over in a case that wants it. */
function unwanted(state: State, kind: Kind, body: Body): Words[] {
  const { document, documents } = body as { document?: Document; documents?: Document[] };
  const about = SAYS_WHAT_IS_WANTED.includes(kind) ? [document] : [document, ...(documents ?? [])];
  return about.every((d) => !d || state.documents.has(d))
    ? []
    : [words(_("This document is not wanted in this case."))];
}

function against(programme: Programme, state: State, actor: Actor, step: Step): Words[] {
  const found = outside(state, actor);
  if (ENDED.includes(state.status)) return [...found, ended(state)];
  if (state.done.has(step.id) && !step.repeats) found.push(done());
  const waits = step.after
    .map((before) => stepOf(programme, before))
    .filter((before) => !state.done.has(before.id) && concerns(state, before));
  if (waits.length) found.push(words(_("First: %(steps)s."), { steps: waits.map((before) => before.label) }));
  if (step.needs_papers) found.push(...papersMissing(programme, state));
  found.push(...unmet(GENERAL[step.entry], state));
  if (state.flags.has("consent_withdrawn") && NEEDS_CONSENT.includes(step.entry)) {
    found.push(words(_("Consent was withdrawn; speak with the person or guardian first.")));
  }
  const visit = state.visit;
  if (visit && !WITHOUT_PARTNERS.includes(step.entry)) found.push(...partnersMissing(step, visit.partners));
  return [...found, ...notOf(step.duties, actor)];
}

/** A report is refused, referred or merged without waiting for papers or any other step. */
function againstTurningAway(state: State, actor: Actor, step: Step): Words[] {
  const found = outside(state, actor);
  if (ENDED.includes(state.status)) found.push(ended(state));
  if (state.done.has(step.id)) found.push(done());
  return [...found, ...notOf(step.duties, actor)];
}

function againstGeneral(state: State, actor: Actor, kind: Kind): Words[] {
  const general = GENERAL[kind]!;
  const found = outside(state, actor);
  if (ENDED.includes(state.status) && !general.afterTheEnd) found.push(ended(state));
  found.push(...unmet(general, state));
  return [...found, ...notOf(DUTIES.filter((duty) => general.duties.includes(duty)), actor)];
}

/** What stands against a general action, whoever does it. */
export function unmet(general: General | undefined, state: State): Words[] {
  if (!general?.needs) return [];
  const [holds, message] = general.needs;
  return holds(state) ? [] : [words(message)];
}

const notOf = (duties: readonly Duty[], actor: Actor): Words[] =>
  duties.includes(actor.duty) ? [] : [words(_("Done by: %(duties)s."), { duties: duties.map((d) => words(Duty[d])) })];

const outside = (state: State, actor: Actor): Words[] =>
  covers(actor.area, state.area) ? [] : [words(_("The case lies outside your area."))];

const ended = (state: State): Words =>
  words(_("The case has ended: %(status)s."), { status: words(Status[state.status]) });

/** The papers that the case still lacks, as a reason; empty when none is. */
export function papersMissing(programme: Programme, state: State): Words[] {
  const wanted = papersWanted(programme, state.wanted, state.papersReceived);
  return wanted.length ? [words(_("Papers not yet received: %(papers)s."), { papers: wanted.map((r) => r.label) })] : [];
}

/** Who should be at the visit and is not; of `present_any`, all while none is there. */
export function missingPartners(step: Step, present: readonly Partner[]): Partner[] {
  const missing = step.present.filter((p) => !present.includes(p));
  if (step.present_any.length && !step.present_any.some((p) => present.includes(p))) {
    missing.push(...step.present_any.filter((p) => !missing.includes(p)));
  }
  return missing;
}

function partnersMissing(step: Step, present: readonly Partner[]): Words[] {
  const missing = missingPartners(step, present);
  if (!missing.length) return [];
  const message = missing.some((p) => step.present.includes(p))
    ? _("Must be present: %(partners)s.")
    : _("One of these must be present: %(partners)s.");
  return [words(message, { partners: missing.map((p) => words(Partner[p])) })];
}
