"""Verifies a plan against its instance, from the two JSON values alone.

Written apart from the search on purpose: it shares no line with it, so that no plan is saved on the word of
the one who made it. It follows docs/planning.md, section "Rules".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Any

from jemput.core.text import Words, _

Json = Mapping[str, Any]
_WEEKDAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Violation:
    """A rule that a plan breaks."""

    code: str
    where: str
    """Team and day, or a visit."""
    words: Words


def check(world: Json, plan: Json) -> list[Violation]:
    """Every rule that a plan breaks; an empty list is a plan that can be driven."""
    return list(_Checker(world).violations(plan))


def measure(world: Json, plan: Json) -> dict[str, Any]:
    """The score of a plan, counted from the instance and not from what the plan says of itself."""
    return _Checker(world).score(plan)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def _table(item: Json, name: str, day: str) -> Any:
    """What a table by date, weekday or "*" says of a day; "any" where the table is missing."""
    table = item.get(name)
    if table is None:
        return "any"
    weekday = _WEEKDAY[date.fromisoformat(day).weekday()]
    return table.get(day, table.get(weekday, table.get("*")))


def _spans(item: Json, name: str, day: str) -> list[tuple[int, int]]:
    found = _table(item, name, day)
    if found == "any":
        return [(0, 1440)]
    return [(_minutes(a), _minutes(b)) for a, b in found or []]


def _inside(area: str, code: str) -> bool:
    return area == code or area.startswith(code + ".")


class _Checker:
    def __init__(self, world: Json) -> None:
        self.world = world
        self.days: list[str] = list(world["days"])
        self.place = {p["id"]: p for p in world["places"]}
        self.index = {p["id"]: n for n, p in enumerate(world["places"])}
        self.visit = {v["id"]: v for v in world["visits"]}
        self.team = {t["id"]: t for t in world["teams"]}
        self.vehicle = {v["id"]: v for v in world.get("vehicles", [])}
        self.kit = {k["id"]: k for k in world.get("kits", [])}
        self.partner = {x["id"]: x for x in world.get("partners", [])}

    # ---- roads ---------------------------------------------------------------------------------

    def km(self, kind: str, a: str, b: str) -> float | None:
        travel = self.world.get("travel", {})
        if kind in travel.get("km", {}):
            value = travel["km"][kind][self.index[a]][self.index[b]]
            return None if value is None else float(value)
        if a == b:
            return 0.0
        one, two = self.place[a], self.place[b]
        if one.get("lat") is None or two.get("lat") is None:
            return None
        lat1, lon1, lat2, lon2 = (radians(x) for x in (one["lat"], one["lon"], two["lat"], two["lon"]))
        half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
        return 2 * 6371.0 * asin(min(1.0, sqrt(half))) * float((travel.get("detour") or {}).get(kind, 1.4))

    def ride(self, kind: str, a: str, b: str) -> int | None:
        """Minutes on the road, rounded up; None where there is none."""
        travel = self.world.get("travel", {})
        if kind in travel.get("minutes", {}):
            value = travel["minutes"][kind][self.index[a]][self.index[b]]
        else:
            km = self.km(kind, a, b)
            value = None if km is None else km * travel.get("hill", 1.0) / travel["speed_kmh"][kind] * 60
        return None if value is None else ceil(round(value, 6))

    # ---- rules ---------------------------------------------------------------------------------

    def violations(self, plan: Json) -> Iterator[Violation]:
        out: Counter[tuple[str, str, str]] = Counter()
        seen: Counter[str] = Counter()
        load: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for tour in plan["tours"]:
            where = f"{tour.get('team')} {tour.get('day')}"
            if (
                tour["team"] not in self.team
                or tour["day"] not in self.days
                or tour["vehicle"] not in self.vehicle
            ):
                yield Violation(
                    "unknown", where, Words(_("a team, day or vehicle that is not in the instance"))
                )
                continue
            for sort, names in (
                ("team", [tour["team"]]),
                ("vehicle", [tour["vehicle"]]),
                ("kit", tour.get("kits", [])),
                ("partner", tour.get("partners", [])),
            ):
                for name in names:
                    out[sort, name, tour["day"]] += 1
            yield from self._tour(tour, where)
            for stop in tour["stops"]:
                seen[stop["visit"]] += 1
                visit = self.visit.get(stop["visit"])
                for kind in (visit or {}).get("needs", {}).get("kits", []):
                    # every kit of the tour that is of the kind is charged; a tour takes one of each
                    for name in tour.get("kits", []):
                        if self.kit.get(name, {}).get("kind") == kind:
                            load[name, tour["day"]][0] += visit.get("people", 1) if visit else 0
                            load[name, tour["day"]][1] += visit["service_minutes"] if visit else 0
        for (sort, name, day), times in out.items():
            if times > 1:
                yield Violation(
                    f"shared {sort}",
                    f"{name} {day}",
                    Words(_("%(name)s is out with %(count)s tours at once"), {"name": name, "count": times}),
                )
        for (name, day), (people, minutes) in load.items():
            kit = self.kit[name]
            if people > kit.get("people_per_day", people) or minutes > kit.get("battery_minutes", minutes):
                yield Violation(
                    "kit worn out", f"{name} {day}", Words(_("the kit serves more than it can in a day"))
                )
        for id, times in seen.items():
            if times > 1:
                yield Violation("twice", id, Words(_("visited more than once")))
        listed = set(plan.get("unplanned", []))
        for id in self.visit:
            if (id in seen) == (id in listed):
                yield Violation("list", id, Words(_("must be either planned or listed as unplanned")))

    def _tour(self, tour: Json, where: str) -> Iterator[Violation]:
        team, day, kind = self.team[tour["team"]], tour["day"], self.vehicle[tour["vehicle"]]["kind"]

        def broken(code: str, message: str, at: str = where, **values: object) -> Violation:
            return Violation(code, at, Words(message, values))

        shift = _table(team, "shift", day)
        if shift in (None, "any") or day not in team.get("days", self.days):
            yield broken("off", _("the team does not work on this day"))
            return
        if tour["vehicle"] not in team["vehicles"] or day not in self.vehicle[tour["vehicle"]].get(
            "days", self.days
        ):
            yield broken("vehicle", _("the team does not have this vehicle on this day"))
        opens, closes = (_minutes(x) for x in shift)
        if _minutes(tour["departs"]) < opens or _minutes(tour["returns"]) > closes:
            yield broken("shift", _("out before or after working hours"))
        if not tour["stops"]:
            yield broken("empty", _("a tour without a visit"))
        able: set[str] = set()
        for member in team.get("members", []):
            if day in member.get("days", self.days):
                able |= set(member.get("skills", [])) | {f"language:{x}" for x in member.get("languages", [])}
        for stop in tour["stops"]:
            if stop["visit"] not in self.visit:
                yield broken("unknown", _("a visit that is not in the instance"), stop["visit"])
                return
            yield from self._stop(tour, stop, able, kind)
        yield from self._roads(tour, where, kind, team)
        for name in (*tour.get("kits", []), *tour.get("partners", [])):
            if name in self.kit:
                if day not in self.kit[name].get("days", self.days):
                    yield broken("kit", _("the kit is not there on this day"))
            elif name not in self.partner:
                yield broken("unknown", _("a kit or partner that is not in the instance"))

    def _stop(self, tour: Json, stop: Json, able: set[str], kind: str) -> Iterator[Violation]:
        visit, day = self.visit[stop["visit"]], tour["day"]
        place, needs = self.place[visit["place"]], visit.get("needs") or {}
        starts, ends = _minutes(stop["starts"]), _minutes(stop["ends"])

        def broken(code: str, message: str) -> Violation:
            return Violation(code, visit["id"], Words(message))

        if ends - starts != visit["service_minutes"]:
            yield broken("service", _("the visit does not last as long as its service"))
        bound = [(place, "windows"), (visit, "windows")]
        if not visit.get("promise"):  # what was promised stands, whatever suits
            bound.append((visit, "suits"))
        for source, name in bound:
            if not any(a <= starts and ends <= b for a, b in _spans(source, name, day)):
                yield broken("window", _("nobody can be met at that time"))
        if day < visit.get("earliest", day) or day > visit.get("latest", day):
            yield broken("date", _("before the earliest or after the latest day"))
        promise = visit.get("promise")
        if promise:
            first, last = (_minutes(x) for x in promise.get("window", ["00:00", "24:00"]))
            if day != promise["day"] or not first <= starts <= last:
                yield broken("promise", _("not as promised"))
            if promise.get("team") not in (None, tour["team"]):
                yield broken("promise", _("not by the team that was promised"))
        wanted = set(needs.get("skills", [])) | {f"language:{x}" for x in needs.get("languages", [])}
        if not wanted <= able:
            yield broken("skill", _("nobody of the team has the skill or language"))
        if (place.get("access") and kind not in place["access"]) or (
            needs.get("vehicles") and kind not in needs["vehicles"]
        ):
            yield broken("access", _("this vehicle does not get there"))
        kinds = Counter(self.kit[k]["kind"] for k in tour.get("kits", []) if k in self.kit)
        if any(not kinds[k] for k in needs.get("kits", [])):
            yield broken("kit", _("the team does not have the kit"))
        for role in needs.get("partners", []):
            if not any(self._present(x, role, place, day, starts, ends) for x in tour.get("partners", [])):
                yield broken("partner", _("the partner is not there"))

    def _present(self, id: str, role: str, place: Json, day: str, starts: int, ends: int) -> bool:
        partner = self.partner.get(id, {})
        areas = partner.get("areas", [])
        return (
            role in partner.get("roles", [])
            and (not areas or any(_inside(place.get("area", ""), a) for a in areas))
            and any(a <= starts and ends <= b for a, b in _spans(partner, "hours", day))
        )

    def _roads(self, tour: Json, where: str, kind: str, team: Json) -> Iterator[Violation]:
        """Time enough for every road, set-up and rest."""
        pauses = sorted(
            (_minutes(x["starts"]), _minutes(x["ends"]), x["kind"]) for x in tour.get("breaks", [])
        )
        at, end = team["start"], _minutes(tour["departs"])
        legs = [(s["visit"], _minutes(s["starts"]), _minutes(s["ends"])) for s in tour["stops"]]
        home = team.get("end") or team["start"]
        for id, starts, ends in [*legs, ("", _minutes(tour["returns"]), 0)]:
            to = self.visit[id]["place"] if id else home
            ride = self.ride(kind, at, to)
            if ride is None:
                yield Violation("road", id or where, Words(_("no road for this vehicle")))
                return
            if at != to:
                ride += self.place[to].get("setup_minutes", 0)
            resting = sum(min(b, starts) - max(a, end) for a, b, _kind in pauses if a >= end and b <= starts)
            if starts - end < ride + resting:
                yield Violation(
                    "road", id or where, Words(_("not enough time for the road, the set-up and the rest"))
                )
            at, end = to, ends
        for a, b, _kind in pauses:
            if any(a < ends and starts < b for _id, starts, ends in legs):
                yield Violation("break", where, Words(_("a rest during a visit")))
        if any(one[1] > two[0] for one, two in pairwise(pauses)):
            yield Violation("break", where, Words(_("two rests at once")))
        left = list(pauses)
        for rest in self._rests(team, tour["day"]):
            early, late = (_minutes(x) for x in rest["begins"])
            fit = [x for x in left if early <= x[0] <= late and x[1] - x[0] >= rest["minutes"]]
            if fit:
                left.remove(fit[0])
            else:
                yield Violation("break", where, Words(_("a rest is missing or at the wrong time")))

    def _rests(self, team: Json, day: str) -> list[Json]:
        rests = team.get("breaks", [])
        weekday = _WEEKDAY[date.fromisoformat(day).weekday()]
        return [
            rest
            for rest in (rests if isinstance(rests, list) else [rests])
            if day in rest.get("days", self.days)
            and (not rest.get("weekdays") or weekday in rest["weekdays"])
        ]

    # ---- score ---------------------------------------------------------------------------------

    def _age(self, visit: Json) -> tuple[int, int]:
        """(days of waiting, priority class) with ageing."""
        ageing = self.world.get("ageing") or {}
        area = self.place[visit["place"]].get("area", "")
        more = [days for code, days in ageing.get("areas", {}).items() if area and _inside(area, code)]
        waited = (
            visit.get("waited_days", 0)
            + max(more, default=0)
            + ageing.get("groups", {}).get(visit.get("group"), 0)
        )
        waited = min(max(waited, 0), 999)
        own = visit.get("priority", 4)
        steps = waited // ageing["step_days"] if ageing.get("step_days") else 0
        return waited, own if own <= 2 else max(own - steps, 2)

    def score(self, plan: Json) -> dict[str, Any]:
        planned = [self.visit[s["visit"]] for t in plan["tours"] for s in t["stops"]]
        there = {v["id"] for v in planned}
        served = [0, 0, 0, 0]
        metres = 0
        for visit in planned:
            served[self._age(visit)[1] - 1] += visit.get("people", 1)
        for tour in plan["tours"]:
            team, kind = self.team[tour["team"]], self.vehicle[tour["vehicle"]]["kind"]
            stops = [self.visit[s["visit"]]["place"] for s in tour["stops"]]
            way = [team["start"], *stops, team.get("end") or team["start"]]
            metres += sum(round((self.km(kind, a, b) or 0) * 1000) for a, b in pairwise(way))
        return {
            "missed": sum(
                bool(v.get("mandatory") or v.get("promise"))
                for v in self.visit.values()
                if v["id"] not in there
            ),
            "served_by_class": served,
            "people": sum(served),
            "days_waited": sum(self._age(v)[0] for v in planned),
            "km": round(metres / 1000, 3),
        }
