/** The day as the office planned it, and what becomes of it on the way. */
import { suits } from "../src/screens/suits";
import { describe, expect, test } from "vitest";
import { personOf } from "../src/app/person";
import { asPlanned, bagOf, isPlanned, ofTeam, ownTeam, stopOf, teamsOf, type Stop } from "../src/screens/day";
import { newId } from "../src/store/ids";
import { Case, promised, TODAY } from "./visits";

const RINI = "0190a000-0000-7000-8000-00000000aaaa";
const stop = (one: Case): Stop => stopOf({ ...one, state: one.state, person: personOf(one.entries) })!;
const names = (stops: readonly Stop[]) => stops.map(({ name }) => name);

/** The last visit that a case was promised gets its place in the day. */
function routed(one: Case, begins: string, more: object = {}): Case {
  const visit = [...one.state.visits.keys()].at(-1)!;
  const ends = `${begins.slice(0, 3)}59`;
  return one.says("visit_routed", "scheduler", { visit, day: TODAY, team: "tim_1", begins, ends, ...more });
}

describe("the day as it was planned", () => {
  const late = routed(promised({ name: "SIANG" }), "10:40", { travel: 12, crew: [RINI] });
  const early = routed(promised({ name: "PAGI", latitude: -8.3, longitude: 111.7 }), "08:20", { leaves: "08:00", takes: ["Alat rekam 1"] });
  const other = routed(promised({ name: "TIM LAIN" }), "09:00", { team: "tim_2", crew: [newId()], takes: ["Alat rekam 2"] });
  const byHand = promised({ name: "MENYUSUL" });
  const all = [byHand, late, other, early].map(stop);

  test("goes by the clock of the plan, and then to whoever is not in it", () => {
    expect(names(asPlanned(all, TODAY))).toEqual(["PAGI", "TIM LAIN", "SIANG", "MENYUSUL"]);
    expect(all.map((one) => isPlanned(one, TODAY))).toEqual([false, true, true, true]);
    expect(stop(late).visit.route).toMatchObject({ begins: "10:40", travel: 12, leaves: null, before: null });
  });

  test("is that of the officer's own team, of which the plan says who goes", () => {
    expect(teamsOf(all)).toEqual(["tim_1", "tim_2"]);
    expect([ownTeam(all, RINI, TODAY), ownTeam(all, newId(), TODAY)]).toEqual(["tim_1", null]);
    expect(names(asPlanned(ofTeam(all, "tim_1"), TODAY))).toEqual(["PAGI", "SIANG", "MENYUSUL"]);
    expect(bagOf(ofTeam(all, "tim_1"), new Map()).takes).toEqual(["Alat rekam 1"]);
  });

  test("begins with the door at which somebody stands, wherever the plan has it", () => {
    const visit = stop(late).visit.id;
    const there = new Case(late.programme, { name: "SIANG" });
    for (const { kind, duty, body } of late.entries.slice(1)) there.writes(kind, duty!, body);
    there.says("visit_started", "field_officer", { visit, purpose: "record", partners: ["health_worker", "social_worker"] });
    expect(names(asPlanned([stop(early), stop(there), stop(byHand)], TODAY))).toEqual(["SIANG", "PAGI", "MENYUSUL"]);
  });
});

describe("whoever goes there", () => {
  test("knows in which language and when the person wants to be visited, as it was said last", () => {
    const one = promised({ name: "SITI", preferred_language: "sign", preferred_time: "morning", preferred_days: ["mon", "wed"] });
    expect(suits(stop(one).wishes)).toBe("Bahasa: Bahasa isyarat Indonesia · waktu yang cocok: Pagi, Senin, Rabu");
    one.says("person_described", "main_admin", { preferred_time: "afternoon" });
    expect(suits(stop(one).wishes)).toContain("Siang atau sore, Senin, Rabu");
    expect(suits(stop(promised({ name: "JOKO" })).wishes)).toBe("");
    expect(suits(stop(promised({ name: "RUDI", preferred_time: "all_day" })).wishes)).toBe("");
  });
});

describe("a plan made anew", () => {
  test("moves a visit to another hour, and says what it was", () => {
    const one = routed(routed(promised({ name: "SITI" }), "09:20"), "10:10");
    expect(stop(one).visit.route).toMatchObject({ begins: "10:10", before: "09:20" });
    expect(stop(routed(one, "10:10", { travel: 30 })).visit.route).toMatchObject({ travel: 30, before: "09:20" });
  });

  test("counts for the day that is promised: moved by hand, a visit has no hour until the office gives one", () => {
    const one = routed(promised({ name: "SITI" }), "09:20");
    const visit = stop(one).visit.id;
    one.says("visit_moved", "field_officer", { visit, day: "2026-03-05", part: "afternoon" });
    expect(stop(one).visit).toMatchObject({ day: "2026-03-05", route: null, team: null });
    routed(one, "13:00", { visit, day: "2026-03-05" });
    expect(stop(one).visit).toMatchObject({ team: "tim_1", route: { begins: "13:00", before: null } });
  });

  test("takes a visit out of the day: it keeps its promise and its team, and has no hour", () => {
    const one = routed(promised({ name: "SITI" }, { team: "tim_1" }), "09:20");
    const visit = stop(one).visit.id;
    one.says("visit_routed", "scheduler", { visit, day: TODAY, team: "tim_1" });
    expect(stop(one).visit).toMatchObject({ day: TODAY, team: "tim_1", route: null });
    expect(stop(routed(one, "10:10")).visit.route).toMatchObject({ begins: "10:10", before: "09:20" });
  });

  test("an earlier day's visit that was not kept has no hour today", () => {
    const one = promised({ name: "KEMARIN" }, { day: "2026-03-03" });
    routed(one, "08:00", { day: "2026-03-03" });
    const soon = routed(promised({ name: "HARI INI" }), "11:00");
    expect(isPlanned(stop(one), TODAY)).toBe(false);
    expect(names(asPlanned([stop(one), stop(soon)], TODAY))).toEqual(["HARI INI", "KEMARIN"]);
  });
});
