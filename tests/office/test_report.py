"""A caller on the phone: the report screen."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from jemput import journal
from jemput.accounts.models import AccessLog
from jemput.core.codes import Duty
from jemput.journal.models import CaseRow, EntryRow
from tests.office.front import CALL, NIK, WARD, Office, filled, install, problems, state_of
from tests.people import signed_in, staff

pytestmark = pytest.mark.django_db


def test_the_ticket_is_read_back_and_the_service_is_free(parepare: Office) -> None:
    case = parepare.report()
    page = parepare.as_(Duty.MAIN_ADMIN).get(reverse("office:reported", args=[case.pk])).content.decode()
    assert case.ticket in page
    assert " ".join(case.ticket.replace("-", " ")) in page
    assert "GRATIS" in page
    assert "Kartu Keluarga" in page


def test_what_follows_is_not_asked(parepare: Office) -> None:
    case = parepare.report()
    assert (case.urgency, case.age_band, case.sex) == ("high", "70_up", "female")
    assert case.area == WARD


def test_a_village_is_typed_by_its_name(parepare: Office) -> None:
    assert parepare.report(village="lapadde").area == WARD
    assert parepare.report(name="Budi", village="Kel. Lapadde", rw="4").area == f"{WARD}.004"


def test_nothing_typed_is_lost_and_each_fault_names_its_field(parepare: Office) -> None:
    wrong = {"village": "Atlantis", "nik": "12345", "birth": "kapan-kapan", "note": "<b>anjing galak</b>"}
    response = parepare.try_report(**wrong)
    page = unescape(response.content.decode())
    assert response.status_code == 422
    for typed in (*wrong.values(), CALL["reporter_name"], CALL["name"], CALL["address"]):
        assert typed in page
    assert "<b>anjing galak</b>" not in response.content.decode()
    for field in ("village", "nik", "birth"):
        assert f'href="#id_{field}"' in page
    assert not EntryRow.objects.exists()


def test_rough_words_and_a_nik_that_does_not_fit_are_told_not_refused(parepare: Office) -> None:
    browser = parepare.as_(Duty.MAIN_ADMIN)
    said = CALL | {"nik": NIK, "sex": "male", "birth": "3 Maret 1970"}
    page = browser.post(reverse("office:report_similar"), said).content.decode()
    assert "perempuan" in page
    assert parepare.report(**said)


def test_urgency_is_shown_while_services_are_ticked(parepare: Office) -> None:
    browser = parepare.as_(Duty.MAIN_ADMIN)
    said = CALL | {"blocked_services": ["health_care"]}
    assert "Prioritas darurat" in browser.post(reverse("office:report_similar"), said).content.decode()


def test_a_person_reported_before_is_shown_beside_with_the_reason(parepare: Office) -> None:
    case = parepare.report(nik=NIK)
    browser = parepare.as_(Duty.MAIN_ADMIN)
    page = browser.post(reverse("office:report_similar"), {"nik": NIK}).content.decode()
    assert case.ticket in page
    assert "NIK sama" in page
    assert AccessLog.objects.filter(what="searched").exists()


def test_a_hit_tells_nothing_to_who_may_not_see_the_case(parepare: Office) -> None:
    parepare.report(nik=NIK)
    registrar = signed_in(staff(Duty.VILLAGE_REGISTRAR, "73.72.01.1004"))
    page = registrar.post(reverse("office:report_similar"), {"nik": NIK}).content.decode()
    assert "NIK sama" not in page
    assert "SITI" not in page


def test_duplicates_not_yet_seen_are_asked_about_once(parepare: Office) -> None:
    first = parepare.report(nik=NIK)
    asked = parepare.try_report(nik=NIK)
    assert asked.status_code == 200
    assert first.ticket in asked.content.decode()
    assert CaseRow.objects.count() == 1
    again = parepare.as_(Duty.MAIN_ADMIN).post(
        reverse("office:report"), filled(asked) | CALL | {"nik": NIK, "anyway": "1"}
    )
    assert again.status_code == 302, problems(again)
    assert CaseRow.objects.count() == 2


def test_a_form_sent_twice_is_one_case(parepare: Office) -> None:
    browser = parepare.as_(Duty.MAIN_ADMIN)
    said = filled(browser.get(reverse("office:report"))) | CALL | {"anyway": "1"}
    first = browser.post(reverse("office:report"), said)
    second = browser.post(reverse("office:report"), said)
    assert first.headers["Location"] == second.headers["Location"]
    assert CaseRow.objects.count() == 1


def test_a_village_registrar_reports_for_the_own_village_only(parepare: Office) -> None:
    browser = signed_in(staff(Duty.VILLAGE_REGISTRAR, WARD))
    page = browser.get(reverse("office:report"))
    assert "Lompoe" not in page.content.decode()
    other = browser.post(reverse("office:report"), filled(page) | CALL | {"village": "73.72.01.1004"})
    assert other.status_code == 422
    own = browser.post(reverse("office:report"), filled(page) | CALL)
    assert own.status_code == 302, problems(own)
    body = journal.entries(CaseRow.objects.get().pk)[0].body
    assert body.channel == "village"


def test_who_lives_elsewhere_is_referred(parepare: Office) -> None:
    case = parepare.report(village="", elsewhere="Kabupaten Trenggalek")
    state = state_of(case)
    assert state.triage == "referred"
    assert case.area == "73.72"


def test_a_registrar_sends_a_neighbours_case_to_the_village_it_belongs_to(parepare: Office) -> None:
    browser = signed_in(staff(Duty.VILLAGE_REGISTRAR, "73.72.01.1004"))
    page = browser.get(reverse("office:report"))
    sent = browser.post(reverse("office:report"), filled(page) | CALL | {"village": "", "elsewhere": WARD})
    assert sent.status_code == 302, problems(sent)
    assert CaseRow.objects.get().area == WARD


def test_duties_outside_the_programme_do_not_report(parepare: Office) -> None:
    assert signed_in(staff(Duty.RW_AGENT, WARD)).get(reverse("office:report")).status_code == 403


def test_another_programme_brings_its_own_choices_and_keeps_what_was_typed(parepare: Office) -> None:
    install("halo-pamor")
    install("godoc")
    browser = signed_in(staff(Duty.MAIN_ADMIN, "35.03"))  # an office without a programme of its own
    said = CALL | {"programme": "5", "change": "1", "village": "Dongko"}
    page = browser.post(reverse("office:report"), said).content.decode()
    assert 'value="birth_certificate"' in page
    assert "Rumah panggung" in page


def test_a_locked_key_keeps_what_was_typed(parepare: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from jemput.journal import keys

    def locked() -> None:
        raise keys.Locked("locked")

    browser = parepare.as_(Duty.MAIN_ADMIN)
    said = filled(browser.get(reverse("office:report"))) | CALL
    monkeypatch.setattr(keys, "ring", locked)
    response = browser.post(reverse("office:report"), said)
    assert response.status_code == 503
    assert CALL["address"] in response.content.decode()


@pytest.mark.parametrize("junk", ["x" * 100_000, "\x00", "'; DROP TABLE", "\u202e" * 50, "9" * 5000])
def test_no_junk_breaks_the_form(parepare: Office, junk: str) -> None:
    browser: Client = parepare.as_(Duty.MAIN_ADMIN)
    for field in (
        *CALL,
        "nik",
        "family_number",
        "phone",
        "rw",
        "elsewhere",
        "_entry",
        "programme",
        "channel",
    ):
        response = browser.post(reverse("office:report"), CALL | {field: junk})
        assert response.status_code in (200, 302, 422), field


def test_the_page_is_light(parepare: Office) -> None:
    page = parepare.as_(Duty.MAIN_ADMIN).get(reverse("office:report")).content.decode()
    assert len(page) < 30_000
    assert not re.search(r"<script(?![^>]*src=)|style=", page)


def test_who_reported_is_shown_no_name_that_the_office_found(parepare: Office) -> None:
    case = parepare.report(Duty.REPORTER, name="Mak Ijah", phone="0812 0000 0088")
    parepare.done(case, "person_described", Duty.MAIN_ADMIN, name="Hadijah Daeng")
    said = CALL | {"name": "Mak Ijah", "phone": "0812 0000 0088", "_entry": ""}
    for duty, name in ((Duty.REPORTER, "MAK IJAH"), (Duty.MAIN_ADMIN, "HADIJAH DAENG")):
        beside = parepare.as_(duty).post(reverse("office:report_similar"), said).content.decode()
        assert case.ticket in beside
        assert {n for n in ("MAK IJAH", "HADIJAH DAENG") if n in beside} == {name}


def test_the_language_and_the_times_that_suit_are_kept_shown_and_corrected(parepare: Office) -> None:
    suits = {"preferred_language": "sign", "preferred_time": "morning", "preferred_days": ["mon", "wed"]}
    case = parepare.report(**suits)
    page = parepare.page(case, Duty.MAIN_ADMIN)
    assert "Bahasa yang dipahami" in page and "Bahasa isyarat Indonesia" in page
    assert "Waktu yang cocok" in page and "Senin, Rabu" in page
    assert "sign" not in str(EntryRow.objects.filter(stream=case.pk).values_list("clear", flat=True))

    entry = journal.entries(case.pk)[0].id
    address = reverse("office:correct", args=[case.pk, entry])
    browser = parepare.as_(Duty.MAIN_ADMIN)
    said = filled(browser.get(address)) | {"preferred_language": "bugis", "why": "Salah dengar"}
    response = browser.post(address, said)
    assert response.status_code == 302, problems(response)
    page = parepare.page(case, Duty.MAIN_ADMIN)
    assert "<del>Bahasa isyarat Indonesia</del>" in page and "Bugis" in page and "Senin, Rabu" in page


def test_that_somebody_signs_is_seen_by_who_plans_and_masked_for_who_enters_data(parepare: Office) -> None:
    case = parepare.report(preferred_language="sign", preferred_time="morning")
    assert "Bahasa isyarat Indonesia" in parepare.page(case, Duty.SCHEDULER)
    page = parepare.page(case, Duty.DATA_ENTRY)
    assert "isyarat" not in page and re.search(r"Bahasa yang dipahami\W.{0,200}?Disamarkan", page, re.S)
    assert "Waktu yang cocok" in page and "Pagi" in page


def test_nobody_needs_to_say_a_language_or_a_time(parepare: Office) -> None:
    page = parepare.page(parepare.report(), Duty.MAIN_ADMIN)
    assert "Bahasa yang dipahami" not in page and "Hari yang cocok" not in page
