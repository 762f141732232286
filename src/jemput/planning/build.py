"""From the journal to an instance of the planner (docs/planning.md): one office, some days.

The instance names nobody: visits are ids of cases, people of teams are ids of accounts, a place is a point
and a village. What a health fact would tell stands as the number of the programme; that a visit is held in
sign language stands there, for a team must be found that can.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from jemput.accounts.models import Office
from jemput.core.areas import covers
from jemput.core.codes import Partner, PlaceKind, Training, Urgency
from jemput.core.entries import DayPart, VisitPurpose
from jemput.core.priority import Priority, Rank, priority
from jemput.core.text import Words
from jemput.core.text import _ as mark
from jemput.places import point_of
from jemput.planning import learn
from jemput.planning.facts import AT_HOME, Facts, bare, facts_of, together
from jemput.planning.kinds import RouteServer, VehicleKind
from jemput.planning.models import Kit, MarketDay, Reach, Settings, Site, Team, Vehicle, settings_of
from jemput.planning.resources import (
    JSON,
    Away,
    any_of,
    in_use,
    market_hours,
    office_site,
    partners_of,
    teams_of,
    unspoken,
    weekday,
)
from jemput.planning.routers import NoRoutes, ways, without_gaps
from jemput.planning.wanted import Promised, Wanted, wanted
from jemput.planning.world import FORMAT

PART: Mapping[DayPart, tuple[str, str]] = {
    DayPart.MORNING: ("00:00", "12:00"),
    DayPart.AFTERNOON: ("12:00", "24:00"),
    DayPart.ALL_DAY: ("00:00", "24:00"),
}
"""When a visit that was promised for a part of a day begins."""
LONG_UNSEEN, MOST_ADDED = 30, 60
"""A village, or the people of a programme, whom nobody visited for a month count as waiting longer by the
days beyond it, at most two months."""
LEAST_SERVICE = 5
BOAT_DETOUR = 1.2
_GAPS = mark("The route server knows no way for %(count)s pairs of places; these are reckoned by distance.")


@dataclass(frozen=True)
class Asked:
    """What stands behind one visit of the instance."""

    wanted: Wanted
    priority: Priority
    place: str
    service: int

    @property
    def case(self) -> UUID:
        """Whose it is."""
        return self.wanted.case

    @property
    def promised(self) -> Promised | None:
        """What the family was told, if anything."""
        return self.wanted.promised


@dataclass(frozen=True)
class Built:
    """An instance, and what a screen needs to speak of it."""

    data: JSON
    """The instance, for ``jemput.planning.world.read``."""
    visits: Mapping[str, Asked]
    """By the ids of the instance."""
    notices: tuple[Words, ...]
    """What the scheduler should know: a server that was down, a team without members."""
    approximate: frozenset[str]
    """Places of which only the village is known."""


def working_days(office: Office, monday: date) -> list[date]:
    """The days of a week on which some team works: no holidays; Monday to Friday where there is no team."""
    week = [monday + timedelta(days=n) for n in range(7)]
    teams = list(Team.objects.during(office.code, week[0], week[-1]))
    works = {d for t in teams for d in t.weekdays} or {"mon", "tue", "wed", "thu", "fri"}
    off = office.holidays()
    return [d for d in week if weekday(d) in works and d not in off]


def built(
    office: Office, days: Sequence[date], now: datetime | None = None, *, routes: bool = True,
    visits: Sequence[Wanted] | None = None,
) -> Built:  # fmt: skip
    """The instance of an office for these days, in order and at least one.

    ``routes=False`` asks no route server; ``visits`` stand instead of all that are wanted. Raises
    keys.Locked: where people live is sealed.
    """
    now = now or timezone.now()
    asked = wanted(office, days[-1], now) if visits is None else visits
    return _Builder(office, list(days), now).build(asked, routes)


class _Builder:
    """One instance in the making."""

    def __init__(self, office: Office, days: list[date], now: datetime) -> None:
        self.office, self.days, self.now = office, days, now
        self.settings: Settings = settings_of(office)
        self.away = Away(office, days)
        self.notices: list[Words] = []
        self.places: dict[str, JSON] = {}
        self.approximate: set[str] = set()
        first, last = days[0], days[-1]
        self.sites = list(Site.objects.during(office.code, first, last))
        self.reaches = list(Reach.objects.during(office.code, first, last))
        self.markets = list(MarketDay.objects.during(office.code, first, last))

    def build(self, visits: Sequence[Wanted], routes: bool) -> Built:
        facts = facts_of({w.case for w in visits})
        past = learn.past_visits(self.office, self.now)
        times = learn.service_times(past, {w.programme.number: w.programme for w in visits}.values())
        start = self._start()
        site_of = together(facts, {w.case: w.state.area for w in visits})
        asked = {w.id: self._asked(w, facts[w.case], site_of[w.case], times) for w in visits}
        trained = {w.programme.number: w.trained() for w in visits if w.trained()}
        vehicles = [
            {"id": f"vehicle-{v.pk}", "kind": v.kind, "days": self._days("vehicle", v)}
            for v in Vehicle.objects.during(self.office.code, self.days[0], self.days[-1])
        ]
        teams = self._teams(vehicles, trained, start)
        spoken = {x for t in teams for member in t["members"] for x in member["languages"]}
        self.notices += unspoken([f.language for f in facts.values()], spoken)
        shown = [self._visit(a, facts[a.case], spoken) for a in asked.values()]
        data: JSON = {
            "format": FORMAT,
            "name": f"{self.office.code} {self.days[0]}",
            "days": [d.isoformat() for d in self.days],
            "vehicles": vehicles,
            "kits": self._kits(),
            "partners": self._partners(visits),
            "teams": teams,
            "places": list(self.places.values()),
            "visits": shown,
            "travel": self._travel(learn.with_points(past)),
            "ageing": self._ageing(visits, past),
            "costs": {
                "km": self.settings.km_cost,
                "team_day": self.settings.team_day_cost,
                "budget": self.settings.budget,
            },
        }
        if routes:
            self._ask_routes(data)
        return Built(data, asked, tuple(self.notices), frozenset(self.approximate))

    def say(self, message: str, **values: object) -> None:
        """Note something for the scheduler."""
        self.notices.append(Words(message, values))

    # ---- places -------------------------------------------------------------------------------------

    def _start(self) -> str:
        """Where teams start that name no place of their own; places of teams stand first."""
        for site in self.sites:
            if site.kind == PlaceKind.OFFICE.value or _starts_a_team(site):
                self._site(site)
        seat = office_site(self.office, self.days[0])
        if seat is not None:
            return f"site-{seat.pk}"
        self._place("office", self.office.code, None, [], {}, 0)
        self.say(mark("Say under Places where the office lies: its teams start from the middle of the area."))
        return "office"

    def _site(self, site: Site) -> str:
        point = None
        if site.latitude is not None and site.longitude is not None:
            point = (site.latitude, site.longitude)
        setup = self.settings.setup_minutes if site.setup_minutes is None else site.setup_minutes
        return self._place(f"site-{site.pk}", site.area, point, site.vehicles, site.hours, setup)

    def _place(
        self,
        id: str,
        area: str,
        point: tuple[float, float] | None,
        access: Iterable[str],
        hours: JSON,
        setup: int,
    ) -> str:
        if id in self.places:
            return id
        if point is None:
            self.approximate.add(id)
            near = point_of(area)
            point = (near.latitude, near.longitude) if near else None
        place: JSON = {
            "id": id,
            "area": area,
            "setup_minutes": setup,
            "access": list(access) or self._reach(area),
        }
        if point:
            place |= {"lat": point[0], "lon": point[1]}
        if id in self.approximate:
            place["approximate"] = True
        if hours:
            place["windows"] = hours
        self.places[id] = place
        return id

    def _reach(self, area: str) -> list[str]:
        """The vehicles that get there, by the narrowest area that says so; none: all."""
        found = [r for r in self.reaches if covers(r.area, area)]
        return list(max(found, key=lambda r: len(r.area)).vehicles) if found else []

    def _home(self, wanted: Wanted, facts: Facts, standing_for: UUID) -> str:
        area = wanted.state.area
        if facts.place_kind not in AT_HOME:
            name = bare(facts.place_name)
            kept = [s for s in self.sites if s.kind == facts.place_kind.value and covers(s.area, area)]
            same = [s for s in kept if bare(s.name) == name] if name else kept
            if len(same) == 1:
                return self._site(same[0])
        hours = market_hours(self.markets, area, self.days) if facts.place_kind in AT_HOME else None
        return self._place(
            f"at-{standing_for}", area, facts.point, [], hours or {}, self.settings.setup_minutes
        )

    # ---- visits -------------------------------------------------------------------------------------

    def _asked(
        self, wanted: Wanted, facts: Facts, standing_for: UUID,
        times: Mapping[tuple[int, VisitPurpose], learn.Learned],
    ) -> Asked:  # fmt: skip
        state = wanted.state
        waited = (self.now - wanted.waiting_since).days
        rank = priority(state.urgency, waited, state.age_band, facts.groups)
        place = self._home(wanted, facts, standing_for)
        whole = times[wanted.programme.number, wanted.purpose].minutes
        service = max(whole - int(self.places[place]["setup_minutes"]), LEAST_SERVICE)
        return Asked(wanted, rank, place, service)

    def _visit(self, asked: Asked, facts: Facts, spoken: Collection[str]) -> JSON:
        wanted, first, last = asked.wanted, self.days[0], self.days[-1]
        told = wanted.promised
        broken = told is not None and told.day not in self.days  # of before, or for a day off
        level = list(Rank).index(asked.priority.rank) + 1
        if wanted.due and wanted.due <= last:  # late is better than never, and sooner better than late
            level = max(level - 1, min(level, 2))
        begins = [d for d in (facts.not_before, wanted.state.again_on) if d and d > first]
        visit: JSON = {
            "id": wanted.id,
            "place": asked.place,
            "service_minutes": asked.service,
            "people": 1,
            "needs": self._needs(wanted, facts, spoken),
            "priority": level,
            "waited_days": max((self.now - (wanted.state.opened_at or self.now)).days, 0),
            "group": f"programme:{wanted.programme.number}",
            "mandatory": broken or wanted.state.urgency is Urgency.EMERGENCY,
        }
        if told and not broken:
            visit["promise"] = {"day": told.day.isoformat(), "window": list(PART[told.part])}
        else:
            if begins:
                visit["earliest"] = max(begins).isoformat()
            # An order that has run out, or runs out before the visit may be, is given anew.
            if facts.not_after and facts.not_after >= max([first, *begins]):
                visit["latest"] = facts.not_after.isoformat()
        if wanted.state.urgency is not Urgency.EMERGENCY and (hours := facts.hours(PART[facts.part])):
            visit["suits"] = hours
        if wanted.due:
            visit["deadline"] = wanted.due.isoformat()
        return visit

    def _needs(self, wanted: Wanted, facts: Facts, spoken: Collection[str]) -> JSON:
        needs: JSON = {
            "kits": [k.value for k in wanted.kits()],
            "partners": sorted(any_of(roles) for roles in wanted.partners()),
            "skills": [f"programme:{wanted.programme.number}"] if wanted.trained() else [],
            "languages": [facts.language.value] if facts.language and facts.language in spoken else [],
        }
        return {name: value for name, value in needs.items() if value}

    # ---- who and what goes ----------------------------------------------------------------------------

    def _days(self, name: str, kept: Any) -> list[str]:
        return [d.isoformat() for d in self.away.there(name, kept.pk, in_use(kept, self.days))]

    def _kits(self) -> list[JSON]:
        found = []
        for kit in Kit.objects.during(self.office.code, self.days[0], self.days[-1]):
            one: JSON = {"id": f"kit-{kit.pk}", "kind": kit.kind, "days": self._days("kit", kit)}
            if kit.people_per_day is not None:
                one["people_per_day"] = kit.people_per_day
            if kit.battery_minutes is not None:
                one["battery_minutes"] = kit.battery_minutes
            found.append(one)
        return found

    def _partners(self, visits: Sequence[Wanted]) -> list[JSON]:
        needs: set[frozenset[Partner]] = {roles for w in visits for roles in w.partners()}
        villages = {p["area"] for p in self.places.values()}
        return partners_of(self.office, self.days, needs, villages, self.away)

    def _teams(
        self, vehicles: Sequence[JSON], trained: Mapping[int, frozenset[Training]], start: str
    ) -> list[JSON]:
        ids = [v["id"] for v in vehicles]
        teams, notices = teams_of(self.office, self.days, self.settings, self.away, ids, trained, start)
        self.notices += notices
        for team in teams:
            for at in {team["start"], team["end"]} - self.places.keys():  # a place that is no longer kept
                site = Site.objects.get(pk=int(at.partition("-")[2]))
                self._site(site)
        return teams

    # ---- ways and waiting -----------------------------------------------------------------------------

    def _travel(self, past: Sequence[learn.Past]) -> JSON:
        speeds = {kind.value: getattr(self.settings, kind.value) for kind in VehicleKind}
        detour = dict.fromkeys(
            (VehicleKind.TWO_WHEELS.value, VehicleKind.FOUR_WHEELS.value), self.settings.detour
        )
        hill = learn.hill(past, self.settings)
        # Boats know no hills: their speed takes the factor back out.
        speeds[VehicleKind.BOAT.value] = round(self.settings.boat * hill.factor, 2)
        return {
            "speed_kmh": speeds,
            "detour": detour | {VehicleKind.BOAT.value: BOAT_DETOUR},
            "hill": hill.factor,
        }

    def _ageing(self, visits: Sequence[Wanted], past: Sequence[learn.Past]) -> JSON:
        areas: dict[str, int] = {}
        groups: dict[str, int] = {}
        if past:  # where nobody was visited yet, nobody was forgotten
            for area in sorted({w.state.area for w in visits}):
                areas[area] = self._unseen([p.ended for p in past if p.area == area])
            for number in sorted({w.programme.number for w in visits}):
                groups[f"programme:{number}"] = self._unseen([p.ended for p in past if p.programme == number])
        return {
            "step_days": self.settings.ageing_days,
            "areas": {k: v for k, v in areas.items() if v},
            "groups": {k: v for k, v in groups.items() if v},
        }

    def _unseen(self, ended: Sequence[datetime]) -> int:
        days = (self.now - max(ended)).days if ended else LONG_UNSEEN + MOST_ADDED
        return max(0, min(days - LONG_UNSEEN, MOST_ADDED))

    def _ask_routes(self, data: JSON) -> None:
        """Ways by road instead of distances, where a route server is set up and allowed."""
        s = self.settings
        server = RouteServer(s.route_server)
        if server is RouteServer.NONE or not s.route_url or not s.route_allowed:
            return
        places = data["places"]
        if any("lat" not in p for p in places):
            self.say(mark("A place has no point at all, so no route server was asked."))
            return
        points = [(p["lat"], p["lon"]) for p in places]
        kinds = {VehicleKind(v["kind"]) for v in data["vehicles"]} - {VehicleKind.BOAT}
        tables: dict[str, dict[str, Any]] = {"minutes": {}, "km": {}}
        unknown = 0
        for kind in sorted(kinds):
            try:
                told = ways(server, s.route_url, kind, points)
            except NoRoutes as why:
                self.say(mark("Ways are reckoned by distance. %(why)s"), why=why.words)
                return
            unknown += told.unknown
            filled = without_gaps(told, points, data["travel"], kind)
            tables["minutes"][kind.value], tables["km"][kind.value] = filled
        data["travel"] |= tables
        if unknown:
            self.say(_GAPS, count=unknown)


def _starts_a_team(site: Site) -> bool:
    return Team.objects.filter(start=site).exists() or Team.objects.filter(end=site).exists()
