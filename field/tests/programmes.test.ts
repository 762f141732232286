/**
 * Every programme that is shipped goes from the report to the hand by the app's own forms and its one next act:
 * nothing in the screens knows any of them. The programmes come from Python (tests/field/test_core.py).
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Kind } from "../src/core/entries/base";
import { Duty } from "../src/core/generated/codes";
import { papersWanted, type Programme } from "../src/core/programme";
import { allowed, type Action } from "../src/core/rules";
import { opened, read, type Typed } from "../src/forms/filled";
import { questionsOf, type Question } from "../src/forms/questions";
import { nextTap } from "../src/screens/roster";
import { besideTheWay, wayOf } from "../src/screens/walk";
import { newId } from "../src/store/ids";
import { AREA, Case, officer, TODAY } from "./visits";

const file = process.env.JEMPUT_RANDOM_CASES;
const made: Programme[] = file ? JSON.parse(readFileSync(file, "utf8")).programmes : [];
const programmes = made.filter(({ number }) => number < 900); // from there on they are the vectors' own
const DUTIES = Object.keys(Duty) as Duty[];
const MOST = 80;

/** Answers that everybody must give, where the form guesses none. */
const SAID: Typed = { raw: "PRINT_READY_RECORD", recipient: "Hasnah", nik: "9901014103500001", given_by: "Hasnah", returned_to: "Hasnah" };

function answerTo({ name, as, choices, min }: Question): unknown {
  if (name in SAID) return SAID[name];
  if (as === "yes_no") return "yes";
  if (as === "several") return choices.map(([code]) => code);
  if (choices.length) return choices[0]![0];
  return as === "number" ? String(min ?? 1) : as === "day" ? TODAY : "ada";
}

/** Whose turn it is, and what they do: the door's own next act first, else the first step that nobody did yet. */
function turn(one: Case): { duty: Duty; action: Action } | null {
  const { programme, state } = one;
  const all = DUTIES.map((duty) => ({ duty, actor: { duty, area: AREA } }));
  for (const { duty, actor } of all) {
    const next = wayOf(programme, state, actor).find(({ stand }) => stand === "next");
    if (next) return { duty, action: next.action };
  }
  for (const { duty, actor } of all) {
    const desk = allowed(programme, state, actor).find(
      ({ step, reasons, kind }) => step && !reasons.length && !step.optional && !state.done.has(step.id) && kind !== "visit_ended",
    );
    if (desk) return { duty, action: desk };
  }
  const isWanted = papersWanted(programme, state.wanted, state.papersReceived).length > 0;
  for (const { duty, actor } of all) {
    const paper = allowed(programme, state, actor).find(({ kind, reasons }) => kind === "requirement_received" && !reasons.length);
    if (paper && isWanted) return { duty, action: paper };
  }
  return null;
}

async function does(one: Case, duty: Duty, { kind, step }: Action): Promise<void> {
  const s = one.situation(duty, step);
  const typed = await opened(kind, s);
  for (const question of questionsOf(kind, s)) {
    const isOpen = typed[question.name] === undefined;
    if (isOpen && (question.required || question.name in SAID)) typed[question.name] = answerTo(question);
  }
  const { body, faults } = read(kind, typed, s);
  expect([...(faults ?? [])], `${one.programme.code}: ${kind}`).toEqual([]);
  one.writes(kind, duty, body!);
}

test.skipIf(!file)("every programme goes from the report to the hand by generic forms", async () => {
  for (const programme of programmes) {
    const one = new Case(programme, { documents: programme.documents.slice(0, 1) });
    const gone: Kind[] = [];
    for (let next = turn(one); next && gone.length < MOST; next = turn(one)) {
      await does(one, next.duty, next.action);
      gone.push(next.action.kind);
    }
    const state = one.state;
    expect([...state.documents.values()].every((p) => p.delivered), `${programme.code}: ${gone.join(", ")}`).toBe(true);
    const against = one.entries.filter(({ id }) => state.irregular.includes(id)).map(({ kind }) => kind);
    expect(against, `${programme.code}: ${gone.join(", ")}`).toEqual([]);
    expect(gone.length, `${programme.code}: ${gone.join(", ")}`).toBeLessThan(MOST);
  }
  expect(programmes).toHaveLength(5);
});

const shipped = (code: string, facts: object = {}): Case => new Case(programmes.find((p) => p.code === code)!, facts);
const next = ({ programme, state }: Case, duty: Duty): string | undefined =>
  wayOf(programme, state, { duty, area: AREA }).find(({ stand }) => stand === "next")?.key;
const beside = ({ programme, state }: Case, duty: Duty): Kind[] => besideTheWay(programme, state, { duty, area: AREA }).map(({ kind }) => kind);

test.skipIf(!file)("a roster ends no visit in which nobody could be checked: that is said on the person's own page", () => {
  const one = shipped("jempol-keren", { place_name: "PANTI" });
  one.says("triaged", "main_admin", { result: "accepted" }).says("ordered", "head_of_section", {});
  one.says("visit_scheduled", "scheduler", { visit: newId(), day: TODAY });
  const session = { partners: ["institution"] as const, consent: "guardian_consent" as const, supported: true };
  const tap = () => nextTap(one.programme, one.state, officer, session);
  for (const { kind, body } of tap()!.write!) one.writes(kind, officer.duty, body);
  expect(one.state.visit).not.toBeNull();
  expect(tap()).toEqual({ ask: "visit_ended" });
  one.says("visit_started", "field_officer", { visit: one.state.visit!.id, partners: ["social_worker"] });
  expect(tap()).toEqual({ ask: "biometrics_checked" });
});

test.skipIf(!file)("who reports also decides, where the programme says so, and is asked no more than they know", () => {
  for (const [code, duty] of [["halo-pamor", "rw_agent"], ["godoc", "village_registrar"]] as const) {
    const one = shipped(code);
    expect(next(one, duty)).toBe("respond");
    const asked = questionsOf("triaged", one.situation(duty, one.programme.steps.find(({ id }) => id === "respond")));
    expect(asked.map(({ name }) => name)).toEqual(["result", "reason", "note"]);
    expect(asked[0]!.choices.map(([result]) => result)).toEqual(["accepted", "refused", "referred"]);
    one.says("triaged", duty, { result: "accepted" });
    expect(next(one, duty)).toBe(code === "godoc" ? "application" : "need");
  }
  expect(next(shipped("odgj-batam"), "village_registrar")).toBeUndefined();
});

test.skipIf(!file)("consent can be given anew wherever it can be withdrawn, before a visit too", () => {
  for (const code of ["jempol-keren", "godoc", "odgj-batam"]) {
    const one = shipped(code).says("triaged", "main_admin", { result: "accepted" });
    if (code === "godoc") one.says("application_filed", "village_registrar", { documents: ["ktp_el"] });
    if (code === "jempol-keren") one.says("ordered", "head_of_section", {});
    one.says("visit_scheduled", "scheduler", { visit: newId(), day: TODAY }).says("consent_withdrawn", "field_officer", {});
    expect([next(one, "field_officer"), beside(one, "field_officer").includes("consent_given")], code).toEqual([undefined, true]);
    one.says("consent_given", "field_officer", { basis: "guardian_consent", supported: true });
    expect([next(one, "field_officer"), one.state.irregular], code).toEqual(["visit", []]);
  }
  expect(beside(shipped("halo-pamor"), "rw_agent")).toContain("consent_given");
});

test.skipIf(!file)("the gravely ill are asked how they are in every programme", () => {
  for (const { code, steps } of programmes) {
    const isStep = steps.some(({ entry }) => entry === "condition_checked");
    expect(isStep || beside(shipped(code), "field_officer").includes("condition_checked"), code).toBe(true);
  }
});

test.skipIf(!file)("an agent gives every set of original papers back before the case is done", () => {
  const one = shipped("halo-pamor", { documents: ["family_card"] });
  const [visit, document] = [newId(), "family_card"];
  one.says("triaged", "rw_agent", { result: "accepted" }).says("person_described", "rw_agent", {});
  one.says("visit_started", "rw_agent", { visit, purpose: "collect_papers", partners: [] });
  one.says("requirement_received", "rw_agent", { requirement: "family_card_form" });
  for (const receipt of ["TRG-A1", "TRG-A2"]) one.says("originals_collected", "rw_agent", { receipt, count: 1, papers: "KK", given_by: "A" });
  one.says("visit_ended", "rw_agent", { visit, purpose: "collect_papers", outcome: "done" });
  one.says("application_filed", "rw_agent", { documents: [document] }).says("biodata_checked", "subdistrict", { result: "match" });
  one.says("data_entered", "subdistrict", {}).says("printed", "printing", { document });
  one.says("custody_taken", "rw_agent", { document, holder: "partner" });
  one.says("delivered", "rw_agent", { document, receipt: "TRG-T1", recipient: "A" });
  for (const receipt of ["TRG-A1", "TRG-A2"]) {
    expect(next(one, "rw_agent")).toBe("return_originals");
    one.says("originals_returned", "rw_agent", { receipt, returned_to: "A" });
  }
  expect([next(one, "rw_agent"), one.state.irregular]).toEqual([undefined, []]);
});
