""" "Susun ulang hari ini": what has happened, the smallest change, who is told what; one key accepts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jemput.accounts.access import access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Office
from jemput.core.areas import label
from jemput.core.codes import Duty
from jemput.core.entries import DayPart, MoveReason
from jemput.core.text import BadInput
from jemput.journal import keys
from jemput.journal.models import CaseRow
from jemput.office.actor import actor_of
from jemput.office.anew import words
from jemput.office.week.board import Who, whos
from jemput.office.week.labels import Labels
from jemput.office.words import say, say_day
from jemput.planning.anew import changes, propose
from jemput.planning.anew.changes import Happening
from jemput.planning.anew.propose import Added, Proposal, Shift
from jemput.planning.week import keep, publish
from jemput.planning.week.models import WeekPlan
from jemput.planning.week.told import parts

PLANNERS = (Duty.SCHEDULER, Duty.MAIN_ADMIN)
NOON = 12 * 60


@dataclass(frozen=True)
class Line:
    """Somebody who is told something else."""

    who: Who
    was: str
    now: str
    team: str
    message: str


@require_http_methods(["GET", "POST"])
@duty_required(*PLANNERS)
def anew(request: StaffRequest, monday: date) -> HttpResponse:
    """Look at what has happened, try other choices, accept. Nothing is written before that."""
    office = access_office(request)
    week = keep.current(office, monday)
    if week is None or monday + timedelta(days=6) < office.today():
        return redirect("office:week", monday.isoformat())
    problem = ""
    if request.POST.get("do") == "accept":
        problem = _accepted(request, week)
        if not problem:
            return redirect("office:tell", monday.isoformat())
        week = keep.current(office, monday) or week
    return _page(request, week, problem)


def _page(request: StaffRequest, week: WeekPlan, problem: str) -> HttpResponse:
    now = timezone.now()
    found = changes.since_plan(week, now)
    given = request.POST if request.method == "POST" else request.GET
    closed = given.get("closed", "")
    closed = closed if closed in dict(_areas(week)) else ""
    refused = set(given.getlist("refuse")) & set(keep.visits_in(week.plan))
    context: dict[str, Any] = {
        "here": "planning", "week": week, "monday": week.monday, "problem": problem,
        "today": week.office.today(now), "areas": _areas(week), "closed": closed,
        "reasons": [(r.value, say(r)) for r in MoveReason],
        "reason": given.get("reason") or _reason(found, closed),
        "asked": bool(found or closed or refused or "try" in given),
    }  # fmt: skip
    try:
        context |= _said(request, week, found)
        if context["asked"]:
            context |= _shown(request, propose.propose(week, now, refused=refused, closed=closed))
    except keys.Locked:
        context["locked"] = True
    except keep.Breaks as breaks:
        labels = Labels(week.office, request.assignment.role, _called(request, []))
        context["breaks"] = [(labels.where(v.where), labels.say(v.words)) for v in breaks.violations[:12]]
    except BadInput as bad:
        context["problem"] = say(bad.words)
    return render(request, "office/anew/replan.html", context, status=409 if problem else 200)


def _reason(found: Iterable[Happening], closed: str) -> str:
    return (MoveReason.WEATHER_ROAD if closed else changes.reason_of(found)).value


def _areas(week: WeekPlan) -> list[tuple[str, str]]:
    """Villages that a team still goes to; their road may be closed."""
    ids = {parts(v)[0] for v in keep.visits_in(week.plan)}
    codes = CaseRow.objects.filter(pk__in=ids).order_by().values_list("area", flat=True).distinct()
    villages = {code.partition("/")[0] for code in codes}
    return sorted(((code, label(code, depth=1)) for code in villages), key=lambda pair: pair[1])


def _called(request: StaffRequest, visits: list[str]) -> Any:
    known = whos(request, visits)
    return lambda visit: known[visit].short if visit in known else visit


def _said(request: StaffRequest, week: WeekPlan, found: list[Happening]) -> dict[str, Any]:
    known = whos(request, [h.visit for h in found if h.visit])
    labels = Labels(week.office, request.assignment.role, str)
    rows = []
    for happening in found:
        about = known.get(happening.visit)
        name = about.short if about else labels.token(happening.thing) if happening.thing else ""
        name = name or _("a case outside your area")
        day = say_day(happening.day) if happening.day else about.village if about else ""
        rows.append((happening.what, name, day, about))
    return {"happenings": rows}


def _shown(request: StaffRequest, proposal: Proposal) -> dict[str, Any]:
    office = proposal.week.office
    visits = [m.visit for m in proposal.moved] + [a.visit for a in proposal.added] + list(proposal.dropped)
    visits += [v for v, _why in proposal.without] + list(proposal.refused) + list(proposal.other_team)
    known = whos(request, visits)

    def who(visit: str) -> Who:
        return known.get(visit) or Who(visit, parts(visit)[0], "", "", "")

    labels = Labels(office, request.assignment.role, lambda v: who(v).short if v in known else v)
    before, after = proposal.people
    return {
        "proposal": proposal,
        "token": proposal.token,
        "moved": [_line(office, m, who(m.visit), labels) for m in proposal.moved],
        "refused": [who(v) for v in sorted(proposal.refused)],
        "added": [_new(office, a, who(a.visit), labels) for a in proposal.added],
        "dropped": [who(v) for v in proposal.dropped],
        "other_team": [who(v) for v in proposal.other_team],
        "without": [(who(v), labels.say(why)) for v, why in proposal.without],
        "people": after - before,
        "km": (proposal.metres[1] - proposal.metres[0]) / 1000,
        "nothing": not (proposal.moved or proposal.added or proposal.dropped or proposal.other_team),
    }  # fmt: skip


def _part(minute: int) -> DayPart:
    return DayPart.MORNING if minute < NOON else DayPart.AFTERNOON


def _new(office: Office, added: Added, who: Who, labels: Labels) -> Line:
    when = (added.day, _part(added.minute))
    now = f"{words.half(*when)}, {words.clock(added.minute)}"
    return Line(who, "", now, labels.team(added.team), words.coming(office, who.ticket, *when))


def _line(office: Office, shift: Shift, who: Who, labels: Labels) -> Line:
    was = words.half(*shift.was)
    if shift.now is None:
        return Line(who, was, "", "", words.called_off(office, who.ticket, shift.was))
    day, minute = shift.now
    now = (day, _part(minute))
    return Line(
        who, was, f"{words.half(*now)}, {words.clock(minute)}", labels.team(shift.team),
        words.moved(office, who.ticket, shift.was, now),
    )  # fmt: skip


def _accepted(request: StaffRequest, week: WeekPlan) -> str:
    """Keep what was proposed; empty when it was, else why not."""
    try:
        reason = MoveReason(request.POST.get("reason", ""))
    except ValueError:
        reason = MoveReason.OTHER
    try:
        done = propose.accept(
            request.POST.get("token", ""), request.user, actor_of(request), timezone.now(),
            week=week, reason=reason, told_already=request.POST.getlist("told"),
        )  # fmt: skip
    except BadInput as bad:
        return say(bad.words)
    except keys.Locked:
        return _("The office key is locked: nothing can be saved now. Ask the administrator.")
    _tell_of(request, done)
    return ""


def _tell_of(request: StaffRequest, done: publish.Published) -> None:
    messages.success(request, _("The new plan is in force. Now tell the families."))
    known = whos(request, [s.visit for s in done.refused])
    for saying in {s.visit: s for s in done.refused}.values():
        name = known[saying.visit].short if saying.visit in known else ""
        why = " ".join(say(reason) for reason in saying.against)
        messages.warning(
            request, _("Not written into the case of %(who)s: %(why)s") % {"who": name, "why": why}
        )
