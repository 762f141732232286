"""Each programme from a report to the receipt, through its forms, by the duty that is waited for."""

from __future__ import annotations

from typing import Any

import pytest

from jemput.core.areas import villages
from jemput.core.codes import Document, Duty, Partner, Status
from jemput.core.programme import Programme, Step
from jemput.core.rules import OfficeTime, waiting
from jemput.core.state import State
from jemput.journal.models import CaseRow
from tests.office.front import NIK, Office, install, state_of

pytestmark = pytest.mark.django_db

PROGRAMMES = ["godoc", "odgj-batam", "jempol-keren", "on-the-spot", "halo-pamor"]


def _answer(programme: Programme, step: Step, state: State) -> dict[str, Any]:
    """What somebody who does the step types, where the form does not know it already."""
    unprinted = [d for d, p in state.documents.items() if not p.printed and step.concerns([d])]
    undelivered = [d for d, p in state.documents.items() if not p.delivered and step.concerns([d])]
    uncarried = [d for d in undelivered if not state.documents[d].holder]
    partners = {p.value for s in programme.steps for p in (*s.present, *s.present_any)}
    papers = programme.papers_wanted(state.wanted, set(state.papers_received))
    answers: dict[str, dict[str, Any]] = {
        "triaged": {"result": "accepted"},
        "requirement_received": {"requirement": papers[0].id if papers else ""},
        "biodata_checked": {"result": "match", "nik": NIK},
        "consent_given": {"basis": "consent", "supported": "on"},
        "visit_started": {"partners": sorted(partners | {Partner.FAMILY.value})},
        "condition_checked": {"go_ahead": "yes"},
        "biometrics_checked": {"result": "not_found"},
        "visit_ended": {"outcome": "done"},
        "centre_status": {"raw": "PRINT_READY_RECORD"},
        "printed": {"document": unprinted[:1]},
        "custody_taken": {"document": uncarried[:1], "holder": "partner", "holder_name": "Pak Darmo"},
        "delivered": {"document": undelivered[:1], "recipient": "Painem", "relation": "child"},
        "originals_collected": {"count": 2, "papers": "KK dan akta asli", "given_by": "Painem"},
        "originals_returned": {"returned_to": "Painem", "relation": "child"},
        "hand_over_chosen": {"place": "at_the_door"},
    }
    said = answers.get(step.entry, {})
    return {k: v[0] if isinstance(v, list) and k == "document" and v else v for k, v in said.items()}


@pytest.mark.parametrize("code", PROGRAMMES)
def test_a_person_gets_every_document_by_the_people_who_are_waited_for(code: str, office_key: None) -> None:
    programme = install(code)
    office = Office(programme.office)
    village = villages(programme.office)[0].code
    documents = [d.value for d in programme.documents]
    case = office.report(
        programme.steps[0].duties[0],
        programme=programme.number,
        village=village,
        documents=documents,
        groups=[programme.serves.groups[0].value],
    )
    walked: list[str] = []
    while waits := _waits(programme, case):
        wait = waits[0]
        step = programme.step(wait.step)
        assert len(walked) < 80, walked
        if wait.blocked:
            papers = programme.papers_wanted(state_of(case).wanted, set(state_of(case).papers_received))
            receive = next((s for s in programme.steps if s.entry == "requirement_received"), None)
            key, duty = (
                (receive.id, receive.duties[0]) if receive else ("requirement_received", Duty.MAIN_ADMIN)
            )
            office.done(case, key, duty, requirement=papers[0].id)
            continue
        office.done(case, step.id, wait.duties[0], **_answer(programme, step, state_of(case)))
        walked.append(step.id)
    state = state_of(case)
    assert state.status in (Status.DELIVERED, Status.CLOSED), walked
    assert all(paper.delivered and paper.receipt for paper in state.documents.values())
    assert state.irregular == []
    recorded = "recorded" in {programme.step(s).entry for s in walked}
    assert recorded == bool(set(programme.documents) & set(programme.recorded_documents))
    assert CaseRow.objects.get(pk=case.pk).status == state.status


def test_halo_pamor_records_nobody_for_a_family_card_and_brings_the_originals_home(office_key: None) -> None:
    programme = install("halo-pamor")
    office = Office(programme.office)
    case = office.report(
        Duty.RW_AGENT,
        programme=programme.number,
        village=villages(programme.office)[0].code,
        documents=[Document.FAMILY_CARD.value],
    )
    kinds = []
    while waits := _waits(programme, case):
        step = programme.step(waits[0].step)
        office.done(case, step.id, waits[0].duties[0], **_answer(programme, step, state_of(case)))
        kinds.append(step.entry)
    assert "recorded" not in kinds and "centre_status" not in kinds
    assert kinds.index("originals_collected") < kinds.index("printed") < kinds.index("delivered")
    assert "originals_returned" in kinds and state_of(case).originals == {}


def _waits(programme: Programme, case: CaseRow) -> list[Any]:
    known = {s.id for s in programme.steps}
    return [w for w in waiting(programme, state_of(case), OfficeTime()) if w.step in known]
