import { expect, test } from "vitest";
import { readEntry } from "../src/core/entries/base";
import { advance, fold } from "../src/core/fold";
import type { Programme } from "../src/core/programme";
import { expected, namesIn, readJson, VECTORS, type Vector } from "./vectors";

const programmes = new Map(
  namesIn(new URL("programmes/", VECTORS)).map((name) => {
    const programme: Programme = readJson(new URL(`programmes/${name}.json`, VECTORS));
    return [programme.hash, programme];
  }),
);

const cases = new URL("cases/", VECTORS);

test.each(namesIn(cases))("the case %s comes out as in Python", (name) => {
  const vector = readJson(new URL(`${name}.json`, cases));
  const found = expected(programmes, vector);
  expect(found).toEqual(vector.expect);
  expect(JSON.stringify(found), "the order of keys too").toBe(JSON.stringify(vector.expect));
});

test("entry by entry it comes to the same as all at once", () => {
  const lookup = (hash: string) => programmes.get(hash)!;
  const told = namesIn(cases).map((name): Vector => readJson(new URL(`${name}.json`, cases)));
  for (const [first, ...more] of told.map((vector) => vector.entries.map(readEntry))) {
    const entries = [first!, ...more];
    const reachesBack = entries.some(({ kind }) => kind === "corrected" || kind === "programme_changed");
    const state = fold(lookup, [first!]);
    const step = () => more.forEach((entry) => advance(lookup(state.programmeHash), state, entry));
    if (reachesBack) expect(step).toThrow("needs the whole journal");
    else {
      step();
      expect(state.toJson()).toEqual(fold(lookup, entries).toJson());
    }
  }
});

test("a journal that does not begin with a report is no case", () => {
  expect(() => fold(() => [...programmes.values()][0]!, [])).toThrow("begins with a report");
});
