"""Planning anew when something has happened: the smallest change to what people were told.

An urgent report, a failed visit, a broken kit, a team that is ill: the caller changes the world and hands
over the plan in force. What has been driven stays as it was. The order is: mandatory visits, then promises
kept, then priority, people, visits that stay with their team and day, and the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from jemput.planning.plan import Plan, PlannedTour, Stop, plan_of, routes_in, score, timetable
from jemput.planning.problem import Model, Taken, model
from jemput.planning.schedule import FIRST_TOUR, KIND, LAST_TOUR, OPENS, PLACE, RESTS, START
from jemput.planning.solve import best, new_state
from jemput.planning.state import LEAVES, NOW
from jemput.planning.world import DAY_MINUTES, Span, World

AFTER = 2 * DAY_MINUTES
TOLERANCE = 45
"""Minutes by which an announced time may move."""


@dataclass(frozen=True)
class Moved:
    """Somebody who was told something else."""

    visit: str
    told: tuple[str, Span]
    """Day and window."""
    now: tuple[str, int] | None
    """Day and minute at which the visit begins; None: no longer in the plan."""


@dataclass(frozen=True)
class Replan:
    """The new plan and its price."""

    plan: Plan
    moved: tuple[Moved, ...]
    """Promises that are not kept."""
    kept: int
    other_team: tuple[str, ...]
    """Promises kept, but by another team."""
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    """Planned before, not planned now, whether told or not."""


def told_by(plan: Plan, tolerance: int = TOLERANCE) -> dict[str, tuple[str, Span]]:
    """What people know when everybody was told the planned time, give or take."""
    return {
        s.visit: (t.day, (max(0, s.starts - tolerance), min(DAY_MINUTES, s.starts + tolerance)))
        for t in plan.tours
        for s in t.stops
    }


def replan(
    world: World, plan: Plan, told: dict[str, tuple[str, Span]] | None = None, *,
    now: tuple[str, int] | None = None,
    seconds: float | None = None, rounds: int | None = None, seed: int = 1,
) -> Replan:  # fmt: skip
    """The nearest good plan.

    ``told``: visit -> (day, window) as announced; default: as planned, give or take 45 minutes. ``now``: day
    and minute; what has begun by then is not touched, a ride included. Default effort: 1 CPU second.
    """
    told = told_by(plan) if told is None else told
    number = {d.isoformat(): n for n, d in enumerate(world.days)}
    done = {s.visit for t in plan.tours for s in (begun(t, now) if now else ())}
    keep = {v: (number[d], span) for v, (d, span) in told.items() if d in number and v not in done}
    soft = tuple(replace(v, promise=None) if v.id in keep else v for v in world.visits)
    open_world = replace(world, visits=soft)
    place_of = {v.id: v.place for v in world.visits}
    old = {s.visit: (t.team, t.day, t.vehicle) for t in plan.tours for s in t.stops}
    made = model(open_world, keep, old)
    driven = freeze(made, plan, place_of, now) if now else {}
    warm = [[(v, w) for v, w in route if world.visits[v].id not in done] for route in routes_in(made, plan)]
    if seconds is None and rounds is None:
        seconds = 1.0
    last = best(made, seed=seed, warm=warm, seconds=seconds, rounds=rounds)
    fresh = plan_of(made, last.routes)
    tours = _joined(made, plan, driven, fresh.tours)
    there = {s.visit: (t, s) for t in tours for s in t.stops}
    moved, kept, other = [], 0, []
    for visit, (day, span) in told.items():
        at = there.get(visit)
        if visit in done or (at and at[0].day == day and span[0] <= at[1].starts <= span[1]):
            kept += 1
            if at and old.get(visit) and at[0].team != old[visit][0]:
                other.append(visit)
        elif visit in place_of:
            moved.append(Moved(visit, (day, span), (at[0].day, at[1].starts) if at else None))
    left = tuple(v.id for v in world.visits if v.id not in there)
    return Replan(
        Plan(world.name, tours, left, score(world, tours)), tuple(moved), kept, tuple(other),
        tuple(v for v in there if v not in old), tuple(v for v in old if v not in there and v in place_of),
    )  # fmt: skip


def begun(tour: PlannedTour, now: tuple[str, int]) -> tuple[Stop, ...]:
    """The stops of a tour that are over, under way, or being driven to."""
    if tour.day != now[0]:
        return tour.stops if tour.day < now[0] else ()
    leaves = (tour.departs, *(s.ends for s in tour.stops))
    return tuple(s for s, left in zip(tour.stops, leaves, strict=False) if left < now[1])


def freeze(made: Model, plan: Plan, place_of: dict[str, str], now: tuple[str, int]) -> dict[int, PlannedTour]:
    """Take what has been driven out of the arrays: past days, and the first stops of today.

    Returns the driven part of each tour. A team goes on from its last stop with what it has.
    """
    p, world = made.problem, made.world
    place_number = {x.id: n for n, x in enumerate(world.places)}
    number = {v.id: n for n, v in enumerate(world.visits)}
    resource = {name: r for r, name in enumerate(made.resources)}
    by_name = {(t.team, t.day, t.vehicle): t for t in plan.tours}
    driven: dict[int, PlannedTour] = {}
    for t, tour in enumerate(made.tours):
        day = world.days[tour.day].isoformat()
        if day > now[0]:
            continue
        if day < now[0]:
            p.tour[t, OPENS] = AFTER  # nothing more can be done on a past day
        else:
            p.tour[t, OPENS] = max(int(p.tour[t, OPENS]), now[1])
        old = by_name.get((world.teams[tour.team].id, day, world.vehicles[tour.vehicle].id))
        stops = tuple(s for s in begun(old, now) if s.visit in place_of) if old else ()
        if not old or not stops:
            continue
        last = stops[-1]
        rests = tuple(x for x in old.pauses if x.starts < max(now[1], last.ends) or day < now[0])
        driven[t] = replace(old, stops=stops, pauses=rests)
        if day == now[0]:
            if old.returns > now[1]:  # else the team is back already
                p.tour[t, START] = place_number[place_of[last.visit]]
            p.tour[t, OPENS] = (
                max(now[1], last.ends, *(x.ends for x in rests)) if rests else max(now[1], last.ends)
            )
            left = int(p.tour[t, RESTS]) - len(rests)
            for n in range(left):
                p.rest[t, n] = p.rest[t, n + len(rests)]
            p.tour[t, RESTS] = max(left, 0)
        people = sum(world.visits[number[s.visit]].people for s in stops if s.visit in number)
        minutes = sum(s.ends - s.starts for s in stops)
        held = [("kit", k) for k in old.kits] + [("partner", x) for x in old.partners]
        held += [("vehicle", old.vehicle), ("team", old.team)]
        made.taken.extend(Taken(resource[n], tour.day, t, people, minutes) for n in held if n in resource)
        for s in stops:
            if s.visit in number:
                p.visit[number[s.visit], LAST_TOUR] = p.visit[number[s.visit], FIRST_TOUR]
    return driven


def _joined(
    made: Model, plan: Plan, driven: dict[int, PlannedTour], fresh: tuple[PlannedTour, ...]
) -> tuple[PlannedTour, ...]:
    """The driven part of each tour with what follows now."""
    world, p = made.world, made.problem
    place = {v.id: n for v, n in zip(world.visits, p.visit[:, PLACE], strict=True)}
    start = {x.id: n for n, x in enumerate(world.places)}
    by_name = {(t.team, t.day, t.vehicle): t for t in fresh}
    before = {(t.team, t.day, t.vehicle): t for t in plan.tours}
    empty = new_state(made)
    tours = []
    for t, old in driven.items():
        new = by_name.pop((old.team, old.day, old.vehicle), None)
        stops = (*old.stops, *(new.stops if new else ()))
        whole = before[old.team, old.day, old.vehicle]
        if new is None and len(whole.stops) == len(old.stops):
            tours.append(whole)
            continue
        team, kind = world.teams[made.tours[t].team], p.tour[t, KIND]
        way = [start[team.start], *(place[s.visit] for s in stops if s.visit in place), start[team.end]]
        if new:
            back, rests = new.returns, new.pauses
        else:  # straight home
            _departs, back, _stops, rests = timetable(made, t, [], [], empty.table[NOW, t, LEAVES])
        whole = replace(
            new or old,
            departs=old.departs,
            returns=back,
            stops=stops,
            pauses=(*old.pauses, *rests),
            kits=tuple(sorted({*old.kits, *(new.kits if new else ())})),
            partners=tuple(sorted({*old.partners, *(new.partners if new else ())})),
            metres=sum(int(p.metres[kind, a, b]) for a, b in pairwise(way)),
        )
        tours.append(whole)
    return tuple(sorted((*tours, *by_name.values()), key=lambda t: (t.day, t.team)))
