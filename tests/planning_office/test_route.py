"""What a published week tells those who go: when, in which order, how far, and with what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from jemput.core import entries as e
from jemput.core.codes import Duty, PlaceKind, Weekday
from jemput.core.programme import Programme
from jemput.core.rules import Actor
from jemput.journal import erase
from jemput.journal.models import EntryRow
from jemput.planning.models import Vehicle
from jemput.planning.week import edit, make, publish, route
from jemput.planning.week.models import WeekPlan
from tests.journal.cases import new_id
from tests.planning_office.cases import MONDAY, NOW, tell, waiting
from tests.planning_office.keeping import Keeper, text
from tests.planning_office.week import Week, written

FAR = "35.03.11.1003"


@pytest.fixture
def week(keeper: Keeper) -> Week:
    return Week(keeper)


def published(week: Week, plan: WeekPlan) -> publish.Published:
    return publish.publish(plan, week.by, Actor(Duty.SCHEDULER, week.office.code), seen=plan.version)


def tours(plan: WeekPlan) -> list[dict[str, Any]]:
    return list(plan.plan["tours"])


def test_every_promised_visit_knows_its_time_its_way_and_its_team(week: Week, keren: Programme) -> None:
    cases = {str(c.stream): c for c in (waiting(keren), waiting(keren, area=FAR), waiting(keren))}
    done = published(week, week.planned())
    assert len(done.written) == done.routed == len(cases)
    for tour in tours(done.week):
        told = [written(cases[s["visit"]], "visit_routed") for s in tour["stops"]]
        assert all(len(some) == 1 for some in told)
        stops: list[e.VisitRouted] = [one for (one,) in told]
        (promise,) = written(cases[tour["stops"][0]["visit"]], "visit_scheduled")
        assert stops[0].visit == promise.visit
        assert [(s.begins, s.ends) for s in stops] == [(s["starts"], s["ends"]) for s in tour["stops"]]
        assert {(s.day.isoformat(), s.team) for s in stops} == {(tour["day"], tour["team"])}
        assert (stops[0].leaves, stops[0].start) == (tour["departs"], "Kantor Dukcapil")
        assert (stops[-1].returns, stops[-1].end) == (tour["returns"], "Kantor Dukcapil")
        assert stops[0].takes and any(name.startswith("Alat rekam") for name in stops[0].takes)
        assert all(len(s.crew or []) == 2 for s in stops)
        begins, ends = stops[0].begins.replace(":", "."), stops[0].ends.replace(":", ".")
        assert f"{begins}–{ends}" in week.page("case", cases[tour["stops"][0]["visit"]].stream)
        browser = week.browser
        browser.cookies["django_language"] = "en"
        english = browser.get(reverse("office:case", args=[cases[tour["stops"][0]["visit"]].stream]))
        assert f"{stops[0].begins}–{stops[0].ends}" in english.content.decode()
        assert stops[0].travel is not None and stops[0].travel > 0


def test_a_second_time_nothing_is_said_and_times_that_shift_are(week: Week, keren: Programme) -> None:
    first = waiting(keren)
    plan = published(week, week.planned()).week
    assert published(week, plan).routed == 0
    assert len(written(first, "visit_routed")) == 1

    # One more in the same half-day of the same team: who comes after goes later, the promise stays.
    (tour,) = tours(plan)
    second = waiting(keren, area=FAR)
    week.planned(seen=plan.version)
    plan = week.plan
    if not any(
        s["visit"] == str(second.stream) and t["day"] == tour["day"] for t in tours(plan) for s in t["stops"]
    ):
        plan = edit.move(plan, str(second.stream), week.by, day=tour["day"], team=tour["team"]).week
    page = week.page("week_publish", MONDAY.isoformat())
    assert "1 janji baru" in page
    done = published(week, plan)
    now = {s["visit"]: s["starts"] for t in tours(done.week) for s in t["stops"]}
    for case in (first, second):
        assert written(case, "visit_routed")[-1].begins == now[str(case.stream)]
        assert len(written(case, "visit_scheduled")) == 1 and not written(case, "visit_moved")
    assert route.places(done.week) == []


def test_who_is_moved_to_another_day_gets_a_place_there(week: Week, keren: Programme) -> None:
    case = waiting(keren)
    plan = published(week, week.planned()).week
    (old,) = written(case, "visit_routed")
    day = next(MONDAY + timedelta(days=n) for n in (1, 3) if MONDAY + timedelta(days=n) != old.day)
    plan = edit.move(plan, str(case.stream), week.by, day=day.isoformat(), team="tim_1", agreed=True).week
    assert route.places(plan, but={str(case.stream)}) == [], "not before the family is moved"
    assert len(written(case, "visit_routed")) == 1
    published(week, plan)
    assert (written(case, "visit_moved")[-1].day, written(case, "visit_routed")[-1].day) == (day, day)


def test_who_is_moved_to_another_day_and_team_is_in_that_teams_day_at_once(
    week: Week, keren: Programme
) -> None:
    case = waiting(keren)
    plan = published(week, week.planned()).week
    (old,) = written(case, "visit_routed")
    day = next(MONDAY + timedelta(days=n) for n in (1, 3) if MONDAY + timedelta(days=n) != old.day)
    team = "tim_2" if old.team == "tim_1" else "tim_1"
    plan = edit.move(plan, str(case.stream), week.by, day=day.isoformat(), team=team, agreed=True).week
    page = week.page("week_publish", MONDAY.isoformat())
    assert "1 janji berubah" in page and "timnya ditetapkan" not in page
    assert "1 kasus sudah dicatat" in text(
        week.browser.post(
            reverse("office:week_publish", args=[MONDAY.isoformat()]), {"seen": plan.version}, follow=True
        )
    )
    assert (written(case, "visit_moved")[-1].day, written(case, "visit_scheduled")[-1].team) == (day, team)
    assert (written(case, "visit_routed")[-1].day, written(case, "visit_routed")[-1].team) == (day, team)
    assert not published(week, week.plan).written, "a second time there is nothing to say"


def test_who_drops_out_of_the_plan_has_no_hour_any_more(week: Week, keren: Programme) -> None:
    case, stays = waiting(keren), waiting(keren)
    plan = published(week, week.planned()).week
    (old,) = written(case, "visit_routed")
    plan = edit.take_out(plan, str(case.stream), week.by, agreed=True).week
    assert "tidak lagi berjam" in week.page("week_publish", MONDAY.isoformat())
    page = week.press("week_publish", MONDAY.isoformat(), seen=plan.version)
    assert page.status_code == 302
    gone = written(case, "visit_routed")[-1]
    assert (gone.visit, gone.day, gone.begins, gone.takes) == (old.visit, old.day, None, None)
    assert len(written(case, "visit_scheduled")) == 1, "what the family was told stands"
    hours = f"{old.begins}–{old.ends}".replace(":", ".")
    assert hours not in week.page("case", case.stream)
    assert published(week, week.plan).routed == 0, "it is taken back once"

    # Back in the plan, it has an hour again; who stayed is not told twice that it kept theirs.
    plan = edit.insert(week.plan, str(case.stream), week.by).week
    published(week, plan)
    assert written(case, "visit_routed")[-1].begins is not None
    assert written(stays, "visit_routed")[-1].begins is not None


def test_of_who_was_forgotten_nothing_is_to_be_told(week: Week, keren: Programme) -> None:
    case = waiting(keren)
    waiting(keren)
    plan = published(week, week.planned()).week
    assert written(case, "visit_routed")[-1].begins is not None
    erase.erase([case.stream])
    assert route.places(week.plan) == []
    plan = make.refresh(week.plan, week.by, now=NOW)
    assert "tidak lagi berjam" not in week.page("week_publish", MONDAY.isoformat())
    assert published(week, plan).routed == 0 and route.places(week.plan) == []


def test_another_set_alone_is_told(week: Week, keren: Programme) -> None:
    case = waiting(keren)
    plan = published(week, week.planned()).week
    (before,) = written(case, "visit_routed")
    assert "Mobil dinas" in before.takes
    car = Vehicle.objects.get(office=week.office, kind="four_wheels")
    week.keeper.keep("vehicles", car.pk, name="Mobil pinjaman", kind="four_wheels")
    assert published(week, plan).routed == 1
    after = written(case, "visit_routed")[-1]
    assert after.takes == [{"Mobil dinas": "Mobil pinjaman"}.get(name, name) for name in before.takes]
    assert after.split()[0] == before.split()[0], "all the rest is as it was"
    assert published(week, plan).routed == 0


def test_who_asks_for_the_afternoon_is_visited_then_unless_promised_otherwise(
    week: Week, keren: Programme
) -> None:
    afternoon = waiting(keren, preferred_time=e.DayPart.AFTERNOON, preferred_days=[Weekday.WED, Weekday.THU])
    morning = waiting(keren, preferred_time=e.DayPart.AFTERNOON)
    tell(morning, e.VisitScheduled(visit=new_id(), day=MONDAY, part="morning"), Duty.SCHEDULER, NOW)
    published(week, week.planned())
    (promise,), (place,) = written(afternoon, "visit_scheduled"), written(afternoon, "visit_routed")
    assert promise.part is e.DayPart.AFTERNOON and promise.day.weekday() in (2, 3)
    assert place.begins >= "12:00"
    (place,) = written(morning, "visit_routed")
    assert place.day == MONDAY and place.begins < "12:00"


def test_the_hours_of_an_institution_are_told_and_sealed(week: Week, keren: Programme) -> None:
    hours = {f"hours_{day}": "08.00-11.30, 13.00-14.00" for day in ("mon", "tue", "wed", "thu", "fri")}
    week.keeper.keep("sites", name="Panti Asih", kind="old_age_home", area="35.03.04.2001", **hours)
    case = waiting(keren, place_kind=PlaceKind.OLD_AGE_HOME, place_name="Panti Asih")
    at_home = waiting(keren)
    published(week, week.planned())
    (there,) = written(case, "visit_routed")
    assert there.hours == "08.00–11.30, 13.00–14.00"
    assert written(at_home, "visit_routed")[0].hours is None
    (clear,) = EntryRow.objects.filter(stream=case.stream, kind="visit_routed").values_list(
        "clear", flat=True
    )
    assert set(clear) <= {"visit", "day", "team", "crew", "begins", "ends", "travel", "leaves", "returns"}
    assert {UUID(one) for one in clear["crew"]}


def test_whom_the_rules_let_not_publish_gives_no_place_either(week: Week, keren: Programme) -> None:
    case = waiting(keren)
    plan = week.planned()
    done = publish.publish(plan, week.by, Actor(Duty.HEAD_OF_SECTION, week.office.code), seen=plan.version)
    assert not done.written and not done.routed and not written(case, "visit_routed")
