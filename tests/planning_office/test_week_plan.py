"""The week's plan as it is kept: made, changed by hand, locked, undone, published into the cases."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from jemput import journal
from jemput.accounts.models import Account
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.core.rules import Actor
from jemput.journal import erase, keys
from jemput.planning.week import edit, keep, make, publish
from jemput.planning.week.models import Change, WeekPlan, WeekWorld
from tests.journal.cases import Case
from tests.people import staff
from tests.planning_office.cases import MONDAY, NOW, tell, waiting
from tests.planning_office.keeping import Keeper

TUESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 3))


@pytest.fixture
def office(keeper: Keeper) -> Keeper:
    """Two teams with a car and a motorbike, one recording set, the village along on all days."""
    keeper.usual(kits=2)
    keeper.keep("teams", name="Tim 2", members=[keeper.officer(), keeper.officer()])
    hours = {f"hours_{day}": "08.00-15.00" for day in ("mon", "tue", "wed", "thu", "fri")}
    keeper.keep("partners", name="Petugas registrasi desa", role="village", each_village="on", **hours)
    return keeper


def scheduler(keeper: Keeper) -> Account:
    return staff(Duty.SCHEDULER, keeper.office.code)


def planned(keeper: Keeper, by: Account, seen: int = 0, **more: Any) -> WeekPlan:
    return make.make(keeper.office, MONDAY, by, seen=seen, rounds=300, now=NOW, **more)


def stop_of(week: WeekPlan, case: Case) -> tuple[str, str, str]:
    """Day, team and hour of a visit."""
    return next(
        (t["day"], t["team"], s["starts"])
        for t in week.plan["tours"]
        for s in t["stops"]
        if s["visit"] == str(case.stream)
    )


def written(case: Case, kind: str) -> list[Any]:
    return [x.body for x in journal.entries(case.stream) if x.kind == kind]


def test_a_plan_is_kept_and_where_people_live_is_sealed(office: Keeper, keren: Programme) -> None:
    cases = [waiting(keren, days_ago=n, latitude=-8.0712, longitude=111.6934) for n in (3, 9)]
    week = planned(office, scheduler(office))
    assert keep.current(office.office, MONDAY) == week and week.version == 1
    assert set(keep.visits_in(week.plan)) == {str(c.stream) for c in cases}
    clear = json.dumps(week.plan) + repr(bytes(WeekWorld.objects.get().sealed))
    assert "8.0712" not in clear and "111.6934" not in clear
    assert "8.0712" in json.dumps(keep.world_of(week))
    keys.open_path().unlink()
    with pytest.raises(keys.Locked):
        keep.world_of(week)


def test_the_same_rounds_give_the_same_plan(office: Keeper, keren: Programme) -> None:
    for n in range(6):
        waiting(keren, days_ago=n)
    by = scheduler(office)
    first = planned(office, by)
    second = planned(office, by, seen=1)
    assert first.plan == second.plan and second.version == 2


def test_a_visit_goes_to_another_day_and_undoing_brings_it_back(office: Keeper, keren: Programme) -> None:
    case, by = waiting(keren), scheduler(office)
    week = planned(office, by)
    before = stop_of(week, case)
    changed = edit.move(week, str(case.stream), by, day=THURSDAY.isoformat(), team="tim_2")
    assert stop_of(changed.week, case)[:2] == (THURSDAY.isoformat(), "tim_2")
    assert changed.price.people == 0 and not changed.price.must_be_agreed
    back = keep.undo(changed.week, by)
    assert stop_of(back, case) == before and back.version == 3
    assert [v.what for v in back.versions.all()] == [Change.PLANNED, Change.MOVED, Change.UNDONE]


def test_the_later_of_two_schedulers_sees_the_newer_plan(office: Keeper, keren: Programme) -> None:
    case, one = waiting(keren), scheduler(office)
    other = staff(Duty.SCHEDULER, office.office.code, name="Sari Rekaan")
    week = planned(office, one)
    mine = WeekPlan.objects.get(pk=week.pk)
    edit.move(week, str(case.stream), other, day=THURSDAY.isoformat(), team="tim_1")
    with pytest.raises(keep.Stale) as stale:
        edit.move(mine, str(case.stream), one, day=TUESDAY.isoformat(), team="tim_1")
    assert "Sari Rekaan" in str(stale.value.words)
    assert stop_of(stale.value.newer, case)[0] == THURSDAY.isoformat()
    assert WeekPlan.objects.get().version == 2


def test_what_is_locked_stays_when_the_week_is_planned_anew(office: Keeper, keren: Programme) -> None:
    case, by = waiting(keren), scheduler(office)
    week = planned(office, by)
    week = edit.move(week, str(case.stream), by, day=THURSDAY.isoformat(), team="tim_2").week
    week = edit.lock(week, [str(case.stream)], by)
    assert week.locked == {str(case.stream)}
    again = planned(office, by, seen=3)
    assert stop_of(again, case)[:2] == (THURSDAY.isoformat(), "tim_2")
    assert not edit.unlock(again, [str(case.stream)], by).locked


def test_published_once_the_family_is_promised_the_day_and_a_second_time_changes_nothing(
    office: Keeper, keren: Programme
) -> None:
    case, by = waiting(keren), scheduler(office)
    week = planned(office, by)
    actor = Actor(Duty.SCHEDULER, office.office.code)
    done = publish.publish(week, by, actor, seen=1)
    assert len(done.written) == 1 and not done.refused and done.week.is_published
    (promise,) = written(case, "visit_scheduled")
    day, team, starts = stop_of(week, case)
    assert (promise.day.isoformat(), promise.team, promise.part) == (day, team, publish.part_of(starts))
    assert [str(p) for p in promise.partners] == ["village"]
    assert not publish.publish(done.week, by, actor, seen=1).written
    assert len(written(case, "visit_scheduled")) == 1


def test_who_was_promised_something_is_moved_only_by_choice_and_told_when_published(
    office: Keeper, keren: Programme
) -> None:
    case, by = waiting(keren), scheduler(office)
    actor = Actor(Duty.SCHEDULER, office.office.code)
    week = publish.publish(planned(office, by), by, actor, seen=1).week
    old = stop_of(week, case)
    day = (TUESDAY if old[0] != TUESDAY.isoformat() else THURSDAY).isoformat()
    with pytest.raises(edit.Costs) as costs:
        edit.move(week, str(case.stream), by, day=day, team="tim_1")
    assert costs.value.price.told_else == (str(case.stream),)
    week = edit.move(week, str(case.stream), by, day=day, team="tim_1", agreed=True).week
    assert week.freed == week.locked == {str(case.stream)} and not week.is_published
    done = publish.publish(week, by, actor, seen=week.version, reason=e.MoveReason.URGENT_CASE)
    (moved,) = written(case, "visit_moved")
    (promised,) = written(case, "visit_scheduled")
    assert (moved.visit, moved.day.isoformat(), moved.reason) == (promised.visit, day, "urgent_case")
    assert not done.week.freed
    assert not publish.publish(done.week, by, actor, seen=week.version).written


def test_whom_the_rules_let_not_publish_is_told_why(office: Keeper, keren: Programme) -> None:
    case, head = waiting(keren), staff(Duty.HEAD_OF_SECTION, office.office.code)
    week = planned(office, scheduler(office))
    done = publish.publish(week, head, Actor(Duty.HEAD_OF_SECTION, office.office.code), seen=1)
    assert not done.written and not done.week.is_published
    assert "Done by" in str(done.refused[0].against[0])
    assert not written(case, "visit_scheduled")


def test_a_visit_taken_out_is_explained_and_put_back(office: Keeper, keren: Programme) -> None:
    case, by = waiting(keren), scheduler(office)
    week = edit.take_out(planned(office, by), str(case.stream), by).week
    assert week.plan["unplanned"] == [str(case.stream)]
    week = edit.insert(week, str(case.stream), by).week
    assert keep.visits_in(week.plan) == [str(case.stream)]


def test_a_case_that_ended_leaves_the_plan_when_it_is_brought_up_to_date(
    office: Keeper, keren: Programme
) -> None:
    gone, stays, by = waiting(keren), waiting(keren), scheduler(office)
    week = planned(office, by)
    at = stop_of(week, stays)[:2]
    tell(gone, e.Closed(reason=e.CloseReason.WITHDRAWN), Duty.MAIN_ADMIN, NOW)
    new = waiting(keren)
    week = make.refresh(week, by, now=NOW)
    assert keep.visits_in(week.plan) == [str(stays.stream)] and stop_of(week, stays)[:2] == at
    assert week.plan["unplanned"] == [str(new.stream)]


def test_a_week_that_is_over_cannot_be_planned(office: Keeper, keren: Programme) -> None:
    past = MONDAY - timedelta(days=14)
    with pytest.raises(Exception, match="No working day"):
        make.make(office.office, past, scheduler(office), seen=0, rounds=10, now=NOW)
    assert UUID(int=0) not in WeekPlan.objects.values_list("pk", flat=True)


def test_who_is_forgotten_leaves_the_kept_instance_with_their_home(office: Keeper, keren: Programme) -> None:
    gone = waiting(keren, latitude=-8.0712, longitude=111.6934)
    stays = waiting(keren, latitude=-8.0999, longitude=111.7222)
    week = planned(office, scheduler(office))
    erase.erase([gone.stream])
    again = WeekPlan.objects.get(pk=week.pk)
    world = json.dumps(keep.world_of(again))
    assert "8.0712" not in world and str(gone.stream) not in world and "8.0999" in world
    fresh = make.refresh(again, scheduler(office), now=NOW)
    assert keep.visits_in(fresh.plan) == [str(stays.stream)]
