/** What a case amounts to after its entries: a few statuses, flags with ages, steps done. */
import type {
  AgeBand,
  CloseReason,
  DataCondition,
  Document,
  Flag,
  Holder,
  Partner,
  Sex,
  Status,
  TriageResult,
  Urgency,
  VisitPurpose,
} from "./generated/codes";
import type { JSONObject } from "./entries/base";
import type { Day, Moment } from "./moment";

/** One promise to come and what became of it. */
export interface Visit {
  id: string;
  purpose: VisitPurpose;
  day: Day | null;
  started: Moment | null;
  ended: Moment | null;
  partners: Partner[];
}

export const newVisit = (id: string, purpose: VisitPurpose, day: Day | null = null): Visit => ({
  id,
  purpose,
  day,
  started: null,
  ended: null,
  partners: [],
});

/** Where one wanted document stands. */
export interface Paper {
  printed: Moment | null;
  holder: Holder | null;
  carriedSince: Moment | null;
  delivered: Moment | null;
  receipt: string | null;
}

export const newPaper = (): Paper => ({ printed: null, holder: null, carriedSince: null, delivered: null, receipt: null });

/** The fold of one case. Reads like a page: what is wanted, what is done, what is open. */
export class State {
  status: Status = "reported";
  programme = 0;
  programmeHash = "";
  ticket = "";
  area = "";
  urgency: Urgency = "normal";
  sex: Sex = "unknown";
  ageBand: AgeBand = "unknown";
  condition: DataCondition = "unknown";
  documents = new Map<Document, Paper>();
  flags = new Map<Flag, Moment>();
  done = new Map<string, Moment>();
  /** What the newest entry of a step said in the clear, where another step is waived by it. */
  said = new Map<string, JSONObject>();
  visits = new Map<string, Visit>();
  attempts = 0;
  papersReceived = new Map<string, Moment>();
  papersWanting = new Map<string, Moment>();
  originals = new Map<string, Moment>();
  complaints = new Map<string, Moment>();
  dataRequests = new Map<string, Moment>();
  centreRaw: string | null = null;
  centreSince: Moment | null = null;
  triage: TriageResult | null = null;
  mergedInto: string | null = null;
  closedFor: CloseReason | null = null;
  irregular: string[] = [];
  againOn: Day | null = null;
  openedAt: Moment | null = null;
  lastAt: Moment | null = null;
  last: string | null = null;

  /** The documents that the person needs. */
  get wanted(): Document[] {
    return [...this.documents.keys()];
  }

  /** The visit going on now, if the team is at the door. */
  get visit(): Visit | null {
    return [...this.visits.values()].find((v) => v.started && !v.ended) ?? null;
  }

  /** The next promise not yet begun. */
  get nextVisit(): Visit | null {
    const waiting = [...this.visits.values()].filter((v) => v.day && !v.started && !v.ended);
    return waiting.reduce<Visit | null>((first, v) => (first && first.day! <= v.day! ? first : v), null);
  }

  /** Whether somebody still has to do something for the person. */
  get isOpen(): boolean {
    return OPEN.has(this.status);
  }

  /** The state as plain values, as Python's State.to_json gives it: stable, for the shared test vectors. */
  toJson(): JSONObject {
    return plain({ ...this }) as JSONObject;
  }
}

export const OPEN: ReadonlySet<Status> = new Set(["reported", "accepted", "in_progress", "issued", "delivered"]);

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, v]) => [key, plain(v)]));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, v]) => [snake(name), plain(v)]));
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
