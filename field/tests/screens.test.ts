/** What the officer's screens decide before they draw anything. */
import { describe, expect, test } from "vitest";
import type { Step } from "../src/core/programme";
import type { Kind } from "../src/core/entries/base";
import { personOf } from "../src/app/person";
import { asCorrected, correctionOf } from "../src/core/corrections";
import { BadInput } from "../src/core/text";
import { follow, opened, read, rewritten, typedOf, type Typed } from "../src/forms/filled";
import { questionsOf } from "../src/forms/questions";
import { readFamilyNumber, readName, readNik, readPhone } from "../src/forms/read";
import { bagOf, inOrder, kilometres, ofTeam, stopOf, teamName, teamsOf } from "../src/screens/day";
import { notesOf, peopleAround, phoneOf } from "../src/screens/around";
import { questionsTo } from "../src/screens/own";
import { nextTap, outcomeTap, places, type Session } from "../src/screens/roster";
import { endOf, wayOf } from "../src/screens/walk";
import { newId } from "../src/store/ids";
import { AREA, Case, officer, promised, small, TODAY, wide } from "./visits";

const next = (one: Case) => wayOf(one.programme, one.state, officer).find(({ stand }) => stand === "next")!;

/** Answers a form as it is opened, with a few answers of the officer's own. */
async function answer(one: Case, kind: Kind, answers: Typed = {}): Promise<void> {
  const step = wayOf(one.programme, one.state, officer).find((w) => w.kind === kind)?.action.step ?? null;
  const s = one.situation(officer.duty, step);
  const { body, faults } = read(kind, { ...(await opened(kind, s)), ...answers }, s);
  expect([...(faults ?? [])]).toEqual([]);
  one.writes(kind, officer.duty, body!);
}

describe("a visit goes as its programme says", () => {
  test("from the door to its end, each act in its turn", async () => {
    const one = promised();
    const gone: string[] = [];
    for (let way = next(one); one.state.visit || !gone.length; way = next(one)) {
      gone.push(way.key);
      await answer(one, way.kind, way.kind === "visit_ended" ? { outcome: "done", next_step: "continue" } : {});
    }
    expect(gone).toEqual(["arrive", "record", "leave"]);
    expect(one.state.irregular).toEqual([]);
    expect([...one.state.visits.values()][0]).toMatchObject({ purpose: "record", partners: ["health_worker", "social_worker"] });
  });

  test("another programme asks for consent and condition first, and waives what a find makes needless", async () => {
    const one = new Case(wide);
    one.says("triaged", "main_admin", { result: "accepted" });
    one.says("visit_scheduled", "scheduler", { visit: newId(), purpose: "record", day: TODAY });
    const gone: string[] = [];
    const answers: Record<string, Typed> = {
      consent: { basis: "consent", supported: true },
      condition: { go_ahead: "yes", with_partner: "health_worker" },
      look: { result: "found", nik: "9901 0141 0350 0001" },
      leave: { outcome: "done" },
    };
    for (let way = next(one); one.state.visit || !gone.length; way = next(one)) {
      gone.push(way.key);
      await answer(one, way.kind, answers[way.key]);
    }
    expect(gone).toEqual(["arrive", "consent", "condition", "look", "leave"]);
    expect(one.entries.at(-2)!.body).toMatchObject({ nik: "9901014103500001" });
  });

  test("a crisis in the middle: the visit ends at once, and comes again", async () => {
    const one = promised();
    await answer(one, "visit_started");
    const end = endOf(wayOf(small, one.state, officer), one.state)!;
    expect(end.kind).toBe("visit_ended");
    await answer(one, "visit_ended", { outcome: "in_crisis", next_step: "wait_for_health", again_on: "2026-03-11" });
    expect(one.state.visit).toBeNull();
    expect([one.state.againOn, one.state.flags.has("revisit")]).toEqual(["2026-03-11", true]);
    expect(one.entries.at(-1)!.body).toMatchObject({ result: "unable", again: true });
  });

  test("nothing is next where nobody waits for this officer", () => {
    expect(wayOf(small, new Case(small).state, officer).filter(({ stand }) => stand === "next")).toEqual([]);
  });
});

describe("a form is made from its kind alone", () => {
  const one = promised();
  const s = one.situation("field_officer");

  test("what code knows is not asked, what is known is guessed", async () => {
    expect(questionsOf("visit_started", s).map(({ name }) => name)).toEqual(["partners", "position"]);
    expect(questionsOf("visit_ended", s).map(({ name }) => name)).not.toContain("result");
    expect((await opened("visit_started", s)).partners).toEqual(["health_worker", "social_worker"]);
    expect(questionsOf("delivered", s).find(({ name }) => name === "document")!.choices).toEqual([
      ["ktp_el", "Electronic identity card (KTP-el)"],
    ]);
  });

  test("every kind of a case can be asked for, each question with its words", () => {
    const kinds = ["person_described", "form_filled", "recorded", "satisfaction", "complaint", "custody_taken"] as const;
    for (const kind of kinds) {
      for (const { label, as, choices } of questionsOf(kind, s)) {
        expect(label).toMatch(/^[A-Z]/);
        if (as === "one" || as === "select") expect(choices.length).toBeGreaterThan(0);
      }
    }
    expect(questionsOf("satisfaction", s).filter(({ as }) => as === "one")).toHaveLength(9);
  });

  test("each modality has its own result, attempts and quality; an exception names who approved it", async () => {
    const values = await opened("recorded", s);
    const hand = { result: "stiff", attempts: "3", quality: "41" };
    const { faults } = read("recorded", { ...values, right_hand: hand }, s);
    expect([...faults!.keys()]).toEqual(["exception_approved_by"]);
    const { body } = read("recorded", { ...values, right_hand: hand, exception_approved_by: "bu ningsih" }, s);
    expect(body).toMatchObject({
      result: "with_exception",
      right_hand: { result: "stiff", attempts: 3, quality: 41 },
      exception_approved_by: "BU NINGSIH",
    });
  });

  test("what is missing or cannot be read is said at its question", async () => {
    expect([...read("biometrics_checked", { result: "found", nik: "99" }, s).faults!]).toEqual([
      ["nik", expect.objectContaining({ message: expect.stringContaining("16 digits") })],
    ]);
    expect([...read("condition_checked", await opened("condition_checked", s), s).faults!.keys()]).toEqual(["go_ahead"]);
    const bad = { ...(await opened("recorded", s)), iris: { result: "captured", attempts: "99" } };
    expect([...read("recorded", bad, s).faults!.keys()]).toEqual(["iris"]);
  });

  test("a draft keeps the number that was read out from it", async () => {
    const typed = await opened("originals_collected", s);
    const { body } = read("originals_collected", { ...typed, count: "2", papers: "KK asli", given_by: "Siti" }, s);
    expect(body).toMatchObject({ receipt: typed.receipt, count: 2, given_by: "SITI" });
    expect(typed.receipt).toMatch(/^P12-A-/);
  });

  test("an age that was said gives the band, blocked services the urgency", () => {
    const typed = { birth_about: "umur 70-an", name: "Mbah Sarinem", blocked_services: [] };
    expect(read("person_described", typed, s).body).toMatchObject({ age_band: "70_up", identified: true });
  });

  test("a grade is a number", () => {
    const grades = Object.fromEntries(questionsOf("satisfaction", s).filter((q) => q.as === "one").map((q) => [q.name, "4"]));
    expect(read("satisfaction", grades, s).body).toMatchObject({ requirements: 4, facilities: 4, by_proxy: false });
  });
});

describe("numbers and names as people write them", () => {
  test.each([
    [readNik, "9901 0141 0350 0001", "9901014103500001"],
    [readFamilyNumber, "9901010503260001", "9901010503260001"],
    [readPhone, "0812-3456-7890", "+6281234567890"],
    [readPhone, "+62 812 3456 7890", "+6281234567890"],
    [readPhone, "(0355) 791234", "+62355791234"],
    [readName, " siti  nur\u2019aini ", "SITI NUR'AINI"],
  ])("%o reads %s", (reader, text, value) => expect(reader(text)).toBe(value));

  test.each([
    ...[[readNik, "990101410350000"], [readNik, "99O1014103500001"], [readNik, "9901019903500001"]],
    ...[[readNik, "9901014103500000"], [readPhone, "0812"], [readPhone, "+1 555 1234567"], [readName, "123456"]],
  ] as [(text: string) => string, string][])("%o refuses %s", (reader, text) => {
    expect(() => reader(text)).toThrow(BadInput);
    try {
      reader(text);
    } catch (error) {
      expect((error as BadInput).message).not.toContain(text);
    }
  });
});

const stop = (one: Case) => stopOf({ ...one, state: one.state, person: personOf(one.entries) })!;

describe("the day", () => {
  const at = (latitude: number, longitude: number) => ({ latitude, longitude });
  const far = stop(promised({ ...at(-8.3, 111.7), name: "JAUH" }));
  const near = stop(promised({ ...at(-8.05, 111.7), name: "DEKAT" }));
  const middle = stop(promised({ ...at(-8.15, 111.7), name: "TENGAH" }, { team: "tim_2" }));
  const later = stop(promised({ ...at(-8.05, 111.7), name: "SORE" }, { part: "afternoon" }));
  const all = [far, middle, near, later];

  test("goes by time of day and always to the nearest next, for one team and for no team", () => {
    const order = inOrder(all, at(-8, 111.7)).map(({ name }) => name);
    expect(order).toEqual(["DEKAT", "TENGAH", "JAUH", "SORE"]);
    expect(ofTeam(all, "tim_1").map(({ name }) => name)).toEqual(["JAUH", "DEKAT", "SORE"]);
    expect([teamsOf(all), teamName("tim_2")]).toEqual([["tim_2"], "Tim 2"]);
    expect(teamName("tim_2", { tim_2: "Tim Utara" })).toBe("Tim Utara");
    expect(kilometres(at(-8, 111.7), at(-8.05, 111.7))).toBeCloseTo(5.56, 1);
  });

  test("says what to bring and who comes along", () => {
    const kit = { id: "kit", label: { id: "Alat rekam" }, documents: [], required: false, one_of: null, carried: true };
    const bag = bagOf([far, near], new Map([[small.hash, { ...small, requirements: [...small.requirements, kit] }]]));
    expect(bag).toMatchObject({ carried: [{ id: "Alat rekam" }], partners: ["health_worker", "social_worker"], originals: 0 });
  });

  test("ends where nobody is waited for", () => expect(stopOf({ ...new Case(small), person: {}, state: new Case(small).state })).toBeNull());

  test("the call goes to whoever speaks for the person, and notes of earlier visits are there", () => {
    const one = promised({ name: "SITI", phone: "+6281200000001" });
    expect(phoneOf(personOf(one.entries), peopleAround(one.entries))).toBe("+6281200000001");
    one.says("guardian_named", "field_officer", { name: "HASNAH", phone: "+6281200000002" });
    one.says("condition_checked", "field_officer", { go_ahead: false, comfort: "Lagu lama" });
    expect(phoneOf(personOf(one.entries), peopleAround(one.entries))).toBe("+6281200000002");
    expect(notesOf(one.entries).map(({ label, text }) => [label, text])).toEqual([["What calms the person", "Lagu lama"]]);
  });
});

describe("an institution", () => {
  const session: Session = { partners: ["institution", "health_worker"], consent: "guardian_consent", supported: true };

  test("is a place where several people are waited for, however its name is written", () => {
    const some = ["Wati", "Adi"].map((name) => stop(promised({ name, place_name: name === "Adi" ? "PANTI ASIH " : "Panti Asih" })));
    const alone = stop(promised({ name: "Sri", place_name: "Rumah" }));
    const found = places([...some, alone, stop(promised())]);
    expect([...found]).toEqual([[`${AREA}:PANTI ASIH`, [expect.objectContaining({ name: "Adi" }), expect.objectContaining({ name: "Wati" })]]]);
  });

  test("one tap writes the whole visit of a person, act by act", () => {
    const one = promised();
    const kinds: string[] = [];
    for (let tap = nextTap(small, one.state, officer, session); tap?.write; tap = nextTap(small, one.state, officer, session)) {
      for (const { kind, body } of tap.write) {
        one.writes(kind, officer.duty, body);
        kinds.push(kind);
      }
      if (!one.state.visit) break;
    }
    expect(kinds).toEqual(["visit_started", "recorded", "visit_ended"]);
    expect(one.state.irregular).toEqual([]);
  });

  test("what must be asked of each person stops the tap", () => {
    const one = new Case(wide);
    one.says("triaged", "main_admin", { result: "accepted" });
    one.says("visit_scheduled", "scheduler", { visit: newId(), purpose: "record", day: TODAY });
    for (const { kind, body } of nextTap(wide, one.state, officer, session)!.write!) one.writes(kind, officer.duty, body);
    for (const { kind, body } of nextTap(wide, one.state, officer, session)!.write!) one.writes(kind, officer.duty, body);
    expect(one.entries.at(-1)!.body).toMatchObject({ basis: "guardian_consent", supported: true });
    expect(nextTap(wide, one.state, officer, session)).toEqual({ ask: "condition_checked" });
    expect(nextTap(wide, one.state, officer, { ...session, consent: null })).toEqual({ ask: "condition_checked" });
  });

  test("nobody served is one tap too, and says whether to come again", () => {
    const one = promised();
    for (const { kind, body } of outcomeTap(one.state, session, "not_home")) one.writes(kind, officer.duty, body);
    expect([one.state.visit, one.state.flags.has("revisit"), one.state.attempts]).toEqual([null, true, 1]);
    expect(one.entries.at(-1)!.body).toMatchObject({ outcome: "not_home", result: "absent", next_step: "call_first" });
  });
});

describe("who somebody is, at the door", () => {
  const known = { name: "SITI", phone: "+6281234567890", groups: ["disability"], blocked_services: ["social_aid"] };

  test("is filled in with what was said before, and only the news is written", async () => {
    const one = promised(known);
    const s = one.situation("field_officer");
    const typed = await opened("person_described", s);
    expect(typed).toMatchObject({ name: "SITI", phone: "0812-3456-7890", groups: ["disability"] });
    expect(read("person_described", typed, s).body).toEqual({});
    const { body } = read("person_described", { ...typed, address: "Dusun Krajan", groups: ["disability", "frail_elderly"] }, s);
    expect(body).toEqual({ address: "Dusun Krajan", groups: ["disability", "frail_elderly"] });
  });

  test("a list grows: what was ticked before stays", async () => {
    const one = promised(known);
    const s = one.situation("field_officer");
    const typed = await opened("person_described", s);
    const { body } = read("person_described", { ...typed, groups: [...(typed.groups as string[]), "gravely_ill"] }, s);
    one.writes("person_described", "field_officer", body!);
    expect(personOf(one.entries).groups).toEqual(["disability", "gravely_ill"]);
  });

  test("is emptied where the last box is unticked, and says nothing where none was ticked", async () => {
    const one = promised({ ...known, preferred_days: ["mon"] });
    const s = one.situation("field_officer");
    const typed = await opened("person_described", s);
    expect(read("person_described", { ...typed, preferred_days: [] }, s).body).toEqual({ preferred_days: [] });
    expect(read("person_described", { ...typed, documents: [] }, s).body).toEqual({});
  });

  test("is urgent no more once the blocked service is unticked", async () => {
    const urgent = { ...small, blocked: [{ service: "health_care", urgency: "emergency" }] } as unknown as typeof small;
    const one = new Case(urgent, known);
    const s = one.situation("field_officer");
    const typed = await opened("person_described", s);
    const ticked = read("person_described", { ...typed, blocked_services: ["health_care"] }, s);
    one.writes("person_described", "field_officer", ticked.body!);
    expect(one.state.urgency).toBe("emergency");
    const again = one.situation("field_officer");
    const anew = read("person_described", { ...(await opened("person_described", again)), blocked_services: [] }, again);
    expect(anew.body).toEqual({ blocked_services: [], urgency: "normal" });
    const entry = one.entries.at(-1)!;
    const questions = questionsTo(entry, again);
    const { body } = rewritten(entry, questions, { ...typedOf(questions, entry.body), blocked_services: [] }, again);
    one.says("corrected", "field_officer", { entry: entry.id, ...correctionOf(entry, body!), reason: "Salah ketik" });
    expect([one.state.urgency, personOf(asCorrected(one.entries)).blocked_services]).toEqual(["normal", []]);
  });

  test("consent is the guardian's whom somebody named, or the person's own", () => {
    const one = promised(known).says("guardian_named", "field_officer", { name: "HASNAH", relation: "sibling" });
    const s = one.situation("field_officer");
    expect(follow("consent_given", "basis", "guardian_consent", s)).toEqual({ by: "HASNAH", relation: "sibling" });
    expect(follow("consent_given", "basis", "consent", s, { by: "HASNAH" })).toEqual({ by: "SITI", relation: "self" });
    expect(follow("consent_given", "basis", "consent", s, { by: "Pak RT" })).toEqual({});
  });

  test("whom the check found gets the form of vulnerable residents", async () => {
    const one = promised(known);
    expect((await opened("form_filled", one.situation("field_officer"))).form).toBe("f_1_01");
    one.says("biometrics_checked", "field_officer", { result: "found", nik: "9901014103500001" });
    expect((await opened("form_filled", one.situation("field_officer"))).form).toBe("vulnerable");
  });

  test("what only the office can settle does not hold the visit up", () => {
    const asked = (step: Step): Step => ({ ...step, entry: "biodata_checked", passes: { result: ["match", "not_found"] } });
    const steps = wide.steps.map((step) => (step.entry === "biometrics_checked" ? asked(step) : step));
    const one = new Case({ ...wide, steps });
    const visit = newId();
    one.says("triaged", "main_admin", { result: "accepted" });
    one.says("visit_scheduled", "scheduler", { visit, purpose: "record", day: TODAY });
    one.says("visit_started", "field_officer", { visit, partners: ["health_worker"] });
    one.says("consent_given", "field_officer", { basis: "consent", supported: true });
    one.says("condition_checked", "field_officer", { go_ahead: true });
    expect(next(one).kind).toBe("biodata_checked");
    one.says("biodata_checked", "field_officer", { result: "double" });
    expect(next(one).kind).toBe("visit_ended");
    one.says("biodata_checked", "field_officer", { result: "match" });
    expect(one.state.done.has("look")).toBe(true);
  });

  test("who took the first paper takes the next, with a receipt of its own", async () => {
    const one = new Case(wide, { documents: ["ktp_el", "family_card"] });
    const s = one.situation("rw_agent");
    const first = await opened("delivered", s);
    one.says("delivered", "rw_agent", { document: "ktp_el", receipt: first.receipt, place: "at_the_door", proof: "thumbprint", recipient: "HASNAH", relation: "child" });
    const next = await opened("delivered", { ...one.situation("rw_agent"), today: TODAY });
    expect(next).toMatchObject({ recipient: "HASNAH", relation: "child", proof: "thumbprint" });
    expect(next.receipt).not.toBe(first.receipt);
    const later = await opened("delivered", { ...one.situation("rw_agent"), today: "2026-03-20" });
    expect(later.recipient).toBeUndefined();
    expect((await opened("custody_taken", s)).holder).toBe("partner");
  });

  test("those whom the programme wants to be present come first", () => {
    const [first, second] = questionsOf("visit_started", promised().situation("field_officer")).find(({ name }) => name === "partners")!.choices;
    expect([first![0], second![0]].sort()).toEqual(["health_worker", "social_worker"]);
  });
});
