"""The field app in Chromium against a real server: offline, killed, full, updated; nothing is lost."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect
from pytest_django.live_server_helper import LiveServer

from jemput import journal
from jemput.accounts.models import Access, AccessLog, Assignment
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.journal import erase
from jemput.journal.backup import backup, restore
from jemput.journal.held import quarantined
from jemput.journal.models import EntryRow
from jemput.journal.verify import verify
from jemput.programmes import packaged
from jemput.sync import app, blobs, enrol, guard
from jemput.sync.held import still_to_forget
from jemput.sync.models import Blob
from jemput.sync.sealing import open_sealed
from tests.browser.field_app import Handset
from tests.journal.cases import Case
from tests.journal.conftest import case, office_key, programme  # noqa: F401
from tests.people import MUNJUNGAN, TRENGGALEK, signed_in, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Phone = Callable[..., Handset]


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, office_key: None) -> Iterator[Phone]:  # noqa: F811
    """Phones of 360 px; afterwards none has complained."""
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    made: list[Handset] = []

    def make(**more: Any) -> Handset:
        context = browser.new_context(
            locale="id-ID",
            viewport={"width": 360, "height": 740},
            timezone_id="Asia/Jakarta",
            has_touch=True,
            reduced_motion="reduce",
        )
        made.append(Handset(context, live_server.url, **more))
        return made[-1]

    yield make
    for handset in made:
        handset.context.close()
    assert not [w for handset in made for w in handset.wrong]


def notes(case: Case) -> int:  # noqa: F811
    """How many notes the office has of the case."""
    return EntryRow.objects.filter(stream=case.stream, kind="note").count()


def test_a_day_without_signal_and_a_tab_that_was_killed(phone: Phone, case: Case) -> None:  # noqa: F811
    rini = phone()
    device = rini.enrol()
    rini.worker()
    rini.offline()
    rini.open()
    rini.types_a_note(case, "Rumah di belakang masjid")
    rini.page.get_by_role("button", name="Simpan").click(no_wait_after=True)
    rini.page.close()  # in the middle of saving
    rini.page = rini.tab()
    rini.open()
    if not rini.waiting():  # then it was not written, and what was typed is still there
        rini.go(f"kasus/{case.stream}/note")
        expect(rini.page.get_by_label("Catatan")).to_have_value("Rumah di belakang masjid")
        rini.page.get_by_role("button", name="Simpan").click()
        expect(rini.page.get_by_role("heading", name="SITI AMINAH")).to_be_visible()
    assert rini.waiting() == 1 and notes(case) == 0
    rini.sync()
    expect(rini.page.get_by_text("Tidak terhubung dengan kantor")).to_be_visible()
    expect(rini.page.get_by_text("Semua sudah masuk.")).to_be_hidden()
    rini.offline(False)
    rini.sees_all_in()
    assert notes(case) == 1 and rini.waiting() == 0
    rini.sync()
    rini.sees_all_in()
    assert notes(case) == 1
    device.refresh_from_db()
    assert device.contiguous == 1 and not device.gaps


def test_an_answer_that_was_lost_on_the_way_doubles_nothing(phone: Phone, case: Case) -> None:  # noqa: F811
    rini = phone()
    rini.enrol()
    rini.offline()
    for text in ("satu", "dua"):
        rini.notes(case, text)
    rini.offline(False)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    rini.context.route("**/sync/push", lose, times=1)
    rini.sync()
    rini.sees_all_in()
    assert notes(case) == 2 and rini.waiting() == 0


def test_two_tabs_write_and_send_at_once(phone: Phone, case: Case) -> None:  # noqa: F811
    rini = phone()
    rini.enrol()
    other = Handset(rini.context, rini.root)
    other.open()
    rini.notes(case, "dari satu")
    other.notes(case, "dari dua")
    for tab in (rini, other):
        tab.sync()
    for tab in (rini, other):
        tab.sees_all_in()
    assert notes(case) == 2
    assert sorted(rini.store("(await get('outbox')).map((row) => row.seq)")) == [1, 2]
    assert not other.wrong


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


def test_a_full_phone_says_so_and_keeps_what_was_typed(phone: Phone, case: Case) -> None:  # noqa: F811
    rini = phone()
    rini.enrol()
    cdp = rini.context.new_cdp_session(rini.page)
    origin = {"origin": rini.root}
    cdp.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": 1})
    rini.page.wait_for_timeout(31_000)  # so long Chromium believes what room it found before
    rini.types_a_note(case, "Jembatan putus")
    rini.page.get_by_role("button", name="Simpan").click()
    expect(rini.page.get_by_text("Penyimpanan penuh")).to_be_visible()
    expect(rini.page.get_by_label("Catatan")).to_have_value("Jembatan putus")
    assert rini.waiting() == 0
    cdp.send("Storage.overrideQuotaForOrigin", origin)
    rini.page.get_by_role("button", name="Sudah saya baca").click()
    rini.page.get_by_role("button", name="Simpan").click()
    expect(rini.page.get_by_role("heading", name="SITI AMINAH")).to_be_visible()
    rini.sync()
    rini.sees_all_in()
    assert notes(case) == 1


def test_the_app_is_updated_while_something_waits(
    phone: Phone,
    case: Case,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built = tmp_path / "field"
    shutil.copytree(app.BUILT, built)
    monkeypatch.setattr(app, "BUILT", built)
    rini = phone()
    rini.enrol()
    rini.worker()
    rini.offline()
    rini.notes(case, "Sebelum diperbarui")
    rini.offline(False)
    page, worker = built / "index.html", built / "sw.js"
    page.write_text(page.read_text().replace("<body>", '<body data-build="next">'))
    worker.write_text(re.sub(r'jemput-\$\{"\w+"\}', 'jemput-${"next"}', worker.read_text()))
    rini.page.reload()
    rini.unlock()
    rini.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
    update = rini.page.get_by_role("button", name="Perbarui")
    expect(update).to_be_visible()
    assert rini.page.locator("body[data-build]").count() == 0, "nothing changes until somebody takes it"
    rini.check("the offer of a new version")
    with rini.page.expect_navigation():
        update.click()
    rini.unlock()
    expect(rini.page.locator("body[data-build]")).to_have_count(1)
    rini.sync()
    rini.sees_all_in()
    assert notes(case) == 1


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


def test_without_any_signal_a_sealed_file_brings_everything(
    phone: Phone,
    case: Case,  # noqa: F811
) -> None:
    rini = phone()
    rini.enrol()
    rini.offline()
    rini.notes(case, "Tanpa sinyal seminggu")
    rini.go("sinkron")
    with rini.page.expect_download() as saved:
        rini.page.get_by_role("button", name="Simpan berkas tersegel").click()
    file = Path(saved.value.path())
    assert re.fullmatch(r"jemput-P\d+-\d{12}\.jemput", saved.value.suggested_filename)
    assert "seminggu" not in file.read_text() and "note" not in file.read_text()
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))

    def brought(content: bytes) -> str:
        altered = file.with_suffix(".jemput")
        altered.write_bytes(content)
        with altered.open("rb") as stream:
            return office.post("/devices/file/", {"file": stream}).content.decode()

    first = file.read_bytes()
    for bad in (first[:-20], first.replace(b"sealed", b"Sealed"), first[: first.rfind(b"{")], b"%PDF", b""):
        assert "alert" in brought(bad) and notes(case) == 0
    assert "1 catatan baru diterima" in brought(first) and notes(case) == 1
    assert "1 catatan sudah ada di sini" in brought(first) and notes(case) == 1
    rini.offline(False)
    rini.sees_all_in()
    assert notes(case) == 1


def test_five_minutes_without_a_touch_lock_the_phone(phone: Phone, case: Case) -> None:  # noqa: F811
    rini = phone()
    rini.enrol()
    rini.page.clock.install()
    rini.open()
    rini.go("kasus")
    expect(rini.page.get_by_text("SITI AMINAH")).to_be_visible()
    rini.page.clock.fast_forward("05:01")
    expect(rini.page.get_by_label("PIN")).to_be_visible()
    assert "SITI AMINAH" not in rini.page.content()


def test_everybody_can_read_every_screen(phone: Phone, case: Case, programme: Programme) -> None:  # noqa: F811
    rini = phone()
    rini.page.goto(f"{rini.root}/lapangan/")
    expect(rini.page.get_by_role("button", name="Daftarkan HP ini")).to_be_visible()
    rini.check("signing in")
    rini.enrol()
    paths = ["hari-ini", "kasus", f"kasus/{case.stream}", f"kasus/{case.stream}/note", "lapor"]
    for path in [*paths, "sinkron", "pengaturan"]:
        rini.go(path)
        expect(rini.page.locator("h1")).to_be_visible()
        expect(rini.page.locator(".busy")).to_have_count(0)
        rini.check(path)
    rini.page.get_by_text("Hapus isi HP ini").click()
    rini.page.get_by_text("Ganti PIN").click()
    rini.check("settings, opened")
    rini.page.reload()
    expect(rini.page.get_by_label("PIN")).to_be_visible()
    rini.check("the lock")


def test_a_photo_follows_its_entry_piece_by_piece(
    phone: Phone,
    case: Case,  # noqa: F811
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    rini = phone()
    rini.enrol()
    rini.offline()
    rini.types_a_note(case, "Kartu lama")
    rini.page.locator("input[type=file]").set_input_files(app.BUILT / "icon-512.png")
    expect(rini.page.get_by_role("button", name="Hapus foto 1")).to_be_visible()
    rini.page.get_by_role("button", name="Simpan").click()
    expect(rini.page.get_by_role("heading", name="SITI AMINAH")).to_be_visible()
    rini.context.route("**/sync/files/**", lambda route: route.abort())
    rini.offline(False)
    rini.sync()
    expect(rini.page.get_by_text("Tidak terhubung dengan kantor")).to_be_visible()
    expect(rini.page.get_by_text("Foto dan tanda tangan yang menunggu dikirim")).to_be_visible()
    [named] = EntryRow.objects.get(stream=case.stream, kind="note").clear["files"]
    assert not Blob.objects.filter(digest=named).exclude(complete_at=None).exists()
    rini.context.unroute("**/sync/files/**")
    rini.sync()
    rini.sees_all_in()
    blob = Blob.objects.get(digest=named)
    sealed = (tmp_path / "files" / named[:2] / named).read_bytes()
    shown = open_sealed(sealed, blobs.PURPOSE)
    assert blob.complete_at and shown[:3] in (b"\xff\xd8\xff", b"RIF")
    pages, picture = f"/cases/{case.stream}/files/", f"/cases/{case.stream}/files/{named}/"
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    assert pages in office.get(f"/cases/{case.stream}/").content.decode()
    assert picture in office.get(pages).content.decode()
    before = AccessLog.objects.filter(stream=case.stream, what=Access.OPENED).count()
    drawn = office.get(picture)
    assert drawn.content == shown and drawn["Content-Type"].startswith("image/")
    assert AccessLog.objects.filter(stream=case.stream, what=Access.OPENED).count() == before + 1
    for duty in (Duty.HEAD_OF_OFFICE, Duty.PRINTING):
        assert signed_in(staff(duty, TRENGGALEK)).get(picture).status_code == 404


def test_a_busy_office_and_one_that_takes_little_at_once_get_everything(
    phone: Phone,
    case: Case,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rini = phone()
    rini.enrol()
    rini.offline()
    for n in range(5):
        rini.notes(case, f"catatan {n}")
    rini.offline(False)
    monkeypatch.setattr(guard, "PATIENCE", 0.01)
    monkeypatch.setattr(guard, "AWAY", (2, 2))
    with monkeypatch.context() as busy:
        busy.setattr(guard, "_turn", threading.BoundedSemaphore(1))
        guard._turn.acquire()
        rini.sync()
        expect(rini.page.get_by_text("Kantor sedang sibuk")).to_be_visible()
        assert notes(case) == 0
    monkeypatch.setattr(guard, "MOST_BODY", 2000)  # about two of them
    rini.sees_all_in()  # by itself, and in halves
    assert notes(case) == 5


def test_a_server_restored_from_yesterday_gets_again_what_it_lost(
    phone: Phone,
    case: Case,  # noqa: F811
    tmp_path: Path,
) -> None:
    rini = phone()
    rini.enrol()
    backup(tmp_path / "b.tar")
    rini.notes(case, "Ditulis sesudah cadangan")
    rini.sync()
    rini.sees_all_in()
    assert notes(case) == 1
    restore(tmp_path / "b.tar", replace=True)
    assert notes(case) == 0
    rini.sync()
    rini.sees_all_in()
    assert notes(case) == 1
    assert verify().breaks == ()


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
