"""Which cases somebody sees: the one door to them, with real journals behind it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from jemput.accounts.access import (
    SIGHT,
    access_case,
    access_cases,
    access_office,
    access_programme,
    access_waiting,
    exported,
    opened,
    reveal,
    searched,
)
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import AccessLog, Account, Reason
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.core.text import BadInput
from jemput.journal.models import EntryRow, Waiting
from tests.journal.cases import Case
from tests.journal.conftest import office_key, programme  # noqa: F401  (fixtures)
from tests.people import BATAM, MUNJUNGAN, NEIGHBOUR, PANGGUL, TRENGGALEK, VILLAGE, account, assign, staff

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def at_work(person: Account) -> StaffRequest:
    """A request by somebody, as views get it."""
    request = RequestFactory().get("/")
    request.user, request.assignments = person, person.assignments_on()
    request.assignment = request.assignments[0] if request.assignments else None
    return request  # type: ignore[return-value]


def sees(person: Account, case: Case) -> bool:
    listed = access_cases(at_work(person)).filter(pk=case.stream).exists()
    try:
        assert access_case(at_work(person), case.stream).pk == case.stream
    except Http404:
        return False
    assert listed
    return True


@pytest.fixture
def case(programme: Programme) -> Case:  # noqa: F811
    return Case(programme, area=VILLAGE).reported()


def test_every_duty_has_its_sight() -> None:
    assert set(SIGHT) == set(Duty)


@pytest.mark.parametrize("area", [TRENGGALEK, PANGGUL, VILLAGE])
def test_the_scope_covers_the_village(case: Case, area: str) -> None:
    assert sees(staff(Duty.FIELD_OFFICER, area), case)


@pytest.mark.parametrize("area", [MUNJUNGAN, NEIGHBOUR, BATAM, VILLAGE + ".004"])
def test_another_area_does_not(case: Case, area: str) -> None:
    assert not sees(staff(Duty.FIELD_OFFICER, area), case)


def test_a_code_that_begins_alike_is_another_place(programme: Programme) -> None:  # noqa: F811
    case = Case(programme, area="35.03.01.2001").reported()
    other = Case(programme, area="35.03.10.2001").reported()
    ward = staff(Duty.SUBDISTRICT, "35.03.01")
    assert sees(ward, case)
    assert not sees(ward, other)


def test_a_case_that_does_not_exist_and_one_that_is_not_yours_look_alike(case: Case) -> None:
    stranger = at_work(staff(Duty.MAIN_ADMIN, BATAM))
    for stream in (case.stream, uuid4(), "bukan-uuid", str(case.stream)):
        with pytest.raises(Http404) as why:
            access_case(stranger, stream)
        assert not str(why.value)


def test_a_reporter_sees_only_what_he_reported_wherever_it_lies(programme: Programme) -> None:  # noqa: F811
    pak_rt, other_rt = staff(Duty.REPORTER, VILLAGE), staff(Duty.REPORTER, VILLAGE)
    case = Case(programme, area=NEIGHBOUR)
    case.tell(case.report(), Duty.REPORTER, actor=pak_rt.actor)
    assert sees(pak_rt, case)
    assert not sees(other_rt, case)


@pytest.mark.parametrize("duty", [Duty.COURIER, Duty.PRINTING, Duty.HEALTH_WORKER, Duty.SOCIAL_AGENCY])
def test_partners_and_couriers_see_what_waits_for_them(case: Case, duty: Duty) -> None:
    here, there = staff(duty, PANGGUL), staff(duty, MUNJUNGAN)
    assert not sees(here, case)
    first = case.row.waiting.first()
    assert first is not None
    same = {f.attname: getattr(first, f.attname) for f in Waiting._meta.concrete_fields}
    Waiting.objects.create(**same | {"duty": duty, "step": "for_this_duty"})
    assert sees(here, case)
    assert not sees(there, case)


def test_who_has_just_acted_still_sees_the_case_for_a_day(case: Case) -> None:
    courier = staff(Duty.COURIER)
    case.tell(e.Note(text="Sudah saya antar"), Duty.COURIER, actor=courier.actor)
    assert access_case(at_work(courier), case.stream).pk == case.stream
    assert not access_cases(at_work(courier)).exists()  # but it is not in the list
    EntryRow.objects.update(received_at=timezone.now() - timedelta(days=2))
    with pytest.raises(Http404):
        access_case(at_work(courier), case.stream)


def test_an_evaluator_reads_and_does_not_write(case: Case) -> None:
    evaluator = at_work(staff(Duty.EVALUATOR))
    assert access_case(evaluator, case.stream)
    with pytest.raises(PermissionDenied):
        access_case(evaluator, case.stream, write=True)
    assert access_case(at_work(staff(Duty.DATA_ENTRY)), case.stream, write=True)


def test_without_a_duty_there_is_nothing(case: Case) -> None:
    nobody = at_work(account())
    for ask in (access_cases, access_waiting, access_office, lambda r: access_case(r, case.stream)):
        with pytest.raises(PermissionDenied):
            ask(nobody)


def test_one_duty_at_a_time(case: Case) -> None:
    rini = account()
    assign(rini, Duty.FIELD_OFFICER, MUNJUNGAN)
    assign(rini, Duty.FIELD_OFFICER, PANGGUL)
    request = at_work(rini)
    assert not access_cases(request).exists()
    request.assignment = request.assignments[1]
    assert access_cases(request).count() == 1


def test_lists_ask_once_however_many_cases(
    programme: Programme,  # noqa: F811
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    for _n in range(3):
        Case(programme, area=VILLAGE).reported()
    for duty in (Duty.FIELD_OFFICER, Duty.COURIER, Duty.REPORTER):
        request = at_work(staff(duty, PANGGUL))
        with django_assert_num_queries(1):
            list(access_cases(request))


def test_programmes_are_open_to_all_who_work_here(programme: Programme) -> None:  # noqa: F811
    request = at_work(staff(Duty.REPORTER))
    assert access_programme(request, programme.number).hash == programme.hash
    with pytest.raises(Http404):
        access_programme(request, 9999)


# ---- what is written down ---------------------------------------------------------------------------


def test_revealing_asks_for_a_reason_and_is_written_down(case: Case) -> None:
    head = at_work(staff(Duty.HEAD_OF_OFFICE, username="kepala"))
    row = access_case(head, case.stream)
    with pytest.raises(BadInput):
        reveal(head, row, ["nik"], "")
    with pytest.raises(BadInput):
        reveal(head, row, ["nik"], "ingin tahu")
    assert not AccessLog.objects.exists()
    assert reveal(head, row, ["nik", "documents"], Reason.COMPLAINT) == {"nik", "documents"}
    log = AccessLog.objects.get()
    assert (log.account.username, log.stream, log.fields, log.reason) == (
        "kepala",
        case.stream,
        ["nik"],
        "complaint",
    )
    assert log.duty == "head_of_office"


@pytest.mark.parametrize("duty", [Duty.EVALUATOR, Duty.REPORTER, Duty.COURIER])
def test_a_duty_that_has_no_use_for_it_cannot_reveal(case: Case, duty: Duty) -> None:
    with pytest.raises(PermissionDenied):
        reveal(at_work(staff(duty)), case.row, ["nik"], Reason.IDENTITY)
    assert not AccessLog.objects.exists()


def test_what_the_duty_sees_anyway_is_no_revealing(case: Case) -> None:
    admin = at_work(staff(Duty.MAIN_ADMIN))
    assert reveal(admin, case.row, ["nik"], Reason.IDENTITY) == {"nik"}
    assert not AccessLog.objects.exists()


def test_opening_searching_and_exporting_leave_a_trace(case: Case) -> None:
    admin = at_work(staff(Duty.MAIN_ADMIN))
    opened(admin, case.row)
    searched(admin)
    exported(admin, case.row)
    traces = list(AccessLog.objects.order_by("id").values_list("what", "stream"))
    assert traces == [("opened", case.stream), ("searched", None), ("exported", case.stream)]


def test_the_log_only_grows(case: Case) -> None:
    opened(at_work(staff(Duty.MAIN_ADMIN)), case.row)
    log = AccessLog.objects.get()
    log.reason = "identity"
    for change in (log.save, log.delete, AccessLog.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        AccessLog.objects.update(reason="identity")
    assert AccessLog.objects.get().reason == ""


def test_an_office_tells_the_journal_its_clock_and_days() -> None:
    from jemput.core.calendar import TimeZone
    from jemput.journal.project import office_time
    from tests.people import PAREPARE, office

    parepare = office(PAREPARE)
    assert office_time(PAREPARE).tz is TimeZone.WITA
    parepare.closed_days = ["2026-02-17"]  # the city's own day
    parepare.save()
    assert parepare.holidays() == office_time(PAREPARE).holidays
    assert any(str(day) == "2026-02-17" for day in office_time(PAREPARE).holidays)
    assert office_time("11.01").tz is TimeZone.WIB
