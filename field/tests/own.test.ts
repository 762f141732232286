/** An officer opens what they wrote ten minutes ago, and mends it. */
import { describe, expect, test } from "vitest";
import { correctionOf } from "../src/core/corrections";
import { readEntry, split, type Entry, type JSONObject } from "../src/core/entries/base";
import { KINDS } from "../src/core/generated/kinds";
import { rewritten, typedOf } from "../src/forms/filled";
import { canTakeBack, ownEntries, questionsTo, stepFor } from "../src/screens/own";
import { Case, promised } from "./visits";

const open = (one: Case, entry: Entry) => {
  const s = one.situation("field_officer", stepFor(one.programme, entry));
  const questions = questionsTo(entry, s);
  return { s, questions, typed: typedOf(questions, entry.body) };
};

function atTheDoor(): Case {
  const one = promised();
  const visit = one.state.nextVisit!.id;
  one.says("visit_started", "field_officer", { visit, partners: ["health_worker", "social_worker"], latitude: -8.1, longitude: 111.7 });
  const hand = { result: "stiff", attempts: 3, quality: 41 };
  one.says("recorded", "field_officer", { right_hand: hand, exception_approved_by: "BU NINGSIH" });
  return one.says("visit_ended", "field_officer", { visit, outcome: "in_crisis", next_step: "wait_for_health", again_on: "2026-03-11" });
}

describe("what one wrote oneself", () => {
  test("is listed newest first under the programme's own words; corrections are marked, not listed", () => {
    const one = atTheDoor();
    one.entries.push({ ...one.entries[0]!, id: "other", actor: "dewi" } as Entry);
    const end = one.entries.at(-2)!;
    one.says("corrected", "field_officer", { entry: end.id, sealed_values: { note: "Tenang" }, reason: "Lupa" });
    const own = ownEntries(one, "rini");
    expect(own.slice(0, 3).map(({ entry, isCorrected }) => [entry.kind, isCorrected])).toEqual([
      ...[["visit_ended", true], ["recorded", false], ["visit_started", false]],
    ]);
    expect(own[1]!.label).toBe(stepFor(one.programme, own[1]!.entry)!.label);
    expect([canTakeBack(own[0]!.entry), canTakeBack(one.entries[0]!)]).toEqual([true, false]);
  });

  test("opens as it was answered, and unchanged it corrects nothing", () => {
    const one = atTheDoor();
    for (const { entry } of ownEntries(one, "rini")) {
      const { s, questions, typed } = open(one, entry);
      const { body, faults } = rewritten(entry, questions, typed, s);
      expect([entry.kind, [...(faults ?? [])]]).toEqual([entry.kind, []]);
      expect([entry.kind, correctionOf(entry, body!)]).toEqual([entry.kind, null]);
    }
  });

  test("a corrected answer takes along what follows from it, and never which visit it was", () => {
    const one = atTheDoor();
    const end = one.entries.at(-1)!;
    const { s, questions, typed } = open(one, end);
    expect(typed).toMatchObject({ outcome: "in_crisis", again_on: "2026-03-11" });
    const { body } = rewritten(end, questions, { ...typed, outcome: "not_home", again_on: "" }, s);
    expect(correctionOf(end, body!)).toEqual({
      clear_values: { again_on: null, result: "absent" },
      sealed_values: { outcome: "not_home" },
    });
  });

  test("a choice that is no longer open can still be left as it is", () => {
    const one = atTheDoor();
    one.says("requirement_received", "field_officer", { requirement: "family_card" });
    const { questions } = open(one, one.entries.at(-1)!);
    expect(questions.find(({ name }) => name === "requirement")!.choices.map(([code]) => code)).toContain("family_card");
  });

  test("what this duty sees no more is neither asked nor changed", () => {
    const one = atTheDoor();
    const { kind, body, ...around } = one.entries.at(-1)!;
    const [clear] = split(kind, body);
    const hidden = ["outcome", "next_step"];
    const back = readEntry({ ...around, kind, version: KINDS[kind].version, clear, sealed: {}, hidden } as JSONObject);
    const { s, questions, typed } = open(one, back);
    expect(questions.map(({ name }) => name)).not.toContain("outcome");
    const { body: now } = rewritten(back, questions, { ...typed, again_on: "2026-03-12" }, s);
    expect(correctionOf(back, now!)).toEqual({ clear_values: { again_on: "2026-03-12" } });
  });
});
