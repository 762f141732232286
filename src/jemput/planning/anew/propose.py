"""Planning anew when something has happened: the smallest change, its price, and who must be told.

A proposal is computed and shown; nothing is written before it is accepted. It travels with the page, signed,
so that what was seen is what is kept; accepting it builds the instance again and asks the checker.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone

from jemput import planning
from jemput.accounts.models import Account
from jemput.core.areas import covers
from jemput.core.entries import DayPart, MoveReason
from jemput.core.rules import Actor
from jemput.core.text import BadInput, Words, _
from jemput.journal.models import CaseRow
from jemput.planning.build import PART, Built, built, working_days
from jemput.planning.checker import check
from jemput.planning.plan import Plan, PlannedTour
from jemput.planning.replanning import begun
from jemput.planning.wanted import Wanted, wanted, wanted_by
from jemput.planning.week import keep, publish
from jemput.planning.week.make import kept_beside, past_tours
from jemput.planning.week.models import Change, WeekPlan
from jemput.planning.week.told import Told, parts, told

JSON = dict[str, Any]
SECONDS = 1.0
"""CPU seconds for a proposal."""
VALID = timedelta(minutes=30)
"""A proposal older than this is made again: teams have driven on."""
_SALT = "jemput.planning.anew"


@dataclass(frozen=True)
class Shift:
    """Somebody who was promised something, and what becomes of it."""

    visit: str
    was: tuple[date, DayPart]
    now: tuple[date, int] | None
    """Day and minute; None: no place any more."""
    team: str = ""


@dataclass(frozen=True)
class Added:
    """Somebody who gets a place."""

    visit: str
    day: date
    minute: int
    team: str


@dataclass(frozen=True)
class Proposal:
    """A new plan and its price, against the one in force."""

    week: WeekPlan
    plan: JSON
    moved: tuple[Shift, ...]
    kept: int
    """Promises kept."""
    other_team: tuple[str, ...]
    """Promises kept, but by another team; nobody need be told."""
    added: tuple[Added, ...]
    dropped: tuple[str, ...]
    """Planned before and not promised: no place any more."""
    people: tuple[int, int]
    """From today on, before and after."""
    metres: tuple[int, int]
    refused: frozenset[str]
    """Whom the scheduler does not want moved."""
    closed: str
    """The area whose roads are closed today."""
    at: datetime
    without: tuple[tuple[str, Words], ...] = ()
    """Who must be served and has no place, and why."""

    @property
    def token(self) -> str:
        """The proposal as it travels with the page."""
        told = {
            "week": str(self.week.pk), "version": self.week.version, "plan": self.plan, "closed": self.closed,
            "refused": sorted(self.refused), "moved": [m.visit for m in self.moved],
            "said": sorted({*self.other_team, *(a.visit for a in self.added)}),
        }  # fmt: skip
        return signing.dumps(told, salt=_SALT, compress=True)


class Outdated(BadInput):
    """The proposal no longer fits what is so."""

    def __init__(self) -> None:
        super().__init__(
            _("Something else has happened since this was proposed. Nothing was saved; this is a new one.")
        )


@dataclass(frozen=True)
class _Ground:
    """What a proposal stands on."""

    made: Built
    days: list[date]
    old: Plan
    """The plan in force from today on, without what failed or cannot drive on."""
    past: list[JSON]
    done: frozenset[str]
    known: Mapping[str, Told]


def propose(
    week: WeekPlan,
    now: datetime,
    *,
    refused: Collection[str] = (),
    closed: str = "",
    seconds: float = SECONDS,
) -> Proposal:
    """The nearest good plan from now on. ``refused``: promises that must stay, though others then lose more.

    Raises BadInput (no day left), keep.Breaks, keys.Locked.
    """
    ground = _ground(week, now, closed)
    local = timezone.localtime(now, week.office.zone)
    refused = frozenset(refused)
    data = keep.arranged(
        ground.made.data, planning.to_json(ground.old), week.locked, week.freed, ground.known
    )
    said = {
        v: (one.promised.day.isoformat(), keep.minutes(PART[one.promised.part]))
        for v, one in ground.known.items()
        if one.promised and one.promised.day in ground.days and v not in refused and v not in week.freed
    }
    minute = (local.date().isoformat(), local.hour * 60 + local.minute)
    world = planning.read(data)
    found = planning.replan(
        world, ground.old, said, now=minute if local.date() in ground.days else None, seconds=seconds
    )
    beside = kept_beside(week.plan) | {"past": ground.past}
    plan = planning.to_json(found.plan, **beside)
    proposal = _compared(week, ground, found.plan, plan, refused, closed, now)
    if violations := check(_arranged(proposal, ground), plan):
        raise keep.Breaks(violations)
    model = planning.model(planning.read(_arranged(proposal, ground)), to_search=False)
    must = {v.id for v in model.world.visits if v.mandatory or v.promise}
    why = planning.explain(model, found.plan, only=must)
    return replace(proposal, without=tuple((r.visit, r.words) for r in why))


def accept(
    token: str, by: Account, actor: Actor, now: datetime, *, reason: MoveReason,
    week: WeekPlan, told_already: Collection[str] = (),
) -> publish.Published:  # fmt: skip
    """Keep a proposal as the plan's next version, and write to the journals what families must know.

    Raises Outdated, keep.Stale, keys.Locked.
    """
    try:
        told_then = signing.loads(token, salt=_SALT, max_age=VALID)
    except signing.BadSignature as bad:
        raise Outdated from bad
    if told_then["week"] != str(week.pk):
        raise Outdated
    if week.version != told_then["version"]:
        raise keep.Stale(week)
    ground = _ground(week, now, told_then["closed"])
    moved, refused = set(told_then["moved"]), set(told_then["refused"])
    plan = told_then["plan"]
    served = set(keep.visits_in(plan))
    plan["unplanned"] = [v["id"] for v in ground.made.data["visits"] if v["id"] not in served]
    locked, freed = week.locked | (refused & served), week.freed | moved
    data = keep.arranged(ground.made.data, plan, locked, freed, ground.known)
    with transaction.atomic():
        try:
            saved = keep.save(
                week.office, week.monday, plan, by, Change.REPLANNED, seen=week.version, data=data,
                world=keep.Instance(ground.made.data, ground.made.notices), visits=sorted(moved),
                locked=locked, freed=freed,
            )  # fmt: skip
        except keep.Breaks as breaks:
            raise Outdated from breaks
        only = moved | set(told_then["said"])
        return publish.publish(
            saved, by, actor, seen=saved.version, reason=reason, only=only, told=told_already
        )


# ---- what it stands on ----------------------------------------------------------------------------------


def _ground(week: WeekPlan, now: datetime, closed: str) -> _Ground:
    office, local = week.office, timezone.localtime(now, week.office.zone)
    today = local.date()
    days = [d for d in working_days(office, week.monday) if d >= today]
    if not days:
        raise BadInput(_("No working day of this week is left to plan."))
    old = planning.from_json(week.plan)
    asked = wanted(office, days[-1], now)
    waiting = {w.id for w in asked}
    known = told({*waiting, *keep.visits_in(week.plan)})
    done = frozenset(v for v, one in known.items() if v not in waiting and one.begun_since(week.begins))
    failed = {v for v, one in known.items() if one.waits_again}
    tours, lost = _still_driving(week, old, days, today, local, done, failed)
    driven = {s.visit for t in tours for s in t.stops} & done
    carried = [w for v in sorted(driven) if (w := _once_more(week, v, now)) is not None]
    made = built(office, days, now, visits=[*asked, *carried])
    _as_before(made.data, keep.instance_of(week).data, week, driven)
    _close(made.data, closed, today, driven)
    past = [*past_tours(week.plan, days[0]), *lost]
    plan = replace(old, tours=tuple(tours))
    return _Ground(made, days, plan, past, frozenset(driven), known)


def _once_more(week: WeekPlan, visit: str, now: datetime) -> Wanted | None:
    """A visit that was made already, so that the instance knows where the team is."""
    case, purpose = parts(visit)
    row = CaseRow.objects.filter(pk=case, office=week.office_id).defer("headline").first()
    return wanted_by(week.office, row, purpose, now) if row else None


def _still_driving(
    week: WeekPlan, old: Plan, days: list[date], today: date, local: datetime,
    done: frozenset[str], failed: set[str],
) -> tuple[list[PlannedTour], list[JSON]]:  # fmt: skip
    """The tours from today on that can go on, and of those that cannot, what was driven today.

    A stop that failed, or that should have been but was not begun when its team or set fell out, waits anew.
    """
    minute = (today.isoformat(), local.hour * 60 + local.minute)
    bare = built(week.office, days, local, routes=False, visits=[]).data
    teams = {t["id"]: t for t in bare["teams"]}
    vehicles = {v["id"]: v["days"] for v in bare["vehicles"]}
    there = {x["id"]: x["days"] for x in bare["kits"]}
    plain = {(t["team"], t["day"]): t for t in week.plan["tours"]}
    tours, lost = [], []
    for tour in old.tours:
        if tour.day < days[0].isoformat():
            continue
        goes = (
            tour.team in teams
            and tour.day in teams[tour.team]["days"]
            and tour.day in vehicles.get(tour.vehicle, [])
        )
        over = {s.visit for s in begun(tour, minute)}
        stops = tuple(s for s in tour.stops if s.visit not in failed or s.visit not in over)
        if not goes:
            was = {s.visit for s in stops if s.visit in done}
            if was:
                one = plain[tour.team, tour.day]
                lost.append(one | {"stops": [s for s in one["stops"] if s["visit"] in was]})
            continue
        kits = tuple(k for k in tour.kits if tour.day in there.get(k, []))
        if kits != tour.kits and tour.day == minute[0]:
            stops = tuple(s for s in stops if s.visit in done or s.visit not in over)
        if stops:
            tours.append(replace(tour, stops=stops, kits=kits))
    return tours, lost


def _as_before(data: JSON, before: JSON, week: WeekPlan, driven: Collection[str]) -> None:
    """Times that were planned with stay, so that only what has happened moves anybody."""
    took = {v["id"]: v["service_minutes"] for v in before["visits"]}
    setup = {p["id"]: p["setup_minutes"] for p in before["places"]}
    for visit in data["visits"]:
        visit["service_minutes"] = took.get(visit["id"], visit["service_minutes"])
        if visit["id"] in driven:  # it has been; nothing of it is still asked for
            visit.pop("earliest", None), visit.pop("latest", None), visit.pop("suits", None)
            visit |= {"needs": {}, "mandatory": False}
    for place in data["places"]:
        place["setup_minutes"] = setup.get(place["id"], place["setup_minutes"])
    if not data["travel"].get("minutes"):
        data["travel"] |= {k: v for k, v in before["travel"].items() if k not in ("minutes", "km")}


def _close(data: JSON, closed: str, today: date, driven: Collection[str]) -> None:
    """Nobody of an area is met today."""
    if not closed:
        return
    busy = {v["place"] for v in data["visits"] if v["id"] in driven}
    starts = {t[end] for t in data["teams"] for end in ("start", "end")}
    for place in data["places"]:
        if covers(closed, place["area"]) and place["id"] not in busy | starts:
            always = {"*": [["00:00", "24:00"]]}
            place["windows"] = {**(place.get("windows") or always), today.isoformat(): []}


# ---- what comes of it -----------------------------------------------------------------------------------


def _arranged(proposal: Proposal, ground: _Ground) -> JSON:
    week, moved = proposal.week, {m.visit for m in proposal.moved}
    locked = week.locked | (proposal.refused & set(keep.visits_in(proposal.plan)))
    return keep.arranged(ground.made.data, proposal.plan, locked, week.freed | moved, ground.known)


def _compared(
    week: WeekPlan,
    ground: _Ground,
    new: Plan,
    plan: JSON,
    refused: frozenset[str],
    closed: str,
    now: datetime,
) -> Proposal:
    at = {s.visit: (t, s) for t in new.tours for s in t.stops}
    was = {s.visit: t.team for t in ground.old.tours for s in t.stops}
    moved, kept, other = [], 0, []
    for visit, one in ground.known.items():
        said = one.promised
        if said is None or said.day not in ground.days:
            continue
        here = at.get(visit)
        first, last = keep.minutes(PART[said.part])
        if here and here[0].day == said.day.isoformat() and first <= here[1].starts <= last:
            kept += 1
            if visit in was and was[visit] != here[0].team:
                other.append(visit)
        elif here or visit in was:  # who had no place before loses none: see ``without``
            place = (date.fromisoformat(here[0].day), here[1].starts) if here else None
            moved.append(Shift(visit, (said.day, said.part), place, here[0].team if here else ""))
    promised = {m.visit for m in moved}
    added = [
        Added(v, date.fromisoformat(t.day), s.starts, t.team)
        for v, (t, s) in at.items()
        if v not in was and v not in ground.done and v not in promised
    ]
    before = set(was) - ground.done
    asked = {v["id"] for v in ground.made.data["visits"]}
    return Proposal(
        week, plan, tuple(moved), kept, tuple(other), tuple(added),
        tuple(sorted((before & asked) - set(at) - promised)),
        (len(before), len(set(at) - ground.done)),
        (sum(t.metres for t in ground.old.tours), new.score.metres), refused, closed, now,
    )  # fmt: skip
