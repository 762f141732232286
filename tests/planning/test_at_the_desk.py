"""Reasons, offers, re-plans and what-ifs: what the scheduler asks of a plan."""

from dataclasses import replace
from typing import Any

import pytest

from jemput.core.text import BadInput
from jemput.planning import checker, offer, plan, problem, reasons, replanning, solve, whatif, world
from jemput.planning.generate import full_week, generate
from tests.planning.offices import DAYS, office, team, visit


def reasons_in(planned: Any, data: Any) -> dict[str, reasons.Reason]:
    model, made = planned(data)
    found = {r.visit: r for r in reasons.explain(model, made)}
    assert set(found) == set(made.unplanned)
    return found


WEEK: dict[str, Any] = {
    "days": DAYS,
    "teams": [
        team("one", members=[{"id": "a", "skills": ["odgj"], "days": DAYS[1:2]}]), team("two", "van"),
    ],
    "vehicles": [{"id": "car", "kind": "car"}, {"id": "van", "kind": "car"}],
    "kits": [{"id": "kit", "kind": "biometric", "days": DAYS[:1]}],
    "partners": [{"id": "nurse", "roles": ["health"], "hours": {"tue": [["08:00", "10:00"]]}}],
}  # fmt: skip
ALONE = {
    "skill": ({"needs": {"skills": ["diving"]}}, "Nobody here can do this: diving."),
    "skill on another day": (
        {"needs": {"skills": ["odgj"]}, "earliest": DAYS[2], "latest": DAYS[3]},
        "Needs a team with odgj on Wednesday or Thursday; there is one only on Tuesday.",
    ),
    "kit": ({"needs": {"kits": ["biometric"]}, "earliest": DAYS[1]}, None),
    "kit nobody has": (
        {
            "needs": {"kits": ["satellite"]},
            "windows": {"tue": [["08:00", "12:00"]], "thu": [["08:00", "12:00"]]},
        },
        "Needs a kit (satellite) on Tuesday or Thursday.",
    ),
    "partner": (
        {"needs": {"partners": ["health"]}, "windows": {"thu": [["08:00", "12:00"]]}},
        "Needs a partner (health) on Thursday.",
    ),
    "partner never at that hour": (
        {"needs": {"partners": ["health"]}, "windows": {"*": [["12:00", "15:00"]]}},
        "The hours of those who must come along (health) never meet the hours of the place.",
    ),
    "access": (
        {"needs": {"vehicles": ["boat"]}},
        "Only boat gets there, and no suitable team has one on any day of this plan.",
    ),
    "hours": (
        {"service_minutes": 30, "windows": {"*": [["10:00", "10:20"]]}},
        "The visit takes 30 minutes; people can be met for 20 at a time at most.",
    ),
    "hours on days of rest": (
        {"suits": {"sat": [["00:00", "12:00"]], "sun": [["00:00", "12:00"]]}},
        "No working day left in this plan suits the person: ask about other days.",
    ),
    "hours before the first date": (
        {"suits": {"mon": [["00:00", "12:00"]]}, "earliest": DAYS[1]},
        "The days and hours that suit the person never meet the dates of the visit or the hours of "
        "the place: ask about others.",
    ),
    "dates": (
        {"latest": "2026-11-20"},
        "None of the days of this plan lies between the earliest and the latest date.",
    ),
    "distance": (
        {"place": "km-50", "service_minutes": 400},
        "The way there, the visit and the way back take longer than a working day.",
    ),
}


@pytest.mark.parametrize("case", ALONE)
def test_who_can_never_be_visited_is_told_what_is_missing(planned: Any, case: str) -> None:
    more, words = ALONE[case]
    reason = reasons_in(planned, office(visits=[visit("x") | more], **WEEK))["x"]
    assert reason.code == case.split(" ")[0]
    if words:
        assert str(reason.words) == words


def test_in_a_full_week_the_reason_says_how_much_time_is_missing_and_for_whom(planned: Any) -> None:
    people = [visit(f"v{n}", "km-10", 125) for n in range(3)] + [visit("late", "km-20", 60)]
    found = reasons_in(planned, office(visits=people))
    (reason,) = found.values()
    assert reason.code == "room"
    assert reason.minutes is not None
    assert 0 < reason.minutes <= 60
    assert len(reason.displaces) == 1


def test_a_busy_kit_is_named(planned: Any) -> None:
    people = [visit(f"v{n}", "km-10", 30, needs={"kits": ["biometric"]}) for n in range(4)]
    kits = [{"id": "kit-1", "kind": "biometric", "people_per_day": 3}]
    found = reasons_in(planned, office(visits=people, kits=kits))
    (reason,) = found.values()
    assert reason.code == "busy"
    assert "kit-1" in str(reason.words)


def test_an_impossible_week_gives_what_is_possible_and_all_reasons() -> None:
    data = generate("impossible", 3)
    model = problem.model(world.read(data))
    made = plan.plan_of(model, solve.best(model, rounds=300).routes)
    assert checker.check(data, plan.to_json(made)) == []
    assert made.score.people > 0
    codes = {r.visit: r.code for r in reasons.explain(model, made)}
    wanted = ["kit", "skill", "hours", "partner", "dates", "access", "hours", "place", "place", "place"]
    assert [codes[f"visit-{n}"] for n in range(1, 11)] == wanted


def test_half_days_on_offer_can_be_kept_and_displace_nobody(planned: Any) -> None:
    data = full_week(5, 40, 2)
    model, made = planned(data, 200)
    caller = replace(model.world.visits[0], id="caller", skills=frozenset(), kits=(), partners=(), service=10)
    for each in offer.offers(model.world, made, caller):
        window = (0, 719) if each.half == "morning" else (720, 1440)
        told = world.Promise([d.isoformat() for d in model.world.days].index(each.day), window, None)
        again = replace(model.world, visits=(*model.world.visits, replace(caller, promise=told)))
        both = problem.model(again)
        kept = plan.plan_of(both, solve.best(both, rounds=1, warm=plan.routes_in(both, made)).routes)
        assert "caller" not in kept.unplanned
        assert set(kept.unplanned) <= set(made.unplanned)


def test_a_full_week_offers_nothing(planned: Any) -> None:
    model, made = planned(office(visits=[visit("v", "km-10", 400)]))
    assert offer.offers(model.world, made, replace(model.world.visits[0], id="caller", service=30)) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_urgent_call_at_ten_moves_few_and_leaves_the_morning_alone(planned: Any, seed: int) -> None:
    data = full_week(seed, 40, 2)
    _model, made = planned(data, 400)
    now = (data["days"][1], 600)
    data["visits"].append(
        {"id": "urgent", "place": "place-3", "service_minutes": 20, "mandatory": True, "priority": 1,
         "earliest": now[0], "latest": now[0]}
    )  # fmt: skip
    data["places"][3].pop("access", None)
    new = replanning.replan(world.read(data), made, now=now, rounds=300)
    assert checker.check(data, plan.to_json(new.plan)) == []
    assert "urgent" in new.added
    before = {s.visit: s for t in made.tours for s in t.stops if (t.day, s.starts) < now}
    after = {s.visit: s for t in new.plan.tours for s in t.stops if (t.day, s.starts) < now}
    assert before == after
    assert new.kept + len(new.moved) == sum(len(t.stops) for t in made.tours)
    assert new.kept >= 0.85 * (new.kept + len(new.moved))
    assert {m.visit for m in new.moved if m.now is None} == set(new.dropped)


def test_with_nothing_new_nothing_moves(planned: Any) -> None:
    data = full_week(4, 40, 2)
    _model, made = planned(data, 3000)
    new = replanning.replan(world.read(data), made, now=(data["days"][2], 600), rounds=200)
    assert (new.moved, new.dropped) == ((), ())


def test_a_broken_kit_frees_its_team_and_moves_only_who_needs_it(planned: Any) -> None:
    data = full_week(6, 40, 2)
    _model, made = planned(data, 400)
    day = data["days"][3]
    data["kits"][0]["days"] = [d for d in data["days"] if d < day]
    new = replanning.replan(world.read(data), made, now=(day, 0), rounds=300)
    assert checker.check(data, plan.to_json(new.plan)) == []
    needs = {v["id"] for v in data["visits"] if v.get("needs", {}).get("kits")}
    assert {m.visit for m in new.moved} <= needs
    assert not any(t.kits for t in new.plan.tours if t.day >= day)


def test_who_loses_a_promise_is_given_another_time_that_suits(planned: Any) -> None:
    promise = {"day": DAYS[2], "window": ["12:00", "24:00"]}
    afternoons = {day: [["12:00", "24:00"]] for day in ("wed", "thu")}
    near = visit("near", earliest=DAYS[1], latest=DAYS[1])  # on Tuesday somebody goes there anyhow
    data = office(days=DAYS, visits=[visit("told", suits=afternoons, promise=promise), near])
    model, made = planned(data)
    assert {o.day for o in offer.offers(model.world, made, model.world.visits[0])} == set(DAYS[2:4])
    data["teams"][0]["days"] = [d for d in DAYS if d != DAYS[2]]  # ill
    new = replanning.replan(world.read(data), made, {"told": (DAYS[2], (720, 1440))}, rounds=200)
    (moved,) = new.moved
    assert moved.now is not None and moved.now[0] == DAYS[3] and moved.now[1] >= 720
    freed = data | {"visits": [{k: v for k, v in data["visits"][0].items() if k != "promise"}, near]}
    assert checker.check(freed, plan.to_json(new.plan)) == []
    freed["visits"][0]["suits"] = {"fri": [["08:00", "15:00"]]}
    assert [(x.code, x.where) for x in checker.check(freed, plan.to_json(new.plan))] == [("window", "told")]


def test_what_was_promised_stands_though_it_does_not_suit(planned: Any) -> None:
    promise = {"day": DAYS[0], "window": ["08:00", "12:00"]}
    data = office(days=DAYS, visits=[visit("told", suits={"fri": [["12:00", "15:00"]]}, promise=promise)])
    _model, made = planned(data)
    new = replanning.replan(world.read(data), made, {"told": (DAYS[0], (480, 720))}, rounds=50)
    assert new.kept == 1 and [t.day for t in new.plan.tours] == [DAYS[0]]


def test_what_another_team_kit_or_day_would_bring() -> None:
    data = generate("one-kit", 2)
    plain = whatif.what_if(data, whatif.with_kit(data, "kit-1", "kit-2"), rounds=300)
    assert plain.people > 0
    assert plain.cost_after > 0
    assert plain.budget == 45_000_000
    more = whatif.what_if(data, whatif.with_team(data, "team-1", "team-3"), rounds=300)
    assert more.people >= 0
    longer = whatif.with_day(data, world.read(data).days[0].replace(day=28), data["days"][0])
    assert whatif.what_if(data, longer, rounds=300).people > 0
    assert len(data["days"]) == 5
    with pytest.raises(BadInput):
        whatif.with_team(data, "nobody", "x")
