"""One case and the centre: where it stands, what to check, and asking SIAK where an adapter is configured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from jemput.accounts.access import opened, reveal
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Reason
from jemput.accounts.sensitive import may_reveal
from jemput.centre import BiodataFacts, Centre, CentreError, connect
from jemput.core.centre import clear_raw, meaning, normalise, rung, stuck
from jemput.core.entries import AnswerSource, BiodataChecked, Body, CentreStatus
from jemput.core.rules import Action, objections
from jemput.core.text import Words
from jemput.core.text import _ as mark
from jemput.intake import new_id
from jemput.journal import keys
from jemput.office.act import append_one
from jemput.office.centre_board import centre_kind
from jemput.office.dossier import Dossier, open_dossier, person_facts
from jemput.office.words import say

QUESTIONS = {"biodata": "biodata_checked", "status": "centre_status"}
NO_NIK = Words(mark("The NIK is not known yet, so SIAK cannot be asked. Look the person up by name in SIAK."))
NO_ADAPTER = Words(mark("No line to SIAK is configured here. Look the person up in SIAK and record it."))
LOCKED = Words(mark("The office key is locked: nothing can be saved now. Ask the administrator."))
NO_STATUS = Words(mark("The centre knows no recording of this NIK: %(why)s."))


@require_http_methods(["GET", "POST"])
def case_centre(request: StaffRequest, stream: UUID) -> HttpResponse:
    """Where the recording of a case stands; POST asks SIAK and records the answer as an entry."""
    dossier = open_dossier(request, stream, write=request.method == "POST")
    if request.method == "GET":
        opened(request, dossier.case)
        return _page(request, dossier)
    what = request.POST.get("ask", "")
    if what not in QUESTIONS:
        return _page(request, dossier, Words(mark("Choose what to ask.")), status=422)
    refused = _against(request, dossier, QUESTIONS[what])
    if refused is not None:
        return _page(request, dossier, refused, status=409)
    try:
        adapter = connect()
        if adapter is None:
            return _page(request, dossier, NO_ADAPTER, status=409)
        body = ASK[what](adapter, dossier)
    except CentreError as error:
        return _page(request, dossier, error.words, error.remedy, status=503)
    if isinstance(body, Words):
        return _page(request, dossier, body, status=409)
    found = objections(dossier.programme, dossier.state, dossier.actor, body)
    if found:
        return _page(request, dossier, found[0], status=409)
    try:
        verdict = append_one(request, dossier, body, new_id(), dossier.state.last)
    except keys.Locked:
        return _page(request, dossier, LOCKED, status=503)
    if not verdict.stored:
        return _page(request, dossier, verdict.words or LOCKED, status=409)
    messages.success(request, _told(body))
    return HttpResponseRedirect(reverse("office:case_centre", args=[stream]))


def _action(dossier: Dossier, kind: str) -> Action | None:
    """The action of a kind; one that is allowed if there are several."""
    found = [a for a in dossier.actions if a.kind == kind]
    return next((a for a in found if a.allowed), found[0] if found else None)


def _against(request: StaffRequest, dossier: Dossier, kind: str) -> Words | None:
    """Why this duty may not ask now; None when it may. The look at the NIK is written down."""
    if dossier.locked:
        return LOCKED
    action = _action(dossier, kind)
    if action is None:
        return Words(mark("This programme has no such step."))
    if action.reasons:
        return action.reasons[0]
    if not may_reveal(request.assignment.role, "nik"):
        return Words(mark("Your duty may not use the NIK."))
    if _known(dossier).get("nik") is None:
        return NO_NIK
    reveal(request, dossier.case, ["nik"], Reason.CENTRE)
    return None


def _known(dossier: Dossier) -> dict[str, Any]:
    return {fact.name: fact.value for fact in person_facts(dossier.held)}


@sensitive_variables()
def _ask_biodata(adapter: Centre, dossier: Dossier) -> Body | Words:
    known = _known(dossier)
    facts = BiodataFacts(
        name=known.get("name"),
        birth_date=known.get("birth_date"),
        birth_place=known.get("birth_place"),
        family_number=known.get("family_number"),
        sex=dossier.state.sex,
    )
    answer = adapter.check_biodata(known["nik"], facts)
    return BiodataChecked(
        result=answer.result,
        source=_source(answer.simulated),
        nik=known["nik"],
        differences=", ".join(_(each.label) for each in answer.differences) or None,
        recorded_before=answer.recorded_before,
    )


@sensitive_variables()
def _ask_status(adapter: Centre, dossier: Dossier) -> Body | Words:
    [answer] = adapter.statuses([_known(dossier)["nik"]])
    if answer.raw is None:
        why = Words(answer.problem.label) if answer.problem else Words(mark("no answer"))
        return Words(NO_STATUS.message, {"why": why})
    clear = clear_raw(answer.raw)
    as_typed = None if normalise(clear) == normalise(answer.raw) else answer.raw
    return CentreStatus(raw=clear, source=_source(answer.simulated), note=as_typed)


ASK: dict[str, Callable[[Centre, Dossier], Body | Words]] = {
    "biodata": _ask_biodata,
    "status": _ask_status,
}


def _source(simulated: bool) -> AnswerSource:
    return AnswerSource.SIMULATOR if simulated else AnswerSource.WEB_SERVICE


def _told(body: Body) -> str:
    if isinstance(body, BiodataChecked):
        return _("SIAK answered: %(answer)s. It was recorded.") % {"answer": say(body.result)}
    assert isinstance(body, CentreStatus)
    return _("The centre answered: %(answer)s. It was recorded.") % {"answer": body.raw}


def _page(
    request: StaffRequest,
    dossier: Dossier,
    error: Words | None = None,
    remedy: Words | None = None,
    status: int = 200,
) -> HttpResponse:
    state, duty = dossier.state, request.assignment.role
    stands = rung(meaning(state.centre_raw)) if state.centre_raw else None
    advice = None
    if state.centre_raw and state.centre_since:
        age = (timezone.now() - state.centre_since).total_seconds() / 86400
        advice = stuck(meaning(state.centre_raw), age)
    last = next((x for x in reversed(dossier.held) if isinstance(x.body, BiodataChecked)), None)
    asks = [(what, _action(dossier, kind)) for what, kind in QUESTIONS.items()]
    context = {
        "here": "centre",
        "kind": centre_kind(),
        "dossier": dossier,
        "case": dossier.case,
        "state": state,
        "rung": stands,
        "advice": advice or (stands.advice if stands else None),
        "last": last,
        "asks": [(what, action) for what, action in asks if action and may_reveal(duty, "nik")],
        "error": error,
        "remedy": remedy,
    }
    return render(request, "office/case_centre.html", context, status=status)
