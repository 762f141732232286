"""Searching: by ticket, name, NIK or phone; nothing of it in an address, a session or a log."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from jemput.accounts.models import AccessLog
from jemput.core.codes import Duty
from tests.journal.cases import NIK
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.lists import NEXT_WARD, Desk, new_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, office_key: None) -> Desk:  # noqa: F811
    return new_desk()


def ask(desk: Desk, typed: str, duty: Duty = Duty.MAIN_ADMIN, client: Any = None, **where: str) -> Any:
    client = client or desk.browser(duty, **where)
    return client.post(reverse("office:search"), {"q": typed})


def test_a_ticket_leads_to_its_case(desk: Desk) -> None:
    case = desk.case()
    for typed in (case.row.ticket, f"  {case.row.ticket.lower()} "):
        response = ask(desk, typed)
        assert response.status_code == 302
        assert response.headers["Location"] == reverse("office:case", args=[case.stream])


@pytest.mark.parametrize("typed", ["siti aminah", "SITI", NIK, "0812-0000-0001", "+62 812 0000 0001"])
def test_one_person_found_by_name_nik_or_phone_is_opened(desk: Desk, typed: str) -> None:
    case = desk.case()
    desk.case(name="BUDI SANTOSO", nik="9901014708510002", phone="081200000002")
    assert ask(desk, typed).headers["Location"] == reverse("office:case", args=[case.stream])


def test_several_are_listed_under_an_address_that_says_nothing(desk: Desk) -> None:
    for _n in range(3):
        desk.case()
    client = desk.browser(Duty.MAIN_ADMIN)
    response = ask(desk, "siti", client=client)
    assert "siti" not in response.headers["Location"].lower()
    page = client.get(response.headers["Location"])
    assert len(page.context["rows"]) == 3
    kept = json.dumps([s.get_decoded() for s in Session.objects.all()])
    assert "siti" not in kept.lower()
    other = desk.browser(Duty.MAIN_ADMIN).get(response.headers["Location"])
    assert other.context["rows"] == []


def test_what_lies_outside_the_area_is_not_found(desk: Desk) -> None:
    case = desk.case()
    for typed in (case.row.ticket, "siti"):
        response = ask(desk, typed, Duty.VILLAGE_REGISTRAR, area=NEXT_WARD)
        assert response.status_code == 200
        assert response.context["rows"] == []


def test_the_evaluator_finds_tickets_but_no_people(desk: Desk) -> None:
    case = desk.case()
    assert ask(desk, case.row.ticket, Duty.EVALUATOR).status_code == 302
    assert ask(desk, "siti", Duty.EVALUATOR).status_code == 200


@pytest.mark.parametrize("typed", ["", "  ", "x", "123", "\x00", "a" * 500, "!!!", "‮"])
def test_what_cannot_be_searched_for_is_told_and_kept(desk: Desk, typed: str) -> None:
    response = ask(desk, typed)
    assert response.status_code == 422
    assert "q-error" in response.content.decode()


def test_nothing_found_keeps_what_was_typed_and_says_what_to_try(desk: Desk) -> None:
    html = ask(desk, "SUKARNO").content.decode()
    assert 'value="SUKARNO"' in html
    assert "<li>" in html


def test_a_search_is_written_down_without_its_words(desk: Desk) -> None:
    desk.case()
    ask(desk, "siti")
    log = AccessLog.objects.get(what="searched")
    assert log.fields == []
    assert log.stream is None


def test_searching_is_not_possible_through_an_address(desk: Desk) -> None:
    assert desk.browser(Duty.MAIN_ADMIN).get(reverse("office:search") + "?q=siti").status_code == 405


def test_with_a_locked_key_tickets_are_still_found(desk: Desk, settings: Any, tmp_path: Any) -> None:
    case = desk.case()
    client = desk.browser(Duty.MAIN_ADMIN)
    settings.JEMPUT_KEYS = tmp_path / "elsewhere"
    assert ask(desk, case.row.ticket, client=client).status_code == 302
    assert ask(desk, "siti", client=client).status_code == 503


def test_a_common_name_elsewhere_does_not_hide_ones_own_case(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jemput.journal.search.MOST", 2)
    for n in range(4):
        desk.case(name="SITI", nik=f"990101470851000{n + 2}")
    own = desk.case(name="SITI AMINAH", area="73.72.02.1004")
    response = ask(desk, "siti", Duty.SUBDISTRICT, area="73.72.02")
    assert response.headers["Location"] == reverse("office:case", args=[own.stream])
