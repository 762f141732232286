"""Turns a world into the arrays that schedule and search work on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from jemput.planning import travel
from jemput.planning.schedule import (
    CLOSES,
    DAY,
    END,
    FIRST_TOUR,
    KIND,
    LAST_TOUR,
    NEVER,
    OPENS,
    PLACE,
    SERVICE,
    START,
    Array,
    Problem,
)
from jemput.planning.search import ORDERS, Knobs
from jemput.planning.state import FIRST_CLASS, KEPT, LEVELS, MANDATORY, PERSONS, STAYS, WAITED
from jemput.planning.world import Hours, Span, Visit, World, covers, intersect

PERSON = 200_000.0
"""A person is worth this many metres to the search: more than any detour."""
RATIO = 30.0
"""A person of one class is worth this many of the next."""
STAYING, WAITING_DAY = 60_000.0, 100.0
NEAREST = 200
MOST_COMBINATIONS = 24


@dataclass(frozen=True)
class Tour:
    """One team on one day with one vehicle; indices into the world."""

    team: int
    day: int
    vehicle: int


@dataclass(frozen=True)
class Taken:
    """A resource that went out with a tour before the plan begins (a re-plan during the day)."""

    resource: int
    day: int
    tour: int
    people: int
    minutes: int


@dataclass(frozen=True)
class Model:
    """A world, its arrays, and what the numbers in them stand for."""

    world: World
    tours: tuple[Tour, ...]
    problem: Problem
    knobs: Knobs
    resources: tuple[tuple[str, str], ...]
    """("kit" | "partner" | "vehicle" | "team", id)."""
    taken: list[Taken] = field(default_factory=list)

    def tour_mask(self, v: int) -> list[int]:
        """The tours that may serve a visit."""
        p = self.problem
        return [int(t) for t in p.tours_of[p.visit[v, FIRST_TOUR] : p.visit[v, LAST_TOUR]]]


def hours_of(world: World, visit: Visit, place_hours: Hours, day: int) -> tuple[Span, ...]:
    """When a person can be met on a day."""
    return intersect(place_hours[day], visit.hours[day]) if visit.hours else place_hours[day]


def starts(spans: tuple[Span, ...], service: int, told: Span | None) -> tuple[Span, ...]:
    """When a service may begin, so that it lies wholly inside one span; and as promised."""
    begin: list[Span] = []
    for opens, closes in sorted(spans):
        last = closes - service
        if begin and opens <= begin[-1][1]:  # the schedule wants them apart and in order
            begin[-1] = (begin[-1][0], max(begin[-1][1], last))
        elif opens <= last:
            begin.append((opens, last))
    return intersect(tuple(begin), (told,)) if told else tuple(begin)


class Resources:
    """Who and what goes with one tour a day, numbered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._who_serves: dict[tuple[str, str], list[int]] = {}
        self.names: list[tuple[str, str]] = []
        self.kits = [self._new("kit", kit.id) for kit in world.kits]
        self.partners = [self._new("partner", partner.id) for partner in world.partners]
        teams_with = [sum(v.id in t.vehicles for t in world.teams) for v in world.vehicles]
        self.vehicles = {
            n: self._new("vehicle", v.id) for n, v in enumerate(world.vehicles) if teams_with[n] > 1
        }
        self.teams = {n: self._new("team", t.id) for n, t in enumerate(world.teams) if len(t.vehicles) > 1}

    def _new(self, sort: str, id: str) -> int:
        self.names.append((sort, id))
        return len(self.names) - 1

    def kits_on(self, kind: str, day: int) -> list[int]:
        return [
            r
            for r, kit in zip(self.kits, self.world.kits, strict=True)
            if kit.kind == kind and day in kit.days
        ]

    def partners_on(self, role: str, area: str, day: int) -> list[int]:
        return [self.partners[n] for n in self._serving(role, area) if self.world.partners[n].hours[day]]

    def _serving(self, role: str, area: str) -> list[int]:
        """Found once: where each village has a partner of its own, they are many."""
        if (role, area) not in self._who_serves:
            self._who_serves[role, area] = [
                n
                for n, partner in enumerate(self.world.partners)
                if role in partner.roles and covers(partner.areas, area)
            ]
        return self._who_serves[role, area]

    def combinations(self, visit: Visit, area: str, day: int) -> list[tuple[int, ...]]:
        """Each set of resources that would do for a visit on a day."""
        wanted = [self.kits_on(k, day) for k in visit.kits]
        wanted += [self.partners_on(role, area, day) for role in visit.partners]
        sets = {tuple(sorted(set(chosen))) for chosen in product(*wanted)}
        return sorted(s for s in sets if len(s) <= 3)[:MOST_COMBINATIONS]

    def partner_hours(self, r: int, day: int) -> tuple[Span, ...] | None:
        """When a partner is there; None for what is no partner."""
        if self.names[r][0] != "partner":
            return None
        return self.world.partners[r - len(self.kits)].hours[day]

    def room(self) -> Array:
        """[resource, day, (people, minutes)] at most."""
        room = np.full((len(self.names), len(self.world.days), 2), NEVER, dtype=np.int64)
        for r, kit in zip(self.kits, self.world.kits, strict=True):
            room[r, :] = kit.people, kit.battery
        return room


def model(
    world: World,
    keep: dict[str, tuple[int, Span]] | None = None,
    stay: dict[str, tuple[str, str, str]] | None = None,
    *,
    to_search: bool = True,
) -> Model:
    """The arrays of a world.

    ``keep``: visit -> (day, window) that a person was told, to be kept if possible (a re-plan; a promise of
    the world itself must be kept). ``stay``: visit -> (team, day, vehicle) with which it stands in the old
    plan. Without ``to_search`` what only the search needs is left out.
    """
    keep, stay = keep or {}, stay or {}
    resources = Resources(world)
    kinds = travel.kinds(world)
    place_number = {p.id: n for n, p in enumerate(world.places)}
    go, metres = travel.tables(world)
    setup = np.array([p.setup for p in world.places], dtype=np.int32)
    same = np.eye(len(world.places), dtype=bool)
    for table in go:
        np.minimum(table + setup, NEVER, out=table)
        table[same] = 0
    tours = tours_of(world)
    shifts = [world.teams[t.team].shifts[t.day] or (0, 0) for t in tours]
    tour = np.zeros((len(tours), 9), dtype=np.int64)
    rests = [world.teams[t.team].rests[t.day] for t in tours]
    rest = np.zeros((len(tours), max((len(r) for r in rests), default=0), 3), dtype=np.int64)
    for n, each in enumerate(tours):
        team = world.teams[each.team]
        tour[n] = (
            each.day, kinds.index(world.vehicles[each.vehicle].kind), place_number[team.start],
            place_number[team.end], *shifts[n], len(rests[n]),
            resources.teams.get(each.team, -1), resources.vehicles.get(each.vehicle, -1),
        )  # fmt: skip
        for m, r in enumerate(rests[n]):
            rest[n, m] = r.earliest, r.latest, r.minutes
    number = {
        (world.teams[t.team].id, world.days[t.day].isoformat(), world.vehicles[t.vehicle].id): n
        for n, t in enumerate(tours)
    }
    standing = {v: number[name] for v, name in stay.items() if name in number}
    ways = _Ways(world, resources, keep)
    for v, visit in enumerate(world.visits):
        ways.add(v, visit)
    gains, weights = _gains(world)
    visits = np.zeros((len(world.visits), 9), dtype=np.int64)
    levels = [tuple(g[:PERSONS]) for g in (gains > 0).tolist()]
    rank = {level: n for n, level in enumerate(sorted(set(levels), reverse=True))}
    for v, visit in enumerate(world.visits):
        visits[v] = (
            place_number[visit.place], visit.service, visit.people, 0, 0, ways.scarce[v],
            standing.get(visit.id, -1),
            rank[levels[v]], gains[v, MANDATORY],
        )  # fmt: skip
    tours_of_visits = _allowed(world, tours, ways, go, tour, visits)
    problem = Problem(
        go=go, metres=metres, visit=visits, tour=tour, rest=rest, tours_of=tours_of_visits, ways=ways.at,
        way=np.array(ways.ways, dtype=np.int64).reshape(-1, 6),
        window=np.array(ways.windows, dtype=np.int64).reshape(-1, 2), room=resources.room(),
        gains=gains, weights=weights, worth=gains @ weights,
        near=nearest(metres, visits[:, PLACE]) if to_search else np.zeros((len(visits), 0), dtype=np.int32),
    )  # fmt: skip
    return Model(world, tours, problem, knobs(problem, to_search), tuple(resources.names))


def tours_of(world: World) -> tuple[Tour, ...]:
    """Every team on every day it works, with each vehicle it may take."""
    number = {v.id: n for n, v in enumerate(world.vehicles)}
    return tuple(
        Tour(n, day, number[id])
        for day in range(len(world.days))
        for n, team in enumerate(world.teams)
        for id in team.vehicles
        if team.shifts[day] and day in world.vehicles[number[id]].days
    )


class _Ways:
    """The ways of all visits, appended one after the other."""

    def __init__(self, world: World, resources: Resources, keep: dict[str, tuple[int, Span]]) -> None:
        self.world, self.resources, self.keep = world, resources, keep
        self.at = np.zeros((len(world.visits), len(world.days), 2), dtype=np.int64)
        self.scarce = np.zeros(len(world.visits), dtype=np.int32)
        self.windows: list[Span] = []
        self.ways: list[tuple[int, ...]] = []
        self.places = {p.id: p for p in world.places}
        self.misplaced = travel.misplaced(world)

    def add(self, v: int, visit: Visit) -> None:
        """All ways of one visit, day by day."""
        place, kept = self.places[visit.place], self.keep.get(visit.id)
        told = visit.promise.window if visit.promise else None
        if visit.place in self.misplaced:
            return
        for day in range(len(self.world.days)):
            self.at[v, day] = len(self.ways)
            if not visit.earliest <= day <= visit.latest or (visit.promise and visit.promise.day != day):
                continue
            spans = hours_of(self.world, visit, place.hours, day)
            for chosen in self.resources.combinations(visit, place.area, day):
                there = spans
                for r in chosen:
                    hours = self.resources.partner_hours(r, day)
                    there = intersect(there, hours) if hours is not None else there
                if kept is not None and kept[0] == day:
                    self._append(v, starts(there, visit.service, kept[1]), chosen, 1)
                if visit.suits and not visit.promise:  # another time than was told must suit
                    there = intersect(there, visit.suits[day])
                self._append(v, starts(there, visit.service, told), chosen, 0)
            self.at[v, day, 1] = len(self.ways)

    def _append(self, v: int, windows: tuple[Span, ...], chosen: tuple[int, ...], keeps: int) -> None:
        if not windows:
            return
        first = len(self.windows)
        self.windows += windows
        self.ways.append((first, len(self.windows), keeps, *(*chosen, -1, -1, -1)[:3]))
        if chosen:
            self.scarce[v] = 1


def _gains(world: World) -> tuple[Array, Array]:
    gains = np.zeros((len(world.visits), LEVELS), dtype=np.int64)
    for v, visit in enumerate(world.visits):
        gains[v, MANDATORY] = visit.mandatory or visit.promise is not None
        gains[v, FIRST_CLASS + world.priority(visit) - 1] = visit.people
        gains[v, PERSONS] = visit.people
        gains[v, WAITED] = world.waited(visit)
    weights = np.zeros(LEVELS)
    present = [c for c in range(FIRST_CLASS, PERSONS) if gains[:, c].any()]
    for step, level in enumerate(reversed(present)):
        weights[level] = PERSON * (RATIO**step - 1)
    weights[PERSONS], weights[STAYS], weights[WAITED] = PERSON, STAYING, WAITING_DAY
    weights[KEPT] = PERSON * RATIO ** len(present)
    weights[MANDATORY] = weights[KEPT] * RATIO
    return gains, weights


def _allowed(
    world: World, tours: tuple[Tour, ...], ways: _Ways, go: Array, tour: Array, visits: Array
) -> Array:
    """The tours that could serve each visit if they had nothing else to do."""
    masks: dict[Any, Array] = {}
    found: list[Array] = []
    places = {p.id: p for p in world.places}
    day, kind, start, end = (tour[:, n] for n in (DAY, KIND, START, END))
    there = go[kind, start].astype(np.int64)
    back = go[kind, :, end].astype(np.int64)
    if world.travel.minutes:  # a given table may lead home only past another place
        for t in range(len(tours)):
            there[t], back[t] = shortest(go[kind[t]], start[t]), shortest(go[kind[t]].T, end[t])
    for v, visit in enumerate(world.visits):
        access = places[visit.place].access
        key = visit.skills, visit.vehicles, access, visit.promise.team if visit.promise else None
        if key not in masks:
            masks[key] = np.array([able(world, t, visit, access) for t in tours], dtype=bool)
        place = visits[v, PLACE]
        in_time = tour[:, OPENS] + there[:, place] + visit.service + back[:, place] <= tour[:, CLOSES]
        has_way = ways.at[v, day, 0] < ways.at[v, day, 1]
        found.append(np.flatnonzero(masks[key] & in_time & has_way))
    ends = np.cumsum([len(f) for f in found])
    visits[:, LAST_TOUR] = ends
    visits[:, FIRST_TOUR] = ends - [len(f) for f in found]
    return np.concatenate([np.zeros(0, dtype=np.int64), *found]).astype(np.int64)


def shortest(go: Array, base: int) -> Array:
    """Minutes from one place to all, past others where that is shorter (Dijkstra)."""
    minutes: Array = go[base].astype(np.int64)
    open_ = np.ones(len(go), dtype=bool)
    open_[base] = False
    while open_.any():
        at = int(np.where(open_, minutes, 2 * NEVER).argmin())
        open_[at] = False
        np.minimum(minutes, minutes[at] + go[at], out=minutes)
    return minutes


def able(world: World, tour: Tour, visit: Visit, access: frozenset[str]) -> bool:
    """Whether a tour has the skills, the languages and a vehicle that gets there."""
    team, kind = world.teams[tour.team], world.vehicles[tour.vehicle].kind
    told = visit.promise.team if visit.promise else None
    return (
        visit.skills <= team.skills[tour.day]
        and (not access or kind in access)
        and (not visit.vehicles or kind in visit.vehicles)
        and (told is None or told == team.id)
    )


def nearest(tables: Array, place: Array) -> Array:
    """For each visit the visits around it, nearest first, itself included."""
    V = len(place)
    metres = tables[0] if len(tables) else np.zeros((V + 1, V + 1))
    most = min(V, max(NEAREST, 1)) if V > 400 else V
    at: dict[int, list[int]] = defaultdict(list)
    for v in range(V):
        at[int(place[v])].append(v)
    used = sorted(at)
    near = np.zeros((V, most), dtype=np.int32)
    for here in used:
        row = metres[here][used]
        order: list[int] = []
        for n in np.argsort(row, kind="stable"):
            order += at[used[n]]
            if len(order) >= most + len(at[here]):
                break
        for v in at[here]:
            near[v] = [v, *(u for u in order if u != v)][:most]
    return near


def knobs(p: Problem, ordered: bool = True, **changes: Any) -> Knobs:
    """What the search is tuned by, with the orders of insertion made for this problem."""
    V = len(p.visit)
    orders = np.zeros((ORDERS, V))
    worth = np.maximum(p.worth, 1.0)
    base = p.tour[0, START] if len(p.tour) else 0
    far = p.metres[0][base, p.visit[:, PLACE]].astype(float) if len(p.metres) else np.zeros(V)
    choice = p.visit[:, LAST_TOUR] - p.visit[:, FIRST_TOUR]
    width = np.zeros(V)
    open_for = np.cumsum([0, *(p.window[:, 1] - p.window[:, 0] + 1)])
    if ordered and len(p.way):
        of_way = np.cumsum([0, *(open_for[p.way[:, 1]] - open_for[p.way[:, 0]])])
        width = (of_way[p.ways[:, :, 1]] - of_way[p.ways[:, :, 0]]).sum(axis=1).astype(float)
    rate = -worth / np.maximum(p.visit[:, SERVICE], 1)
    for row, key in enumerate((-worth, rate, -far, far, choice, width), start=1):
        orders[row] = np.argsort(np.argsort(key, kind="stable"), kind="stable") / max(V, 1)
    values: dict[str, Any] = {"orders": orders, "odds": np.cumsum([4, 4, 2, 2, 1, 1, 1]) / 15.0}
    return Knobs(**(values | changes))
