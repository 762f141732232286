"""The board as a scheduler uses it: pages and forms."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from jemput import journal
from jemput.accounts.models import Account
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.journal import keys
from jemput.planning.models import Kit
from jemput.planning.week import keep, make
from jemput.planning.week.models import WeekPlan, WeekRun
from tests.journal.cases import Case
from tests.people import signed_in, staff
from tests.planning_office.cases import MONDAY, NOW, tell, waiting
from tests.planning_office.keeping import Keeper, text

TUESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 3))
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


class Scheduler:
    """Somebody at the board of next week."""

    def __init__(self, keeper: Keeper, duty: Duty = Duty.SCHEDULER, area: str = "", **fields: Any) -> None:
        self.office = keeper.office
        self.account: Account = staff(duty, area or keeper.office.code, **fields)
        self.browser: Client = signed_in(self.account)

    def path(self, name: str = "week") -> str:
        return reverse(f"office:{name}", args=[MONDAY.isoformat()])

    def look(self, name: str = "week", **query: str) -> str:
        page = self.browser.get(self.path(name), query)
        assert page.status_code == 200, page
        return text(page)

    def does(self, do: str, case: Case | None = None, seen: int | None = None, **said: str) -> HttpResponse:
        """Press a button of the board, as it was read (or ``seen``) when the button was pressed."""
        week = keep.current(self.office, MONDAY)
        assert week is not None
        visit = {"visit": str(case.stream)} if case else {}
        values = {"seen": str(week.version if seen is None else seen), "do": do} | visit | said
        return self.browser.post(self.path("week_change"), values, follow=True)

    def publishes(self, **said: str) -> HttpResponse:
        week = keep.current(self.office, MONDAY)
        assert week is not None
        return self.browser.post(self.path("week_publish"), {"seen": str(week.version)} | said, follow=True)


@pytest.fixture
def office(keeper: Keeper) -> Keeper:
    """Two teams, two recording sets; the village comes along on all days."""
    keeper.usual(kits=2)
    keeper.keep("teams", name="Tim 2", members=[keeper.officer(), keeper.officer()])
    hours = {f"hours_{day}": "08.00-15.00" for day in WORKDAYS}
    keeper.keep("partners", name="Petugas registrasi desa", role="village", each_village="on", **hours)
    return keeper


@pytest.fixture
def scheduler(office: Keeper) -> Scheduler:
    return Scheduler(office)


def planned(scheduler: Scheduler) -> WeekPlan:
    return make.make(scheduler.office, MONDAY, scheduler.account, seen=0, rounds=300, now=NOW)


def where(scheduler: Scheduler, case: Case) -> tuple[str, str]:
    week = keep.current(scheduler.office, MONDAY)
    assert week is not None
    return next(
        (t["day"], t["team"])
        for t in week.plan["tours"]
        for s in t["stops"]
        if s["visit"] == str(case.stream)
    )


def elsewhere(scheduler: Scheduler, case: Case) -> dict[str, str]:
    """Another day and team than the visit has now."""
    day, team = where(scheduler, case)
    return {
        "day": next(d.isoformat() for d in (TUESDAY, THURSDAY) if d.isoformat() != day),
        "team": "tim_2" if team == "tim_1" else "tim_1",
    }


def test_without_a_plan_the_board_offers_to_make_one(scheduler: Scheduler, keren: Programme) -> None:
    said = scheduler.look()
    assert "Belum ada rencana untuk minggu ini." in said and "Susun rencana" in said


def test_without_a_team_the_board_leads_to_the_form_of_teams(keeper: Keeper, keren: Programme) -> None:
    page = Scheduler(keeper).browser.get(reverse("office:week", args=[MONDAY.isoformat()]))
    assert "Tidak ada tim" in text(page) and reverse("planning:resource_new", args=["teams"]) in str(
        page.content
    )
    assert "Susun rencana" not in text(page)


def test_the_nav_leads_to_the_week_of_today(scheduler: Scheduler) -> None:
    page = scheduler.browser.get(reverse("office:weeks"))
    assert page.status_code == 302
    assert re.fullmatch(r"/planning/week/20\d\d-\d\d-\d\d/", page.headers["Location"])
    assert reverse("office:weeks") in scheduler.browser.get(reverse("office:today")).content.decode()


def test_a_day_that_is_no_monday_leads_to_its_week(scheduler: Scheduler) -> None:
    page = scheduler.browser.get(reverse("office:week", args=[THURSDAY.isoformat()]))
    assert page.headers["Location"] == scheduler.path()


def test_the_board_shows_whom_where_and_when_but_no_nik(scheduler: Scheduler, keren: Programme) -> None:
    case = waiting(keren, name="SITI AMINAH")
    planned(scheduler)
    scheduler.does("move", case, day=(MONDAY + timedelta(days=4)).isoformat(), team="tim_2")
    page = scheduler.browser.get(scheduler.path())
    said = text(page)
    assert "SITI AMINAH" in said and "Tim 2" in said and "Salat Jumat" in said
    assert "orang dilayani 1" in said
    assert "99010" not in page.content.decode()
    assert str(case.stream) in page.content.decode()


def test_a_visit_is_moved_by_the_form_and_the_price_is_said(scheduler: Scheduler, keren: Programme) -> None:
    case = waiting(keren)
    planned(scheduler)
    to = elsewhere(scheduler, case)
    page = scheduler.does("move", case, **to)
    assert where(scheduler, case) == (to["day"], to["team"])
    assert "dipindahkan. Harga: ±0 orang" in text(page)
    scheduler.does("undo")
    assert where(scheduler, case) != (to["day"], to["team"])


def test_a_place_that_cannot_be_says_why_and_changes_nothing(scheduler: Scheduler, keren: Programme) -> None:
    case = waiting(keren)
    planned(scheduler)
    before = where(scheduler, case)
    page = scheduler.does("move", case, day="2030-01-01", team="tim_1")
    assert page.status_code == 409 and "Tim ini tidak berangkat pada hari itu." in text(page)
    assert "Rencana tidak berubah." in text(page) and where(scheduler, case) == before


def test_a_set_that_goes_with_another_team_is_named(
    office: Keeper, scheduler: Scheduler, keren: Programme
) -> None:
    office.keep("kits", Kit.objects.latest("pk").pk, weekdays=["sat"])
    cases = [waiting(keren), waiting(keren)]
    planned(scheduler)
    for case in cases:
        scheduler.does("move", case, day=TUESDAY.isoformat(), team="tim_1")
    assert where(scheduler, cases[1]) == (TUESDAY.isoformat(), "tim_1")
    page = scheduler.does("move", cases[0], day=TUESDAY.isoformat(), team="tim_2")
    assert page.status_code == 409 and "Alat rekam 1 dibawa Tim 1 pada hari itu." in text(page)


def test_two_at_one_board_the_later_sees_the_newer_plan_and_keeps_what_was_chosen(
    office: Keeper, scheduler: Scheduler, keren: Programme
) -> None:
    case = waiting(keren)
    planned(scheduler)
    other = Scheduler(office, name="Sari Rekaan")
    to = elsewhere(scheduler, case)
    other.does("lock", case)
    page = scheduler.does("move", case, seen=1, position="1", **to)
    said = text(page)
    assert page.status_code == 409 and "Sari Rekaan baru saja mengubah rencana ini" in said
    html = page.content.decode()
    assert (
        f'<option value="{to["day"]}" selected>' in html and f'<option value="{to["team"]}" selected>' in html
    )
    assert 'value="1"' in html and 'name="seen" value="2"' in html
    scheduler.does("move", case, position="1", **to)
    assert where(scheduler, case) == (to["day"], to["team"])


def test_publishing_shows_first_and_then_writes_what_the_family_may_rely_on(
    scheduler: Scheduler, keren: Programme
) -> None:
    case = waiting(keren, name="SITI AMINAH")
    planned(scheduler)
    assert "1 janji baru" in scheduler.look("week_publish") and "SITI AMINAH" in scheduler.look(
        "week_publish"
    )
    assert not [x for x in journal.entries(case.stream) if x.kind == "visit_scheduled"]
    page = scheduler.publishes()
    assert "1 kasus sudah dicatat." in text(page) and "Diterbitkan" in text(page)
    (promise,) = [x for x in journal.entries(case.stream) if x.kind == "visit_scheduled"]
    assert (promise.actor, promise.duty) == (scheduler.account.actor, Duty.SCHEDULER)
    assert "tidak ada yang dicatat dua kali" in text(scheduler.publishes())
    timeline = text(scheduler.browser.get(reverse("office:case", args=[case.stream])))
    assert "Kunjungan dijadwalkan" in timeline


def test_a_promise_is_broken_only_when_agreed_and_then_told(scheduler: Scheduler, keren: Programme) -> None:
    case = waiting(keren, name="SITI AMINAH")
    planned(scheduler)
    scheduler.publishes()
    to = elsewhere(scheduler, case)
    page = scheduler.does("move", case, **to)
    assert page.status_code == 409 and "SITI AMINAH sudah dijanjikan" in text(page)
    assert where(scheduler, case) != (to["day"], to["team"])
    scheduler.does("move", case, agreed="1", **to)
    assert where(scheduler, case) == (to["day"], to["team"])
    assert "1 janji berubah" in scheduler.look("week_publish") and "Berubah sejak" in scheduler.look()
    scheduler.publishes(reason="urgent_case")
    (moved,) = [x.body for x in journal.entries(case.stream) if isinstance(x.body, e.VisitMoved)]
    assert (moved.day.isoformat(), moved.reason) == (to["day"], e.MoveReason.URGENT_CASE)


def test_who_is_left_out_reads_why_in_words(office: Keeper, scheduler: Scheduler, keren: Programme) -> None:
    case = waiting(keren, name="SITI AMINAH")
    office.keep(
        "partners", 1, hours_mon="", hours_tue="", hours_wed="", hours_thu="", hours_fri="08.00-08.05"
    )
    planned(scheduler)
    said = scheduler.look()
    assert "1 kunjungan belum tertampung" in said and "SITI AMINAH" in said
    assert "social_worker" not in said and "health_worker" not in said and str(case.stream) not in said
    assert "babinsa" in said.lower()


def test_the_head_of_section_looks_and_reads_that_publishing_is_not_theirs(
    office: Keeper, scheduler: Scheduler, keren: Programme
) -> None:
    case = waiting(keren)
    planned(scheduler)
    head = Scheduler(office, Duty.HEAD_OF_SECTION)
    assert "Susun ulang" not in head.look()
    assert "1 tidak dicatat" in head.look("week_publish")
    head.publishes()
    assert not [x for x in journal.entries(case.stream) if x.kind == "visit_scheduled"]
    assert head.does("lock", case).status_code == 403


def test_who_plans_for_one_subdistrict_reads_no_names_of_others(
    office: Keeper, scheduler: Scheduler, keren: Programme
) -> None:
    waiting(keren, name="SITI AMINAH")
    planned(scheduler)
    other = Scheduler(office, area="35.03.01")
    assert "SITI AMINAH" not in other.look() and "kasus di luar wilayah Anda" in other.look()


def test_without_the_key_the_board_shows_days_and_teams_and_says_what_is_missing(
    scheduler: Scheduler, keren: Programme
) -> None:
    case = waiting(keren, name="SITI AMINAH")
    planned(scheduler)
    keys.open_path().unlink()
    said = scheduler.look()
    assert "Kunci kantor terkunci" in said and "Tim 1" in said and "SITI AMINAH" not in said
    assert scheduler.does("lock", case).status_code == 409
    assert "Kunci kantor terkunci" in scheduler.look("week_publish")


def test_a_plan_older_than_the_cases_says_so_and_is_brought_up_to_date(
    scheduler: Scheduler, keren: Programme
) -> None:
    gone = waiting(keren, name="SITI AMINAH")
    planned(scheduler)
    tell(gone, e.Closed(reason=e.CloseReason.WITHDRAWN), Duty.MAIN_ADMIN, NOW)
    waiting(keren)
    said = scheduler.look()
    assert "1 kunjungan dalam rencana ini tidak lagi ditunggu: SITI AMINAH" in said
    assert "1 kunjungan masuk sejak rencana disusun" in said
    page = scheduler.does("refresh")
    assert "tidak lagi ditunggu" not in text(page) and "1 kunjungan belum tertampung" in text(page)


def test_a_search_that_fails_says_why(scheduler: Scheduler, keren: Programme) -> None:
    WeekRun.objects.create(
        office=scheduler.office, monday=MONDAY, by=scheduler.account, state=WeekRun.FAILED,
        failure={"message": "No team works on any day of this week.", "params": {}},
    )  # fmt: skip
    assert "Tidak ada tim yang bekerja pada minggu ini." in scheduler.look()
