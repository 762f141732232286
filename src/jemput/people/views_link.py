"""Lists of people: taken in, looked at, compared."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from jemput import journal
from jemput.accounts.access import access_office, access_programme
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.core.codes import DataCondition
from jemput.core.entries import ListSource
from jemput.core.text import BadInput
from jemput.core.text import _ as mark
from jemput.journal import keys
from jemput.people.link import mapping, runs, store
from jemput.people.link.lists import ODD
from jemput.people.lookup import register_of
from jemput.people.models import LinkList, LinkRun
from jemput.people.views_shared import FIELD_NAMES, LINKERS, author, back, open_pairs, said, whole
from jemput.uploads.tables import MAX_BYTES

SHOWN = 20
"""Rows of a preview."""


@require_GET
@duty_required(*LINKERS)
def programmes(request: StaffRequest) -> HttpResponse:
    """Which programme the lists are for."""
    office = access_office(request)
    counts = dict(
        LinkList.objects.filter(office=office.code, state=LinkList.RECEIVED)
        .values_list("programme")
        .annotate(Count("id"))
    )
    found = [(p, counts.get(p.number, 0)) for p in journal.in_use()]
    return render(request, "people/link/programmes.html", {"programmes": found, "here": "lists"})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def lists(request: StaffRequest, number: int) -> HttpResponse:
    """The lists of a programme; a new one is taken in and shown before it is used."""
    programme, office = access_programme(request, number), access_office(request)
    context: dict[str, Any] = {"programme": programme, "here": "lists"}
    status = 200
    if request.method == "POST":
        try:
            kept = _taken_in(request, number, office.code)
            return back(number, "list_preview", f"?new={kept.pk}")
        except BadInput as bad:
            context["error"], status = said(bad), 422
        except keys.Locked:
            context["error"], status = _("The office key is locked: lists cannot be read now."), 503
    return render(request, "people/link/lists.html", context | _overview(office.code, number), status=status)


def _taken_in(request: StaffRequest, number: int, office: str) -> LinkList:
    file, pasted = request.FILES.get("file"), request.POST.get("text", "")
    if file is not None and file.size and file.size > MAX_BYTES:
        raise BadInput(mark("The file is larger than %(limit)s MB."), limit=MAX_BYTES // 1_000_000)
    data = file.read() if file is not None else pasted.encode()
    if not data.strip():
        raise BadInput(mark("Choose a file or paste a table."))
    source, condition = request.POST.get("source", ""), request.POST.get("condition", "")
    if source not in set(ListSource):
        raise BadInput(mark("Say where the list comes from."))
    name = request.POST.get("name", "").strip() or _(ListSource(source).label)
    lacks = DataCondition(condition) if condition in set(DataCondition) else DataCondition.UNKNOWN
    village = request.POST.get("village", "").strip()
    kept, _people = store.take_in(data, name, office, number, ListSource(source), lacks, village)
    return kept


def _overview(office: str, number: int) -> dict[str, Any]:
    kept = LinkList.objects.filter(office=office, programme=number, state=LinkList.RECEIVED).order_by("at")
    run = LinkRun.objects.filter(office=office, programme=number).order_by("-pk").first()
    named = []
    for one in kept:
        try:
            named.append((one, store.about(one)["name"], ListSource(one.source)))
        except (keys.Locked, BadInput):
            named.append((one, "", ListSource(one.source)))
    newest = max((one.at for one in kept), default=None)
    return {
        "lists": named, "run": run, "sources": list(ListSource), "conditions": list(DataCondition),
        "waiting": open_pairs(office, number).count(), "register": register_of_office(office),
        "stale": bool(run and newest and run.state == LinkRun.DONE and newest > run.started_at),
    }  # fmt: skip


def register_of_office(office: str) -> date | None:
    """The day of the register extract in use."""
    try:
        register = register_of(office)
    except keys.Locked:
        return None
    return register.snapshot.taken_on if register else None


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def preview(request: StaffRequest, number: int) -> HttpResponse:
    """What was understood of a new list; its columns are said by hand where need be; used, or thrown away."""
    programme, office = access_programme(request, number), access_office(request)
    id = request.POST.get("new") or request.GET.get("new") or ""
    kept = _list(id, office.code, number)
    if kept is None:
        return back(number)
    context: dict[str, Any] = {"programme": programme, "kept": kept, "here": "lists"}
    status = 200
    if request.method == "POST":
        try:
            return _answered(request, kept)
        except BadInput as bad:
            context["error"], status = said(bad), 422
    about = store.about(kept)
    rows = [told for _row, told in store.opened(kept.rows.order_by("number")[:SHOWN])]
    context |= {
        "about": about, "rows": rows, "columns": _columns(request, about),
        "odd": [(ODD[k], n) for k, n in about["odd"].items() if k in ODD],
        "understood": [
            (FIELD_NAMES.get(f) or mapping.FIELDS.get(f, f), h) for f, h in about["columns"].items()
        ],
    }  # fmt: skip
    return render(request, "people/link/preview.html", context, status=status)


def _answered(request: StaffRequest, kept: LinkList) -> HttpResponse:
    if "columns" in request.POST:
        rows = mapping.sample(store.unpack(store.about(kept)["file"]))
        store.read_again(kept, mapping.mapper(_chosen(request), whole(request.POST.get("above")), rows))
        messages.success(request, _("The list was read again with these columns."))
        return back(kept.programme, "list_preview", f"?new={kept.pk}")
    if "keep" in request.POST:
        store.confirm(kept, author(request))
        messages.success(request, _("The list was taken in. Compare it now."))
    else:
        store.discard(kept)
        messages.info(request, _("The list was thrown away; nothing of it is kept."))
    return back(kept.programme)


def _chosen(request: StaffRequest) -> dict[int, str]:
    """Column -> field, as the select boxes say."""
    said_of = {i: request.POST.get(f"column-{i}", "") for i in range(mapping.MOST_COLUMNS)}
    return {i: name for i, name in said_of.items() if name in mapping.FIELDS}


def _columns(request: StaffRequest, about: dict[str, Any]) -> dict[str, Any] | None:
    """The first rows with a select box for each column; what was just chosen, else what was guessed."""
    if "file" not in about:
        return None
    rows = mapping.sample(store.unpack(about["file"]))
    asked = "columns" in request.POST
    at = _chosen(request) if asked else {i: name for name, i in about["at"].items()}
    width = max((len(cells) for _number, cells in rows), default=0)
    return {
        "fields": mapping.FIELDS.items(),
        "boxes": [(i, at.get(i, "")) for i in range(width)],
        "above": whole(request.POST.get("above")) if asked else about["above"] or mapping.likely_above(rows),
        "headings": [(n + 1, number) for n, (number, _cells) in enumerate(rows[: mapping.SHOWN_ROWS])],
        "rows": [(n, cells + [""] * (width - len(cells))) for n, cells in rows[: mapping.SHOWN_ROWS]],
        "open": asked or not about["at"],
    }


def _list(id: str, office: str, number: int) -> LinkList | None:
    try:
        return LinkList.objects.filter(
            pk=UUID(id), office=office, programme=number, state=LinkList.PREVIEW
        ).first()
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@duty_required(*LINKERS)
def compare(request: StaffRequest, number: int) -> HttpResponse:
    """Begin a comparison; asked by GET it shows how far the last one is (a partial for htmx)."""
    programme, office = access_programme(request, number), access_office(request)
    if request.method == "POST":
        if LinkList.objects.filter(office=office.code, programme=number, state=LinkList.RECEIVED).exists():
            runs.start(office.code, number, author(request))
        return back(number)
    if not request.htmx:
        return back(number)
    run = LinkRun.objects.filter(office=office.code, programme=number).order_by("-pk").first()
    context = {"run": run, "programme": programme, "waiting": open_pairs(office.code, number).count()}
    return render(request, "people/link/run.html", context)
