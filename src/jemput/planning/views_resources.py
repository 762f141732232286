"""Screens of what the planner plans with: "Tim dan perlengkapan"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as mark
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from jemput import journal
from jemput.accounts.access import access_cases, access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.core.areas import label
from jemput.core.codes import Duty, PlaceKind, Weekday
from jemput.core.codes import Partner as Role
from jemput.core.entries import VisitPurpose
from jemput.journal import keys
from jemput.planning import forms, learn
from jemput.planning import models as kept
from jemput.planning.form_parts import KeptForm, SettingsForm
from jemput.planning.kinds import AbsenceReason, KitKind, Pasaran, VehicleKind

KEEPERS = (Duty.MAIN_ADMIN, Duty.SCHEDULER)
AT_ONCE = 60


@dataclass(frozen=True)
class Kind:
    """One sort of things that an office keeps: its words, its table, its form."""

    key: str
    title: str
    about: str
    empty: str
    """What to do while there is none."""
    add: str
    model: type[Any]
    form: type[KeptForm]
    told: Callable[[Any], str]
    """The line under its name in the list."""

    def rows(self, office: str) -> Any:
        """All of an office."""
        return self.model.objects.filter(office=office).order_by(*_ORDER.get(self.key, ("name", "pk")))


_ORDER = {
    "skills": ("account__name", "what", "pk"),
    "access": ("area", "pk"),
    "absences": ("-since", "-pk"),
    "partners": ("role", "name", "pk"),
}


def _days(codes: list[str]) -> str:
    if codes == [d.value for d in Weekday][:5]:
        return _("Monday to Friday")
    return ", ".join(_(d.label) for d in Weekday if d.value in codes)


def _kinds(codes: list[str]) -> str:
    return ", ".join(_(VehicleKind(c).label) for c in codes)


def _areas(codes: list[str]) -> str:
    return ", ".join(label(c, depth=1) for c in codes)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _team(team: kept.Team) -> str:
    today = team.office.today()
    rows = team.members.select_related("account").order_by("account__name")
    names = [m.account.name for m in rows if m.holds(today)]
    members = ", ".join(names) or _("no members yet")
    return _joined(members, _days(team.weekdays), f"{team.begins:%H.%M}–{team.ends:%H.%M}")


def _kit(kit: kept.Kit) -> str:
    most = kit.people_per_day and _("%(n)d people a day") % {"n": kit.people_per_day}
    battery = kit.battery_minutes and _("battery %(n)d minutes") % {"n": kit.battery_minutes}
    return _joined(_(KitKind(kit.kind).label), most or "", battery or "", _days(kit.weekdays))


def _partner(partner: kept.PartnerPerson) -> str:
    where = _("one in every village") if partner.each_village else _areas(partner.areas) or _("whole office")
    return _joined(_(Role(partner.role).label), where, _days(list(partner.hours)))


def _site(site: kept.Site) -> str:
    point = "" if site.latitude is not None else _("no point of its own yet")
    return _joined(_(PlaceKind(site.kind).label), label(site.area), point)


def _market(market: kept.MarketDay) -> str:
    when = _(Pasaran(market.pasaran).label) if market.pasaran else _days(market.weekdays)
    return _joined(label(market.area, depth=1), when, f"{market.begins:%H.%M}–{market.ends:%H.%M}")


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "teams", mark("Teams"), mark("Who goes out together, on which days, with which vehicle."),
            mark("No team yet. Without one nobody can be planned: add the first, with its members."),
            mark("Add a team"), kept.Team, forms.TeamForm, _team,
        ),
        Kind(
            "kits", mark("Equipment"), mark("A recording set goes with one team a day."),
            mark("No equipment yet. Visits that record need a recording set: add those that the office has."),
            mark("Add equipment"), kept.Kit, forms.KitForm, _kit,
        ),
        Kind(
            "vehicles", mark("Vehicles"), mark("Cars, motorbikes and boats that teams take."),
            mark("No vehicle yet. Teams cannot leave without one: add those that the office uses."),
            mark("Add a vehicle"), kept.Vehicle, forms.VehicleForm,
            lambda v: _joined(_(VehicleKind(v.kind).label), _days(v.weekdays)),
        ),
        Kind(
            "partners", mark("Partners"), mark("People of other agencies who come along, and when they can."),
            mark("No partner yet. Programmes that want a health worker or the village present need them."),
            mark("Add a partner"), kept.PartnerPerson, forms.PartnerForm, _partner,
        ),
        Kind(
            "skills", mark("Training and languages"), mark("What each officer has learned and speaks."),
            mark("Nothing yet. Where a programme asks for trained officers, only teams with one of them go."),
            mark("Add a training or language"), kept.Skill, forms.SkillForm,
            lambda s: str(s.get_what_display()),
        ),
        Kind(
            "sites", mark("Places"), mark("The office itself, and institutions with their opening hours."),
            mark("No place yet. Add the office first, with its point on the map: teams start there."),
            mark("Add a place"), kept.Site, forms.SiteForm, _site,
        ),
        Kind(
            "access", mark("Hard to reach"), mark("Villages and RWs that not every vehicle reaches."),
            mark("Every vehicle reaches every village. Add those behind footbridges, steep paths or water."),
            mark("Add a village or RW"), kept.Reach, forms.ReachForm,
            lambda r: _joined(_kinds(r.vehicles), r.note),
        ),
        Kind(
            "markets", mark("Market days"), mark("When people of an area are not at home."),
            mark("No market day yet. On those days nobody is visited at home while the market lasts."),
            mark("Add a market day"), kept.MarketDay, forms.MarketForm, _market,
        ),
        Kind(
            "absences", mark("Absences and repairs"), mark("Officers on leave, equipment in repair."),
            mark("Nobody is away and nothing is in repair. Add it as soon as it is known."),
            mark("Add an absence"), kept.Absence, forms.AbsenceForm,
            lambda a: _(AbsenceReason(a.reason).label),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One thing in a list."""

    pk: int
    name: str
    told: str
    since: date
    until: date | None


def _line(kind: Kind, row: Any) -> Line:
    named = {"skills": "account", "absences": "of"}.get(kind.key, "name")
    name = label(row.area) if kind.key == "access" else str(getattr(row, named))
    return Line(row.pk, name, kind.told(row), row.since, row.until)


def _kind(key: str) -> Kind:
    if (kind := KINDS.get(key)) is None:
        raise Http404
    return kind


@require_GET
@duty_required(*KEEPERS)
def resources(request: StaffRequest) -> HttpResponse:
    """Everything the planner plans with, by kind, with what is missing first."""
    office = access_office(request)
    today = office.today()
    cards: list[dict[str, Any]] = []
    for kind in KINDS.values():
        rows = kind.rows(office.code)
        count = sum(row.holds(today) for row in rows) if kind.key != "absences" else _coming(rows, today)
        cards.append({"kind": kind, "count": count})
    missing = [c["kind"] for c in cards if not c["count"] and c["kind"].key in ("sites", "vehicles", "teams")]
    context = {"here": "planning", "cards": cards, "missing": missing}
    return render(request, "planning/resources.html", context)


def _coming(rows: Any, today: date) -> int:
    return sum(row.until is None or row.until >= today for row in rows)


@require_GET
@duty_required(*KEEPERS)
def resource_list(request: StaffRequest, sort: str) -> HttpResponse:
    """What there is of one kind: in use, and apart what is no longer in use."""
    kind, office = _kind(sort), access_office(request)
    today = office.today()
    rows = list(kind.rows(office.code))
    now = [row for row in rows if row.until is None or row.until >= today]
    page = Paginator(now, AT_ONCE).get_page(request.GET.get("page"))
    gone = [row for row in rows if row.until is not None and row.until < today][:AT_ONCE]
    context = {
        "here": "planning",
        "kind": kind,
        "page": page,
        "lines": [_line(kind, row) for row in page],
        "gone": [_line(kind, row) for row in gone],
    }
    return render(request, "planning/resource_list.html", context)


@sensitive_post_parameters("phone")
@require_http_methods(["GET", "POST"])
@duty_required(*KEEPERS)
def resource(request: StaffRequest, sort: str, pk: int | None = None) -> HttpResponse:
    """Add one, change it, or put it out of use. Nothing is deleted that a plan may have used."""
    kind, office = _kind(sort), access_office(request)
    row = kind.rows(office.code).filter(pk=pk).first() if pk is not None else kind.model()
    if row is None:
        raise Http404
    if request.method == "POST" and "_retire" in request.POST and row.pk:
        return _retire(request, kind, row)
    form = kind.form(office, request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        return redirect("planning:resource_list", kind.key)
    context = {
        "here": "planning",
        "kind": kind,
        "form": form,
        "row": row if pk is not None else None,
        "name": _line(kind, row).name if pk is not None else "",
        "plain": [f for f in form if not f.name.startswith("hours_")],
        "hours": [f for f in form if f.name.startswith("hours_")],
    }
    return render(request, "planning/resource.html", context, status=422 if form.errors else 200)


def _saved(request: StaffRequest, form: KeptForm) -> bool:
    try:
        form.save()
    except keys.Locked:
        form.add_error(None, _("The office key is locked: nothing can be saved now. Ask the administrator."))
        return False
    messages.success(request, _("Saved. The next plan reckons with it."))
    return True


def _retire(request: StaffRequest, kind: Kind, row: Any) -> HttpResponseRedirect:
    today = row.office.today()
    row.since, row.until = min(row.since, today), today
    row.save(update_fields=["since", "until"])
    messages.success(request, _("Today is its last day. What past plans say of it stays."))
    return HttpResponseRedirect(reverse("planning:resource_list", args=[kind.key]))


@require_http_methods(["GET", "POST"])
@duty_required(*KEEPERS)
def settings(request: StaffRequest) -> HttpResponse:
    """How the office travels, rests and pays; and what past visits have taught."""
    office = access_office(request)
    row = kept.settings_of(office)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. The next plan reckons with it."))
        return redirect("planning:settings")
    past = learn.past_visits(office, timezone.now())
    numbers = set(access_cases(request).order_by().values_list("programme", flat=True).distinct())
    programmes = [p for p in journal.in_use() if p.number in numbers]
    times = learn.service_times(past, programmes)
    names = {p.number: p.name for p in programmes}
    context = {
        "here": "planning",
        "form": form,
        "times": [
            {"programme": names[number], "purpose": _(purpose.label), "learned": learned}
            for (number, purpose), learned in times.items()
            if learned.count or purpose is VisitPurpose.RECORD
        ],
        "hill": learn.hill(learn.with_points(past), kept.settings_of(office)),
        "least": learn.LEAST,
    }
    return render(request, "planning/settings.html", context, status=422 if form.errors else 200)
