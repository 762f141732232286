"""What phones photographed of a case's papers, for those of the office who read a NIK unmasked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jemput.accounts.access import access_case, opened, seen_whole
from jemput.accounts.http import StaffRequest
from jemput.accounts.sensitive import sees
from jemput.core.entries import KINDS
from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow
from jemput.sync import blobs, sealing
from jemput.sync.forget import NAMING
from jemput.sync.models import Blob

SHOWN = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}
"""What a browser may draw, by how it begins; whatever else a phone sent is not opened here."""


@dataclass(frozen=True)
class Picture:
    """A file that an entry names."""

    digest: str
    title: str
    at: datetime
    is_here: bool


@require_GET
def case_files(request: StaffRequest, stream: UUID) -> HttpResponse:
    """All photos and signatures of a case, the newest first."""
    case = _case(request, stream)
    named = [(row, digest) for row in _rows(case) for digest in row.clear.get("files") or []]
    whole = Blob.objects.filter(digest__in=[digest for __, digest in named]).exclude(complete_at=None)
    here = set(whole.values_list("digest", flat=True))
    found = [Picture(d, _(KINDS[row.kind].title), row.occurred_at, d in here) for row, d in named]
    opened(request, case)
    return render(request, "sync/pictures.html", {"here": "cases", "case": case, "pictures": found})


@require_GET
def case_file(request: StaffRequest, stream: UUID, digest: str) -> HttpResponse:
    """One of them, unsealed."""
    case = _case(request, stream)
    if not any(digest in (row.clear.get("files") or []) for row in _rows(case)):
        raise Http404
    blob = Blob.objects.filter(digest=digest, office=case.office).exclude(complete_at=None).first()
    if blob is None:
        raise Http404
    try:
        content = sealing.open_sealed(Path(blobs.whole(blob)).read_bytes(), blobs.PURPOSE)
    except keys.Locked:
        return HttpResponse(_("The office key is locked. Ask the administrator."), status=503)
    except (sealing.NotSealedToUs, FileNotFoundError):
        raise Http404 from None
    response = drawn(content)
    opened(request, case)
    return response


def drawn(content: bytes) -> HttpResponse:
    """A picture as an answer. Raises Http404 for what is none."""
    kind = next((kind for start, kind in SHOWN.items() if content.startswith(start)), None)
    if kind is None:
        raise Http404
    response = HttpResponse(content, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    return response


def _case(request: StaffRequest, stream: UUID) -> CaseRow:
    """The case, for whoever reads all of it and a NIK: papers bear one. Raises Http404."""
    case = access_case(request, stream)
    if case.pk not in seen_whole(request, [case]) or not sees(request.assignment.role, "nik"):
        raise Http404
    return case


def _rows(case: CaseRow) -> list[EntryRow]:
    """The entries that may name files, the newest first; none of a person who was erased."""
    rows = EntryRow.objects.filter(stream=case.pk, kind__in=NAMING).exclude(sealed=None)
    return list(rows.order_by("-position"))
