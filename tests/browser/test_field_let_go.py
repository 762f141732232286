"""A phone whose PIN is lost, that was withdrawn or away too long, or that may not read a case any more."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from jemput import journal
from jemput.accounts.models import Assignment
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.journal import erase
from jemput.journal.held import quarantined
from jemput.programmes import packaged
from jemput.sync import drafts, enrol
from jemput.sync.held import still_to_forget
from tests.browser.field_app import Phone, notes
from tests.journal.cases import Case
from tests.journal.conftest import case, office_key, programme  # noqa: F401
from tests.people import MUNJUNGAN

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_after_ten_wrong_pins_only_the_office_can_read_what_waits(
    phone: Phone,
    case: Case,  # noqa: F811
) -> None:
    rini = phone()
    rini.enrol()
    rini.offline()
    rini.notes(case, "Pagar biru")
    rini.offline(False)
    rini.page.reload()
    for left in range(9, 0, -1):
        rini.unlock("000001")
        expect(rini.page.get_by_text(f"Sisa {left} kali lagi")).to_be_visible()
    rini.unlock("000001")
    expect(rini.page.get_by_text("PIN salah sepuluh kali")).to_be_visible()
    rini.check("after ten wrong PINs")
    rini.page.get_by_role("button", name="Kirim sekarang").click()
    expect(rini.page.get_by_text("Semua yang Anda tulis sudah ada di kantor")).to_be_visible()
    assert notes(case) == 1
    rini.page.get_by_role("button", name="Hapus isi HP ini dan mulai lagi").click()
    expect(rini.page.get_by_role("button", name="Daftarkan HP ini")).to_be_visible()
    assert rini.store("(await get('cases')).length + (await get('outbox')).length") == 0


def test_a_withdrawn_phone_hands_in_and_erases_itself(phone: Phone, case: Case) -> None:  # noqa: F811
    rini = phone()
    device = rini.enrol()
    rini.offline()
    rini.notes(case, "Sudah terlambat")
    enrol.revoke(device)
    rini.offline(False)
    rini.sync()
    expect(rini.page.get_by_text("Kantor menarik HP ini dari pemakaian")).to_be_visible()
    assert notes(case) == 0 and [kept.verdict for kept in quarantined()] == ["rejected"]
    assert rini.store("(await Promise.all([...db.objectStoreNames].map(get))).flat().length") == 0


def test_a_phone_that_was_away_too_long_shows_nothing_and_still_takes_reports(
    phone: Phone,
    case: Case,  # noqa: F811
) -> None:
    journal.install(packaged()["jempol-keren"])
    rini = phone(duty=Duty.VILLAGE_REGISTRAR)
    rini.enrol()
    rini.worker()
    rini.offline()
    rini.page.clock.install(time=datetime.now() + timedelta(days=15))
    rini.open()
    rini.go("kasus")
    expect(rini.page.get_by_text("HP ini sudah 14 hari tidak terhubung")).to_be_visible()
    expect(rini.page.get_by_text("SITI AMINAH")).to_have_count(0)
    rini.check("a lease that has run out")
    rini.go("lapor")
    expect(rini.page.get_by_role("textbox").first).to_be_visible()
    later = {"until": (datetime.now(UTC) + timedelta(days=900)).isoformat()}
    rini.store(_LONGER % json.dumps(later))
    rini.open()
    rini.go("kasus")
    expect(rini.page.get_by_text("HP ini sudah 14 hari tidak terhubung")).to_be_visible()
    expect(rini.page.get_by_text("SITI AMINAH")).to_have_count(0)
    rini.offline(False)
    rini.sync()
    expect(rini.page.get_by_text("Jam atau zona waktu HP ini salah")).to_be_visible()
    rini.go("kasus")
    expect(rini.page.get_by_text("SITI AMINAH")).to_be_visible()


_LONGER = """await new Promise((done) => {
  const about = db.transaction("about", "readwrite").objectStore("about");
  about.get("standing").onsuccess = ({ target: { result: standing } }) => {
    standing.lease.text = JSON.stringify({ ...JSON.parse(standing.lease.text), ...%s });
    about.put(standing, "standing").onsuccess = done;
  };
}).then(() => 1)"""


def test_who_is_forgotten_at_the_office_is_gone_from_the_phone(
    phone: Phone,
    case: Case,  # noqa: F811
    programme: Programme,  # noqa: F811
) -> None:
    other = Case(programme).reported(name="SUKARNI", nik=None, phone=None)
    rini = phone()
    device = rini.enrol()
    rini.types_a_note(case, "Belum selesai ditulis")
    erase.erase([case.stream])
    rini.sync()
    rini.sees_all_in()
    assert rini.store("(await get('cases')).map((row) => row.stream)") == [str(other.stream)]
    assert rini.store("(await get('drafts')).length + (await get('packs')).length") == 1
    rini.go("kasus")
    expect(rini.page.get_by_text("SUKARNI")).to_be_visible()
    assert still_to_forget(case.stream) == [device], "it has not said so yet"
    rini.sync()
    expect(rini.page.get_by_text("Mengirim dan mengambil")).to_have_count(0)
    rini.sees_all_in()
    assert still_to_forget(case.stream) == []


def test_a_form_whose_case_leaves_the_phone_is_read_at_the_office(
    phone: Phone,
    case: Case,  # noqa: F811
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    rini = phone()
    device = rini.enrol()
    rini.types_a_note(case, "Ibunya minta datang hari Kamis")
    rini.go("pengaturan")
    rini.page.get_by_text("Hapus isi HP ini").click()
    expect(rini.page.get_by_text("1 catatan, berkas, atau formulir belum selesai")).to_be_visible()
    Assignment.objects.filter(pk=device.assignment_id).update(area=MUNJUNGAN)
    rini.sync()
    rini.sees_all_in()
    assert rini.store("(await get('cases')).length + (await get('drafts')).length") == 0
    [begun] = [drafts.read(draft) for draft in drafts.waiting()]
    assert begun.stream == case.stream and begun.values["text"] == "Ibunya minta datang hari Kamis"


def test_what_the_office_refused_stays_in_sight_until_somebody_was_told(
    phone: Phone,
    case: Case,  # noqa: F811
) -> None:
    rini = phone()
    device = rini.enrol()
    rini.offline()
    rini.notes(case, "Sudah bukan wilayah saya")
    Assignment.objects.filter(pk=device.assignment_id).update(area=MUNJUNGAN)
    rini.offline(False)
    rini.sync()
    expect(rini.page.get_by_role("heading", name="Perlu perhatian")).to_be_visible()
    expect(rini.page.get_by_text("Semua sudah masuk.")).to_be_hidden()
    rini.check("something was refused")
    assert [kept.verdict for kept in quarantined()] == ["rejected"] and notes(case) == 0
    rini.page.reload()
    rini.unlock()
    rini.go("sinkron")
    expect(rini.page.get_by_role("heading", name="Perlu perhatian")).to_be_visible()
    expect(rini.page.get_by_text("versi aplikasi yang lebih baru")).to_have_count(0)
    assert rini.store("(await get('cases')).length") == 0, "the case has left this phone"
    rini.page.get_by_role("button", name="Sudah saya sampaikan").click()
    expect(rini.page.get_by_text("Semua sudah masuk.")).to_be_visible()
