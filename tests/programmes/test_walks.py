"""Each of the five programmes is walked from the report to the closed case, in the order of its source."""

from datetime import timedelta
from uuid import UUID

import pytest

from jemput.core import entries as e
from jemput.core.codes import DataCondition, Document, Duty, Flag, Partner, Status
from jemput.core.entries import Body
from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from jemput.programmes import packaged
from tests.core.stories import Story, entry_id

KTP, KK, BIRTH = Document.KTP_EL, Document.FAMILY_CARD, Document.BIRTH_CERTIFICATE
COLLECT, RECORD, DELIVER = (entry_id(n) for n in (601, 602, 603))


def programme(name: str) -> Programme:
    return read_programme(packaged()[name])


class Walk(Story):
    """A story in which every act must be allowed to the duty that does it, and each wait the right one."""

    def does(self, duty: Duty, *bodies: Body) -> "Walk":
        for body in bodies:
            assert self.against(body, duty) == [], f"{body.kind} by {duty}"
            self.tell(body, duty)
        assert self.state().irregular == []
        return self

    def waits_for(self, *steps: str) -> "Walk":
        assert set(self.waits()) == set(steps)
        return self


def begun(name: str, documents: list[Document], **more: object) -> Walk:
    walk = Walk(programme(name))
    walk.reported(documents, **more)
    return walk


def accepted() -> Body:
    return e.Triaged(result=e.TriageResult.ACCEPTED)


def scheduled(walk: Walk, visit: UUID = RECORD, purpose: str = "record") -> Body:
    return e.VisitScheduled(visit=visit, purpose=purpose, day=(walk.now + timedelta(days=1)).date())


def started(*partners: Partner, visit: UUID = RECORD, purpose: str = "record") -> Body:
    return e.VisitStarted(visit=visit, purpose=purpose, partners=list(partners))


def ended(visit: UUID = RECORD, purpose: str = "record", outcome: str = "done", **more: object) -> Body:
    return e.VisitEnded.model_validate({"visit": visit, "purpose": purpose, "outcome": outcome, **more})


def ready() -> Body:
    return e.CentreStatus(raw="PRINT_READY_RECORD")


def delivered(document: Document = KTP, **more: object) -> Body:
    return e.Delivered.model_validate(
        {"document": document, "receipt": "TT-0001", "recipient": "PAINEM", **more}
    )


def in_custody(document: Document = KTP, holder: str = "courier") -> Body:
    return e.CustodyTaken.model_validate({"document": document, "holder": holder})


SERVED = e.Closed(reason=e.CloseReason.SERVED)


def test_godoc_comes_through_the_village_and_goes_to_the_door():
    walk = begun("godoc", [KTP]).waits_for("respond")
    walk.does(Duty.SUBDISTRICT, accepted()).waits_for("application")
    walk.does(Duty.VILLAGE_REGISTRAR, e.ApplicationFiled(documents=[KTP])).waits_for("schedule")
    walk.does(Duty.SCHEDULER, scheduled(walk)).waits_for("visit")
    walk.does(Duty.FIELD_OFFICER, started()).waits_for("record", "end_visit")
    walk.does(Duty.FIELD_OFFICER, e.Recorded(), ended()).waits_for("send")
    walk.does(Duty.FIELD_OFFICER, e.SentToCentre()).waits_for("centre")
    walk.does(Duty.DATA_ENTRY, ready()).waits_for("print")
    walk.does(Duty.PRINTING, e.Printed(document=KTP), in_custody()).waits_for("deliver")
    walk.does(Duty.COURIER, delivered()).waits_for("close")
    walk.does(Duty.MAIN_ADMIN, SERVED).waits_for()
    assert walk.state().status is Status.CLOSED


def test_godoc_schedules_nothing_before_the_village_has_applied():
    walk = begun("godoc", [KTP]).does(Duty.VILLAGE_REGISTRAR, accepted())
    assert walk.against(scheduled(walk), Duty.SCHEDULER) == ["First: Make the application to the office."]


def batam_at_the_door() -> Walk:
    walk = begun("odgj-batam", [KTP]).does(Duty.MAIN_ADMIN, accepted())
    walk.does(Duty.SCHEDULER, scheduled(walk))
    return walk.does(Duty.FIELD_OFFICER, started(Partner.HEALTH_WORKER))


def test_batam_does_not_begin_a_visit_without_a_health_or_social_worker():
    walk = begun("odgj-batam", [KTP]).does(Duty.MAIN_ADMIN, accepted())
    walk.does(Duty.SCHEDULER, scheduled(walk))
    assert walk.against(started(Partner.FAMILY), Duty.FIELD_OFFICER) == [
        "One of these must be present: Health worker, Social worker."
    ]
    assert walk.against(started(Partner.SOCIAL_WORKER), Duty.FIELD_OFFICER) == []


def test_batam_records_only_after_condition_identity_and_consent():
    walk = batam_at_the_door().waits_for("identify", "condition", "choice", "end_visit")
    walk.does(Duty.FIELD_OFFICER, e.PersonDescribed(name="SUKARNI"))
    walk.does(Duty.HEALTH_WORKER, e.ConditionChecked(go_ahead=True))
    assert walk.against(e.Recorded(), Duty.FIELD_OFFICER)
    walk.does(Duty.FIELD_OFFICER, e.ConsentGiven(basis=e.ConsentBasis.CONSENT, supported=True))
    walk.does(Duty.FIELD_OFFICER, e.BiodataChecked(result=e.BiodataResult.MATCH))
    walk.does(Duty.FIELD_OFFICER, e.Recorded())


def test_batam_fills_the_biodata_form_of_a_person_whom_the_register_does_not_know():
    walk = batam_at_the_door()
    walk.does(Duty.FIELD_OFFICER, e.PersonDescribed(), e.ConditionChecked(go_ahead=True))
    walk.does(Duty.FIELD_OFFICER, e.ConsentGiven(basis=e.ConsentBasis.PUBLIC_DUTY))
    walk.does(Duty.FIELD_OFFICER, e.BiodataChecked(result=e.BiodataResult.NOT_FOUND))
    assert walk.against(e.Recorded(), Duty.FIELD_OFFICER) == [
        "First: Fill the biodata form, if not in the register."
    ]
    walk.does(Duty.FIELD_OFFICER, e.FormFilled(form=e.FormCode.BIODATA), e.Recorded())


@pytest.mark.parametrize(("place", "carried"), [("counter", False), ("agreed", True)])
def test_batam_lets_the_family_choose_delivery_or_pick_up(place: str, carried: bool):
    walk = batam_at_the_door()
    walk.does(Duty.FIELD_OFFICER, e.PersonDescribed(), e.ConditionChecked(go_ahead=True))
    walk.does(Duty.FIELD_OFFICER, e.ConsentGiven(basis=e.ConsentBasis.GUARDIAN_CONSENT))
    walk.does(Duty.FIELD_OFFICER, e.BiodataChecked(result=e.BiodataResult.MATCH), e.Recorded())
    walk.does(Duty.FIELD_OFFICER, e.HandOverChosen.model_validate({"place": place}), ended())
    walk.does(Duty.DATA_ENTRY, e.DataEntered(), e.SentToCentre(), ready())
    walk.does(Duty.PRINTING, e.Printed(document=KTP))
    walk.waits_for("custody" if carried else "deliver")
    if carried:
        walk.does(Duty.COURIER, in_custody())
    walk.does(Duty.COURIER if carried else Duty.MAIN_ADMIN, delivered(place=place)).waits_for("close")
    walk.does(Duty.HEAD_OF_SECTION, SERVED)


def test_batam_comes_again_after_a_crisis():
    walk = batam_at_the_door()
    walk.does(Duty.FIELD_OFFICER, e.ConditionChecked(go_ahead=False))
    assert walk.against(e.Recorded(), Duty.FIELD_OFFICER)
    walk.does(Duty.FIELD_OFFICER, ended(outcome="in_crisis", next_step="wait_for_health"))
    assert "schedule" in walk.waits() and Flag.REVISIT in walk.state().flags
    again = entry_id(610)
    walk.does(Duty.SCHEDULER, scheduled(walk, again))
    walk.does(Duty.FIELD_OFFICER, started(Partner.SOCIAL_WORKER, visit=again))


def jempol_at_the_door(documents: list[Document], partner: Partner = Partner.BABINSA) -> Walk:
    walk = begun("jempol-keren", documents).waits_for("eligibility")
    walk.does(Duty.MAIN_ADMIN, accepted()).does(Duty.HEAD_OF_SECTION, e.Ordered())
    walk.does(Duty.SCHEDULER, scheduled(walk))
    return walk.does(Duty.FIELD_OFFICER, started(partner))


FOUND = e.BiometricsChecked(result=e.CheckResult.FOUND, nik="9901010101010001")
NOT_FOUND = e.BiometricsChecked(result=e.CheckResult.NOT_FOUND)


@pytest.mark.parametrize(
    "partner", [Partner.SOCIAL_WORKER, Partner.VILLAGE, Partner.BABINSA, Partner.BHABINKAMTIBMAS]
)
def test_jempol_keren_goes_with_the_social_office_or_one_of_the_three_pillars(partner: Partner):
    jempol_at_the_door([KTP], partner)


def test_jempol_keren_does_not_go_alone():
    with pytest.raises(AssertionError, match="visit_started"):
        jempol_at_the_door([KTP], Partner.FAMILY)


def test_jempol_keren_files_the_application_only_after_the_biometric_check():
    walk = jempol_at_the_door([KTP])
    application = e.ApplicationFiled(documents=[KTP])
    assert walk.against(application, Duty.VILLAGE_REGISTRAR)
    walk.does(Duty.FIELD_OFFICER, NOT_FOUND, e.BiodataChecked(result=e.BiodataResult.NOT_FOUND))
    walk.does(Duty.FIELD_OFFICER, e.FormFilled(form=e.FormCode.BIODATA))
    assert walk.against(application, Duty.FIELD_OFFICER) == [
        "Done by: Social agency officer, Village registrar."
    ]
    assert walk.against(application, Duty.SOCIAL_AGENCY) == []


def test_jempol_keren_records_whom_the_check_does_not_find():
    walk = jempol_at_the_door([KTP, KK])
    walk.does(Duty.FIELD_OFFICER, NOT_FOUND, e.BiodataChecked(result=e.BiodataResult.NOT_FOUND))
    walk.does(Duty.FIELD_OFFICER, e.FormFilled(form=e.FormCode.BIODATA), e.Recorded(), ended())
    walk.waits_for("application")
    walk.does(Duty.VILLAGE_REGISTRAR, e.ApplicationFiled(documents=[KTP, KK])).waits_for("file")
    walk.does(Duty.DATA_ENTRY, e.RequirementReceived(requirement="application_file"))
    walk.does(Duty.DATA_ENTRY, e.DataEntered()).waits_for("send", "print_papers")
    walk.does(Duty.DATA_ENTRY, e.SentToCentre(), ready())
    walk.does(Duty.PRINTING, e.Printed(document=KTP), e.Printed(document=KK)).waits_for("custody")
    walk.does(Duty.COURIER, in_custody(KTP), in_custody(KK)).waits_for("deliver")
    walk.does(Duty.COURIER, delivered(KTP), delivered(KK)).waits_for("close")
    walk.does(Duty.MAIN_ADMIN, SERVED)


def test_jempol_keren_does_not_record_again_whom_the_check_finds():
    walk = jempol_at_the_door([KTP])
    walk.does(Duty.FIELD_OFFICER, FOUND, e.BiodataChecked(result=e.BiodataResult.MATCH))
    walk.does(Duty.FIELD_OFFICER, e.FormFilled(form=e.FormCode.VULNERABLE), ended()).waits_for("application")
    walk.does(Duty.SOCIAL_AGENCY, e.ApplicationFiled(documents=[KTP]))
    walk.does(Duty.DATA_ENTRY, e.RequirementReceived(requirement="application_file"), e.DataEntered())
    walk.waits_for("centre")


def test_jempol_keren_enters_no_data_without_the_application_file():
    walk = jempol_at_the_door([KTP])
    walk.does(Duty.FIELD_OFFICER, FOUND, e.BiodataChecked(result=e.BiodataResult.MATCH))
    walk.does(Duty.FIELD_OFFICER, e.FormFilled(form=e.FormCode.VULNERABLE))
    walk.does(Duty.SOCIAL_AGENCY, e.ApplicationFiled(documents=[KTP]))
    walk.does(Duty.DATA_ENTRY, e.RequirementReceived(requirement="report_data"))
    assert walk.against(e.DataEntered(), Duty.DATA_ENTRY) == ["Papers not yet received: Application file."]


def spot_ordered(documents: list[Document] | None = None) -> Walk:
    walk = begun("on-the-spot", documents or [KTP]).waits_for("papers")
    walk.does(Duty.MAIN_ADMIN, e.RequirementReceived(requirement="other_paper"))
    assert walk.against(accepted(), Duty.MAIN_ADMIN) == [
        "Papers not yet received: Phone number that the team can call."
    ]
    walk.does(Duty.MAIN_ADMIN, e.RequirementReceived(requirement="phone"), accepted())
    walk.waits_for("register_check")
    walk.does(Duty.MAIN_ADMIN, e.BiodataChecked(result=e.BiodataResult.MATCH)).waits_for("order")
    return walk.does(Duty.HEAD_OF_SECTION, e.Ordered())


@pytest.mark.parametrize("result", [r for r in e.BiodataResult if r is not e.BiodataResult.MATCH])
def test_on_the_spot_goes_out_only_on_a_match_in_siak(result: e.BiodataResult):
    walk = begun("on-the-spot", [KTP])
    for paper in ("family_card", "phone"):
        walk.does(Duty.MAIN_ADMIN, e.RequirementReceived(requirement=paper))
    walk.does(Duty.MAIN_ADMIN, accepted(), e.BiodataChecked(result=result)).waits_for("register_check")
    assert walk.against(e.Ordered(), Duty.HEAD_OF_SECTION) == [
        "First: Validate the biodata in SIAK before the visit."
    ]
    walk.does(Duty.MAIN_ADMIN, e.FormFilled(), e.BiodataChecked(result=e.BiodataResult.MATCH))
    walk.waits_for("order")


def test_on_the_spot_hands_over_in_the_same_visit_when_the_centre_is_quick():
    walk = spot_ordered()
    walk.does(Duty.FIELD_OFFICER, scheduled(walk), started(), e.Recorded(), e.SentToCentre(), ready())
    walk.does(Duty.FIELD_OFFICER, e.Printed(document=KTP), delivered(relation="institution"), ended())
    walk.waits_for("close").does(Duty.MAIN_ADMIN, SERVED)
    assert [b.kind for b in (entry.body for entry in walk.entries)].count("visit_started") == 1


def test_on_the_spot_comes_a_second_time_when_the_centre_is_late():
    walk = spot_ordered()
    walk.does(Duty.FIELD_OFFICER, scheduled(walk), started(), e.Recorded(), e.SentToCentre(), ended())
    walk.waits_for("centre").does(Duty.DATA_ENTRY, e.CentreStatus(raw="SENT_FOR_ENROLLMENT"))
    walk.waits_for("centre").does(Duty.DATA_ENTRY, ready())
    walk.does(Duty.PRINTING, e.Printed(document=KTP)).waits_for("deliver")
    walk.does(Duty.SCHEDULER, scheduled(walk, DELIVER, "deliver"))
    walk.does(Duty.FIELD_OFFICER, started(visit=DELIVER, purpose="deliver"), delivered())
    walk.does(Duty.FIELD_OFFICER, ended(DELIVER, "deliver")).waits_for("close")


def test_on_the_spot_issues_a_family_card_without_recording():
    walk = spot_ordered([KK])
    walk.does(Duty.FIELD_OFFICER, scheduled(walk), started())
    walk.waits_for("print_family_card", "end_visit")
    walk.does(Duty.FIELD_OFFICER, e.Printed(document=KK), delivered(KK), ended()).waits_for("close")


def pamor_collected(document: Document, *papers: str, **more: object) -> Walk:
    walk = begun("halo-pamor", [document], **more).waits_for("respond")
    walk.does(Duty.RW_AGENT, accepted()).waits_for("need").does(Duty.RW_AGENT, e.PersonDescribed(needs="KK"))
    walk.does(Duty.RW_AGENT, started(visit=COLLECT, purpose="collect_papers"))
    for paper in papers:
        walk.does(Duty.RW_AGENT, e.RequirementReceived(requirement=paper))
    walk.does(
        Duty.RW_AGENT,
        e.OriginalsCollected(receipt="TT-0001", count=len(papers), papers="KK asli", given_by="PAINEM"),
        ended(COLLECT, "collect_papers"),
    )
    return walk.waits_for("upload")


@pytest.mark.parametrize(
    ("document", "papers"),
    [
        (KK, ["family_card_form"]),
        (Document.CHILD_CARD, ["family_card", "birth_certificate_copy"]),
        (BIRTH, ["family_card", "birth_letter"]),
        (Document.DEATH_CERTIFICATE, ["family_card", "death_letter"]),
    ],
)
def test_halo_pamor_collects_delivers_and_returns_without_recording(document: Document, papers: list[str]):
    walk = pamor_collected(document, *papers)
    assert Flag.ORIGINALS_HELD in walk.state().flags
    walk.does(Duty.RW_AGENT, e.ApplicationFiled(documents=[document])).waits_for("verify")
    walk.does(Duty.SUBDISTRICT, e.BiodataChecked(result=e.BiodataResult.MATCH), e.DataEntered())
    walk.waits_for("print_papers").does(Duty.SUBDISTRICT, e.Printed(document=document)).waits_for("fetch")
    walk.does(Duty.RW_AGENT, in_custody(document, "partner")).waits_for("deliver", "return_originals")
    walk.does(Duty.RW_AGENT, delivered(document)).waits_for("return_originals")
    assert "First: Return the originals." in walk.against(SERVED, Duty.MAIN_ADMIN)
    walk.does(Duty.RW_AGENT, e.OriginalsReturned(receipt="TT-0001", returned_to="PAINEM")).waits_for("close")
    walk.does(Duty.MAIN_ADMIN, SERVED)


def test_halo_pamor_uploads_nothing_while_a_paper_is_missing():
    walk = pamor_collected(BIRTH, "family_card")
    assert walk.against(e.ApplicationFiled(documents=[BIRTH]), Duty.RW_AGENT) == [
        "Papers not yet received: Birth letter or statement F-2.03."
    ]


def test_halo_pamor_records_for_the_first_ktp_el_at_the_subdistrict():
    walk = pamor_collected(KTP, "family_card", condition=DataCondition.NOT_RECORDED)
    walk.does(Duty.RW_AGENT, e.ApplicationFiled(documents=[KTP]))
    walk.does(Duty.SUBDISTRICT, e.BiodataChecked(result=e.BiodataResult.MATCH), e.DataEntered())
    walk.waits_for("record").does(Duty.SUBDISTRICT, e.Recorded(), e.SentToCentre(), ready())
    walk.waits_for("print_card")


def test_halo_pamor_does_not_record_again_for_a_lost_ktp_el():
    walk = pamor_collected(KTP, "family_card", condition=DataCondition.DOCUMENTS_LOST)
    walk.does(Duty.RW_AGENT, e.ApplicationFiled(documents=[KTP]))
    walk.does(Duty.SUBDISTRICT, e.BiodataChecked(result=e.BiodataResult.MATCH), e.DataEntered())
    walk.waits_for("centre")


def test_halo_pamor_does_not_collect_the_papers_again_when_the_centre_refuses_a_recording():
    walk = pamor_collected(KTP, "family_card", condition=DataCondition.NOT_RECORDED)
    walk.does(Duty.RW_AGENT, e.ApplicationFiled(documents=[KTP]))
    walk.does(Duty.SUBDISTRICT, e.BiodataChecked(result=e.BiodataResult.MATCH), e.DataEntered())
    walk.does(Duty.SUBDISTRICT, e.Recorded(), e.SentToCentre())
    walk.does(Duty.SUBDISTRICT, e.CentreStatus(raw="ENROLL_FAILURE_AT_CENTRAL")).waits_for("record")


@pytest.mark.parametrize("name", sorted(packaged()))
def test_a_case_of_any_programme_can_end_before_it_is_served(name: str):
    of = programme(name)
    walk = begun(name, [of.documents[0]]).does(
        Duty.VILLAGE_REGISTRAR if name == "godoc" else Duty.MAIN_ADMIN,
        *(
            [e.RequirementReceived(requirement=p) for p in ("family_card", "phone")]
            if name == "on-the-spot"
            else []
        ),
    )
    walk.does(Duty.MAIN_ADMIN, accepted())
    assert walk.against(SERVED, Duty.MAIN_ADMIN)
    assert walk.may(Duty.MAIN_ADMIN, "closed") == []
    walk.does(Duty.MAIN_ADMIN, e.Closed(reason=e.CloseReason.WITHDRAWN))
