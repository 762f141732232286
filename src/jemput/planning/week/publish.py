"""Publishing a week: what the plan says and the cases do not say yet is written into their journals.

The journal is asked each time what families know, so publishing twice writes nothing twice. What the rules
forbid is told and left; nobody is forced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from jemput import journal
from jemput.accounts.models import Account, Office
from jemput.core.codes import Partner
from jemput.core.entries import Body, DayPart, Entry, MoveReason, Ordered, VisitMoved, VisitScheduled
from jemput.core.programme import Programme
from jemput.core.rules import Actor, allowed, objections
from jemput.core.text import Words, _
from jemput.intake import new_id
from jemput.planning.models import PartnerPerson
from jemput.planning.week import keep, route
from jemput.planning.week.models import WeekPlan
from jemput.planning.week.told import Told, told

NOON = "12:00"


@dataclass(frozen=True)
class Saying:
    """What one visit of the plan adds to the journal of its case."""

    visit: str
    case: UUID
    body: Body
    after: UUID | None = field(repr=False)
    """The last entry of the case that was seen."""
    against: tuple[Words, ...] = ()
    """Why the acting person may not write it; empty when they may."""


@dataclass(frozen=True)
class Published:
    """What publishing did."""

    week: WeekPlan
    written: tuple[Saying, ...]
    refused: tuple[Saying, ...]
    """Left out, each with its reasons."""
    routed: int = 0
    """Visits that were told a new place in their team's day."""


def sayings(week: WeekPlan, actor: Actor, reason: MoveReason = MoveReason.OTHER) -> list[Saying]:
    """What is still to be said in the journals, tour by tour, and what stands against it for this actor."""
    visits = keep.visits_in(week.plan)
    known = told(visits)
    needs = {v["id"]: v.get("needs", {}).get("partners", []) for v in keep.instance_of(week).data["visits"]}
    roles = roles_of(week.office)
    found = []
    for tour in week.plan["tours"]:
        for stop in tour["stops"]:
            one = known.get(stop["visit"])
            if one is None or one.begun_since(week.begins):
                continue
            partners = partners_for(needs.get(stop["visit"], []), tour["partners"], roles)
            for body in _bodies(week, tour, stop, one, partners, reason):
                found += _judged(stop["visit"], one, body, actor, tour)
    return found


def publish(
    week: WeekPlan, by: Account, actor: Actor, *, seen: int, reason: MoveReason = MoveReason.OTHER,
    only: Collection[str] | None = None, told: Collection[str] = (),
) -> Published:  # fmt: skip
    """Write what is to be said, as the acting account and its duty; what is forbidden is given back.

    ``seen``: the version on the screen; ``only``: these visits alone (a re-plan); ``told``: visits whose
    families know of their new time already. Raises keep.Stale, keys.Locked.
    """
    with transaction.atomic():
        row = WeekPlan.objects.select_for_update().get(pk=week.pk)
        if row.version != seen:
            raise keep.Stale(row)
        todo = [_marked(s, told) for s in sayings(row, actor, reason) if only is None or s.visit in only]
        may = [s for s in todo if not s.against]
        entries = [
            Entry(
                id=new_id(), stream=s.case, actor=by.actor, duty=actor.duty, occurred_at=timezone.now(),
                after=s.after, body=s.body,
            )
            for s in may
        ]  # fmt: skip
        verdicts = journal.append(entries) if entries else []
        written, refused = [], [s for s in todo if s.against]
        for one, verdict in zip(may, verdicts, strict=True):
            if verdict.stored:
                written.append(one)
            else:
                words = verdict.words or Words(_("The journal did not take it."))
                refused.append(Saying(one.visit, one.case, one.body, one.after, (words,)))
        said = not refused or any(isinstance(s.body, VisitScheduled | VisitMoved) for s in written)
        left = sayings(row, actor, reason)
        routed = route.tell(row, by, actor, but={s.visit for s in left})
        if said if only is None else not left:
            row.published_version, row.published_by, row.published_at = row.version, by, timezone.now()
            row.save(update_fields=["published_version", "published_by", "published_at"])
        settled = {s.visit for s in written}
        row.versions.filter(number=row.version).update(freed=sorted(row.freed - settled))
    return Published(WeekPlan.objects.get(pk=week.pk), tuple(written), tuple(refused), routed)


def _marked(one: Saying, told: Collection[str]) -> Saying:
    if one.visit in told and isinstance(one.body, VisitMoved):
        return replace(one, body=one.body.model_copy(update={"told": True}))
    return one


# ---- what is to be said ---------------------------------------------------------------------------------


def _bodies(
    week: WeekPlan, tour: Mapping[str, Any], stop: Mapping[str, Any], one: Told,
    partners: list[Partner], reason: MoveReason,
) -> Iterator[Body]:  # fmt: skip
    """The promise that the plan makes of a visit, as far as the case does not say so already."""
    day, part = date.fromisoformat(tour["day"]), part_of(stop["starts"])
    said = one.promised
    if said and said.day == day and said.part in (part, DayPart.ALL_DAY):
        part = said.part
    elif said:
        yield VisitMoved(visit=said.visit, day=day, part=part, reason=reason)
    if said is None or said.team != tour["team"]:  # made, or kept by another team
        yield VisitScheduled(
            visit=said.visit if said else visit_id(week, stop["visit"], one), purpose=one.purpose, day=day,
            part=part, team=tour["team"], partners=partners or None,
        )  # fmt: skip


def part_of(starts: str) -> DayPart:
    """The half of the day that is promised, from the planned time."""
    return DayPart.MORNING if starts < NOON else DayPart.AFTERNOON


def visit_id(week: WeekPlan, visit: str, one: Told) -> UUID:
    """The journal's id of a visit: it follows from the plan and from how often the case was visited before,
    so that the same plan names the same visit, and a second try another one.
    """
    return uuid5(week.pk, f"{visit} {len(one.state.visits)}")


def _judged(visit: str, one: Told, body: Body, actor: Actor, tour: Mapping[str, Any]) -> list[Saying]:
    """The saying with what stands against it; an order before it, where this actor may and must give one."""
    programme = journal.programme_of(one.state.programme_hash)
    against = tuple(objections(programme, one.state, actor, body))
    last, case = one.state.last, one.case.pk
    order = _order(programme, one, actor, tour) if against else None
    if order is not None:
        return [Saying(visit, case, order, last), Saying(visit, case, body, last, against)]
    return [Saying(visit, case, body, last, against)]


def _order(programme: Programme, one: Told, actor: Actor, tour: Mapping[str, Any]) -> Ordered | None:
    first = {
        id
        for step in programme.steps
        if step.entry == "visit_scheduled" and step.id not in one.state.done
        for id in step.after
    }
    may = [a for a in allowed(programme, one.state, actor) if a.kind == "ordered" and a.allowed]
    if any(a.step and a.step.id in first for a in may):
        return Ordered(team=tour["team"])
    return None


# ---- partners -------------------------------------------------------------------------------------------


def roles_of(office: Office) -> dict[int, Partner]:
    """What each partner comes as, by number."""
    rows = PartnerPerson.objects.filter(office=office).values_list("pk", "role")
    return {pk: Partner(role) for pk, role in rows}


def partner_number(id: str) -> int:
    """The number of a partner from the instance's id: "partner-7", or "partner-7-35.03.04.2001"."""
    return int(id.split("-")[1])


def partners_for(needs: Sequence[str], ids: Sequence[str], roles: Mapping[int, Partner]) -> list[Partner]:
    """Who comes along to one visit, of those who go with the tour."""
    there = [roles[n] for n in map(partner_number, ids) if n in roles]
    return list(dict.fromkeys(role for need in needs for role in there if role.value in need.split("|")))
