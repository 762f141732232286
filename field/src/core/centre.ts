/** What the national centre says of a recording, and who must act. */
import { ACTS, KNOWN } from "./generated/ladder";
import type { Acts, CentreMeaning } from "./generated/codes";
import { _ } from "./text";

const byLetters = new Map(Object.entries(KNOWN).map(([value, meaning]) => [value.replaceAll("_", ""), meaning]));
const spelt = new Map(Object.keys(KNOWN).map((value) => [value.replaceAll("_", ""), value]));

/** Stands in the clear part for a value that could be a name, a number or free text. */
export const OTHER_RAW = "OTHER";

const CLEAR = /^[A-Z0-9_]{1,60}$/;
const LONG_NUMBER = /\d(?:_?\d){7}/;

/** In upper case with one _ between words: "Print-ready record" is PRINT_READY_RECORD. */
export const normalise = (raw: string): string =>
  raw
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");

/** What a raw status says, however it is spelt; "unknown" for values not in the sources. */
export const meaning = (raw: string): CentreMeaning =>
  byLetters.get(normalise(raw).replaceAll("_", "")) ?? "unknown";

export const whoActs = (on: CentreMeaning): Acts => ACTS[on];

/** Whether a value may stand in a clear part: no number of 8 figures or more hides in it. */
export const isClearRaw = (value: string): boolean => CLEAR.test(value) && !LONG_NUMBER.test(value);

/**
 * The form of a raw status that may stand in a clear part: a known one in its usual spelling, an unknown one
 * when it is written like a code; anything else could be a name that slipped in, and becomes OTHER.
 */
export function clearRaw(raw: string): string {
  const normal = normalise(raw);
  const known = spelt.get(normal.replaceAll("_", ""));
  if (known) return known;
  const bare = raw.trim();
  const writtenAsCode = bare.replace(/^_+|_+$/g, "").includes("_") && !/\s/.test(bare);
  return writtenAsCode && isClearRaw(normal) ? normal : OTHER_RAW;
}

/** Days after which a step is no longer ordinary. */
const STUCK_AFTER_DAYS: Partial<Record<CentreMeaning, number>> = { captured: 1, processing: 1, sent: 3, received: 7 };

const STUCK_SENT = _(
  "Do not just wait. When a NIK is already in the central data, no new check runs there and the local status stays SENT_FOR_ENROLLMENT for ever. Check for an earlier recording, here or in another regency, and compare with the central data; then ask the centre for the status of the earlier record.",
);
const STUCK_LOCAL = _(
  "The recording has not left the office. Check the recording kit, the local server and the line to the centre.",
);
const STUCK_RECEIVED = _(
  "The centre has had the recording for long. Ask its help desk, with the date of sending.",
);

/** Advice (a message id) when a recording has stood at a step for longer than usual, else null. */
export function stuck(of: CentreMeaning, ageDays: number): string | null {
  const limit = STUCK_AFTER_DAYS[of];
  if (limit === undefined || ageDays < limit) return null;
  if (of === "sent") return STUCK_SENT;
  return of === "received" ? STUCK_RECEIVED : STUCK_LOCAL;
}
