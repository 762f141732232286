"""What was written on the phone reaches the office once, however bad the way there."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from jemput.accounts.models import Access, AccessLog
from jemput.core.codes import Duty
from jemput.journal.backup import backup, restore
from jemput.journal.models import EntryRow
from jemput.journal.verify import verify
from jemput.sync import app, blobs, guard
from jemput.sync.enrol import make_code
from jemput.sync.models import Blob, Device
from jemput.sync.sealing import open_sealed
from tests.browser.field_app import Phone, notes
from tests.journal.cases import Case
from tests.journal.conftest import case, office_key, programme  # noqa: F401
from tests.people import TRENGGALEK, VILLAGE, signed_in, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


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


def test_a_phone_that_a_restored_server_has_forgotten_is_enrolled_anew_and_loses_nothing(
    phone: Phone,
    case: Case,  # noqa: F811
    tmp_path: Path,
) -> None:
    rini = phone()
    hers, of_budi = (staff(Duty.FIELD_OFFICER, VILLAGE[:8]).assignments.get() for _ in range(2))
    backup(tmp_path / "b.tar")
    rini.begin(make_code(hers, hers.account))
    rini.sees_all_in()
    before = Device.objects.get()
    rini.notes(case, "Sudah terkirim")
    rini.sync()
    rini.sees_all_in()
    rini.offline()
    rini.notes(case, "Belum terkirim")
    restore(tmp_path / "b.tar", replace=True)
    rini.offline(False)
    rini.open()
    rini.sync()
    expect(rini.page.get_by_text("Kantor tidak mengenal HP ini lagi")).to_be_visible()

    def types(code: str) -> None:
        rini.page.get_by_label("Kode dari kantor").fill(code)
        rini.page.get_by_role("button", name="Daftarkan").click()

    types(make_code(of_budi, of_budi.account))
    expect(rini.page.get_by_text("petugas dan tugas yang sama")).to_be_visible()
    types(make_code(hers, hers.account))
    rini.sees_all_in()
    assert notes(case) == 2 and rini.waiting() == 0
    [known] = Device.objects.all()
    assert known.id == before.id and known.contiguous == 2
    assert verify().breaks == ()
