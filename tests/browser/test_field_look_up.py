"""Looking somebody up without signal, in the part of the register that the phone carries."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Route, expect

from jemput import journal
from jemput.accounts.models import Access, AccessLog
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.journal.models import CaseRow
from jemput.people import who_saw
from tests.browser.field_phone import Given, Phones, Thumb, handed_out, installed  # noqa: F401
from tests.register.conftest import DONGKO, OFFICE, SUKARNI, extract, office_key, register  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("register"),
]


def test_somebody_met_on_the_way_is_found_without_signal_and_the_office_knows_from_where(
    handed_out: Phones,  # noqa: F811
) -> None:
    installed("on-the-spot", by=OFFICE)
    phone = handed_out(Duty.VILLAGE_REGISTRAR, DONGKO)
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
    assert exported() == 1
    for _wait in range(50):
        if [seen.times for seen in who_saw(SUKARNI)] == [2]:
            break
        phone.page.wait_for_timeout(200)
    assert [seen.times for seen in who_saw(SUKARNI)] == [2], "carried away, and opened at the door"

    phone.press("Hapus dari HP ini")
    expect(phone.page.get_by_role("button", name="Ambil data penduduk desa")).to_be_visible()
    assert phone.store("await get('extract')") == []


FETCH_THE_REST = """() => [...document.querySelectorAll("button")]
  .find((one) => one.textContent.includes("Ambil desa yang belum ada"))?.click()"""
"""In one tab; the phone may have gone on by itself meanwhile."""


def exported() -> int:
    """How often people were carried away."""
    return AccessLog.objects.filter(what=Access.EXPORTED).count()


def test_an_act_in_a_case_says_who_somebody_is_from_the_register_after_a_fetch_that_was_cut(
    handed_out: Phones,  # noqa: F811
) -> None:
    case = Given(installed("on-the-spot", by=OFFICE), DONGKO, name="MBAH KARNI")
    phone = handed_out(Duty.FIELD_OFFICER, DONGKO[:8])
    phone.enrol()

    def cut(route: Route) -> None:
        """The line breaks at the village of the day; those before it have come."""
        if json.loads(route.request.post_data or "{}")["areas"] >= [DONGKO]:
            route.abort()
        else:
            route.continue_()

    phone.context.route("**/sync/people", cut)
    phone.press("Ambil data penduduk desa")
    phone.sees(re.compile("Belum ada: .*Dongko"))
    phone.shot("register_cut")
    come = phone.store("(await get('extract')).map((row) => row.id)")
    assert come and f"slice:{DONGKO}" not in come
    assert exported() == len(come)
    other = Thumb(phone.context, phone.root)
    other.open()
    other.go("sinkron")
    other.sees(re.compile("Belum ada: .*Dongko"))
    phone.context.unroute("**/sync/people")
    for tab in (phone, other):
        tab.page.evaluate(FETCH_THE_REST)
    for tab in (phone, other):
        tab.sees(re.compile("penduduk .*Desa Pringapus.* ada di HP ini"))
        expect(tab.page.get_by_text("Belum ada:")).to_have_count(0)
    assert len(phone.store("await get('extract')")) == 10
    assert exported() == 10, "what had come did not come again, and nothing came twice"
    other.page.close()

    phone.offline()
    phone.go(f"kasus/{case.stream}")
    phone.press("Cari orang ini di data kependudukan")
    phone.page.get_by_label("Cari di data kependudukan pada HP ini").fill("sukarni, painem")
    phone.page.locator("button.hit").first.click()
    phone.sees("Isian SUKARNI diambil dari data kependudukan per 2 Januari 2026")
    expect(phone.question("nik").locator("input")).to_have_value(SUKARNI)
    phone.shot("register_in_a_case")
    phone.write("mother", "poniyem")
    phone.press("Simpan")
    phone.heading(re.compile("SUKARNI"))

    phone.offline(False)
    phone.to("Sinkron")
    phone.press(re.compile("Kirim dan ambil sekarang|Mengirim"))
    phone.sees("Semua sudah masuk.")
    told = journal.entries(case.stream)[-1].body
    assert isinstance(told, e.PersonDescribed)
    assert (told.name, told.nik, told.mother) == ("SUKARNI", SUKARNI, "PONIYEM")
    assert told.extract is not None and told.extract.isoformat() == "2026-01-02"
    taken = {field.value for field in told.from_extract or ()}
    assert {"name", "nik", "birth"} <= taken and "mother" not in taken
