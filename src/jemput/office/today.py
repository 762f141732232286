"""Today: what waits for me, the oldest promise first; what is blocked and why; how the office stands.

The number of questions to the database is the same for ten cases and for a hundred thousand, and none of
them reads more rows than it shows, or than it counts (up to a thousand).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count as Number
from django.db.models import Min, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from jemput.accounts.access import access_office, access_waiting, in_area
from jemput.accounts.http import StaffRequest
from jemput.core import areas
from jemput.core.codes import Duty, Flag, Status, Urgency
from jemput.core.programme import Text
from jemput.core.text import Words
from jemput.core.waiting import OfficeTime, waiting
from jemput.journal import newest, programme_of
from jemput.journal.lists import CAP, Count
from jemput.journal.models import NO_PROMISE, CaseRow, Waiting
from jemput.journal.project import state_of
from jemput.office.anew.replan import PLANNERS
from jemput.office.showing import Names, Place, names, paged, step_label
from jemput.office.words import is_late, say, say_age, say_day, say_due
from jemput.planning.anew.changes import since_plan
from jemput.planning.week.keep import current as plan_of_week
from jemput.planning.week.make import monday_of
from jemput.sync import aside
from jemput.sync.begun import KEEPERS

PAGE = 50
BLOCKED = 20
OVERSEERS = frozenset({Duty.HEAD_OF_OFFICE, Duty.HEAD_OF_SECTION, Duty.EVALUATOR})
"""Duties that look after everybody's promises, not only after their own."""


@dataclass
class Row:
    """One thing to do."""

    case: CaseRow
    step: str
    label: Text | Words
    name: str
    since: datetime
    due: datetime | None
    why: Words | None = None

    @property
    def who(self) -> str:
        """The person, or the ticket where the name is not to be seen."""
        return self.name or self.case.ticket

    @cached_property
    def late(self) -> bool:
        """Whether the promise is broken."""
        return is_late(self.due)

    @property
    def promise(self) -> str:
        """The promise against now: "3 hari lagi"."""
        return say_due(self.due) if self.due else ""

    @property
    def last_day(self) -> str:
        """The day on which the promise ends; deadlines are the midnight after it."""
        return say_day(localtime(self.due - timedelta(microseconds=1)).date()) if self.due else ""

    @property
    def age(self) -> str:
        """How long it has waited."""
        return gettext("waiting %(age)s") % {"age": say_age(self.since)}

    @property
    def urgent(self) -> str:
        """How pressing the case is; nothing where it is not."""
        return "" if self.case.urgency == Urgency.NORMAL else say(Urgency(self.case.urgency))

    @property
    def place(self) -> str:
        """The village."""
        return areas.label(self.case.area, depth=1)


@dataclass(frozen=True)
class Group:
    """The things of one step; ``number`` is counted among the first thousand."""

    key: str
    label: Text | Words
    number: int


@require_GET
def today(request: StaffRequest) -> HttpResponse:
    """The first page after sign-in."""
    duty = request.assignment.role
    waits = access_waiting(request)
    mine = waits.filter(blocked=False)
    context: dict[str, Any] = {"here": "today", "now": timezone.now()}
    if duty is not Duty.EVALUATOR:
        context |= _tasks(request, mine) | _blocked(request, waits.filter(blocked=True))
    if duty in PLANNERS:
        context |= _changed(request)
    if duty in KEEPERS:
        context["aside"] = aside.to_look_at(request)
    if duty in OVERSEERS:
        context |= _overview(request)
    return render(request, "office/today.html", context)


def _changed(request: StaffRequest) -> dict[str, Any]:
    """How much has happened that this week's plan does not know of."""
    office, now = access_office(request), timezone.now()
    week = plan_of_week(office, monday_of(office.today(now)))
    return {"week": week, "happened": len(since_plan(week, now)) if week else 0}


def _tasks(request: StaffRequest, mine: QuerySet[Waiting]) -> dict[str, Any]:
    counted = list(mine.values_list("programme", "step", "due_at")[: CAP + 1])
    now = timezone.now()
    late = sum(due <= now for _programme, _step, due in counted)
    chosen = _step(request)
    wanted = mine.filter(programme=chosen[0], step=chosen[1]) if chosen else mine
    place = Place.read(request.GET.get("after", ""))
    if place:
        wanted = wanted.filter(place.after("due_at", step=True))
    found = wanted.select_related("case").defer("case__state")[: PAGE + 1]
    page, more = paged(found, PAGE)
    who = names(request, [w.case for w in page])
    return {
        "rows": _rows(page, who),
        "locked": who.locked,
        "groups": _groups(counted),
        "chosen": chosen and f"{chosen[0]}.{chosen[1]}",
        "total": Count(len(counted)),
        "late": Count(late),
        "continued": place is not None,
        "more": str(Place(page[-1].due_at, page[-1].case_id, page[-1].step)) if more else "",
    }


def _step(request: StaffRequest) -> tuple[int, str] | None:
    """The programme's number and the step that the list is narrowed to: "4.register_check"."""
    number, dot, step = request.GET.get("step", "").partition(".")
    return (
        (int(number), step[:40])
        if dot and number.isascii() and number.isdigit() and len(number) < 5
        else None
    )


def _rows(page: Sequence[Waiting], who: Names) -> list[Row]:
    return [
        Row(
            wait.case,
            wait.step,
            step_label(wait.case, wait.step),
            who.by_case.get(wait.case_id, ""),
            wait.since,
            wait.due,
        )
        for wait in page
    ]


def _groups(counted: Sequence[tuple[int, str, datetime]]) -> list[Group]:
    """The steps among what waits, the most frequent first, by their names of today."""
    numbers = Counter((programme, step) for programme, step, _due in counted)
    hashes = {number: newest(number).hash for number in {programme for programme, _step in numbers}}
    return [
        Group(f"{n}.{step}", step_label(CaseRow(programme_hash=hashes[n]), step), number)
        for (n, step), number in numbers.most_common()
    ]


def _blocked(request: StaffRequest, blocked: QuerySet[Waiting]) -> dict[str, Any]:
    page, more = paged(blocked.select_related("case")[: BLOCKED + 1], BLOCKED)
    who = names(request, [w.case for w in page])
    rows = [
        Row(
            w.case,
            w.step,
            step_label(w.case, w.step),
            who.by_case.get(w.case_id, ""),
            w.since,
            w.due,
            _against(w),
        )
        for w in page
    ]
    return {"blocked": rows, "blocked_more": more}


def _against(wait: Waiting) -> Words | None:
    """Why it cannot go on: papers that lack, or what its kind always wants."""
    found = waiting(programme_of(wait.case.programme_hash), state_of(wait.case), OfficeTime())
    return next((w.blocked[0] for w in found if w.step == wait.step and w.blocked), None)


# ---- for those who look after the whole -------------------------------------------------------------


@dataclass(frozen=True)
class Overdue:
    """Promises of one duty that are broken."""

    duty: Duty
    number: int
    oldest: datetime


def _overview(request: StaffRequest) -> dict[str, Any]:
    """How the area stands: cases by status, broken promises by duty, open complaints."""
    area = request.assignment.area
    office = access_office(request)
    waits = Waiting.objects.filter(office=office.code, duty__in=[d.value for d in Duty])
    cases = CaseRow.objects.filter(office=office.code)
    if area != office.code:
        waits, cases = waits.filter(in_area(area)), cases.filter(in_area(area))
    late = waits.filter(due_at__lte=timezone.now(), due_at__lt=NO_PROMISE).values_list("duty")
    overdue = [Overdue(Duty(d), n, at) for d, n, at in late.annotate(n=Number("*"), oldest=Min("due_at"))]
    statuses = dict(cases.values_list("status").annotate(n=Number("*")))
    return {
        "overview": True,
        "overdue": sorted(overdue, key=lambda o: (-o.number, o.duty)),
        "statuses": [(status, statuses.get(status.value, 0)) for status in Status],
        "open_now": sum(n for s, n in statuses.items() if s in _OPEN),
        "complaint_flag": Flag.COMPLAINT_OPEN,
    }


_OPEN = {Status.REPORTED, Status.ACCEPTED, Status.IN_PROGRESS, Status.ISSUED, Status.DELIVERED}
