"""What each kind of entry changes in the state of a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from jemput.core import centre
from jemput.core import entries as e
from jemput.core.centre import CentreMeaning
from jemput.core.codes import Document, Flag
from jemput.core.entries import Body, Entry, VisitPurpose
from jemput.core.state import Paper, State, Visit

B = TypeVar("B", bound=Body)
Change = Callable[[State, Any, Entry], None]

CHANGES: dict[str, Change] = {}
"""By kind. A kind that is not here changes no fact of its own (it may still do a step)."""

_PRINT_READY = {
    CentreMeaning.PRINT_READY,
    CentreMeaning.PRINTING,
    CentreMeaning.PRINTED,
    CentreMeaning.SHIPPED,
    CentreMeaning.ISSUED,
}
_RECORD_AGAIN = {CentreMeaning.FAILED, CentreMeaning.ADJUDICATION}
_FAILED = _RECORD_AGAIN | {CentreMeaning.SEARCH_FAILED, CentreMeaning.DUPLICATE}


def is_print_ready(raw: str) -> bool:
    """Whether the centre has released the card for printing, or is beyond that."""
    return centre.meaning(raw) in _PRINT_READY


def has_failed(raw: str) -> bool:
    """Whether the centre will not go on by itself."""
    return centre.meaning(raw) in _FAILED


def must_record_again(raw: str) -> bool:
    """Whether only a new recording (or a resending of it) helps."""
    return centre.meaning(raw) in _RECORD_AGAIN


def on(kind: type[B]) -> Callable[[Callable[[State, B, Entry], None]], Callable[[State, B, Entry], None]]:
    """Declare what a kind of entry changes."""

    def declare(change: Callable[[State, B, Entry], None]) -> Callable[[State, B, Entry], None]:
        CHANGES[kind.kind] = change
        return change

    return declare


def set_flag(state: State, flag: Flag, on: bool, at: datetime) -> None:
    """Raise a flag, keeping its age if it stands already, or lower it."""
    if on:
        state.flags.setdefault(flag, at)
    else:
        state.flags.pop(flag, None)


@on(e.Reported)
def _reported(state: State, body: e.Reported, entry: Entry) -> None:
    state.programme, state.programme_hash = body.programme, body.programme_hash
    state.ticket, state.area, state.urgency = body.ticket, body.area, body.urgency
    state.sex, state.age_band, state.condition = body.sex, body.age_band, body.condition
    _want(state, body.documents)
    set_flag(state, Flag.UNIDENTIFIED, not body.identified, entry.at)


def _want(state: State, documents: list[Document]) -> None:
    state.documents = {d: state.documents.get(d) or Paper() for d in documents}


@on(e.PersonDescribed)
def _person_described(state: State, body: e.PersonDescribed, entry: Entry) -> None:
    state.area = body.area or state.area
    state.sex = body.sex or state.sex
    state.age_band = body.age_band or state.age_band
    state.urgency = body.urgency or state.urgency
    if body.documents:
        _want(state, body.documents)
    if body.identified is not None:
        set_flag(state, Flag.UNIDENTIFIED, not body.identified, entry.at)


@on(e.Triaged)
def _triaged(state: State, body: e.Triaged, entry: Entry) -> None:
    state.triage = body.result
    if body.result is e.TriageResult.MERGED:
        state.merged_into = body.merged_with


@on(e.RequirementReceived)
def _requirement_received(state: State, body: e.RequirementReceived, entry: Entry) -> None:
    state.papers_received.setdefault(body.requirement, entry.at)
    state.papers_wanting.pop(body.requirement, None)


@on(e.RequirementWanting)
def _requirement_wanting(state: State, body: e.RequirementWanting, entry: Entry) -> None:
    state.papers_received.pop(body.requirement, None)
    state.papers_wanting.setdefault(body.requirement, entry.at)


@on(e.BiodataChecked)
def _biodata_checked(state: State, body: e.BiodataChecked, entry: Entry) -> None:
    result = body.result
    problem = result not in (e.BiodataResult.MATCH, e.BiodataResult.NOT_FOUND)
    set_flag(state, Flag.DATA_PROBLEM, problem, entry.at)
    if result is e.BiodataResult.MATCH:
        state.flags.pop(Flag.UNIDENTIFIED, None)


@on(e.ConsentGiven)
def _consent_given(state: State, body: e.ConsentGiven, entry: Entry) -> None:
    state.flags.pop(Flag.CONSENT_WITHDRAWN, None)


@on(e.ConsentWithdrawn)
def _consent_withdrawn(state: State, body: e.ConsentWithdrawn, entry: Entry) -> None:
    state.flags.setdefault(Flag.CONSENT_WITHDRAWN, entry.at)


@on(e.VisitScheduled)
def _visit_scheduled(state: State, body: e.VisitScheduled, entry: Entry) -> None:
    state.visits[body.visit] = Visit(body.visit, body.purpose, body.day)
    state.flags.pop(Flag.REVISIT, None)
    state.again_on = None


@on(e.VisitMoved)
def _visit_moved(state: State, body: e.VisitMoved, entry: Entry) -> None:
    visit = state.visits.get(body.visit)
    if visit is not None:
        visit.day = body.day


@on(e.VisitStarted)
def _visit_started(state: State, body: e.VisitStarted, entry: Entry) -> None:
    visit = state.visits.setdefault(body.visit, Visit(body.visit, body.purpose))
    visit.started, visit.partners = entry.at, list(body.partners)


@on(e.VisitEnded)
def _visit_ended(state: State, body: e.VisitEnded, entry: Entry) -> None:
    visit = state.visits.setdefault(body.visit, Visit(body.visit, body.purpose))
    visit.ended = entry.at
    if body.purpose is VisitPurpose.RECORD:
        state.attempts += 1
    set_flag(state, Flag.REVISIT, body.result is not e.VisitResult.DONE and body.again, entry.at)
    state.again_on = body.again_on if body.again else None


@on(e.BiometricsChecked)
def _biometrics_checked(state: State, body: e.BiometricsChecked, entry: Entry) -> None:
    if body.result is e.CheckResult.FOUND:
        state.flags.pop(Flag.UNIDENTIFIED, None)


@on(e.Recorded)
def _recorded(state: State, body: e.Recorded, entry: Entry) -> None:
    exception = body.result is e.RecordingResult.WITH_EXCEPTION
    set_flag(state, Flag.WITH_EXCEPTIONS, exception, entry.at)
    state.flags.pop(Flag.CENTRE_FAILED, None)
    state.centre_raw = state.centre_since = None


@on(e.SentToCentre)
def _sent_to_centre(state: State, body: e.SentToCentre, entry: Entry) -> None:
    state.flags.setdefault(Flag.AT_CENTRE, entry.at)


@on(e.CentreStatus)
def _centre_status(state: State, body: e.CentreStatus, entry: Entry) -> None:
    raw = body.raw
    if raw != state.centre_raw:
        state.centre_raw, state.centre_since = raw, entry.at
    ready, failed = is_print_ready(raw), has_failed(raw)
    set_flag(
        state,
        Flag.AT_CENTRE,
        not ready and not failed and centre.rung(centre.meaning(raw)).acts is centre.Acts.CENTRE,
        entry.at,
    )
    set_flag(state, Flag.CENTRE_FAILED, failed, entry.at)
    set_flag(state, Flag.CENTRE_UNKNOWN, centre.meaning(raw) is centre.CentreMeaning.UNKNOWN, entry.at)
    set_flag(state, Flag.REVISIT, must_record_again(raw), entry.at)


@on(e.Printed)
def _printed(state: State, body: e.Printed, entry: Entry) -> None:
    if (paper := state.documents.get(body.document)) is None:
        return  # nobody wants it: irregular, and no reason to want it now
    paper.printed = entry.at
    state.flags.pop(Flag.REPRINT, None)


@on(e.Spoiled)
def _spoiled(state: State, body: e.Spoiled, entry: Entry) -> None:
    if body.document not in state.documents:
        return
    state.documents[body.document] = Paper()
    state.flags.setdefault(Flag.REPRINT, entry.at)


@on(e.OriginalsCollected)
def _originals_collected(state: State, body: e.OriginalsCollected, entry: Entry) -> None:
    state.originals.setdefault(body.receipt, entry.at)


@on(e.OriginalsReturned)
def _originals_returned(state: State, body: e.OriginalsReturned, entry: Entry) -> None:
    state.originals.pop(body.receipt, None)


@on(e.CustodyTaken)
def _custody_taken(state: State, body: e.CustodyTaken, entry: Entry) -> None:
    if (paper := state.documents.get(body.document)) is None:
        return
    paper.holder, paper.carried_since = body.holder, entry.at
    state.flags.pop(Flag.DELIVERY_FAILED, None)


@on(e.Delivered)
def _delivered(state: State, body: e.Delivered, entry: Entry) -> None:
    if (paper := state.documents.get(body.document)) is None:
        return
    paper.delivered, paper.receipt, paper.holder = entry.at, body.receipt, None
    state.flags.pop(Flag.DELIVERY_FAILED, None)


@on(e.DeliveryFailed)
def _delivery_failed(state: State, body: e.DeliveryFailed, entry: Entry) -> None:
    if (paper := state.documents.get(body.document)) is None:
        return
    paper.holder = paper.carried_since = None
    state.flags.setdefault(Flag.DELIVERY_FAILED, entry.at)


@on(e.Complaint)
def _complaint(state: State, body: e.Complaint, entry: Entry) -> None:
    state.complaints[entry.id] = entry.at


@on(e.ComplaintAnswered)
def _complaint_answered(state: State, body: e.ComplaintAnswered, entry: Entry) -> None:
    state.complaints.pop(body.complaint, None)


@on(e.DataRequested)
def _data_requested(state: State, body: e.DataRequested, entry: Entry) -> None:
    state.data_requests[entry.id] = entry.at


@on(e.DataRequestAnswered)
def _data_request_answered(state: State, body: e.DataRequestAnswered, entry: Entry) -> None:
    state.data_requests.pop(body.request, None)


@on(e.Merged)
def _merged(state: State, body: e.Merged, entry: Entry) -> None:
    state.merged_into = body.into


@on(e.Separated)
def _separated(state: State, body: e.Separated, entry: Entry) -> None:
    state.merged_into = None
    if state.triage is e.TriageResult.MERGED:
        state.triage = None


@on(e.Closed)
def _closed(state: State, body: e.Closed, entry: Entry) -> None:
    state.closed_for = body.reason
