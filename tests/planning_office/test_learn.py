"""Service and travel times are learned from the visits in the journal, and shown with their numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.planning import built
from jemput.planning import models as kept
from tests.journal.cases import Case, new_id
from tests.planning_office.cases import NOW, VILLAGE, WEEK, tell, waiting
from tests.planning_office.keeping import Keeper, text


def visited(
    programme: Programme, at: datetime, minutes: int, point: tuple[float, float] | None = None, **more: Any
) -> Case:
    """A visit that began at a moment and took so long."""
    case, visit = Case(programme, area=VILLAGE), new_id()
    tell(case, case.report(latitude=None, longitude=None), Duty.REPORTER, at - timedelta(days=3))
    scheduled = e.VisitScheduled(visit=visit, day=at.date(), **more)
    tell(case, scheduled, Duty.SCHEDULER, at - timedelta(days=1))
    here = {"latitude": point[0], "longitude": point[1]} if point else {}
    tell(case, e.VisitStarted(visit=visit, **here), Duty.FIELD_OFFICER, at)
    done = e.VisitEnded(visit=visit, outcome=e.VisitOutcome.DONE)
    tell(case, done, Duty.FIELD_OFFICER, at + timedelta(minutes=minutes))
    return case


def morning(keeper: Keeper, days_ago: int, hour: int = 8, minute: int = 0) -> datetime:
    """A moment on the office's clock."""
    local = NOW.astimezone(keeper.office.zone) - timedelta(days=days_ago)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


def service(keeper: Keeper) -> int:
    """The minutes of service that the next plan takes for the one who waits."""
    return int(built(keeper.office, WEEK, NOW).data["visits"][0]["service_minutes"])


def shown(keeper: Keeper) -> str:
    return text(keeper.browser.get(reverse("planning:settings")))


def test_nine_visits_teach_nothing_and_the_tenth_decides(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    waiting(keren)
    for n in range(9):
        visited(keren, morning(keeper, n + 2), 70 + n)
    assert service(keeper) == keren.visit_minutes - 10
    assert f"9 74 {keren.visit_minutes} (lazim)" in shown(keeper)
    visited(keren, morning(keeper, 20), 80)
    assert service(keeper) == 75 - 10  # the median of 70..78 and 80 is 74.5, less setting up
    assert "10 75 75" in shown(keeper)


def test_slips_of_the_pen_and_old_visits_are_left_out(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    waiting(keren)
    for n in range(6):
        visited(keren, morning(keeper, n + 2), 1)
        visited(keren, morning(keeper, n + 2), 900)
        visited(keren, morning(keeper, n + 400), 90)
    assert service(keeper) == keren.visit_minutes - 10


def drive(keeper: Keeper, programme: Programme, factor: float, days: int, spread: float = 1.0) -> None:
    """Days with two visits each, ten kilometres apart, on ways that take ``factor`` times their length."""
    settings = kept.settings_of(keeper.office)
    speed = (settings.two_wheels + settings.four_wheels) / 2
    usual = 10.0 * settings.detour / speed * 60
    for n in range(days):
        start = morning(keeper, n + 2)
        minutes = usual * factor * (spread if n % 2 else 1 / spread)
        visited(programme, start, 20, (-8.05, 111.70), team="tim_1")
        on = start + timedelta(minutes=20 + minutes)
        visited(programme, on, 20, (-8.05 - 10.0 / 111.195, 111.70), team="tim_1")


def test_the_hill_factor_comes_from_the_teams_own_ways(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    waiting(keren)
    drive(keeper, keren, 1.7, 6)
    assert built(keeper.office, WEEK, NOW).data["travel"]["hill"] == 1.3  # six ways are too few
    assert "1,30 lazim untuk jalan seperti ini" in shown(keeper)
    kept.Settings.objects.update_or_create(office=keeper.office, defaults={"terrain": "flat"})
    assert built(keeper.office, WEEK, NOW).data["travel"]["hill"] == 1.0
    drive(keeper, keren, 1.7, 12)
    assert built(keeper.office, WEEK, NOW).data["travel"]["hill"] == pytest.approx(1.7, abs=0.03)
    assert "perjalanan antarkunjungan" in shown(keeper) and "1,7" in shown(keeper)
    kept.Settings.objects.update(hill=2.5)
    assert built(keeper.office, WEEK, NOW).data["travel"]["hill"] == 2.5
    assert "2,50 diisi di bawah" in shown(keeper)


def test_ways_that_disagree_teach_nothing(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    drive(keeper, keren, 1.5, 14, spread=2.2)
    assert built(keeper.office, WEEK, NOW).data["travel"]["hill"] == 1.3
    assert "Perbedaannya terlalu besar" in shown(keeper)


def test_lunch_is_no_way(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    for n in range(14):
        start = morning(keeper, n + 2, 11)
        visited(keren, start, 40, (-8.05, 111.70), team="tim_1")
        visited(keren, start + timedelta(hours=2, minutes=30), 20, (-8.20, 111.70), team="tim_1")
    assert built(keeper.office, WEEK, NOW).data["travel"]["hill"] == 1.3
    assert "Perjalanan antarkunjungan 0" in shown(keeper)
