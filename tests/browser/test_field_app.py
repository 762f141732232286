"""The field app in Chromium against a real server: offline, killed, full, updated; nothing is lost."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jemput.core.programme import Programme
from jemput.sync import app
from tests.browser.field_app import Handset, Phone, notes
from tests.journal.cases import Case
from tests.journal.conftest import case, office_key, programme  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_day_without_signal_and_a_tab_that_was_killed(phone: Phone, case: Case) -> None:  # noqa: F811
    rini = phone()
    device = rini.enrol()
    rini.worker()
    rini.offline()
    rini.open()
    rini.go("sinkron")
    expect(rini.page.get_by_text("Yang baru di kantor sejak")).to_be_visible()
    expect(rini.page.get_by_text("Semua sudah masuk.")).to_be_hidden()
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


def test_a_phone_that_could_not_take_a_days_photos_says_so_before_the_trip(
    phone: Phone,
    case: Case,  # noqa: F811
) -> None:
    rini = phone()
    cdp = rini.context.new_cdp_session(rini.page)
    origin = {"origin": rini.root}
    cdp.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": 20_000_000})
    rini.enrol()
    rini.sees_all_in()
    full = rini.page.get_by_text("Penyimpanan HP hampir penuh")
    expect(full).to_be_visible()
    assert rini.page.evaluate("caches.has('room')") is False, "nothing stays of the test"
    cdp.send("Storage.overrideQuotaForOrigin", origin)
    rini.page.wait_for_timeout(31_000)  # so long Chromium believes what room it found before
    rini.go("kasus")
    expect(rini.page.get_by_text("SITI AMINAH")).to_be_visible()
    rini.go("sinkron")
    expect(rini.page.get_by_role("button", name="Kirim dan ambil sekarang")).to_be_visible()
    rini.page.wait_for_function("async () => !(await navigator.locks.query()).held.length")
    expect(full).to_have_count(0)


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
