"""Ten wrong PINs in the middle of a form: the phone hands it in, the office reads it and sees to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from jemput.core.codes import Duty
from jemput.core.entries import Note
from jemput.journal.models import EntryRow
from jemput.sync import app, drafts
from tests.browser.field_app import Handset
from tests.journal.cases import Case
from tests.journal.conftest import case, office_key, programme  # noqa: F401  (fixtures)
from tests.people import TRENGGALEK, signed_in, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rini(
    browser: Browser,
    live_server: LiveServer,
    office_key: None,  # noqa: F811
    settings: Any,
    tmp_path: Path,
) -> Iterator[Handset]:
    """Her phone of 360 px; afterwards it has not complained."""
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    settings.MEDIA_ROOT = tmp_path / "files"
    context = browser.new_context(
        locale="id-ID", viewport={"width": 360, "height": 740}, reduced_motion="reduce"
    )
    phone = Handset(context, live_server.url)
    yield phone
    context.close()
    assert phone.wrong == []


def test_what_was_half_written_when_the_pin_was_lost_is_read_at_the_office(
    rini: Handset,
    case: Case,  # noqa: F811
    browser: Browser,
    live_server: LiveServer,
) -> None:
    rini.enrol()
    rini.types_a_note(case, "Ibunya minta datang hari Kamis")
    rini.page.locator("input[type=file]").set_input_files(app.BUILT / "icon-512.png")
    expect(rini.page.get_by_role("button", name="Hapus foto 1")).to_be_visible()
    expect(rini.page.get_by_text("Ambil foto", exact=True)).to_be_visible()  # it is on the disk
    rini.page.reload()
    for left in range(9, 0, -1):
        rini.unlock("000001")
        expect(rini.page.get_by_text(f"Sisa {left} kali lagi")).to_be_visible()
    rini.unlock("000001")
    expect(rini.page.get_by_text("PIN salah sepuluh kali")).to_be_visible()
    expect(rini.page.get_by_text("2 formulir belum selesai")).to_be_visible()
    rini.check("lost in the middle of a form")
    rini.page.get_by_role("button", name="Kirim sekarang").click()
    expect(rini.page.get_by_text("Semua yang Anda tulis sudah ada di kantor")).to_be_visible(timeout=30_000)
    assert not EntryRow.objects.filter(stream=case.stream, kind=Note.kind).exists()

    client = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    context = browser.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([session])  # type: ignore[list-item]
    desk = Handset(context, live_server.url)
    desk.page.goto(f"{live_server.url}/devices/")
    expect(desk.page.get_by_text("1 formulir belum selesai tertinggal")).to_be_visible()
    desk.check("devices")
    with desk.page.expect_navigation():
        desk.page.get_by_role("link", name="Tulis catatan").click()
    expect(desk.page.get_by_text("Ibunya minta datang hari Kamis")).to_be_visible()
    photo = desk.page.get_by_role("img", name="Foto 1")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    desk.check("a begun form")
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="Sudah ditangani").click()
    expect(desk.page.get_by_text("formulir belum selesai tertinggal")).to_be_hidden()
    assert drafts.waiting().count() == 0
    context.close()
    assert desk.wrong == []
