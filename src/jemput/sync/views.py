"""The office's screen of its devices: who has one, when it was last heard of, a code for another one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import segno
from django.contrib import messages
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jemput.accounts.access import access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Assignment, Office
from jemput.core.codes import Duty
from jemput.core.text import BadInput, plain
from jemput.core.text import _ as marked
from jemput.journal import keys
from jemput.journal.models import Feed
from jemput.journal.say import say
from jemput.sync import aside, begun, bring, enrol, scope
from jemput.sync.begun import KEEPERS
from jemput.sync.models import CODE_LIVES, Device

PAGE = 50
LONGEST = 60
CHOOSE = marked("Choose the file first.")
TOO_LARGE = marked("The file is larger than %(limit)s MB.")
USED_TWICE = marked(
    "Two copies of this phone are in use. Nothing is lost. Let it send everything, then withdraw it and enrol"
    " it anew."
)
_BEHIND = 15 * 60 * 1000
"""Milliseconds by which a clock may be wrong before somebody is told."""


@dataclass(frozen=True)
class Line:
    """A device in the list."""

    device: Device
    rows_behind: int
    gaps: int

    @property
    def is_off(self) -> bool:
        """Whether its lease has run out."""
        return self.device.revoked_at is None and self.device.lease_until < timezone.now()

    @property
    def clock_is_wrong(self) -> bool:
        """Whether somebody should set its clock; nothing depends on it."""
        return abs(self.device.clock_ahead) > _BEHIND


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@duty_required(*KEEPERS)
def devices(request: StaffRequest) -> HttpResponse:
    """All devices of the office; by POST those of whoever is looked for, for no name stands in an address."""
    return _page(request)


@require_POST
@duty_required(*KEEPERS)
def code(request: StaffRequest) -> HttpResponse:
    """A code for somebody's duty, shown this once: only its digest is kept."""
    office = access_office(request)
    wanted = request.POST.get("assignment", "")
    found = Assignment.objects.filter(office=office, pk=int(wanted) if wanted.isdecimal() else 0).first()
    if found is None:
        return _page(request, error=_("Choose for whom the device is."), status=422)
    return _show_code(request, found)


def _show_code(request: StaffRequest, found: Assignment, instead_of: Device | None = None) -> HttpResponse:
    """The page with a new code; the device that it replaces is withdrawn, or neither happens."""
    try:
        keys.ring()
        made = enrol.make_code(found, request.user)
        if instead_of:
            enrol.revoke(instead_of)
    except BadInput as error:
        return _page(request, error=say(error.words), status=422)
    except keys.Locked:
        return _page(request, error=_("The office key is locked. Ask the administrator."), status=503)
    address = request.build_absolute_uri(f"{reverse('field_app')}#{made}")
    square = segno.make(address, error="m", micro=False)
    picture = square.svg_inline(border=2, svgclass="square wide", omitsize=True)
    shown = {"code": f"{made[:5]}-{made[5:]}", "square": mark_safe(picture), "whose": found}  # noqa: S308
    response = _page(request, shown=shown)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@duty_required(*KEEPERS)
def revoke(request: StaffRequest, device: UUID) -> HttpResponse:
    """Withdraw a device of the office; ``anew``: and show a code for another one of the same officer."""
    found = get_object_or_404(Device, pk=device, assignment__office=access_office(request))
    if "anew" in request.POST:
        if found.waiting and not found.revoked_at:
            return _page(request, error=_(USED_TWICE), status=409)
        return _show_code(request, found.assignment, instead_of=found)
    enrol.revoke(found)
    messages.success(request, _("The device was withdrawn. It erases itself when it next calls."))
    return redirect("devices")


@require_http_methods(["GET", "POST"])
@duty_required(*KEEPERS)
def bring_file(request: StaffRequest) -> HttpResponse:
    """Take in the sealed file of a device that has no signal."""
    file = request.FILES.get("file")
    if request.method == "GET":
        return _brought(request)
    try:
        if file is None:
            raise BadInput(CHOOSE)
        if (file.size or 0) > bring.MOST_BYTES:
            raise BadInput(TOO_LARGE, limit=bring.MOST_BYTES // 1_000_000)
        return _brought(request, bring.bring(file.read(), access_office(request).code))
    except BadInput as error:
        return _brought(request, error=say(error.words), status=422)
    except keys.Locked:
        return _brought(request, error=_("The office key is locked. Ask the administrator."), status=503)


def _brought(
    request: StaffRequest, brought: bring.Brought | None = None, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {"here": "devices", "brought": brought, "error": error}
    return render(request, "sync/brought.html", context, status=status)


def _page(
    request: StaffRequest, *, shown: dict[str, object] | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    office = access_office(request)
    typed = plain(request.POST.get("q", ""))[:LONGEST]
    after = re.fullmatch(r"([0-9])-([0-9]{1,9})", request.GET.get("after", ""))
    found = _in_order(office)
    total = found.count()
    for word in typed.split():
        found = found.filter(assignment__account__name__icontains=word)
    if after:
        rank, number = map(int, after.groups())
        found = found.filter(Q(rank__gt=rank) | Q(rank=rank, number__lt=number))
    listed = list(found[: PAGE + 1])
    heads = _heads(office)
    holders = Assignment.objects.filter(office=office, duty__in=[d.value for d in enrol.TAKES_ALONG])
    holders = holders.select_related("account", "office").order_by("account__name", "pk")
    by_duty = groupby(sorted((a for a in holders if a.holds() and a.account.is_active), key=_rank), key=_rank)
    context = {
        "here": "devices",
        "address": request.build_absolute_uri(reverse("field_app")),
        "lines": [_line(device, heads) for device in listed[:PAGE]],
        "total": total,
        "typed": typed,
        "more": listed[PAGE - 1] if len(listed) > PAGE else None,
        "continued": after is not None,
        "is_long": total > PAGE,
        "longest": LONGEST,
        "begun": begun.left(request),
        "aside": aside.to_look_at(request),
        "holders": [(some[0].get_duty_display(), some) for some in (list(group) for __, group in by_duty)],
        "minutes": int(CODE_LIVES.total_seconds() // 60),
        "shown": shown,
        "error": error,
    }
    return render(request, "sync/devices.html", context, status=status)


def _rank(assignment: Assignment) -> int:
    return enrol.TAKES_ALONG.index(Duty(assignment.duty))


def _in_order(office: Office) -> QuerySet[Device]:
    """The office's devices: first those that ask for something to be done, last those that were withdrawn."""
    rank = Case(
        When(revoked_at__isnull=False, then=4),
        When(copied_at__isnull=False, then=0),
        When(~Q(beyond=[]) | Q(waiting__gt=0), then=1),
        When(lease_until__lt=timezone.now(), then=2),
        default=3,
    )
    found = Device.objects.filter(assignment__office=office).annotate(rank=rank).order_by("rank", "-number")
    return found.select_related("assignment__account", "assignment__office")


def _heads(office: Office) -> dict[str, int]:
    """The last row of each feed of cases: asked once, however many devices are listed."""
    found = Feed.objects.filter(id__gt=f"{office.code}.", id__lt=f"{office.code}/")
    return dict(found.values_list("id", "head"))


def _line(device: Device, heads: Mapping[str, int]) -> Line:
    fetches = device.revoked_at is None and device.assignment.account.is_active and device.assignment.holds()
    feeds = [feed for feed in heads if scope.reads(device, feed)] if fetches else []
    behind = sum(max(heads[feed] - device.cursors.get(feed, 0), 0) for feed in feeds)
    return Line(device, behind, sum(last - first + 1 for first, last in device.gaps))
