""" "Kapan kita bisa datang?": which half-days can be promised, while the caller is on the phone."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jemput import journal
from jemput.accounts.access import access_case, opened
from jemput.accounts.decorators import refuse
from jemput.accounts.http import StaffRequest
from jemput.core.codes import Duty
from jemput.core.entries import DayPart
from jemput.core.text import BadInput
from jemput.journal import keys
from jemput.journal.models import CaseRow
from jemput.office.actor import actor_of
from jemput.office.anew import words
from jemput.office.week.labels import Labels
from jemput.office.words import say
from jemput.planning.anew import offers
from jemput.planning.anew.offers import Slot
from jemput.planning.week.make import monday_of

PROMISERS = frozenset({Duty.MAIN_ADMIN, Duty.SCHEDULER})
SHOWN = 10


@require_http_methods(["GET", "POST"])
def when(request: StaffRequest, stream: UUID) -> HttpResponse:
    """The half-days that are free for this person, and the button that promises one."""
    case = access_case(request, stream, write=True)
    if request.assignment.role not in PROMISERS:
        return refuse(request, PROMISERS)
    problem, status = "", 200
    if request.method == "GET":
        opened(request, case)
    else:
        problem = _promised(request, case)
        if not problem:
            return redirect("office:when", stream)
        status = 409
    context = {"here": "cases", "case": case, "problem": problem, **_shown(request, case)}
    return render(request, "office/anew/when.html", context, status=status)


def _shown(request: StaffRequest, case: CaseRow) -> dict[str, Any]:
    office, now = request.assignment.office, timezone.now()
    try:
        answer = offers.ask(office, case, now)
        name = journal.headline(case).get("name", "")
    except keys.Locked:
        return {"locked": True}
    labels = Labels(office, request.assignment.role, lambda _visit: name or _("this visit"))
    if answer is None:
        return {"name": name}
    said = answer.told.promised
    told = words.half(said.day, said.part) if said else ""
    slots = sorted(answer.slots, key=lambda s: (s.day, s.part == DayPart.AFTERNOON))
    nearest = {(s.day, s.part) for s in answer.slots[:1]}
    return {
        "name": name,
        "answer": answer,
        "told": told,
        "message": words.coming(office, case.ticket, said.day, said.part) if said else "",
        "slots": [_row(s, labels, (s.day, s.part) in nearest, said) for s in slots[:SHOWN]],
        "more": max(len(slots) - SHOWN, 0),
        "reasons": [say(w) for w in offers.objections_to(answer, actor_of(request))],
        "why": [(week.monday, labels.say(why)) for week, why in answer.why],
        "monday": monday_of(office.today(now)),
        "urgent": case.urgency != "normal",
    }


def _row(slot: Slot, labels: Labels, nearest: bool, said: Any) -> dict[str, Any]:
    return {
        "slot": slot,
        "value": f"{slot.day.isoformat()} {slot.part} {slot.team}",
        "when": words.half(slot.day, slot.part),
        "expected": words.clock(slot.expected),
        "team": labels.team(slot.team),
        "km": slot.metres / 1000,
        "nearest": nearest,
        "told": said is not None and (said.day, said.part) == (slot.day, slot.part),
    }


def _promised(request: StaffRequest, case: CaseRow) -> str:
    """Promise what was chosen; empty when it was done, else why not."""
    office, now = request.assignment.office, timezone.now()
    day, _space, rest = request.POST.get("slot", "").partition(" ")
    part, _space, team = rest.partition(" ")
    try:
        chosen = date.fromisoformat(day)
        slot = Slot(monday_of(chosen), chosen, DayPart(part), team, 0, 0)
    except ValueError:
        return _("Choose one of the half-days.")
    try:
        _week, kept = offers.promise(office, case, slot, request.user, actor_of(request), now)
    except offers.NotAllowed as refused:
        return " ".join(say(reason) for reason in refused.reasons)
    except BadInput as bad:
        return say(bad.words)
    except keys.Locked:
        return _("The office key is locked: nothing can be saved now. Ask the administrator.")
    messages.success(
        request,
        _("Promised: %(when)s, about %(time)s.")
        % {"when": words.half(kept.day, kept.part), "time": words.clock(kept.expected)},
    )
    return ""
