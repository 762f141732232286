"""A plan while it is searched: routes with their schedule tables, resources, score, and how to go back.

Every change goes through ``put`` and ``clear``; ``undo`` takes back all changes since ``begin``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jemput.planning.jit import jit, jit_inline
from jemput.planning.schedule import (
    CLOSES,
    DAY,
    END,
    KEEPS,
    KIND,
    NEEDS,
    OPENS,
    PEOPLE,
    PLACE,
    RESTS,
    SCARCE,
    SERVICE,
    START,
    STAY,
    TEAM,
    VEHICLE,
    Array,
    Problem,
    fits,
    ready_at,
    schedule,
)

MANDATORY, KEPT, FIRST_CLASS, PERSONS, STAYS, WAITED, LEVELS = 0, 1, 2, 6, 7, 8, 9
"""Levels of the objective, most important first; FIRST_CLASS to FIRST_CLASS + 3 are the priority classes.
After the last level come the metres, with a minus."""
NOWHERE = -1
TOO_FAR = 1e18
NOW, OLD, BEST = 0, 1, 2
"""A plan as it is, as it was at ``begin``, and the best one."""
SIZE, METRES, VERSION, CHANGED = 0, 1, 2, 3
TOUR, WAY = 0, 1
LEAVES, BOUND = 0, 1
HOLDER, USES, USED = 0, 1, 2
AT, BY, FOR = 0, 1, 2
VERSIONS, CHANGES, LOGGED, SHUNNED = 0, 1, 2, 3


class State(NamedTuple):
    """T tours, V visits, M the most stops a tour can have, B the most rests, R resources, D days."""

    route: Array  # [NOW OLD BEST, T, M] visits in order
    tour: Array  # [NOW OLD BEST, T, SIZE METRES VERSION CHANGED]; the same version means the same route
    visit: Array  # [NOW BEST, V, TOUR WAY]
    table: Array  # [NOW OLD, T, LEAVES BOUND, B + 1, M + 2]
    held: Array  # [R, D, HOLDER USES USED-people USED-minutes]
    value: Array  # [NOW OLD BEST, L + 1] what a plan reaches on each level, then minus its metres
    score: Array  # [NOW OLD] the same as one number, in metres
    found_extra: Array  # [V, T] the cheapest insertion: metres, ...
    found: Array  # [V, T, AT BY FOR] ... after how many stops, by which way, for which version of the tour
    changed: Array  # [T] tours changed since begin()
    log: Array  # [., (visit, tour, way)] as they were before
    counter: Array  # [VERSIONS given, CHANGES, LOGGED, SHUNNED: a tour not to be used in this round]
    rng: Array  # [1]
    list: Array  # [V] visits to be inserted
    key: Array  # [V] their order
    seen: Array  # [V] scratch marks


def empty_state(p: Problem, seed: int) -> State:
    """Nothing yet; ``search.empty`` or ``search.load`` makes it a plan."""
    V, T, L = len(p.visit), len(p.tour), p.gains.shape[1]
    R, D = p.room.shape[:2]
    shortest = int(p.visit[:, SERVICE].min(initial=1)) if V else 1
    longest = int((p.tour[:, CLOSES] - p.tour[:, OPENS]).max(initial=0)) if T else 0
    M, B = max(1, min(V, longest // shortest + 1 if shortest else V)), p.rest.shape[1]

    def ints(*shape: int, kind: type = np.int64) -> Array:
        return np.zeros(shape, dtype=kind)

    s = State(
        route=ints(3, T, M), tour=ints(3, T, 4), visit=ints(2, V, 2) + NOWHERE,
        table=ints(2, T, 2, B + 1, M + 2), held=ints(R, D, 4),
        value=ints(3, L + 1), score=np.zeros(2),
        found_extra=np.zeros((V, T)), found=ints(V, T, 3, kind=np.int32),
        changed=ints(T), log=ints(8 * V + 8, 3),
        counter=ints(4),
        rng=ints(1), list=ints(V), key=np.zeros(V), seen=ints(V),
    )  # fmt: skip
    s.held[:, :, HOLDER] = NOWHERE
    s.rng[0] = (seed * 2654435761 + 88675123) % 0xFFFFFFFF or 1
    return s


@jit_inline
def begin(s: State) -> None:
    """From here on changes can be undone."""
    for n in range(s.counter[CHANGES]):
        s.tour[NOW, s.changed[n], CHANGED] = 0
    s.counter[CHANGES] = 0
    s.counter[LOGGED] = 0
    s.counter[SHUNNED] = NOWHERE
    for level in range(s.value.shape[1]):
        s.value[OLD, level] = s.value[NOW, level]
    s.score[OLD] = s.score[NOW]


@jit
def _copy(s: State, t: int, size: int, source: int, target: int) -> None:
    for n in range(3):
        s.tour[target, t, n] = s.tour[source, t, n]
    for k in range(size):
        s.route[target, t, k] = s.route[source, t, k]
    for n in range(2):
        for b in range(s.table.shape[3]):
            for k in range(size + 2):
                s.table[target, t, n, b, k] = s.table[source, t, n, b, k]


@jit
def _touch(s: State, t: int) -> None:
    if not s.tour[NOW, t, CHANGED]:
        s.tour[NOW, t, CHANGED] = 1
        s.changed[s.counter[CHANGES]] = t
        s.counter[CHANGES] += 1
        _copy(s, t, s.tour[NOW, t, SIZE], NOW, OLD)


@jit
def refresh(p: Problem, s: State, t: int) -> None:
    """Bring a tour's tables, metres and version up to date with its route."""
    table = s.table[NOW, t]
    metres = schedule(
        p, t, s.route[NOW, t], s.tour[NOW, t, SIZE], s.visit[NOW, :, WAY], table[LEAVES], table[BOUND]
    )
    more = metres - s.tour[NOW, t, METRES]
    s.value[NOW, -1] -= more
    s.score[NOW] -= more
    s.tour[NOW, t, METRES] = metres
    s.counter[VERSIONS] += 1
    s.tour[NOW, t, VERSION] = s.counter[VERSIONS]


@jit_inline
def _use(s: State, r: int, d: int, t: int, people: int, minutes: int, sign: int) -> None:
    s.held[r, d, USES] += sign
    s.held[r, d, USED] += sign * people
    s.held[r, d, USED + 1] += sign * minutes
    if sign > 0:
        s.held[r, d, HOLDER] = t
    elif s.held[r, d, USES] == 0:  # undone, one tour may take before another gives back
        s.held[r, d, HOLDER] = NOWHERE


@jit
def _use_all(p: Problem, s: State, v: int, t: int, way: int, sign: int) -> None:
    for n in range(NEEDS, NEEDS + 3):
        r = p.way[way, n]
        if r < 0:
            break
        _use(s, r, p.tour[t, DAY], t, p.visit[v, PEOPLE], p.visit[v, SERVICE], sign)


@jit
def _hold(p: Problem, s: State, t: int, sign: int) -> None:
    """A tour takes its team and vehicle with its first visit and gives them back with its last."""
    for n in range(TEAM, VEHICLE + 1):
        if p.tour[t, n] >= 0:
            _use(s, p.tour[t, n], p.tour[t, DAY], t, 0, 0, sign)


@jit
def _join(p: Problem, s: State, v: int, t: int, way: int, sign: int) -> None:
    """Count visit v in (sign 1) or out (-1), with what it uses."""
    for level in range(p.gains.shape[1]):
        s.value[NOW, level] += sign * p.gains[v, level]
    worth = p.worth[v]
    if p.way[way, KEEPS]:
        s.value[NOW, KEPT] += sign
        worth += p.weights[KEPT]
    if p.visit[v, STAY] == t:
        s.value[NOW, STAYS] += sign
        worth += p.weights[STAYS]
    s.score[NOW] += sign * worth
    _use_all(p, s, v, t, way, sign)
    n = s.counter[LOGGED]
    s.log[n, 0], s.log[n, 1], s.log[n, 2] = v, s.visit[NOW, v, TOUR], s.visit[NOW, v, WAY]
    s.counter[LOGGED] += 1
    s.visit[NOW, v, TOUR] = t if sign > 0 else NOWHERE
    s.visit[NOW, v, WAY] = way if sign > 0 else NOWHERE


@jit
def put(p: Problem, s: State, v: int, t: int, k: int, way: int) -> None:
    """Insert visit v after the first k stops of tour t."""
    _touch(s, t)
    size = s.tour[NOW, t, SIZE]
    if size == 0:
        _hold(p, s, t, 1)
    for n in range(size, k, -1):
        s.route[NOW, t, n] = s.route[NOW, t, n - 1]
    s.route[NOW, t, k] = v
    s.tour[NOW, t, SIZE] = size + 1
    _join(p, s, v, t, way, 1)
    refresh(p, s, t)


@jit
def clear(p: Problem, s: State, t: int, first: int, last: int) -> None:
    """Take the stops first..last - 1 out of tour t."""
    if first >= last:
        return
    _touch(s, t)
    size = s.tour[NOW, t, SIZE]
    for k in range(first, last):
        v = s.route[NOW, t, k]
        _join(p, s, v, t, s.visit[NOW, v, WAY], -1)
    for k in range(last, size):
        s.route[NOW, t, k - last + first] = s.route[NOW, t, k]
    s.tour[NOW, t, SIZE] = size - last + first
    if size == last - first:
        _hold(p, s, t, -1)
    refresh(p, s, t)


@jit
def undo(p: Problem, s: State) -> None:
    """Go back to the last begin()."""
    for n in range(s.counter[LOGGED] - 1, -1, -1):
        v, t, way = s.log[n, 0], s.log[n, 1], s.log[n, 2]
        if t == NOWHERE:
            _use_all(p, s, v, s.visit[NOW, v, TOUR], s.visit[NOW, v, WAY], -1)
        else:
            _use_all(p, s, v, t, way, 1)
        s.visit[NOW, v, TOUR], s.visit[NOW, v, WAY] = t, way
    for n in range(s.counter[CHANGES]):
        t = s.changed[n]
        was, now = s.tour[OLD, t, SIZE] > 0, s.tour[NOW, t, SIZE] > 0
        if was != now:
            _hold(p, s, t, 1 if was else -1)
        _copy(s, t, s.tour[OLD, t, SIZE], OLD, NOW)
    for level in range(s.value.shape[1]):
        s.value[NOW, level] = s.value[OLD, level]
    s.score[NOW] = s.score[OLD]
    begin(s)


@jit
def driveable(p: Problem, s: State, t: int) -> bool:
    """Whether a tour is back in time. One that loses a stop may not be, where a detour is shorter."""
    size, rests = s.tour[NOW, t, SIZE], p.tour[t, RESTS]
    if size == 0:
        return True
    leaves, bound = s.table[NOW, t, LEAVES], s.table[NOW, t, BOUND]
    ride = int(p.go[p.tour[t, KIND], p.visit[s.route[NOW, t, size - 1], PLACE], p.tour[t, END]])
    back = False
    for b in range(rests + 1):
        back = back or ready_at(p.rest[t], leaves, size, b, ride) <= bound[b, size + 1]
    return back


@jit_inline
def available(p: Problem, s: State, v: int, t: int, way: int, first: int, last: int) -> bool:
    """Whether the resources of a way are free for tour t and have room, stops first..last - 1 being out."""
    d = p.tour[t, DAY]
    for n in range(NEEDS, NEEDS + 3):
        r = p.way[way, n]
        if r < 0:
            break
        if s.held[r, d, HOLDER] != NOWHERE and s.held[r, d, HOLDER] != t:
            return False
        people, minutes = p.visit[v, PEOPLE], p.visit[v, SERVICE]
        for k in range(first, last):
            u = s.route[NOW, t, k]
            for m in range(NEEDS, NEEDS + 3):
                if p.way[s.visit[NOW, u, WAY], m] == r:
                    people -= p.visit[u, PEOPLE]
                    minutes -= p.visit[u, SERVICE]
        if (
            s.held[r, d, USED] + people > p.room[r, d, 0]
            or s.held[r, d, USED + 1] + minutes > p.room[r, d, 1]
        ):
            return False
    return True


@jit_inline
def may_leave(p: Problem, s: State, t: int) -> bool:
    """Whether a tour's team and vehicle are not out on another tour."""
    d = p.tour[t, DAY]
    for n in range(TEAM, VEHICLE + 1):
        r = p.tour[t, n]
        if r >= 0 and s.held[r, d, HOLDER] != NOWHERE and s.held[r, d, HOLDER] != t:
            return False
    return True


@jit_inline
def cheapest(p: Problem, s: State, v: int, t: int) -> float:
    """Extra metres, less what the way is worth, of the best insertion of visit v into tour t; else TOO_FAR.

    ``s.found[v, t]`` says where and by which way; it is remembered for as long as the tour stays as it is.
    """
    size = s.tour[NOW, t, SIZE]
    if size == 0 and not may_leave(p, s, t):
        return TOO_FAR
    version = s.tour[NOW, t, VERSION]
    if s.found[v, t, FOR] == version and not p.visit[v, SCARCE]:
        return float(s.found_extra[v, t])
    kind, here, rests, d = p.tour[t, KIND], p.visit[v, PLACE], p.tour[t, RESTS], p.tour[t, DAY]
    rest, route, service = p.rest[t], s.route[NOW, t], p.visit[v, SERVICE]
    leaves, bound = s.table[NOW, t, LEAVES], s.table[NOW, t, BOUND]
    go, metres = p.go[kind], p.metres[kind]
    best, at, by = TOO_FAR, 0, 0
    for way in range(p.ways[v, d, 0], p.ways[v, d, 1]):
        if p.way[way, NEEDS] >= 0 and not available(p, s, v, t, way, 0, 0):
            continue
        first, last = p.way[way, 0], p.way[way, 1]
        opens, closes = p.window[first, 0], p.window[last - 1, 1]
        bonus = p.weights[KEPT] if p.way[way, KEEPS] else 0.0
        before = p.tour[t, START]
        for k in range(size + 1):
            if leaves[0, k] > closes:
                break
            after = p.tour[t, END] if k == size else p.visit[route[k], PLACE]
            if opens + service <= bound[rests, k + 1]:
                extra = metres[before, here] + metres[here, after] - bonus
                if size:
                    extra -= metres[before, after]
                if extra < best and fits(
                    rest, rests, leaves, bound, k, k + 1, p.window, first, last, service,
                    int(go[before, here]), int(go[here, after]),
                ):  # fmt: skip
                    best, at, by = extra, k, way
            before = after
    s.found_extra[v, t] = best
    s.found[v, t, AT], s.found[v, t, BY], s.found[v, t, FOR] = at, by, version
    return float(best)
