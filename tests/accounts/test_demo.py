"""The demo's sign-in with one click, and that there is none elsewhere."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from jemput.accounts.models import Assignment
from jemput.core.codes import Duty
from tests.people import BATAM, TRENGGALEK, account, assign, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def invented() -> Assignment:
    for duty in Duty:
        assign(account(f"{duty}.trenggalek", demo=True), duty, TRENGGALEK)
    return assign(account("kurir.batam", demo=True, name="WAYAN"), Duty.COURIER, BATAM)


@pytest.fixture
def demo_mode(settings: Settings) -> None:
    settings.JEMPUT_DEMO = True


def test_the_sign_in_page_lists_each_duty_of_each_office(
    client: Client, demo_mode: None, invented: Assignment
) -> None:
    real = staff(Duty.MAIN_ADMIN, username="orang-nyata")
    page = client.get("/accounts/login/")
    offices = page.context["demo_offices"]
    assert [len(assignments) for _office, assignments in offices] == [len(Duty), 1]
    assert "WAYAN" in page.content.decode()
    assert real.name not in page.content.decode()
    assert 'class="demo"' in page.content.decode()


def test_the_list_costs_the_same_however_long(
    client: Client,
    demo_mode: None,
    invented: Assignment,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    with django_assert_max_num_queries(3):
        client.get("/accounts/login/")


def test_one_click_signs_in_with_that_duty(client: Client, demo_mode: None, invented: Assignment) -> None:
    answer = client.post("/accounts/demo/", {"assignment": invented.pk, "next": "/accounts/"})
    assert answer.url == "/accounts/"
    page = client.get("/accounts/")
    assert page.context["assignment"] == invented
    assert 'class="demo"' in page.content.decode()


def test_a_click_is_a_post(client: Client, demo_mode: None, invented: Assignment) -> None:
    assert client.get("/accounts/demo/", {"assignment": invented.pk}).status_code == 405
    assert Client(enforce_csrf_checks=True).post("/accounts/demo/").status_code == 403


@pytest.mark.parametrize("chosen", ["", "0", "abc", "99999999999999999999", "1 or 1=1", "١"])
def test_a_click_on_nobody(client: Client, demo_mode: None, invented: Assignment, chosen: str) -> None:
    assert client.post("/accounts/demo/", {"assignment": chosen}).status_code == 404


def test_a_real_account_is_never_one_click_away(client: Client, demo_mode: None) -> None:
    real = staff(Duty.MAIN_ADMIN).assignments.get()
    assert client.post("/accounts/demo/", {"assignment": real.pk}).status_code == 404


def test_outside_demo_mode_there_is_no_such_door(client: Client, invented: Assignment) -> None:
    page = client.get("/accounts/login/")
    assert page.context["demo_offices"] == []
    assert "WAYAN" not in page.content.decode()
    assert client.post("/accounts/demo/", {"assignment": invented.pk}).status_code == 404
    assert client.get("/accounts/").status_code == 302
