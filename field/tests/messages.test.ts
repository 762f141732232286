import { afterEach, expect, test } from "vitest";
import { AgeBand, Duty, Flag, Status, VisitOutcome } from "../src/core/generated/codes";
import indonesian from "../src/core/generated/id.json";
import { KINDS } from "../src/core/generated/kinds";
import { words } from "../src/core/text";
import { language, say } from "../src/messages";

afterEach(() => {
  language.value = "id";
});

const reason = words("First: %(steps)s.", { steps: [{ id: "Rekam", en: "Record" }, { id: "Cetak", en: null }] });
const doneBy = words("Done by: %(duties)s.", { duties: [words(Duty.courier), words(Duty.field_officer)] });

test("a reason reads in Indonesian, and in English when asked", () => {
  expect([say(reason), say(doneBy)]).toEqual(["Dahulukan: Rekam, Cetak.", "Dilakukan oleh: Kurir, Petugas lapangan."]);
  language.value = "en";
  expect([say(reason), say(doneBy)]).toEqual(["First: Record, Cetak.", "Done by: Courier, Field officer."]);
});

test("names and numbers stand in a message as they are, even when they look like places", () => {
  expect(say(words("Done by: %(duties)s.", { duties: "%(steps)s" }))).toContain("%(steps)s");
});

test("every label of the lists and kinds that an officer sees is translated", () => {
  const labels = [AgeBand, Duty, Flag, Status, VisitOutcome].flatMap((list) => Object.values(list));
  const kinds = Object.values(KINDS).filter(({ stream }) => stream === "case");
  const fields = kinds.flatMap((kind) => Object.values(kind.fields).flatMap((f) => [f.title, f.description]));
  const shown = [...labels, ...kinds.flatMap((kind) => [kind.title, kind.action]), ...fields].filter((m) => m !== undefined);
  expect(shown.filter((message) => !(message in indonesian))).toEqual([]);
});
