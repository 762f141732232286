"""Screens of measure: the monthly table and published months. Sums only, no person in them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jemput.accounts.access import access_programme, exported
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Account
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.core.text import BadInput
from jemput.measure import published
from jemput.measure.counting import Act, Ledger, read_ledger
from jemput.measure.monthly import YearTable, by_sex_and_age, columns, year_table, years
from jemput.office.measure_files import FORMS, column_title, month_name
from jemput.office.programme import scope_of
from jemput.office.showing import programmes_of
from jemput.office.words import NOTHING, say

READERS = (Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE, Duty.EVALUATOR)
PUBLISHERS = (Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@require_GET
@duty_required(*READERS)
def measures(request: StaffRequest) -> HttpResponse:
    """The programmes of the office, each with its figures."""
    context = {"here": "measures", "programmes": programmes_of(request.assignment)}
    return render(request, "office/measures.html", context)


@require_GET
@duty_required(*READERS)
def year(request: StaffRequest, number: int, year: int) -> HttpResponse:
    """The monthly table of a year, exactly in ON THE SPOT's layout, and what stands behind it."""
    programme, ledger, table = _table(request, number, year)
    scope, now = ledger.scope, timezone.now()
    out = published.published(scope)
    others = tuple(d for d in programme.documents if d not in table.documents)
    context = {
        "here": "measures",
        "programme": programme,
        "table": table,
        "lines": [
            (line, month_name(line.month), out.get(line.month), now >= scope.end(line.month))
            for line in table.lines
        ],
        "years": years(scope, now),
        "column": column_title,
        "split": by_sex_and_age(table.people),
        "acts": [
            (title, year_table(ledger, table.documents, year, now, (act,)).total.total)
            for title, act in (
                (_("Recorded"), Act.RECORDED),
                (_("Printed"), Act.PRINTED),
                (_("Handed over"), Act.DELIVERED),
            )
        ],
        "others": year_table(ledger, others, year, now, (Act.PRINTED,)) if others else None,
        "may_publish": request.assignment.role in PUBLISHERS and scope.is_whole,
        "titles": [column_title(d) for d in table.documents],
    }
    return render(request, "office/measure_year.html", context)


@require_GET
@duty_required(*READERS)
def download(request: StaffRequest, number: int, year: int, form: str) -> HttpResponse:
    """The table as a file: CSV for other programs, XLSX for a letter."""
    if form not in FORMS:
        raise Http404
    programme, _ledger, table = _table(request, number, year)
    exported(request)
    body, mime = FORMS[form](programme, table)
    name = f"{'bulanan' if request.LANGUAGE_CODE == 'id' else 'monthly'}-{number}-{year}.{form}"
    return HttpResponse(
        body, content_type=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _table(request: StaffRequest, number: int, year: int) -> tuple[Programme, Ledger, YearTable]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    programme = access_programme(request, number)
    ledger = read_ledger(scope_of(request, programme))
    return programme, ledger, year_table(ledger, columns(programme), year, timezone.now())


# ---- published months --------------------------------------------------------------------------------


@require_GET
@duty_required(*READERS)
def month(request: StaffRequest, number: int, month: str) -> HttpResponse:
    """A month as it was published, drawn again, and as it stands today."""
    programme = access_programme(request, number)
    scope = scope_of(request, programme)
    out = published.publications(scope, month)
    today = published.month_rows(read_ledger(scope), columns(programme), month)
    may_publish = request.assignment.role in PUBLISHERS and scope.is_whole
    context = {
        "here": "measures",
        "programme": programme,
        "month": month_name(month),
        "year": int(month[:4]),
        "publications": [(p, _name(p.actor)) for p in out],
        "today": [(column_title(row.document), row) for row in today],
        "raw_month": month,
        "may_publish": may_publish and timezone.now() >= scope.end(month),
    }
    return render(request, "office/measure_month.html", context)


def _name(actor: str) -> str:
    """Who published, by the id that the entry carries."""
    try:
        return Account.objects.get(pk=UUID(actor)).name
    except (ValueError, Account.DoesNotExist):
        return NOTHING


@require_POST
@duty_required(*PUBLISHERS)
def publish(request: StaffRequest, number: int, month: str) -> HttpResponse:
    """Publish a month; what is refused is told with the reason."""
    programme = access_programme(request, number)
    try:
        published.publish(
            scope_of(request, programme),
            columns(programme),
            month,
            actor=request.user.actor,
            duty=request.assignment.role,
            now=timezone.now(),
        )
        messages.success(
            request, _("Published. The figures of this month now stay as they are, beside later ones.")
        )
    except BadInput as bad:
        messages.error(request, say(bad.words))
    return HttpResponseRedirect(reverse("office:month", args=[number, month]))


# ---- backlog -----------------------------------------------------------------------------------------


@require_GET
@duty_required(*READERS)
def backlog(request: StaffRequest, number: int) -> HttpResponse:
    """The backlog has one page, among the people whom it counts."""
    return HttpResponseRedirect(reverse("people:sasaran", args=[number]))
