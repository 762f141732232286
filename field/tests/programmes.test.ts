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
import { wayOf } from "../src/screens/walk";
import { AREA, Case, TODAY } from "./visits";

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
