"""Who is told what of devices: where something of the erased may still lie, and which phone is used twice."""

from __future__ import annotations

import copy
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.journal.models import EntryRow, Quarantine
from jemput.openrosa.models import Access
from jemput.sync.enrol import revoke
from jemput.sync.models import Device
from tests.journal.cases import NIK, Case
from tests.people import MUNJUNGAN, TRENGGALEK, signed_in, staff
from tests.sync.conftest import Enrolled
from tests.sync.phone import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def erased(case: Case) -> str:
    """What the command says of devices."""
    out = io.StringIO()
    call_command("erase", ticket=[case.row.ticket], yes=True, stdout=out)
    return out.getvalue().partition("Terlupakan")[2] or out.getvalue()


def told(case: Case) -> list[str]:
    from jemput.sync.held import not_confirmed

    return list(not_confirmed([case.stream]))


def ends(phone: Phone, days: int = 1) -> Device:
    """The duty of this phone's officer is over."""
    device = Device.objects.get(id=phone.id)
    assignment = device.assignment
    assignment.valid_until = (timezone.now() - timedelta(days=days)).date()
    assignment.save()
    return device


def test_each_device_is_named_with_what_is_to_be_expected_of_it(enrolled: Enrolled, case: Case) -> None:
    here, over, long_over, collect = (enrolled() for __ in range(4))
    for phone in (here, over, long_over):
        phone.pull()
    ends(over)
    ends(long_over)
    Device.objects.filter(id=long_over.id).update(lease_until=timezone.now() - timedelta(days=3))
    Access.objects.create(device=Device.objects.get(id=collect.id), name="collect", digest=bytes(32))
    said = erased(case)
    names = {p.id: Device.objects.get(id=p.id).prefix for p in (here, over, long_over, collect)}
    lines = {prefix: next(x for x in said.splitlines() if x.startswith(prefix)) for prefix in names.values()}
    assert "has not confirmed yet" in lines[names[here.id]] or "belum mengonfirmasi" in lines[names[here.id]]
    assert lines[names[over.id]] != lines[names[long_over.id]]
    assert "ODK Collect" in lines[names[collect.id]]
    assert len(told(case)) == 4


def test_a_device_whose_duty_has_ended_lets_go_at_its_next_call_and_is_named_no_more(
    enrolled: Enrolled, case: Case
) -> None:
    phone = enrolled()
    phone.pull()
    ends(phone)
    erased(case)
    phone.pull()
    assert not phone.cases and len(told(case)) == 1
    phone.pull()  # asks without a feed: it holds none
    assert told(case) == []


def test_a_withdrawn_device_is_named_until_it_was_heard(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.pull()
    revoke(Device.objects.get())
    erased(case)
    assert len(told(case)) == 1
    phone.push()
    assert phone.erased and not phone.cases
    phone.pull()
    assert told(case) == []


def test_a_phone_that_goes_on_from_an_old_copy_is_taken_in_and_told(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.pull()
    twin = copy.copy(phone)
    twin.outbox, twin.sent, twin.cases, twin.cursors = [], [], dict(phone.cases), dict(phone.cursors)
    phone.captures(case.stream, e.Note(text="dari ponsel"))
    phone.push()
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    assert "Dipakai ganda" not in office.get("/devices/").content.decode() and not phone.is_told_of_a_copy
    twin.captures(case.stream, e.Note(text="dari salinan"))
    twin.push()
    assert EntryRow.objects.filter(kind="note", device=phone.id, device_seq=1).count() == 2
    page = office.get("/devices/").content.decode()
    assert "Dipakai ganda" in page and "daftarkan lagi" in page
    assert twin.is_told_of_a_copy
    phone.captures(case.stream, e.Note(text="dan terus"))
    phone.push()
    assert phone.is_told_of_a_copy and not phone.outbox


def test_sending_the_same_again_is_no_copy(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.captures(case.stream, e.Note(text="1"))
    batch = list(phone.outbox)
    phone.offer(batch)
    phone.push()
    phone.offer_again()
    phone.push()
    assert Device.objects.get().copied_at is None


def test_who_offers_again_what_was_forgotten_in_quarantine_is_no_copy(
    enrolled: Enrolled, case: Case, programme: Programme
) -> None:
    other = Case(programme, area=f"{MUNJUNGAN}.2001").reported(name="SUKARNI", nik=None)
    phone = enrolled()
    phone.captures(other.stream, e.PersonDescribed(nik=NIK))
    phone.push()
    assert Quarantine.objects.get().stream == other.stream
    erased(case)
    assert not Quarantine.objects.exists()
    phone.offer_again()
    phone.push()
    assert [answer["code"] for answer in phone.answer["answers"]] == ["erased"]
    assert not phone.is_told_of_a_copy and Device.objects.get().copied_at is None
