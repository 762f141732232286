"""The office reads a form that was begun on a phone which can no longer finish it, and sees to it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from pydantic import BaseModel, TypeAdapter

from jemput import journal
from jemput.accounts.access import access_cases, access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Access, AccessLog
from jemput.accounts.sensitive import mask, sees
from jemput.core import areas
from jemput.core.codes import Coded, Duty
from jemput.core.entries import KINDS
from jemput.core.text import _ as marked
from jemput.journal import keys
from jemput.journal.models import CaseRow
from jemput.sync import drafts
from jemput.sync.models import Draft
from jemput.sync.pictures import drawn
from jemput.sync.scope import sees_anywhere

KEEPERS = (Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION)
_SILENT = frozenset({"entry", "picked", "photos", "programme", "people"})
"""What a form keeps beside its answers."""
_AT_A_PLACE = ("visit_started", "consent_given", "reported")
_OTHERS = {"position": marked("Position"), "name": marked("Name"), "consent": marked("Consent")}


@dataclass(frozen=True)
class Left:
    """A form that was left, in the list; its photos go with it."""

    draft: Draft
    case: CaseRow | None

    @property
    def title(self) -> str:
        """Which form it is."""
        return title_of(self.draft, self.case)


@dataclass(frozen=True)
class Answer:
    """A question of the form and what was typed."""

    label: str
    value: str
    masked: bool


def left(request: StaffRequest) -> list[Left]:
    """Begun forms of the office's phones that the duty in hand may read: of cases that it sees, and reports
    from phones of its area. Photos stand with their form.
    """
    found = list(drafts.waiting().filter(blob__office=access_office(request)))
    streams = {d.stream for d in found if d.stream}
    known = set(CaseRow.objects.filter(pk__in=streams).values_list("pk", flat=True))
    seen = {case.pk: case for case in access_cases(request).filter(pk__in=streams)}
    forms: dict[Any, Left] = {}
    for draft in found:
        area = draft.blob.device.assignment.area
        here = draft.stream in seen if draft.stream in known else areas.covers(request.assignment.area, area)
        if here:
            forms.setdefault(_form(draft), Left(draft, seen.get(draft.stream) if draft.stream else None))
    return list(forms.values())


def _form(draft: Draft) -> tuple[UUID, UUID | None, str]:
    """What a form and its photos have in common; what cannot be read stands alone."""
    return draft.blob.device_id, draft.stream, draft.form or draft.pk


@require_http_methods(["GET", "POST"])
@duty_required(*KEEPERS)
def begun_form(request: StaffRequest, digest: str) -> HttpResponse:
    """The words of one; or, by POST, that they were seen to."""
    found = _find(request, digest)
    if request.method == "POST":
        same = drafts.waiting().filter(pk__in=[d.pk for d in _together(found.draft)])
        drafts.done(same.select_related(None).order_by(), request.user)
        messages.success(request, _("The begun form is marked as dealt with."))
        return redirect("devices")
    try:
        read = [_read(draft) for draft in _together(found.draft)]
    except keys.Locked:
        return render(
            request, "sync/begun.html", {"here": "devices", "left": found, "locked": True}, status=503
        )
    photos = [photo for begun in read if begun for photo in begun.values.get("photos") or ()]
    asked = [a for begun in read if begun for a in _typed(begun, found.case, request.assignment.role)]
    write_down(request, found.draft.stream)
    context = {
        "here": "devices",
        "left": found,
        "answers": asked,
        "photos": range(len(photos)) if sees(request.assignment.role, "nik") else (),
        "hidden_photos": 0 if sees(request.assignment.role, "nik") else len(photos),
        "unreadable": None in read,
    }
    response = render(request, "sync/begun.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@duty_required(*KEEPERS)
def begun_photo(request: StaffRequest, digest: str, number: int) -> HttpResponse:
    """A photo of it, for whoever reads a NIK: papers bear one."""
    found = _find(request, digest)
    if not sees(request.assignment.role, "nik"):
        raise Http404
    try:
        read = [_read(draft) for draft in _together(found.draft)]
    except keys.Locked:
        return HttpResponse(_("The office key is locked. Ask the administrator."), status=503)
    photos = [photo for begun in read if begun for photo in begun.values.get("photos") or ()]
    try:
        content = base64.b64decode(str(photos[number]).partition(",")[2], validate=True)
    except (IndexError, binascii.Error):
        raise Http404 from None
    response = drawn(content)
    write_down(request, found.draft.stream)
    return response


def _find(request: StaffRequest, digest: str) -> Left:
    """Raises Http404 alike for one that is not there and one that is not for this reader."""
    for one in left(request):
        if any(draft.pk == digest for draft in _together(one.draft)):
            return one
    raise Http404


def _together(draft: Draft) -> list[Draft]:
    """The form and its photos, as far as nobody has dealt with them."""
    return list(drafts.waiting().filter(pk__in=drafts.together(draft).values("pk")))


def _read(draft: Draft) -> drafts.Begun | None:
    try:
        return drafts.read(draft)
    except drafts.Unreadable:
        return None


def write_down(request: StaffRequest, stream: UUID | None, what: Access = Access.OPENED) -> None:
    """That something of this case, or of none that is here, was read."""
    assignment = request.assignment
    AccessLog.objects.create(
        account=assignment.account,
        office=assignment.office,
        duty=assignment.duty,
        stream=stream,
        what=what,
    )


# ---- in words ---------------------------------------------------------------------------------------


def title_of(draft: Draft, case: CaseRow | None) -> str:
    """What the officer was doing."""
    if not draft.form:
        return _("A form that cannot be read")
    if draft.form == "report":
        return _("A new report")
    if draft.form == "place":
        return _("A visit to many people at one place")
    if case is not None:
        for step in journal.programme_of(case.programme_hash).steps:
            if step.id == draft.form:
                return step.label.in_language(get_language() or "id")
    kind = KINDS.get(draft.form)
    return _(kind.action) if kind else _("A form of a case")


def _kinds(form: str, case: CaseRow | None) -> list[str]:
    """Kinds of entries whose fields the form asks for."""
    if form == "report":
        return ["reported"]
    if form == "place":
        return list(_AT_A_PLACE)
    steps = journal.programme_of(case.programme_hash).steps if case else ()
    return [step.entry for step in steps if step.id == form] or [form]


def _typed(begun: drafts.Begun, case: CaseRow | None, duty: Duty) -> Iterator[Answer]:
    return answers(begun.values, _kinds(begun.form, case), duty)


def answers(values: Mapping[str, Any], of: Iterable[str], duty: Duty) -> Iterator[Answer]:
    """What was typed for entries of these kinds, as people read it; masked where the duty in hand does not
    need it.
    """
    kinds = [kind for kind in of if kind in KINDS]
    for name, value in values.items():
        if name in _SILENT or value in (None, "", [], {}, False):
            continue
        kind = next((k for k in kinds if name in KINDS[k].model_fields), "")
        field = KINDS[kind].model_fields.get(name) if kind else None
        label = field.title if field and field.title else _OTHERS.get(name, name)
        if sees(duty, name, kind) if kind else sees_anywhere(duty, name):
            yield Answer(_(label), _said(field.annotation if field else None, name, value), masked=False)
        else:
            yield Answer(_(label), mask(name, value if isinstance(value, str) else "x", kind), masked=True)


def _said(declared: Any, name: str, value: Any) -> str:
    """A value as the form kept it, by what its field would take; else as it was typed."""
    if name == "area" and isinstance(value, str) and areas.is_code(value):
        return areas.label(value, depth=3)
    if isinstance(value, dict) and value.keys() >= {"latitude", "longitude"}:
        return f"{value['latitude']}, {value['longitude']}"
    typed = {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value
    for one in (value, typed):
        try:
            return _in_words(TypeAdapter(declared).validate_python(one)) if declared else _in_words(value)
        except ValueError:
            continue
    return _in_words(value)


def _in_words(value: Any) -> str:
    match value:
        case Coded():
            return _(value.label)
        case bool():
            return _("Yes") if value else _("No")
        case date():
            return date_format(value, "j F Y")
        case BaseModel():
            fields = type(value).model_fields
            parts = ((fields[n].title, v) for n, v in value if v is not None)
            return ", ".join(f"{_(title)}: {_in_words(v)}" if title else _in_words(v) for title, v in parts)
        case dict():
            return ", ".join(f"{name}: {_in_words(v)}" for name, v in value.items())
        case list() | tuple():
            return ", ".join(map(_in_words, value))
        case _:
            return str(value)
