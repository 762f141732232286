"""Today: what waits for me, the oldest promise first; what is blocked, and why; how the office stands."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from jemput.core.codes import Duty
from jemput.office import today
from jemput.office.words import say_due
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.lists import NEXT_WARD, WARD, Desk, new_desk
from tests.people import PAREPARE, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, office_key: None) -> Desk:  # noqa: F811
    return new_desk()


def page(desk: Desk, duty: Duty = Duty.MAIN_ADMIN, query: str = "", **where: str) -> Any:
    response = desk.browser(duty, **where).get(reverse("office:today") + query)
    assert response.status_code == 200
    return response


def waits(response: Any) -> list[tuple[str, str]]:
    return [(row.name, row.step) for row in response.context["rows"]]


def test_the_oldest_promise_comes_first_and_a_broken_one_says_so_in_words(desk: Desk) -> None:
    desk.case(name="BARU")
    old = desk.case(name="LAMA", days_ago=30)
    shown = page(desk)
    assert waits(shown)[0][0] == "LAMA"
    html = shown.content.decode()
    with translation.override("id"), timezone.override(office(PAREPARE).zone):
        assert say_due(shown.context["rows"][0].due) in html
    assert 'class="late"' in html
    assert 'href="/cases/' in html
    assert reverse("office:act", args=[old.stream, waits(shown)[0][1]]) in html


def test_every_row_leads_to_the_form_of_its_step(desk: Desk) -> None:
    case = desk.accepted(desk.case())
    shown = page(desk)
    assert reverse("office:act", args=[case.stream, "register_check"]) in shown.content.decode()


def test_steps_are_counted_and_narrow_the_list(desk: Desk) -> None:
    desk.accepted(desk.case())
    desk.case()
    desk.case()
    shown = page(desk)
    numbers = {group.key: group.number for group in shown.context["groups"]}
    assert numbers["4.papers"] == 2
    assert numbers["4.register_check"] == 1
    only = page(desk, query="?step=4.register_check")
    assert [step for _name, step in waits(only)] == ["register_check"]
    assert waits(page(desk, query="?step=nonsense")) == waits(shown)


def test_what_waits_for_another_duty_or_area_is_not_mine(desk: Desk) -> None:
    desk.case(area=WARD)
    assert waits(page(desk, Duty.COURIER)) == []
    assert waits(page(desk, Duty.VILLAGE_REGISTRAR, area=NEXT_WARD)) == []
    assert waits(page(desk, Duty.VILLAGE_REGISTRAR, area=WARD)) != []


def test_a_reporter_sees_only_what_they_reported(desk: Desk) -> None:
    desk.case()
    assert waits(page(desk, Duty.REPORTER)) == []


def test_nothing_to_do_is_said_kindly(desk: Desk) -> None:
    shown = page(desk, Duty.PRINTING)
    assert shown.context["rows"] == []
    assert 'class="empty"' in shown.content.decode()


def test_what_is_blocked_says_which_papers_are_missing(desk: Desk) -> None:
    from jemput.journal.models import Waiting

    desk.case()
    Waiting.objects.filter(step="accept").update(blocked=True)
    shown = page(desk)
    html = shown.content.decode()
    if shown.context["blocked"]:
        assert "Kartu Keluarga" in html
        assert "accept" not in [step for _name, step in waits(shown)]


def test_pages_follow_each_other_without_loss_or_repetition(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "PAGE", 2)
    for n in range(5):
        desk.case(name=f"ORANG {'ABCDE'[n]}", days_ago=7 * n)
    seen: list[tuple[str, str]] = []
    query = "?step=4.papers"
    for _turn in range(9):
        shown = page(desk, query=query)
        seen += waits(shown)
        if not shown.context["more"]:
            break
        [query] = re.findall(r'rel="next" href="([^"]+)"', shown.content.decode())
        query = query.replace("&amp;", "&")
    assert [name for name, _step in seen] == [f"ORANG {c}" for c in "EDCBA"]


@pytest.mark.parametrize("after", ["x", "2026-01-01~", "2026-01-01T00:00:00~zz", "~~~", "9999~0"])
def test_a_place_that_is_none_is_the_beginning(desk: Desk, after: str) -> None:
    desk.case()
    assert waits(page(desk, query=f"?after={after}"))


def test_the_number_of_questions_does_not_grow_with_the_cases(desk: Desk) -> None:
    client = desk.browser(Duty.MAIN_ADMIN)
    desk.accepted(desk.case())
    client.get("/")
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/")
        counts.append(len(asked))
        for n in range(12):
            desk.accepted(desk.case(days_ago=n))
    assert counts[0] == counts[1] <= 11


def test_the_head_of_office_sees_broken_promises_by_duty(desk: Desk) -> None:
    desk.case(days_ago=40)
    shown = page(desk, Duty.HEAD_OF_OFFICE)
    assert Duty.MAIN_ADMIN in [o.duty for o in shown.context["overdue"]]
    assert shown.context["open_now"] == 1


def test_the_evaluator_sees_how_the_office_stands_and_no_names(desk: Desk) -> None:
    desk.case(days_ago=40)
    shown = page(desk, Duty.EVALUATOR)
    assert "SITI" not in shown.content.decode()
    assert "rows" not in shown.context
    assert shown.context["overview"]


def test_a_locked_key_hides_names_and_says_so(desk: Desk, settings: Any, tmp_path: Any) -> None:
    desk.case()
    client = desk.browser(Duty.MAIN_ADMIN)
    settings.JEMPUT_KEYS = tmp_path / "elsewhere"
    html = client.get("/").content.decode()
    assert "SITI" not in html
    assert "notice warn" in html
