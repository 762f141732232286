"""ON THE SPOT in a real browser: a call, a case, a visit, a card at the door, each by whoever does it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from jemput.core.codes import Duty
from jemput.journal.models import CaseRow
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.front import ELEMENTS, on_the_spot
from tests.people import PAREPARE, PASSWORD, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Desk:
    """People of the office, each at a screen of their own."""

    def __init__(self, browser: Browser, address: str, size: dict[str, int]) -> None:
        self.browser, self.address, self.size = browser, address, size
        self.pages: dict[Duty, Page] = {}
        self.complaints: list[str] = []

    def of(self, duty: Duty) -> Page:
        """The screen of a duty, after signing in by name and password."""
        if duty not in self.pages:
            person = staff(duty, PAREPARE, password=PASSWORD)
            page = self.browser.new_context(locale="id-ID", viewport=self.size).new_page()  # type: ignore[arg-type]
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            page.on("console", self._listen)
            page.goto(f"{self.address}/accounts/login/")
            page.fill("input[name=login]", person.username)
            page.fill("input[name=password]", PASSWORD)
            with page.expect_navigation():
                page.press("input[name=password]", "Enter")
            self.pages[duty] = page
        return self.pages[duty]

    def _listen(self, message: object) -> None:
        text = str(getattr(message, "text", message))
        refused = "status of 422" in text or "status of 403" in text  # a refusal is an answer, not a fault
        if getattr(message, "type", "") == "error" and not refused:
            self.complaints.append(text)

    def case(self, duty: Duty, case: CaseRow) -> Page:
        """The case page on the screen of a duty."""
        page = self.of(duty)
        page.goto(f"{self.address}/cases/{case.pk}/")
        return page

    def do(self, duty: Duty, case: CaseRow, key: str, **said: str) -> Page:
        """Open the case, press the button of a step, fill in what is said, send with the keyboard."""
        page = self.case(duty, case)
        button = page.locator(f"a[href$='/act/{key}/']").first
        if not button.is_visible():
            page.get_by_text("Tindakan lain").click()
        button.click()
        page.wait_for_url("**/act/**")
        for name, value in said.items():
            fill(page, name, value)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".notice.success")).to_be_visible()
        return page


def fill(page: Page, name: str, value: str) -> None:
    """Put a value into a field, whatever kind it is."""
    field = page.locator(f"[name='{name}']").first
    kind = field.get_attribute("type") or field.evaluate("e => e.tagName.toLowerCase()")
    if kind in ("radio", "checkbox"):
        page.locator(f"[name='{name}'][value='{value}']").check()
    elif kind == "select":
        field.select_option(value)
    else:
        field.fill(value)


@pytest.fixture
def desk(
    live_server: LiveServer,
    browser: Browser,
    office_key: None,  # noqa: F811
) -> Iterator[Desk]:
    """The office of Parepare."""
    on_the_spot()
    desk = Desk(browser, live_server.url, {"width": 1280, "height": 900})
    yield desk
    assert desk.complaints == []
    for page in desk.pages.values():
        page.context.close()


def test_a_call_is_written_down_with_the_keyboard_alone_and_served_at_the_door(desk: Desk) -> None:
    page = desk.of(Duty.MAIN_ADMIN)
    page.goto(f"{desk.address}/report/")
    type_a_report(page)
    ticket = page.locator("#ticket").inner_text()
    assert re.search(r"PRE-[2-9A-Z]{4}-[2-9A-Z]{2}", ticket)
    expect(page.get_by_text("GRATIS").first).to_be_visible()
    case = CaseRow.objects.get()
    assert case.ticket in ticket
    assert (case.urgency, case.age_band) == ("high", "70_up")

    desk.do(Duty.MAIN_ADMIN, case, "papers", requirement="family_card")
    desk.do(Duty.MAIN_ADMIN, case, "papers", requirement="phone")
    desk.do(Duty.MAIN_ADMIN, case, "accept", result="accepted")
    desk.do(Duty.MAIN_ADMIN, case, "register_check", result="match")
    desk.do(Duty.HEAD_OF_SECTION, case, "order", team="Tim 1")
    desk.do(Duty.SCHEDULER, case, "schedule")
    officer = Duty.FIELD_OFFICER
    desk.do(officer, case, "visit", partners="family")
    desk.do(officer, case, "consent", basis="consent")
    desk.do(officer, case, "record")
    desk.do(officer, case, "send")
    desk.do(officer, case, "centre", raw="PRINT_READY_RECORD")
    desk.do(officer, case, "print_card")
    page = desk.do(officer, case, "deliver", recipient="Hasnah", relation="child")
    expect(page.locator("#status")).to_have_text("Diserahkan")
    page.get_by_text("Cetak tanda terima").first.click()
    expect(page.get_by_text("GRATIS").first).to_be_visible()
    desk.do(officer, case, "end_visit", outcome="done")
    desk.do(officer, case, "satisfaction", **dict.fromkeys(ELEMENTS, "4"))
    page = desk.do(Duty.MAIN_ADMIN, case, "close")
    case.refresh_from_db()
    assert case.status == "closed"
    assert "against_rules" not in case.flags


FOCUSED = "() => [document.activeElement.name || '', document.activeElement.value || '']"


def type_a_report(page: Page) -> None:
    """Everything by Tab, letters and Alt+S: the mouse is never touched."""
    keys = page.keyboard
    said = {
        "reporter_name": "Hasnah",
        "reporter_phone": "081200000001",
        "name": "Siti Aminah",
        "birth": "umur 70-an",
        "village": "Lapadde",
        "address": "Di belakang masjid",
    }
    done: set[str] = set()
    ticked = {"groups": "frail_elderly", "blocked_services": "health_insurance"}
    for _press in range(80):
        name, value = page.evaluate(FOCUSED)
        if name in said and name not in done:
            done.add(name)
            keys.type(said[name])
        elif ticked.get(name) == value and value not in done:
            done.add(value)
            keys.press("Space")
        elif name == "reporter_relation" and name not in done:
            done.add(name)
            keys.type("Anak")
        if done >= {*said, *ticked.values(), "reporter_relation"}:
            break
        keys.press("Tab")
    assert done >= {*said, *ticked.values(), "reporter_relation"}
    expect(page.locator("#urgency")).to_have_text("Prioritas tinggi")
    keys.press("Alt+s")
    expect(page.locator("#ticket")).to_be_visible()


def test_what_is_wrong_is_named_and_nothing_typed_is_lost(desk: Desk) -> None:
    page = desk.of(Duty.MAIN_ADMIN)
    page.goto(f"{desk.address}/report/")
    for name, value in {"reporter_name": "Hasnah", "village": "Atlantis", "address": "Dekat pasar"}.items():
        page.fill(f"[name={name}]", value)
    page.keyboard.press("Control+Enter")
    errors = page.locator("#errors")
    expect(errors).to_be_focused()
    expect(errors).to_contain_text("Desa atau kelurahan")
    assert page.input_value("[name=address]") == "Dekat pasar"
    assert CaseRow.objects.count() == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_the_screens_of_a_case_keep_the_accessibility_rules(desk: Desk, width: int) -> None:
    desk.size = {"width": width, "height": 900}
    page = desk.of(Duty.MAIN_ADMIN)
    page.goto(f"{desk.address}/report/")
    check(page)
    type_a_report(page)
    check(page)
    case = CaseRow.objects.get()
    check(desk.case(Duty.MAIN_ADMIN, case))
    for key in ("papers", "note", "person_described", "complaint", "closed"):
        page.goto(f"{desk.address}/cases/{case.pk}/act/{key}/")
        check(page)
    page.goto(f"{desk.address}/cases/{case.pk}/act/order/")
    check(page)


def check(page: Page) -> None:
    """axe, WCAG 2.2 AA; and nothing to scroll sideways."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), page.url
