import { expect, test } from "vitest";
import type { Programme } from "../src/core/programme";
import { expected, namesIn, readJson, VECTORS } from "./vectors";

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
