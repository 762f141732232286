"""What the administrator does at the server."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from jemput.accounts.models import Account, Assignment, Office
from tests.people import TRENGGALEK, office

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def trenggalek() -> Office:
    return office(TRENGGALEK)


def add(username: str = "siti", **more: str) -> None:
    values = {"name": "Siti Rahayu", "office": TRENGGALEK, "duty": "courier", **more}
    call_command("account", "add", username, *(f"--{k}={v}" for k, v in values.items()))


def test_a_new_account_gets_a_password_for_once(capsys: pytest.CaptureFixture[str]) -> None:
    add()
    once = capsys.readouterr().out.splitlines()[0].split()[-1]
    siti = Account.objects.get(username="siti")
    assert siti.check_password(once)
    assert siti.must_change_password
    assert siti.assignments.get().area == TRENGGALEK


def test_a_second_duty_for_the_same_person() -> None:
    add()
    add(duty="printing", area="3503012001", until=str(date.today() + timedelta(days=30)))
    assert [a.duty for a in Account.objects.get().assignments.order_by("pk")] == ["courier", "printing"]
    assert Assignment.objects.get(duty="printing").area == "35.03.01.2001"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"office": "35.99"}, "no office"),
        ({"area": "21.71"}, "does not belong"),
        ({"area": "99.99"}, "No area"),
        ({"area": "bukan"}, "area code"),
        ({"name": ""}, "blank"),
        ({"phone": "abc"}, "valid"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_kept(wrong: dict[str, str], words: str) -> None:
    from django.utils import translation

    with translation.override("en"), pytest.raises(CommandError, match=words):
        add(**wrong)
    assert not Account.objects.exists()
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("username", ["", "ab", "Budi Santoso", "a" * 200, "budi;drop", "<script>"])
def test_a_sign_in_name_that_cannot_be(username: str) -> None:
    with pytest.raises(CommandError):
        add(username)
    assert not Account.objects.exists()


def test_ending_one_duty_leaves_the_others() -> None:
    add()
    add(duty="printing", **{"from": "2024-01-01"})
    call_command("account", "end", "siti", "--duty=printing")
    assert [a.duty for a in Account.objects.get().assignments_on()] == ["courier"]
    assert Account.objects.get().is_active


def test_ending_the_account_ends_all_and_keeps_its_name_for_the_journals() -> None:
    add(**{"from": "2024-01-01"})
    call_command("account", "end", "siti")
    siti = Account.objects.get()
    assert not siti.is_active
    assert not siti.has_usable_password()
    assert not siti.assignments_on()
    assert siti.assignments.get().valid_until == office().today() - timedelta(days=1)


def test_an_account_that_does_not_exist() -> None:
    for verb in ("end", "reset"):
        with pytest.raises(CommandError, match="account list"):
            call_command("account", verb, "siapa")


def test_the_list_names_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    add()
    call_command("account", "list", "--office=35.03")
    assert "siti\tcourier\t35.03" in capsys.readouterr().out


def test_a_new_office(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("office", "add", "73.72", "--time-zone=wita")
    parepare = Office.objects.get(code="73.72")
    assert (parepare.name, parepare.city) == ("Disdukcapil Kota Parepare", "Parepare")
    assert parepare.number != office().number
    call_command("office", "list")
    assert "73.72" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [["35"], ["35.03.01"], ["99.99"], ["21.71", "--colour=#ffee00"], ["21.71", "--colour=red"], ["35.03"]],
)
def test_an_office_that_cannot_be(wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("office", "add", *wrong)
    assert Office.objects.count() == 1


def test_a_logo_is_a_small_png(tmp_path: Path) -> None:
    from django.test import Client

    good, bad, large = tmp_path / "a.png", tmp_path / "b.svg", tmp_path / "c.png"
    good.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100)
    bad.write_text("<svg onload='alert(1)'/>")
    large.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 70_000)
    for file in (bad, large, tmp_path / "none.png"):
        with pytest.raises(CommandError):
            call_command("office", "logo", TRENGGALEK, file)
    call_command("office", "logo", TRENGGALEK, good)
    answer = Client().get(f"/offices/{office().number}/logo.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content == good.read_bytes()
