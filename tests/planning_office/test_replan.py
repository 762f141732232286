"""Something has happened: the smallest change is proposed with its price; nothing is written before a yes."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from jemput.core import entries as e
from jemput.core.codes import Duty, Urgency
from jemput.core.programme import Programme
from jemput.core.rules import Actor
from jemput.planning.checker import check
from jemput.planning.models import Kit
from jemput.planning.week import edit, keep, publish
from jemput.planning.week.models import Change, WeekPlan
from tests.journal.cases import Case
from tests.planning_office.cases import MONDAY, NOW, tell, waiting
from tests.planning_office.keeping import Keeper
from tests.planning_office.week import Week, is_planned, stop_of, written

HOME = {"latitude": -8.0712, "longitude": 111.6934}


@pytest.fixture
def week(keeper: Keeper) -> Week:
    return Week(keeper, teams=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock on the office's wall."""

    def at(day: date, hour: int, minute: int = 0) -> datetime:
        now = datetime.combine(day, time(hour, minute), timezone.get_current_timezone())
        monkeypatch.setattr(timezone, "now", lambda: now)
        return now

    return at


def published(week: Week) -> WeekPlan:
    plan = week.plan
    return publish.publish(plan, week.by, Actor(Duty.SCHEDULER, week.office.code), seen=plan.version).week


def proposal(week: Week, **query: Any) -> HttpResponse:
    response = week.browser.get(reverse("office:anew", args=[MONDAY]), query)
    assert response.status_code == 200
    return response


def accept(week: Week, page: HttpResponse, **said: Any) -> HttpResponse:
    token = re.search(r'name="token" value="([^"]*)"', page.content.decode())
    assert token, "nothing was proposed"
    values = {"do": "accept", "token": unescape(token[1]), "reason": "urgent_case"} | said
    return week.press("anew", MONDAY, **values)


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(response.content.decode())).split())


def test_an_emergency_gets_a_place_and_the_families_moved_are_told(week: Week, keren: Programme) -> None:
    cases = [waiting(keren, days_ago=n + 1, **HOME) for n in range(4)]
    week.planned()
    published(week)
    urgent = waiting(keren, days_ago=0, urgency=Urgency.EMERGENCY, **HOME)
    page = proposal(week)
    assert "Mendesak, dan belum ada dalam rencana" in words(page)
    assert week.plan.version == 1 and not written(urgent, "visit_scheduled")
    assert accept(week, page).status_code == 302
    plan = week.plan
    assert is_planned(plan, urgent) and plan.now.what == Change.REPLANNED
    assert not check(keep.world_of(plan), plan.plan)
    (promise,) = written(urgent, "visit_scheduled")
    assert promise.day == stop_of(plan, urgent)[0]
    kept = [c for c in cases if not written(c, "visit_moved")]
    assert len(kept) >= 3  # at least nine in ten where there is room
    assert "janji baru" in week.page("tell", MONDAY) and "gratis" in week.page("tell", MONDAY)
    assert plan.is_published and "Tidak ada yang belum diketahui rencana" in words(proposal(week))


def test_a_set_that_breaks_moves_its_visits_and_the_scheduler_may_refuse(
    week: Week, keren: Programme
) -> None:
    cases = [waiting(keren, days_ago=n + 1, **HOME) for n in range(3)]
    week.planned()
    published(week)
    day = min(stop_of(week.plan, c)[0] for c in cases)
    there = [c for c in cases if stop_of(week.plan, c)[0] == day]
    week.keeper.keep(
        "absences", of=f"kit:{Kit.objects.get().pk}", since=str(day), until=str(day), reason="repair"
    )
    page = proposal(week)
    assert "Tidak ada pada hari yang direncanakan" in words(page) and "Alat rekam 1" in words(page)
    assert accept(week, page, reason="team", told=[str(there[0].stream)]).status_code == 302
    plan = week.plan
    assert not check(keep.world_of(plan), plan.plan)
    for case in there:
        (moved,) = written(case, "visit_moved")
        assert (moved.day, moved.reason) == (stop_of(plan, case)[0], "team") and moved.day > day
        assert moved.told is (case is there[0])
    if len(there) > 1:
        assert "belum tahu" in week.page("tell", MONDAY)
        week.press("tell", MONDAY, visit=str(there[1].stream))
        assert written(there[1], "visit_moved")[-1].told


def test_who_loses_a_promise_gets_another_time_that_suits(week: Week, keren: Programme) -> None:
    case = waiting(keren, preferred_time="afternoon", preferred_days=["wed", "thu"], **HOME)
    other = waiting(keren, preferred_days=["tue"], **HOME)  # a neighbour: it would be the shortest way
    week.planned()
    published(week)
    day = stop_of(week.plan, case)[0]
    of = f"kit:{Kit.objects.get().pk}"
    week.keeper.keep("absences", of=of, since=str(day), until=str(day), reason="repair")
    assert accept(week, proposal(week), reason="team").status_code == 302
    plan = week.plan
    again, _team, starts = stop_of(plan, case)
    assert {day, again} == {MONDAY + timedelta(days=2), MONDAY + timedelta(days=3)} and starts >= "12:00"
    assert not check(keep.world_of(plan), plan.plan) and not written(other, "visit_moved")


def test_who_must_stay_stays(week: Week, keren: Programme, clock: Any) -> None:
    case = waiting(keren, **HOME)
    week.planned()
    published(week)
    day = stop_of(week.plan, case)[0]
    clock(day, 6)
    closed = proposal(week, closed=case.area)
    assert "Harus tetap seperti dijanjikan" in words(closed)
    again = week.press("anew", MONDAY, do="again", closed=case.area, refuse=[str(case.stream)])
    assert "Masih belum mendapat tempat" in words(again)  # the road is closed: it cannot be kept
    assert week.plan.version == 1 and not written(case, "visit_moved")


def test_a_failed_visit_gets_another_time_on_the_same_day_or_later(
    week: Week, keren: Programme, clock: Any
) -> None:
    cases = [waiting(keren, days_ago=n + 1, **HOME) for n in range(3)]
    week.planned()
    published(week)
    first = min(cases, key=lambda c: stop_of(week.plan, c))
    day, _team, starts = stop_of(week.plan, first)
    now = clock(day, int(starts[:2]) + 1, 30)
    _visited(first, now - timedelta(minutes=60), now - timedelta(minutes=50), e.VisitOutcome.NOT_HOME)
    page = proposal(week)
    assert "Dikunjungi tanpa hasil" in words(page)
    assert accept(week, page, reason="other").status_code == 302
    plan = week.plan
    again = stop_of(plan, first)
    assert (again[0], again[2]) > (day, f"{now:%H:%M}")
    assert len(written(first, "visit_scheduled")) == 2
    assert not [c for c in cases if written(c, "visit_moved")]


def test_who_was_visited_today_stays_in_the_plan_and_is_promised_nothing_more(
    week: Week, keren: Programme, clock: Any
) -> None:
    cases = [waiting(keren, days_ago=n + 1, **HOME) for n in range(3)]
    week.planned()
    published(week)
    first = min(cases, key=lambda c: stop_of(week.plan, c))
    day, _team, starts = stop_of(week.plan, first)
    now = clock(day, int(starts[:2]) + 1, 30)
    _visited(first, now - timedelta(minutes=60), now - timedelta(minutes=10), e.VisitOutcome.DONE)
    waiting(keren, days_ago=0, urgency=Urgency.EMERGENCY, **HOME)
    assert accept(week, proposal(week)).status_code == 302
    assert stop_of(week.plan, first) == (day, _team, starts)
    assert len(written(first, "visit_scheduled")) == 1
    assert not check(keep.world_of(week.plan), week.plan.plan)


def test_two_schedulers_the_later_reads_that_the_plan_is_newer(week: Week, keren: Programme) -> None:
    case = waiting(keren, **HOME)
    week.planned()
    urgent = waiting(keren, days_ago=0, urgency=Urgency.EMERGENCY, **HOME)
    page = proposal(week)
    edit.lock(week.plan, [str(case.stream)], week.by)
    late = accept(week, page)
    assert late.status_code == 409 and "baru saja mengubah rencana ini" in words(late)
    assert week.plan.version == 2 and not written(urgent, "visit_scheduled")
    assert accept(week, late).status_code == 302  # the new proposal stands below


def test_a_proposal_that_no_longer_fits_is_made_again(week: Week, keren: Programme) -> None:
    case = waiting(keren, **HOME)
    week.planned()
    urgent = waiting(keren, days_ago=0, urgency=Urgency.EMERGENCY, **HOME)
    page = proposal(week)
    tell(urgent, e.Closed(reason=e.CloseReason.WITHDRAWN), Duty.MAIN_ADMIN, NOW)
    late = accept(week, page)
    assert late.status_code == 409 and "Sementara itu" in words(late) and is_planned(week.plan, case)
    assert accept(week, page, token="made up").status_code == 409


def test_when_nothing_has_happened_the_page_says_so(week: Week, keren: Programme) -> None:
    waiting(keren, **HOME)
    week.planned()
    published(week)
    assert "Tidak ada yang belum diketahui rencana" in words(proposal(week))
    assert "Tidak ada yang perlu dipindahkan" in words(proposal(week, **{"try": "1"}))


def _visited(case: Case, began: datetime, ended: datetime, outcome: e.VisitOutcome) -> None:
    (promise, *_more) = written(case, "visit_scheduled")
    officer = Duty.FIELD_OFFICER
    tell(case, e.VisitStarted(visit=promise.visit, partners=promise.partners or []), officer, began)
    nxt = e.NextStep.CONTINUE if outcome is e.VisitOutcome.DONE else e.NextStep.REVISIT
    tell(case, e.VisitEnded(visit=promise.visit, outcome=outcome, next_step=nxt), officer, ended)


def test_today_tells_the_scheduler_what_has_changed_since_the_plan(
    week: Week, keren: Programme, clock: Any
) -> None:
    waiting(keren, **HOME)
    week.planned()
    clock(MONDAY, 7)
    assert "Yang berubah sejak rencana" not in week.page("today")
    waiting(keren, days_ago=0, urgency=Urgency.EMERGENCY, **HOME)
    assert "Yang berubah sejak rencana minggu ini: 1." in week.page("today")
    assert "Susun ulang" in week.page("week", MONDAY)
