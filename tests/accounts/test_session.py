"""Sessions end when idle or old, and lead back to the page one was on."""

from __future__ import annotations

import pytest
from django.test import Client

from jemput.core.codes import Duty
from tests.people import BATAM, PAREPARE, account, assign, signed_in, staff

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def budi() -> Client:
    client = signed_in(staff(Duty.COURIER, username="budi"))
    assert client.get("/accounts/").status_code == 200
    return client


def later(client: Client, minutes: int, *, key: str = "seen") -> None:
    """Let time pass for this session."""
    session = client.session
    session[key] -= minutes * 60
    session.save()


def test_half_an_hour_of_rest_ends_the_session_and_keeps_the_page(budi: Client) -> None:
    later(budi, 31)
    assert budi.get("/accounts/?halaman=3").url == "/accounts/login/?next=%2Faccounts%2F%3Fhalaman%3D3"
    assert "_auth_user_id" not in budi.session


def test_work_keeps_the_session_awake(budi: Client) -> None:
    for _pause in range(4):
        later(budi, 29)
        assert budi.get("/accounts/").status_code == 200


def test_after_a_working_day_one_signs_in_again(budi: Client) -> None:
    later(budi, 8 * 60 + 1, key="since")
    assert budi.get("/accounts/").status_code == 302


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(budi: Client) -> None:
    later(budi, 31)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/cases/?tahap=2"}
    answer = budi.get("/accounts/", headers=headers)
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Fcases%2F%3Ftahap%3D2"


def test_a_form_sent_too_late_leads_back_to_the_form(budi: Client) -> None:
    later(budi, 31)
    answer = budi.post("/accounts/duty/", headers={"Referer": "http://testserver/accounts/?a=1"})
    assert answer.url == "/accounts/login/?next=%2Faccounts%2F%3Fa%3D1"
    stranger = Client().post("/accounts/duty/", headers={"Referer": "https://jahat.example/x"})
    assert stranger.url == "/accounts/login/?next=%2F"


def test_the_session_cookie_is_closed_to_scripts(budi: Client) -> None:
    cookie = budi.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_shared_computer_keeps_no_pages(budi: Client) -> None:
    assert budi.get("/accounts/").headers["Cache-Control"] == "private, no-store"
    number = budi.get("/accounts/").context["office"].number
    assert "max-age" in budi.get(f"/offices/{number}/theme-x.css").headers["Cache-Control"]


def test_rini_takes_up_one_duty_at_a_time(client: Client) -> None:
    rini = account("rini")
    first, second = assign(rini, Duty.FIELD_OFFICER, BATAM), assign(rini, Duty.EVALUATOR, PAREPARE)
    client = signed_in(rini)
    page = client.get("/accounts/")
    assert page.context["assignment"] == first
    answer = client.post("/accounts/duty/", {"assignment": second.pk, "next": "/accounts/"})
    assert answer.url == "/accounts/"
    page = client.get("/accounts/")
    assert page.context["assignment"] == second
    assert "Parepare" in page.content.decode()


@pytest.mark.parametrize("chosen", ["", "999999", "abc", "-1"])
def test_nobody_takes_up_the_duty_of_another(budi: Client, chosen: str) -> None:
    other = assign(account(), Duty.MAIN_ADMIN)
    budi.post("/accounts/duty/", {"assignment": chosen})
    budi.post("/accounts/duty/", {"assignment": str(other.pk)})
    assert budi.get("/accounts/").context["assignment"].duty == "courier"


def test_choosing_a_duty_never_leads_to_another_site(budi: Client) -> None:
    assert budi.post("/accounts/duty/", {"next": "//jahat.example"}).url == "/"


def test_a_duty_that_ended_falls_from_the_hand(client: Client) -> None:
    rini = account("rini")
    held, ended = assign(rini, Duty.COURIER), assign(rini, Duty.MAIN_ADMIN)
    client = signed_in(rini)
    client.post("/accounts/duty/", {"assignment": ended.pk})
    ended.valid_until = ended.valid_from
    ended.save()
    assert client.get("/accounts/").context["assignment"] == held


def test_the_clock_is_that_of_the_office() -> None:
    from django.utils import timezone

    from jemput.accounts.middleware import DutyMiddleware

    seen = []

    def view(request):  # type: ignore[no-untyped-def]
        seen.append(timezone.get_current_timezone_name())
        from django.http import HttpResponse

        return HttpResponse()

    client = signed_in(staff(Duty.COURIER, PAREPARE))
    request = client.get("/accounts/").wsgi_request
    DutyMiddleware(view)(request)
    assert seen == ["Asia/Makassar"]
    assert timezone.get_current_timezone_name() == "Asia/Jakarta"


def test_the_reader_chooses_the_language_and_indonesian_is_the_first(client: Client) -> None:
    assert (
        'lang="id"' in client.get("/accounts/login/", headers={"Accept-Language": "en-US"}).content.decode()
    )
    client.post("/language/", {"language": "en", "next": "/accounts/login/"})
    assert '<html lang="en">' in client.get("/accounts/login/").content.decode()
    client.cookies["django_language"] = "../../xx"
    assert '<html lang="id">' in client.get("/accounts/login/").content.decode()
