"""The look-up over HTTP: asked by POST, since a name or NIK in an address would stand in logs and
histories."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jemput.accounts.access import access_cases, searched
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Assignment
from jemput.accounts.sensitive import shown
from jemput.core.areas import label
from jemput.core.codes import Duty, Sex
from jemput.core.text import Words
from jemput.journal import keys, search
from jemput.journal.models import CaseRow
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


@sensitive_post_parameters()
@require_POST
@duty_required(*LOOKS_UP)
def lookup(request: StaffRequest) -> HttpResponse:
    """People of the register, and cases by ticket, phone or NIK, for ``q``; with ``typing=1`` while it is
    typed.

    A partial for htmx, or JSON when that is what is accepted.
    """
    text = request.POST.get("q", "").strip()
    office = request.assignment.office
    context: dict[str, object] = {
        "asked": bool(text),
        "hits": [],
        "cases": [],
        "locked": False,
        "register": True,
    }
    if len(text) >= SHORTEST:
        query = understood(text, office.code, office.today(), typing=request.POST.get("typing") == "1")
        hits: list[Hit] = []
        try:
            context["register"] = register_of(office.code) is not None
            hits = answer(query, office.code, request.assignment)
            context |= {
                "hits": [_shown(h, request.assignment) for h in hits],
                "cases": _cases(request, query),
            }
        except keys.Locked:
            context["locked"] = True
        with transaction.atomic():  # one commit, after the search: each waits for the disk
            searched(request)
            if hits:
                write_down(request.assignment, [hit.person for hit in hits])
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse(_json(context))
    return render(request, "people/hits.html", context)


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
    }


def _said(words: Words) -> str:
    return _(words.message)


def _cases(request: HttpRequest, query: Query) -> list[CaseRow]:
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
    return list(mine.filter(pk__in=found[:50])[:8]) if found else []


def _json(context: dict[str, object]) -> dict[str, object]:
    cases = [{"stream": str(c.pk), "ticket": c.ticket} for c in context["cases"]]  # type: ignore[attr-defined]
    hits = [{k: v for k, v in h.items() if k != "born"} for h in context["hits"]]  # type: ignore[attr-defined]
    return {"hits": hits, "cases": cases, "locked": context["locked"], "register": context["register"],
            "at": timezone.now().isoformat()}  # fmt: skip
