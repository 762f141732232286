"""Signing in by password: sign-up is closed, wrong passwords lock, words are clear."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from jemput import settings as real_settings
from jemput.core.codes import Duty
from tests.people import PASSWORD, account, assign, staff

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LOGIN = "/accounts/login/"


def try_password(client: Client, username: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    return client.post(LOGIN, {"login": username, "password": password, **more})


def test_siti_signs_in_and_reaches_the_page_she_asked_for(client: Client) -> None:
    staff(Duty.MAIN_ADMIN, username="siti", password=PASSWORD)
    sent = client.get("/accounts/?halaman=2")
    assert sent.url == "/accounts/login/?next=%2Faccounts%2F%3Fhalaman%3D2"
    answer = try_password(client, "siti", PASSWORD, next="/accounts/?halaman=2")
    assert answer.url == "/accounts/?halaman=2"
    assert client.get("/accounts/").status_code == 200


def test_an_email_address_serves_as_sign_in_name_in_any_case(client: Client) -> None:
    staff(Duty.COURIER, username="budi@ojol.example", password=PASSWORD)
    assert try_password(client, "Budi@Ojol.Example", PASSWORD).status_code == 302


def test_sign_in_never_leads_to_another_site(client: Client) -> None:
    staff(Duty.COURIER, username="budi", password=PASSWORD)
    assert try_password(client, "budi", PASSWORD, next="https://jahat.example/").url == "/"


def test_a_wrong_password_says_so_and_does_not_tell_whether_the_name_exists(client: Client) -> None:
    staff(Duty.COURIER, username="budi", password=PASSWORD)
    known = try_password(client, "budi", "Salah-Salah-123").content.decode()
    unknown = try_password(client, "tidak-ada", "Salah-Salah-123").content.decode()
    error = 'class="errorlist nonfield"'
    assert error in known
    assert known.split(error)[1].split("</ul>")[0] == unknown.split(error)[1].split("</ul>")[0]
    assert 'value="budi"' in known  # what was typed stays; the password does not
    assert "Salah-Salah-123" not in known


def test_five_wrong_passwords_lock_the_name_in_clear_words(client: Client) -> None:
    staff(Duty.COURIER, username="budi", password=PASSWORD)
    answers = [try_password(client, "budi", f"Salah-Salah-{n}") for n in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 200, 429]
    assert "15" in answers[-1].content.decode()
    assert "administrator" in answers[-1].content.decode()
    still = try_password(client, "budi", PASSWORD)  # even the right one has to wait
    assert still.status_code == 429
    assert client.get("/accounts/").status_code == 302


def test_the_lock_of_one_name_does_not_lock_a_colleague_at_the_same_counter(client: Client) -> None:
    staff(Duty.COURIER, username="budi", password=PASSWORD)
    staff(Duty.PRINTING, username="citra", password=PASSWORD)
    for n in range(5):
        try_password(client, "budi", f"Salah-Salah-{n}")
    assert try_password(client, "citra", PASSWORD).status_code == 302


def test_the_lock_opens_after_a_quarter_of_an_hour(client: Client) -> None:
    from axes.models import AccessAttempt

    staff(Duty.COURIER, username="budi", password=PASSWORD)
    for n in range(5):
        try_password(client, "budi", f"Salah-Salah-{n}")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert try_password(client, "budi", PASSWORD).status_code == 302


def test_the_administrator_resets_a_forgotten_password(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    staff(Duty.COURIER, username="budi", password=PASSWORD)
    for n in range(5):
        try_password(client, "budi", f"Salah-Salah-{n}")
    call_command("account", "reset", "budi")
    once = capsys.readouterr().out.split()[-1]
    assert try_password(client, "budi", PASSWORD).status_code == 200  # the old one is gone
    assert try_password(client, "budi", once).status_code == 302
    assert client.get("/report/").url == "/accounts/password/"  # a password for once must be changed first
    changed = client.post(
        "/accounts/password/",
        {"oldpassword": once, "password1": "Layang-Layang-Biru-8", "password2": "Layang-Layang-Biru-8"},
    )
    assert changed.url == "/accounts/"
    assert client.get("/accounts/").status_code == 200
    assert client.get("/report/").status_code != 302


@pytest.mark.parametrize("weak", ["pendek-1", "123456789012", "megaparol12345", "budi-budi-budi"])
def test_a_weak_new_password_is_refused(client: Client, weak: str) -> None:
    staff(Duty.COURIER, username="budi-budi", password=PASSWORD)
    try_password(client, "budi-budi", PASSWORD)
    form = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    answer = client.post("/accounts/password/", form)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()


def test_a_closed_account_cannot_sign_in(client: Client) -> None:
    person = staff(Duty.COURIER, username="budi", password=PASSWORD)
    person.is_active = False
    person.save()
    try_password(client, "budi", PASSWORD)
    assert client.get("/accounts/").status_code == 302


def test_a_session_ends_when_the_account_is_closed(client: Client) -> None:
    staff(Duty.COURIER, username="budi", password=PASSWORD)
    try_password(client, "budi", PASSWORD)
    call_command("account", "end", "budi")
    assert client.get("/accounts/").url.startswith(LOGIN)


def test_somebody_without_a_duty_is_told_so(client: Client) -> None:
    account("tamu", password=PASSWORD)
    try_password(client, "tamu", PASSWORD)
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert client.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/accounts/3rdparty/"],
)
def test_doors_that_do_not_exist(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_signing_out_ends_the_session(client: Client) -> None:
    staff(Duty.COURIER, username="budi", password=PASSWORD)
    try_password(client, "budi", PASSWORD)
    client.post("/accounts/logout/")
    assert client.get("/accounts/").status_code == 302


def test_passwords_are_kept_by_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = real_settings.PASSWORD_HASHERS
    assert staff(Duty.COURIER, password=PASSWORD).password.startswith("argon2$argon2id$")


def test_a_form_from_an_old_tab_gets_words_instead_of_a_riddle() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(LOGIN, {"login": "budi", "password": PASSWORD})
    assert answer.status_code == 403
    assert "kedaluwarsa" in answer.content.decode()


def test_a_duty_of_next_month_gives_no_right_today(client: Client) -> None:
    person = account("rina", password=PASSWORD)
    today = timezone.localdate()
    assign(person, Duty.COURIER, since=today + timedelta(days=30))
    assign(person, Duty.PRINTING, since=today - timedelta(days=30), until=today - timedelta(days=2))
    try_password(client, "rina", PASSWORD)
    assert client.get("/accounts/").context["assignments"] == []
