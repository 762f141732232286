"""Three people with a phone: an officer who mistyped, an agent of an RW, a village registrar."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import DataCondition, Document, Duty, Group
from jemput.core.corrections import as_corrected
from jemput.intake import new_id
from tests.browser.field_phone import (  # noqa: F401
    ACCEPTED,
    ISLANDS,
    WARD,
    Given,
    Phones,
    Thumb,
    at_home,
    handed_out,
    installed,
    papers_to_collect,
)
from tests.browser.test_field_day import kinds, state_of
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import BATAM, BEKASI, TRENGGALEK, VILLAGE, signed_in, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def opens(phone: Thumb, name: str) -> None:
    """A case, found by its name."""
    phone.to("Kasus")
    phone.page.get_by_role("searchbox").fill(name)
    phone.page.get_by_role("link", name=re.compile(name)).first.click()
    phone.heading(name)


def sent(phone: Thumb) -> None:
    """Back where there is signal."""
    phone.offline(False)
    phone.sees_all_in()


def test_an_officer_mends_what_was_typed_ten_minutes_ago(handed_out: Phones) -> None:  # noqa: F811
    joko = at_home(installed("odgj-batam"))
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    phone.enrol()
    phone.worker()
    phone.offline()
    opens(phone, "JOKO PRASETYO")
    phone.press(re.compile("^Datangi lokasi"))
    expect(phone.question("partners").get_by_role("checkbox").first).to_be_checked()
    phone.press("Simpan")
    phone.sees("Tersimpan: Datangi lokasi")

    # Who he is opens filled in; only what is new is written, and no box that was ticked is lost.
    phone.press(re.compile("^Identifikasi"))
    expect(phone.question("name").get_by_role("textbox")).to_have_value("JOKO PRASETYO")
    phone.write("mother", "Suminah")
    phone.page.get_by_text("Pertanyaan lain").click()
    expect(phone.question("groups").get_by_label("Orang Dengan Gangguan Jiwa (ODGJ)")).to_be_checked()
    phone.choose("groups", "Enggan atau takut datang")
    phone.shot("person")
    phone.press("Simpan")
    phone.page.locator(".steps a", has_text="Jelaskan dengan cara").first.click()
    phone.choose("basis", "Persetujuan wali")
    expect(phone.question("by").get_by_role("textbox")).to_have_value("SRI WAHYUNI")
    phone.press("Kembali")
    phone.press(re.compile("Pastikan kondisi"))
    phone.choose("go_ahead", "Ya")
    phone.write("risk", "Pisau di dapur")
    phone.press("Simpan")

    # It was another house; he was not calm either.
    phone.page.get_by_text("Catatan Anda di sini (3)").click()
    phone.shot("written")
    phone.page.get_by_role("link", name=re.compile("^Pastikan kondisi.*Koreksi", re.S)).click()
    phone.press("Simpan koreksi")
    phone.sees("Belum ada yang diubah.")
    phone.choose("calm", "Tidak")
    phone.write("risk", "")
    phone.page.wait_for_timeout(800)  # sealed twice, it is on the disk a moment after the keystroke
    phone.page.reload()  # the phone falls into the water
    phone.unlock()
    expect(phone.question("risk").get_by_role("textbox")).to_have_value("")
    phone.shot("correction")
    phone.press("Simpan koreksi")
    phone.sees("Tersimpan: Pastikan kondisi")
    phone.page.get_by_text("Catatan Anda di sini (3)").click()
    phone.sees(re.compile("dikoreksi"))

    # The visit was none at all: she takes its note of the person back.
    phone.page.get_by_role("link", name=re.compile("^Identifikasi.*Koreksi", re.S)).click()
    phone.page.get_by_text("Ini sama sekali tidak terjadi").click()
    phone.page.get_by_label("Mengapa keliru").fill("Orang lain")
    phone.press("Batalkan catatan ini")
    phone.sees("Catatan Anda di sini (2)")
    sent(phone)

    assert kinds(joko.stream)[-5:] == [
        *("visit_started", "person_described", "condition_checked", "corrected", "corrected")
    ]
    told = journal.entries(joko.stream)
    described = next(x.body for x in told if isinstance(x.body, e.PersonDescribed))
    assert described.name is None and described.mother == "SUMINAH"
    assert described.groups == [Group.MENTAL_DISORDER, Group.RELUCTANT]
    condition = next(x.body for x in as_corrected(told) if isinstance(x.body, e.ConditionChecked))
    assert (condition.go_ahead, condition.calm, condition.risk) == (True, False, None)
    assert not any(isinstance(x.body, e.PersonDescribed) for x in as_corrected(told))
    page = signed_in(staff(Duty.MAIN_ADMIN, BATAM)).get(f"/cases/{joko.stream}/").content.decode()
    assert "Salah ketik" in page


def test_an_agent_sees_a_collection_end_also_after_the_office_has_it(handed_out: Phones) -> None:  # noqa: F811
    family = papers_to_collect(installed("halo-pamor", BEKASI))
    phone = handed_out(Duty.RW_AGENT, WARD)
    phone.enrol()
    phone.worker()
    phone.offline()
    opens(phone, "HENDRA")
    phone.press(re.compile("^Datang ke rumah"))
    phone.press("Simpan")
    phone.press(re.compile("^Hentikan kunjungan|^Akhiri"))
    phone.choose("outcome", "Tidak ada orang di rumah")
    phone.press("Simpan")
    phone.sees("Perlu kunjungan ulang")
    sent(phone)
    # How it ended is a health fact, which an agent's phone does not get back: that it ended, it does.
    assert state_of(family.stream).visit is None
    opens(phone, "HENDRA")
    phone.sees("Perlu kunjungan ulang")
    expect(phone.page.get_by_text("di tempat sejak")).to_be_hidden()
    expect(phone.page.get_by_text("aplikasi yang lebih baru")).to_be_hidden()
    phone.page.get_by_text("Catatan Anda di sini").click()
    phone.page.get_by_role("link", name=re.compile("^Akhiri.*Koreksi", re.S)).click()
    expect(phone.question("outcome")).to_be_hidden()
    phone.write("again_on", "2030-01-14")
    phone.press("Simpan koreksi")
    phone.sees("Tersimpan: Akhiri")
    sent(phone)
    ended = next(x.body for x in as_corrected(journal.entries(family.stream)) if x.kind == "visit_ended")
    assert isinstance(ended, e.VisitEnded)
    assert (ended.outcome, str(ended.again_on)) == (e.VisitOutcome.NOT_HOME, "2030-01-14")


def test_a_registrar_sees_what_becomes_of_a_report_and_what_waits(handed_out: Phones) -> None:  # noqa: F811
    keren = installed("jempol-keren", TRENGGALEK)
    known = {"documents": [Document.KTP_EL], "condition": DataCondition.NO_DOCUMENTS}
    Given(keren, VILLAGE, name="SUMINI", **known).says(Duty.MAIN_ADMIN, ACCEPTED)
    mine = Given(keren, VILLAGE, name="TUKIMIN", **known).says(Duty.MAIN_ADMIN, ACCEPTED)
    visit = new_id()
    mine.says(Duty.HEAD_OF_SECTION, e.Ordered(team="tim_1"))
    mine.says(
        Duty.FIELD_OFFICER,
        e.VisitStarted(visit=visit),
        e.BiometricsChecked(result="not_found"),
        e.BiodataChecked(result=e.BiodataResult.NOT_FOUND),
        e.FormFilled(),
    )
    phone = handed_out(Duty.VILLAGE_REGISTRAR, VILLAGE)
    phone.enrol()
    phone.worker()
    phone.offline()
    opens(phone, "SUMINI")
    phone.sees("Saat ini tidak ada yang menunggu Anda")
    phone.sees("Terbitkan surat tugas tim")
    phone.shot("waits-elsewhere")
    phone.press("Ke daftar hari ini")
    phone.to("Kasus")
    expect(phone.page.get_by_role("searchbox")).to_have_value("SUMINI")  # as it was left
    phone.page.get_by_role("searchbox").fill("")
    phone.page.get_by_text("Menunggu Anda (1)").click()
    phone.sees("TUKIMIN")
    phone.sees(re.compile("^Tenggat"))
    expect(phone.page.get_by_text("SUMINI")).to_be_hidden()
    phone.shot("waiting-cases")
    phone.page.get_by_role("link", name=re.compile("TUKIMIN")).click()
    phone.press(re.compile("^Dinas Sosial atau PRD mengajukan"))
    phone.press("Simpan")
    phone.sees(re.compile("^Tersimpan: Dinas Sosial atau PRD mengajukan"))
    sent(phone)
    assert kinds(mine.stream)[-1] == "application_filed"


def test_in_a_home_where_each_must_be_checked_no_tap_ends_a_visit(handed_out: Phones) -> None:  # noqa: F811
    keren = installed("jempol-keren")
    place = {"place_name": "Panti Asuhan Kasih", "documents": [Document.KTP_EL]}
    adil, budiman = (
        Given(keren, f"{ISLANDS}.1004", name=name, **place)
        .says(Duty.MAIN_ADMIN, ACCEPTED)
        .says(Duty.HEAD_OF_SECTION, e.Ordered(team="tim_1"))
        .promised()
        for name in ("ADIL", "BUDIMAN")
    )
    budiman.says(Duty.MAIN_ADMIN, e.ConsentWithdrawn())
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    phone.enrol()
    phone.worker()
    phone.to("Hari ini")
    phone.sees("2 orang di satu tempat")
    phone.offline()
    phone.press("Satu per satu")
    expect(phone.page.get_by_text("Kewajiban publik kantor")).to_be_hidden()  # nowhere to write it down
    phone.press(re.compile("^Buka orang ini"), phone.page.get_by_role("article", name="ADIL"))
    phone.heading("ADIL")
    expect(phone.page.get_by_role("link", name=re.compile("^Cek biometrik")).first).to_be_visible()
    phone.to("Hari ini")
    phone.press("Satu per satu")
    phone.press(re.compile("^Buka orang ini"), phone.page.get_by_role("article", name="BUDIMAN"))
    phone.heading("BUDIMAN")
    phone.sees("Saat ini tidak ada yang menunggu Anda")
    phone.page.get_by_text("Hal lain").click()
    phone.press("Catat persetujuan")
    phone.choose("basis", "Persetujuan wali")
    phone.press("Simpan")
    phone.press(re.compile("^Datangi lokasi"))
    phone.heading(re.compile("^Datangi lokasi"))
    sent(phone)
    started = journal.entries(adil.stream)[-1].body
    assert isinstance(started, e.VisitStarted)
    assert {"institution", "social_worker", "village"} <= set(started.partners)
    assert kinds(budiman.stream)[-1] == "consent_given"
