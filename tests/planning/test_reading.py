"""Instances with mistakes: every one is named, none is guessed at, and the rest of a week is planned."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jemput.planning import plan, problem, reasons, solve, world
from jemput.planning.world import BadWorld
from tests.planning.offices import office, team, visit


def problems(data: Any) -> list[str]:
    with pytest.raises(BadWorld) as caught:
        world.read(data)
    return [str(w) for w in caught.value.problems]


def test_every_mistake_is_named_at_once_with_its_place() -> None:
    data = office(
        teams=[team("one", "tank", start="moon")],
        visits=[visit("a", "nowhere"), visit("b", minutes=0), visit("c", promise={"day": "2027-01-01"}),
                visit("d", windows={"someday": [["8", "9"]]}), visit("e", suits={"soon": []}), visit("a")],
    )  # fmt: skip
    found = problems(data)
    assert "teams one: there is no place “moon”" in found
    assert "teams one: there is no vehicle “tank”" in found
    assert "visits a: there is no place “nowhere”" in found
    assert "visits b: “service_minutes” must be a number from 1 to 1440" in found
    assert "visits c: 2027-01-01 is not a day of this plan" in found
    assert "visits d: someday is not a day of this plan" in found
    assert "visits e: soon is not a day of this plan" in found
    assert "visits a: there are two of this id" in found


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"format": "jemput-planning/1"}, {"format": "jemput-planning/1", "days": ["tomorrow"]}],
)
def test_what_is_no_instance_is_refused_in_words(data: Any) -> None:
    assert problems(data)


def test_ten_thousand_visits_are_too_many_for_one_plan() -> None:
    data = office(visits=[visit(f"v{n}") for n in range(10_000)])
    assert problems(data) == [
        "visits: 10000 visits are too many for one plan; at most 5000, so plan in parts"
    ]


def test_wrong_points_cost_only_who_lives_there() -> None:
    places = [
        {"id": "office", "lat": -8.05, "lon": 111.71}, {"id": "home", "lat": -8.07, "lon": 111.72},
        {"id": "swapped", "lat": 111.7, "lon": -8.06}, {"id": "abroad", "lat": 52.5, "lon": 13.4},
        {"id": "far", "lat": 3.5, "lon": 98.6}, {"id": "unknown"},
    ]  # fmt: skip
    people = [visit(p["id"], p["id"]) for p in places[1:]]
    data = office(places=places, visits=people, travel={"speed_kmh": {"car": 30}})
    model = problem.model(world.read(data))
    made = plan.plan_of(model, solve.best(model, rounds=50).routes)
    assert set(made.unplanned) == {"swapped", "abroad", "far", "unknown"}
    words = {r.visit: str(r.words) for r in reasons.explain(model, made)}
    assert "swapped" in words["swapped"]
    assert "outside Indonesia" in words["abroad"]
    assert "map" in words["far"]


def test_a_travel_table_that_lies_is_refused_and_one_with_gaps_is_used() -> None:
    data = office(visits=[visit("v", "km-20")])
    data["travel"]["minutes"]["car"][0][2] = data["travel"]["minutes"]["car"][1][2] = None
    for row in (3, 4, 5):
        data["travel"]["minutes"]["car"][row][2] = None
    model = problem.model(world.read(data))
    assert plan.plan_of(model, solve.best(model, rounds=20).routes).unplanned == ("v",)
    data["travel"]["minutes"]["car"][0][1] = -5
    assert "travel: “minutes” must hold numbers, or null where no road leads" in problems(data)
    data["travel"]["minutes"]["car"].pop()
    assert "travel: “minutes” must have a row and a column for each place" in problems(data)


def test_the_commands_make_check_and_explain_a_plan(tmp_path: Path, capsys: Any) -> None:
    week, made = tmp_path / "week.json", tmp_path / "plan.json"
    call_command("plan", "generate", kind="impossible", seed=4, output=week)
    call_command("plan", "solve", week, rounds=60, output=made)
    call_command("plan", "check", week, made)
    call_command("plan", "explain", week, made)
    out = capsys.readouterr().out
    assert "No rule is broken." in out
    assert "visit-1: Needs a kit (satellite)" in out
    spoilt = json.loads(made.read_text())
    spoilt["tours"][0]["returns"] = "23:59"
    made.write_text(json.dumps(spoilt))
    with pytest.raises(CommandError, match="rules are broken"):
        call_command("plan", "check", week, made)
    week.write_text("{")
    with pytest.raises(CommandError, match="not JSON"):
        call_command("plan", "solve", week)
    week.write_text(json.dumps({"format": "jemput-planning/1", "days": []}))
    with pytest.raises(CommandError, match="list of dates"):
        call_command("plan", "solve", week)


def test_both_clerks_and_the_search_make_valid_plans_from_the_command_line(tmp_path: Path) -> None:
    week = tmp_path / "week.json"
    call_command("plan", "generate", kind="week-40", seed=4, output=week)
    scores = {}
    for engine in ("ruin", "clerk-nearest", "clerk-class"):
        out = tmp_path / f"{engine}.json"
        call_command("plan", "solve", week, engine=engine, rounds=500, output=out)
        scores[engine] = json.loads(out.read_text())["score"]
    assert scores["ruin"]["people"] >= scores["clerk-nearest"]["people"]
