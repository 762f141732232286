"""A form sent after its session has ended: what was typed comes back after sign-in, sealed till then."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from jemput.accounts.models import Account
from jemput.core.codes import Duty
from jemput.journal.models import CaseRow, EntryRow
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.front import Office, filled, on_the_spot, problems
from tests.people import PAREPARE, PASSWORD, assign, staff

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SECRET = "Ibu menunggu di gubuk tepi sawah"


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path, office_key: None) -> Office:  # noqa: F811
    settings.JEMPUT_HOME = tmp_path
    on_the_spot()
    return Office()


@pytest.fixture
def case(office: Office) -> CaseRow:
    return office.report()


@pytest.fixture
def siti(office: Office) -> Account:
    return staff(Duty.MAIN_ADMIN, PAREPARE, "siti", password=PASSWORD)


def sign_in(client: Client, username: str = "siti", next: str = "/") -> HttpResponse:
    said = {"login": username, "password": PASSWORD, "next": next}
    return client.post(reverse("account_login"), said)


def later(client: Client, minutes: int = 31) -> None:
    """Nobody touches this browser for a while."""
    session = client.session
    session["seen"] -= minutes * 60
    session["since"] -= minutes * 60
    session.save()


def at(client: Client) -> Client:
    """Somebody who has just signed in and looks at something."""
    sign_in(client)
    assert client.get("/accounts/").status_code == 200
    return client


def hidden(page: HttpResponse) -> tuple[str, dict[str, list[str]]]:
    """Where the page that gives back what was typed leads, and with what."""
    html = page.content.decode()
    form = re.search(r'<form method="post" action="([^"]+)" class="actions">(.*?)</form>', html, re.S)
    assert form, html
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2]):
        fields.setdefault(unescape(name), []).append(unescape(value))
    fields.pop("csrfmiddlewaretoken", None)
    return unescape(form[1]), fields


def comes_back(client: Client, sent: HttpResponse) -> HttpResponse:
    """Sign in where the answer leads, press the one button; the form as it comes back."""
    assert sent.status_code == 302
    assert sent.headers["Location"] == "/accounts/login/?next=%2Faccounts%2Fdraft%2F"
    assert "tidak ada yang hilang" in client.get(sent.headers["Location"]).content.decode()
    assert sign_in(client, next="/accounts/draft/").headers["Location"] == "/accounts/draft/"
    path, fields = hidden(client.get("/accounts/draft/"))
    page = client.post(path, fields)
    assert page.status_code == 200, problems(page)
    assert "belum tersimpan" in page.content.decode()
    return page


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [31, 9 * 60])
def test_what_was_typed_comes_back_and_is_saved_once(case: CaseRow, siti: Account, minutes: int) -> None:
    client = at(Client())
    address = reverse("office:act", args=[case.pk, "note"])
    said = filled(client.get(address)) | {"text": SECRET}
    later(client, minutes)
    page = comes_back(client, client.post(address, said))
    assert filled(page) == said
    assert not EntryRow.objects.filter(kind="note").exists()
    assert client.post(address, filled(page)).status_code == 302
    assert EntryRow.objects.filter(kind="note", actor=siti.actor).count() == 1
    assert client.get("/accounts/draft/").headers["Location"] == "/"


Form = Callable[[Client, CaseRow], tuple[str, dict[str, Any], str]]


def a_report(client: Client, case: CaseRow) -> tuple[str, dict[str, Any], str]:
    address = reverse("office:report")
    page = filled(client.get(address))
    return address, page | {"name": "Siti Aminah", "groups": ["frail_elderly"], "note": SECRET}, SECRET


def a_correction(client: Client, case: CaseRow) -> tuple[str, dict[str, Any], str]:
    entry = EntryRow.objects.get(stream=case.pk, kind="reported").id
    address = reverse("office:correct", args=[case.pk, entry])
    return address, filled(client.get(address)) | {"why": SECRET}, SECRET


def a_list(client: Client, case: CaseRow) -> tuple[str, dict[str, Any], str]:
    return reverse("office:status_list"), {"text": "9901014708510001 BIO_CAPTURED"}, "9901014708510001"


def a_training(client: Client, case: CaseRow) -> tuple[str, dict[str, Any], str]:
    return reverse("office:activity", args=["training"]), {"topic": SECRET, "day": "besok lusa"}, "besok lusa"


@pytest.mark.django_db
@pytest.mark.parametrize("form", [a_report, a_correction, a_list, a_training])
def test_every_longer_form_comes_back_and_saves_nothing_by_itself(
    case: CaseRow, siti: Account, form: Form
) -> None:
    client = at(Client())
    address, said, typed = form(client, case)
    before = EntryRow.objects.count()
    later(client)
    assert typed in comes_back(client, client.post(address, said)).content.decode()
    assert EntryRow.objects.count() == before


@pytest.mark.django_db
def test_it_lies_sealed_and_opens_for_nobody_else(case: CaseRow, siti: Account, tmp_path: Path) -> None:
    staff(Duty.MAIN_ADMIN, PAREPARE, "budi", password=PASSWORD)
    client = at(Client())
    later(client)
    client.post(reverse("office:act", args=[case.pk, "note"]), {"text": SECRET})
    [kept] = (tmp_path / "pending").iterdir()
    assert SECRET.encode() not in kept.read_bytes()
    assert SECRET not in str([s.get_decoded() for s in Session.objects.all()])
    sign_in(client, "budi")
    assert client.get("/accounts/draft/").headers["Location"] == "/"


@pytest.mark.django_db
def test_the_duty_in_hand_comes_back_too(case: CaseRow, siti: Account) -> None:
    second = assign(siti, Duty.SCHEDULER, PAREPARE)
    client = at(Client())
    client.post("/accounts/duty/", {"assignment": second.pk})
    later(client)
    comes_back(client, client.post(reverse("office:act", args=[case.pk, "note"]), {"text": SECRET}))
    assert client.get("/accounts/").context["assignment"] == second


@pytest.mark.django_db
def test_a_password_is_never_kept_nor_what_a_stranger_sends(
    case: CaseRow, siti: Account, tmp_path: Path
) -> None:
    client = at(Client())
    later(client)
    client.post("/accounts/password/", {"oldpassword": PASSWORD, "password1": SECRET, "password2": SECRET})
    Client().post(reverse("office:act", args=[case.pk, "note"]), {"text": SECRET})
    assert not (tmp_path / "pending").exists()


@pytest.mark.django_db
def test_a_look_up_beside_the_form_does_not_tear_it_away(case: CaseRow, siti: Account) -> None:
    client = at(Client())
    later(client)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/report/"}
    for look_up, said in (("office:report_similar", {"name": "Siti"}), ("people:lookup", {"q": "siti"})):
        beside = client.post(reverse(look_up), said, headers=headers)
        assert "HX-Redirect" not in beside.headers
        assert "isian Anda akan kembali" in beside.content.decode()
    sent = client.post(reverse("office:report"), {"name": "Siti Aminah", "note": SECRET})
    assert SECRET in comes_back(client, sent).content.decode()


@pytest.mark.django_db
def test_while_the_key_is_locked_one_is_only_led_to_sign_in(
    case: CaseRow, siti: Account, settings: Any, tmp_path: Path
) -> None:
    client = at(Client())
    later(client)
    settings.JEMPUT_KEYS = tmp_path / "elsewhere"
    answer = client.post(reverse("office:act", args=[case.pk, "note"]), {"text": SECRET})
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_in_a_browser_the_text_stands_in_the_form_again(
    case: CaseRow, siti: Account, page: Page, live_server: Any, settings: Any
) -> None:
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    def enter() -> None:
        page.fill("input[name=login]", "siti")
        page.fill("input[name=password]", PASSWORD)
        with page.expect_navigation():
            page.press("input[name=password]", "Enter")

    page.goto(f"{live_server.url}/accounts/login/")
    enter()
    address = live_server.url + reverse("office:act", args=[case.pk, "person_described"])
    page.goto(address)
    page.fill("[name=address]", f"{SECRET},\nRT 2")
    page.check("[name=groups][value=frail_elderly]")
    settings.JEMPUT_SESSION_IDLE = -1  # it lay too long
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    settings.JEMPUT_SESSION_IDLE = 1800
    expect(page.get_by_role("status")).to_contain_text("tidak ada yang hilang")
    enter()
    expect(page.get_by_role("heading", level=1)).to_have_text("Isian Anda masih ada")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    with page.expect_navigation():
        page.keyboard.press("Enter")  # the one button has the focus
    assert page.url == address
    assert page.input_value("[name=address]") == f"{SECRET},\nRT 2"
    assert page.is_checked("[name=groups][value=frail_elderly]")
    assert not EntryRow.objects.filter(kind="person_described").exists()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert EntryRow.objects.filter(kind="person_described").count() == 1
    assert not errors
