"""Single moves: to fill, load and mend a plan, to plan as a clerk would, to ask what would be possible."""

from __future__ import annotations

from jemput.planning.jit import jit, jit_door, jit_inline
from jemput.planning.schedule import (
    DAY,
    END,
    FIRST_TOUR,
    KEEPS,
    KIND,
    LAST_TOUR,
    MANDATED,
    NEVER,
    PLACE,
    RANK,
    RESTS,
    SERVICE,
    START,
    STAY,
    Array,
    Problem,
    fits,
    ready_at,
)
from jemput.planning.search import Knobs, draw, empty, insert, keep_best, sort
from jemput.planning.state import (
    AT,
    BOUND,
    BY,
    KEPT,
    LEAVES,
    LOGGED,
    MANDATORY,
    NOW,
    NOWHERE,
    OLD,
    SIZE,
    STAYS,
    TOO_FAR,
    TOUR,
    WAY,
    State,
    available,
    begin,
    cheapest,
    clear,
    driveable,
    may_leave,
    put,
    undo,
)


@jit_door
def load(p: Problem, s: State, route: Array, size: Array, way: Array) -> None:
    """Put the routes of another plan in, as far as they fit one after the other, then whoever else fits.

    ``route`` [T, .] and ``size`` [T] as in the state, ``way`` [V] the wished ways.
    """
    empty(p, s)
    for t in range(len(p.tour)):
        for strict in range(2):  # as a whole, else stop by stop
            begin(s)
            for n in range(size[t]):
                v, k = route[t, n], s.tour[NOW, t, SIZE]
                if s.visit[NOW, v, TOUR] != NOWHERE or not _may_serve(p, v, t) or not may_leave(p, s, t):
                    continue
                by = _way_behind(p, s, v, t, k, way[v], strict == 1)
                if by != NOWHERE:
                    put(p, s, v, t, k, by)
            if s.tour[NOW, t, SIZE] == size[t] and driveable(p, s, t):
                break
            if strict == 0:
                undo(p, s)
    begin(s)


@jit
def _way_behind(p: Problem, s: State, v: int, t: int, k: int, wish: int, strict: bool) -> int:
    """The way by which a visit can stand behind the last stop k of a tour: the wished one if possible.

    Only if ``strict`` it must be in time, and the team back from there.
    """
    d, by = p.tour[t, DAY], NOWHERE
    before = p.visit[s.route[NOW, t, k - 1], PLACE] if k else p.tour[t, START]
    for w in range(p.ways[v, d, 0], p.ways[v, d, 1]):
        if by == NOWHERE or w == wish:
            free = available(p, s, v, t, w, 0, 0)
            if free and (not strict or _follows(p, s, v, t, k, w, before, p.tour[t, KIND])):
                by = w
    return by


@jit
def _may_serve(p: Problem, v: int, t: int) -> bool:
    first, last = p.visit[v, FIRST_TOUR], p.visit[v, LAST_TOUR]
    found = False
    for n in range(first, last):
        found = found or p.tours_of[n] == t
    return found


@jit
def _follows(p: Problem, s: State, v: int, t: int, k: int, way: int, before: int, kind: int) -> bool:
    """Whether a visit can stand after the last stop k of a tour, and the tour still returns in time."""
    here = p.visit[v, PLACE]
    return available(p, s, v, t, way, 0, 0) and fits(
        p.rest[t], p.tour[t, RESTS], s.table[NOW, t, LEAVES], s.table[NOW, t, BOUND], k, k + 1,
        p.window, p.way[way, 0], p.way[way, 1], p.visit[v, SERVICE],
        int(p.go[kind, before, here]), int(p.go[kind, here, p.tour[t, END]]),
    )  # fmt: skip


@jit_door
def fill(p: Problem, s: State, knobs: Knobs) -> None:
    """Insert everybody who fits, the most important first."""
    end = 0
    for v in range(len(p.visit)):
        if s.visit[NOW, v, TOUR] == NOWHERE:
            s.list[end] = v
            s.key[end] = p.visit[v, RANK] * 2.0 + knobs.orders[1, v]
            end += 1
    sort(s.list, s.key, end)
    for n in range(end):
        begin(s)
        insert(p, s, s.list[n], True, 0.0)
    begin(s)


@jit_door
def make_room(p: Problem, s: State, missing: int, weight: Array, tries: int) -> bool:
    """Plan a mandatory visit by ejecting others; ejected mandatory ones are planned again in the same way.

    Among all insertions after taking out up to three stops in a row the one is chosen whose ejected visits
    are least important and were hard to place least often (``weight``). False when it did not succeed; the
    plan is then as it was.
    """
    begin(s)
    s.list[0] = missing
    pending = 1
    for _ in range(tries):
        v = s.list[pending - 1]
        weight[v] += 1.0
        pending -= 1
        best, to, first, last = TOO_FAR, NOWHERE, 0, 0
        for m in range(p.visit[v, FIRST_TOUR], p.visit[v, LAST_TOUR]):
            t = p.tours_of[m]
            size = s.tour[NOW, t, SIZE]
            for out in range(4):
                for k in range(size - out + 1):
                    price = 1e-6 * out + 1e-9 * draw(s.rng)
                    for n in range(k, k + out):
                        u = s.route[NOW, t, n]
                        price += (
                            1e6 * weight[u] if p.visit[u, MANDATED] else _loss(p, s, u) / (p.worth[v] + 1.0)
                        )
                    if price < best and fits_without(p, s, v, t, k, k + out):
                        best, to, first, last = price, t, k, k + out
        if to == NOWHERE or s.counter[LOGGED] > 7 * len(p.visit):
            break
        for k in range(first, last):
            u = s.route[NOW, to, k]
            if p.visit[u, MANDATED]:
                s.list[pending] = u
                pending += 1
        clear(p, s, to, first, last)
        if cheapest(p, s, v, to) >= TOO_FAR:
            break
        put(p, s, v, to, int(s.found[v, to, AT]), int(s.found[v, to, BY]))
        if pending == 0:
            if s.value[NOW, MANDATORY] > s.value[OLD, MANDATORY]:
                begin(s)
                return True
            break
    undo(p, s)
    return False


@jit_inline
def _loss(p: Problem, s: State, v: int) -> float:
    """What it costs to take a visit out."""
    loss = p.worth[v]
    if p.way[s.visit[NOW, v, WAY], KEEPS]:
        loss += p.weights[KEPT]
    if p.visit[v, STAY] == s.visit[NOW, v, TOUR]:
        loss += p.weights[STAYS]
    return float(loss)


@jit
def fits_without(p: Problem, s: State, v: int, t: int, first: int, last: int) -> bool:
    """Whether visit v could stand where the stops first..last - 1 of tour t are."""
    if not may_leave(p, s, t):
        return False
    kind, here, size = p.tour[t, KIND], p.visit[v, PLACE], s.tour[NOW, t, SIZE]
    before = p.visit[s.route[NOW, t, first - 1], PLACE] if first else p.tour[t, START]
    after = p.visit[s.route[NOW, t, last], PLACE] if last < size else p.tour[t, END]
    for way in range(p.ways[v, p.tour[t, DAY], 0], p.ways[v, p.tour[t, DAY], 1]):
        if available(p, s, v, t, way, first, last) and fits(
            p.rest[t], p.tour[t, RESTS], s.table[NOW, t, LEAVES], s.table[NOW, t, BOUND], first, last + 1,
            p.window, p.way[way, 0], p.way[way, 1], p.visit[v, SERVICE],
            int(p.go[kind, before, here]), int(p.go[kind, here, after]),
        ):  # fmt: skip
            return True
    return False


@jit_door
def clerk(p: Problem, s: State, by_class: bool) -> None:
    """Plan as a careful clerk would: mandatory visits first, then always the one that costs the shortest
    detour of all, or of the most urgent class that still fits somewhere."""
    top = 0
    for v in range(len(p.visit)):
        top = max(top, int(p.visit[v, RANK]))
    for stage in range(top + 2):
        while True:
            best, chosen, to = TOO_FAR, NOWHERE, NOWHERE
            for v in range(len(p.visit)):
                late = stage > top or not by_class
                if s.visit[NOW, v, TOUR] != NOWHERE or (stage == 0 and not p.visit[v, MANDATED]):
                    continue
                if stage > 0 and not late and p.visit[v, RANK] > stage - 1:
                    continue
                for m in range(p.visit[v, FIRST_TOUR], p.visit[v, LAST_TOUR]):
                    t = p.tours_of[m]
                    extra = cheapest(p, s, v, t)
                    if extra < best:
                        best, chosen, to = extra, v, t
            if chosen == NOWHERE:
                break
            begin(s)
            put(p, s, chosen, to, int(s.found[chosen, to, AT]), int(s.found[chosen, to, BY]))
    begin(s)
    keep_best(s)


@jit_door
def price(p: Problem, s: State, v: int, t: int) -> float:
    """Extra metres of the cheapest insertion into one tour; TOO_FAR when there is none."""
    return cheapest(p, s, v, t)


@jit_door
def try_out(p: Problem, s: State, v: int, t: int) -> tuple[int, int]:
    """Insert a visit where it is cheapest, and take it out again.

    Returns (the earliest minute at which it would begin, the return of the tour); NEVER, NEVER when it does
    not fit.
    """
    if cheapest(p, s, v, t) >= TOO_FAR:
        return NEVER, NEVER
    begin(s)
    k = int(s.found[v, t, AT])
    put(p, s, v, t, k, int(s.found[v, t, BY]))
    size, rests, kind = s.tour[NOW, t, SIZE], p.tour[t, RESTS], p.tour[t, KIND]
    leaves, bound = s.table[NOW, t, LEAVES], s.table[NOW, t, BOUND]
    begins_at, returns = NEVER, NEVER
    ride = int(p.go[kind, p.visit[s.route[NOW, t, size - 1], PLACE], p.tour[t, END]])
    for b in range(rests + 1):
        begins_at = min(begins_at, leaves[b, k + 1] - p.visit[v, SERVICE])
        back = ready_at(p.rest[t], leaves, size, b, ride)
        if back <= bound[b, size + 1]:
            returns = min(returns, back)
    undo(p, s)
    return begins_at, returns


@jit_door
def displace(p: Problem, s: State, v: int) -> tuple[int, int, int]:
    """(tour, first, last + 1) of the least important stops in a row, at most four, that v could replace."""
    best, to, first, last = TOO_FAR, NOWHERE, 0, 0
    for m in range(p.visit[v, FIRST_TOUR], p.visit[v, LAST_TOUR]):
        t = p.tours_of[m]
        size = s.tour[NOW, t, SIZE]
        for out in range(1, 5):
            for k in range(size - out + 1):
                loss = 1.0 * out
                for n in range(k, k + out):
                    loss += _loss(p, s, s.route[NOW, t, n])
                if loss < best and fits_without(p, s, v, t, k, k + out):
                    best, to, first, last = loss, t, k, k + out
    return to, first, last
