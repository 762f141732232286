"""Status lists of SIAK: pasted or loaded, looked at, taken over as a whole, taken back as a whole.

A list that is taken over is written as if by a device of its own: its batch number stands in the
envelope of every entry, so that the batch can be found and undone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Min
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jemput import journal
from jemput.accounts import pending
from jemput.accounts.access import access_cases, access_office, exported
from jemput.accounts.decorators import duty_required, keeps_typed
from jemput.accounts.drafts import came_back
from jemput.accounts.http import StaffRequest
from jemput.centre.status_lists import Preview, StatusList, Waiting, preview, read_file, read_pasted
from jemput.core import entries as e
from jemput.core.centre import clear_raw, normalise
from jemput.core.codes import Duty, Flag
from jemput.core.entries import AnswerSource, CentreStatus, Corrected, Entry
from jemput.core.nik import mask_nik
from jemput.core.text import BadInput
from jemput.core.text import _ as mark
from jemput.intake import new_id
from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow, Term
from jemput.journal.read import chunks
from jemput.journal.terms import PERSON, nik_term
from jemput.office.dossier import names_of
from jemput.office.words import say
from jemput.uploads.tables import MAX_BYTES

LOADERS = (Duty.MAIN_ADMIN, Duty.DATA_ENTRY)
MOST_CHANGES = 5000
MOST_PASTED = 1_000_000
SHOWN = 100
RECENT = timedelta(days=60)
AT_ONCE = 250
A_SECOND = 150
"""Entries written per second, as told to the reader; a slow disk."""


@keeps_typed
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@duty_required(*LOADERS)
def status_list(request: StaffRequest) -> HttpResponse:
    """Paste or load a list; then look at what it would change. Nothing is written yet."""
    context: dict[str, Any] = {"here": "centre", "limit": MOST_CHANGES, "batches": batches(request)}
    if request.method == "GET":
        return render(request, "office/status_list.html", context)
    typed = request.POST.get("text", "")
    if came_back(request):
        return render(request, "office/status_list.html", context | {"typed": typed})
    try:
        listed = _read(typed, request.FILES.get("file"))
        found = _Lookup(request)
        seen = preview(listed, found, UUID(int=0))
        if len(seen.changes) > MOST_CHANGES:
            raise BadInput(
                mark("This list changes more than %(limit)s cases. Split it and load the parts one by one."),
                limit=MOST_CHANGES,
            )
        batch = pending.keep(request.user.pk, _content(seen))
    except keys.Locked:
        context |= {"error": _("The office key is locked: lists cannot be read now."), "typed": typed}
        return render(request, "office/status_list.html", context, status=503)
    except BadInput as bad:
        context |= {"error": say(bad.words), "typed": typed[:MOST_PASTED] if len(typed) < 50_000 else ""}
        return render(request, "office/status_list.html", context, status=422)
    return render(request, "office/status_preview.html", _shown(request, seen, found, batch))


@sensitive_variables()
def _read(typed: str, file: UploadedFile[Any] | None) -> StatusList:
    """The list, from the file if there is one. Raises BadInput."""
    if file is not None:
        if file.size and file.size > MAX_BYTES:
            raise BadInput(mark("The file is larger than %(limit)s MB."), limit=MAX_BYTES // 1_000_000)
        return read_file(file.read())
    if len(typed) > MOST_PASTED:
        raise BadInput(mark("This is too much to paste. Save it as CSV or XLSX and load the file."))
    return read_pasted(typed)


class _Lookup:
    """Cases by NIK, through the keyed terms alone; asked once for all rows."""

    def __init__(self, request: StaffRequest) -> None:
        self.visible = access_cases(request)
        self.cases: dict[UUID, CaseRow] = {}
        self.idle: dict[UUID, CaseRow] = {}
        """Found, but not waiting for the centre: left out."""

    def __call__(self, niks: Sequence[str]) -> Mapping[str, Sequence[Waiting]]:
        key = keys.ring().search_key
        by_hash = {nik_term(key, nik): nik for nik in niks}
        hits: list[tuple[UUID, str]] = []
        for some in _parts(list(by_hash)):
            terms = Term.objects.filter(hash__in=some, role=PERSON).values_list("case_id", "hash").distinct()
            hits += [(case, by_hash[bytes(hash)]) for case, hash in terms]
        rows: dict[UUID, CaseRow] = {}
        for ids in chunks({case for case, _nik in hits}):
            rows |= {row.pk: row for row in self.visible.filter(pk__in=ids)}
        known: dict[UUID, dict[str, str]] = {}
        for part in _parts(list(rows.values())):
            known |= journal.headlines(part)
        found: dict[str, list[Waiting]] = {}
        for case, nik in sorted(set(hits)):
            row = rows.get(case)
            # A term outlives a correction of the NIK; the headline says which NIK holds.
            if row is None or known[case].get("nik") != mask_nik(nik):
                continue
            if not awaits_centre(row):
                self.idle[case] = row
                continue
            self.cases[case] = row
            found.setdefault(nik, []).append(Waiting(case, row.state["centre_raw"]))
        return found


def _parts(items: list[Any], size: int = 500) -> list[list[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def awaits_centre(case: CaseRow) -> bool:
    """Whether a centre status means anything for this case now: it was recorded and sent, and is open."""
    if not case.is_open:
        return False
    at_centre = {Flag.AT_CENTRE.value, Flag.CENTRE_FAILED.value, Flag.CENTRE_UNKNOWN.value}
    if case.state["centre_raw"] is not None or at_centre & case.flags.keys():
        return True
    programme = journal.programme_of(case.programme_hash)
    recorded = {step.id for step in programme.steps if step.entry in ("recorded", "sent_to_centre")}
    return bool(recorded & case.state["done"].keys())


def _content(seen: Preview) -> dict[str, Any]:
    """What is kept until somebody says yes: which case gets which status; and the rows that were wrong."""
    return {
        "changes": [[m.case.hex, m.row.raw] for m in seen.changes],
        "errors": [[x.line, x.field_name, say(x.words), say(x.remedy), x.typed] for x in seen.errors],
    }


def _shown(request: StaffRequest, seen: Preview, found: _Lookup, batch: UUID) -> dict[str, Any]:
    changes = seen.changes
    return {
        "here": "centre",
        "batch": batch,
        "changes": [(found.cases[m.case], m) for m in changes[:SHOWN]],
        "change_count": len(changes),
        "same_count": len(seen.matched) - len(changes),
        "backwards": sum(m.backwards for m in changes),
        "unmatched": [row.masked for row in seen.unmatched[:SHOWN]],
        "unmatched_count": len(seen.unmatched),
        "idle_count": len(found.idle),
        "errors": seen.errors[:SHOWN],
        "error_count": len(seen.errors) + seen.more_errors,
        "repeated": seen.repeated,
        "unknown": seen.unknown[:20],
        "seconds": max(round(len(changes) / A_SECOND), 1),
    }


@require_GET
@duty_required(*LOADERS)
def list_errors(request: StaffRequest, batch: UUID) -> HttpResponse:
    """The rows that could not be used, as a table to mend and load again."""
    try:
        content = pending.look(request.user.pk, batch)
    except keys.Locked:
        content = None
    if content is None:
        raise Http404
    exported(request)
    out = io.StringIO()
    write = csv.writer(out).writerow
    write([_("Row"), _("Field"), _("What is wrong"), _("What to do"), _("As it was")])
    for line, field, words, remedy, typed in content["errors"]:
        write([line, field, words, remedy, f"'{typed}"])  # the mark keeps a spreadsheet from running formulas
    body = ("\ufeff" + out.getvalue()).encode()
    return HttpResponse(
        body,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="baris-salah.csv"'},
    )


@require_POST
@duty_required(*LOADERS)
def apply_list(request: StaffRequest, batch: UUID) -> HttpResponse:
    """Take a list over: every change, or none."""
    try:
        content = pending.look(request.user.pk, batch)
        if content is None:
            messages.error(request, _("This list is no longer here. Load it again."))
        else:
            number = _write(request, batch, [(UUID(c), raw) for c, raw in content["changes"]])
            pending.drop(batch)
            said = ngettext("%(n)s status was taken over.", "%(n)s statuses were taken over.", number)
            messages.success(request, said % {"n": number})
    except keys.Locked:
        messages.error(
            request, _("The office key is locked: nothing can be saved now. Ask the administrator.")
        )
    except BadInput as bad:
        messages.error(request, say(bad.words))
    return _to_board(request)


def _write(request: StaffRequest, batch: UUID, changes: Sequence[tuple[UUID, str]]) -> int:
    """Append the statuses that still say something new. Raises BadInput, and then nothing is written."""
    rows: dict[UUID, CaseRow] = {}
    for ids in chunks(case for case, _raw in changes):
        rows |= {row.pk: row for row in access_cases(request).filter(pk__in=ids)}
    now = timezone.now()
    new: list[Entry] = []
    for case, raw in changes:
        row = rows.get(case)
        if row is None or row.headline is None or not awaits_centre(row):
            continue  # somebody was quicker, or it was forgotten meanwhile
        if row.state["centre_raw"] == clear_raw(raw):
            continue
        body = CentreStatus(raw=clear_raw(raw), source=AnswerSource.LIST, note=_as_typed(raw))
        new.append(_entry(request, case, body, now, batch, len(new) + 1))
    _append_all(new)
    return len(new)


def _as_typed(raw: str) -> str | None:
    return None if normalise(clear_raw(raw)) == normalise(raw) else raw


def _entry(
    request: StaffRequest, case: UUID, body: e.Body, now: datetime, device: UUID, number: int
) -> Entry:
    return Entry(
        id=new_id(),
        stream=case,
        actor=request.user.actor,
        duty=request.assignment.role,
        occurred_at=now,
        device=device,
        device_seq=number,
        body=body,
    )


def _append_all(new: Sequence[Entry]) -> None:
    with transaction.atomic():
        for some in _parts(list(new), AT_ONCE):
            for verdict in journal.append(some):
                if not verdict.stored:
                    raise BadInput(verdict.words or mark("The journal did not accept the entry."))


# ---- taking back -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Batch:
    """A list that was taken over."""

    id: UUID
    at: datetime
    who: str
    number: int
    undone: bool
    may_undo: bool


def batches(request: StaffRequest) -> list[Batch]:
    """The lists that this office took over lately, the latest first."""
    since = timezone.now() - RECENT
    rows = EntryRow.objects.filter(
        kind="centre_status",
        received_at__gte=since,
        device__isnull=False,
        clear__source=AnswerSource.LIST.value,
        stream__office=access_office(request).code,
    )
    found = list(
        rows.values_list("device", "actor").annotate(at=Min("received_at"), n=Count("*")).order_by("-at")[:20]
    )
    marks = {_undo_of(batch): batch for batch, *_rest in found}
    undone = EntryRow.objects.filter(kind="corrected", received_at__gte=since, device__in=list(marks))
    undoing = set(undone.values_list("device", flat=True).distinct())
    gone = {batch for mark, batch in marks.items() if mark in undoing}
    people = names_of(actor for _batch, actor, *_rest in found)
    return [
        Batch(batch, at, people.get(actor, actor), n, batch in gone, _may_undo(request, actor))
        for batch, actor, at, n in found
    ]


def _may_undo(request: StaffRequest, actor: str) -> bool:
    return actor == request.user.actor or request.assignment.role is Duty.MAIN_ADMIN


def _undo_of(batch: UUID) -> UUID:
    """What marks the entries that take a batch back."""
    return uuid5(batch, "undo")


@require_POST
@duty_required(*LOADERS)
def undo_list(request: StaffRequest, batch: UUID) -> HttpResponse:
    """Take every status of a batch back. The entries stay to be read, and so does this."""
    shown = next((b for b in batches(request) if b.id == batch), None)
    if shown is None or not shown.may_undo:
        raise Http404
    if shown.undone:
        messages.info(request, _("This list was taken back before."))
        return _to_board(request)
    since = timezone.now() - RECENT - timedelta(days=1)
    rows = EntryRow.objects.filter(kind="centre_status", received_at__gte=since, device=batch)
    living = rows.filter(stream__wrapped_key__isnull=False).order_by("-seq")
    now, reason = timezone.now(), _("The list was wrong and was taken back as a whole.")
    new = [
        _entry(request, stream, Corrected(entry=id, void=True, reason=reason), now, _undo_of(batch), number)
        for number, (id, stream) in enumerate(living.values_list("id", "stream_id"), start=1)
    ]
    try:
        _append_all(new)
        said = ngettext("%(n)s status was taken back.", "%(n)s statuses were taken back.", len(new))
        messages.success(request, said % {"n": len(new)})
    except keys.Locked:
        messages.error(
            request, _("The office key is locked: nothing can be saved now. Ask the administrator.")
        )
    except BadInput as bad:
        messages.error(request, say(bad.words))
    return _to_board(request)


def _to_board(request: StaffRequest) -> HttpResponse:
    target = reverse("office:centre")
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
