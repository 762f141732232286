"""Looking somebody up with the keyboard alone, in the register that comes with the demo."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from playwright.sync_api import Browser, Error, Page, Route, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from jemput import journal
from jemput.accounts.models import Access, AccessLog
from jemput.core import entries as e
from jemput.core.codes import Duty, Flag
from jemput.demo.extract import take_in
from jemput.demo.offices import plans
from jemput.journal import keys
from jemput.journal.models import CaseRow
from jemput.people import who_saw
from tests.office.front import CALL, Office, install, state_of
from tests.people import signed_in, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SAID = "Mbah Sukarni, Dongko, umur tujuh puluhan, ibunya Painem"
NIK = "9903044703509801"
WEIGHT = """() => performance.getEntries()
    .filter((e) => ["navigation", "link", "script"].includes(e.initiatorType) && !e.name.endsWith(".svg"))
    .map((e) => [e.decodedBodySize, e.name.split("/").slice(-2).join("/")])"""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def office(live_server: LiveServer, settings: Settings, tmp_path: Path) -> Office:
    """Trenggalek with the demo's register."""
    settings.JEMPUT_KEYS = tmp_path / "keys"
    keys.init_open()
    install("on-the-spot")
    office = Office("35.03")
    office.as_(Duty.MAIN_ADMIN)
    take_in(plans()[0], date(2026, 11, 20), 7, tmp_path / "nobody.json")
    return office


@pytest.fixture
def page(browser: Browser, office: Office, live_server: LiveServer) -> Iterator[Page]:
    """The main administrator's screen; what its console complains of fails the test."""
    faults: list[str] = []
    yield from screen(browser, office, live_server, faults)
    assert faults == []


def screen(
    browser: Browser, office: Office, live_server: LiveServer, faults: list[str], **how: Any
) -> Iterator[Page]:
    """A browser window in which the main administrator has signed in."""
    context = browser.new_context(**({"locale": "id-ID", "viewport": {"width": 1280, "height": 900}} | how))
    value = office.as_(Duty.MAIN_ADMIN).cookies[django_settings.SESSION_COOKIE_NAME].value
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda m: faults.append(m.text) if m.type == "error" and not _is_no_fault(m.text) else None
    )
    yield page
    context.close()


def _is_no_fault(complaint: str) -> bool:
    """A refusal is an answer; and htmx, beside the form, notes each question given up for a newer one."""
    return "status of 403" in complaint or complaint.startswith(("htmx:afterRequest", "htmx:sendAbort"))


def flawless(page: Page) -> None:
    """Fails with what axe finds on phone and desk, when something runs over the edge, or weighs much."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    weights = page.evaluate(WEIGHT)
    assert 10_000 < sum(size for size, _name in weights) < 101_000, weights


def chosen_by_keyboard(page: Page, name: str) -> None:
    """Arrow down to the first hit, which must be this person, and Enter."""
    hits = page.locator("#who_list [role=option]")
    expect(hits.first).to_contain_text(name)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#who")).to_be_focused()
    active = page.locator("#who").get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_what_a_neighbour_said_brings_the_person_on_top_and_into_the_report(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/report/")
    page.locator("#id_reporter_name").focus()
    page.keyboard.type("Hasnah")
    page.keyboard.press("Alt+o")
    expect(page.locator("#who")).to_be_focused()
    page.keyboard.type(SAID, delay=15)
    first = page.locator("#who_list [role=option]").first
    expect(first).to_contain_text("Desa Dongko")
    expect(first).to_contain_text("07-03-1950")
    expect(first).to_contain_text("Nama sama")
    expect(page.locator("#who_said")).to_have_text(re.compile("orang mungkin dimaksud"))
    flawless(page)
    chosen_by_keyboard(page, "SUKARNI")

    expect(page.locator("#id_name")).to_be_focused()
    filled_in = {"name": "SUKARNI", "nik": NIK, "birth": "07-03-1950", "mother": "PAINEM"}
    for field, value in (filled_in | {"reporter_name": "Hasnah"}).items():
        expect(page.locator(f"#id_{field}")).to_have_value(value)
    expect(page.locator("#id_village")).to_have_value(re.compile("Dongko"))
    expect(page.locator("[name=sex][value=female]")).to_be_checked()
    flawless(page)
    page.locator("#id_reporter_relation").select_option("child")
    page.locator("#id_address").fill("Di belakang masjid")
    page.locator("[name=groups][value=frail_elderly]").check()
    with page.expect_navigation():
        page.keyboard.press("Alt+s")
    case = CaseRow.objects.get()
    body = journal.entries(case.pk)[0].body
    assert isinstance(body, e.Reported)
    assert body.extract == date(2026, 10, 31)
    assert {"name", "nik", "birth", "mother", "area"} <= set(body.from_extract or ())
    assert AccessLog.objects.filter(what=Access.SEARCHED).count() == 1, "a line that is typed is one search"
    assert len(who_saw(NIK)) == 1


def test_a_late_answer_never_takes_the_place_of_a_newer_one(page: Page, live_server: LiveServer) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held or "Sukarni" not in (route.request.post_data or ""):
            route.continue_()
        else:
            held.append(route)

    page.goto(f"{live_server.url}/report/")
    page.route("**/people/look-up/", hold_the_first)
    page.locator("#who").fill("Sukarni, Dongko, 1950")
    page.wait_for_timeout(600)
    assert held, "the first question is on its way"
    page.locator("#who").fill("Sukarmi, Dongko, ibunya Tukinem")
    hits = page.locator("#who_list [role=option]")
    expect(hits.first).to_contain_text("SUKARMI")
    with contextlib.suppress(Error):  # the browser has given the question up, which is as good
        held[0].fulfill(body='<ul class="plain hits"><li><button class="hit">LATE</button></li></ul>')
    page.wait_for_timeout(400)
    expect(page.locator("#who_hits")).not_to_contain_text("LATE")
    page.locator("#who").press("Escape")
    expect(hits).to_have_count(0)
    expect(page.locator("#who")).to_have_attribute("aria-expanded", "false")


def test_a_server_that_does_not_answer_is_told(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/report/")
    page.context.clear_cookies()  # signed out meanwhile: the sign-in page must not stand among the hits
    page.locator("#who").fill("Sukarni, Dongko, 1950")
    expect(page.locator("#who_said")).to_contain_text("Tidak ada jawaban")
    expect(page.locator("#who_hits input")).to_have_count(0)


def test_enter_in_the_box_asks_and_never_saves_and_nobody_found_is_said_aloud(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/report/")
    page.locator("#who").fill("Zzyzx Qwlk, Dongko, 1950, ibunya Wrzl")
    page.locator("#who").press("Enter")
    expect(page.locator("#who_said")).to_contain_text("tidak berarti orangnya tidak ada")
    assert page.url.endswith("/report/") and not CaseRow.objects.exists()


def test_on_the_case_page_a_hit_opens_the_form_to_be_read_and_saved(
    page: Page, live_server: LiveServer, office: Office
) -> None:
    case = office.report(**CALL | {"name": "", "village": "35.03.04.2007", "birth": "umur 70-an"})
    assert Flag.UNIDENTIFIED in state_of(case).flags
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    page.keyboard.press("Alt+o")
    page.keyboard.type(SAID, delay=5)
    expect(page.locator("#who_list")).to_be_visible()
    flawless(page)
    chosen_by_keyboard(page, "SUKARNI")
    assert page.url.endswith("/act/person_described/")
    expect(page.locator("#id_name")).to_have_value("SUKARNI")
    expect(page.locator("#id_nik")).to_have_value(NIK)
    flawless(page)
    assert Flag.UNIDENTIFIED in state_of(case).flags, "nothing is recorded by choosing"
    with page.expect_navigation():
        page.keyboard.press("Alt+s")
    assert Flag.UNIDENTIFIED not in state_of(case).flags
    expect(page.locator("h1")).to_have_text("SUKARNI")


def test_without_javascript_on_a_phone_a_button_searches(
    browser: Browser, office: Office, live_server: LiveServer
) -> None:
    how = {"java_script_enabled": False, "viewport": {"width": 360, "height": 800}}
    for page in screen(browser, office, live_server, [], **how):
        page.goto(f"{live_server.url}/report/")
        page.fill("#id_note", "anjing galak")
        page.fill("#who", SAID)
        with page.expect_navigation():
            page.get_by_role("button", name="Cari", exact=True).click()
        hit = page.locator("#who_hits button").first
        expect(hit).to_contain_text("SUKARNI")
        with page.expect_navigation():
            hit.click()
        expect(page.locator("#id_nik")).to_have_value(NIK)
        expect(page.locator("#id_note")).to_have_value("anjing galak")
        case = office.report(**CALL | {"name": "", "village": "35.03.04.2007"})
        page.goto(f"{live_server.url}/cases/{case.pk}/")
        page.fill("#who", SAID)
        with page.expect_navigation():
            page.get_by_role("button", name="Cari", exact=True).click()
        with page.expect_navigation():
            page.locator("#who_hits button").first.click()
        expect(page.locator("#id_nik")).to_have_value(NIK)


@pytest.mark.parametrize("duty", [Duty.RW_AGENT, Duty.SOCIAL_AGENCY, Duty.REPORTER])
def test_who_may_not_look_up_sees_no_box(duty: Duty, office: Office) -> None:
    install("jempol-keren")
    install("halo-pamor")
    area = "35.03.04.2007.002" if duty is Duty.RW_AGENT else "35.03.04.2007"
    answer = signed_in(staff(duty, area)).get("/report/")
    assert 'id="who"' not in answer.content.decode()
