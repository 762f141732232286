"""axe on every page in Chromium: light and dark, on a desk and on a phone; nothing runs over the edge.

Every address of the site is either opened here or named below with the reason why it is no page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, Response
from pytest_django.live_server_helper import LiveServer

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Document, Duty, Urgency
from jemput.journal.models import Quarantine
from jemput.measure.counting import Scope
from jemput.measure.published import publish
from jemput.planning.models import Team
from jemput.programmes import packaged
from jemput.sync.enrol import make_code, revoke
from jemput.sync.models import Device
from tests.access_table import TABLE
from tests.journal.cases import Case
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.lists import Desk, new_desk
from tests.people import PAREPARE, PASSWORD, office, signed_in, staff
from tests.sync.conftest import assignment_of, home  # noqa: F401  (a fixture)
from tests.sync.phone import Phone
from tests.test_access import urls

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_BYTES = 100_000
"""HTML, CSS and script of a page, before images, as they travel without compression."""

NO_PAGES = {
    "choose_duty": "a button",
    "demo_sign_in": "a button of the demo",
    "set_language": "a button",
    "case_file": "a picture",
    "begun_photo": "a picture",
    "set_aside_file": "a file to be kept, no page",
    "field_app": "an app of its own: test_field_app.py opens its screens",
    "field_app_file": "a file",
    "device_code": "a button; its answer is the page of the devices",
    "device_revoke": "a button",
    "office_theme": "a style sheet",
    "office_logo": "a picture",
    "mfa_index": "leads on",
    "mfa_authenticate": "leads on when signed in",
    "mfa_reauthenticate": "only with a second factor",
    "mfa_deactivate_totp": "only with a second factor",
    "mfa_view_recovery_codes": "only with a second factor",
    "office:search": "a button; its answers are opened below",
    "office:download": "a file",
    "office:publish": "a button",
    "office:list_errors": "a file",
    "office:apply_list": "a button",
    "office:undo_list": "a button",
    "office:report_similar": "a part of the report page",
    "office:reveal": "a button",
    "office:ticket": "leads on",
    "people:lookup": "a part of the report page",
    "people:compare": "a part that tells how far the comparing is",
    "people:open_cases": "a button",
    "office:backlog": "leads on",
    "office:weeks": "leads on",
    "office:week_progress": "a part that tells how far the planning is",
    "office:week_plan": "a button",
    "office:week_stop": "a button",
    "office:week_change": "a button; its answer is the board",
    "planning:papers": "needs a plan: test_papers_pages.py opens it",
    "planning:sign_letter": "needs a plan: test_papers_pages.py opens it",
    "planning:letter": "a file",
    "planning:letter_draft": "a file",
    "planning:route_sheet": "a file",
    "planning:bring": "a file",
    "planning:partner_list": "a file",
}
OF_AN_ENTRY = {"office:receipt", "office:correct", "office:take_back"}
API = ("office:api:", "sync:", "openrosa_")


@dataclass
class World:
    """What there is to look at."""

    desk: Desk
    case: Case
    ready: Case
    entry: Any
    team: int
    begun: str
    """The digest of a form that a phone left."""
    aside: int
    """The number of what a phone sent after it was withdrawn."""

    def kwargs(self, name: str, wanted: set[str]) -> dict[str, Any]:
        """The address's own values."""
        known = {
            "stream": self.ready.stream if name in OF_AN_ENTRY else self.case.stream,
            "number": {"people:sasaran": 3, "one_set_aside": self.aside}.get(name, 4),
            "digest": self.begun,
            "year": 2020,
            "month": "2020-01",
            "key": "over" if name == "office:found" else "register_check",
            "entry": self.entry,
            "ticket": self.case.row.ticket,
            "pk": self.team,
        }
        sample = {k: v for k, v in TABLE[name].kwargs.items() if not callable(v)}
        return {k: v for k, v in (sample | known).items() if k in wanted}


@pytest.fixture
def world(transactional_db: None, office_key: None, home: Path) -> World:  # noqa: F811
    desk = new_desk()
    long_name = "RADEN AJENG SITI NURHALIZAH KUSUMANINGRUM BINTI ABDURRAHMAN WIRYOSUDARMO"
    case = desk.accepted(desk.case(name=long_name, urgency=Urgency.EMERGENCY))
    for n, raw in enumerate(["SENT_FOR_ENROLLMENT", "DUPLICATE_RECORD", "PACKET_RETRY", ""]):
        at = timezone.now() - timedelta(days=9)
        desk.at_centre(desk.accepted(desk.case(days_ago=10 + n), at), raw, at)
    ready = desk.at_centre(desk.accepted(desk.case()), "PRINT_READY_RECORD")
    desk.tell(ready, e.Printed(document=Document.KTP_EL), Duty.PRINTING)
    entry = desk.tell(
        ready, e.Delivered(document=Document.KTP_EL, receipt="PRE-0001", recipient="SITI"), Duty.FIELD_OFFICER
    )
    call_command("measure", "import-history", "parepare", verbosity=0)
    scope = Scope(4, PAREPARE, office(PAREPARE).zone)
    publish(scope, (Document.KTP_EL,), "2020-01", actor="kadis", duty=Duty.HEAD_OF_OFFICE, now=timezone.now())
    keren = journal.install(packaged()["jempol-keren"])
    one = Case(keren, area="73.72.01.1001").reported()
    one.tell(e.Printed(document=Document.KTP_EL), Duty.PRINTING, occurred_at=timezone.now())
    team = Team.objects.create(office=office(PAREPARE), code="tim_1", name="Tim 1", since=date(2024, 1, 1))
    begun, aside = left_by_a_phone(ready)
    return World(desk, case, ready, entry, team.pk, begun, aside)


def left_by_a_phone(case: Case) -> tuple[str, int]:
    """An officer's phone is withdrawn with a note that was not sent, and a form in the middle."""
    officer = assignment_of(Duty.FIELD_OFFICER, PAREPARE)
    phone = Phone()
    phone.enrol(make_code(officer, officer.account))
    revoke(Device.objects.get(id=phone.id))
    phone.captures(case.stream, e.Note(text="Keluarga minta datang lagi hari Kamis"))
    phone.push()
    words = {"sex": "female", "address": "Dusun Krajan, rumah papan bercat hijau di belakang masjid"}
    begun = phone.begins(f"{case.stream}:person_described", case.stream, **words)
    phone.hands_in_drafts()
    return begun, Quarantine.objects.latest("pk").pk


Open = Callable[..., None]


@dataclass
class Looker:
    """A browser page that notes everything that is wrong with what it opens."""

    page: Page
    root: str
    width: int
    wrong: list[str]

    def sign_in(self, client: Client | None) -> None:
        """Go on as somebody, or as nobody."""
        self.page.context.clear_cookies()
        if client is not None:
            name = settings.SESSION_COOKIE_NAME
            value = client.cookies[name].value
            self.page.context.add_cookies([{"name": name, "value": value, "url": self.root}])

    def open(self, path: str, status: int = 200) -> None:
        """Open an address and look."""
        weights: list[int] = []

        def weigh(response: Response) -> None:
            kind = response.request.resource_type
            if kind in ("document", "stylesheet", "script") and response.ok:
                weights.append(len(response.body()))

        self.page.on("response", weigh)
        response = self.page.goto(self.root + path)
        self.page.remove_listener("response", weigh)
        if response is None or response.status != status:
            self.wrong.append(f"{path}: status {response and response.status}")
            return
        if sum(weights) > MOST_BYTES:
            self.wrong.append(f"{path}: {sum(weights)} bytes of HTML, CSS and script")
        self.look(path)

    def look(self, path: str) -> None:
        """What axe says, and whether the page is wider than the screen."""
        found = Axe().run(self.page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
        for violation in found.response["violations"]:
            places = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
            self.wrong.append(f"{path}: {violation['id']}: {violation['help']} ({places})")
        wide = self.page.evaluate("document.scrollingElement.scrollWidth")
        if wide > self.width:
            self.wrong.append(f"{path}: {wide} px wide on a screen of {self.width}")


@pytest.fixture
def looker(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[Looker]:
    theme, width = request.param
    context = browser.new_context(
        color_scheme=theme, viewport={"width": width, "height": 800}, locale="id-ID", reduced_motion="reduce"
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on(
        "console",
        lambda m: (
            wrong.append(f"{page.url}: {m.text}")
            if m.type == "error" and "status of 4" not in m.text
            else None
        ),
    )
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    yield Looker(page, live_server.url, width, wrong)
    context.close()


SCREENS = [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)]


@pytest.mark.parametrize("looker", SCREENS, indirect=True, ids=lambda s: f"{s[0]}-{s[1]}")
def test_every_page_can_be_read_by_everybody(looker: Looker, world: World) -> None:
    admin = world.desk.browser(Duty.MAIN_ADMIN)
    opened = _open_all(looker, world, admin)
    looker.sign_in(world.desk.browser(Duty.FIELD_OFFICER))
    looker.open(reverse("office:today"))
    looker.sign_in(world.desk.browser(Duty.PRINTING))
    looker.open(reverse("office:today"))  # nothing waits
    looker.open(reverse("office:measures"), status=403)
    looker.sign_in(world.desk.browser(Duty.HEAD_OF_OFFICE))
    looker.open(reverse("office:today"))
    looker.open(reverse("office:month", args=[4, "2020-01"]))
    looker.open(reverse("office:year", args=[4, timezone.localtime().year]))
    looker.sign_in(admin)
    for path in ("?step=4.register_check", "?after=2000-01-01T00:00:00+00:00~" + "0" * 32):
        looker.open(reverse("office:today") + path)
    for query in ("?status=closed", "?flag=at_centre&late=on", "?village=x&status=y"):
        looker.open(reverse("office:cases") + query)
    looker.open("/tidak-ada/", status=404)
    _search_and_load(looker)
    assert not looker.wrong, "\n" + "\n".join(dict.fromkeys(looker.wrong))
    assert opened >= 25


def _open_all(looker: Looker, world: World, admin: Client) -> int:
    """Every address that is a page, as the main administrator or as nobody."""
    number = 0
    for name, pattern in urls():
        if name in NO_PAGES or name.startswith(API):
            continue
        kwargs = world.kwargs(name, set(pattern.pattern.regex.groupindex))
        looker.sign_in(None if name in ("account_login", "account_inactive") else admin)
        if name in ("account_change_password", "account_reauthenticate"):
            person = signed_in(staff(Duty.MAIN_ADMIN, PAREPARE, password=PASSWORD))
            looker.sign_in(person)
        looker.open(reverse(name, kwargs=kwargs))
        number += 1
    return number


def _search_and_load(looker: Looker) -> None:
    """Pages that only a form leads to."""
    page = looker.page
    for words in ("SITI", "TIDAK ADA ORANGNYA", "1"):
        page.goto(looker.root + reverse("office:cases"))
        page.get_by_role("searchbox").fill(words)
        with page.expect_navigation():
            page.get_by_role("search").get_by_role("button").click()
        looker.look(f"search for {len(words)} letters")
    for text in ("9901014708510001 CARD_PRINTED\n123 PRR", "tidak;jelas;sama;sekali\n1;2;3;4"):
        page.goto(looker.root + reverse("office:status_list"))
        page.locator("#text").fill(text)
        with page.expect_navigation():
            page.locator("main form button.primary").first.click()
        looker.look(f"status list of {len(text)} letters")


@pytest.mark.parametrize("looker", [("light", 1280)], indirect=True)
def test_today_is_worked_with_the_keyboard_alone(looker: Looker, world: World) -> None:
    looker.sign_in(world.desk.browser(Duty.MAIN_ADMIN))
    page = looker.page
    page.goto(looker.root + "/")
    page.keyboard.press("Tab")
    assert "#main" in str(page.evaluate("document.activeElement.getAttribute('href')"))
    reached = set()
    for _turn in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href')"))
    assert any(str(target).endswith("/act/register_check/") for target in reached)
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
