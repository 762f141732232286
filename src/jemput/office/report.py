"""The report screen: a caller on the phone, two minutes, no mouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jemput import journal
from jemput.accounts.access import access_case, access_cases, searched
from jemput.accounts.decorators import beside_a_form, duty_required, keeps_typed, refuse
from jemput.accounts.drafts import came_back
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Assignment
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.entries import Entry
from jemput.core.fold import fold
from jemput.core.programme import Programme, Requirement
from jemput.core.text import BadInput
from jemput.core.waiting import OfficeTime, waiting
from jemput.intake import (
    Author,
    NotTaken,
    Opened,
    Similar,
    beside,
    is_entry_id,
    made_at,
    new_id,
    open_case,
    spelled,
    urgency,
)
from jemput.intake import similar as look_for_similar
from jemput.journal import keys
from jemput.office.anew.offer import PROMISERS
from jemput.office.forms.places import offered
from jemput.office.forms.report import ReportForm, from_register
from jemput.office.showing import names
from jemput.office.who import box, picked_before, picked_now
from jemput.office.words import say
from jemput.people.picked import Picked

REPORTS = (
    *(Duty.REPORTER, Duty.VILLAGE_REGISTRAR, Duty.SUBDISTRICT, Duty.RW_AGENT),
    *(Duty.SOCIAL_AGENCY, Duty.HEALTH_WORKER, Duty.MAIN_ADMIN, Duty.FIELD_OFFICER),
)
"""Duties that some programme lets report; which of them, its own file says."""
_NOT_YET = frozenset({"change", "_look", "_pick"})
"""Buttons that do not save: another programme, a search in the register, one of its hits."""


@keeps_typed
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@duty_required(*REPORTS)
def report(request: StaffRequest) -> HttpResponse:
    """Write a report down. Whatever is wrong, what was typed stays on the page."""
    offers = programmes_of(request.assignment)
    if not offers:
        return refuse(request, frozenset())
    programme = _chosen(request, offers)
    if request.method == "GET" or _NOT_YET & request.POST.keys() or came_back(request):
        return _page(request, _begun(request, offers, programme), _entry_id(request))
    form = _form(request, offers, programme, data=request.POST, picked=picked_before(request))
    if not form.is_valid():
        return _page(request, form, _entry_id(request), status=422)
    try:
        hits = look_for_similar(form.hints(), access_cases(request))
        seen = request.POST.getlist("seen")
        unseen = [s for s in hits if s.is_likely and str(s.case.pk) not in seen]
        if unseen and "anyway" not in request.POST:
            return _page(request, form, _entry_id(request), hits=hits, asked=True)
        opened = _open(request, form)
    except keys.Locked:
        form.add_error(None, _("The office key is locked: nothing can be saved now. Ask the administrator."))
        return _page(request, form, _entry_id(request), status=503)
    except NotTaken as refused:
        form.add_error(None, say(refused.verdict.words))
        return _page(request, form, new_id(), status=409)
    except BadInput as bad:
        form.add_error(None, say(bad.words))
        return _page(request, form, new_id(), status=409)
    if opened.known:
        messages.info(request, _("This report was saved before; it was not saved twice."))
    return HttpResponseRedirect(reverse("office:reported", args=[opened.stream]))


@beside_a_form
@sensitive_post_parameters()
@require_POST
@duty_required(*REPORTS)
def similar(request: StaffRequest) -> HttpResponse:
    """While typing: possible duplicates, the urgency, doubts about the NIK. A POST, since names are in it."""
    offers = programmes_of(request.assignment)
    if not offers:
        return refuse(request, frozenset())
    form = _form(request, offers, _chosen(request, offers), data=request.POST)
    hints = form.hints()
    try:
        hits = look_for_similar(hints, access_cases(request))
    except keys.Locked:
        hits = []
    return render(request, "office/report_beside.html", _beside(request, form, hits))


@require_GET
def reported(request: StaffRequest, stream: UUID) -> HttpResponse:
    """The ticket in large letters, to be read back, and what happens next."""
    case = access_case(request, stream)
    state = fold(journal.programme_of, journal.clear_entries(case.pk))
    programme = journal.programme_of(state.programme_hash)
    office = request.assignment.office
    waits = waiting(programme, state, OfficeTime(office.tz, office.holidays()))
    context = {
        "here": "report",
        "case": case,
        "state": state,
        "spelled": spelled(case.ticket),
        "next": [(programme.step(w.step), w) for w in waits if w.step in {s.id for s in programme.steps}],
        "wanted": asked_for(programme.papers_wanted(state.wanted, set(state.papers_received))),
        "programme": programme,
        "may_promise": state.is_open and request.assignment.role in PROMISERS,
    }
    return render(request, "office/reported.html", context)


def asked_for(papers: Sequence[Requirement]) -> list[str]:
    """Papers as one asks for them: those of which any one is enough in one line."""
    groups: dict[str, list[str]] = {}
    for paper in papers:
        groups.setdefault(paper.one_of or paper.id, []).append(say(paper.label))
    return [_(" or ").join(labels) for labels in groups.values()]


def programmes_of(assignment: Assignment) -> list[Programme]:
    """The programmes of the office to which this duty may report."""
    return [p for p in journal.run_by(assignment.office_id) if may_report(p, assignment.role)]


def may_report(programme: Programme, duty: Duty) -> bool:
    """Whether the programme's own file lets this duty report."""
    return any(s.entry == "reported" and duty in s.duties for s in programme.steps)


def _chosen(request: StaffRequest, offers: Sequence[Programme]) -> Programme:
    wanted = request.POST.get("programme") or request.GET.get("programme") or ""
    return next((p for p in offers if str(p.number) == wanted), offers[0])


def _entry_id(request: StaffRequest) -> UUID:
    """The id made when the form was opened: it makes a second sending of the same form harmless."""
    try:
        id = UUID(request.POST.get("_entry", ""))
    except ValueError:
        return new_id()
    return id if is_entry_id(id) else new_id()


def _typed(request: StaffRequest) -> dict[str, Any]:
    """What was typed before another programme was chosen."""
    several = {"groups", "documents", "blocked_services"}
    typed = {k: request.POST.getlist(k) if k in several else request.POST[k] for k in request.POST}
    typed.pop("programme", None)
    return typed


def _begun(request: StaffRequest, offers: Sequence[Programme], programme: Programme) -> ReportForm:
    """The form with what was typed before; filled in from the register when a hit was chosen."""
    typed = _typed(request)
    try:
        picked = picked_now(request) or picked_before(request)
        if "_pick" in request.POST and picked:
            typed = _without(picked_before(request), request.assignment.role, typed)
            typed |= from_register(picked, request.assignment.role, typed)
    except BadInput as bad:
        messages.error(request, say(bad.words))
        picked = None
    form = _form(request, offers, programme, initial=typed, picked=picked)
    if "_pick" in request.POST and picked:
        form.fields["name"].widget.attrs |= {"autofocus": True, "aria-describedby": "from_register"}
    return form


def _without(before: Picked | None, duty: Duty, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, less what whoever was chosen before has left: nobody gets somebody else's mother."""
    theirs = from_register(before, duty, {}) if before else {}
    return {name: value for name, value in typed.items() if value != str(theirs.get(name, ""))}


def _form(
    request: StaffRequest, offers: Sequence[Programme], programme: Programme, **given: Any
) -> ReportForm:
    today = request.assignment.office.today()
    return ReportForm(
        programmes=offers, programme=programme, assignment=request.assignment, today=today, **given
    )


def _page(
    request: StaffRequest,
    form: ReportForm,
    entry: UUID,
    *,
    hits: Sequence[Similar] = (),
    asked: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "here": "report",
        "form": form,
        "entry": entry,
        "asked": asked,
        "villages": offered(request.assignment.area),
        "programme": form.programme,
        "who": box(request, request.POST.get("q", ""), asked="_look" in request.POST),
        "picked": form.picked,
        "just_picked": "_pick" in request.POST,
        **_beside(request, form, hits),
    }
    return render(request, "office/report.html", context, status=status)


def _beside(request: StaffRequest, form: ReportForm, hits: Sequence[Similar]) -> dict[str, Any]:
    """What stands beside the form. Whoever is shown a name has searched for it: that is written down."""
    if hits:
        searched(request)
    known = names(request, [s.case for s in hits]).by_case
    cleaned = getattr(form, "cleaned_data", {})
    return {
        "hits": [(s, known.get(s.case.pk, "")) for s in hits],
        "urgency": urgency(form.programme, cleaned.get("blocked_services") or []),
        "doubts": form.doubts,
    }


def _open(request: StaffRequest, form: ReportForm) -> Opened:
    """Save the report; one from outside the office is referred at once by whoever may decide."""
    now, assignment = timezone.now(), request.assignment
    entry = _entry_id(request)
    author = Author(request.user.actor, assignment.role)
    facts = form.facts()
    if form.referred_to:
        lives = _("Lives in: %(area)s") % {"area": form.cleaned_data["elsewhere"]}
        facts["note"] = f"{facts['note']}\n{lives}" if facts.get("note") else lives
    opened = open_case(
        form.programme,
        facts,
        author=author,
        now=now,
        today=assignment.office.today(now),
        entry=entry,
        reporter=form.reporter(),
        guardian=form.guardian(),
    )
    if form.referred_to and not opened.known:
        _refer(request, form, opened, beside(entry, "refer"))
    return opened


def _refer(request: StaffRequest, form: ReportForm, opened: Opened, id: UUID) -> None:
    duties = {duty for step in form.programme.steps if step.entry == "triaged" for duty in step.duties}
    if request.assignment.role not in duties:
        return  # whoever decides on reports refers it
    state = fold(journal.programme_of, journal.clear_entries(opened.stream))
    body = e.Triaged(
        result=e.TriageResult.REFERRED, reason=e.TriageReason.OUT_OF_AREA, referred_to=form.referred_to
    )
    now = timezone.now()
    journal.append(
        [
            Entry(
                id=id,
                stream=opened.stream,
                actor=request.user.actor,
                duty=request.assignment.role,
                occurred_at=made_at(id, now),
                after=state.last,
                body=body,
            )
        ]
    )
