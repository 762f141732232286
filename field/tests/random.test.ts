import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Programme } from "../src/core/programme";
import { expected, type Vector } from "./vectors";

/** Cases that tests/field/random_cases.py made up, with what Python says of them; none without that file. */
const file = process.env.JEMPUT_RANDOM_CASES;
const { programmes, cases }: { programmes: Programme[]; cases: Vector[] } = file
  ? JSON.parse(readFileSync(file, "utf8"))
  : { programmes: [], cases: [] };
const byHash = new Map(programmes.map((programme) => [programme.hash, programme]));

test.skipIf(!file)("cases that nobody would tell come out as in Python", () => {
  for (const [n, vector] of cases.entries()) {
    const found = expected(byHash, vector);
    expect(found, `case ${n}`).toEqual(vector.expect);
    expect(JSON.stringify(found), `the order of keys in case ${n}`).toBe(JSON.stringify(vector.expect));
  }
  expect(cases.length).toBeGreaterThan(0);
});
