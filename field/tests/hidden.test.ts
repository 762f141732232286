/** Duties that do not see health facts, and authors who correct themselves: the case comes out as the office has it. */
import { describe, expect, test } from "vitest";
import { asCorrected, correctionOf } from "../src/core/corrections";
import { readEntry, split, whole, type Entry, type JSONObject } from "../src/core/entries/base";
import { fold } from "../src/core/fold";
import type { Duty } from "../src/core/generated/codes";
import { KINDS } from "../src/core/generated/kinds";
import { questionsOf } from "../src/forms/questions";
import { Case, promised, small } from "./visits";

/** As the office sends it to a duty that sees nothing of what is sealed here. */
function sent({ kind, body, ...around }: Entry, keep: readonly string[] = []): Entry {
  const [clear, sealed] = split(kind, body);
  const hidden = Object.keys(sealed).filter((name) => !keep.includes(name));
  const shown = Object.fromEntries(Object.entries(sealed).filter(([name]) => keep.includes(name)));
  return readEntry({ ...around, kind, version: KINDS[kind].version, clear, sealed: shown, hidden } as JSONObject);
}

const state = (entries: readonly Entry[]) => fold(() => small, entries).toJson();

function visited(outcome: string): Case {
  const one = promised({ name: "SITI", needs: "Kursi roda" });
  const visit = one.state.nextVisit!.id;
  one.says("visit_started", "field_officer", { visit, partners: ["health_worker", "social_worker"] });
  const hand = { result: "stiff", attempts: 3 };
  if (outcome === "done") one.says("recorded", "field_officer", { right_hand: hand, exception_approved_by: "BU NINGSIH" });
  return one.says("visit_ended", "field_officer", { visit, outcome, next_step: outcome === "done" ? "continue" : "wait_for_health" });
}

describe("fields that a duty does not see", () => {
  test.each(["done", "in_crisis"])("are missing, and the case stands as it does at the office (%s)", (outcome) => {
    const one = visited(outcome);
    const there = one.entries.map((entry) => sent(entry));
    expect(state(there)).toEqual(state(one.entries));
    expect(there.at(-1)!.body).not.toHaveProperty("outcome");
    expect(fold(() => small, there).visit).toBeNull();
  });

  test("a correction whose reason is hidden still corrects what may be seen, and nothing else", () => {
    const one = visited("in_crisis");
    const end = one.entries.at(-1)!;
    one.says("corrected", "main_admin", {
      entry: end.id,
      clear_values: { result: "absent" },
      sealed_values: { outcome: "not_home" },
      reason: "Salah pilih",
    });
    const there = one.entries.map((entry) => sent(entry, ["sealed_values", "name"]));
    const ended = asCorrected(there).find(({ id }) => id === end.id)!;
    expect(ended.body).toMatchObject({ result: "absent" });
    expect(ended.body).not.toHaveProperty("outcome");
    expect(state(there)).toEqual(state(one.entries));
  });
});

describe("an author corrects an own entry", () => {
  const corrects = (one: Case, duty: Duty, entry: Entry, changed: JSONObject) => {
    const held = asCorrected(one.entries).find(({ id }) => id === entry.id)!;
    const values = correctionOf(held, whole(held.kind, { ...held.body, ...changed }));
    one.says("corrected", duty, { entry: entry.id, ...values, reason: "Salah ketik" });
    return asCorrected(one.entries).find(({ id }) => id === entry.id)!.body;
  };

  test("only what differs is written, each part under its own seal, and what was emptied is gone", () => {
    const one = visited("in_crisis");
    const end = one.entries.at(-1)!;
    const { outcome: _was, ...others } = end.body as unknown as JSONObject;
    const now = whole("visit_ended", { ...others, outcome: "done", next_step: "continue" });
    expect(correctionOf(end, now)).toEqual({
      clear_values: { result: "done", again: false },
      sealed_values: { outcome: "done", next_step: "continue" },
    });
    expect(corrects(one, "field_officer", end, { outcome: "done", next_step: "continue", note: "Tenang lagi" })).toMatchObject({ outcome: "done", note: "Tenang lagi" });
    expect(one.state.flags.has("revisit")).toBe(false);
    expect(corrects(one, "field_officer", end, { note: undefined })).not.toHaveProperty("note");
  });

  test("where nothing differs there is nothing to correct", () => {
    const end = visited("done").entries.at(-1)!;
    expect(correctionOf(end, whole("visit_ended", { ...end.body }))).toBeNull();
  });

  test("lists of them are not asked again, since an answer would replace what nobody here can read", () => {
    const one = promised({ name: "SITI", groups: ["mental_disorder"], preferred_days: ["mon"] });
    const asked = (entries: readonly Entry[]) => questionsOf("person_described", { ...one.situation("rw_agent"), entries }).map(({ name }) => name);
    expect(asked(one.entries)).toEqual(expect.arrayContaining(["groups", "preferred_days", "name"]));
    const there = asked(one.entries.map((entry) => sent(entry, ["name", "preferred_days"])));
    expect(there).toEqual(expect.arrayContaining(["preferred_days", "name", "address"]));
    expect(there).not.toContain("groups");
  });
});
