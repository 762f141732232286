"""The schedule against somebody who tries out every minute."""

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jemput.planning import moves, plan, problem, world
from jemput.planning.schedule import NEVER
from jemput.planning.solve import load_routes, new_state
from jemput.planning.state import NOW, SIZE
from tests.planning.offices import office, team, visit

OPENS, CLOSES = 8 * 60, 9 * 60 + 30


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def tiny(windows: list[list[tuple[int, int]]], services: list[int], rests: list[tuple[int, int, int]]) -> Any:
    """A day of ninety minutes: each visit one place farther, five minutes between neighbouring places."""
    five = [[abs(a - b) * 5.0 for b in range(6)] for a in range(6)]
    breaks = [
        {"kind": "rest", "begins": [clock(OPENS + a), clock(OPENS + a + b)], "minutes": c}
        for a, b, c in rests
    ]
    spans = [[[clock(OPENS + a), clock(OPENS + a + b)] for a, b in day] for day in windows]
    people = [
        visit(f"v{n}", f"km-{10 * (n + 1)}", services[n], windows={"*": spans[n]})
        for n in range(len(services))
    ]
    return office(
        teams=[team("team", shift={"*": [clock(OPENS), clock(CLOSES)]}, breaks=breaks)],
        visits=people, travel={"minutes": {"car": five}, "km": {"car": five}},
    )  # fmt: skip


def earliest_return(data: Any, order: list[int]) -> int:
    """The earliest return of a route, found by stepping through the minutes; NEVER when there is none."""
    made = world.read(data)
    rests = made.teams[0].rests[0]
    places = [0, *(n + 1 for n in order), 0]
    rides = [5 * abs(a - b) for a, b in pairwise(places)]

    @cache
    def from_stop(k: int, done: int, now: int) -> int:
        """Ready to leave stop k."""
        return on_road(k, rides[k], done, now)

    @cache
    def on_road(k: int, left: int, done: int, now: int) -> int:
        best = NEVER
        if done < len(rests) and rests[done].earliest <= now <= rests[done].latest:
            best = on_road(k, left, done + 1, now + rests[done].minutes)
        if now > CLOSES:
            return best
        if left:
            best = min(best, on_road(k, left - 1, done, now + 1))
            if done < len(rests) and now < rests[done].latest:  # waits by the road for the rest
                best = min(best, on_road(k, left, done, now + 1))
            return best
        return min(best, arrived(k + 1, done, now))

    @cache
    def arrived(k: int, done: int, now: int) -> int:
        if now > CLOSES:
            return NEVER
        if k == len(places) - 1:
            later = now  # what rests remain are taken at home
            for rest in rests[done:]:
                begin = max(later, rest.earliest)
                if begin > rest.latest:
                    return NEVER
                later = begin + rest.minutes
            return now
        person = made.visits[order[k - 1]]
        spans = person.hours[0] if person.hours else ()
        best = NEVER
        if any(a <= now and now + person.service <= b for a, b in spans):
            best = from_stop(k, done, now + person.service)
        if done < len(rests) and rests[done].earliest <= now <= rests[done].latest:
            best = min(best, arrived(k, done + 1, now + rests[done].minutes))
        return min(best, arrived(k, done, now + 1))

    return from_stop(0, 0, OPENS)


span = st.tuples(st.integers(0, 70), st.integers(0, 40))
worlds = st.tuples(
    st.lists(st.lists(span, min_size=1, max_size=2), min_size=3, max_size=3),
    st.lists(st.integers(1, 15), min_size=3, max_size=3),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 25), st.integers(1, 20)), max_size=1),
    st.permutations([0, 1, 2]),
)


@given(worlds)
def test_a_route_returns_as_early_as_trying_every_minute_finds(drawn: Any) -> None:
    """And what does not fit in that order is left out by both."""
    windows, services, rests, order = drawn
    data = tiny(windows, services, rests)
    model = problem.model(world.read(data))
    routes = [[(v, -1) for v in order]]
    made = plan.plan_of(model, routes)
    chosen = [next(n for n in range(3) if f"v{n}" == s.visit) for t in made.tours for s in t.stops]
    if chosen:
        assert made.tours[0].returns == earliest_return(data, chosen)
    if len(chosen) < 3:
        assert earliest_return(data, list(order)) == NEVER


@given(worlds, st.integers(0, 2))
def test_an_insertion_is_offered_exactly_when_the_whole_route_works(drawn: Any, new: int) -> None:
    windows, services, rests, order = drawn
    data = tiny(windows, services, rests)
    model = problem.model(world.read(data))
    state = new_state(model)
    load_routes(model, state, [[(v, -1) for v in order if v != new]])
    size = int(state.tour[NOW, 0, SIZE])
    route = [int(v) for v in state.route[NOW, 0, :size]]
    _begin, back = moves.try_out(model.problem, state, new, 0)
    places = [earliest_return(data, [*route[:k], new, *route[k:]]) for k in range(size + 1)]
    if model.tour_mask(new):
        assert (back < NEVER) == (min(places) < NEVER)
        assert back in (*places, NEVER)
    assert np.all(state.visit[NOW, new] == -1)


def test_persons_at_one_place_share_one_set_up() -> None:
    data = office(visits=[visit(f"v{n}", minutes=10) for n in range(3)])
    data["places"][1]["setup_minutes"] = 15
    made = plan.plan_of(model := problem.model(world.read(data)), [[(0, -1), (1, -1), (2, -1)]])
    stops = made.tours[0].stops
    assert [(s.starts, s.ends) for s in stops] == [(505, 515), (515, 525), (525, 535)]
    assert stops[0].arrives == 490
    assert model.tours[0].day == 0


def test_friday_prayer_is_kept_between_two_visits() -> None:
    prayer = {"kind": "prayer", "begins": ["11:45", "12:00"], "minutes": 60, "weekdays": ["fri"]}
    data = office(
        days=["2026-11-27"],
        teams=[team("team", breaks=[prayer])],
        visits=[visit(f"v{n}", f"km-{10 * n}", 90) for n in range(1, 4)],
    )
    made = plan.plan_of(problem.model(world.read(data)), [[(0, -1), (1, -1), (2, -1)]])
    (pause,) = made.tours[0].pauses
    assert 705 <= pause.starts <= 720
    assert pause.ends - pause.starts == 60
    assert not any(s.starts < pause.ends and pause.starts < s.ends for s in made.tours[0].stops)


def test_where_no_road_leads_straight_home_the_way_past_another_place_is_taken() -> None:
    """A chain of places: from the second the team comes home only by way of the third."""
    from jemput.planning import checker, solve

    data = office(visits=[visit(f"v{n}", f"km-{10 * n}") for n in (1, 2, 3)])
    for a, b in ((2, 0), (2, 1), (1, 0)):
        data["travel"]["minutes"]["car"][a][b] = None
    model = problem.model(world.read(data))
    made = plan.plan_of(model, [[(0, -1), (1, -1), (2, -1)]])
    assert [s.visit for s in made.tours[0].stops] == ["v1", "v2", "v3"]
    assert checker.check(data, plan.to_json(made)) == []
    found = solve.best(model, rounds=200, warm=plan.routes_in(model, made))
    assert plan.plan_of(model, found.routes).unplanned == ()
