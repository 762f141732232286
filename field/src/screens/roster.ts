/** Many people at one place, one after another: what one tap may write, and what must be asked of each. */
import type { Body, JSONObject, Kind } from "../core/entries/base";
import { whole } from "../core/entries/base";
import { MODALITIES } from "../core/entries/derived";
import type { ConsentBasis, Duty, Partner, VisitOutcome } from "../core/generated/codes";
import type { Programme } from "../core/programme";
import type { Actor } from "../core/rules";
import type { State } from "../core/state";
import { newId } from "../store/ids";
import type { Stop } from "./day";
import { isLeft, NEXT_AFTER, visitNow, wayOf } from "./walk";

/** Said once for all who are served here today. */
export interface Session {
  partners: readonly Partner[];
  /** How the consent of each was given; null: it is asked of each on their own page. */
  consent: ConsentBasis | null;
  supported: boolean;
}

export interface Writing {
  kind: Kind;
  body: Body;
}

/** Places at which more than one person is waited for, with their people by name. */
export function places(visits: readonly Stop[]): Map<string, Stop[]> {
  const named = visits.filter(({ place }) => place);
  const byPlace = Map.groupBy(named, ({ place, area }) => `${area}:${place.trim().toUpperCase()}`);
  for (const [key, some] of byPlace) {
    if (some.length < 2) byPlace.delete(key);
    else some.sort((a, b) => ((a.name || "~") < (b.name || "~") ? -1 : 1));
  }
  return byPlace;
}

/** Steps that one answer fits for all: how it usually goes. Everything else is asked of each person. */
function usual(kind: Kind, session: Session): JSONObject | null {
  if (kind === "consent_given") {
    return session.consent && { basis: session.consent, supported: session.supported };
  }
  if (kind === "recorded") {
    return Object.fromEntries(MODALITIES.map((name) => [name, { result: "captured", attempts: 1 }]));
  }
  return null;
}

const FOR_ALL: readonly Kind[] = ["visit_started", "consent_given", "recorded", "visit_ended"];

/** Whether the programme wants something at the door that only each person can answer. */
export const asksEach = (programme: Programme, duty: Duty): boolean =>
  programme.steps.some(
    ({ phase, optional, entry, duties }) =>
      phase === "visit" && !optional && duties.includes(duty) && !FOR_ALL.includes(entry),
  );

export type Tap = { write: Writing[]; ask?: never } | { write?: never; ask: Kind };

/**
 * All that one tap on "recorded" writes for a person; or the first step that must be asked of them, since one
 * answer cannot speak for forty. A visit with something left undone is not done, whatever stands against that.
 * `state` is followed step by step by whoever writes, so this looks one act ahead.
 */
export function nextTap(programme: Programme, state: State, actor: Actor, session: Session): Tap | null {
  const way = wayOf(programme, state, actor);
  const next = way.find(({ stand }) => stand === "next");
  if (!next) return null;
  const match = next.action.step?.match ?? {};
  if (next.kind === "visit_started") return { write: [started(state, session, match)] };
  if (next.kind === "visit_ended" && !way.some(({ action }) => isLeft(action, state))) return { write: [ended(state, "done", match)] };
  const values = usual(next.kind, session);
  return values ? { write: [{ kind: next.kind, body: whole(next.kind, { ...match, ...values }) }] } : { ask: next.kind };
}

/** Nobody was served: the visit began and ended so, in one tap. Whether it is tried again follows. */
export function outcomeTap(state: State, session: Session, outcome: VisitOutcome): Writing[] {
  const begin = state.visit ? [] : [started(state, session, {})];
  const visit = (begin[0]?.body as { visit: string } | undefined)?.visit;
  return [...begin, ended(state, outcome, {}, visit)];
}

function started(state: State, session: Session, match: JSONObject): Writing {
  const visit = visitNow(state);
  return {
    kind: "visit_started",
    body: whole("visit_started", {
      ...(visit ? { purpose: visit.purpose } : {}),
      ...match,
      visit: visit?.id ?? newId(),
      partners: [...session.partners],
    }),
  };
}

function ended(state: State, outcome: VisitOutcome, match: JSONObject, began?: string): Writing {
  const visit = visitNow(state);
  return {
    kind: "visit_ended",
    body: whole("visit_ended", {
      ...(visit ? { purpose: visit.purpose } : {}),
      ...match,
      visit: visit?.id ?? began,
      outcome,
      next_step: NEXT_AFTER[outcome] ?? "continue",
    }),
  };
}
