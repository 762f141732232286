"""The day as the office planned it, on the phone: published, fetched, driven, planned anew."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from jemput import journal
from jemput.accounts.models import Account, Assignment
from jemput.core.codes import Duty, PlaceKind
from jemput.planning import warm_up
from jemput.planning.week import edit, make
from jemput.programmes import packaged
from jemput.sync.enrol import make_code
from tests.browser.field_phone import Phones, Thumb, handed_out  # noqa: F401
from tests.journal.cases import Case
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.planning_office.cases import MONDAY, waiting
from tests.planning_office.keeping import Keeper
from tests.planning_office.week import Week, written

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

VILLAGES = ("35.03.04.2001", "35.03.04.2003", "35.03.05.2002")
HOME, RESIDENTS = "Panti Asih", ("MARSINAH", "PONIRAH")
NAMES = ("SITI AMINAH", "BUDI SANTOSO", "KARTINI")
OPEN: dict[str, Any] = {
    f"hours_{day}": "08.00-11.30, 13.00-14.30" for day in ("mon", "tue", "wed", "thu", "fri")
}


@pytest.fixture
def week(transactional_db: None, office_key: None) -> Week:  # noqa: F811
    """Two teams with a recording set each, and a care home with hours of its own."""
    warm_up()  # as a server does when it starts
    week = Week(Keeper())
    week.keeper.keep("sites", name=HOME, kind="old_age_home", area="35.03.04.2001", **OPEN)
    return week


def test_the_phone_follows_the_day_as_the_office_planned_it_and_planned_it_anew(
    week: Week,
    handed_out: Phones,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone = handed_out()
    keren = journal.install(packaged()["jempol-keren"])
    cases = {
        name: waiting(keren, area=area, name=name, phone="+6281200000021", needs="Bicara perlahan")
        for name, area in zip(NAMES, VILLAGES, strict=True)
    }
    home: dict[str, Any] = {"place_kind": PlaceKind.OLD_AGE_HOME, "place_name": HOME}
    cases |= {name: waiting(keren, name=name, **home) for name in RESIDENTS}
    week.planned()
    day, team = fullest(week)
    publish(week)
    enrol(phone, member(week, team))

    # In the morning of that day, without signal.
    phone.offline()
    tour = tour_of(week, day, team)
    at = datetime.combine(day, time.fromisoformat(tour["departs"]), ZoneInfo("Asia/Jakarta"))
    phone.page.clock.install(time=at - timedelta(minutes=20))
    phone.page.reload()
    phone.unlock()
    phone.to("Hari ini")
    stops = phone.page.locator(".stops > li")
    sees_the_day(stops, week, tour, cases)
    expect(stops.first).to_contain_text(f"Berangkat pukul {dots(tour['departs'])}, Kantor Dukcapil")
    expect(stops.filter(has_text=HOME)).to_contain_text("buka 08.00–11.30, 13.00–14.30")
    person = next(door for door, _hours in doors(tour, cases) if door != HOME)
    expect(stops.filter(has_text=person)).to_contain_text("Bersama ")
    phone.page.get_by_text("Yang dibawa dan yang ikut").click()
    phone.sees(re.compile("^Alat rekam [12]$"))
    phone.shot("route")

    # Nobody has come to the first door: the hour that has passed is named.
    ends = doors(tour, cases)[0][1][-5:].replace(".", ":")
    later = datetime.combine(day, time.fromisoformat(ends), at.tzinfo) + timedelta(minutes=5)
    phone.page.clock.set_system_time(later)
    phone.page.clock.fast_forward("05:01")  # it locks
    phone.unlock()
    phone.to("Hari ini")
    expect(stops.first).to_contain_text("jamnya sudah lewat")
    phone.shot("route_late")

    # The office puts somebody into that half-day: the times move, the promises stay.
    phone.offline(False)
    new = waiting(keren, area=VILLAGES[1], name="TUKIYEM")
    cases["TUKIYEM"] = new
    make.refresh(week.plan, week.by)
    edit.move(week.plan, str(new.stream), week.by, day=day.isoformat(), team=team, position=0, agreed=True)
    publish(week)
    assert all(len(written(case, "visit_scheduled")) == 1 for case in cases.values())
    monkeypatch.setattr(timezone, "now", lambda: later)  # else the phone would go by the office's day
    phone.sync()
    phone.sees("Semua sudah masuk.")
    phone.to("Hari ini")
    tour = tour_of(week, day, team)
    expect(stops.filter(has_text="TUKIYEM")).to_have_count(1)
    sees_the_day(stops, week, tour, cases)
    assert stops.filter(has_text="tadinya").count() > 0
    phone.shot("route_anew")


def fullest(week: Week) -> tuple[date, str]:
    """The day and the team with most visits: the home's, and others on the way."""
    tour = max(week.plan.plan["tours"], key=lambda t: len(t["stops"]))
    return date.fromisoformat(tour["day"]), tour["team"]


def publish(week: Week) -> None:
    """By the button of the office's page."""
    sent = week.press("week_publish", MONDAY.isoformat(), seen=week.plan.version, reason="other")
    assert sent.status_code == 302
    assert week.plan.is_published


def member(week: Week, team: str) -> Account:
    """Somebody who goes with a team."""
    return week.keeper.officers[0 if team == "tim_1" else 2]


def enrol(phone: Thumb, account: Account) -> None:
    assignment = Assignment.objects.select_related("office", "account").get(
        account=account, duty=Duty.FIELD_OFFICER
    )
    phone.begin(make_code(assignment, account))
    phone.sees_all_in()
    phone.worker()


def tour_of(week: Week, day: date, team: str) -> dict[str, Any]:
    tours = week.plan.plan["tours"]
    return next(t for t in tours if (t["day"], t["team"]) == (day.isoformat(), team))


def doors(tour: dict[str, Any], cases: dict[str, Case]) -> list[tuple[str, str]]:
    """What should stand on the phone: name, hours; those of a care home under its name."""
    names = {str(case.stream): name for name, case in cases.items()}
    found: dict[str, tuple[str, str]] = {}
    for stop in tour["stops"]:
        name = names[stop["visit"]]
        door = HOME if name in RESIDENTS else name
        begins = found.get(door, (stop["starts"], ""))[0]
        found[door] = begins, stop["ends"]
    return [(door, f"{dots(begins)}–{dots(ends)}") for door, (begins, ends) in found.items()]


def sees_the_day(stops: Locator, week: Week, tour: dict[str, Any], cases: dict[str, Case]) -> None:
    """Each door at its place in the order, with its hours; then the way back, and who was missed earlier."""
    planned = doors(tour, cases)
    for n, (door, hours) in enumerate(planned):
        expect(stops.nth(n)).to_contain_text(door)
        expect(stops.nth(n)).to_contain_text(hours)
    back = f"Kembali sekitar pukul {dots(tour['returns'])}, Kantor Dukcapil"
    expect(stops.nth(len(planned) - 1)).to_contain_text(back)
    earlier = [t for t in week.plan.plan["tours"] if t["team"] == tour["team"] and t["day"] < tour["day"]]
    missed = {door for t in earlier for door, _hours in doors(t, cases)} - {door for door, _hours in planned}
    expect(stops).to_have_count(len(planned) + len(missed))
    for door in missed:
        expect(stops.filter(has_text=door)).to_contain_text("dijanjikan")


def dots(clock: str) -> str:
    return clock.replace(":", ".")
