"""A day afterwards: planned against done, and what the visits so far have taught."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jemput import journal
from jemput.accounts.access import access_cases, access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Office
from jemput.core.entries import VisitPurpose
from jemput.office.week.board import Who, whos
from jemput.office.week.labels import Labels
from jemput.office.week.views import LOOKERS
from jemput.office.words import say_clock
from jemput.planning import learn
from jemput.planning.models import settings_of
from jemput.planning.week import keep
from jemput.planning.week.done import DayDone, Was, day_done
from jemput.planning.week.told import parts

Row = dict[str, Any]


@require_GET
@duty_required(*LOOKERS)
def done(request: StaffRequest, monday: date, day: date) -> HttpResponse:
    """What was planned for a day and what was done. A day of another week is no page."""
    if monday.weekday() or not monday <= day < monday + timedelta(days=7):
        raise Http404
    office = access_office(request)
    week = keep.current(office, monday)
    labels = Labels(office, request.assignment.role, str)
    context: Row = {
        "here": "planning", "monday": monday, "sunday": monday + timedelta(days=6), "day": day,
        "week": week, "is_today": day == office.today(), "is_future": day > office.today(),
    }  # fmt: skip
    if week is not None and not context["is_future"]:
        shown = day_done(week, day)
        context |= {"done": shown} | _rows(request, labels, shown)
    return render(request, "office/week/done.html", context | _learned(request, office, labels))


def _rows(request: StaffRequest, labels: Labels, shown: DayDone) -> Row:
    seen = whos(request, [*(s.visit for s in shown.stops), *(visit for visit, _was in shown.others)])
    rounds = [
        {
            "team": labels.team(r.team), "km": r.km, "done": r.done, "planned": len(r.stops),
            "leaves": say_clock(r.departs), "back": say_clock(r.returns),
            "rows": [
                {"who": _who(seen, s.visit), "starts": say_clock(s.starts), "ends": say_clock(s.ends),
                 "was": s.was, "moved": s.moved, "mark": _mark(s.was)}
                for s in r.stops
            ],
        }
        for r in shown.rounds
    ]  # fmt: skip
    others = [
        {"who": _who(seen, visit), "was": was, "team": labels.team(was.team), "mark": _mark(was)}
        for visit, was in shown.others
    ]
    return {"rounds": rounds, "others": others}


def _who(seen: dict[str, Who], visit: str) -> Who:
    return seen.get(visit) or Who(visit, parts(visit)[0], "", "", "")


def _mark(was: Was | None) -> str:
    """The colour of a badge: served, not served; none while it is open."""
    if was is None or was.result is None:
        return ""
    return "ok" if was.is_done else "warn"


def _learned(request: StaffRequest, office: Office, labels: Labels) -> Row:
    past = learn.past_visits(office, timezone.now())
    numbers = set(access_cases(request).order_by().values_list("programme", flat=True).distinct())
    times = learn.service_times(past, [p for p in journal.in_use() if p.number in numbers])
    return {
        "times": [
            {"programme": labels.programme(number), "purpose": _(purpose.label), "learned": one}
            for (number, purpose), one in times.items()
            if one.count or purpose is VisitPurpose.RECORD
        ],
        "hill": learn.hill(learn.with_points(past), settings_of(office)),
        "least": learn.LEAST,
    }
