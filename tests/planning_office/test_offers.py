"""While the caller is on the phone: which half-days can be promised, and promising one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.planning.checker import check
from jemput.planning.week import keep, make
from tests.journal.cases import Case
from tests.people import signed_in, staff
from tests.planning_office.cases import MONDAY, NOW, VILLAGE, tell, waiting
from tests.planning_office.keeping import Keeper
from tests.planning_office.week import Week, buttons, is_planned, stop_of, written

NEXT = MONDAY + timedelta(days=7)


@pytest.fixture
def week(keeper: Keeper) -> Week:
    return Week(keeper)


def free(week: Week, case: Case) -> list[str]:
    return buttons(week.browser.get(reverse("office:when", args=[case.stream])), "slot")


def test_a_new_caller_is_promised_a_half_day_in_case_and_plan(week: Week, keren: Programme) -> None:
    before = waiting(keren)
    week.planned()
    caller = waiting(keren, latitude=-8.0712, longitude=111.6934)
    slots = free(week, caller)
    assert len(slots) == 10  # five days, mornings and afternoons
    thursday = next(s for s in slots if s.startswith(f"{MONDAY + timedelta(days=3)} afternoon"))
    said = week.press("when", caller.stream, slot=thursday)
    assert said.status_code == 302
    (promise,) = written(caller, "visit_scheduled")
    assert (str(promise.day), promise.part) == (str(MONDAY + timedelta(days=3)), "afternoon")
    plan = week.plan
    day, team, starts = stop_of(plan, caller)
    assert (day, team) == (promise.day, promise.team) and starts >= "12:00"
    assert str(caller.stream) in plan.locked and is_planned(plan, before)
    assert not check(keep.world_of(plan), plan.plan)
    page = week.page("when", caller.stream)
    assert "Dijanjikan" in page and "gratis" in page and caller.row.ticket in page


def test_who_is_on_the_case_page_or_has_just_reported_is_led_there(week: Week, keren: Programme) -> None:
    case = waiting(keren)
    week.planned()
    assert "Kapan kita bisa datang?" in week.page("case", case.stream)
    admin = signed_in(staff(Duty.MAIN_ADMIN, week.office.code))
    saved = admin.get(reverse("office:reported", args=[case.stream])).content.decode()
    assert reverse("office:when", args=[case.stream]) in saved
    done = waiting(keren)
    tell(done, e.Closed(reason=e.CloseReason.WITHDRAWN), Duty.MAIN_ADMIN, NOW)
    assert "tidak ada kunjungan tim" in week.page("when", done.stream)


def test_before_the_report_is_accepted_half_days_are_named_but_not_promised(
    week: Week, keren: Programme
) -> None:
    waiting(keren)
    week.planned()
    fresh = Case(keren, area=VILLAGE)
    tell(fresh, fresh.report(latitude=None, longitude=None), Duty.REPORTER, NOW)
    page = week.page("when", fresh.stream)
    assert "belum dapat dijanjikan" in page and "Dahulukan" in page
    refused = week.press("when", fresh.stream, slot=f"{MONDAY} morning tim_1")
    assert refused.status_code == 409 and "Dahulukan" in refused.content.decode()
    assert not written(fresh, "visit_scheduled") and not is_planned(week.plan, fresh)


def test_a_family_that_asks_for_another_time_is_moved(week: Week, keren: Programme) -> None:
    case = waiting(keren)
    week.planned()
    first, *_others, last = free(week, case)
    week.press("when", case.stream, slot=first)
    week.press("when", case.stream, slot=last)
    (moved,) = written(case, "visit_moved")
    assert (moved.reason, moved.told) == ("family_asked", True)
    assert f"{moved.day} {moved.part}" == " ".join(last.split(" ")[:2])
    assert stop_of(week.plan, case)[0] == moved.day
    assert not check(keep.world_of(week.plan), week.plan.plan)


def test_who_was_promised_a_time_is_offered_others_that_suit(week: Week, keren: Programme) -> None:
    case = waiting(keren, preferred_time="afternoon", preferred_days=["tue", "thu"])
    week.planned()
    week.press("when", case.stream, slot=free(week, case)[0])
    assert written(case, "visit_scheduled")
    offered = {tuple(slot.split()[:2]) for slot in free(week, case)}
    suits = {(str(MONDAY + timedelta(days=n)), "afternoon") for n in (1, 3)}
    assert offered and offered <= suits


def test_a_promise_in_the_next_week_leaves_this_one(week: Week, keren: Programme) -> None:
    case = waiting(keren)
    week.planned()
    make.make(week.office, NEXT, week.by, seen=0, rounds=300, now=NOW)
    chosen = f"{NEXT + timedelta(days=1)} morning tim_1"
    assert week.press("when", case.stream, slot=chosen).status_code == 302
    assert not is_planned(week.plan, case)
    later = keep.current(week.office, NEXT)
    assert later is not None and is_planned(later, case)


def test_a_half_day_that_has_become_full_is_refused_and_nothing_is_written(
    week: Week, keren: Programme
) -> None:
    week.planned()
    case = waiting(keren)
    saturday = f"{MONDAY + timedelta(days=5)} morning tim_1"
    refused = week.press("when", case.stream, slot=saturday)
    assert refused.status_code == 409 and not written(case, "visit_scheduled")
    assert week.press("when", case.stream, slot="besok pagi").status_code == 409


def test_where_nothing_is_free_the_reason_is_said(week: Week, keren: Programme) -> None:
    waiting(keren)
    week.planned()
    case = waiting(keren, latitude=1.13, longitude=104.03)  # Batam, a slip of the pen
    page = week.page("when", case.stream)
    assert "Tidak ada setengah hari yang kosong" in page and "jauh dari semua" in page


def test_whose_days_are_days_of_rest_is_asked_for_others(week: Week, keren: Programme) -> None:
    waiting(keren)
    week.planned()
    page = week.page("when", waiting(keren, preferred_days=["sat", "sun"]).stream)
    assert "Tidak ada lagi hari kerja dalam rencana ini yang cocok bagi warga" in page


def test_without_a_plan_the_page_leads_to_the_board(week: Week, keren: Programme) -> None:
    case = waiting(keren)
    assert "Rencana minggu ini dan minggu berikutnya belum ada" in week.page("when", case.stream)


def test_the_second_answer_comes_within_fifty_milliseconds(week: Week, keren: Programme) -> None:
    from time import thread_time

    from jemput.journal.models import CaseRow
    from jemput.planning.anew import offers

    for n in range(25):
        waiting(keren, days_ago=n)
    week.planned()
    case = CaseRow.objects.get(pk=waiting(keren).stream)
    offers.ask(week.office, case, NOW)
    took = []
    for _again in range(5):
        began = thread_time()
        offers.ask(week.office, case, NOW)
        took.append(thread_time() - began)
    assert min(took) < 0.05
