"""The look-up over HTTP: who may, what they see, what is written down."""

from __future__ import annotations

import pytest
from django.test import Client

from jemput.accounts.models import Access, AccessLog
from jemput.core.codes import Duty
from jemput.people.models import Snapshot
from tests.people import signed_in, staff
from tests.register.conftest import PULE, SUKARNI

pytestmark = pytest.mark.django_db
URL = "/people/look-up/"


def asked(duty: Duty = Duty.MAIN_ADMIN, area: str = "35.03") -> Client:
    return signed_in(staff(duty, area))


def test_the_partial_shows_who_and_why(register: Snapshot) -> None:
    answer = asked().post(URL, {"q": "Mbah Sukarni, Dongko, ibunya Painem"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "SUKARNI" in page and "Desa Dongko" in page and "Nama sama" in page
    assert AccessLog.objects.filter(what=Access.SEARCHED).count() == 1


def test_json(register: Snapshot) -> None:
    answer = asked().post(URL, {"q": SUKARNI}, headers={"Accept": "application/json"})
    first = answer.json()["hits"][0]
    assert (first["name"], first["nik"], first["number"]) == ("SUKARNI", SUKARNI, 1)
    assert first["matched"]


def test_a_duty_that_needs_no_nik_sees_it_masked(register: Snapshot) -> None:
    answer = asked(Duty.SCHEDULER).post(URL, {"q": "Sukarni, Dongko"}, headers={"Accept": "application/json"})
    assert all(hit["nik"].startswith("•") for hit in answer.json()["hits"])


def test_names_never_stand_in_an_address(register: Snapshot) -> None:
    assert asked().get(URL, {"q": "Sukarni"}).status_code == 405


def test_only_duties_that_identify_people(register: Snapshot) -> None:
    assert asked(Duty.COURIER).post(URL, {"q": "Sukarni"}).status_code == 403
    assert Client().post(URL, {"q": "Sukarni"}).status_code == 302
    assert "DONGKO" not in asked(Duty.VILLAGE_REGISTRAR, PULE).post(
        URL, {"q": "Sukarni 1950"}
    ).content.decode().upper().replace("DESA", "")


def test_not_found_is_not_nobody(register: Snapshot) -> None:
    page = asked().post(URL, {"q": "Zzyzx Qwlk, Pule"}).content.decode()
    assert "tidak berarti" in page


def test_a_name_alone_is_not_enough_for_an_office_but_for_a_village(register: Snapshot) -> None:
    begun = {"q": "Sukar", "typing": "1"}
    page = asked().post(URL, begun).content.decode()
    assert "nama ibunya" in page and "tidak berarti" not in page
    page = asked(Duty.VILLAGE_REGISTRAR, PULE).post(URL, begun).content.decode()
    assert "1 orang mungkin dimaksud" in page and "WAGIYEM" in page


def test_a_mother_and_a_village_without_a_name(register: Snapshot) -> None:
    answer = asked().post(URL, {"q": "ibunya Painem, Dongko"}, headers={"Accept": "application/json"})
    assert {hit["mother"] for hit in answer.json()["hits"][:2]} == {"PAINEM"}


def test_without_a_register_everything_goes_on_by_hand(db: None) -> None:
    assert asked().post(URL, {"q": "Sukarni"}).status_code == 200
    assert asked().post(URL, {"q": ""}).content.decode().strip() == ""
