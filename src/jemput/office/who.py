"""Who is this person? The look-up box of the report and of the case page, and what a hit leads to.

A hit is never taken over by itself: it fills in a form, which somebody reads, mends and saves.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from jemput.accounts.access import opened
from jemput.accounts.decorators import refuse
from jemput.accounts.http import StaffRequest
from jemput.core import areas
from jemput.core.codes import Flag
from jemput.core.dates import numeric_date
from jemput.core.rules import Action
from jemput.core.text import BadInput
from jemput.core.text import _ as mark
from jemput.journal import keys
from jemput.office.dossier import Dossier, open_dossier, person_facts
from jemput.people import picked as people
from jemput.people.models import Snapshot
from jemput.people.picked import Picked
from jemput.people.views import LOOKS_UP, found_for

_IDENTIFY = ("person_described", "biodata_checked")


def box(request: StaffRequest, q: str = "", *, asked: bool = False) -> dict[str, Any] | None:
    """What people/box.html needs, with the answer when it was ``asked`` without JavaScript.

    None where the duty in hand may not look people up, or the office has no extract.
    """
    assignment = request.assignment
    extracts = Snapshot.objects.filter(office=assignment.office_id, state=Snapshot.CURRENT)
    if assignment.role not in LOOKS_UP or not extracts.exists():
        return None
    return {"q": q, "found": found_for(request, q) if asked else None}


def picked_now(request: StaffRequest) -> Picked | None:
    """Whom a hit that was just pressed stands for; None without one. Raises BadInput."""
    if "_pick" not in request.POST:
        return None
    if request.assignment.role not in LOOKS_UP:
        raise BadInput(mark("The duty in hand does not look people up."))
    try:
        return people.pick(request.POST["_pick"], request.assignment)
    except keys.Locked:
        raise BadInput(mark("The office key is locked: nobody can be looked up now.")) from None


def picked_before(request: StaffRequest) -> Picked | None:
    """Whom the form that comes back was filled in from."""
    key = request.POST.get("_picked", "")
    if not key or request.assignment.role not in LOOKS_UP:
        return None
    try:
        return people.picked_before(key, request.assignment)
    except keys.Locked:
        return None  # nothing can be saved either; the form says so


# ---- the case page ----------------------------------------------------------------------------------


def box_of_case(request: StaffRequest, dossier: Dossier, **asked: Any) -> dict[str, Any] | None:
    """The box for a case whose person is not known, or not for sure; None where there is nothing to do."""
    action = action_for(dossier)
    if dossier.locked or dossier.forgotten or action is None:
        return None
    facts = {f.name: f.value for f in person_facts(dossier.held)}
    flags = dossier.state.flags
    doubtful = {Flag.UNIDENTIFIED, Flag.DATA_PROBLEM} & flags.keys() or "nik" not in facts
    if not doubtful and action.kind != "biodata_checked":
        return None
    found = box(request, **({"q": _line(facts, dossier.state.area)} | asked))
    return found and {**found, "action": action}


def action_for(dossier: Dossier) -> Action | None:
    """What a hit opens: the facts while nobody knows who it is, else the programme's check."""
    able = [a for a in dossier.actions if a.allowed and a.kind in _IDENTIFY]
    first = _IDENTIFY if Flag.UNIDENTIFIED in dossier.state.flags else _IDENTIFY[::-1]
    return min(able, key=lambda a: (first.index(a.kind), a.step is None), default=None)


def _line(facts: dict[str, Any], area: str) -> str:
    """What is known of the person as one types it into the box."""
    village = areas.area(area[: len("35.03.04.2007")])
    born = facts.get("birth_date")
    parts = (
        facts.get("name"),
        village.name if village and village.level >= areas.Level.VILLAGE else "",
        numeric_date(born) if born else facts.get("birth_about"),
        f"ibunya {facts['mother']}" if facts.get("mother") else "",
    )
    return ", ".join(filter(None, parts)) if facts.get("name") else ""


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def who(request: StaffRequest, stream: UUID) -> HttpResponse:
    """The look-up for a case on a page of its own, and the way from a hit to the form that it fills in."""
    dossier = open_dossier(request, stream, write=True)
    if request.assignment.role not in LOOKS_UP:
        return refuse(request, frozenset(LOOKS_UP))
    action = action_for(dossier)
    if action is not None and "_pick" in request.POST:
        return redirect("office:act", stream, action.key, preserve_request=True)
    said = {"q": request.POST.get("q", ""), "asked": True} if request.method == "POST" else {}
    found = box_of_case(request, dossier, **said)
    if found is None:
        messages.info(request, _("In this case nobody needs to be looked up now."))
        return redirect("office:case", stream)
    opened(request, dossier.case)
    name = next((f.value for f in person_facts(dossier.held) if f.name == "name"), "")
    context = {"here": "cases", "dossier": dossier, "case": dossier.case, "state": dossier.state}
    return render(request, "office/who.html", {**context, "name": name, "who": found})
