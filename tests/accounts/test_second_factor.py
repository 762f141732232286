"""The second factor: a code of an authenticator app, for duties that see guarded data."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from jemput.core.codes import Duty
from tests.people import PASSWORD, staff

pytestmark = pytest.mark.django_db
ACTIVATE = "/accounts/2fa/activate/"


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.JEMPUT_REQUIRE_MFA = True


def code(secret: str) -> str:
    """What an authenticator app shows (RFC 6238), computed here on our own."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def sign_in(client: Client, username: str = "siti"):  # type: ignore[no-untyped-def]
    return client.post("/accounts/login/", {"login": username, "password": PASSWORD})


def activate(client: Client) -> str:
    """Turn it on as a person does; returns the key in the app."""
    page = client.get(ACTIVATE)
    assert page.status_code == 200
    secret: str = page.context["form"].secret
    assert client.post(ACTIVATE, {"code": code(secret)}).url == "/accounts/2fa/codes/"
    return secret


@pytest.fixture
def siti(client: Client) -> str:
    """Siti has turned it on and signed out; her app's key."""
    staff(Duty.MAIN_ADMIN, username="siti", password=PASSWORD)
    sign_in(client)
    secret = activate(client)
    client.post("/accounts/logout/")
    return secret


def test_a_duty_that_sees_guarded_data_must_turn_it_on_first(client: Client) -> None:
    staff(Duty.MAIN_ADMIN, username="siti", password=PASSWORD)
    sign_in(client)
    assert client.get("/report/").url == ACTIVATE
    activate(client)
    assert client.get("/report/").status_code != 302


def test_a_reporter_needs_none(client: Client) -> None:
    staff(Duty.REPORTER, username="siti", password=PASSWORD)
    sign_in(client)
    assert client.get("/report/").status_code != 302


def test_the_demo_needs_none(client: Client, settings: Settings) -> None:
    settings.JEMPUT_REQUIRE_MFA = False
    staff(Duty.MAIN_ADMIN, username="siti", password=PASSWORD)
    sign_in(client)
    assert client.get("/report/").status_code != 302


def test_password_and_code_sign_in(client: Client, siti: str) -> None:
    assert sign_in(client).url.startswith("/accounts/2fa/sign-in/")
    assert client.get("/accounts/").status_code == 302  # the password alone opens nothing
    wrong = client.post("/accounts/2fa/sign-in/", {"code": "000000"})
    assert wrong.status_code == 200
    assert "errorlist" in wrong.content.decode()


def test_a_right_code_opens_but_not_twice(client: Client, siti: str) -> None:
    now = code(siti)
    sign_in(client)
    assert client.post("/accounts/2fa/sign-in/", {"code": now}).status_code == 302
    assert client.get("/accounts/").status_code == 200
    client.post("/accounts/logout/")
    sign_in(client)
    assert client.post("/accounts/2fa/sign-in/", {"code": now}).status_code == 200
    assert client.get("/accounts/").status_code == 302


def test_a_recovery_code_signs_in_once(client: Client, siti: str) -> None:
    from allauth.mfa.models import Authenticator

    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    sign_in(client)
    assert client.post("/accounts/2fa/sign-in/", {"code": codes[0]}).status_code == 302
    client.post("/accounts/logout/")
    sign_in(client)
    assert client.post("/accounts/2fa/sign-in/", {"code": codes[0]}).status_code == 200


def test_guessing_codes_is_stopped(client: Client, siti: str) -> None:
    sign_in(client)
    for n in range(10):
        client.post("/accounts/2fa/sign-in/", {"code": f"{n:06}"})
    assert client.post("/accounts/2fa/sign-in/", {"code": code(siti)}).status_code == 200
    assert client.get("/accounts/").status_code == 302


def test_turning_it_off_asks_for_it_again_at_once(client: Client) -> None:
    staff(Duty.MAIN_ADMIN, username="siti", password=PASSWORD)
    sign_in(client)
    activate(client)
    assert client.get("/report/").status_code != 302
    client.post("/accounts/2fa/deactivate/")
    assert client.get("/report/").url == ACTIVATE


def test_one_can_cancel_before_the_code(client: Client, siti: str) -> None:
    sign_in(client)
    assert client.post("/accounts/logout/", {"next": "/accounts/login/"}).url == "/accounts/login/"
    assert client.get("/accounts/login/").status_code == 200


def test_a_lost_phone_is_helped_by_the_administrator(client: Client, siti: str) -> None:
    call_command("account", "reset", "siti")
    assert client.post("/accounts/login/", {"login": "siti", "password": PASSWORD}).status_code == 200


def test_the_key_is_shown_as_picture_and_letters_under_the_strict_policy(client: Client) -> None:
    staff(Duty.MAIN_ADMIN, username="siti", password=PASSWORD)
    sign_in(client)
    page = client.get(ACTIVATE)
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert page.context["form"].secret in page.content.decode()
    assert "data:" in page.headers["Content-Security-Policy"].split("img-src")[1].split(";")[0]


def test_changing_it_later_asks_for_the_password_again(client: Client) -> None:
    staff(Duty.MAIN_ADMIN, username="siti", password=PASSWORD)
    sign_in(client)
    activate(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    assert client.get("/accounts/2fa/deactivate/").url.startswith("/accounts/confirm/?next=")
    confirmed = client.post("/accounts/confirm/", {"password": PASSWORD, "next": "/accounts/2fa/deactivate/"})
    assert confirmed.url == "/accounts/2fa/deactivate/"
    assert client.get("/accounts/2fa/deactivate/").status_code == 200
