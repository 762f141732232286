"""A day afterwards: what was planned, what was done."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.planning import models as kept
from jemput.planning.week import make
from tests.journal.cases import Case
from tests.people import signed_in, staff
from tests.planning_office import cases
from tests.planning_office.cases import tell, waiting
from tests.planning_office.keeping import Keeper, text

MONDAY = cases.MONDAY - timedelta(days=14)
"""Of last week or the week before: wholly over."""
SUNDAY_NIGHT = datetime.combine(MONDAY - timedelta(days=1), time(13), UTC)


@pytest.fixture
def office(keeper: Keeper) -> Keeper:
    """A team, a recording set, the village's registrar on every day."""
    keeper.usual()
    hours = {f"hours_{day}": "08.00-15.00" for day in ("mon", "tue", "wed", "thu", "fri")}
    keeper.keep("partners", name="Petugas registrasi desa", role="village", each_village="on", **hours)
    things: list[Any] = [kept.Site, kept.Vehicle, kept.Kit, kept.Team, kept.PartnerPerson, kept.TeamMember]
    for model in things:
        model.objects.update(since=date(2020, 1, 1))  # they were there weeks ago, too
    return keeper


def promised(programme: Programme, name: str) -> tuple[Case, e.VisitScheduled]:
    """Somebody who was promised that Monday."""
    case = waiting(programme, days_ago=30, name=name)
    promise = e.VisitScheduled(visit=uuid4(), day=MONDAY, part=e.DayPart.ALL_DAY, team="tim_1")
    tell(case, promise, Duty.SCHEDULER, SUNDAY_NIGHT - timedelta(days=2))
    return case, promise


def planned(office: Keeper) -> None:
    make.make(office.office, MONDAY, staff(Duty.SCHEDULER), seen=0, rounds=300, now=SUNDAY_NIGHT)


def at(clock: time) -> datetime:
    """A moment of that Monday on the office's clock (WIB)."""
    return datetime.combine(MONDAY, clock, UTC) - timedelta(hours=7)


def went(case: Case, promise: e.VisitScheduled, begun: time, ended: time, how: e.VisitOutcome) -> None:
    tell(case, e.VisitStarted(visit=promise.visit), Duty.FIELD_OFFICER, at(begun))
    tell(case, e.VisitEnded(visit=promise.visit, outcome=how), Duty.FIELD_OFFICER, at(ended))


def page(day: date = MONDAY, duty: Duty = Duty.SCHEDULER, area: str = "", monday: date = MONDAY) -> str:
    browser = signed_in(staff(duty, area) if area else staff(duty))
    shown = browser.get(reverse("office:week_done", args=[monday.isoformat(), day.isoformat()]))
    assert shown.status_code == 200, shown
    assert "99010" not in shown.content.decode()
    return text(shown)


def line(said: str, name: str) -> str:
    """What stands behind a name."""
    return said.split(name, 1)[1][:160]


def test_each_planned_visit_says_what_became_of_it(office: Keeper, keren: Programme) -> None:
    names = ("SITI AMINAH", "BUDI SANTOSA", "RATNA DEWI", "SRI WAHYUNI")
    done, absent, _left, (put_off, promise) = (promised(keren, n) for n in names)
    planned(office)
    went(*done, time(9, 5), time(9, 41), e.VisitOutcome.DONE)
    went(*absent, time(10), time(10, 10), e.VisitOutcome.NOT_HOME)
    other = promised(keren, "JOKO SUSILO")
    went(*other, time(11), time(11, 30), e.VisitOutcome.TOO_ILL)
    later = MONDAY + timedelta(days=2)
    moved = e.VisitMoved(visit=promise.visit, day=later, reason=e.MoveReason.WEATHER_ROAD)
    tell(put_off, moved, Duty.SCHEDULER, datetime.now(UTC))

    said = page()
    assert "kunjungan direncanakan 4 di antaranya terlayani 1 terlayani di luar rencana 0" in said
    assert "Tim 1 1 dari 4 terlayani" in said
    assert "09.05 WIB – 09.41 WIB Selesai" in line(said, "SITI AMINAH")
    assert "Tidak ada orang di rumah" in line(said, "BUDI SANTOSA")
    assert "tidak dimulai" in line(said, "RATNA DEWI")
    assert "dipindahkan ke" in line(said, "SRI WAHYUNI") and "Cuaca" in line(said, "SRI WAHYUNI")
    beside = said.split("Dikunjungi, meskipun tidak ada dalam rencana hari ini")[1]
    assert "Tim 1 11.00 WIB – 11.30 WIB" in line(beside, "JOKO SUSILO")
    assert "sakit" not in line(beside, "JOKO SUSILO").lower()
    assert re.search(r"Rekam data[a-z ]* 45 \d+ 3 45 \(lazim\)|45 30 3 45", said), said[-900:]

    nobody = page(MONDAY + timedelta(days=1))
    assert "tidak ada yang berangkat" in nobody
    elsewhere = page(area="35.03.01")
    assert "SITI AMINAH" not in elsewhere and "kasus di luar wilayah Anda" in elsewhere
    board = signed_in(staff(Duty.HEAD_OF_SECTION)).get(reverse("office:week", args=[MONDAY.isoformat()]))
    assert reverse("office:week_done", args=[MONDAY.isoformat(), MONDAY.isoformat()]) in str(board.content)


def test_without_a_plan_or_before_the_day_there_is_nothing_to_compare(
    office: Keeper, keren: Programme
) -> None:
    assert "Tidak ada rencana untuk minggu ini" in page()
    assert "Hari ini belum tiba" in page(cases.MONDAY, monday=cases.MONDAY)


def test_a_day_of_another_week_is_no_page(keeper: Keeper) -> None:
    address = reverse("office:week_done", args=[MONDAY.isoformat(), cases.MONDAY.isoformat()])
    assert keeper.browser.get(address).status_code == 404
