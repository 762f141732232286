"""Which half-days can be promised to a caller, over the plans in force; and promising one of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jemput import journal, planning
from jemput.accounts.models import Account, Office
from jemput.core.codes import Partner
from jemput.core.entries import Body, DayPart, Entry, MoveReason, VisitMoved, VisitPurpose, VisitScheduled
from jemput.core.rules import Actor, objections
from jemput.core.text import BadInput, Words, _
from jemput.intake import new_id
from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow
from jemput.planning.build import PART, built
from jemput.planning.kinds import VehicleKind
from jemput.planning.plan import Plan
from jemput.planning.routers import Ways, without_gaps
from jemput.planning.wanted import next_purpose, wanted_by
from jemput.planning.week import edit, keep, publish, route
from jemput.planning.week.make import monday_of
from jemput.planning.week.models import Change, WeekPlan
from jemput.planning.week.told import Told, told
from jemput.planning.world import DAY_MINUTES, World, intersect

JSON = dict[str, Any]
AHEAD = 3
"""Weeks that are looked at, this one included."""
LEAD = 60
"""Minutes before the first visit that can still be promised for today."""
KEPT = 12
"""Instances and cases that stay in memory for the next call."""
PARTS = {"morning": DayPart.MORNING, "afternoon": DayPart.AFTERNOON}


@dataclass(frozen=True)
class Slot:
    """A half-day that can be promised."""

    monday: date
    day: date
    part: DayPart
    team: str
    expected: int
    """Minute of the day at which the visit would begin as the plan stands."""
    metres: int
    """More to drive."""


@dataclass(frozen=True)
class Answer:
    """What can be told to a caller."""

    visit: str
    purpose: VisitPurpose
    slots: tuple[Slot, ...]
    """The shortest detour first."""
    planned: tuple[WeekPlan, ...]
    """The plans that were asked."""
    told: Told
    why: tuple[tuple[WeekPlan, Words], ...] = ()
    """Where no half-day is free: the reason, plan by plan."""


class Taken(BadInput):
    """The half-day is no longer free."""

    def __init__(self) -> None:
        super().__init__(_("This half-day has just become full. Choose another one; nothing was promised."))


class NotAllowed(BadInput):
    """The rules do not let this person promise a visit now; ``reasons`` say why."""

    def __init__(self, reasons: Sequence[Words]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(reasons[0].message, **reasons[0].params)


def plans(office: Office, today: date) -> list[WeekPlan]:
    """The plans of this week and the next ones, as far as they were made."""
    mondays = [monday_of(today) + timedelta(weeks=n) for n in range(AHEAD)]
    return list(WeekPlan.objects.filter(office=office, monday__in=mondays, version__gt=0).order_by("monday"))


def ask(office: Office, case: CaseRow, now: datetime) -> Answer | None:
    """Which half-days can be promised to this person. None where no team's visit is due.

    The first answer for a plan reads its instance; those after it take milliseconds. Raises keys.Locked.
    """
    keys.ring()  # what is remembered is shown to nobody once the key is locked
    purpose = next_purpose(case)
    if purpose is None:
        return None
    id = str(case.pk) if purpose is VisitPurpose.RECORD else f"{case.pk}:{purpose}"
    known = told([id])[id]
    found, asked, why = [], [], []
    for week in plans(office, office.today(now)):
        slots, reason = _in_week(week, office, case, purpose, id, now)
        found += slots
        asked.append(week)
        if reason is not None:
            why.append((week, reason))
    return Answer(id, purpose, tuple(found), tuple(asked), known, () if found else tuple(why))


def _in_week(
    week: WeekPlan, office: Office, case: CaseRow, purpose: VisitPurpose, id: str, now: datetime
) -> tuple[list[Slot], Words | None]:
    laid, plan = _laid_out(week)
    data = _with_visit(laid, week, office, case, purpose, id, now)
    if data is None:
        return [], Words(_("The place of this visit is not known yet."))
    world = _read(data, week, id)
    visit = next(v for v in world.visits if v.id == id)
    place = next(p for p in world.places if p.id == visit.place)
    local = timezone.localtime(now, office.zone)
    free = visit.unpromised()
    left = _from(world, free.hours or place.hours, local)
    if free.hours is None and any(place.hours) and not any(left):
        return [], Words(_("No working day of this week is left to plan."))
    free = replace(free, hours=left)
    offers = planning.offers(world, plan, free)
    slots = [
        Slot(week.monday, date.fromisoformat(o.day), PARTS[o.half], o.team, o.expected, o.metres)
        for o in offers
    ]
    if slots:
        return slots, None
    key = (week.pk, week.version, _newest(), id, local.date())
    if key not in _reasons:
        rest = replace(world, visits=tuple(free if v.id == id else v for v in world.visits))
        without = replace(plan, tours=tuple(_without(t, id) for t in plan.tours))
        found = planning.explain(planning.model(rest, to_search=False), without, only={id})
        none = Words(_("No time left at the hours of this visit."))
        _remember(_reasons, key, found[0].words if found else none)
    return [], _reasons[key]


def _without(tour: planning.PlannedTour, id: str) -> planning.PlannedTour:
    return replace(tour, stops=tuple(s for s in tour.stops if s.visit != id))


def _from(world: World, hours: Any, local: datetime) -> Any:
    """The hours of a visit from now on: nobody is promised an hour that is over."""
    today, minute = local.date(), local.hour * 60 + local.minute + LEAD
    found = []
    for day, spans in zip(world.days, hours, strict=True):
        if day > today:
            found.append(spans)
        elif day == today:
            found.append(intersect(spans, ((minute, DAY_MINUTES),)) if minute < DAY_MINUTES else ())
        else:
            found.append(())
    return tuple(found)


# ---- what is remembered -------------------------------------------------------------------------------

_laid: OrderedDict[tuple[Any, ...], tuple[JSON, Plan]] = OrderedDict()
_worlds: OrderedDict[tuple[Any, ...], World] = OrderedDict()
_places: OrderedDict[tuple[Any, ...], JSON] = OrderedDict()
_reasons: OrderedDict[tuple[Any, ...], Words] = OrderedDict()


def _remember(kept: OrderedDict[tuple[Any, ...], Any], key: tuple[Any, ...], value: Any) -> Any:
    kept[key] = value
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return value


def _newest() -> int:
    """Where the journal stands, as far as promises and visits go."""
    rows = EntryRow.objects.filter(
        kind__in=("visit_scheduled", "visit_moved", "visit_started", "visit_ended")
    )
    return rows.order_by("-seq").values_list("seq", flat=True).first() or 0


def _laid_out(week: WeekPlan) -> tuple[JSON, Plan]:
    """The instance as it holds now, and the plan."""
    key = (week.pk, week.version, _newest())
    if key not in _laid:
        _remember(_laid, key, (keep.world_of(week), planning.from_json(week.plan)))
    return _laid[key]


def _read(data: JSON, week: WeekPlan, id: str) -> World:
    key = (week.pk, week.version, _newest(), id)
    if key not in _worlds:
        _remember(_worlds, key, planning.read(data))
    return _worlds[key]


def _with_visit(
    data: JSON, week: WeekPlan, office: Office, case: CaseRow, purpose: VisitPurpose, id: str, now: datetime
) -> JSON | None:
    """The instance with this visit in it, and its place; as it is where it has them."""
    if any(v["id"] == id for v in data["visits"]):
        return data
    key = (week.pk, week.now.world_id, case.pk, case.state.get("last"))
    if key not in _places:
        one = wanted_by(office, case, purpose, now)
        if one is None:
            return None
        days = [date.fromisoformat(d) for d in data["days"]]
        _remember(_places, key, built(office, days, now, routes=False, visits=[one]).data)
    alone = _places[key]
    visit = next(v for v in alone["visits"] if v["id"] == id)
    place = next(p for p in alone["places"] if p["id"] == visit["place"])
    if not any(p["id"] == place["id"] for p in data["places"]):
        data = with_place(data, place)
    return data | {"visits": [*data["visits"], visit]}


def with_place(data: JSON, place: JSON) -> JSON:
    """The instance with one more place; ways to it are reckoned by distance, also beside a route server's."""
    places, travel = [*data["places"], place], data["travel"]
    if not travel.get("minutes"):
        return data | {"places": places}
    points = [(p.get("lat", 0.0), p.get("lon", 0.0)) for p in places]
    tables: dict[str, JSON] = {"minutes": {}, "km": {}}
    for kind in travel["minutes"]:
        gap = [None]
        minutes, km = (
            [*(row + gap for row in travel[name][kind]), gap * len(places)] for name in ("minutes", "km")
        )
        filled = without_gaps(Ways(minutes, km, 0), points, travel, VehicleKind(kind))
        tables["minutes"][kind], tables["km"][kind] = filled
    return data | {"places": places, "travel": travel | tables}


# ---- promising ----------------------------------------------------------------------------------------


def objections_to(answer: Answer, actor: Actor) -> list[Words]:
    """Why this person may not promise a visit now; empty when they may."""
    if answer.told.state.visit is not None:
        return [Words(_("The team is there now."))]
    return _against(answer.told, actor, _body(answer.told, UUID(int=0), date.min, DayPart.MORNING, "", []))


def promise(
    office: Office, case: CaseRow, slot: Slot, by: Account, actor: Actor, now: datetime
) -> tuple[WeekPlan, Slot]:
    """Promise a half-day: into the journal of the case and, locked, into the week's plan; both or neither.

    Raises Taken, NotAllowed, keep.Stale, keep.Breaks, keys.Locked.
    """
    purpose = next_purpose(case)
    week = keep.current(office, slot.monday)
    if purpose is None or week is None:
        raise Taken
    id = str(case.pk) if purpose is VisitPurpose.RECORD else f"{case.pk}:{purpose}"
    instance = keep.instance_of(week)
    data = _with_visit(instance.data, week, office, case, purpose, id, now)
    if data is None:
        raise Taken
    newer = keep.Instance(data, instance.notices) if data is not instance.data else None
    with transaction.atomic():
        desk = edit.Desk(week, newer)
        plan = _placed(desk, id, slot, now)
        tour = plan.tour_of(id) if plan else None
        if plan is None or tour is None:
            raise Taken
        one = desk.known[id]
        if one.state.visit is not None:
            raise NotAllowed([Words(_("The team is there now."))])
        partners = _partners(data, id, tour.partners, publish.roles_of(office))
        body = _body(one, publish.visit_id(week, id, one), slot.day, slot.part, slot.team, partners)
        if against := _against(one, actor, body):
            raise NotAllowed(against)
        entry = Entry(
            id=new_id(), stream=case.pk, actor=by.actor, duty=actor.duty, occurred_at=now,
            after=one.state.last, body=body,
        )  # fmt: skip
        verdict = journal.append([entry])[0]
        if not verdict.stored:
            raise NotAllowed([verdict.words or Words(_("The journal did not take it."))])
        desk.known = told([v["id"] for v in data["visits"]])
        saved = desk.save(plan, by, Change.INSERTED, [id], week.locked | {id}, week.freed - {id})
        for other in plans(office, office.today(now)):
            if other.pk != week.pk and id in keep.visits_in(other.plan):
                edit.take_out(other, id, by, agreed=True)
        if week.is_published:  # then nothing else was left to say, and this has been said
            WeekPlan.objects.filter(pk=week.pk).update(published_version=saved.version)
            route.tell(saved, by, actor)
    starts = next(s.starts for s in tour.stops if s.visit == id)
    return saved, replace(slot, expected=starts)


def _placed(desk: edit.Desk, id: str, slot: Slot, now: datetime) -> Plan | None:
    """The plan with the visit in this team's half-day; None where somebody would lose their place."""
    window = PART[slot.part]
    local = timezone.localtime(now, desk.week.office.zone)
    if slot.day == local.date():
        earliest = f"{local + timedelta(minutes=LEAD):%H:%M}"
        window = (max(window[0], earliest), window[1])
    day = slot.day.isoformat()
    visits: list[Mapping[str, Any]] = []
    for visit in desk.data["visits"]:
        if visit["id"] == id:
            visit = {k: v for k, v in visit.items() if k not in ("earliest", "latest", "windows")}
            visit["promise"] = {"day": day, "window": list(window), "team": slot.team}
        visits.append(visit)
    if slot.day < local.date() or window[0] > window[1]:
        return None
    plan = desk.best(desk.data | {"visits": visits}, id, day, slot.team, None)
    return None if plan is None or desk.price(plan, but=id).dropped else plan


def _partners(data: JSON, id: str, ids: Sequence[str], roles: Mapping[int, Partner]) -> list[Partner]:
    needs = next(v for v in data["visits"] if v["id"] == id).get("needs", {}).get("partners", [])
    return publish.partners_for(needs, ids, roles)


def _body(one: Told, visit: UUID, day: date, part: DayPart, team: str, partners: list[Partner]) -> Body:
    said = one.promised
    if said is not None:
        return VisitMoved(visit=said.visit, day=day, part=part, reason=MoveReason.FAMILY_ASKED, told=True)
    return VisitScheduled(
        visit=visit, purpose=one.purpose, day=day, part=part, team=team or None, partners=partners or None
    )


def _against(one: Told, actor: Actor, body: Body) -> list[Words]:
    return objections(journal.programme_of(one.state.programme_hash), one.state, actor, body)
