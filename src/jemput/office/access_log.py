"""Who opened, searched, revealed or took along what: for those who answer for the work.

The page names staff and tickets, never a citizen; and reading it is itself written down.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from jemput.accounts.access import SUPERVISORS, access_cases, access_log, log_read
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Access, AccessLog, Account
from jemput.accounts.sensitive import Sensitive, class_of
from jemput.core.codes import Duty
from jemput.core.text import BadInput
from jemput.core.text import _ as mark
from jemput.intake import read_ticket
from jemput.journal.models import CaseRow
from jemput.office.forms.fields import Day
from jemput.office.showing import paged
from jemput.office.words import say
from jemput.people.models import Seen

PAGE = 50
PEOPLE = "people"
"""The kind that is no row of the log: people of the register who were shown, counted by day."""
CLASSES = {
    Sensitive.NIK: mark("NIK and family number"),
    Sensitive.PHONE: mark("Phone number"),
    Sensitive.HEALTH: mark("Health and needs"),
    Sensitive.PRISON: mark("Kind of place"),
    Sensitive.LANGUAGE: mark("Language"),
}


class Filters(forms.Form):
    """What the log is narrowed to. What cannot be understood is told, and not filtered by."""

    account = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    ticket = forms.CharField(label=gettext_lazy("Ticket number"), required=False, max_length=24)
    day = Day(label=gettext_lazy("Day"), required=False)

    def __init__(self, request: StaffRequest) -> None:
        super().__init__(request.GET, label_suffix="", auto_id="filter-%s")
        assignment = request.assignment
        self.whole_office = assignment.area == assignment.office_id
        accounts = Account.objects.filter(assignments__office=assignment.office_id).distinct()
        staff = accounts.exclude(assignments__duty=Duty.REPORTER)  # there may be thousands of reporters
        known = dict(staff.values_list("pk", "name"))
        if (asked := _uuid(request.GET.get("account", ""))) and asked not in known:
            known |= dict(accounts.filter(pk=asked).values_list("pk", "name"))
        kinds = [(kind.value, say(kind)) for kind in Access]
        if self.whole_office:
            kinds.append((PEOPLE, _("People of the register shown")))
        for name, choices in (("account", known.items()), ("kind", kinds)):
            self.fields[name].choices = [("", _("Any")), *choices]  # type: ignore[attr-defined]

    def clean_ticket(self) -> str:
        """As it is written, however it was typed."""
        try:
            return read_ticket(text) if (text := self.cleaned_data["ticket"]) else ""
        except BadInput as bad:
            raise forms.ValidationError(say(bad.words)) from None

    @property
    def said(self) -> dict[str, Any]:
        """The filters that are set and understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
@duty_required(*SUPERVISORS)
def log(request: StaffRequest) -> HttpResponse:
    """The log, the latest first, a page at a time."""
    filters = Filters(request)
    said = filters.said
    case = _case(request, said["ticket"]) if "ticket" in said else None
    of_people = said.get("kind") == PEOPLE
    shown = _people(request, said) if of_people else _rows(request, said, case)
    log_read(request, case, said)
    context = {"here": "measures", "filters": filters, "narrowed": said, "of_people": of_people}
    return render(request, "office/access_log.html", context | shown)


def _case(request: StaffRequest, ticket: str) -> UUID | None:
    row = CaseRow.objects.filter(ticket=ticket, office=request.assignment.office_id).only("pk").first()
    return row.pk if row else None


def _rows(request: StaffRequest, said: dict[str, Any], case: UUID | None) -> dict[str, Any]:
    rows = access_log(request)
    if "account" in said:
        rows = rows.filter(account=said["account"])
    if "kind" in said:
        rows = rows.filter(what=said["kind"])
    if "ticket" in said:
        rows = rows.filter(stream=case) if case else rows.none()
    if "day" in said:
        begin = datetime.combine(said["day"], time(), request.assignment.office.zone)
        rows = rows.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    page, more = paged(rows[: PAGE + 1], PAGE)
    return {
        "rows": _told(request, page),
        "more": {"before": page[-1].pk} if more else None,
        "continued": bool(before),
    }


def _told(request: StaffRequest, page: list[AccessLog]) -> list[dict[str, Any]]:
    streams = {row.stream for row in page if row.stream}
    tickets = dict(CaseRow.objects.filter(pk__in=streams).values_list("pk", "ticket"))
    open_to_me = set(access_cases(request).filter(pk__in=streams).values_list("pk", flat=True))
    return [
        {
            "log": row,
            "ticket": tickets.get(row.stream, "") if row.stream else "",
            "opens": row.stream in open_to_me,
            "fields": _classes(row.fields) if row.what == Access.REVEALED else [],
        }
        for row in page
    ]


def _classes(fields: list[str]) -> list[str]:
    """Which classes of facts were shown: fields would say more of the person than the reader needs."""
    found = {class_of(*reversed(name.split(".", 1))) for name in fields}
    return [_(words) for kind, words in CLASSES.items() if kind in found]


def _people(request: StaffRequest, said: dict[str, Any]) -> dict[str, Any]:
    """How many people of the register were shown to whom, by day: it is kept no finer, and never who."""
    rows: QuerySet[Any, Any] = Seen.objects.filter(office=request.assignment.office_id)
    if "account" in said:
        rows = rows.filter(account=said["account"])
    if "day" in said:
        rows = rows.filter(day=said["day"])
    skip = request.GET.get("skip", "")
    start = int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 7 else 0
    grouped = rows.values("day", "account_id", "account__name", "duty").annotate(
        people=Count("*"), looks=Sum("times")
    )
    page, more = paged(grouped.order_by("-day", "account_id", "duty")[start : start + PAGE + 1], PAGE)
    shown = [row | {"name": row["account__name"], "duty": Duty(row["duty"])} for row in page]
    return {"rows": shown, "more": {"skip": start + PAGE} if more else None, "continued": start > 0}
