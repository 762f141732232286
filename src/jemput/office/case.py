"""The case page: who, where, what next, how far, and all that was done."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jemput import journal
from jemput.accounts.access import access_cases, opened, reveal
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Reason
from jemput.accounts.sensitive import may_reveal, sees, shown
from jemput.core.codes import Duty, Status
from jemput.core.entries import VisitRouted
from jemput.core.state import Visit
from jemput.core.text import BadInput
from jemput.intake import Similar, similar
from jemput.office.anew.offer import PROMISERS
from jemput.office.dossier import Dossier, Fact, open_dossier, people_around, person_facts
from jemput.office.picture import lanes, next_actions
from jemput.office.showing import NAMELESS, programme_label
from jemput.office.timeline import Line, in_words, may_take_back, timeline
from jemput.office.who import box_of_case
from jemput.office.words import say, say_clock
from jemput.planning import next_purpose


@require_GET
def case(request: StaffRequest, stream: UUID) -> HttpResponse:
    """One case. That it was opened is written down."""
    dossier = _read(request, stream)
    opened(request, dossier.case)
    return _page(request, dossier)


@require_POST
def show_masked(request: StaffRequest, stream: UUID) -> HttpResponse:
    """The same page with masked facts shown, for a reason that is written down."""
    dossier = _read(request, stream)
    wanted = _maskable(request, dossier)
    if not wanted:
        return redirect("office:case", stream)
    try:
        revealed = reveal(request, dossier.case, wanted, request.POST.get("reason", ""))
    except BadInput as bad:
        messages.error(request, say(bad.words))
        return redirect("office:case", stream)
    return _page(request, dossier, revealed)


@require_GET
def ticket(request: StaffRequest, ticket: str) -> HttpResponse:
    """What the square code on a receipt leads to: the case, for those who may see it."""
    return redirect("office:case", get_object_or_404(access_cases(request), ticket=ticket).pk)


def _read(request: StaffRequest, stream: UUID) -> Dossier:
    """The case; for a duty that looks at work and not at persons, its clear parts alone."""
    dossier = open_dossier(request, stream)
    if request.assignment.role in NAMELESS:
        dossier.written = journal.clear_entries(stream)
    return dossier


def _page(request: StaffRequest, dossier: Dossier, revealed: Collection[str] = ()) -> HttpResponse:
    duty = request.assignment.role
    facts = person_facts(dossier.held)
    lines = timeline(dossier, duty, request.user.actor, revealed)
    context = {
        "here": "cases",
        "dossier": dossier,
        "case": dossier.case,
        "state": dossier.state,
        "programme_label": programme_label(duty, dossier.programme.number, dossier.programme.name),
        "nameless": duty in NAMELESS,
        "name": next((f.value for f in facts if f.name == "name"), ""),
        "flags": sorted(dossier.state.flags.items(), key=lambda item: item[1]),
        "next": next_actions(dossier, duty) if duty is not Duty.EVALUATOR else None,
        "lanes": lanes(dossier),
        "facts": [_shown(dossier, f, duty, revealed) for f in facts if f.name != "name"],
        "people": [
            (kind, [_shown(dossier, f, duty, revealed) for f in found])
            for kind, found in people_around(dossier.held)
        ],
        "papers": _papers(dossier),
        "documents": dossier.state.documents.items(),
        "receipts": _receipts(lines),
        "visits": _visits(dossier),
        "lines": [(line, may_take_back(line.kind)) for line in lines],
        "can_reveal": bool(_maskable(request, dossier)) and not revealed,
        "reasons": [(r.value, say(r)) for r in Reason],
        "revealed": revealed,
        "hits": _duplicates(request, dossier, facts),
        "into": _linked(request, dossier),
        "who": box_of_case(request, dossier),
        "visit_is_due": duty in PROMISERS and next_purpose(dossier.case) is not None,
    }
    return render(request, "office/case.html", context)


def _shown(dossier: Dossier, fact: Fact, duty: Duty, revealed: Collection[str]) -> tuple[str, str, bool]:
    """(label, value or mask, whether it is masked)."""
    if fact.name in revealed or sees(duty, fact.name):
        return fact.label, in_words(dossier, fact.name, fact.value), False
    return fact.label, shown(duty, fact.name, fact.value), True


def _maskable(request: StaffRequest, dossier: Dossier) -> frozenset[str]:
    """Masked fields of this case that the duty may ask to see."""
    duty = request.assignment.role
    present: set[tuple[str, str]] = set()
    for entry in dossier.held:
        body = entry.body
        present |= {(entry.kind, n) for n in type(body).model_fields if getattr(body, n) not in (None, [])}
    hidden = [(kind, name) for kind, name in present if not sees(duty, name, kind)]
    return frozenset(
        name if not sees(duty, name) else f"{kind}.{name}"
        for kind, name in hidden
        if may_reveal(duty, name, kind)
    )


def _visits(dossier: Dossier) -> list[tuple[Visit, str]]:
    """The visits by day, with the hours of the plan for those that it has on their day."""
    routed = {x.body.visit: x.body for x in dossier.held if isinstance(x.body, VisitRouted)}
    found = []
    for visit in sorted(dossier.state.visits.values(), key=lambda v: str(v.day or "")):
        place = routed.get(visit.id)
        hours = f"{place.begins}–{place.ends}" if place and place.begins and place.day == visit.day else ""
        found.append((visit, say_clock(hours)))
    return found


def _papers(dossier: Dossier) -> list[tuple[str, str, Any]]:
    """(paper, "received" | "wanting" | "wanted", since) for what the programme asks of this case."""
    state = dossier.state
    wanted = {r.id for r in dossier.programme.papers_wanted(state.wanted, set(state.papers_received))}
    found: list[tuple[str, str, Any]] = []
    for paper in dossier.programme.requirements:
        if paper.carried or (paper.documents and not set(paper.documents) & set(state.wanted)):
            continue
        if paper.id in state.papers_received:
            found.append((say(paper.label), "received", state.papers_received[paper.id]))
        elif paper.id in state.papers_wanting:
            found.append((say(paper.label), "wanting", state.papers_wanting[paper.id]))
        elif paper.id in wanted:
            found.append((say(paper.label), "wanted", None))
    return found


def _receipts(lines: list[Line]) -> dict[str, UUID]:
    """Receipt number -> the entry whose receipt can be printed."""
    return {
        d.value: line.id
        for line in lines
        if line.has_receipt and not line.taken_back
        for d in line.details
        if d.field == "receipt"
    }


def _duplicates(request: StaffRequest, dossier: Dossier, facts: list[Fact]) -> list[tuple[Similar, str]]:
    """Before the report is decided: cases that may be the same person's."""
    if request.assignment.role is not Duty.MAIN_ADMIN or dossier.state.status is not Status.REPORTED:
        return []
    known = {f.name: f.value for f in facts} | {"area": dossier.state.area}
    hits = similar(known, access_cases(request), but=dossier.id) if not dossier.locked else []
    names = journal.headlines([s.case for s in hits]) if hits else {}
    return [(s, names.get(s.case.pk, {}).get("name", "") or _("Identity not known yet")) for s in hits]


def _linked(request: StaffRequest, dossier: Dossier) -> Any:
    """The case that this one goes on in, if this person may see it."""
    if dossier.state.merged_into is None:
        return None
    return access_cases(request).filter(pk=dossier.state.merged_into).first()
