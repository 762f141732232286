"""The three-list story in a real browser, from upload to opened cases; axe looks at each page on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from playwright.sync_api import Page

from jemput.core.codes import Duty
from jemput.journal.models import CaseRow
from jemput.people.models import LinkPair, LinkRun
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
    page.get_by_role("button", name="Buka kasus untuk orang yang dipilih").click()
    page.get_by_text("kasus dibuka").wait_for()
    assert CaseRow.objects.count() >= 4
    flawless(page)
    page.goto(root + "backlog/")
    flawless(page)
    row = LinkPair.objects.filter(bin="same", against="person").first()
    assert row is not None
    page.goto(f"{root}person/?row={row.row_id}")
    flawless(page)
