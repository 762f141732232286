/** What each kind of entry changes in the state of a case. */
import * as centre from "./centre";
import { at, type Entry, type Kind } from "./entries/base";
import type { CentreMeaning, Document, Flag } from "./generated/codes";
import type { Bodies } from "./generated/kinds";
import type { Moment } from "./moment";
import { newPaper, newVisit, type State } from "./state";

const PRINT_READY: readonly CentreMeaning[] = ["print_ready", "printing", "printed", "shipped", "issued"];
const RECORD_AGAIN: readonly CentreMeaning[] = ["failed", "adjudication"];
const FAILED: readonly CentreMeaning[] = [...RECORD_AGAIN, "search_failed", "duplicate"];

/** Whether the centre has released the card for printing, or is beyond that. */
export const isPrintReady = (raw: string): boolean => PRINT_READY.includes(centre.meaning(raw));

/** Whether the centre will not go on by itself. */
export const hasFailed = (raw: string): boolean => FAILED.includes(centre.meaning(raw));

/** Whether only a new recording (or a resending of it) helps. */
export const mustRecordAgain = (raw: string): boolean => RECORD_AGAIN.includes(centre.meaning(raw));

/** Keep the first value under a key. */
export function setDefault<K, V>(map: Map<K, V>, key: K, value: V): V {
  if (!map.has(key)) map.set(key, value);
  return map.get(key)!;
}

/** Raise a flag, keeping its age if it stands already, or lower it. */
export function setFlag(state: State, flag: Flag, on: boolean, moment: Moment): void {
  if (on) setDefault(state.flags, flag, moment);
  else state.flags.delete(flag);
}

function want(state: State, documents: readonly Document[]): void {
  state.documents = new Map(documents.map((d) => [d, state.documents.get(d) ?? newPaper()]));
}

type Change<K extends Kind> = (state: State, body: Bodies[K], moment: Moment, id: string) => void;

/** By kind. A kind that is not here changes no fact of its own (it may still do a step). */
const CHANGES: { [K in Kind]?: Change<K> } = {
  reported(state, body, moment) {
    state.programme = body.programme;
    state.programmeHash = body.programme_hash;
    state.ticket = body.ticket;
    state.area = body.area;
    state.urgency = body.urgency;
    state.sex = body.sex;
    state.ageBand = body.age_band;
    state.condition = body.condition;
    want(state, body.documents);
    setFlag(state, "unidentified", !body.identified, moment);
  },

  person_described(state, body, moment) {
    state.area = body.area ?? state.area;
    state.sex = body.sex ?? state.sex;
    state.ageBand = body.age_band ?? state.ageBand;
    state.urgency = body.urgency ?? state.urgency;
    if (body.documents?.length) want(state, body.documents);
    if (body.identified !== undefined) setFlag(state, "unidentified", !body.identified, moment);
  },

  triaged(state, body) {
    state.triage = body.result;
    if (body.result === "merged") state.mergedInto = body.merged_with ?? null;
  },

  requirement_received(state, body, moment) {
    setDefault(state.papersReceived, body.requirement, moment);
    state.papersWanting.delete(body.requirement);
  },

  requirement_wanting(state, body, moment) {
    state.papersReceived.delete(body.requirement);
    setDefault(state.papersWanting, body.requirement, moment);
  },

  biodata_checked(state, body, moment) {
    setFlag(state, "data_problem", body.result !== "match" && body.result !== "not_found", moment);
    if (body.result === "match") state.flags.delete("unidentified");
  },

  consent_given(state) {
    state.flags.delete("consent_withdrawn");
  },

  consent_withdrawn(state, _body, moment) {
    setDefault(state.flags, "consent_withdrawn", moment);
  },

  visit_scheduled(state, body) {
    state.visits.set(body.visit, newVisit(body.visit, body.purpose, body.day));
    state.flags.delete("revisit");
    state.againOn = null;
  },

  visit_moved(state, body) {
    const visit = state.visits.get(body.visit);
    if (visit) visit.day = body.day;
  },

  visit_started(state, body, moment) {
    const visit = setDefault(state.visits, body.visit, newVisit(body.visit, body.purpose));
    visit.started = moment;
    visit.partners = [...body.partners];
  },

  visit_ended(state, body, moment) {
    const visit = setDefault(state.visits, body.visit, newVisit(body.visit, body.purpose));
    visit.ended = moment;
    if (body.purpose === "record") state.attempts += 1;
    setFlag(state, "revisit", body.result !== "done" && body.again, moment);
    state.againOn = body.again ? (body.again_on ?? null) : null;
  },

  biometrics_checked(state, body) {
    if (body.result === "found") state.flags.delete("unidentified");
  },

  recorded(state, body, moment) {
    setFlag(state, "with_exceptions", body.result === "with_exception", moment);
    state.flags.delete("centre_failed");
    state.centreRaw = state.centreSince = null;
  },

  sent_to_centre(state, _body, moment) {
    setDefault(state.flags, "at_centre", moment);
  },

  centre_status(state, body, moment) {
    const raw = body.raw;
    if (raw !== state.centreRaw) {
      state.centreRaw = raw;
      state.centreSince = moment;
    }
    const [ready, failed, meaning] = [isPrintReady(raw), hasFailed(raw), centre.meaning(raw)];
    setFlag(state, "at_centre", !ready && !failed && centre.whoActs(meaning) === "centre", moment);
    setFlag(state, "centre_failed", failed, moment);
    setFlag(state, "centre_unknown", meaning === "unknown", moment);
    setFlag(state, "revisit", mustRecordAgain(raw), moment);
  },

  printed(state, body, moment) {
    const paper = state.documents.get(body.document);
    if (!paper) return; // nobody wants it: irregular, and no reason to want it now
    paper.printed = moment;
    state.flags.delete("reprint");
  },

  spoiled(state, body, moment) {
    if (!state.documents.has(body.document)) return;
    state.documents.set(body.document, newPaper());
    setDefault(state.flags, "reprint", moment);
  },

  originals_collected(state, body, moment) {
    setDefault(state.originals, body.receipt, moment);
  },

  originals_returned(state, body) {
    state.originals.delete(body.receipt);
  },

  custody_taken(state, body, moment) {
    const paper = state.documents.get(body.document);
    if (!paper) return;
    paper.holder = body.holder;
    paper.carriedSince = moment;
    state.flags.delete("delivery_failed");
  },

  delivered(state, body, moment) {
    const paper = state.documents.get(body.document);
    if (!paper) return;
    paper.delivered = moment;
    paper.receipt = body.receipt;
    paper.holder = null;
    state.flags.delete("delivery_failed");
  },

  delivery_failed(state, body, moment) {
    const paper = state.documents.get(body.document);
    if (!paper) return;
    paper.holder = paper.carriedSince = null;
    setDefault(state.flags, "delivery_failed", moment);
  },

  complaint(state, _body, moment, id) {
    state.complaints.set(id, moment);
  },

  complaint_answered(state, body) {
    state.complaints.delete(body.complaint);
  },

  data_requested(state, _body, moment, id) {
    state.dataRequests.set(id, moment);
  },

  data_request_answered(state, body) {
    state.dataRequests.delete(body.request);
  },

  merged(state, body) {
    state.mergedInto = body.into;
  },

  separated(state) {
    state.mergedInto = null;
    if (state.triage === "merged") state.triage = null;
  },

  closed(state, body) {
    state.closedFor = body.reason;
  },
};

/** Let an entry change the facts of its case. */
export function change(state: State, entry: Entry): void {
  const of = CHANGES[entry.kind] as Change<Kind> | undefined;
  of?.(state, entry.body, at(entry), entry.id);
}
