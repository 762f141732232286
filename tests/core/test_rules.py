"""Who may do what next, and why not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jemput.core import entries as e
from jemput.core.calendar import TimeZone
from jemput.core.codes import Document, Duty, Partner
from jemput.core.rules import Actor, allowed, objections_since
from jemput.core.waiting import OfficeTime, waiting
from tests.core.stories import VISIT, Story, english, entry_id, programme, small


def test_a_step_tells_which_step_must_come_first_and_who_does_it():
    story = Story().reported().accepted()
    reasons = story.may(Duty.FIELD_OFFICER, "order")
    assert reasons == ["First: SIAK check.", "Done by: Head of section."]


def test_the_check_waits_for_papers_and_any_one_of_the_group_is_enough():
    story = Story().reported().accepted()
    assert story.may(Duty.MAIN_ADMIN, "check") == ["Papers not yet received: Family card, Other paper."]
    story.tell(e.RequirementReceived(requirement="other_paper"))
    assert story.may(Duty.MAIN_ADMIN, "check") == []


def test_a_mismatch_in_siak_keeps_the_team_at_home():
    story = Story().reported().accepted().checked(e.BiodataResult.MISMATCH)
    assert story.may(Duty.HEAD_OF_SECTION, "order") == ["First: SIAK check."]
    story.tell(e.BiodataChecked(result=e.BiodataResult.MATCH))
    assert story.may(Duty.HEAD_OF_SECTION, "order") == []


def test_a_match_that_turns_out_wrong_stops_what_has_not_begun():
    story = Story().reported().accepted().checked()
    story.tell(e.BiodataChecked(result=e.BiodataResult.DOUBLE))
    assert "order" not in story.waits()


def test_a_visit_without_health_or_social_worker_is_told_who_must_come():
    story = Story().reported().accepted().checked()
    story.tell(e.Ordered(), Duty.HEAD_OF_SECTION)
    story.tell(e.VisitScheduled(visit=VISIT, day=date(2026, 3, 5)), Duty.SCHEDULER)
    alone = e.VisitStarted(visit=VISIT, partners=[Partner.FAMILY])
    assert story.against(alone, Duty.FIELD_OFFICER) == [
        "One of these must be present: Health worker, Social worker."
    ]
    together = e.VisitStarted(visit=VISIT, partners=[Partner.SOCIAL_WORKER])
    assert story.against(together, Duty.FIELD_OFFICER) == []


def test_nobody_acts_outside_their_area():
    story = Story().reported()
    assert story.may(Duty.MAIN_ADMIN, "triage", area="99.02") == ["The case lies outside your area."]
    assert story.may(Duty.MAIN_ADMIN, "triage", area="99.01.01.2001") == []


def test_withdrawn_consent_stops_the_recording_but_not_the_complaint():
    story = Story().reported().accepted().checked().at_the_door()
    story.tell(e.ConsentWithdrawn(by="Painem"))
    assert story.may(Duty.FIELD_OFFICER, "record") == [
        "Consent was withdrawn; speak with the person or guardian first."
    ]
    assert story.may(Duty.FIELD_OFFICER, "complaint") == []


@pytest.mark.parametrize("name", ["small", "wide"])
def test_consent_that_was_withdrawn_can_be_given_anew_whatever_step_waits_for_what(name: str):
    story = Story(programme=programme(name)).reported().accepted()
    story.tell(e.ConsentWithdrawn(by="Painem"))
    anew = e.ConsentGiven(basis=e.ConsentBasis.GUARDIAN_CONSENT, supported=True)
    assert story.may(Duty.RW_AGENT, "consent_given") == story.against(anew, Duty.SOCIAL_AGENCY) == []
    assert story.against(anew, Duty.REPORTER)
    story.tell(anew, Duty.RW_AGENT)
    assert story.state().irregular == []
    assert "closed" not in story.waits()


def test_how_somebody_is_can_be_written_down_where_the_programme_has_no_step_for_it():
    story = Story().reported().accepted()
    checked = e.ConditionChecked(go_ahead=False, risk="Baru keluar dari rumah sakit")
    assert story.against(checked, Duty.HEALTH_WORKER) == []
    assert story.against(checked, Duty.COURIER)


def test_a_case_that_waits_to_be_closed_says_what_stands_against_it():
    story = Story().reported().accepted().checked().at_the_door().recorded().printed()
    story.tell(e.OriginalsCollected(receipt="TA-0001", count=1, papers="KK", given_by="Painem"))
    story.tell(e.Delivered(document=Document.KTP_EL, receipt="TT-1", recipient="Painem"), Duty.COURIER)
    waits = waiting(story.programme, story.state(), OfficeTime())
    assert [[english(w) for w in wait.blocked] for wait in waits] == [["Return the original papers first."]]


def test_withdrawn_consent_is_acted_on_within_three_days():
    story = Story().reported().accepted().checked().at_the_door()
    story.tell(e.ConsentWithdrawn(by="Painem"))
    [wait] = [w for w in waiting(story.programme, story.state(), OfficeTime()) if w.kind == "closed"]
    assert wait.due - wait.since == timedelta(hours=72)
    assert Duty.HEAD_OF_SECTION in wait.duties
    story.tell(e.ConsentGiven(basis=e.ConsentBasis.GUARDIAN_CONSENT, by="Painem"))
    assert not [w for w in waiting(story.programme, story.state(), OfficeTime()) if w.kind == "closed"]


def test_an_ended_case_still_hears_complaints_and_data_requests():
    story = Story().reported()
    story.tell(e.Triaged(result=e.TriageResult.REFUSED, reason=e.TriageReason.ALREADY_SERVED))
    assert story.may(Duty.MAIN_ADMIN, "check")[0] == "The case has ended: Rejected."
    assert story.may(Duty.REPORTER, "complaint") == []
    assert story.may(Duty.REPORTER, "data_requested") == []


def test_an_evaluator_reads_and_never_writes():
    story = Story().reported().accepted()
    actions = allowed(story.programme, story.state(), Actor(Duty.EVALUATOR, "99.01"))
    assert not [a.key for a in actions if a.allowed]


def test_a_step_done_is_not_done_twice():
    story = Story().reported().accepted()
    assert story.may(Duty.MAIN_ADMIN, "triage") == ["This has been done."]


def test_the_deadline_skips_the_weekend_and_the_offices_own_holidays():
    story = Story(now=datetime(2026, 3, 6, 2, 0, tzinfo=UTC)).reported()  # a Friday
    plain = waiting(story.programme, story.state(), OfficeTime())[0]
    assert plain.due == datetime(2026, 3, 9, 17, 0, tzinfo=UTC)  # midnight after Monday in Jakarta
    closed = OfficeTime(TimeZone.WITA, frozenset({date(2026, 3, 9)}))
    later = waiting(story.programme, story.state(), closed)[0]
    assert later.due == datetime(2026, 3, 10, 16, 0, tzinfo=UTC)


def test_a_visit_is_due_on_the_day_it_was_promised():
    story = Story().reported().accepted().checked()
    story.tell(e.Ordered(), Duty.HEAD_OF_SECTION)
    story.tell(e.VisitScheduled(visit=VISIT, day=date(2026, 3, 20)), Duty.SCHEDULER)
    story.tell(e.VisitMoved(visit=VISIT, day=date(2026, 3, 25)), Duty.SCHEDULER)
    wait = waiting(story.programme, story.state(), OfficeTime())[0]
    assert (wait.step, wait.due) == ("arrive", datetime(2026, 3, 25, 17, 0, tzinfo=UTC))


def test_a_citizen_who_asks_for_their_data_is_answered_within_three_days_of_24_hours():
    story = Story().reported()
    asked = story.tell(e.DataRequested(right=e.DataRight.ACCESS, by="Sukarni"))
    wait = next(w for w in waiting(story.programme, story.state(), OfficeTime()) if "data" in w.kind)
    assert wait.due is not None and (wait.due - asked.at).total_seconds() == 72 * 3600
    story.tell(e.DataRequestAnswered(request=asked.id, granted=True, answer="Diberikan"))
    assert "data_request_answered" not in story.waits()


def test_a_levy_complaint_waits_for_the_heads_even_after_delivery():
    story = Story().reported()
    complaint = story.tell(e.Complaint(about=e.ComplaintClass.ILLEGAL_LEVY, text="Diminta Rp50.000"))
    assert Duty.HEAD_OF_OFFICE in story.waits()["complaint_answered"]
    story.tell(e.ComplaintAnswered(complaint=complaint.id, founded=True, answer="Uang dikembalikan"))
    assert "complaint_answered" not in story.waits()


def test_papers_of_the_family_go_home_before_the_case_is_closed():
    story = Story().reported([Document.FAMILY_CARD]).accepted().checked()
    story.tell(e.OriginalsCollected(receipt="TA-0001", count=1, papers="KK", given_by="Painem"))
    story.tell(e.Printed(document=Document.FAMILY_CARD), Duty.PRINTING)
    story.tell(e.Delivered(document=Document.FAMILY_CARD, receipt="TT-0001", recipient="Painem"))
    assert story.may(Duty.MAIN_ADMIN, "close") == ["Return the original papers first."]
    story.tell(e.OriginalsReturned(receipt="TA-0001", returned_to="Painem"))
    assert story.may(Duty.MAIN_ADMIN, "close") == []


def test_an_entry_of_no_step_and_no_general_right_is_refused_with_words():
    story = Story().reported()
    body = e.HandOverChosen(place=e.HandOverPlace.COUNTER)
    assert story.against(body, Duty.MAIN_ADMIN) == ["This programme has no such step."]


def test_moving_a_visit_needs_a_visit():
    story = Story().reported().accepted()
    moved = e.VisitMoved(visit=entry_id(500), day=date(2026, 3, 20))
    assert story.against(moved, Duty.SCHEDULER) == ["No visit is scheduled."]


def test_a_case_of_somebody_who_died_can_be_closed_although_the_programmes_last_step_is_for_the_served():
    served = small().step("close").model_copy(update={"match": {"reason": "served"}})
    programme = small().model_copy(update={"steps": (*small().steps[:-1], served)})
    story = Story(programme).reported().accepted()
    assert story.may(Duty.MAIN_ADMIN, "close") == ["First: Hand over."]
    assert story.may(Duty.MAIN_ADMIN, "closed") == []
    assert story.against(e.Closed(reason=e.CloseReason.DECEASED_OR_MOVED), Duty.MAIN_ADMIN) == []
    assert story.against(e.Closed(reason=e.CloseReason.SERVED), Duty.MAIN_ADMIN) == ["First: Hand over."]


def test_a_caller_from_another_regency_is_referred_before_any_paper_comes():
    after_papers = small().step("triage").model_copy(update={"needs_papers": True})
    steps = tuple(after_papers if s.id == "triage" else s for s in small().steps)
    story = Story(small().model_copy(update={"steps": steps})).reported()
    accept, refer = e.Triaged(result="accepted"), e.Triaged(result="referred", referred_to="35.02")
    assert story.against(accept, Duty.MAIN_ADMIN) == ["Papers not yet received: Family card, Other paper."]
    assert story.against(refer, Duty.MAIN_ADMIN) == []
    assert story.may(Duty.MAIN_ADMIN, "turn_away") == []
    story.tell(refer)
    assert story.state().irregular == []
    assert story.against(refer, Duty.MAIN_ADMIN) != []


def test_a_paper_that_nobody_wants_is_refused_and_what_happened_is_flagged():
    story = Story().reported([Document.KTP_EL]).accepted().checked().at_the_door().recorded()
    other = e.Printed(document="family_card")
    assert "This document is not wanted in this case." in story.against(other, Duty.PRINTING)
    printed = story.tell(other, Duty.PRINTING)
    story.tell(e.Delivered(document="family_card", receipt="TT-0001", recipient="Painem"), Duty.COURIER)
    story.tell(e.Spoiled(document="family_card", reason="misprint"), Duty.PRINTING)
    assert story.state().wanted == [Document.KTP_EL]
    assert printed.id in story.state().irregular


def test_what_the_author_saw_excuses_the_order_and_nothing_else():
    story = Story().reported().accepted().checked().at_the_door()
    seen = story.state()
    recorded, officer = e.Recorded(), Actor(Duty.FIELD_OFFICER, "99.01")
    story.recorded()
    assert objections_since(story.programme, seen, story.state(), officer, recorded) == []
    story.tell(e.ConsentWithdrawn(by="Painem"))
    reasons = objections_since(story.programme, seen, story.state(), officer, recorded)
    assert any("Consent was withdrawn" in str(reason) for reason in reasons)
