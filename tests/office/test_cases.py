"""The case list: filters in the address, pages, and only what the duty sees."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jemput.core.codes import Duty, Sex, Urgency
from jemput.office import cases
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.front import Office
from tests.office.lists import NEXT_WARD, WARD, Desk, new_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, office_key: None) -> Desk:  # noqa: F811
    return new_desk()


def listed(desk: Desk, query: str = "", duty: Duty = Duty.MAIN_ADMIN, **where: str) -> Any:
    response = desk.browser(duty, **where).get(reverse("office:cases") + query)
    assert response.status_code == 200
    return response


def people(response: Any) -> set[str]:
    return {row.name for row in response.context["rows"]}


@pytest.fixture
def three(desk: Desk) -> Desk:
    """One new and urgent, one accepted long ago elsewhere, one stuck at the centre."""
    desk.case(name="BARU", urgency=Urgency.EMERGENCY, sex=Sex.FEMALE)
    then = timezone.now() - timedelta(days=19)
    desk.accepted(desk.case(name="LAMA", days_ago=100, area=NEXT_WARD), then)
    desk.at_centre(desk.accepted(desk.case(name="PUSAT", days_ago=20), then), "SENT_FOR_ENROLLMENT", then)
    return desk


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"BARU", "LAMA", "PUSAT"}),
        ("?status=reported", {"BARU"}),
        ("?flag=at_centre", {"PUSAT"}),
        (f"?village={NEXT_WARD}", {"LAMA"}),
        ("?village=73.72.01", {"BARU", "LAMA", "PUSAT"}),
        ("?programme=4", {"BARU", "LAMA", "PUSAT"}),
        ("?urgency=emergency", {"BARU"}),
        ("?step=register_check", {"LAMA", "PUSAT"}),
        ("?age=30", {"LAMA"}),
        ("?late=on", {"LAMA", "PUSAT"}),
        ("?centre=sent", {"PUSAT"}),
        ("?status=reported&urgency=emergency", {"BARU"}),
        ("?status=closed", set()),
    ],
)
def test_each_filter_narrows_the_list(three: Desk, query: str, expected: set[str]) -> None:
    assert people(listed(three, query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        "?status=lain",
        "?village=abc",
        "?programme=99999",
        "?programme=%00",
        "?age=-1",
        "?flag=%27--",
        "?after=entah",
        "?centre=x",
        "?village=" + "9" * 500,
    ],
)
def test_a_filter_that_makes_no_sense_is_told_and_not_used(three: Desk, query: str) -> None:
    assert people(listed(three, query)) == {"BARU", "LAMA", "PUSAT"}


def test_filters_stay_in_the_address_of_the_next_page(three: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "PAGE", 1)
    query, seen = "?programme=4&sort=due", []
    for _turn in range(9):
        shown = listed(three, query)
        seen += [row.name for row in shown.context["rows"]]
        following = re.findall(r'rel="next" href="([^"]+)"', shown.content.decode())
        if not following:
            break
        query = following[0].replace("&amp;", "&")
        assert "programme=4" in query
    assert sorted(seen) == ["BARU", "LAMA", "PUSAT"]
    assert seen[-1] == "BARU"


def test_the_latest_act_comes_first_and_pages_lose_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "PAGE", 2)
    for n in range(5):
        desk.case(name=f"ORANG {'ABCDE'[n]}", days_ago=n)
    seen: list[str] = []
    query = ""
    while query is not None and len(seen) < 9:
        shown = listed(desk, query)
        seen += [row.name for row in shown.context["rows"]]
        following = re.findall(r'rel="next" href="([^"]+)"', shown.content.decode())
        if not following:
            break
        query = following[0].replace("&amp;", "&")
    assert seen == [f"ORANG {c}" for c in "ABCDE"]


def test_cases_outside_the_area_are_not_there(three: Desk) -> None:
    assert people(listed(three, duty=Duty.VILLAGE_REGISTRAR, area=NEXT_WARD)) == {"LAMA"}
    assert people(listed(three, f"?village={WARD}", Duty.VILLAGE_REGISTRAR, area=NEXT_WARD)) == set()


def test_the_evaluator_sees_tickets_and_no_names(three: Desk) -> None:
    html = listed(three, duty=Duty.EVALUATOR).content.decode()
    assert "BARU" not in html
    assert html.count('class="code') == 0
    assert "TRG-" in html


def test_an_empty_list_says_what_to_do(desk: Desk) -> None:
    assert 'class="empty"' in listed(desk).content.decode()
    assert 'class="empty"' in listed(desk, "?status=closed").content.decode()


def test_a_programme_of_the_mentally_ill_is_named_only_to_those_who_need_to_know(desk: Desk) -> None:
    from jemput import journal
    from jemput.programmes import packaged
    from tests.people import BATAM, office

    office(BATAM)
    journal.install(packaged()["odgj-batam"])
    assert "ODGJ" not in listed(desk, duty=Duty.PRINTING, area=BATAM).content.decode()
    assert "ODGJ" in listed(desk, duty=Duty.MAIN_ADMIN, area=BATAM).content.decode()


def test_who_reported_reads_in_lists_the_name_they_gave_and_no_other(parepare: Office) -> None:
    unknown = parepare.report(Duty.REPORTER, name="", note="Ibu tua di gubuk")
    known = parepare.report(Duty.REPORTER, name="Mak Ijah", anyway="1")
    for case in (unknown, known):
        parepare.done(case, "person_described", Duty.MAIN_ADMIN, name="Hadijah Daeng", phone="081200000077")
    reporter, admin = parepare.as_(Duty.REPORTER), parepare.as_(Duty.MAIN_ADMIN)
    address = reverse("office:cases")
    assert people(admin.get(address)) == {"HADIJAH DAENG"}
    assert people(reporter.get(address)) == {"", "MAK IJAH"}

    def found(browser: Client, typed: str) -> set[UUID]:
        page = browser.post(reverse("office:search"), {"q": typed}, follow=True)
        return {c.pk for c in (unknown, known) if c.ticket in page.content.decode()}

    assert found(admin, "hadijah") == {unknown.pk, known.pk}
    assert found(reporter, "hadijah") == set()  # a hit would say that the guess is right
    assert found(reporter, "081200000077") == set()
    assert found(reporter, "ijah") == {known.pk}
    assert found(reporter, unknown.ticket) == {unknown.pk}
