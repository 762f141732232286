"""From a report to the hand-over, one act after the other, each by the duty that does it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from jemput import journal
from jemput.accounts import access
from jemput.accounts.models import AccessLog
from jemput.core.codes import Duty, Flag, Status, Urgency
from jemput.journal.models import EntryRow
from jemput.office.dossier import person_facts
from tests.office.front import WARD, Office, filled, problems, state_of
from tests.people import PAREPARE, signed_in, staff

pytestmark = pytest.mark.django_db


def test_on_the_spot_goes_from_a_call_to_the_door(parepare: Office) -> None:
    case = parepare.report()
    state = parepare.walk(case)
    assert state.status is Status.CLOSED
    assert not state.irregular


def test_what_the_form_does_not_ask_follows(parepare: Office) -> None:
    case = parepare.report()
    parepare.walk(case, until="schedule")
    entries = {entry.kind: entry.body for entry in journal.entries(case.pk)}
    assert entries["ordered"].team == "tim_1"
    assert entries["visit_scheduled"].purpose == "record"
    state = parepare.done(case, "visit", Duty.FIELD_OFFICER)
    assert state.visit is not None
    assert state.visit.id == entries["visit_scheduled"].visit


def test_a_revisit_follows_from_the_outcome(parepare: Office) -> None:
    case = parepare.report()
    parepare.walk(case, until="visit")
    said = {"outcome": "too_ill", "next_step": "revisit", "again_on": "2026-12-01"}
    state = parepare.done(case, "end_visit", Duty.FIELD_OFFICER, **said)
    assert Flag.REVISIT in state.flags
    assert "schedule" not in state.done


def test_an_exception_needs_who_approved_it(parepare: Office) -> None:
    case = parepare.report()
    parepare.walk(case, until="consent")
    stiff = {"thumbs-result": "stiff", "thumbs-attempts": "3"}
    refused = parepare.act(case, "record", Duty.FIELD_OFFICER, **stiff)
    assert refused.status_code == 422
    assert 'href="#id_exception_approved_by"' in refused.content.decode()
    state = parepare.done(case, "record", Duty.FIELD_OFFICER, **stiff, exception_approved_by="Kepala Seksi")
    assert Flag.WITH_EXCEPTIONS in state.flags


def test_another_duty_reads_who_does_it(parepare: Office) -> None:
    case = parepare.report()
    address = reverse("office:act", args=[case.pk, "order"])
    response = parepare.as_(Duty.MAIN_ADMIN).get(address)
    assert response.status_code == 403
    assert "Kepala seksi" in response.content.decode()
    assert parepare.as_(Duty.MAIN_ADMIN).post(address, {}).status_code == 403


def test_too_early_reads_what_comes_first(parepare: Office) -> None:
    case = parepare.report()
    address = reverse("office:act", args=[case.pk, "order"])
    head = parepare.as_(Duty.HEAD_OF_SECTION)
    response = head.get(address)
    assert response.status_code == 409
    assert "Validasi biodata di SIAK" in response.content.decode()
    assert head.post(address, {"team": "Tim 1"}).status_code == 409
    assert not EntryRow.objects.filter(kind="ordered").exists()


def test_an_action_that_is_none_is_not_there(parepare: Office) -> None:
    case = parepare.report()
    for key in ("nonsense", "report", "reported", "corrected", "historical_count"):
        assert parepare.as_(Duty.MAIN_ADMIN).get(f"/cases/{case.pk}/act/{key}/").status_code == 404


def test_a_form_sent_twice_is_one_entry(parepare: Office) -> None:
    case = parepare.report()
    address = reverse("office:act", args=[case.pk, "note"])
    browser = parepare.as_(Duty.MAIN_ADMIN)
    said = filled(browser.get(address)) | {"text": "Ibu menunggu di rumah"}
    assert browser.post(address, said).status_code == 302
    again = browser.post(address, said | {"text": "Ibu menunggu di rumah."}, follow=True)
    assert "sudah dicatat" in again.content.decode()
    assert EntryRow.objects.filter(kind="note").count() == 1


def test_what_others_wrote_meanwhile_is_told_and_nothing_is_lost(parepare: Office) -> None:
    case = parepare.report()
    parepare.walk(case, until="centre")
    address = reverse("office:act", args=[case.pk, "print_card"])
    first, second = parepare.as_(Duty.FIELD_OFFICER), signed_in(staff(Duty.FIELD_OFFICER, PAREPARE))
    mine, theirs = filled(first.get(address)), filled(second.get(address))
    assert first.post(address, mine).status_code == 302
    late = second.post(address, theirs, follow=True)
    page = late.content.decode()
    assert "Sementara itu" in page
    assert EntryRow.objects.filter(kind="printed").count() == 2


def test_without_having_seen_the_case_as_it_was_the_rules_hold(parepare: Office) -> None:
    case = parepare.report()
    parepare.walk(case, until="print_card")
    address = reverse("office:act", args=[case.pk, "print_card"])
    response = parepare.as_(Duty.FIELD_OFFICER).post(address, {"document": "ktp_el", "_after": "x"})
    assert response.status_code == 409
    assert EntryRow.objects.filter(kind="printed").count() == 1


def test_an_older_view_of_the_case_does_not_undo_a_withdrawal(parepare: Office) -> None:
    case = parepare.report()
    parepare.walk(case, until="consent")
    address = reverse("office:act", args=[case.pk, "record"])
    officer = parepare.as_(Duty.FIELD_OFFICER)
    said = filled(officer.get(address))
    parepare.done(case, "consent_withdrawn", Duty.FIELD_OFFICER, by="Hasnah")
    response = officer.post(address, said)
    assert response.status_code == 409
    assert "Persetujuan ditarik" in problems(response)
    parepare.done(case, "closed", Duty.MAIN_ADMIN, reason="withdrawn")
    assert officer.post(address, said).status_code == 409
    assert not EntryRow.objects.filter(kind="recorded").exists()


def test_who_corrects_moves_a_case_within_their_own_area_alone(parepare: Office) -> None:
    case = parepare.report()
    village = signed_in(staff(Duty.VILLAGE_REGISTRAR, WARD))
    described = reverse("office:act", args=[case.pk, "person_described"])
    said = filled(village.get(described))
    assert village.post(described, said | {"area": "73.72.01.1001"}).status_code == 422
    assert village.post(described, said | {"area": WARD}).status_code == 302
    entry = EntryRow.objects.get(kind="person_described").id
    address = reverse("office:correct", args=[case.pk, entry])
    assert village.post(address, {"area": "73.72.01.1001", "why": "Pindah"}).status_code == 422
    assert village.post(address, {"area": f"{WARD}.004", "why": "RW 4"}).status_code == 302
    case.refresh_from_db()
    assert case.area == f"{WARD}.004"


def test_who_ticks_one_more_reason_keeps_those_that_were_known(parepare: Office) -> None:
    case = parepare.report()
    admin = parepare.as_(Duty.MAIN_ADMIN)
    address = reverse("office:act", args=[case.pk, "person_described"])
    said = filled(admin.get(address))
    assert (said["groups"], said["documents"]) == (["frail_elderly"], ["ktp_el"])
    assert admin.post(address, said | {"groups": [*said["groups"], "disability"]}).status_code == 302

    def known() -> set[str]:
        facts = {fact.name: fact.value for fact in person_facts(journal.entries(case.pk))}
        assert state_of(case).wanted == ["ktp_el"]
        return set(facts["groups"])

    told = journal.entries(case.pk)[-1].body
    assert known() == {"frail_elderly", "disability"}
    assert told.documents is None and told.blocked_services is None, "what was known is not told again"
    clerk = parepare.as_(Duty.DATA_ENTRY)
    said = filled(clerk.get(address))
    assert not said.get("groups"), "health is not for them to see"
    assert clerk.post(address, said | {"groups": ["gravely_ill"]}).status_code == 302
    assert known() == {"frail_elderly", "disability", "gravely_ill"}


def test_a_list_of_what_is_known_can_be_emptied_by_whoever_may_see_it(parepare: Office) -> None:
    case = parepare.report(preferred_days=["mon", "thu"])
    admin, clerk = parepare.as_(Duty.MAIN_ADMIN), parepare.as_(Duty.DATA_ENTRY)
    address = reverse("office:act", args=[case.pk, "person_described"])

    def known(name: str) -> list[str]:
        facts = {fact.name: fact.value for fact in person_facts(journal.entries(case.pk))}
        return list(facts.get(name, []))

    said = filled(clerk.get(address))
    assert clerk.post(address, said | {"groups": [], "address": "Jalan Bau Massepe 7"}).status_code == 302
    assert known("groups") == ["frail_elderly"], "nobody empties what they are not shown"
    lists = {"groups": [], "preferred_days": [], "blocked_services": []}
    said = filled(admin.get(address))
    assert (said["preferred_days"], said["blocked_services"]) == (["mon", "thu"], ["health_insurance"])
    assert state_of(case).urgency is not Urgency.NORMAL
    assert admin.post(address, said | lists).status_code == 302
    assert [known(name) for name in lists] == [[], [], []]
    assert state_of(case).urgency is Urgency.NORMAL, "it followed from the services"
    again = filled(admin.get(address))
    assert not again.get("groups") and admin.post(address, again | {"needs": "Kursi roda"}).status_code == 302
    assert journal.entries(case.pk)[-1].body.groups is None, "said once"


def test_a_blocked_service_that_was_ticked_by_mistake_is_urgent_no_more_once_corrected(
    parepare: Office,
) -> None:
    case = parepare.report(blocked_services=["health_care"])
    assert state_of(case).urgency is Urgency.EMERGENCY
    address = reverse("office:correct", args=[case.pk, journal.entries(case.pk)[0].id])
    admin = parepare.as_(Duty.MAIN_ADMIN)
    said = filled(admin.get(address)) | {"blocked_services": [], "why": "Salah centang"}
    corrected = admin.post(address, said)
    assert corrected.status_code == 302, problems(corrected)
    assert state_of(case).urgency is Urgency.NORMAL


def test_cases_are_merged_by_ticket_and_separated_again(parepare: Office) -> None:
    case, other = parepare.report(), parepare.report(name="Siti Aminah", anyway="1")
    wrong = parepare.act(case, "merged", Duty.MAIN_ADMIN, into="PRE-2222-22")
    assert wrong.status_code == 422
    itself = parepare.act(case, "merged", Duty.MAIN_ADMIN, into=case.ticket)
    assert itself.status_code == 422
    state = parepare.done(case, "merged", Duty.MAIN_ADMIN, into=other.ticket.lower())
    assert (state.status, state.merged_into) == (Status.MERGED, other.pk)
    assert other.ticket in parepare.page(case, Duty.MAIN_ADMIN)
    circle = parepare.act(other, "merged", Duty.MAIN_ADMIN, into=case.ticket)
    assert circle.status_code == 422
    state = parepare.done(case, "separated", Duty.MAIN_ADMIN, note="Saudara kembar")
    assert state.status is Status.REPORTED


def test_a_case_closes_for_another_reason_too(parepare: Office) -> None:
    case = parepare.report()
    state = parepare.done(case, "closed", Duty.MAIN_ADMIN, reason="withdrawn")
    assert state.status is Status.CLOSED


def test_a_complaint_is_answered_from_its_own_list(parepare: Office) -> None:
    case = parepare.report()
    parepare.done(case, "complaint", Duty.SCHEDULER, about="illegal_levy", text="Diminta uang bensin")
    state = parepare.done(
        case, "complaint_answered", Duty.HEAD_OF_SECTION, founded="yes", answer="Petugas ditegur"
    )
    assert not state.complaints


def test_every_general_form_opens_for_who_may_do_it(parepare: Office) -> None:
    case = parepare.report()
    for duty in (Duty.MAIN_ADMIN, Duty.FIELD_OFFICER, Duty.SCHEDULER, Duty.HEAD_OF_SECTION):
        keys = set(re.findall(r"/act/([a-z_]+)/", parepare.page(case, duty)))
        for key in keys:
            response = parepare.as_(duty).get(f"/cases/{case.pk}/act/{key}/")
            assert response.status_code == 200, (duty, key, problems(response))
            assert "Undefined" not in response.content.decode(), (duty, key)  # nothing to begin with is empty
            junk = {
                "_entry": "x",
                "_after": "\x00",
                "text": "\x00",
                "document": "x",
                "day": "besok",
                "nik": "1",
            }
            junk |= {"into": "'", "requirement": "x" * 9999, "raw": "9" * 99, "nik": "1", "answer": "\x01"}
            answer = parepare.as_(duty).post(f"/cases/{case.pk}/act/{key}/", junk)
            assert answer.status_code in (302, 409, 422), (duty, key)


def test_who_sends_a_form_after_the_case_went_on_to_others_keeps_what_was_typed(
    parepare: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = parepare.report()
    parepare.walk(case, until="centre")
    address = reverse("office:act", args=[case.pk, "print_card"])
    printer, colleague = parepare.as_(Duty.PRINTING), signed_in(staff(Duty.PRINTING, PAREPARE))
    said = filled(printer.get(address)) | {"card_number": "KTP-0042"}
    parepare.done(case, "closed", Duty.MAIN_ADMIN, reason="withdrawn")
    response = printer.post(address, said)
    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="KTP-0042"' in page
    assert "sudah beralih" in page and "SITI AMINAH" not in page
    assert reverse("office:case", args=[case.pk]) + '"' not in page  # it would not open
    assert printer.get(address).status_code == 404  # to be sent, not to be read
    assert colleague.post(address, said).status_code == 404  # who never had it open knows of nothing
    monkeypatch.setattr(access, "AFTERGLOW", timedelta(0))
    assert printer.post(address, said).status_code == 404


def test_a_form_that_names_the_person_is_a_look_at_them(parepare: Office) -> None:
    case = parepare.report()
    entry = EntryRow.objects.get(stream=case.pk, kind="reported").id
    looks = AccessLog.objects.filter(stream=case.pk, what="opened", duty="main_admin")
    for n, (name, args) in enumerate(
        [("act", [case.pk, "note"]), ("act", [case.pk, "order"]), ("correct", [case.pk, entry])], start=1
    ):
        parepare.as_(Duty.MAIN_ADMIN).get(reverse(f"office:{name}", args=args))
        assert looks.count() == n, name


@pytest.mark.parametrize(("kind", "said"), [("triaged", "merged_with"), ("merged", "into")])
def test_a_correction_names_the_other_case_by_its_ticket(parepare: Office, kind: str, said: str) -> None:
    case, other = parepare.report(), parepare.report(name="Siti Aminah", anyway="1")
    third = parepare.report(name="Siti Aminah", anyway="1")
    if kind == "merged":
        parepare.done(case, "merged", Duty.MAIN_ADMIN, into=other.ticket)
    else:
        for paper in ("family_card", "phone"):
            parepare.done(case, "papers", Duty.MAIN_ADMIN, requirement=paper)
        parepare.done(case, "accept", Duty.MAIN_ADMIN, result="merged", merged_with=other.ticket)
    entry = EntryRow.objects.get(stream=case.pk, kind=kind).id
    address = reverse("office:correct", args=[case.pk, entry])
    admin = parepare.as_(Duty.MAIN_ADMIN)
    form = filled(admin.get(address))
    assert form[said] == other.ticket
    parepare.done(other, "merged", Duty.MAIN_ADMIN, into=third.ticket)  # it could not be named anew
    same = admin.post(address, form | {"why": "Salah ketik"})
    assert same.status_code == 422
    assert "Tidak ada yang diubah" in problems(same)
    assert admin.post(address, form | {said: third.ticket, "why": "Salah nomor"}).status_code == 302
    assert state_of(case).merged_into == third.pk
