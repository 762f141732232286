"""From the look-up to the form: in a report and on the case page, also without JavaScript."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from jemput import journal
from jemput.accounts.models import Access, AccessLog
from jemput.core import entries as e
from jemput.core.codes import Duty, Flag
from jemput.journal.models import CaseRow
from jemput.people import who_saw
from jemput.people.models import Seen, Snapshot
from tests.office.front import CALL, Office, filled, install, problems, state_of
from tests.people import signed_in, staff
from tests.register.conftest import DONGKO, OFFICE, PEOPLE, PULE, SUKARNI, row, take_in, write_csv

pytestmark = pytest.mark.django_db
REPORT = "/report/"
LINE = "Mbah Sukarni, Dongko, umur tujuh puluhan, ibunya Painem"


@pytest.fixture
def trenggalek(db: None) -> Office:
    """The office that the extract is of."""
    install("on-the-spot")
    return Office(OFFICE)


def key_of(browser: Client, line: str = LINE) -> str:
    """The key of the first hit."""
    answer = browser.post("/people/look-up/", {"q": line}, headers={"Accept": "application/json"})
    key: str = answer.json()["hits"][0]["key"]
    return key


def chosen(browser: Client, line: str = LINE, **typed: Any) -> HttpResponse:
    """The report page after a hit was chosen."""
    said = filled(browser.get(REPORT)) | typed
    return browser.post(REPORT, said | {"_pick": key_of(browser, line)})


def text(page: HttpResponse) -> str:
    return page.content.decode()


# ---- the report -------------------------------------------------------------------------------------


def test_a_hit_fills_in_the_form_and_the_case_keeps_what_was_used(
    register: Snapshot, trenggalek: Office
) -> None:
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    page = chosen(browser, reporter_name="Hasnah", note="anjing galak", address="Belakang masjid")
    form = filled(page)
    assert "data penduduk per 2 Januari 2026" in text(page)
    said = {n: form[n] for n in ("name", "nik", "birth", "sex", "mother", "family_number", "rw")}
    assert said == {
        "name": "SUKARNI", "nik": SUKARNI, "birth": "07-03-1950", "sex": "female", "mother": "PAINEM",
        "family_number": "9903041203100001", "rw": "2",
    }  # fmt: skip
    assert DONGKO in form["village"]
    assert (form["reporter_name"], form["note"]) == ("Hasnah", "anjing galak"), "nothing typed is lost"
    assert form["address"] == "Belakang masjid", "how to find the place is the caller's word"

    changed = form | {
        "reporter_relation": "child",
        "mother": "Painem binti Karto",
        "groups": ["frail_elderly"],
    }
    saved = browser.post(REPORT, changed | {"documents": ["ktp_el"]})
    assert saved.status_code == 302, problems(saved)
    body = journal.entries(CaseRow.objects.get().pk)[0].body
    assert isinstance(body, e.Reported)
    assert (body.name, body.nik, body.mother) == ("SUKARNI", SUKARNI, "PAINEM BINTI KARTO")
    assert body.extract == date(2026, 1, 2)
    assert {f.value for f in body.from_extract or ()} == {
        "name",
        "nik",
        "family_number",
        "birth",
        "sex",
        "area",
    }


def test_a_form_that_became_about_somebody_else_took_nothing_from_the_register(
    register: Snapshot, trenggalek: Office
) -> None:
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    form = filled(chosen(browser)) | CALL | {"village": DONGKO, "nik": "", "name": "Wagiyem"}
    assert browser.post(REPORT, form).status_code == 302
    body = journal.entries(CaseRow.objects.get().pk)[0].body
    assert isinstance(body, e.Reported)
    assert body.extract is None and body.from_extract is None


def test_whoever_is_chosen_second_gets_nothing_of_the_first(
    trenggalek: Office, db: None, tmp_path: Path
) -> None:
    sukarmi = row("9903044703480002", "SUKARMI", "2", "1948", village=PULE)
    take_in(write_csv(tmp_path / "two.csv", [*PEOPLE, sukarmi]))
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    first = filled(chosen(browser, reporter_name="Hasnah"))
    assert (first["mother"], first["birth"]) == ("PAINEM", "07-03-1950")
    changed = first | {"mother": "Painem binti Karto"}
    key = key_of(browser, "9903044703480002")
    said = {n: filled(browser.post(REPORT, first | {"_pick": key}))[n] for n in first}
    assert (said["name"], said["nik"], said["birth"]) == ("SUKARMI", "9903044703480002", "1948")
    assert (said["mother"], said["family_number"]) == ("", ""), "the register has none of hers"
    assert "Pule" in said["village"] and said["reporter_name"] == "Hasnah"
    again = filled(browser.post(REPORT, changed | {"_pick": key}))
    assert again["mother"] == "Painem binti Karto", "somebody said so"

    late = again | {"birth": "07-03-1950", "reporter_relation": "child", "groups": ["frail_elderly"]}
    saved = browser.post(REPORT, late | {"documents": ["ktp_el"]})
    assert saved.status_code == 302, problems(saved)
    body = journal.entries(CaseRow.objects.get().pk)[0].body
    assert isinstance(body, e.Reported) and "nik" in (body.from_extract or ())
    assert "birth" not in (body.from_extract or ()), "the register knows the year alone"


def test_without_javascript_a_button_searches_and_what_was_typed_stays(
    register: Snapshot, trenggalek: Office
) -> None:
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    form = filled(browser.get(REPORT)) | {"reporter_name": "Hasnah"}
    page = browser.post(REPORT, form | {"q": LINE, "_look": "1"})
    assert page.status_code == 200
    assert f'name="_pick" value="{register.pk}.1"' in text(page)
    assert "Nama sama" in text(page)
    assert (filled(page)["reporter_name"], filled(page)["q"]) == ("Hasnah", LINE)
    assert not CaseRow.objects.exists()


def test_duties_without_the_right_and_offices_without_an_extract_see_no_box(
    register: Snapshot, trenggalek: Office
) -> None:
    install("jempol-keren")
    install("godoc")
    assert 'id="who"' in text(trenggalek.as_(Duty.MAIN_ADMIN).get(REPORT))
    for duty, area in ((Duty.SOCIAL_AGENCY, OFFICE), (Duty.REPORTER, DONGKO)):
        person = signed_in(staff(duty, area))
        page = person.get(REPORT)
        assert 'id="who"' not in text(page)
        if page.status_code == 200:
            refused = person.post(REPORT, filled(page) | {"_pick": f"{register.pk}.1"})
            assert SUKARNI not in text(refused)
    Snapshot.objects.update(state=Snapshot.RETIRED)
    assert 'id="who"' not in text(trenggalek.as_(Duty.MAIN_ADMIN).get(REPORT))


def test_a_key_says_nothing_of_people_of_another_village_or_office(
    register: Snapshot, trenggalek: Office
) -> None:
    registrar = signed_in(staff(Duty.VILLAGE_REGISTRAR, PULE))
    install("jempol-keren")
    form = filled(registrar.get(REPORT))
    for key in (
        f"{register.pk}.1",
        f"{register.pk}.999",
        "999999.1",
        "1.1'--",
        f"{register.pk}.-1",
        "..",
        "9" * 30,
    ):
        page = registrar.post(REPORT, form | {"_pick": key})
        assert page.status_code == 200
        assert "PAINEM" not in text(page) and "sekali lagi" in text(page)
    assert not Seen.objects.exists()


def test_an_extract_that_was_replaced_meanwhile(
    register: Snapshot, trenggalek: Office, tmp_path: Path
) -> None:
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    key, form = key_of(browser), filled(chosen(browser))
    take_in(write_csv(tmp_path / "newer.csv", PEOPLE[:3]), taken_on=date(2026, 2, 1))
    again = browser.post(REPORT, form | {"_pick": key})
    assert "sekali lagi" in text(again)
    assert filled(again)["name"] == "SUKARNI", "what stood in the form stays"
    saved = browser.post(REPORT, form | CALL | {"name": "SUKARNI", "village": DONGKO})
    assert saved.status_code == 302, problems(saved)
    body = journal.entries(CaseRow.objects.get().pk)[0].body
    assert isinstance(body, e.Reported)
    assert (body.extract, body.from_extract) == (date(2026, 1, 2), None)


def test_a_locked_key_is_told_and_the_report_can_be_filled_in_by_hand(
    register: Snapshot, trenggalek: Office, settings: Settings, tmp_path: Path
) -> None:
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    key, form = key_of(browser), filled(browser.get(REPORT)) | {"reporter_name": "Hasnah"}
    settings.JEMPUT_KEYS = tmp_path / "no keys here"
    assert "terkunci" in text(browser.post("/people/look-up/", {"q": LINE}))
    page = browser.post(REPORT, form | {"_pick": key})
    assert page.status_code == 200 and "terkunci" in text(page)
    assert filled(page)["reporter_name"] == "Hasnah"


def test_typing_is_one_search_and_one_line_for_each_person_shown(
    register: Snapshot, trenggalek: Office
) -> None:
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    for end in range(4, len(LINE)):
        answer = browser.post("/people/look-up/", {"q": LINE[:end], "typing": "1"})
        assert answer.status_code == 200
    assert AccessLog.objects.filter(what=Access.SEARCHED).count() == 1
    shown = Seen.objects.values_list("person", "account", "duty", "day")
    assert len(shown) == len(set(shown)) <= len(PEOPLE)
    assert [seen.duty for seen in who_saw(SUKARNI)] == [Duty.MAIN_ADMIN]
    browser.post("/people/look-up/", {"q": LINE})  # the button is a search of its own
    assert AccessLog.objects.filter(what=Access.SEARCHED).count() == 2


# ---- the case page ----------------------------------------------------------------------------------


def reported(office: Office, **said: Any) -> CaseRow:
    """A case in Dongko."""
    return office.report(**({"village": DONGKO, "address": "Dekat pasar"} | said))


def opened(browser: Client, case: CaseRow, key: str) -> HttpResponse:
    """The form that a hit on the case page leads to."""
    who = reverse("office:who", args=[case.pk])
    on = browser.post(who, {"_pick": key})
    assert on.status_code == 307, "the same request, at the form's own address"
    return browser.post(on.headers["Location"], {"_pick": key})


def test_a_nameless_case_is_matched_later_and_loses_nothing(register: Snapshot, trenggalek: Office) -> None:
    case = reported(trenggalek, name="", note="Ditemukan di pasar")
    assert Flag.UNIDENTIFIED in state_of(case).flags
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    assert "Siapa orang ini?" in trenggalek.page(case, Duty.MAIN_ADMIN)
    page = opened(browser, case, key_of(browser))
    assert page.status_code == 200 and "data penduduk per 2 Januari 2026" in text(page)
    form = filled(page)
    assert (form["name"], form["nik"], form["birth_date"], form["mother"]) == (
        "SUKARNI", SUKARNI, "1950-03-07", "PAINEM",
    )  # fmt: skip
    assert not form["area"] and not form["address"], "where the person is, the caller said"
    assert state_of(case).flags.keys() == {Flag.UNIDENTIFIED}, "nothing is recorded before somebody saves"

    saved = browser.post(reverse("office:act", args=[case.pk, "person_described"]), form)
    assert saved.status_code == 302, problems(saved)
    assert Flag.UNIDENTIFIED not in state_of(case).flags
    first, *_between, last = journal.entries(case.pk)
    assert isinstance(first.body, e.Reported) and first.body.note == "Ditemukan di pasar"
    assert isinstance(last.body, e.PersonDescribed)
    assert last.body.extract == date(2026, 1, 2)
    assert "nik" in (last.body.from_extract or ())
    assert "data penduduk" in trenggalek.page(case, Duty.MAIN_ADMIN), "the timeline says where it came from"


def test_a_known_person_is_checked_as_the_programme_asks_and_the_officer_says_the_result(
    register: Snapshot, trenggalek: Office
) -> None:
    case = reported(trenggalek, name="Sukarnih", birth="7 Maret 1950")
    for key, said in (
        ("papers", {"requirement": "family_card"}),
        ("papers", {"requirement": "phone"}),
        ("accept", {"result": "accepted"}),
    ):
        trenggalek.done(case, key, Duty.MAIN_ADMIN, **said)
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    page = opened(browser, case, key_of(browser))
    form = filled(page)
    assert form["nik"] == SUKARNI
    assert form["differences"] == "Nama lengkap: SUKARNI dalam data penduduk, SUKARNIH dalam kasus"
    assert not form.get("result"), "what it amounts to is never guessed"
    check = reverse("office:act", args=[case.pk, "register_check"])
    assert browser.post(check, form).status_code == 422
    assert browser.post(check, form | {"result": "match"}).status_code == 302
    body = journal.entries(case.pk)[-1].body
    assert isinstance(body, e.BiodataChecked)
    assert (body.source, body.extract, body.nik) == ("extract", date(2026, 1, 2), SUKARNI)
    assert 'id="who"' not in trenggalek.page(case, Duty.MAIN_ADMIN), "the person is known now"


def test_the_box_of_a_case_begins_with_what_is_known_and_works_without_javascript(
    register: Snapshot, trenggalek: Office
) -> None:
    case = reported(trenggalek, name="Sukarni", birth="umur 70-an", mother="Painem")
    browser = trenggalek.as_(Duty.MAIN_ADMIN)
    page = text(browser.get(reverse("office:case", args=[case.pk])))
    line = "SUKARNI, Dongko, umur 70-an, ibunya PAINEM"
    assert f'value="{line}"' in page
    answer = browser.post(reverse("office:who", args=[case.pk]), {"q": line, "_look": "1"})
    assert f'value="{register.pk}.1"' in text(answer)
    assert AccessLog.objects.filter(what=Access.SEARCHED).count() == 1
    assert AccessLog.objects.filter(what=Access.OPENED, stream=case.pk).count() == 2


def test_who_may_not_write_the_facts_sees_no_box_on_the_case(register: Snapshot, trenggalek: Office) -> None:
    case = reported(trenggalek, name="")
    assert 'id="who"' not in trenggalek.page(case, Duty.SCHEDULER)
    assert 'id="who"' not in trenggalek.page(case, Duty.EVALUATOR)
    printing = signed_in(staff(Duty.PRINTING))
    assert (
        printing.post(reverse("office:who", args=[case.pk]), {"_pick": f"{register.pk}.1"}).status_code == 404
    )
