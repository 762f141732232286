"""Screens of the papers: which there are, signing an assignment order, and checking a letter's file."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jemput.accounts.access import access_cases, access_office, exported
from jemput.accounts.decorators import duty_required, keeps_typed
from jemput.accounts.drafts import came_back
from jemput.accounts.http import StaffRequest
from jemput.core.codes import Duty
from jemput.core.rules import Actor
from jemput.core.text import BadInput
from jemput.journal import keys
from jemput.journal.models import CaseRow
from jemput.planning.models import PartnerPerson
from jemput.planning.papers import day, letters
from jemput.planning.papers.desk import JSON, Desk, days_of
from jemput.planning.papers.forms import CheckForm, SignForm
from jemput.planning.papers.models import AssignmentLetter, Void
from jemput.planning.papers.paper import Paper, pdf
from jemput.planning.week import keep
from jemput.planning.week.models import WeekPlan
from jemput.planning.week.told import parts

SIGNERS = (Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE)
READERS = (*SIGNERS, Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.FIELD_OFFICER)
WEEKS = 12


# ---- which papers there are -------------------------------------------------------------------------


@require_GET
@duty_required(*READERS)
def weeks(request: StaffRequest) -> HttpResponse:
    """The latest weeks that have a plan."""
    found = WeekPlan.objects.filter(office=access_office(request), version__gt=0).order_by("-monday")[:WEEKS]
    today, lines = access_office(request).today(), []
    for week in found:
        desk = Desk(week)
        line: JSON = {"week": week, "teams": len({t["team"] for t in desk.tours}), "signed": None}
        if week.monday + timedelta(days=6) >= today:  # of weeks that are over nothing is to be done
            line["signed"] = sum(team["letter"] is not None and team["why"] is None for team in _teams(desk))
        lines.append(line)
    return render(request, "planning/papers_weeks.html", {"here": "planning", "lines": lines})


@require_GET
@duty_required(*READERS)
def papers(request: StaffRequest, monday: str) -> HttpResponse:
    """The papers of one week: by team, and by partner."""
    desk = _desk(request, monday)
    context = {
        "here": "planning",
        "week": desk.week,
        "teams": _teams(desk),
        "partners": day.partners_in(desk),
        "may_sign": request.assignment.role in SIGNERS,
        "today": desk.office.today(),
    }
    return render(request, "planning/papers.html", context)


def _teams(desk: Desk) -> list[JSON]:
    """Each team with its days, its latest letter, and why that does not hold."""
    letters_of: dict[str, AssignmentLetter] = {}
    for one in AssignmentLetter.objects.filter(week=desk.week).defer("pdf").order_by("signed_at"):
        letters_of[one.team] = one
    codes = sorted({t["team"] for t in desk.tours} | letters_of.keys())
    today, found = desk.office.today(), []
    for code in codes:
        letter, tours = letters_of.get(code), desk.of_team(code)
        why = letters.why_void(desk, letter) if letter else None
        found.append(
            {
                "code": code,
                "name": desk.team_name(code),
                "days": list(zip(days_of(tours), tours, strict=True)),
                "people": sum(len(t["stops"]) for t in tours),
                "letter": letter,
                "why": why,
                "may_be_signed": (letter is None or why is not None) and bool(letters.due(desk, code, today)),
            }
        )
    return found


# ---- the papers -------------------------------------------------------------------------------------


@require_GET
@duty_required(*READERS)
def route_sheet(request: StaffRequest, monday: str, team: str, on: str) -> HttpResponse:
    """A team's day as PDF, as the reader's duty may see it; written down for every case in it."""
    desk, tour = _tour(request, monday, team, on)
    seen = _visible(request, {parts(s["visit"])[0] for s in tour["stops"]})
    made = day.route(
        desk, tour, request.assignment.role, frozenset(seen),
        lambda case: request.build_absolute_uri(reverse("office:case", args=[case])),
    )  # fmt: skip
    for case in seen.values():
        exported(request, case)
    return _file(request, desk, made, f"lembar-rute-{on}-{team}")


@require_GET
@duty_required(*READERS)
def what_to_bring(request: StaffRequest, monday: str, team: str, on: str) -> HttpResponse:
    """What a team takes along on a day, as PDF."""
    desk, tour = _tour(request, monday, team, on)
    return _file(request, desk, day.bring(desk, tour), f"daftar-bawaan-{on}-{team}")


@require_GET
@duty_required(*READERS)
def partner_list(request: StaffRequest, monday: str, partner: int) -> HttpResponse:
    """A partner's own visits (``?village=``: of that village's own), as PDF; written down for each case."""
    desk = _desk(request, monday)
    person = get_object_or_404(PartnerPerson, pk=partner, office=desk.office)
    made, cases = day.partner_list(desk, person, request.GET.get("village", ""))
    if made is None:
        raise Http404
    for case in _visible(request, cases).values():
        exported(request, case)
    return _file(request, desk, made, f"daftar-mitra-{desk.week.monday}-{person.pk}")


@require_GET
@duty_required(*READERS)
def draft(request: StaffRequest, monday: str, team: str) -> HttpResponse:
    """The assignment order before it is signed, marked as a draft."""
    desk, today = _desk(request, monday), access_office(request).today()
    if not letters.due(desk, team, today):
        raise Http404
    exported(request)
    made = letters.draft(
        desk, team, today, number=_("(number)"), by=request.user, duty=_signer(request), check=_check(request)
    )
    return _pdf(made, f"konsep-surat-tugas-{desk.week.monday}-{team}")


@require_GET
@duty_required(*READERS)
def letter(request: StaffRequest, id: UUID) -> HttpResponse:
    """A letter's file as it was signed, whether it still holds or not."""
    found = get_object_or_404(AssignmentLetter, pk=id, office=access_office(request))
    exported(request)
    return _pdf(bytes(found.pdf), f"surat-tugas-{found.first}-{found.team}")


# ---- signing and checking ---------------------------------------------------------------------------


@keeps_typed
@require_http_methods(["GET", "POST"])
@duty_required(*SIGNERS)
def sign(request: StaffRequest, monday: str, team: str) -> HttpResponse:
    """The head of section signs a team's letter."""
    desk = _desk(request, monday)
    tours = letters.due(desk, team, desk.office.today())
    if not tours:
        raise Http404
    sent, typed = request.method == "POST", request.POST.copy()
    form = SignForm(typed if sent else None, initial={"seen": desk.week.version})
    if sent and not came_back(request) and form.is_valid():
        try:
            signed = letters.sign(
                desk.week, team, request.user, Actor(request.assignment.role, request.assignment.area),
                number=form.cleaned_data["number"], seen=form.cleaned_data["seen"], check=_check(request),
            )  # fmt: skip
        except keep.Stale as stale:
            form.refuse(stale)
            typed["seen"] = str(stale.newer.version)  # whoever sends it again has read of it
        except BadInput as bad:
            form.refuse(bad)
        except keys.Locked:
            form.add_error(
                None, _("The office key is locked: nothing can be saved now. Ask the administrator.")
            )
        else:
            _tell(request, signed)
            return redirect("planning:papers", monday)
    context = {
        "here": "planning",
        "week": desk.week,
        "team": team,
        "name": desk.team_name(team),
        "days": list(zip(days_of(tours), tours, strict=True)),
        "form": form,
    }
    return render(request, "planning/sign_letter.html", context, status=422 if form.errors else 200)


def _tell(request: StaffRequest, signed: letters.Signed) -> None:
    said = {"number": signed.letter.number, "count": signed.cases}
    messages.success(request, _("Signed: %(number)s. The order stands in %(count)s cases.") % said)
    if signed.against:
        messages.warning(request, _("Some cases did not take the order. Bring the plan up to date."))


@require_http_methods(["GET", "POST"])
def check_letter(request: StaffRequest) -> HttpResponse:
    """Whether a file is a letter of this office, and whether it still holds. The file is not kept."""
    sent = request.method == "POST"
    form = CheckForm(request.POST, request.FILES) if sent else CheckForm()
    context: dict[str, Any] = {"here": "planning", "form": form}
    if sent and form.is_valid():
        mark = letters.digest(form.cleaned_data["file"].read())
        found = AssignmentLetter.objects.filter(sha256=mark, office=access_office(request)).first()
        context |= {"asked": True, "digest": mark, "letter": found}
        if found is not None:
            desk = Desk(found.week)
            why = letters.why_void(desk, found)
            context |= {"name": desk.team_name(found.team), "why": Void(why) if why else None}
    return render(request, "planning/check_letter.html", context, status=422 if form.errors else 200)


# ---- what all of them need --------------------------------------------------------------------------


def _desk(request: StaffRequest, monday: str) -> Desk:
    week = keep.current(access_office(request), _date(monday))
    if week is None:
        raise Http404
    return Desk(week)


def _tour(request: StaffRequest, monday: str, team: str, on: str) -> tuple[Desk, JSON]:
    desk = _desk(request, monday)
    tour = desk.tour(team, _date(on))
    if tour is None:
        raise Http404
    return desk, tour


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _visible(request: StaffRequest, cases: Collection[UUID]) -> dict[UUID, CaseRow]:
    return {case.pk: case for case in access_cases(request).filter(pk__in=cases)}


def _signer(request: StaffRequest) -> Duty:
    """Whose signature the draft waits for."""
    duty = request.assignment.role
    return duty if duty in SIGNERS else Duty.HEAD_OF_SECTION


def _check(request: StaffRequest) -> str:
    return request.build_absolute_uri(reverse("planning:check_letter"))


def _file(request: StaffRequest, desk: Desk, paper: Paper, name: str) -> HttpResponse:
    language = (get_language() or "id")[:2]
    look = letters.look(language, desk.office.today(), bytes(desk.office.logo))
    return _pdf(pdf(paper, look), name)


def _pdf(made: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
