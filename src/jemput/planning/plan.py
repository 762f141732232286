"""A plan as people read it: tours with clock times, written to and read from JSON (docs/planning.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from jemput.core.text import BadInput, _
from jemput.planning.problem import Model
from jemput.planning.schedule import END, KIND, NEEDS, NEVER, OPENS, PLACE, RESTS, SERVICE, START
from jemput.planning.solve import Routes, load_routes, new_state
from jemput.planning.state import (
    LEAVES,
    NOW,
    SIZE,
    WAY,
)
from jemput.planning.world import CLASSES, World

FORMAT = "jemput-plan/1"


@dataclass(frozen=True)
class Stop:
    """A visit with its times, minutes from midnight."""

    visit: str
    arrives: int
    starts: int
    ends: int


@dataclass(frozen=True)
class Pause:
    """A rest with its times."""

    kind: str
    starts: int
    ends: int


@dataclass(frozen=True)
class PlannedTour:
    """One team on one day."""

    team: str
    day: str
    vehicle: str
    kits: tuple[str, ...]
    partners: tuple[str, ...]
    departs: int
    returns: int
    stops: tuple[Stop, ...]
    pauses: tuple[Pause, ...]
    metres: int


class Score(NamedTuple):
    """What a plan is judged by, level by level; ``order`` compares (smaller comes first)."""

    missed: int
    """Mandatory and promised visits that are not planned."""
    served: tuple[int, ...]
    """People of priority class 1, 2, ..."""
    people: int
    waited: int
    """Days that the planned visits have waited, ageing included."""
    metres: int

    def order(self) -> tuple[int, ...]:
        """Compare plans of one world by this, in lexicographic order."""
        return (self.missed, *(-n for n in self.served), -self.people, -self.waited, self.metres)


@dataclass(frozen=True)
class Plan:
    """Who is visited when by whom, and who is not."""

    world: str
    tours: tuple[PlannedTour, ...]
    unplanned: tuple[str, ...]
    score: Score

    def tour_of(self, visit: str) -> PlannedTour | None:
        """The tour that serves a visit."""
        return next((t for t in self.tours if any(s.visit == visit for s in t.stops)), None)


def score(world: World, tours: Iterable[PlannedTour]) -> Score:
    """What a plan reaches on each level."""
    tours = list(tours)
    planned = {stop.visit for tour in tours for stop in tour.stops}
    there = [v for v in world.visits if v.id in planned]
    served = [0] * CLASSES
    for visit in there:
        served[world.priority(visit) - 1] += visit.people
    return Score(
        sum(v.mandatory or v.promise is not None for v in world.visits if v.id not in planned),
        tuple(served),
        sum(served),
        sum(world.waited(v) for v in there),
        sum(t.metres for t in tours),
    )


def plan_of(model: Model, routes: Routes) -> Plan:
    """The plan of some routes, with every time from the schedule tables. What does not fit is left out."""
    p, world = model.problem, model.world
    s = new_state(model)
    load_routes(model, s, routes)
    tours = []
    for t, tour in enumerate(model.tours):
        size = int(s.tour[NOW, t, SIZE])
        if not size:
            continue
        visits = [int(v) for v in s.route[NOW, t, :size]]
        ways = [int(s.visit[NOW, v, WAY]) for v in visits]
        departs, returns, stops, pauses = timetable(model, t, visits, ways, s.table[NOW, t, LEAVES])
        used = {int(r) for way in ways for r in p.way[way, NEEDS:] if r >= 0}
        names = sorted(model.resources[r] for r in used)
        tours.append(
            PlannedTour(
                world.teams[tour.team].id,
                world.days[tour.day].isoformat(),
                world.vehicles[tour.vehicle].id,
                tuple(id for sort, id in names if sort == "kit"),
                tuple(id for sort, id in names if sort == "partner"),
                departs,
                returns,
                stops,
                pauses,
                int(s.tour[NOW, t, 1]),
            )
        )
    planned = {stop.visit for tour in tours for stop in tour.stops}
    left = tuple(v.id for v in world.visits if v.id not in planned)
    return Plan(world.name, tuple(tours), left, score(world, tours))


def timetable(
    model: Model, t: int, visits: list[int], ways: list[int], leaves: Any
) -> tuple[int, int, tuple[Stop, ...], tuple[Pause, ...]]:
    """(departure, return, stops, rests) of a tour, read back from its table of earliest ends."""
    p, world = model.problem, model.world
    kind, size, rests = p.tour[t, KIND], len(visits), int(p.tour[t, RESTS])
    rest_names = world.teams[model.tours[t].team].rests[model.tours[t].day]
    rest_names = rest_names[len(rest_names) - rests :]  # in a re-plan the first ones are over
    places = [int(p.tour[t, START]), *(int(p.visit[v, PLACE]) for v in visits), int(p.tour[t, END])]
    rides = [int(p.go[kind, a, b]) for a, b in pairwise(places)]

    def on_leg(k: int, done: int, count: int) -> tuple[int, list[Pause]]:
        """Readiness after the leg behind stop k with ``count`` rests on it, ``done`` taken before."""
        left = int(leaves[done, k])
        ready, pauses = left + rides[k], []
        for n in range(done, done + count):
            early, late, minutes = (int(x) for x in p.rest[t, n])
            begin = max(left if n == done else ready, early)
            if begin > late:
                return NEVER, []
            pauses.append(Pause(rest_names[n].kind, begin, begin + minutes))
            ready = max(ready, early) + minutes
        return ready, pauses

    closes = world.teams[model.tours[t].team].shifts[model.tours[t].day]
    returns, pauses, done = NEVER, [], 0
    for before in range(rests + 1):  # rests taken before the last leg, on it, and at home
        for count in range(rests - before + 1):
            ready, some = on_leg(size, before, count) if leaves[before, size] < NEVER else (NEVER, [])
            at, home = ready, []
            for n in range(before + count, rests):
                early, late, minutes = (int(x) for x in p.rest[t, n])
                begin = max(at, early)
                at = begin + minutes if begin <= late else NEVER
                home.append(Pause(rest_names[n].kind, begin, begin + minutes))
            if at < NEVER and ready < returns and closes is not None and ready <= closes[1]:
                returns, pauses, done = ready, [*some, *home], before
    stops: list[Stop] = []
    departs = int(p.tour[t, 4])
    for k in range(size - 1, -1, -1):
        v = visits[k]
        ends = int(leaves[done, k + 1])
        starts = ends - int(p.visit[v, SERVICE])
        for count in range(done + 1):
            if leaves[done - count, k] >= NEVER:
                continue
            ready, some = on_leg(k, done - count, count)
            if ready <= starts and _begins(p, ways[k], ready) == starts:
                break
        else:  # rests before leaving
            some = []
        setup = 0 if places[k] == places[k + 1] else world.places[places[k + 1]].setup
        if k == 0 and not some and not done:
            departs = max(departs, starts - rides[0])
        left = int(leaves[done - len(some), k]) if k else departs
        arrives = left + rides[k] - setup
        for pause in some:
            arrives += pause.ends - pause.starts if pause.starts < arrives else 0
        stops.insert(0, Stop(world.visits[v].id, min(arrives, starts), starts, ends))
        pauses = [*some, *pauses]
        done -= len(some)
    for n in range(done - 1, -1, -1):
        begin = max(int(p.rest[t, n, 0]), int(p.tour[t, OPENS]))
        pauses.insert(0, Pause(rest_names[n].kind, begin, begin + int(p.rest[t, n, 2])))
    return departs, returns, tuple(stops), tuple(pauses)


def _begins(p: Any, way: int, ready: int) -> int:
    spans = p.window[p.way[way, 0] : p.way[way, 1]]
    return next((max(ready, int(a)) for a, b in spans if ready <= b), NEVER)


def routes_in(model: Model, plan: Plan) -> Routes:
    """The routes of a plan in this world; what the world no longer has is left out."""
    world, p = model.world, model.problem
    number = {v.id: n for n, v in enumerate(world.visits)}
    resource = {name: r for r, name in enumerate(model.resources)}
    routes: Routes = [[] for _tour in model.tours]
    at = {
        (world.teams[x.team].id, world.days[x.day].isoformat(), world.vehicles[x.vehicle].id): t
        for t, x in enumerate(model.tours)
    }
    for tour in plan.tours:
        t = at.get((tour.team, tour.day, tour.vehicle))
        if t is None:
            continue
        names = [("kit", k) for k in tour.kits] + [("partner", x) for x in tour.partners]
        have = {resource[n] for n in names if n in resource}
        for stop in tour.stops:
            v = number.get(stop.visit)
            if v is None:
                continue
            ways = range(*map(int, p.ways[v, model.tours[t].day]))
            fit = [w for w in ways if {int(r) for r in p.way[w, NEEDS:] if r >= 0} <= have]
            routes[t].append((v, fit[0] if fit else -1))
    return routes


# ---- JSON ------------------------------------------------------------------------------------------


def clock(minute: int) -> str:
    """Minutes from midnight as 08:30."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _minute(text: object) -> int:
    hours, _colon, minutes = str(text).partition(":")
    return int(hours) * 60 + int(minutes)


def to_json(plan: Plan, **more: Any) -> dict[str, Any]:
    """A plan as a JSON value; ``more`` (engine, seed, reasons) goes beside it."""
    return {
        "format": FORMAT,
        "world": plan.world,
        **more,
        "score": {
            "missed": plan.score.missed,
            "served_by_class": list(plan.score.served),
            "people": plan.score.people,
            "days_waited": plan.score.waited,
            "km": round(plan.score.metres / 1000, 3),
        },
        "tours": [
            {
                "team": t.team,
                "day": t.day,
                "vehicle": t.vehicle,
                "kits": list(t.kits),
                "partners": list(t.partners),
                "departs": clock(t.departs),
                "returns": clock(t.returns),
                "km": round(t.metres / 1000, 3),
                "stops": [
                    {
                        "visit": s.visit,
                        "arrives": clock(s.arrives),
                        "starts": clock(s.starts),
                        "ends": clock(s.ends),
                    }
                    for s in t.stops
                ],
                "breaks": [
                    {"kind": x.kind, "starts": clock(x.starts), "ends": clock(x.ends)} for x in t.pauses
                ],
            }
            for t in plan.tours
        ],
        "unplanned": list(plan.unplanned),
    }


def from_json(data: Any) -> Plan:
    """A plan from a JSON value. Raises BadInput when it is none."""
    try:
        if data["format"] != FORMAT:
            raise KeyError(FORMAT)
        tours = tuple(
            PlannedTour(
                t["team"],
                t["day"],
                t["vehicle"],
                tuple(t.get("kits", ())),
                tuple(t.get("partners", ())),
                _minute(t["departs"]),
                _minute(t["returns"]),
                tuple(
                    Stop(s["visit"], *(_minute(s[n]) for n in ("arrives", "starts", "ends")))
                    for s in t["stops"]
                ),
                tuple(
                    Pause(x["kind"], _minute(x["starts"]), _minute(x["ends"])) for x in t.get("breaks", ())
                ),
                round(t.get("km", 0) * 1000),
            )
            for t in data["tours"]
        )
        score = data["score"]
        reached = Score(
            score["missed"],
            tuple(score["served_by_class"]),
            score["people"],
            score["days_waited"],
            round(score["km"] * 1000),
        )
        return Plan(data["world"], tours, tuple(data["unplanned"]), reached)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(_("This is not a plan of the form %(format)s."), format=FORMAT) from error


def same(world: World, plan: Plan) -> bool:
    """Whether a plan was made for this world's visits."""
    known = {v.id for v in world.visits}
    return all(stop.visit in known for tour in plan.tours for stop in tour.stops)


def dumps(value: Mapping[str, Any]) -> str:
    """JSON as files of Jemput hold it."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
