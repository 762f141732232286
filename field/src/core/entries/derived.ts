/** What follows inside one entry: clear results that come from sealed facts, and facts that need another. */
import type { VisitOutcome, VisitResult } from "../generated/codes";
import { _, words, type Words } from "../text";
import type { JSONObject, Kind } from "./base";

/** The outcome without the health fact: what lists and statistics count. */
export const RESULT_OF: Record<VisitOutcome, VisitResult> = {
  done: "done",
  not_home: "absent",
  refused: "refused",
  too_ill: "unable",
  in_crisis: "unable",
  moved_away: "gone",
  deceased: "gone",
  no_signal: "technical",
  kit_failure: "technical",
  road_cut_off: "technical",
};

const COMES_AGAIN = ["revisit", "call_first", "wait_for_health"];

export const MODALITIES = ["photo", "signature", "right_hand", "left_hand", "thumbs", "iris"] as const;

/** The values with what follows from them, so that the two parts cannot disagree. */
export function completed(kind: Kind, values: JSONObject): JSONObject {
  if (kind === "visit_ended") return visitEnded(values);
  return kind === "recorded" ? recorded(values) : values;
}

function visitEnded(values: JSONObject): JSONObject {
  const result = RESULT_OF[values.outcome as VisitOutcome];
  if (!result) return values;
  const again = result !== "done" && COMES_AGAIN.includes(values.next_step as string);
  return { ...values, result, again };
}

function recorded(values: JSONObject): JSONObject {
  const results = MODALITIES.map((name) => (values[name] as JSONObject | undefined)?.result).filter((r) => r != null);
  const result = results.includes("failed")
    ? "failed"
    : results.some((r) => r !== "captured")
      ? "with_exception"
      : "complete";
  return { ...values, result };
}

/** The field that lacks another, and why; null when all is well. */
export function against(kind: Kind, body: JSONObject): [string, Words] | null {
  if (kind === "biometrics_checked" && body.result === "found" && !body.nik) {
    return ["nik", words(_("Write the NIK that the check found."))];
  }
  if (kind === "recorded" && body.result === "with_exception" && !body.exception_approved_by) {
    return ["exception_approved_by", words(_("Name who approved the biometric exception."))];
  }
  return null;
}
