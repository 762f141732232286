"""Searches a plan: restarts, then the best one heated again and cooled down; can be stopped at any time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from jemput.planning import moves, search
from jemput.planning.jit import COMPILED
from jemput.planning.problem import Model
from jemput.planning.problem import model as make_model
from jemput.planning.schedule import (
    FIRST_TOUR,
    LAST_TOUR,
    MANDATED,
)
from jemput.planning.state import (
    BEST,
    HOLDER,
    NOW,
    NOWHERE,
    SIZE,
    TOUR,
    WAY,
    State,
    empty_state,
)
from jemput.planning.world import Place, Team, Travel, Vehicle, Visit, World

Routes = list[list[tuple[int, int]]]
"""For each tour its (visit, way) in order."""


@dataclass(frozen=True)
class Phase:
    """A share of the time, in which the heat falls."""

    share: float
    heat: float
    """In metres, as are all scores."""
    cool: float
    afresh: bool
    """Whether it begins without a plan; else from the best."""


PERSON = 200_000.0
HOT = 10 * PERSON
COLD: tuple[Phase, ...] = (Phase(0.95, HOT, 300.0, True), Phase(0.05, 20.0, 1.0, False))
LONG = (
    Phase(0.35, HOT, 300.0, True),
    Phase(0.35, HOT, 300.0, True),
    Phase(0.25, PERSON, 200.0, False),
    Phase(0.05, 20.0, 1.0, False),
)
WARM = (Phase(0.9, PERSON / 10, 200.0, False), Phase(0.1, 20.0, 1.0, False))


@dataclass(frozen=True)
class Progress:
    """The best plan so far."""

    value: tuple[int, ...]
    """What it reaches on each level; the metres last, with a minus. More is better."""
    rounds: int
    seconds: float
    """CPU seconds of this thread."""
    routes: Routes


@cache
def warm_up() -> None:
    """Compile, or load what was compiled before, so that no plan waits for it. Once per process."""
    if not COMPILED:
        return
    model = tiny()
    s = new_state(model)
    moves.load(
        model.problem,
        s,
        np.zeros((1, 1), dtype=np.int64),
        np.zeros(1, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
    )
    moves.fill(model.problem, s, model.knobs)
    search.keep_best(s)
    search.go_back_to_best(model.problem, s)
    search.anneal(model.problem, s, model.knobs, 1, 1.0)
    moves.make_room(model.problem, s, 0, np.zeros(1), 1)
    moves.displace(model.problem, s, 0)
    moves.price(model.problem, s, 0, 0)
    moves.try_out(model.problem, s, 0, 0)
    moves.clerk(model.problem, s, True)


def tiny() -> Model:
    """The smallest problem there is: one visit at the office."""
    place = Place("office", 0.0, 100.0, "", 0, (((0, 60),),), frozenset())
    team = Team("team", ("car",), "office", "office", ((0, 60),), (frozenset(),), ((),))
    visit = Visit(
        "visit", "office", 1, 1, frozenset(), (), (), frozenset(), 0, 0, None, None, False, 1, 0, ""
    )
    travel = Travel({"car": 1.0}, {}, 1.0, {}, {})
    day = frozenset({0})
    return make_model(
        World(
            "",
            (date(2026, 1, 1),),
            (place,),
            (Vehicle("car", "car", day),),
            (),
            (),
            (team,),
            (visit,),
            travel,
        )
    )


def best(model: Model, **effort: Any) -> Progress:
    """The last of ``improve``."""
    *_worse, last = improve(model, **effort)
    return last


def improve(
    model: Model,
    *,
    seconds: float | None = None,
    rounds: int | None = None,
    seed: int = 1,
    warm: Routes | None = None,
    stop: Callable[[], bool] | None = None,
    phases: Sequence[Phase] | None = None,
) -> Iterator[Progress]:
    """Better and better plans; the last one is the best.

    Ends after ``seconds`` of CPU time or exactly ``rounds`` rounds, or when ``stop`` says so (asked some
    twenty times a second). The same seed and rounds give the same plan everywhere.
    """
    warm_up()
    began = time.thread_time()
    s = new_state(model, seed)
    search.keep_best(s)
    if warm:
        load_routes(model, s, warm)
        moves.fill(model.problem, s, model.knobs)
        search.keep_best(s)
    else:
        for by_class in (False, True):  # never worse than a careful clerk
            moves.clerk(model.problem, s, by_class)
            search.keep_best(s)
            search.empty(model.problem, s)
    done, last = 0, None

    def progress() -> Progress:
        return Progress(tuple(map(int, s.value[BEST])), done, time.thread_time() - began, routes_of(s))

    chosen = phases or _choose(warm, seconds, rounds)
    for done in _phases(model, s, seconds, rounds, chosen, stop, began):  # noqa: B007 (progress() reads it)
        value = tuple(map(int, s.value[BEST]))
        if value != last:
            last = value
            yield progress()
    while True:  # a round may have overlooked somebody; one who goes can open the way for another
        search.go_back_to_best(model.problem, s)
        moves.fill(model.problem, s, model.knobs)
        if not search.keep_best(s):
            break
    yield progress()


def new_state(model: Model, seed: int = 1) -> State:
    """A state without visits, in which what is out already is out."""
    s = empty_state(model.problem, seed)
    for taken in model.taken:
        held = s.held[taken.resource, taken.day]
        held[HOLDER] = taken.tour
        held[1:] += (1, taken.people, taken.minutes)
    search.empty(model.problem, s)
    return s


def _choose(warm: Routes | None, seconds: float | None, rounds: int | None) -> Sequence[Phase]:
    if warm:
        return WARM
    return LONG if (seconds or 0) >= 30 or (rounds or 0) >= 300_000 else COLD


def _phases(
    model: Model, s: State, seconds: float | None, rounds: int | None, phases: Sequence[Phase],
    stop: Callable[[], bool] | None, began: float,
) -> Iterator[int]:  # fmt: skip
    """Run all phases chunk by chunk; gives the rounds done after each chunk."""
    p, knobs = model.problem, model.knobs
    weight = np.zeros(len(p.visit))
    done, end_share, chunk = 0, 0.0, 100 if COMPILED else 2
    if not len(p.visit) or not len(p.tour):
        return
    for phase in phases:
        start_share, end_share = end_share, end_share + phase.share
        if phase.afresh:
            search.empty(p, s)
            moves.fill(p, s, knobs)
        else:
            search.go_back_to_best(p, s)
        _make_room(model, s, weight)
        while True:
            if rounds is not None:
                share = done / max(rounds, 1)
                chunk = min(chunk, max(round(end_share * rounds) - done, 0))
            else:
                share = (time.thread_time() - began) / (seconds or 10.0)
            if share >= end_share - 1e-9 or chunk == 0 or (stop and stop()):
                break
            step = (share - start_share) / phase.share
            heat = phase.heat * (phase.cool / phase.heat) ** step
            before = time.thread_time()
            search.anneal(p, s, knobs, chunk, heat)
            done += chunk
            if rounds is None:
                spent = max(time.thread_time() - before, 1e-6)
                left = (end_share * (seconds or 10.0)) - (time.thread_time() - began)
                chunk = max(1, int(chunk / spent * min(0.03, max(left, 0.001))))
            else:
                chunk = 100
            yield done
        _make_room(model, s, weight)
        yield done
        if stop and stop():
            return


def _make_room(model: Model, s: State, weight: np.ndarray) -> None:
    """Plan mandatory visits that are missing by ejecting others."""
    p = model.problem
    for v in np.flatnonzero(p.visit[:, MANDATED]):
        if s.visit[NOW, v, TOUR] == NOWHERE and p.visit[v, FIRST_TOUR] < p.visit[v, LAST_TOUR]:
            moves.make_room(p, s, int(v), weight, 200)
    search.keep_best(s)


def routes_of(s: State) -> Routes:
    """The best plan's routes."""
    return [
        [(int(v), int(s.visit[1, v, WAY])) for v in s.route[BEST, t, : s.tour[BEST, t, SIZE]]]
        for t in range(s.route.shape[1])
    ]


def load_routes(model: Model, s: State, routes: Routes) -> None:
    """Put routes into a state, as far as they fit."""
    way = np.full(len(model.problem.visit), NOWHERE, dtype=np.int64)
    route = np.zeros((len(routes), max(map(len, routes), default=0) + 1), dtype=np.int64)
    for t, stops in enumerate(routes):
        for k, (v, by) in enumerate(stops):
            route[t, k], way[v] = v, by
    moves.load(model.problem, s, route, np.array([len(r) for r in routes], dtype=np.int64), way)
