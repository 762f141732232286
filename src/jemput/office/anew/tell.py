""" "Siapa yang diberi tahu": who was promised something new, and what to tell them, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jemput import journal
from jemput.accounts.access import access_case, access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.core.entries import DayPart, Entry, MoveReason, VisitMoved
from jemput.core.rules import objections
from jemput.intake import new_id
from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow
from jemput.journal.read import chunks
from jemput.office.actor import actor_of
from jemput.office.anew import words
from jemput.office.anew.replan import PLANNERS
from jemput.office.week.board import Who, whos
from jemput.office.words import say
from jemput.planning.week import keep
from jemput.planning.week.models import WeekPlan
from jemput.planning.week.told import parts, told


@dataclass(frozen=True)
class ToTell:
    """A family, and the words for it."""

    who: Who
    now: str
    message: str
    phone: str
    is_told: bool
    is_new: bool


@require_http_methods(["GET", "POST"])
@duty_required(*PLANNERS)
def tell(request: StaffRequest, monday: date) -> HttpResponse:
    """The families whose promise the plan has changed, those not told yet first."""
    week = keep.current(access_office(request), monday)
    if week is None:
        return redirect("office:week", monday.isoformat())
    if request.method == "POST":
        _told(request, request.POST.get("visit", ""))
        return redirect("office:tell", monday.isoformat())
    lines = sorted(_lines(request, week), key=lambda x: (x.is_told, x.is_new, x.who.short))
    context = {
        "here": "planning", "week": week, "monday": monday, "lines": lines,
        "open": sum(not x.is_told and not x.is_new for x in lines),
    }  # fmt: skip
    return render(request, "office/anew/tell.html", context)


def _lines(request: StaffRequest, week: WeekPlan) -> list[ToTell]:
    """Who was moved, and who was promised a visit after the first plan was published."""
    office, visits = week.office, [*keep.visits_in(week.plan)]
    since = week.versions.filter(what="replanned").order_by("-number").first()
    known, whole = told(visits), whos(request, visits)
    moves = _moves({parts(v)[0] for v in visits})
    phones = _phones([one.case for v, one in known.items() if v in whole])
    found = []
    for visit, one in known.items():
        said, who = one.promised, whole.get(visit)
        if said is None or who is None:
            continue
        entries = moves.get(said.visit, [])
        if not entries:
            continue
        last, before = entries[-1], entries[-2] if len(entries) > 1 else None
        is_move = last.kind == "visit_moved"
        if not is_move and (since is None or last.received_at < since.at or before is not None):
            continue
        now = (said.day, said.part)
        was = _said_in(before) if before else None
        if is_move and was == now and len(entries) > 2:
            was = _said_in(entries[-3])  # told in an entry of its own
        message = words.moved(office, who.ticket, was, now) if is_move and was else ""
        message = message or words.coming(office, who.ticket, *now)
        is_told = is_move and bool(last.clear.get("told"))
        found.append(
            ToTell(who, words.half(*now), message, phones.get(one.case.pk, ""), is_told, not is_move)
        )
    return found


def _moves(cases: set[UUID]) -> dict[UUID, list[EntryRow]]:
    by: dict[UUID, list[EntryRow]] = {}
    for some in chunks(cases):
        rows = EntryRow.objects.filter(stream__in=some, kind__in=("visit_scheduled", "visit_moved"))
        for row in rows.order_by("seq").defer("sealed"):
            by.setdefault(UUID(row.clear["visit"]), []).append(row)
    return by


def _said_in(row: EntryRow) -> tuple[date, DayPart]:
    return date.fromisoformat(row.clear["day"]), DayPart(row.clear.get("part", DayPart.MORNING))


def _phones(cases: list[CaseRow]) -> dict[UUID, str]:
    try:
        return {case: said.get("phone", "") for case, said in journal.headlines(cases).items()}
    except keys.Locked:
        return {}


def _told(request: StaffRequest, visit: str) -> None:
    """Write down that the family knows: the same promise once more, with that mark."""
    try:
        case, _purpose = parts(visit)
    except ValueError:
        return
    row = access_case(request, case, write=True)
    one = told([visit]).get(visit)
    if one is None or one.promised is None:
        return
    reason = _last_reason(case)
    body = VisitMoved(
        visit=one.promised.visit, day=one.promised.day, part=one.promised.part, reason=reason, told=True
    )
    actor = actor_of(request)
    against = objections(journal.programme_of(one.state.programme_hash), one.state, actor, body)
    if against:
        messages.error(request, " ".join(say(reason) for reason in against))
        return
    entry = Entry(
        id=new_id(), stream=row.pk, actor=request.user.actor, duty=actor.duty, occurred_at=timezone.now(),
        after=one.state.last, body=body,
    )  # fmt: skip
    try:
        verdict = journal.append([entry])[0]
    except keys.Locked:
        messages.error(
            request, _("The office key is locked: nothing can be saved now. Ask the administrator.")
        )
        return
    if verdict.stored:
        messages.success(request, _("Written down: the family has been told."))


def _last_reason(case: UUID) -> MoveReason:
    row = EntryRow.objects.filter(stream=case, kind="visit_moved").order_by("-seq").first()
    return MoveReason(row.clear.get("reason", MoveReason.OTHER)) if row else MoveReason.OTHER
