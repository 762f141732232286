"""The three-list story in a real browser, from upload to opened cases; axe looks at each page on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from playwright.sync_api import Page

from jemput import journal
from jemput.core.codes import Duty
from jemput.journal.models import CaseRow
from jemput.people.models import LinkPair, LinkRun
from tests.journal.cases import Case
from tests.lists import linkage
from tests.people import signed_in, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def flawless(page: Page) -> None:
    """Fails with what axe found."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.fixture
def root(live_server: Any, page: Page, settings: Any, tmp_path: Path) -> str:
    """The lists of programme 3, signed in as the main administrator."""
    settings.JEMPUT_KEYS = tmp_path / "keys"
    linkage.register(tmp_path)
    client = signed_in(staff(Duty.MAIN_ADMIN))
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return f"{live_server.url}/lists/3/"


def test_from_three_lists_to_opened_cases(page: Page, root: str, tmp_path: Path) -> None:
    lists = linkage.three_lists()
    here = linkage.village("35.03.02.2001")
    lists["other"] = f"NIK,NAMA,TGL LAHIR,NAMA IBU,DESA\n9905125203550077,TUMINAH,12-03-1955,SAMINAH,{here}\n"
    for source, text in lists.items():
        file = tmp_path / f"{source}.csv"
        file.write_text(text)
        page.goto(root)
        flawless(page)
        page.locator("#id_file").set_input_files(file)
        page.locator("#id_source").select_option(source)
        page.get_by_role("button", name="Lihat daftar").click()
        page.wait_for_url("**/preview/**")
        flawless(page)
        page.get_by_role("button", name="Pakai daftar ini").click()
        page.wait_for_url(root)
    page.get_by_role("button", name="Padankan daftar").click()
    page.get_by_text("baris adalah").wait_for(timeout=60_000)
    assert LinkRun.objects.get().state == "done"

    page.goto(root + "review/")
    flawless(page)
    pair = LinkPair.objects.get(bin="ask")
    page.keyboard.press("s")
    page.get_by_text("Tidak ada pasangan yang menunggu").wait_for()
    page.keyboard.press("u")
    page.locator("#review").wait_for()
    page.wait_for_load_state("load")
    page.keyboard.press("b")
    page.get_by_text("Tidak ada pasangan yang menunggu").wait_for()
    pair.refresh_from_db()
    assert pair.answer == "different"

    page.goto(root + "people/")
    flawless(page)
    assert page.get_by_text("Program yang diusulkan").is_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Buka kasus untuk orang yang dipilih").click()
    page.get_by_text("kasus dibuka").wait_for()
    assert CaseRow.objects.count() >= 4
    flawless(page)

    page.goto(root + "backlog/")
    flawless(page)
    assert "2.028" in page.locator("dl.sums").inner_text()
    with page.expect_navigation():
        page.get_by_role("link", name="kasus sedang berjalan").click()
    assert page.get_by_role("status").first.inner_text() == f"{CaseRow.objects.count()} orang"
    row = LinkPair.objects.filter(bin="same", against="person").first()
    assert row is not None
    page.goto(f"{root}person/?row={row.row_id}")
    flawless(page)


def test_the_map_is_walked_by_keyboard_and_leads_to_the_list_of_a_village(page: Page, root: str) -> None:
    """Four villages with people who are left; whoever cannot see the map reads the table behind it."""
    keren = journal.newest(3)
    for area in ("35.03.01.2001", "35.03.02.2001", "35.03.04.2007", "35.03.11.1004"):
        Case(keren, area=area).reported()
    page.goto(root + "backlog/")
    spots = page.locator("#map a")
    assert spots.count() == 4
    assert spots.evaluate_all("all => all.filter(a => a.tabIndex === 0).length") == 1, "one stop for Tab"
    page.get_by_role("link", name="Lewati peta").focus()
    page.keyboard.press("Tab")
    heard = page.locator("#map-says")
    walked = {heard.inner_text()}
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
        walked.add(heard.inner_text())
    assert len(walked) >= 3 and all("1 tersisa, belum pernah dikunjungi" in said for said in walked)
    village = heard.inner_text().partition(":")[0]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("status").first.inner_text() == "1 orang"
    assert page.get_by_text(village).count() >= 1
    flawless(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_backlog_is_read_on_a_phone(page: Page, root: str, theme: Any) -> None:
    Case(journal.newest(3), area="35.03.02.2001").reported()
    page.set_viewport_size({"width": 360, "height": 780})
    page.emulate_media(color_scheme=theme)
    for path in ("backlog/", "backlog/?area=35.03.02", "people/", "people/?reached=left&sort=longest"):
        page.goto(root + path)
        flawless(page)


def test_columns_are_said_beside_the_first_rows(page: Page, root: str, tmp_path: Path) -> None:
    file = tmp_path / "aneh.csv"
    file.write_text("kode;warga;sekitar\n9903015708510001;SUKARNI;74\n;PAIDI KROMO;80\n")
    page.goto(root)
    page.locator("#id_file").set_input_files(file)
    with page.expect_navigation():
        page.get_by_role("button", name="Lihat daftar").click()
    flawless(page)
    page.get_by_label("Letak judul kolom").select_option("1")
    page.get_by_label("Kolom 1 berisi").select_option("nik")
    with page.expect_navigation():
        page.get_by_role("button", name="Baca daftar dengan kolom ini").click()
    assert "Pilih kolom yang memuat nama" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Kolom 1 berisi").input_value() == "nik", "what was chosen stays"
    flawless(page)
    page.get_by_label("Kolom 2 berisi").select_option("name")
    page.get_by_label("Kolom 3 berisi").select_option("age")
    with page.expect_navigation():
        page.get_by_role("button", name="Baca daftar dengan kolom ini").click()
    assert page.get_by_role("row").filter(has_text="PAIDI KROMO").first.is_visible()
    flawless(page)
