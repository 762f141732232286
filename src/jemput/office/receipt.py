"""The receipt (tanda terima) to print: for a finished document handed over, or for originals taken along."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from jemput.accounts.access import exported
from jemput.accounts.http import StaffRequest
from jemput.core import entries as e
from jemput.core.codes import Relation
from jemput.office.dossier import Dossier, open_dossier, person_facts
from jemput.office.showing import NAMELESS
from jemput.office.words import say_time


@require_GET
def receipt(request: StaffRequest, stream: UUID, entry: UUID) -> HttpResponse:
    """The receipt of one entry. Printing it takes data off the screen, so it is written down."""
    dossier = open_dossier(request, stream)
    held = next((x for x in dossier.held if x.id == entry), None)
    if held is None or not isinstance(held.body, e.Delivered | e.OriginalsCollected):
        raise Http404
    if request.assignment.role in NAMELESS:
        raise PermissionDenied
    exported(request, dossier.case)
    facts = {f.name: f.value for f in person_facts(dossier.held)}
    address = request.build_absolute_uri(reverse("office:ticket", args=[dossier.case.ticket]))
    context = {
        "case": dossier.case,
        "state": dossier.state,
        "programme": dossier.programme,
        "body": held.body,
        "is_original": isinstance(held.body, e.OriginalsCollected),
        "name": facts.get("name", ""),
        "nik_end": str(facts.get("nik", ""))[-4:],
        "party": _party(held.body),
        "at": held.occurred_at,
        "at_words": in_full(held.occurred_at),
        "officer": dossier.name_of(held.actor),
        "duty": held.duty,
        "returned": _returned(dossier, held.body),
        "square": square(address),
        "demo": settings.JEMPUT_DEMO,
    }
    return render(request, "office/receipt.html", context)


def _party(body: Any) -> tuple[str, Relation | None]:
    """Who signs on the other side."""
    if isinstance(body, e.Delivered):
        return body.recipient or "", body.relation
    return body.given_by or "", None


def _returned(dossier: Dossier, body: Any) -> bool:
    """Whether the originals of this receipt are back with the family."""
    return isinstance(body, e.OriginalsCollected) and body.receipt not in dossier.state.originals


def square(address: str) -> str:
    """A QR code as SVG that a reader of the page hears as one picture."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=4, border=2, svgclass="square", lineclass=None))  # noqa: S308


def in_full(moment: datetime) -> str:
    """Day and date in words, as official minutes write them: "Senin, dua Maret dua ribu dua puluh enam"."""
    local = timezone.localtime(moment)
    weekday, month = date_format(local, "l"), date_format(local, "F")
    if not (get_language() or "id").startswith("id"):
        return f"{weekday}, {local.day} {month} {local.year}, {say_time(moment)}"
    from lokal.terbilang import terbilang  # here, since it takes time to import

    day, year = terbilang(local.day).lower(), terbilang(local.year).lower()
    return f"{weekday}, {day} {month} {year}, pukul {say_time(moment)}"
