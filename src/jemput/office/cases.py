"""The case list: filters that live in the address, pages by place and not by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from jemput import journal
from jemput.accounts.access import access_cases
from jemput.accounts.http import StaffRequest
from jemput.core.areas import covers, is_code
from jemput.core.centre import KNOWN, LADDER, CentreMeaning, meaning
from jemput.core.codes import Coded, Flag, Status, Urgency
from jemput.journal.models import NO_PROMISE, CaseRow, Waiting
from jemput.office.showing import Place, names, paged, programme_label, programmes_of
from jemput.office.words import say
from jemput.places.choices import ANY_AREA, village_choices

PAGE = 50
AGES = (7, 30, 90, 365)
ANY = ("", _("Any"))


class Filters(forms.Form):
    """What the list is narrowed to. Anything that cannot be understood is told, and not filtered by."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    flag = forms.ChoiceField(label=_("Flag"), required=False)
    village = forms.CharField(label=_("Village or ward"), required=False, max_length=17)
    programme = forms.TypedChoiceField(label=_("Programme"), required=False, coerce=int, empty_value=None)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    step = forms.ChoiceField(label=_("Waits for step"), required=False)
    age = forms.TypedChoiceField(label=_("Reported"), required=False, coerce=int, empty_value=None)
    centre = forms.ChoiceField(label=_("Centre status"), required=False)
    late = forms.BooleanField(label=_("Overdue only"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(self, request: StaffRequest) -> None:
        """The choices depend on the office and area in hand."""
        super().__init__(request.GET, label_suffix="")
        self.area = request.assignment.area
        programmes = programmes_of(request.assignment)
        duty = request.assignment.role
        steps = {s.id: s.label for p in reversed(programmes) for s in p.steps if s.entry != "reported"}
        choices: dict[str, list[tuple[Any, Any]]] = {
            "status": _coded(Status),
            "flag": _coded(Flag),
            "urgency": _coded(Urgency),
            "programme": [(p.number, programme_label(duty, p.number, p.name)) for p in programmes],
            "step": [(id, say(label)) for id, label in steps.items()],
            "age": [(n, gettext("more than %(n)s days ago") % {"n": n}) for n in AGES],
            "centre": [(m.value, gettext(rung.label)) for m, rung in LADDER.items()],
        }
        for name, known in choices.items():
            self.fields[name].choices = [ANY, *known]  # type: ignore[attr-defined]
            self.fields[name].widget.choices = self.fields[name].choices  # type: ignore[attr-defined]
        self.fields["sort"].choices = [("", _("Latest act first")), ("due", _("Oldest promise first"))]  # type: ignore[attr-defined]
        self.fields["village"].widget = forms.Select(choices=village_choices(self.area, ANY_AREA))
        for name, field in self.fields.items():
            field.widget.attrs |= {"id": f"filter-{name}"}

    def clean_village(self) -> str:
        """An area code; outside one's own area nothing is found anyway."""
        code: str = self.cleaned_data["village"]
        if code and not is_code(code):
            raise forms.ValidationError(_("Choose a village or ward from the list."))
        return code if not covers(code, self.area) else ""

    @property
    def said(self) -> dict[str, Any]:
        """The filters that are set and understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}


def _coded(of: type[Coded]) -> list[tuple[str, str]]:
    return [(member.value, gettext(member.label)) for member in of]


def _village(rows: QuerySet[CaseRow], code: str) -> QuerySet[CaseRow]:
    return rows.filter(area__gte=code, area__lt=code + "/")


def _waits(rows: QuerySet[CaseRow], step: str) -> QuerySet[CaseRow]:
    return rows.filter(Exists(Waiting.objects.filter(case=OuterRef("pk"), step=step)))


def _centre(rows: QuerySet[CaseRow], value: str) -> QuerySet[CaseRow]:
    wanted = CentreMeaning(value)
    if wanted is CentreMeaning.UNKNOWN:
        return rows.filter(flags__has_key=Flag.CENTRE_UNKNOWN.value)
    raw = [known for known in KNOWN if meaning(known) is wanted]
    return rows.filter(is_open=True, state__centre_raw__in=raw)


FILTERS: Mapping[str, Callable[[QuerySet[CaseRow], Any], QuerySet[CaseRow]]] = {
    "status": lambda rows, value: rows.filter(status=value),
    "flag": lambda rows, value: rows.filter(flags__has_key=value),
    "village": _village,
    "programme": lambda rows, value: rows.filter(programme=value),
    "urgency": lambda rows, value: rows.filter(urgency=value),
    "step": _waits,
    "age": lambda rows, value: rows.filter(opened_at__lt=timezone.now() - timedelta(days=value)),
    "centre": _centre,
    "late": lambda rows, value: rows.filter(is_open=True, due_at__lte=timezone.now(), due_at__lt=NO_PROMISE),
}


@require_GET
def cases(request: StaffRequest) -> HttpResponse:
    """Every case that the duty in hand sees, narrowed by what the address says."""
    filters = Filters(request)
    rows = access_cases(request)
    for name, value in filters.said.items():
        if name in FILTERS:
            rows = FILTERS[name](rows, value)
    total = journal.count(rows)
    by_promise = filters.said.get("sort") == "due"
    if by_promise:
        rows = rows.filter(is_open=True).order_by("due_at", "stream_id")
    else:
        rows = rows.order_by("-last_at", "stream_id")
    place = Place.read(request.GET.get("after", ""))
    if place:
        rows = rows.filter(place.after("due_at") if by_promise else place.after("last_at", falling=True))
    page, more = paged(rows.defer("state")[: PAGE + 1], PAGE)
    last = page[-1] if more else None
    context = {
        "filters": filters,
        "narrowed": filters.said.keys() - {"sort"},
        "total": total,
        "continued": place is not None,
        "more": str(Place(last.due_at if by_promise else last.last_at, last.pk)) if last else "",
    }
    return render(request, "office/cases.html", context | shown(request, page))


@dataclass(frozen=True)
class Row:
    """A case as a list shows it."""

    case: CaseRow
    name: str
    status: Status
    urgency: Urgency
    flags: tuple[Flag, ...]


def shown(request: StaffRequest, page: list[CaseRow]) -> dict[str, Any]:
    """What the template of a list needs to show these cases to the duty in hand."""
    who = names(request, page)
    rows = [
        Row(
            case,
            who.by_case.get(case.pk, ""),
            Status(case.status),
            Urgency(case.urgency),
            tuple(Flag(flag) for flag in case.flags),
        )
        for case in page
    ]
    return {"here": "cases", "rows": rows, "locked": who.locked, "now": timezone.now()}
