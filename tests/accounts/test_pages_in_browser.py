"""Sign-in, the second factor and the account page in a real browser: axe finds nothing, keys suffice."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django import Settings

from jemput.core.codes import Duty
from tests.people import BATAM, PANGGUL, PASSWORD, account, assign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def flawless(page: Page) -> None:
    """Fails with what axe found."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def sign_in(page: Page, live_server: Any) -> None:
    rini = account("rini", password=PASSWORD, name="RINI WULANDARI")
    assign(rini, Duty.MAIN_ADMIN, PANGGUL)
    assign(rini, Duty.COURIER, BATAM)
    page.goto(live_server.url + "/accounts/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Nama pengguna").fill("rini")
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == live_server.url + "/accounts/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_pages_are_accessible(page: Page, live_server: Any, scheme: Any, width: int) -> None:
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + "/accounts/login/")
    flawless(page)
    sign_in(page, live_server)
    flawless(page)
    page.locator("details.menu summary").click()
    flawless(page)
    for path in ("/accounts/", "/accounts/2fa/activate/", "/accounts/password/", "/accounts/logout/"):
        page.goto(live_server.url + path)
        flawless(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert not errors


def test_the_duty_is_changed_by_keys_alone(page: Page, live_server: Any) -> None:
    sign_in(page, live_server)
    page.locator("details.menu summary").focus()
    page.keyboard.press("Enter")
    page.locator("details.menu .item[aria-current]").focus()
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(live_server.url + "/accounts/")
    assert "Batam" in page.locator("header.site").inner_text()


def test_the_demo_page_signs_in_with_one_click(page: Page, live_server: Any, settings: Settings) -> None:
    settings.JEMPUT_DEMO = True
    for duty in Duty:
        assign(account(f"{duty}.demo", demo=True, name="ORANG REKAAN"), duty)
    page.goto(live_server.url + "/accounts/login/?next=/accounts/")
    flawless(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Kurir").click()
    assert page.url == live_server.url + "/accounts/"
    flawless(page)
