"""A week of one office in a real browser: planned, moved by keyboard and by hand, locked, published, read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from jemput import journal
from jemput.accounts.models import Account
from jemput.core import entries as e
from jemput.core.codes import Duty, Urgency
from jemput.planning import warm_up
from jemput.planning.week import keep
from jemput.programmes import packaged
from tests.journal.cases import Case
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import signed_in, staff
from tests.planning_office.cases import MONDAY, tell, waiting
from tests.planning_office.keeping import Keeper
from tests.planning_office.week import stop_of, written

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VILLAGES = ("35.03.04.2001", "35.03.04.2003", "35.03.05.2002", "35.03.06.2004", "35.03.11.1003")
NAMES = ("SITI AMINAH", "BUDI SANTOSO", "KARTINI", "SLAMET RIYADI", "TUMINI")


@pytest.fixture
def keeper(transactional_db: None, office_key: None) -> Keeper:  # noqa: F811
    """Two teams with a recording set each."""
    warm_up()  # as a server does when it starts
    keeper = Keeper()
    keeper.usual(kits=2)
    keeper.keep("teams", name="Tim 2", members=[keeper.officer(), keeper.officer()])
    hours = {f"hours_{day}": "08.00-15.00" for day in ("mon", "tue", "wed", "thu", "fri")}
    keeper.keep("partners", name="Petugas registrasi desa", role="village", each_village="on", **hours)
    return keeper


@pytest.fixture
def cases(keeper: Keeper) -> dict[str, Case]:
    keren = journal.install(packaged()["jempol-keren"])
    return {name: waiting(keren, area=area, name=name) for name, area in zip(NAMES, VILLAGES, strict=True)}


@pytest.fixture
def scheduler(keeper: Keeper) -> Account:
    return staff(Duty.SCHEDULER, keeper.office.code)


@pytest.fixture
def page(scheduler: Account, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """The scheduler's screen; every complaint of the browser counts."""
    context = browser.new_context(
        locale="id-ID", viewport={"width": 1280, "height": 900}, base_url=live_server.url
    )
    page, complaints = context.new_page(), list[str]()
    sign_in(page, scheduler, live_server.url)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    yield page
    assert [c for c in complaints if "status of 409" not in c] == []
    context.close()


def sign_in(page: Page, scheduler: Account, url: str) -> None:
    """With a session that begins now."""
    name = settings.SESSION_COOKIE_NAME
    session = signed_in(scheduler).cookies[name].value
    page.context.add_cookies([{"name": name, "value": session, "url": url}])


def card(page: Page, name: str) -> str:
    """Where a card lies: "Tim 1, Senin"."""
    block = page.locator(".block", has=page.locator(".stop", has_text=name))
    return block.get_attribute("aria-label") or ""


def planned(page: Page) -> None:
    """Press the one button; stop when something was found."""
    page.goto(reverse("office:week", args=[MONDAY.isoformat()]))
    with page.expect_navigation():
        page.get_by_role("button", name="Susun rencana").click()
    going = page.locator("#going")
    expect(going).to_contain_text("dari 5 orang sudah tertampung", timeout=60_000)
    with page.expect_navigation():
        going.get_by_role("button", name="Hentikan").click()
    expect(page.locator("#board")).to_be_visible(timeout=60_000)


def test_a_week_is_planned_changed_published_and_read_in_the_case(page: Page, cases: dict[str, Case]) -> None:
    planned(page)
    expect(page.locator(".stop")).to_have_count(5)

    # By keyboard: the card, then day and team, then the button.
    page.locator(".stop a", has_text="SITI AMINAH").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#chosen h2")).to_have_text("SITI AMINAH")
    page.locator("#to-day").focus()
    page.locator("#to-day").select_option(label=_day(page, "Kamis"))
    page.locator("#to-team").select_option(label="Tim 2")
    page.get_by_role("button", name="Pindahkan").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("SITI AMINAH dipindahkan. Harga: ±0 orang")
    assert card(page, "SITI AMINAH") == "Tim 2, Kamis"
    with page.expect_navigation():
        page.get_by_role("button", name="Kunci").click()
    expect(page.locator(".stop.locked")).to_have_count(1)

    # By hand: onto another team's day, and back by undoing.
    before = card(page, "BUDI SANTOSO")
    target = page.locator(".block[aria-label='Tim 2, Jumat']")
    with page.expect_navigation():
        page.locator(".stop", has_text="BUDI SANTOSO").drag_to(target)
    assert card(page, "BUDI SANTOSO") == "Tim 2, Jumat"
    with page.expect_navigation():
        page.get_by_role("button", name="Urungkan").click()
    assert card(page, "BUDI SANTOSO") == before

    # Published: the family's promise stands in the case.
    with page.expect_navigation():
        page.get_by_role("link", name="Terbitkan").click()
    expect(page.locator("main")).to_contain_text("5 janji baru")
    with page.expect_navigation():
        page.get_by_role("button", name="Terbitkan").click()
    expect(page.locator(".messages")).to_contain_text("5 kasus sudah dicatat.")
    expect(page.locator(".weekbar")).to_contain_text("Diterbitkan")
    page.goto(reverse("office:case", args=[cases["SITI AMINAH"].stream]))
    expect(page.locator("section[aria-labelledby=h-visits]")).to_contain_text("Kamis")
    expect(page.locator(".timeline")).to_contain_text("Kunjungan dijadwalkan")


def _day(page: Page, name: str) -> str:
    labels = page.locator("#to-day option").all_inner_texts()
    return next(label for label in labels if label.startswith(name))


def test_at_ten_a_gravely_ill_woman_is_reported_and_the_day_is_planned_anew(
    page: Page, cases: dict[str, Case], keeper: Keeper, scheduler: Account, live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    planned(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Terbitkan").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Terbitkan").click()
    before = keep.current(keeper.office, MONDAY)
    assert before
    first = min(cases.values(), key=lambda case: stop_of(before, case))
    day, _team, starts = stop_of(before, first)

    # Nobody was at home at the first door, and then the telephone rings.
    now = datetime.combine(day, time(int(starts[:2]) + 1, 45), timezone.get_current_timezone())
    (promise,) = written(first, "visit_scheduled")
    tell(first, e.VisitStarted(visit=promise.visit), Duty.FIELD_OFFICER, now - timedelta(minutes=50))
    ended = e.VisitEnded(visit=promise.visit, outcome=e.VisitOutcome.NOT_HOME, next_step=e.NextStep.REVISIT)
    tell(first, ended, Duty.FIELD_OFFICER, now - timedelta(minutes=40))
    keren = journal.install(packaged()["jempol-keren"])
    urgent = waiting(keren, days_ago=0, name="MBAH SUKARNI", urgency=Urgency.EMERGENCY, area=VILLAGES[0])
    monkeypatch.setattr(timezone, "now", lambda: now)
    sign_in(page, scheduler, live_server.url)

    page.goto(reverse("office:today"))
    expect(page.locator("main")).to_contain_text("Yang berubah sejak rencana minggu ini: 2.")
    page.goto(reverse("office:week", args=[MONDAY.isoformat()]))
    with page.expect_navigation():
        page.get_by_role("link", name="Susun ulang").click()
    expect(page.locator("main")).to_contain_text("Mendesak, dan belum ada dalam rencana")
    expect(page.locator("main")).to_contain_text("Dikunjungi tanpa hasil")
    expect(page.locator("main")).to_contain_text("MBAH SUKARNI")
    assert not written(urgent, "visit_scheduled"), "nothing is written before a yes"
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    assert [v["help"] for v in found.response["violations"]] == []
    with page.expect_navigation():
        page.keyboard.press("Alt+s")
    expect(page.locator("main")).to_contain_text("Layanan ini gratis")
    page.goto(reverse("office:case", args=[urgent.stream]))
    (promise,) = written(urgent, "visit_scheduled")
    visits = page.locator("section[aria-labelledby=h-visits]")
    expect(visits).to_contain_text(f"{promise.day.day} ")
    expect(visits).to_contain_text("Perekaman di tempat")
    moved = [name for name, case in cases.items() if case is not first and written(case, "visit_moved")]
    assert len(moved) <= 1, "the fewest promises are moved"


def test_the_board_is_read_on_a_phone_and_a_desk_in_light_and_dark(
    page: Page, cases: dict[str, Case]
) -> None:
    planned(page)
    address = page.url
    wrong = []
    for width in (1280, 360):
        for theme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for path in (address, f"{address}?visit={cases['KARTINI'].stream}", f"{address}publish/"):
                page.goto(path)
                found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
                for violation in found.response["violations"]:
                    places = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
                    wrong.append(f"{width} {theme} {path}: {violation['help']} ({places})")
                if (wide := page.evaluate("document.scrollingElement.scrollWidth")) > width:
                    wrong.append(f"{path}: {wide} px wide on a screen of {width}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(address)
    days = page.locator(".block:visible").evaluate_all(
        "all => new Set(all.map(b => b.ariaLabel.split(', ')[1])).size"
    )
    assert days == 1  # one day at a time
