"""The case page: what each duty reads on it."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from jemput import journal
from jemput.accounts.models import AccessLog
from jemput.core.codes import Duty
from jemput.core.entries import Entry, Note
from jemput.intake import new_id
from jemput.journal.models import CaseRow
from jemput.office.words import say_moment
from tests.office.front import NIK, Office, problems

pytestmark = pytest.mark.django_db
PHONE = UUID(int=7)


@pytest.fixture
def case(parepare: Office) -> CaseRow:
    """An elderly woman whose daughter called."""
    return parepare.report(nik=NIK, name="Siti Aminah", birth="", needs="Tuna rungu")


def test_the_page_names_person_ticket_status_and_place(parepare: Office, case: CaseRow) -> None:
    page = parepare.page(case, Duty.MAIN_ADMIN)
    for words in ("SITI AMINAH", case.ticket, "Dilaporkan", "Lapadde", "70 tahun ke atas"):
        assert words in page


def test_what_was_done_without_signal_says_when_it_was_done_and_when_it_came(
    parepare: Office, case: CaseRow
) -> None:
    at = timezone.now()
    done = [
        Entry(
            id=new_id(), stream=case.pk, actor="andi", duty=Duty.FIELD_OFFICER, device=PHONE, device_seq=n,
            occurred_at=at - timedelta(hours=7 * (n - 1)), body=Note(text=f"Catatan {n}"),
        )
        for n in (1, 2)
    ]  # fmt: skip
    assert all(verdict.stored for verdict in journal.append(done))
    page = parepare.page(case, Duty.MAIN_ADMIN)
    with timezone.override("Asia/Makassar"):
        assert page.count("menurut jam HP") == 1
        assert f"Dilakukan {say_moment(done[1].occurred_at)} menurut jam HP" in page


def test_one_primary_action_comes_first(parepare: Office, case: CaseRow) -> None:
    page = parepare.page(case, Duty.MAIN_ADMIN)
    assert page.count('id="primary"') == 1
    assert re.search(r'id="primary"[^>]*/act/papers/', page)


def test_what_waits_for_others_says_for_whom(parepare: Office, case: CaseRow) -> None:
    page = parepare.page(case, Duty.SCHEDULER)
    assert 'id="primary"' not in page
    assert "Dilakukan oleh" in page


def test_the_evaluator_reads_but_has_no_actions(parepare: Office, case: CaseRow) -> None:
    page = parepare.page(case, Duty.EVALUATOR)
    assert "/act/" not in page
    assert "/correct/" not in page


def test_the_evaluator_looks_at_work_and_not_at_persons(parepare: Office, case: CaseRow) -> None:
    page = parepare.page(case, Duty.EVALUATOR)
    for told in ("SITI AMINAH", "HASNAH", "Rumah panggung"):
        assert told in parepare.page(case, Duty.MAIN_ADMIN)
        assert told not in page
    assert case.ticket in page


def test_the_name_of_a_programme_is_a_health_fact(parepare: Office, case: CaseRow) -> None:
    assert "ON THE SPOT" in parepare.page(case, Duty.MAIN_ADMIN)
    assert "ON THE SPOT" not in parepare.page(case, Duty.DATA_ENTRY)


def test_masked_facts_are_shown_for_a_reason_that_is_written_down(parepare: Office, case: CaseRow) -> None:
    page = parepare.page(case, Duty.HEAD_OF_OFFICE)
    assert NIK not in page
    assert "Tuna rungu" not in page
    address = reverse("office:reveal", args=[case.pk])
    shown = parepare.as_(Duty.HEAD_OF_OFFICE).post(address, {"reason": "complaint"}).content.decode()
    assert NIK in shown
    assert "Tuna rungu" in shown
    row = AccessLog.objects.get(what="revealed")
    assert (row.reason, row.stream) == ("complaint", case.pk)
    assert NIK not in str(row.fields)


def test_nothing_is_shown_without_a_reason(parepare: Office, case: CaseRow) -> None:
    response = parepare.as_(Duty.HEAD_OF_OFFICE).post(reverse("office:reveal", args=[case.pk]), {})
    assert response.status_code == 302
    assert not AccessLog.objects.filter(what="revealed").exists()


def test_a_duty_that_may_not_reveal_is_not_offered_it(parepare: Office, case: CaseRow) -> None:
    assert "/reveal/" not in parepare.page(case, Duty.VILLAGE_REGISTRAR)
    assert "Tuna rungu" not in parepare.page(case, Duty.VILLAGE_REGISTRAR)


def test_opening_a_case_is_written_down(parepare: Office, case: CaseRow) -> None:
    parepare.page(case, Duty.SCHEDULER)
    assert AccessLog.objects.filter(what="opened", stream=case.pk, duty="scheduler").count() == 1


def test_a_correction_stands_beside_what_it_corrects(parepare: Office, case: CaseRow) -> None:
    parepare.done(case, "papers", Duty.MAIN_ADMIN, requirement="family_card", note="fotokopi buram")
    browser = parepare.as_(Duty.MAIN_ADMIN)
    entry = re.findall(r"/correct/([0-9a-f-]{36})/", parepare.page(case, Duty.MAIN_ADMIN))[0]
    address = reverse("office:correct", args=[case.pk, entry])
    page = browser.get(address).content.decode()
    assert "fotokopi buram" in page
    said = {"requirement": "other_paper", "note": "surat dokter", "why": "Salah pilih"}
    response = browser.post(address, said)
    assert response.status_code == 302, problems(response)
    page = parepare.page(case, Duty.MAIN_ADMIN)
    assert "<del>fotokopi buram</del>" in page
    assert "surat dokter" in page
    assert "Salah pilih" in page


def test_a_correction_that_changes_nothing_is_not_saved(parepare: Office, case: CaseRow) -> None:
    parepare.done(case, "papers", Duty.MAIN_ADMIN, requirement="family_card")
    entry = re.findall(r"/correct/([0-9a-f-]{36})/", parepare.page(case, Duty.MAIN_ADMIN))[0]
    address = reverse("office:correct", args=[case.pk, entry])
    response = parepare.as_(Duty.MAIN_ADMIN).post(address, {"requirement": "family_card", "why": "?"})
    assert response.status_code == 422
    assert "Tidak ada yang diubah" in response.content.decode()


def test_an_entry_is_taken_back_and_stays_readable(parepare: Office, case: CaseRow) -> None:
    parepare.done(case, "papers", Duty.MAIN_ADMIN, requirement="family_card")
    entry = re.findall(r"/take-back/([0-9a-f-]{36})/", parepare.page(case, Duty.MAIN_ADMIN))[0]
    address = reverse("office:take_back", args=[case.pk, entry])
    browser = parepare.as_(Duty.MAIN_ADMIN)
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"why": ""}).status_code == 422
    assert browser.post(address, {"why": "Kasus lain"}).status_code == 302
    page = parepare.page(case, Duty.MAIN_ADMIN)
    assert "<del>" in page
    assert "Kasus lain" in page


def test_the_report_itself_cannot_be_taken_back(parepare: Office, case: CaseRow) -> None:
    from jemput import journal

    first = journal.entries(case.pk)[0].id
    browser = parepare.as_(Duty.MAIN_ADMIN)
    assert browser.get(reverse("office:take_back", args=[case.pk, first])).status_code == 404
    assert browser.get(reverse("office:correct", args=[case.pk, first])).status_code == 200


def test_others_do_not_correct_what_one_wrote(parepare: Office, case: CaseRow) -> None:
    assert "/correct/" not in parepare.page(case, Duty.SCHEDULER)


def test_when_the_key_is_locked_the_clear_parts_are_still_read(
    parepare: Office, case: CaseRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jemput.journal import keys

    def locked() -> None:
        raise keys.Locked("locked")

    monkeypatch.setattr(keys, "ring", locked)
    page = parepare.page(case, Duty.MAIN_ADMIN)
    assert case.ticket in page
    assert "SITI AMINAH" not in page


def test_no_page_is_heavier_than_100_kb(parepare: Office, case: CaseRow) -> None:
    from django.contrib.staticfiles import finders

    page = parepare.page(case, Duty.MAIN_ADMIN)
    total = len(page.encode())
    for path in re.findall(r'(?:href|src)="/static/([^"?]+\.(?:css|js))"', page):
        with open(finders.find(path), "rb") as file:  # noqa: PTH123
            total += len(file.read())
    assert total < 100_000, total


def test_who_reported_reads_their_own_words_and_which_steps_were_done(parepare: Office) -> None:
    case = parepare.report(Duty.REPORTER, note="Tidak mau keluar kamar")
    parepare.done(case, "note", Duty.MAIN_ADMIN, text="Tetangga takut kepadanya")
    parepare.done(case, "guardian_named", Duty.MAIN_ADMIN, name="Halimah", relation="child")
    parepare.done(case, "papers", Duty.MAIN_ADMIN, requirement="family_card", note="fotokopi buram")
    page = parepare.page(case, Duty.REPORTER)
    for told in ("SITI AMINAH", "Tidak mau keluar kamar", "Dokumen persyaratan diterima", case.ticket):
        assert told in page, told
    for hidden in ("Tetangga takut", "HALIMAH", "Halimah", "fotokopi buram"):
        assert hidden not in page
        assert hidden.upper() in parepare.page(case, Duty.MAIN_ADMIN).upper()
