"""The look-up over HTTP: asked by POST, since a name or NIK in an address would stand in logs and
histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jemput import journal
from jemput.accounts.access import access_cases, searched
from jemput.accounts.decorators import beside_a_form, duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Access, AccessLog, Assignment
from jemput.accounts.sensitive import shown
from jemput.core.areas import label
from jemput.core.codes import Duty, Sex, Status
from jemput.core.text import Words
from jemput.journal import keys, search
from jemput.people.box import understood
from jemput.people.lookup import Hit, answer, register_of
from jemput.people.person import Query
from jemput.people.seen import write_down

LOOKS_UP = (
    *(Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.HEAD_OF_SECTION, Duty.FIELD_OFFICER, Duty.DATA_ENTRY),
    *(Duty.VILLAGE_REGISTRAR, Duty.SUBDISTRICT),
)
"""Duties that find out who a person is; village and subdistrict only among their own people."""
SHORTEST = 3
ONE_SEARCH = timedelta(minutes=1)


@beside_a_form
@sensitive_post_parameters()
@require_POST
@duty_required(*LOOKS_UP)
def lookup(request: StaffRequest) -> HttpResponse:
    """People of the register, and cases by ticket, phone or NIK, for ``q``; with ``typing=1`` while it is
    typed.

    A partial for htmx, or JSON when that is what is accepted.
    """
    found = found_for(request, request.POST.get("q", ""), typing=request.POST.get("typing") == "1")
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse(_json(found))
    return render(request, "people/hits.html", {"found": found})


def found_for(request: StaffRequest, text: str, *, typing: bool = False) -> dict[str, Any]:
    """What hits.html shows for a line; that somebody searched, and who was shown, is written down."""
    text, office = text.strip(), request.assignment.office
    found: dict[str, Any] = {"asked": bool(text), "hits": [], "cases": [], "locked": False, "register": True}
    if len(text) < SHORTEST:
        return found
    query = understood(text, office.code, office.today(), typing=typing)
    if not query.places and request.assignment.area != office.code:
        query = replace(query, places={request.assignment.area: 1.0})  # whom else would they mean
    hits: list[Hit] = []
    try:
        hits = answer(query, office.code, request.assignment)
        found["register"] = bool(hits) or register_of(office.code) is not None
        found["cases"] = _cases(request, query)
    except keys.Locked:
        found["locked"] = True
    found["hits"] = [_shown(h, request.assignment) for h in hits]
    found["too_little"] = bool(query.name) and not (query.places or query.birth or query.mother or query.nik)
    with transaction.atomic():  # one commit, after the search: each waits for the disk
        if not (typing and _is_searching(request.assignment)):
            searched(request)
        if hits:
            write_down(request.assignment, [hit.person for hit in hits])
    return found


def _is_searching(asker: Assignment) -> bool:
    """Whether a search was written down just now: a line that is being typed is one search, not thirty."""
    lately = AccessLog.objects.filter(office=asker.office_id, at__gte=timezone.now() - ONE_SEARCH)
    return lately.filter(account=asker.account_id, duty=asker.duty, what=Access.SEARCHED).exists()


def _shown(hit: Hit, asker: Assignment) -> dict[str, object]:
    """A hit as this duty may see it."""
    person, duty = hit.person, asker.role
    return {
        "name": person.name,
        "nik": shown(duty, "nik", person.nik),
        "family_number": shown(duty, "family_number", person.family),
        "sex": _(Sex(person.sex).label) if person.sex else "",
        "birth": person.birth,
        "born": person.born or person.birth[:4],
        "mother": person.mother,
        "area": person.area,
        "place": label(person.area) if person.area else "",
        "rt": person.rt,
        "rw": person.rw,
        "score": round(hit.score, 1),
        "matched": [_said(w) for w in hit.matched],
        "differs": [_said(w) for w in hit.differs],
        "register": hit.snapshot,
        "number": hit.number,
        "key": f"{hit.snapshot}.{hit.number}",
    }


def _said(words: Words) -> str:
    return _(words.message)


def _cases(request: HttpRequest, query: Query) -> list[dict[str, Any]]:
    """Cases that the asker may see, by ticket, phone, NIK or family number."""
    found, mine = [], access_cases(request)
    if query.ticket and (case := search.by_ticket(query.ticket)):
        found.append(case)
    if query.phone:
        found += search.by_phone(query.phone, mine, anybody=True)
    if len(query.nik) == 16:
        found += search.by_nik(query.nik, mine)
    if len(query.family) == 16:
        found += search.by_family(query.family, mine)
    if not found:
        return []
    cases = list(mine.filter(pk__in=found[:50])[:8])
    known = journal.headlines(cases)
    return [
        {
            "stream": str(c.pk),
            "ticket": c.ticket,
            "name": known.get(c.pk, {}).get("name", ""),
            "status": _(Status(c.status).label),
            "place": label(c.area, 2),
        }
        for c in cases
    ]


def _json(found: dict[str, Any]) -> dict[str, Any]:
    hits = [{k: v for k, v in hit.items() if k != "born"} for hit in found["hits"]]
    cases = [{k: case[k] for k in ("stream", "ticket")} for case in found["cases"]]
    return {"hits": hits, "cases": cases, "locked": found["locked"], "register": found["register"],
            "at": timezone.now().isoformat()}  # fmt: skip
