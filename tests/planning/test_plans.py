"""What every plan keeps, whatever the week looks like."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jemput.planning import checker, moves, plan, problem, solve, world
from jemput.planning.generate import KINDS, full_week, generate, institutions, islands, one_kit, week
from jemput.planning.schedule import NEVER
from jemput.planning.solve import load_routes, new_state
from jemput.planning.state import PERSONS
from tests.planning.offices import office, team, visit

SMALL = {
    "week": lambda seed: week(seed, 25, 2, 3),
    "full": lambda seed: full_week(seed, 25, 2, 3),
    "kit": lambda seed: one_kit(seed, 15),
    "institutions": lambda seed: institutions(seed, 1),
    "islands": lambda seed: islands(seed, 20),
}


def made_of(data: Any, seed: int = 1, rounds: int = 150) -> tuple[Any, Any]:
    model = problem.model(world.read(data))
    return model, plan.plan_of(model, solve.best(model, rounds=rounds, seed=seed).routes)


@settings(max_examples=25)
@given(st.sampled_from(sorted(SMALL)), st.integers(1, 10_000))
def test_every_plan_passes_the_checker_and_says_the_truth_of_itself(kind: str, seed: int) -> None:
    data = SMALL[kind](seed)
    _model, made = made_of(data, seed)
    written = plan.to_json(made)
    assert checker.check(data, written) == []
    assert checker.measure(data, written) == written["score"]
    assert plan.from_json(json.loads(json.dumps(written))).tours == made.tours


@settings(max_examples=15)
@given(st.sampled_from(sorted(SMALL)), st.integers(1, 10_000))
def test_what_the_search_counts_is_what_the_plan_serves(kind: str, seed: int) -> None:
    """No team, boat or kit is out twice in the search's own books."""
    model = problem.model(world.read(SMALL[kind](seed)))
    found = solve.best(model, rounds=300, seed=seed)
    assert plan.plan_of(model, found.routes).score.people == found.value[PERSONS]


@settings(max_examples=15)
@given(st.sampled_from(sorted(SMALL)), st.integers(1, 10_000))
def test_nobody_who_still_fits_is_left_at_home(kind: str, seed: int) -> None:
    """A person is never left at home to save petrol."""
    model, made = made_of(SMALL[kind](seed), seed)
    state = new_state(model)
    load_routes(model, state, plan.routes_in(model, made))
    left = [v for v, who in enumerate(model.world.visits) if who.id in made.unplanned]
    for v in left:
        assert all(moves.try_out(model.problem, state, v, t)[1] == NEVER for t in model.tour_mask(v))


@settings(max_examples=10)
@given(st.integers(1, 10_000), st.data())
def test_a_promise_is_never_broken(seed: int, draw: Any) -> None:
    """What one plan promised the next keeps, with everything else as full as before."""
    data = SMALL["full"](seed)
    _model, first = made_of(data, seed)
    stops = [(t, s) for t in first.tours for s in t.stops]
    promised = draw.draw(
        st.lists(st.sampled_from(stops), min_size=1, max_size=6, unique_by=lambda x: x[1].visit)
    )
    for tour, stop in promised:
        window = [plan.clock(max(0, stop.starts - 30)), plan.clock(stop.starts + 30)]
        person = next(v for v in data["visits"] if v["id"] == stop.visit)
        person["promise"] = {"day": tour.day, "window": window, "team": tour.team}
    _model, second = made_of(data, seed + 1)
    assert checker.check(data, plan.to_json(second)) == []
    assert not {stop.visit for _tour, stop in promised} & set(second.unplanned)


def test_the_same_seed_and_rounds_give_the_same_plan() -> None:
    data = generate("full-80", 7)
    one, two = (made_of(data, seed=3)[1] for _time in range(2))
    assert one == two
    assert one != made_of(data, seed=4)[1]


def test_without_the_compiler_the_plan_is_the_same(tmp_path: Path) -> None:
    """numba makes it quick and changes nothing."""
    file = tmp_path / "week.json"
    file.write_text(json.dumps(full_week(11, 12, 2, 2)), encoding="utf-8")
    plans = []
    for numba in ("1", "0"):
        out = tmp_path / f"plan-{numba}.json"
        command = ["plan", "solve", str(file), "--rounds", "40", "--output", str(out)]
        run = subprocess.run(
            [sys.executable, "-m", "jemput", *command],
            env=os.environ | {"JEMPUT_PLANNING_NUMBA": numba}, capture_output=True, text=True,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        plans.append(json.loads(out.read_text()))
        del plans[-1]["seconds"]
    assert plans[0] == plans[1]


def test_a_plan_can_be_watched_and_stopped() -> None:
    model = problem.model(world.read(generate("week-80", 5)))
    seen: list[Any] = []
    for progress in solve.improve(model, seconds=60, stop=lambda: len(seen) >= 3):
        seen.append(progress)
    assert len(seen) <= 5
    assert all(a.value < b.value for a, b in pairwise(seen[:-1]))
    assert plan.plan_of(model, seen[-1].routes).tours


def test_urgency_comes_before_numbers_and_people_before_petrol(planned: Any) -> None:
    """One urgent visit at the end of the road displaces three at the beginning; equals are counted."""
    near = [visit(f"near-{n}", "km-10", 100) for n in range(4)]
    far = visit("far", "km-50", 280, priority=1)
    _model, made = planned(office(visits=[*near, far]))
    assert "far" not in made.unplanned
    _model, made = planned(office(visits=[*near, far | {"priority": 3}]))
    assert made.unplanned == ("far",)


def test_a_mandatory_visit_ejects_others_and_long_waiting_raises_the_class(planned: Any) -> None:
    crowd = [visit(f"v{n}", "km-10", 60, priority=1) for n in range(8)]
    must = visit("must", "km-40", 200, priority=4, mandatory=True)
    _model, made = planned(office(visits=[*crowd, must]))
    assert "must" not in made.unplanned
    waits = [visit(f"w{n}", "km-10", 130, priority=3) for n in range(3)]
    old = visit("old", "km-50", 130, priority=4, waited_days=130)
    _model, made = planned(office(visits=[*waits, old]))
    assert "old" in made.unplanned
    _model, made = planned(office(visits=[*waits, old], ageing={"step_days": 60}))
    assert "old" not in made.unplanned


def test_a_village_that_nobody_visited_for_long_is_raised_too(planned: Any) -> None:
    data = office(visits=[visit("near", "km-10", 240), visit("village", "km-20", 240, priority=4)])
    data["places"][2]["area"] = "35.03.01.2001"
    _model, made = planned(data)
    assert made.unplanned == ("village",)
    _model, made = planned(data | {"ageing": {"step_days": 30, "areas": {"35.03.01": 70}}})
    assert made.unplanned == ("near",)


def test_one_kit_is_with_one_team_a_day_and_lasts_as_long_as_its_battery(planned: Any) -> None:
    people = [visit(f"v{n}", "km-10", 30, needs={"kits": ["biometric"]}) for n in range(12)]
    data = office(
        vehicles=[{"id": "car", "kind": "car"}, {"id": "van", "kind": "car"}],
        teams=[team("one"), team("two", "van")],
        kits=[{"id": "kit", "kind": "biometric", "battery_minutes": 150}], visits=people,
    )  # fmt: skip
    _model, made = planned(data)
    assert made.score.people == 5
    assert len(made.tours) == 1
    data["kits"][0]["people_per_day"] = 3
    assert planned(data)[1].score.people == 3


def test_a_partner_comes_along_only_at_his_hours(planned: Any) -> None:
    nurse = {"id": "nurse", "roles": ["health"], "hours": {"mon": [["10:00", "11:00"]]}}
    people = [visit(f"v{n}", "km-20", 25, needs={"partners": ["health"]}) for n in range(4)]
    _model, made = planned(office(visits=people, partners=[nurse]))
    assert made.score.people == 2
    assert made.tours[0].partners == ("nurse",)
    assert all(s.starts >= 600 and s.ends <= 660 for s in made.tours[0].stops)


def test_only_the_boat_reaches_the_island_and_it_goes_out_once(planned: Any) -> None:
    data = office(visits=[visit("isle", "km-30"), visit("coast", "km-10")])
    data["places"][3]["access"] = ["boat"]
    assert planned(data)[1].unplanned == ("isle",)
    data["vehicles"].append({"id": "boat", "kind": "boat"})
    data["teams"] = [team("team") | {"vehicles": ["car", "boat"]}]
    data["travel"] = {kind: {"car": t["car"], "boat": t["car"]} for kind, t in data["travel"].items()}
    _model, made = planned(data)
    assert made.unplanned == ()
    assert [t.vehicle for t in made.tours] == ["boat"]


def test_an_empty_week_and_a_week_without_teams_are_plans_too(planned: Any) -> None:
    assert planned(office())[1].tours == ()
    assert planned(office(teams=[], visits=[visit("v")]))[1].unplanned == ("v",)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [k for k in KINDS if not k.startswith("month")])
def test_every_kind_of_invented_week_is_planned_well(kind: str) -> None:
    """At least as good as both careful clerks, level by level."""
    from jemput.planning.engines import ENGINES

    model = problem.model(world.read(generate(kind, 2)))
    ours = plan.plan_of(model, solve.best(model, rounds=3000).routes)
    for clerk in ("clerk-nearest", "clerk-class"):
        assert ours.score.order() <= ENGINES[clerk](model).score.order()
