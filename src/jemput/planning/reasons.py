"""Why somebody is not in the plan, and what would make it possible, by the same schedule as the plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from jemput.core.text import Words, _
from jemput.planning import moves, travel
from jemput.planning.plan import Plan, routes_in
from jemput.planning.problem import Model, Resources, able, hours_of, starts, tours_of
from jemput.planning.schedule import CLOSES, DAY, FIRST_TOUR, LAST_TOUR, NEEDS, NEVER, SCARCE, Problem
from jemput.planning.solve import load_routes, new_state
from jemput.planning.state import NOW, NOWHERE, TOO_FAR, State
from jemput.planning.world import Visit, World

SCARCE_SORTS: tuple[tuple[str, ...], ...] = (("kit",), ("partner",), ("kit", "partner"))
"""What may be with another team: first each alone, so that the reason names no more than binds."""
LONGER = 240
"""Minutes of overtime that are tried."""
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


@dataclass(frozen=True)
class Reason:
    """Why a visit is not planned."""

    visit: str
    code: str
    """What binds: place, dates, hours, skill, access, kit, partner, distance, busy, room."""
    words: Words
    minutes: int | None = None
    """With so many minutes more of one team it would fit."""
    displaces: tuple[str, ...] = ()
    """It would fit in place of these visits."""


def explain(model: Model, plan: Plan, only: Collection[str] | None = None) -> list[Reason]:
    """A reason for every visit of the world that the plan leaves out; or for those of them in ``only``."""
    planned = {stop.visit for tour in plan.tours for stop in tour.stops}
    left = [
        v
        for v, visit in enumerate(model.world.visits)
        if visit.id not in planned and (only is None or visit.id in only)
    ]
    if not left:
        return []
    state = new_state(model)
    load_routes(model, state, routes_in(model, plan))
    late = model.problem._replace(tour=model.problem.tour.copy())
    late.tour[:, CLOSES] += LONGER
    longer = replace(model, problem=late)
    late_state = new_state(longer)
    load_routes(longer, late_state, routes_in(model, plan))
    free = [(sorts, _free(model, sorts)) for sorts in SCARCE_SORTS]
    resources, wrong = Resources(model.world), travel.misplaced(model.world)
    reasons = []
    for v in left:
        visit = model.world.visits[v]
        reason = impossible(model, resources, wrong, v)
        if reason is None:
            reason = _no_room(model, state, longer, late_state, free, v)
        reasons.append(Reason(visit.id, *reason))
    return reasons


def _free(model: Model, sorts: tuple[str, ...]) -> Problem:
    """The problem in which nobody needs resources of these sorts."""
    free = model.problem._replace(way=model.problem.way.copy(), visit=model.problem.visit.copy())
    needs = free.way[:, NEEDS:]
    for r, (sort, _id) in enumerate(model.resources):
        if sort in sorts:
            needs[needs == r] = -1
    free.visit[:, SCARCE] = 1
    return free


Why = tuple[str, Words, int | None, tuple[str, ...]]


def _why(code: str, message: str, **values: object) -> Why:
    return code, Words(message, values), None, ()


def days_in_words(world: World, days: list[int]) -> Words:
    """ "Tuesday or Thursday"; with dates when the plan is longer than a week."""
    names = []
    for d in sorted(set(days)):
        name = Words(WEEKDAYS[world.days[d].weekday()])
        if len(world.days) > 7:
            name = Words(_("%(weekday)s %(date)s"), {"weekday": name, "date": world.days[d].isoformat()})
        names.append(name)
    if len(names) == len(world.days) > 1:
        return Words(_("any day of this plan"))
    words = names[0]
    for name in names[1:-1]:
        words = Words(_("%(one)s, %(other)s"), {"one": words, "other": name})
    return Words(_("%(one)s or %(other)s"), {"one": words, "other": names[-1]}) if len(names) > 1 else words


def impossible(model: Model, resources: Resources, wrong: dict[str, str], v: int) -> Why | None:
    """What stands in the way even of an empty week; None when nothing does."""
    world, visit = model.world, model.world.visits[v]
    place = next(p for p in world.places if p.id == visit.place)
    if visit.place in wrong:
        return {
            "swapped": _why("place", _("Latitude and longitude of the place look swapped.")),
            "abroad": _why("place", _("The point of the place lies outside Indonesia.")),
            "far": _why("place", _("The point of the place lies far from all others; check it on the map.")),
        }[wrong[visit.place]]
    days = [d for d in range(len(world.days)) if visit.earliest <= d <= visit.latest]
    if visit.promise:
        days = [d for d in days if d == visit.promise.day]
    if not days:
        return _why(
            "dates", _("None of the days of this plan lies between the earliest and the latest date.")
        )
    told = visit.promise.window if visit.promise else None
    open_days = [d for d in days if starts(hours_of(world, visit, place.hours, d), visit.service, told)]
    if not open_days:
        if visit.hours and not any(visit.hours):
            return _why(
                "hours", _("No working day left in this plan suits the person: ask about other days.")
            )
        spans = [s for d in days for s in hours_of(world, visit, place.hours, d)]
        longest = max((b - a for a, b in spans), default=0)
        if visit.hours and not longest:
            return _why(
                "hours",
                _(
                    "The days and hours that suit the person never meet the dates of the visit or the hours "
                    "of the place: ask about others."
                ),
            )
        return _why(
            "hours",
            _("The visit takes %(minutes)s minutes; people can be met for %(longest)s at a time at most."),
            minutes=visit.service,
            longest=longest,
        )
    return _without_team(world, visit, place.access, open_days) or _without_resources(
        model, resources, visit, place.area, open_days, v
    )


def _without_team(world: World, visit: Visit, access: frozenset[str], days: list[int]) -> Why | None:
    tours = tours_of(world)
    skilled = [t for t in tours if visit.skills <= world.teams[t.team].skills[t.day]]
    if not any(t.day in days for t in skilled):
        missing = sorted(
            s for s in visit.skills if not any(s in world.teams[t.team].skills[t.day] for t in tours)
        )
        if missing:
            return _why("skill", _("Nobody here can do this: %(skill)s."), skill=", ".join(missing))
        return _why(
            "skill",
            _("Needs a team with %(skill)s on %(days)s; there is one only on %(other)s."),
            skill=", ".join(sorted(visit.skills)),
            days=days_in_words(world, days),
            other=days_in_words(world, [t.day for t in skilled]),
        )
    if not any(t.day in days and able(world, t, visit, access) for t in skilled):
        kinds = sorted(visit.vehicles or access) or ["-"]
        return _why(
            "access",
            _("Only %(vehicles)s gets there, and no suitable team has one on %(days)s."),
            vehicles=", ".join(kinds),
            days=days_in_words(world, days),
        )
    return None


def _without_resources(
    model: Model, resources: Resources, visit: Visit, area: str, days: list[int], v: int
) -> Why | None:
    world, p = model.world, model.problem
    for kind in visit.kits:
        if not any(resources.kits_on(kind, d) for d in days):
            return _why(
                "kit", _("Needs a kit (%(kit)s) on %(days)s."), kit=kind, days=days_in_words(world, days)
            )
    for role in visit.partners:
        there = [d for d in range(len(world.days)) if resources.partners_on(role, area, d)]
        if not set(there) & set(days):
            return _why(
                "partner",
                _("Needs a partner (%(role)s) on %(days)s."),
                role=role,
                days=days_in_words(world, days),
            )
    if all(a == b for a, b in p.ways[v]):
        return _why(
            "partner",
            _("The hours of those who must come along (%(roles)s) never meet the hours of the place."),
            roles=", ".join((*visit.kits, *visit.partners)),
        )
    if p.visit[v, FIRST_TOUR] == p.visit[v, LAST_TOUR]:
        return _why(
            "distance", _("The way there, the visit and the way back take longer than a working day.")
        )
    return None


def _no_room(
    model: Model, s: State, longer: Model, late: State, free: list[tuple[tuple[str, ...], Problem]], v: int
) -> Why:
    """The week is full: how many minutes are missing, whom it would displace, or which kit is elsewhere."""
    p, world = model.problem, model.world
    tours = model.tour_mask(v)
    short_of = next(
        (
            sorts
            for sorts, without in (free if p.visit[v, SCARCE] else ())
            if any(moves.price(without, s, v, t) < TOO_FAR for t in tours)
        ),
        (),
    )
    if short_of:
        needed = [
            r
            for d in range(len(world.days))
            for w in range(*p.ways[v, d])
            for r in p.way[w, NEEDS:]
            if r >= 0 and model.resources[r][0] in short_of
        ]
        names = sorted({model.resources[r][1] for r in needed})
        return (
            "busy",
            Words(
                _("A team has time, but %(names)s is with another team or has no room left on %(days)s."),
                {
                    "names": ", ".join(names),
                    "days": days_in_words(world, [int(p.tour[t, DAY]) for t in tours]),
                },
            ),
            None,
            _displaced(model, s, v),
        )
    short = NEVER
    for t in tours:
        _begin, back = moves.try_out(longer.problem, late, v, t)
        short = min(short, back - int(p.tour[t, CLOSES]))
    minutes = short if 0 < short <= LONGER else None
    instead = _displaced(model, s, v)
    who = ", ".join(instead)
    if minutes and instead:
        words = Words(
            _("No time left: needs %(minutes)s minutes more, or would displace %(who)s."),
            {"minutes": minutes, "who": who},
        )
    elif minutes:
        words = Words(_("No time left: needs %(minutes)s minutes more."), {"minutes": minutes})
    elif instead:
        words = Words(_("No time left at the hours of this visit: would displace %(who)s."), {"who": who})
    else:
        words = Words(_("No time left at the hours of this visit."))
    return "room", words, minutes, instead


def _displaced(model: Model, s: State, v: int) -> tuple[str, ...]:
    t, first, last = moves.displace(model.problem, s, v)
    if t == NOWHERE:
        return ()
    return tuple(model.world.visits[u].id for u in s.route[NOW, t, first:last])
