"""What people say of the service in a year: the satisfaction index and the complaints. Sums only."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jemput.accounts.access import access_programme
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.core.entries import Satisfaction
from jemput.measure.satisfaction import ELEMENTS, complaints, survey
from jemput.office.measures import FIRST_YEAR, LAST_YEAR, READERS
from jemput.office.programme import scope_of


@require_GET
@duty_required(*READERS)
def satisfaction(request: StaffRequest, number: int, year: int) -> HttpResponse:
    """The nine elements, the index and its category, and complaints by class."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    programme = access_programme(request, number)
    scope = scope_of(request, programme)
    since, until = scope.begin(f"{year}-01"), scope.begin(f"{year + 1}-01")
    result = survey(scope, since, until)
    context = {
        "here": "measures",
        "programme": programme,
        "year": year,
        "survey": result,
        "elements": [
            (_(Satisfaction.model_fields[name].title or name), result.means[name], result.means[name] * 25)
            for name in ELEMENTS
            if result.answers
        ],
        "complaints": complaints(scope, since, until).items(),
        "last": year - 1 if year > FIRST_YEAR else None,
        "next": year + 1 if year < request.assignment.office.today().year else None,
    }
    return render(request, "office/satisfaction.html", context)
