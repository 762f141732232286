"""The API for staff programs: the same session, the same duties, the same words as the screens.

No answer holds personal data: cases carry what their clear parts say. Entries are judged by the rules as
the screens judge them. Corrections are made on the screens, where one sees what one corrects.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status as Answered
from pydantic import Field

from jemput import journal
from jemput.accounts.access import access_cases, opened
from jemput.core import areas
from jemput.core import entries as e
from jemput.core.codes import Status
from jemput.core.nik import parse_family_number, parse_nik
from jemput.core.rules import objections
from jemput.core.text import BadInput
from jemput.intake import Author, NotTaken, is_entry_id, new_id, open_case
from jemput.journal import Answer
from jemput.journal.models import CaseRow
from jemput.office.act import append_one, situation_of
from jemput.office.api import people
from jemput.office.api.guard import OfficeAPI, Staff, StrictJSON
from jemput.office.api.problems import one_fault, tell
from jemput.office.api.shapes import (
    CaseDetail,
    CasesOut,
    EntryIn,
    Fault,
    Problem,
    ProgrammeOut,
    Reported,
    ReportIn,
    Written,
)
from jemput.office.dossier import Dossier, open_dossier
from jemput.office.forms.fields import Choices
from jemput.office.forms.report import report_choices
from jemput.office.forms.situation import choices_for
from jemput.office.report import REPORTS, programmes_of
from jemput.office.words import say

PAGE = 50

api = OfficeAPI(
    title="Jemput",
    version="1",
    description=__doc__ or "",
    docs_url=None,
    urls_namespace="api",
    parser=StrictJSON(),
    auth=Staff(),
)
tell(api)
api.add_router("/people", people.router)
REFUSALS = {400: Problem, 401: Problem, 403: Problem}
WITH_BODY = REFUSALS | {409: Problem, 422: Problem, 503: Problem}


# ---- operations -------------------------------------------------------------------------------------


@api.get("/programmes", response={200: list[ProgrammeOut], **REFUSALS}, url_name="programmes")
def programmes(request: HttpRequest) -> Any:
    """The programmes in use, with their steps."""
    return [p.model_dump(mode="json") for p in journal.in_use()]


@api.get("/cases", response={200: CasesOut, 422: Problem, **REFUSALS}, url_name="cases")
def cases(
    request: HttpRequest,
    page: Annotated[int, Field(ge=1, le=1000)] = 1,
    status: Status | None = None,
    programme: Annotated[int, Field(ge=1, le=9999)] | None = None,
    open: bool | None = None,
) -> Any:
    """The cases that the duty in hand sees, the latest act first."""
    wanted = {"status": status, "programme": programme, "is_open": open}
    rows = access_cases(request).filter(**{k: v for k, v in wanted.items() if v is not None})
    start = (page - 1) * PAGE
    found = list(rows.order_by("-last_at", "stream_id")[start : start + PAGE + 1])
    return {"cases": [_case(c) for c in found[:PAGE]], "page": page, "has_more": len(found) > PAGE}


@api.get("/cases/{case}", response={200: CaseDetail, 404: Problem, 422: Problem, **REFUSALS}, url_name="case")
def one_case(request: HttpRequest, case: UUID) -> Any:
    """The state of a case and every action on it, with the reasons against those that cannot be done now."""
    dossier = open_dossier(request, case)  # type: ignore[arg-type]
    opened(request, dossier.case)
    actions = [
        {
            "key": a.key,
            "kind": a.kind,
            "label": say(a.label),
            "allowed": a.allowed,
            "reasons": list(map(say, a.reasons)),
        }
        for a in dossier.actions
    ]
    state = dossier.state.to_json()
    return {**_case(dossier.case), "last": dossier.state.last, "state": state, "actions": actions}


@api.post(
    "/reports",
    response={201: Reported, 200: Reported, **WITH_BODY},
    auth=Staff(duties=frozenset(REPORTS)),
    url_name="reports",
)
def report(request: HttpRequest, data: ReportIn) -> Any:
    """Open a case. 200 instead of 201: this report was taken before."""
    assignment = request.assignment  # type: ignore[attr-defined]
    faults = _faults_of(request, data)
    if faults:
        words = _("Something in the report must be mended.")
        return Answered(422, Problem(code="unfit", message=words, faults=faults))
    if data.entry is not None and not is_entry_id(data.entry):
        return Answered(422, one_fault("entry", _("The number of an entry is a UUID of version 7.")))
    programme = next(p for p in programmes_of(assignment) if p.number == data.programme)
    facts = data.model_dump(exclude={"entry", "programme", "reporter", "guardian"}, exclude_none=True)
    now = timezone.now()
    try:
        made = open_case(
            programme,
            facts,
            author=Author(request.user.actor, assignment.role),  # type: ignore[union-attr]
            now=now,
            today=assignment.office.today(now),
            entry=data.entry,
            reporter=data.reporter,
            guardian=data.guardian,
        )
    except NotTaken as refused:
        return Answered(409, Problem(code=refused.verdict.code, message=say(refused.verdict.words)))
    except BadInput as bad:
        return Answered(409, Problem(code="taken", message=say(bad.words)))
    return Answered(
        (200 if made.known else 201), {"id": made.stream, "ticket": made.ticket, "known": made.known}
    )


@api.post(
    "/cases/{case}/entries",
    response={201: Written, 200: Written, 404: Problem, **WITH_BODY},
    auth=Staff(write=True),
    url_name="entries",
)
def write(request: HttpRequest, case: UUID, data: EntryIn) -> Any:
    """Do something with a case. The rules are asked first; 409 tells their reasons.

    200 instead of 201: this entry was taken before.
    """
    dossier = open_dossier(request, case, write=True)  # type: ignore[arg-type]
    id = data.id or new_id()
    body, after = data.body, data.after or dossier.state.last
    if not is_entry_id(id):
        return Answered(422, one_fault("id", _("The number of an entry is a UUID of version 7.")))
    if after is not None and dossier.find(after) is None:
        return Answered(422, one_fault("after", _("This case has no such entry.")))
    if (before := dossier.find(id)) is None and (words := _against(request, dossier, body, id)):
        return Answered(409, Problem(code="rules", message=_("This cannot be done now."), faults=words))
    verdict = append_one(request, dossier, body, id, before.after if before else after)  # type: ignore[arg-type]
    if not verdict.stored:
        return Answered(409, Problem(code=verdict.code, message=say(verdict.words)))
    answer = {
        "id": id,
        "answer": verdict.answer.value,
        "title": _(body.title),
        "unseen": list(verdict.unseen),
    }
    return Answered(200 if verdict.answer is Answer.KNOWN else 201, answer)


# ---- judging ----------------------------------------------------------------------------------------


def _against(request: HttpRequest, dossier: Dossier, body: e.Body, id: UUID) -> list[Fault]:
    """The rules' reasons, and what a form would not have offered."""
    if found := _out_of_sight(request, dossier, body):
        return [found]
    if reasons := objections(dossier.programme, dossier.state, dossier.actor, body):
        return [Fault(field="", message=say(reason)) for reason in reasons]
    if found := _wrong_visit(dossier, body):
        return [found]
    situation = situation_of(request, dossier, body, id)  # type: ignore[arg-type]
    return [
        Fault(field=name, message=_("Choose one of the values offered."))
        for name in type(body).model_fields
        if not _is_offered(choices_for(type(body), name, situation), getattr(body, name))
    ]


def _is_offered(choices: Choices | None, value: Any) -> bool:
    if choices is None or value is None:
        return True
    values = value if isinstance(value, list) else [value]
    return {str(v) for v in values} <= {str(v) for v, _words in choices}


def _out_of_sight(request: HttpRequest, dossier: Dossier, body: e.Body) -> Fault | None:
    """Other cases are named only by those who may see them; a case stays in the area of who moves it."""
    other = getattr(body, "into", None) or getattr(body, "merged_with", None)
    known = access_cases(request).filter(merged_into=None).exclude(pk=dossier.id)  # no circles
    if other is not None and not known.filter(pk=other).exists():
        field = "into" if hasattr(body, "into") else "merged_with"
        return Fault(field=field, message=_("No other case with this number, as far as you may see."))
    if isinstance(body, e.ProgrammeChanged) and (body.programme, body.programme_hash) not in {
        (p.number, p.hash) for p in journal.in_use()
    }:
        return Fault(field="programme", message=_("This version of the programme is not in use."))
    area = getattr(body, "area", None)
    if area not in (None, dossier.state.area) and not _is_own_village(request, area):
        return Fault(field="area", message=_("Name a village or ward within your own area."))
    return None


def _wrong_visit(dossier: Dossier, body: e.Body) -> Fault | None:
    """A visit is named by the number it was scheduled under; only one that nobody scheduled brings its own.

    What a device says later of a visit is taken and flagged, for it happened: this is asked here alone.
    """
    visits = dossier.state.visits
    match body:
        case e.VisitScheduled(visit=visit) if visit in visits:
            return Fault(field="visit", message=_("This number belongs to another visit. Make a new one."))
        case e.VisitStarted(visit=visit, purpose=purpose) if visit not in visits:
            waiting = [v for v in visits.values() if v.purpose is purpose and not v.started and not v.ended]
            wrong = bool(waiting)
        case e.VisitStarted(visit=visit) | e.VisitMoved(visit=visit) | e.VisitEnded(visit=visit):
            wrong = visit not in visits or visits[visit].ended is not None
        case _:
            return None
    if not wrong:
        return None
    return Fault(
        field="visit", message=_("This case has no such visit, or it has ended. Read the case again.")
    )


def _is_own_village(request: HttpRequest, area: str) -> bool:
    """A village, ward or RW that exists and lies in the area of the duty in hand."""
    found = areas.area(area)
    scope = request.assignment.area  # type: ignore[attr-defined]
    return found is not None and found.level >= areas.Level.VILLAGE and areas.covers(scope, area)


def _faults_of(request: HttpRequest, data: ReportIn) -> list[Fault]:
    assignment = request.assignment  # type: ignore[attr-defined]
    faults = []
    programme = next((p for p in programmes_of(assignment) if p.number == data.programme), None)
    if programme is None:
        faults.append(Fault(field="programme", message=_("You may not report to this programme.")))
    else:
        for name, choices in report_choices(programme, assignment.role).items():
            if not _is_offered(choices, getattr(data, name)):
                faults.append(Fault(field=name, message=_("Choose one of the values offered.")))
    if not _is_own_village(request, data.area):
        faults.append(Fault(field="area", message=_("Name a village or ward within your own area.")))
    for name, read in (("nik", parse_nik), ("family_number", parse_family_number)):
        if value := getattr(data, name):
            try:
                read(value)
            except BadInput as bad:
                faults.append(Fault(field=name, message=say(bad.words)))
    return faults


def _case(row: CaseRow) -> dict[str, Any]:
    names = ("ticket", "programme", "status", "urgency", "area", "documents", "flags", "opened_at", "last_at")
    return {"id": row.pk, "due_at": row.due, **{name: getattr(row, name) for name in names}}
