"""Reads a JSON instance into a World and collects all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite
from typing import Any

from jemput.core.text import _
from jemput.planning.values import ALWAYS, Values
from jemput.planning.world import (
    CLASSES,
    DAY_MINUTES,
    MOST_PLACES,
    MOST_VISITS,
    WEEKDAYS,
    Ageing,
    BadWorld,
    Costs,
    Kit,
    Partner,
    Place,
    Promise,
    Rest,
    Team,
    Travel,
    Vehicle,
    Visit,
    World,
)

UNLIMITED = 1 << 20


class Reader(Values):
    """One pass over an instance; the world is only given out when no problem was found."""

    def each(
        self, data: Mapping[str, Any], name: str, make: Callable[[Mapping[str, Any]], Any]
    ) -> tuple[Any, ...]:
        """The items of a list, with ids that differ."""
        items = data.get(name, [])
        if not isinstance(items, list):
            self.where = name
            self.wrong(_("this must be a list"))
            return ()
        made, seen = [], set()
        for number, item in enumerate(items):
            self.where = f"{name}[{number}]"
            if not isinstance(item, Mapping):
                self.wrong(_("this must be an object"))
                continue
            id = self.text(item, "id")
            self.where = f"{name} {id}" if id else self.where
            if id in seen:
                self.wrong(_("there are two of this id"))
            seen.add(id)
            made.append(make(item))
        return tuple(made)

    def place(self, item: Mapping[str, Any]) -> Place:
        point = [item.get(name) for name in ("lat", "lon")]
        if not all(
            p is None or (isinstance(p, int | float) and isfinite(p)) for p in point
        ) or None in point != [
            None,
            None,
        ]:
            self.wrong(_("“lat” and “lon” must be two numbers, or both be left out"))
            point = [None, None]
        return Place(
            self.text(item, "id"),
            point[0],
            point[1],
            self.text(item, "area", ""),
            self.whole(item, "setup_minutes", 0, 0, DAY_MINUTES),
            self.hours(item, "windows") or (((ALWAYS,),) * len(self.days)),
            frozenset(self.texts(item, "access")),
        )

    def vehicle(self, item: Mapping[str, Any]) -> Vehicle:
        return Vehicle(self.text(item, "id"), self.text(item, "kind"), self.day_set(item))

    def kit(self, item: Mapping[str, Any]) -> Kit:
        return Kit(
            self.text(item, "id"),
            self.text(item, "kind"),
            self.day_set(item),
            self.whole(item, "people_per_day", UNLIMITED, 0, UNLIMITED),
            self.whole(item, "battery_minutes", UNLIMITED, 0, UNLIMITED),
        )

    def partner(self, item: Mapping[str, Any]) -> Partner:
        hours = self.hours(item, "hours") or ((ALWAYS,),) * len(self.days)
        return Partner(
            self.text(item, "id"), frozenset(self.texts(item, "roles")), self.texts(item, "areas"), hours
        )

    def rest(self, item: object) -> tuple[Rest, frozenset[int]]:
        if not isinstance(item, Mapping):
            self.wrong(_("this must be an object"))
            return Rest(0, 0, 0, ""), frozenset()
        early, late = self.span(item.get("begins"))
        rest = Rest(early, late, self.whole(item, "minutes", None, 1, 300), self.text(item, "kind", "rest"))
        weekdays = self.texts(item, "weekdays")
        if set(weekdays) - set(WEEKDAYS):
            self.wrong(_("weekdays are mon, tue, wed, thu, fri, sat, sun"))
        days = self.day_set(item)
        if weekdays:
            days = frozenset(d for d in days if WEEKDAYS[self.days[d].weekday()] in weekdays)
        return rest, days

    def team(self, item: Mapping[str, Any]) -> Team:
        shifts = self.by_day(item, "shift") or [None] * len(self.days)
        works = self.day_set(item)
        spans = [self.span(s) if s is not None and d in works else None for d, s in enumerate(shifts)]
        skills: list[set[str]] = [set() for _day in self.days]
        for member in item.get("members", []):
            if not isinstance(member, Mapping):
                self.wrong(_("members are a list of objects"))
                continue
            able = {
                *self.texts(member, "skills"),
                *(f"language:{x}" for x in self.texts(member, "languages")),
            }
            for d in self.day_set(member):
                skills[d] |= able
        rests: list[list[Rest]] = [[] for _day in self.days]
        breaks = item.get("breaks", [])
        for each in breaks if isinstance(breaks, list) else [breaks]:
            rest, days = self.rest(each)
            for d in days:
                rests[d].append(rest)
        return Team(
            self.text(item, "id"),
            self.texts(item, "vehicles"),
            self.text(item, "start"),
            self.text(item, "end", str(item.get("start") or "")),
            tuple(spans),
            tuple(frozenset(s) for s in skills),
            tuple(tuple(sorted(day, key=lambda r: (r.earliest, r.latest))) for day in rests),
        )

    def visit(self, item: Mapping[str, Any]) -> Visit:
        needs = self.table(item, "needs")
        promise = None
        if item.get("promise") is not None:
            told = self.table(item, "promise")
            window = self.span(told["window"]) if "window" in told else ALWAYS
            promise = Promise(self.day(told.get("day")), window, told.get("team"))
        last = len(self.days) - 1
        skills = {*self.texts(needs, "skills"), *(f"language:{x}" for x in self.texts(needs, "languages"))}
        earliest, latest = item.get("earliest"), item.get("latest")
        visit = Visit(
            self.text(item, "id"),
            self.text(item, "place"),
            self.whole(item, "service_minutes", None, 1, DAY_MINUTES),
            self.whole(item, "people", 1, 1, 10_000),
            frozenset(skills),
            self.texts(needs, "kits"),
            self.texts(needs, "partners"),
            frozenset(self.texts(needs, "vehicles")),
            self._first_day(earliest) if earliest else 0,
            self._last_day(latest) if latest else last,
            self.hours(item, "windows"),
            promise,
            item.get("mandatory") is True,
            self.whole(item, "priority", CLASSES, 1, CLASSES),
            self.whole(item, "waited_days", 0, 0, 100_000),
            self.text(item, "group", ""),
            self.hours(item, "suits"),
        )
        return visit if promise else visit.unpromised()

    def _date(self, value: object) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong(_("a date looks like 2026-11-23"))
            return self.days[0]

    def _first_day(self, value: object) -> int:
        """Index of the first day not before a date; may lie behind the plan."""
        at = self._date(value)
        return sum(d < at for d in self.days)

    def _last_day(self, value: object) -> int:
        """Index of the last day not after a date; -1 when it has passed."""
        at = self._date(value)
        return sum(d <= at for d in self.days) - 1

    def travel(self, data: Mapping[str, Any], places: int) -> Travel:
        self.where = "travel"
        table = self.table(data, "travel")

        def numbers(name: str, default: Mapping[str, float]) -> dict[str, float]:
            given = self.table(table, name)
            return {k: self.number({name: v}, name, None, 0.01, 300) for k, v in given.items()} or dict(
                default
            )

        def matrix(name: str) -> dict[str, Any]:
            tables = self.table(table, name)
            for rows in tables.values():
                square = isinstance(rows, list) and len(rows) == places
                if not square or any(not isinstance(row, list) or len(row) != places for row in rows):
                    self.wrong(_("“%(name)s” must have a row and a column for each place"), name=name)
                    return {}
                if any(
                    x is not None and not (isinstance(x, int | float) and 0 <= x < 1e5)
                    for r in rows
                    for x in r
                ):
                    self.wrong(_("“%(name)s” must hold numbers, or null where no road leads"), name=name)
                    return {}
            return dict(tables)

        return Travel(
            numbers("speed_kmh", {}),
            numbers("detour", {}),
            self.number(table, "hill", 1.0, 0.1, 20),
            matrix("minutes"),
            matrix("km"),
        )

    # ---- the whole -----------------------------------------------------------------------------

    def world(self, data: Mapping[str, Any]) -> World:
        """The world, or BadWorld."""
        self.where = "days"
        days = data.get("days")
        try:
            self.days = tuple(date.fromisoformat(d) for d in days) if isinstance(days, list) else ()
        except (TypeError, ValueError):
            self.wrong(_("a date looks like 2026-11-23"))
        if not self.days or list(self.days) != sorted(set(self.days)):
            self.wrong(_("the days must be a list of dates in order, at least one"))
            raise BadWorld(self.problems)
        visits = data.get("visits")
        if isinstance(visits, list) and len(visits) > MOST_VISITS:
            self.where = "visits"
            self.wrong(
                _("%(count)s visits are too many for one plan; at most %(most)s, so plan in parts"),
                count=len(visits),
                most=MOST_VISITS,
            )
            raise BadWorld(self.problems)
        places = self.each(data, "places", self.place)
        if len(places) > MOST_PLACES:
            self.where = "places"
            self.wrong(
                _("%(count)s places are too many for one plan; at most %(most)s, so plan in parts"),
                count=len(places),
                most=MOST_PLACES,
            )
            raise BadWorld(self.problems)
        ageing, costs = self.table(data, "ageing"), self.table(data, "costs")
        self.where = "ageing"
        ages = Ageing(
            self.whole(ageing, "step_days", 0, 0, 10_000),
            {k: self.whole({k: v}, k, None, -999, 999) for k, v in self.table(ageing, "areas").items()},
            {k: self.whole({k: v}, k, None, -999, 999) for k, v in self.table(ageing, "groups").items()},
        )
        self.where = "costs"
        prices = Costs(*(self.number(costs, name, 0, 0, 1e12) for name in ("km", "team_day", "budget")))
        world = World(
            str(data.get("name", "")),
            self.days,
            places,
            self.each(data, "vehicles", self.vehicle),
            self.each(data, "kits", self.kit),
            self.each(data, "partners", self.partner),
            self.each(data, "teams", self.team),
            self.each(data, "visits", self.visit),
            self.travel(data, len(places)),
            ages,
            prices,
        )
        self.references(world)
        if self.problems:
            raise BadWorld(self.problems)
        return world

    def references(self, world: World) -> None:
        """Whatever is named must exist."""
        places, vehicles = {p.id for p in world.places}, {v.id: v for v in world.vehicles}
        teams = {t.id for t in world.teams}
        for team in world.teams:
            self.where = f"teams {team.id}"
            for name in {team.start, team.end} - places:
                self.wrong(_("there is no place “%(name)s”"), name=name)
            for name in set(team.vehicles) - set(vehicles):
                self.wrong(_("there is no vehicle “%(name)s”"), name=name)
            if not team.vehicles:
                self.wrong(_("a team needs at least one vehicle"))
        for visit in world.visits:
            self.where = f"visits {visit.id}"
            if visit.place not in places:
                self.wrong(_("there is no place “%(name)s”"), name=visit.place)
            if visit.promise and visit.promise.team is not None and visit.promise.team not in teams:
                self.wrong(_("there is no team “%(name)s”"), name=str(visit.promise.team))
        self.where = "travel"
        travel = world.travel
        for kind in {v.kind for v in world.vehicles}:
            if kind not in travel.minutes and kind not in travel.speed:
                self.wrong(
                    _("neither minutes nor a speed is given for vehicles of the kind “%(name)s”"), name=kind
                )
