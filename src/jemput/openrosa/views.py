"""OpenRosa as Collect speaks it: text/xml, a version header, 201 or 202 and no other success."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import wraps
from typing import Any
from xml.sax.saxutils import escape

import segno
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from jemput.accounts.access import access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Assignment
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.core.text import BadInput
from jemput.journal import keys
from jemput.journal.say import say
from jemput.openrosa import access, forms
from jemput.openrosa.models import Access
from jemput.openrosa.offer import offered, waiting
from jemput.openrosa.take import Taken, take
from jemput.sync.guard import Busy, turn
from jemput.sync.models import LEASE

MOST_REQUEST = 25_000_000
"""Bytes of one request; Collect splits what is larger. The form itself has it make photos smaller."""
_XFORMS = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
_RESPONSE = "http://openrosa.org/http/response"
_FORM = "xml_submission_file"
_STATUS = {
    Taken.PART: 201,
    Taken.NEW: 201,
    Taken.KNOWN: 201,
    Taken.KEPT: 202,
    Taken.CONFLICT: 409,
    Taken.EARLY: 409,
    Taken.ERASED: 202,
}
View = Callable[..., HttpResponse]


def _words(taken: Taken) -> str:
    return {
        Taken.PART: _("Received. The rest is awaited."),
        Taken.NEW: _("Received."),
        Taken.KNOWN: _("Received before."),
        Taken.KEPT: _("Received, but somebody at the office must look at it."),
        Taken.EARLY: _("The form that this one changes has not arrived whole yet. Send that one first."),
        Taken.ERASED: _("This person's data was erased. It is not taken in again."),
        Taken.CONFLICT: _("Another form came under this number. Both are kept; somebody must look."),
    }[taken]


def openrosa(view: View) -> View:
    """A call of Collect: name and key asked for, answered as it expects, refused in words that it shows."""

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        found = access.of_header(request.headers.get("Authorization", ""))
        if found is None:
            response = _message(401, _("Name or key of this phone is wrong."))
            response["WWW-Authenticate"] = 'Basic realm="Jemput", charset="UTF-8"'
        else:
            response = _served(view, request, found, kwargs)
        response["X-OpenRosa-Version"] = "1.0"
        response["X-OpenRosa-Accept-Content-Length"] = str(MOST_REQUEST)
        response["Date"] = timezone.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        response["Cache-Control"] = "private, no-store"
        return response

    answered.login_required = False  # type: ignore[attr-defined]
    return csrf_exempt(answered)


def _served(view: View, request: HttpRequest, found: Access, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        with turn():
            _note(found)
            return view(request, found, **kwargs)
    except Busy as error:
        response = _message(429, _("Many are sending at once. Try again in a minute."))
        response["Retry-After"] = str(error.args[0])
        return response
    except keys.Locked:
        return _message(503, _("The office key is locked. Nothing is lost: send again later."))
    except BadInput as error:
        return _message(400, say(error.words))


def _note(found: Access) -> None:
    device, now = found.device, timezone.now()
    device.seen_at = now
    if access.may_read(found):
        device.lease_until = now + LEASE
    device.save(update_fields=["seen_at", "lease_until"])


# ---- forms ------------------------------------------------------------------------------------------


@openrosa
@require_http_methods(["GET", "HEAD"])
def form_list(request: HttpRequest, found: Access) -> HttpResponse:
    """The visits of the programmes of this office, each as a form."""
    if not access.may_read(found):
        return _message(403, _("This phone may see no forms any more. What is filled in can still be sent."))
    wanted = request.GET.get("formID")
    lines = [_form_line(request, p) for p in offered(found) if wanted in (None, "", forms.form_id(p))]
    return _xml(f'<xforms xmlns="{_XFORMS}">{"".join(lines)}</xforms>')


def _form_line(request: HttpRequest, programme: Programme) -> str:
    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(name, kwargs={"number": programme.number}))

    parts = {
        "formID": forms.form_id(programme),
        "name": f"{programme.name} – {_('Visit')}",
        "version": forms.version(programme),
        "hash": forms.digest(forms.xform(programme)),
        "downloadUrl": address("openrosa_form"),
        "manifestUrl": address("openrosa_manifest"),
    }
    return "<xform>" + "".join(f"<{k}>{escape(v)}</{k}>" for k, v in parts.items()) + "</xform>"


@openrosa
@require_http_methods(["GET", "HEAD"])
def form(request: HttpRequest, found: Access, number: int) -> HttpResponse:
    """A form."""
    programme = _programme(found, number)
    return _xml(forms.xform(programme)) if programme else _message(404, _("This form is not used here."))


@openrosa
@require_http_methods(["GET", "HEAD"])
def manifest(request: HttpRequest, found: Access, number: int) -> HttpResponse:
    """The one file beside a form: the cases to choose from."""
    programme = _programme(found, number)
    if programme is None:
        return _message(404, _("This form is not used here."))
    address = request.build_absolute_uri(reverse("openrosa_cases", kwargs={"number": number}))
    digest = forms.digest(_cases(found, programme))
    line = f"<filename>cases.csv</filename><hash>{digest}</hash><downloadUrl>{escape(address)}</downloadUrl>"
    return _xml(f'<manifest xmlns="{_MANIFEST}"><mediaFile>{line}</mediaFile></manifest>')


@openrosa
@require_http_methods(["GET", "HEAD"])
def cases(request: HttpRequest, found: Access, number: int) -> HttpResponse:
    """``cases.csv``: tickets and villages, no names."""
    programme = _programme(found, number)
    if programme is None:
        return _message(404, _("This form is not used here."))
    return HttpResponse(_cases(found, programme), content_type="text/csv; charset=utf-8")


def _programme(found: Access, number: int) -> Programme | None:
    if not access.may_read(found):
        return None
    return next((p for p in offered(found) if p.number == number), None)


def _cases(found: Access, programme: Programme) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["name", "label", "visit"])
    writer.writerows(waiting(found, programme))
    return text.getvalue().encode()


# ---- submissions --------------------------------------------------------------------------------------


@openrosa
@require_http_methods(["HEAD", "POST"])
def submission(request: HttpRequest, found: Access) -> HttpResponse:
    """HEAD: where to send (204). POST: a filled form, or a part of it with some of its photos."""
    if request.method == "HEAD":
        return HttpResponse(status=204)
    if int(request.headers.get("Content-Length") or 0) > MOST_REQUEST:
        return _message(413, _("Too much at once. Choose smaller photos in the settings of Collect."))
    try:
        files = request.FILES
    except (RequestDataTooBig, MultiPartParserError):
        return _message(400, _("This form cannot be read."))
    xml = files.get(_FORM)
    if xml is None:
        return _message(400, _("This form cannot be read."))
    photos = [file.read() for name, sent in files.lists() if name != _FORM for file in sent]
    is_last = request.POST.get("*isIncomplete*") != "yes"
    taken = take(found, xml.read(), photos, is_last=is_last)
    return _message(_STATUS[taken], _words(taken))


def _message(status: int, words: str) -> HttpResponse:
    nature = "submit_success" if status in (201, 202) else "error"
    body = f'<message nature="{nature}">{escape(words)}</message>'
    return _xml(f'<OpenRosaResponse xmlns="{_RESPONSE}">{body}</OpenRosaResponse>', status)


def _xml(body: str | bytes, status: int = 200) -> HttpResponse:
    content = body if isinstance(body, bytes) else f'<?xml version="1.0" encoding="UTF-8"?>{body}'
    return HttpResponse(content, status=status, content_type="text/xml; charset=utf-8")


# ---- the office's page --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@duty_required(Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION)
def collect(request: StaffRequest) -> HttpResponse:
    """Set up Collect on an officer's phone: name and key, shown this once."""
    office = access_office(request)
    holders = Assignment.objects.filter(office=office, duty__in=[d.value for d in access.VISITS])
    holders = holders.select_related("account", "office").order_by("account__name", "pk")
    address = request.build_absolute_uri(reverse("openrosa_forms")).removesuffix("/formList")
    context: dict[str, Any] = {
        "here": "devices",
        "address": address,
        "is_secure": request.is_secure(),
        "holders": [a for a in holders if a.holds() and a.account.is_active],
    }
    status = 200
    if request.method == "POST":
        wanted = request.POST.get("assignment", "")
        chosen = next((a for a in context["holders"] if str(a.pk) == wanted), None)
        if chosen is None:
            context["error"], status = _("Choose for whom the device is."), 422
        else:
            made, key = access.make(chosen)
            said = access.settings_code(address, made, key, keeps_sent="keeps_sent" in request.POST)
            square = segno.make(said, error="l", micro=False)
            picture = square.svg_inline(border=2, svgclass="square wide", omitsize=True)
            context["shown"] = {"name": made.name, "key": key, "whose": chosen, "square": mark_safe(picture)}  # noqa: S308
    response = render(request, "openrosa/collect.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
