"""Looking somebody up without signal, in the part of the register that the phone carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from jemput import journal
from jemput.accounts.models import Access, AccessLog
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.journal.models import CaseRow
from jemput.people import who_saw
from jemput.sync import app
from tests.browser.field_phone import SIZE, Thumb, installed
from tests.register.conftest import DONGKO, OFFICE, SUKARNI, extract, office_key, register  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(
    live_server: LiveServer,
    browser: Browser,
    register: object,  # noqa: F811
    settings: Settings,
    tmp_path: Path,
) -> Iterator[Thumb]:
    """A registrar's phone in Dongko; afterwards nothing has complained, axe neither."""
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    settings.MEDIA_ROOT = tmp_path / "files"
    installed("on-the-spot", by=OFFICE)
    context = browser.new_context(
        locale="id-ID", timezone_id="Asia/Jakarta", viewport=SIZE, has_touch=True, reduced_motion="reduce"
    )
    one = Thumb(context, live_server.url, duty=Duty.VILLAGE_REGISTRAR, area=DONGKO)
    one.page.set_default_timeout(30_000)
    one.page.set_default_navigation_timeout(90_000)
    yield one
    context.close()
    assert one.wrong == []


def test_somebody_met_on_the_way_is_found_without_signal_and_the_office_knows_from_where(
    phone: Thumb,
) -> None:
    phone.enrol()
    phone.worker()
    phone.press("Ambil data penduduk desa")
    phone.sees(re.compile("penduduk .*Dongko.* ada di HP ini, tersegel"))
    phone.shot("register_carried")
    assert phone.store("(await get('extract')).map((row) => row.id)") == [f"slice:{DONGKO}"]
    phone.offline()

    phone.to("Hari ini")
    phone.press("Laporkan orang yang perlu didatangi")
    box = phone.page.get_by_label("Cari di data kependudukan pada HP ini")
    box.fill("sukarni")
    hits = phone.page.locator("button.hit")
    expect(hits).to_have_count(3)  # SUKARMI and SUKARNO sound like her
    expect(hits.first).to_contain_text("07-03-1950")
    expect(hits.first).to_contain_text("ibu PAINEM")
    expect(hits.first).to_contain_text("Sama: Nama")
    phone.shot("register_hits")
    hits.first.click()
    phone.sees("Isian SUKARNI diambil dari data kependudukan per 2 Januari 2026")
    expect(phone.question("nik").locator("input")).to_have_value(SUKARNI)
    expect(phone.question("birth_date").locator("input")).to_have_value("1950-03-07")
    phone.shot("register_picked")
    phone.write("mother", "poniyem")
    phone.press("Kirim laporan")
    ticket = phone.page.locator("strong.number").inner_text()

    phone.offline(False)
    phone.to("Sinkron")
    phone.press(re.compile("Kirim dan ambil sekarang|Mengirim"))
    phone.sees("Semua sudah masuk.")
    told = journal.entries(CaseRow.objects.get(ticket=ticket).pk)[0].body
    assert isinstance(told, e.Reported)
    assert (told.nik, told.mother) == (SUKARNI, "PONIYEM")
    assert told.extract is not None and told.extract.isoformat() == "2026-01-02"
    taken = {field.value for field in told.from_extract or ()}
    assert {"name", "nik", "birth", "sex", "area"} <= taken and "mother" not in taken
    expect(phone.page.get_by_text("Semua sudah masuk.")).to_be_visible()
    assert AccessLog.objects.filter(what=Access.EXPORTED).count() == 1
    for _wait in range(50):
        if [seen.times for seen in who_saw(SUKARNI)] == [2]:
            break
        phone.page.wait_for_timeout(200)
    assert [seen.times for seen in who_saw(SUKARNI)] == [2], "carried away, and opened at the door"

    phone.press("Hapus dari HP ini")
    expect(phone.page.get_by_role("button", name="Ambil data penduduk desa")).to_be_visible()
    assert phone.store("await get('extract')") == []
