"""What another team, set or day would bring: reckoned on a page, and nothing is saved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.office.anew import whatif
from jemput.planning.models import Settings
from tests.people import signed_in, staff
from tests.planning_office.cases import MONDAY, waiting
from tests.planning_office.keeping import Keeper, text
from tests.planning_office.week import Week

HOME = {"latitude": -8.0712, "longitude": 111.6934}


@pytest.fixture
def week(keeper: Keeper, keren: Programme, monkeypatch: pytest.MonkeyPatch) -> Week:
    """One team whose set records one person a day: seven wait, five have a place."""
    monkeypatch.setattr(whatif, "SECONDS", 0.2)
    week = Week(keeper, teams=1)
    keeper.keep("kits", _kit(), people_per_day="1")
    for n in range(7):
        waiting(keren, days_ago=n + 1, **HOME)
    assert week.planned().plan["score"]["people"] == 5
    return week


def _kit() -> int:
    from jemput.planning.models import Kit

    return Kit.objects.get().pk


def prices(week: Week, **said: int) -> None:
    Settings.objects.update_or_create(office=week.office, defaults=said)


def options(week: Week, field: str) -> list[str]:
    html = week.browser.get(reverse("office:what_if", args=[MONDAY])).content.decode()
    (select,) = re.findall(rf'<select name="{field}".*?</select>', html, re.S)
    return [value for value in re.findall(r'value="([^"]*)"', select) if value]


def tried(week: Week, status: int = 200, **said: Any) -> str:
    response = week.press("what_if", MONDAY, **said)
    assert response.status_code == status, response
    return text(response)


def test_a_team_without_a_set_brings_nobody_and_both_together_bring_those_left_out(week: Week) -> None:
    prices(week, km_cost=1_500, team_day_cost=150_000, budget=45_000_000)
    (team,), (kit,) = options(week, "team"), options(week, "kit")
    alone = tried(week, team=team)
    assert "Orang terlayani 5 5 ±0" in alone and "yang kurang adalah hal lain" in alone
    both = tried(week, team=team, kit=kit)
    assert "Orang terlayani 5 7 +2" in both and "yang kurang adalah hal lain" not in both
    cost = re.search(r"Biaya minggu ini Rp ([\d.]+) Rp ([\d.]+) −Rp ([\d.]+)", both)
    assert cost, both
    now, then, more = (int(n.replace(".", "")) for n in cost.groups())
    assert now > 5 * 150_000 > then and abs(now - then - more) <= 1  # two sets on fewer days
    share = f"{100 * now / 45_000_000:.1f}".replace(".", ",")
    assert f"Bagian dari anggaran tahunan {share} %" in both
    assert f"minggu seperti ini {45_000_000 // now} {45_000_000 // then}" in both


def test_one_more_day_serves_one_more_and_nothing_is_saved(week: Week) -> None:
    day, before = options(week, "day")[0], week.plan
    said = tried(week, day=day, like=options(week, "like")[0])
    assert "Orang terlayani 5 6 +1" in said
    after = week.plan
    assert (after.version, after.plan) == (before.version, before.plan)
    assert after.versions.count() == 1 and after.worlds.count() == 1


def test_without_prices_the_page_says_where_to_set_them(week: Week) -> None:
    page = week.page("what_if", MONDAY)
    assert "Isi biaya" in page and "detik" in page
    said = tried(week, kit=options(week, "kit")[0])
    assert "Biaya minggu ini" not in said and "Jarak" not in said and "km" in said
    prices(week, km_cost=1_500)
    assert "Isi anggaran" in week.page("what_if", MONDAY)
    assert "Biaya minggu ini" in tried(week, kit=options(week, "kit")[0])


def test_what_is_not_there_cannot_be_chosen(week: Week) -> None:
    assert "Pilih tim, perlengkapan, atau hari" in tried(week, 422)
    assert "tidak ada lagi dalam minggu ini" in tried(week, 422, team="tim-99")
    assert "tidak ada lagi dalam minggu ini" in tried(week, 422, day=str(MONDAY))


def test_planners_come_from_the_board_and_the_head_does_not(week: Week) -> None:
    assert "Bagaimana jika" in week.page("week", MONDAY)
    head = signed_in(staff(Duty.HEAD_OF_SECTION, week.office.code))
    assert "Bagaimana jika" not in text(head.get(reverse("office:week", args=[MONDAY])))
    address = reverse("office:what_if", args=[MONDAY])
    assert head.get(address).status_code == head.post(address, {"kit": "x"}).status_code == 403
    empty = reverse("office:what_if", args=["2026-01-05"])
    assert week.browser.get(empty).status_code == 302


def test_with_a_locked_key_nothing_is_reckoned(week: Week, settings: Any, tmp_path: Path) -> None:
    settings.JEMPUT_KEYS = tmp_path / "empty"
    assert "terkunci" in week.page("what_if", MONDAY)
    assert "Orang terlayani" not in tried(week, 409, kit="kit-1")
