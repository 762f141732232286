import { describe, expect, test } from "vitest";
import { clearFields, join, readEntry, split, UnknownKind, Unfit, whole, type Kind } from "../src/core/entries/base";
import { KINDS } from "../src/core/generated/kinds";
import { canonical, clearDigest, content, envelope, identity, link, utc } from "../src/journal/canonical";
import { namesIn, readJson, VECTORS } from "./vectors";

const FOLDER = new URL("entries/", VECTORS);
const FILES = ["v1", "v2"].flatMap((version) => namesIn(new URL(`${version}/`, FOLDER)).map((kind) => [version, kind] as const));

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (two) => parseInt(two, 16));
const hex = (some: Uint8Array) => [...some].map((byte) => byte.toString(16).padStart(2, "0")).join("");

describe.each(FILES)("a released entry, %s/%s", (version, kind) => {
  const stored = readJson(new URL(`${version}/${kind}.json`, FOLDER));
  const { clear, sealed, ...around } = stored.entry;

  test("hashes as ever", async () => {
    expect(canonical(stored.entry)).toBe(stored.canonical);
    const who = await identity(bytes(stored.salt), stored.entry);
    const digest = await clearDigest(around, clear, stored.received_at);
    expect(hex(who)).toBe(stored.identity);
    expect(hex(digest)).toBe(stored.clear_digest);
    expect(hex(await link(new Uint8Array(32), who, digest))).toBe(stored.first_link);
  });

  test("is read, and its clear part stands alone", () => {
    const read = readEntry(stored.entry);
    expect(read.kind).toBe(kind);
    const alone = join(kind as Kind, around.version, clear, null);
    expect(split(kind as Kind, alone)[0]).toEqual(split(read.kind, read.body)[0]);
    if (around.version === KINDS[read.kind].version) {
      expect(envelope(read)).toEqual(around);
      expect(JSON.stringify(split(read.kind, read.body))).toBe(JSON.stringify([clear, sealed]));
      expect(canonical(content(read))).toBe(stored.canonical);
    }
  });
});

test("every kind has its vector of today's version", () => {
  const known = Object.entries(KINDS).map(([kind, { version }]) => [`v${version}`, kind]);
  expect(FILES).toEqual(expect.arrayContaining(known));
});

test("an entry of tomorrow is unknown, not misread", () => {
  expect(() => join("note", 99, {}, { text: "?" })).toThrow(UnknownKind);
  expect(() => join("toString" as Kind, 1, {}, {})).toThrow(UnknownKind);
});

describe("what does not fit is named by field, without the value", () => {
  const faults = (kind: Kind, values: Record<string, unknown>) => {
    try {
      whole(kind, values);
    } catch (error) {
      if (error instanceof Unfit) return Object.fromEntries([...error.faults].map(([name, w]) => [name, w.message]));
      throw error;
    }
    return {};
  };

  test("a missing and an unknown field", () => {
    expect(faults("triaged", { results: "accepted" })).toEqual({
      result: "This must be given.",
      results: "This name is not known here.",
    });
  });

  test("numbers, texts, codes, days, lists", () => {
    expect(faults("originals_collected", { receipt: "tt", count: 100, papers: " ", given_by: "x".repeat(201) })).toEqual({
      receipt: "This is not written in the expected form.",
      count: "This number is too large.",
      papers: "This text is empty.",
      given_by: "This text is too long.",
    });
    expect(faults("originals_collected", { receipt: "TT-01", count: 1.5, papers: 1, given_by: "x" })).toEqual({
      count: "This must be a whole number.",
      papers: "This must be text in quotes.",
    });
    expect(faults("visit_moved", { visit: "1", day: "2026-02-30", reason: "toString", told: 1 })).toEqual({
      visit: "This value does not fit here.",
      day: "This value does not fit here.",
      reason: "This value does not fit here.",
      told: "This must be true or false.",
    });
    expect(faults("application_filed", { documents: [] })).toEqual({ documents: "This list is too short." });
  });

  test("a status of the centre never hides a NIK", () => {
    expect(faults("centre_status", { raw: "A_9901_0147_0851_0001" })).toEqual({
      raw: "Write the status only, without NIK or other numbers.",
    });
  });

  test("found needs the NIK, an exception its approver", () => {
    expect(faults("biometrics_checked", { result: "found" })).toEqual({ nik: "Write the NIK that the check found." });
    expect(faults("recorded", { iris: { result: "stiff" } })).toEqual({
      exception_approved_by: "Name who approved the biometric exception.",
    });
  });
});

test("the clear outcome follows from the sealed one", () => {
  const visit = "0190a000-0000-7000-8000-000000000500";
  const ended = whole("visit_ended", { visit, outcome: "in_crisis", next_step: "wait_for_health", result: "done" });
  expect([ended.result, ended.again]).toEqual(["unable", true]);
  const recorded = whole("recorded", { thumbs: { result: "failed", attempts: 3 }, result: "complete" });
  expect(recorded.result).toBe("failed");
  expect([...clearFields("recorded")]).toEqual(["result"]);
});

test("a moment is one, however its zone is written", () => {
  expect(utc("2026-03-02T09:30:00.654321+07:00")).toBe("2026-03-02T02:30:00.654321Z");
  expect(utc("1969-12-31T23:59:59.999999+00:00")).toBe("1969-12-31T23:59:59.999999Z");
});
