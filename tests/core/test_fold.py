"""What a case amounts to: statuses, flags, steps done and undone."""

from datetime import date

import pytest

from jemput.core import entries as e
from jemput.core.codes import Document, Duty, Flag, Status
from tests.core.stories import VISIT, Story, cleared, entry_id
from tests.core.vector_stories import STORIES


def test_a_case_goes_from_report_to_the_hand():
    story = Story().reported()
    seen = [story.state().status]
    story.accepted()
    seen.append(story.state().status)
    story.checked().at_the_door()
    seen.append(story.state().status)
    story.recorded().printed()
    seen.append(story.state().status)
    story.tell(e.Delivered(document=Document.KTP_EL, receipt="TT-0001", recipient="Painem"), Duty.COURIER)
    seen.append(story.state().status)
    story.tell(e.Closed(reason=e.CloseReason.SERVED))
    seen.append(story.state().status)
    assert seen == [
        Status.REPORTED,
        Status.ACCEPTED,
        Status.IN_PROGRESS,
        Status.ISSUED,
        Status.DELIVERED,
        Status.CLOSED,
    ]
    assert story.state().irregular == []


def test_a_visit_that_failed_because_the_person_was_in_crisis_can_be_resumed():
    story = Story().reported().accepted().checked().at_the_door()
    story.tell(
        e.VisitEnded(visit=VISIT, outcome=e.VisitOutcome.IN_CRISIS, next_step=e.NextStep.REVISIT),
        Duty.FIELD_OFFICER,
    )
    state = story.state()
    assert Flag.REVISIT in state.flags
    assert state.attempts == 1
    assert "schedule" in story.waits()
    again = entry_id(501)
    story.tell(e.VisitScheduled(visit=again, day=date(2026, 4, 1)), Duty.SCHEDULER)
    assert Flag.REVISIT not in story.state().flags
    assert story.may(Duty.FIELD_OFFICER, "arrive") == []


def test_the_health_reason_of_a_failed_visit_is_nowhere_in_the_clear():
    body = e.VisitEnded(visit=VISIT, outcome=e.VisitOutcome.IN_CRISIS, next_step=e.NextStep.WAIT_FOR_HEALTH)
    clear, sealed = body.split()
    assert clear["result"] == "unable" and clear["again"] is True
    assert "crisis" not in str(clear) and "health" not in str(clear)
    assert sealed["outcome"] == "in_crisis"


def test_a_failure_at_the_centre_asks_for_another_visit_unless_the_resent_record_arrives():
    story = Story().reported().accepted().checked().at_the_door().recorded()
    story.tell(e.CentreStatus(raw="ENROLL_FAILURE_AT_CENTRAL"))
    state = story.state()
    assert Flag.CENTRE_FAILED in state.flags and Flag.REVISIT in state.flags
    assert "schedule" in story.waits() and "print" not in story.waits()
    story.tell(e.CentreStatus(raw="PRINT_READY_RECORD"))
    state = story.state()
    assert Flag.CENTRE_FAILED not in state.flags and Flag.REVISIT not in state.flags
    assert set(story.waits()) == {"print"}


def test_a_status_the_office_has_never_heard_of_is_kept_and_flagged():
    story = Story().reported().accepted().checked().at_the_door().recorded()
    story.tell(e.CentreStatus(raw="QUANTUM_DEDUP_PENDING"))
    state = story.state()
    assert state.centre_raw == "QUANTUM_DEDUP_PENDING"
    assert Flag.CENTRE_UNKNOWN in state.flags


def test_a_spoiled_card_is_printed_again():
    story = Story().reported().accepted().checked().at_the_door().recorded().printed()
    story.tell(e.Spoiled(document=Document.KTP_EL), Duty.PRINTING)
    assert story.state().status is Status.IN_PROGRESS
    assert Flag.REPRINT in story.state().flags
    assert "print" in story.waits()
    story.tell(e.Printed(document=Document.KTP_EL), Duty.PRINTING)
    assert story.state().status is Status.ISSUED
    assert Flag.REPRINT not in story.state().flags


def test_two_documents_are_delivered_only_when_both_are_in_the_hand():
    both = [Document.KTP_EL, Document.FAMILY_CARD]
    story = Story().reported(both).accepted().checked().at_the_door().recorded().printed()
    assert story.state().status is Status.IN_PROGRESS
    story.tell(e.Printed(document=Document.FAMILY_CARD), Duty.PRINTING)
    assert story.state().status is Status.ISSUED
    story.tell(e.Delivered(document=Document.KTP_EL, receipt="TT-0001", recipient="Painem"), Duty.COURIER)
    assert story.state().status is Status.ISSUED
    story.tell(
        e.Delivered(document=Document.FAMILY_CARD, receipt="TT-0001", recipient="Painem"), Duty.COURIER
    )
    assert story.state().status is Status.DELIVERED


def test_a_family_card_alone_needs_no_visit_and_no_centre():
    story = Story().reported([Document.FAMILY_CARD]).accepted().checked()
    assert set(story.waits()) == {"print"}
    assert story.may(Duty.PRINTING, "print") == []


def test_what_happened_out_of_order_is_accepted_and_flagged():
    story = Story().reported().accepted()
    odd = story.tell(e.Recorded(), Duty.FIELD_OFFICER)
    state = story.state()
    assert state.irregular == [odd.id]
    assert Flag.AGAINST_RULES in state.flags
    assert "record" in state.done


def test_originals_are_held_until_they_are_returned_even_after_the_end():
    story = Story().reported().accepted()
    story.tell(e.OriginalsCollected(receipt="TA-0001", count=2, papers="KK", given_by="Painem"))
    assert Flag.ORIGINALS_HELD in story.state().flags
    story.tell(e.OriginalsReturned(receipt="TA-0001", returned_to="Painem"))
    assert Flag.ORIGINALS_HELD not in story.state().flags


def test_each_set_of_originals_waits_to_be_given_back():
    story = STORIES["collected"]()
    assert "return_originals" not in story.state().done, "one of two"
    story.tell(e.OriginalsReturned(receipt="TT-0002", returned_to="Painem"), Duty.RW_AGENT)
    assert "return_originals" in story.state().done
    story.tell(e.OriginalsCollected(receipt="TT-0003", count=1, papers="KTP", given_by="Painem"))
    assert "return_originals" not in story.state().done


def test_merged_cases_stay_two_journals_and_can_be_separated():
    story = Story().reported().accepted()
    story.tell(e.Merged(into=entry_id(700)))
    assert story.state().status is Status.MERGED
    story.tell(e.Separated(note="Kakaknya, bukan orang yang sama"))
    assert story.state().status is Status.ACCEPTED


def test_a_refused_or_referred_report_ends_the_case():
    refused = Story().reported()
    refused.tell(e.Triaged(result=e.TriageResult.REFUSED, reason=e.TriageReason.ALREADY_SERVED))
    assert refused.state().status is Status.REJECTED
    referred = Story().reported()
    referred.tell(e.Triaged(result=e.TriageResult.REFERRED, referred_to="35.02"))
    assert referred.state().status is Status.REFERRED
    assert referred.waits() == {}


def test_a_correction_changes_what_holds_and_taking_it_back_restores_it():
    story = Story().reported()
    wrong = story.tell(e.Triaged(result=e.TriageResult.REFUSED, reason=e.TriageReason.ALREADY_SERVED))
    fix = story.tell(
        e.Corrected(entry=wrong.id, clear_values={"result": "accepted", "reason": None}, reason="Salah pilih")
    )
    assert story.state().status is Status.ACCEPTED
    story.tell(e.Corrected(entry=fix.id, void=True, reason="Memang ditolak"))
    assert story.state().status is Status.REJECTED


def test_a_case_that_moves_to_another_programme_is_judged_by_it_from_then_on():
    story = Story().reported().accepted()
    story.tell(e.ProgrammeChanged(programme=900, programme_hash=story.programme.hash))
    state = story.state()
    assert state.status is Status.ACCEPTED and "triage" in state.done


def test_a_journal_that_does_not_begin_with_a_report_is_no_case():
    story = Story()
    story.tell(e.Note(text="Halo"))
    with pytest.raises(ValueError, match="begins with a report"):
        story.state()


def test_forgetting_a_person_changes_neither_status_nor_steps():
    story = Story().reported().accepted().checked().at_the_door().recorded().printed()
    forgotten = Story(entries=[cleared(entry) for entry in story.entries])
    assert forgotten.state() == story.state()
