"""When a team is where: the one exact schedule, used by the search, the arrival times and the what-if.

A tour is one team on one day with one vehicle. It leaves ``start``, makes its stops in the order of its route
and returns to ``end``. Times are whole minutes from midnight.

- A ride takes ``go`` minutes, set-up at the new place included; between visits at one place it takes none.
- A service begins inside one of the windows of its *way* (here windows already say when a service may
  *begin*) and is never interrupted. Who comes early waits.
- A rest (lunch, Friday prayer) begins between its earliest and latest minute, in its order: on the road, on
  arrival, before leaving, or after the return.

Earlier is never worse, since one may wait. So a route is described exactly by two tables: ``leaves[b, k]``,
the earliest end of stop k with b rests taken, and ``bound[b, k]``, the latest readiness at stop k with b
rests taken from which the remainder can still be done. A visit fits between two stops if and only if it links
the two tables; nothing else need be computed again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from jemput.planning.jit import jit, jit_inline

NEVER = 1 << 28
"""A minute that does not come."""
Array = np.ndarray[Any, np.dtype[Any]]


class Problem(NamedTuple):
    """A world as arrays. V visits, T tours, P places, D days, R resources, W ways, L levels of the objective.

    Few arrays with named columns, since compiled functions are handed all of them. A *way* is one manner of
    serving a visit on one day: its windows, and the resources (kits, partners) that must be with the team. A
    *resource* is with at most one tour a day.
    """

    go: Array  # [vehicle kind, P, P] minutes, set-up included
    metres: Array  # [vehicle kind, P, P]
    visit: Array  # [V, (PLACE, SERVICE, PEOPLE, FIRST_TOUR, LAST_TOUR, SCARCE, STAY, RANK, MANDATED)]
    tour: Array  # [T, (DAY, KIND, START, END, OPENS, CLOSES, RESTS, TEAM, VEHICLE)]
    rest: Array  # [T, most rests, (earliest, latest, minutes)]
    tours_of: Array  # tours that may serve a visit: its FIRST_TOUR to LAST_TOUR - 1
    ways: Array  # [V, D, (first way, last way + 1)]
    way: Array  # [W, (first window, last window + 1, kept, three resources or -1)]
    window: Array  # [., (earliest, latest)] minute at which a service may begin
    room: Array  # [R, D, (people, minutes of service)]
    gains: Array  # [V, L]
    weights: Array  # [L] float: what a unit of each level is worth, in metres
    worth: Array  # [V] float: gains times weights
    near: Array  # [V, nearest] visits around a visit, nearest first, itself included


PLACE, SERVICE, PEOPLE, FIRST_TOUR, LAST_TOUR, SCARCE, STAY, RANK, MANDATED = range(9)
"""Columns of ``visit``: SCARCE 1 if some way needs a resource; STAY the tour where it stands already, or -1;
RANK 0 for the most important."""
DAY, KIND, START, END, OPENS, CLOSES, RESTS, TEAM, VEHICLE = range(9)
"""Columns of ``tour``: KIND of vehicle; TEAM and VEHICLE resources held while it is not empty, or -1."""
KEEPS, NEEDS = 2, 3
"""Columns of ``way``: KEEPS 1 if it is what the person was told; NEEDS the first of the resources."""


@jit_inline
def begins(window: Array, first: int, last: int, ready: int) -> int:
    """The earliest minute, from ``ready`` on, at which a service may begin; NEVER when too late."""
    for w in range(first, last):
        if ready <= window[w, 1]:
            return max(ready, int(window[w, 0]))
    return NEVER


@jit_inline
def begins_by(window: Array, first: int, last: int, bound: int) -> int:
    """The latest minute, up to ``bound``, at which a service may begin; -NEVER when none."""
    for w in range(last - 1, first - 1, -1):
        if window[w, 0] <= bound:
            return min(bound, int(window[w, 1]))
    return -NEVER


@jit_inline
def ready_at(rest: Array, leaves: Array, k: int, b: int, ride: int) -> int:
    """The earliest readiness after the ride that follows stop k, b rests taken by then.

    ``rest`` and ``leaves`` are the tour's. A rest begins before leaving, on the road or on arrival.
    """
    ready = leaves[0, k] + ride
    for c in range(b):
        early, late, minutes = rest[c, 0], rest[c, 1], rest[c, 2]
        on_arrival = max(ready, early) + minutes if ready <= late else NEVER
        ready = min(leaves[c + 1, k] + ride, on_arrival)
        if leaves[c, k] <= late:
            ready = min(ready, max(leaves[c, k] + ride, early) + minutes)
    return int(min(ready, NEVER))


@jit_inline
def leave_by(rest: Array, rests: int, bound: Array, k: int, b: int, ride: int) -> int:
    """The latest minute at which to leave for stop k, b rests taken until then."""
    leave = bound[b, k] - ride
    if b < rests:
        early, late, minutes = rest[b, 0], rest[b, 1], rest[b, 2]
        if early + minutes <= bound[b + 1, k]:
            leave = max(leave, min(late, bound[b + 1, k] - minutes - ride))
    return int(leave)


@jit_inline
def fits(
    rest: Array, rests: int, leaves: Array, bound: Array, k: int, to: int,
    window: Array, first: int, last: int, service: int, ride: int, on: int,
) -> bool:  # fmt: skip
    """Whether a visit with these windows can stand between stops k and ``to`` of a tour.

    ``ride`` minutes lead there from stop k, ``on`` from there to stop ``to``.
    """
    for b in range(rests + 1):
        begin = begins(window, first, last, ready_at(rest, leaves, k, b, ride))
        if begin < NEVER and begin + service <= leave_by(rest, rests, bound, to, b, on):
            return True
    return False


@jit
def schedule(p: Problem, t: int, route: Array, size: int, way_of: Array, leaves: Array, bound: Array) -> int:
    """Fill a tour's two tables from its route and the way of each visit. Returns its metres.

    ``leaves[b, k]``: k = 0 is the start, 1..size the stops. ``bound[b, k]``: size + 1 is the return.
    """
    kind, rests, rest = p.tour[t, KIND], p.tour[t, RESTS], p.rest[t]
    at, metres = p.tour[t, START], 0
    leaves[0, 0] = p.tour[t, OPENS]
    for b in range(1, rests + 1):
        leaves[b, 0] = NEVER
        leaves[b, 0] = ready_at(rest, leaves, 0, b, 0)
    for k in range(1, size + 1):
        v = route[k - 1]
        way, place = way_of[v], p.visit[v, PLACE]
        ride = int(p.go[kind, at, place])
        metres += p.metres[kind, at, place]
        for b in range(rests + 1):
            ready = ready_at(rest, leaves, k - 1, b, ride)
            begin = begins(p.window, p.way[way, 0], p.way[way, 1], ready)
            leaves[b, k] = min(begin + p.visit[v, SERVICE], NEVER)
        at = place
    if size:
        metres += p.metres[kind, at, p.tour[t, END]]

    at, still = p.tour[t, END], NEVER
    bound[rests, size + 1] = p.tour[t, CLOSES]
    for b in range(rests - 1, -1, -1):  # who returns before a rest takes it at home
        still = min(rest[b, 1], still - rest[b, 2])
        bound[b, size + 1] = min(p.tour[t, CLOSES], still)
    for k in range(size, 0, -1):
        v = route[k - 1]
        way, place = way_of[v], p.visit[v, PLACE]
        ride = int(p.go[kind, place, at])
        for b in range(rests, -1, -1):
            end = leave_by(rest, rests, bound, k + 1, b, ride)
            bound[b, k] = begins_by(p.window, p.way[way, 0], p.way[way, 1], end - p.visit[v, SERVICE])
            if b < rests and rest[b, 0] + rest[b, 2] <= bound[b + 1, k]:  # a rest on arrival
                bound[b, k] = max(bound[b, k], min(rest[b, 1], bound[b + 1, k] - rest[b, 2]))
        at = place
    return metres
