"""The office enrols, watches and withdraws devices."""

from __future__ import annotations

import copy
import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.journal import ledger
from jemput.sync.enrol import revoke
from jemput.sync.models import Device
from tests.journal.cases import VILLAGE, Case
from tests.people import BATAM, TRENGGALEK, signed_in, staff
from tests.sync.conftest import Enrolled, assignment_of
from tests.sync.phone import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_office_shows_a_code_and_the_device_stands_in_the_list(db: None) -> None:
    holder = assignment_of(Duty.FIELD_OFFICER, TRENGGALEK)
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    page = office.post("/devices/code/", {"assignment": holder.pk})
    code = re.search(r'class="code large">([A-Z0-9-]+)<', page.content.decode())
    assert code and "<svg" in page.content.decode() and page["Cache-Control"] == "no-store"
    assert Phone().enrol(code[1]).status_code == 200
    listed = office.get("/devices/").content.decode()
    assert "P1 HP Rini" in listed and code[1] not in listed


def test_the_list_tells_what_has_not_arrived_and_what_was_not_fetched(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.pull()
    phone.captures(case.stream, e.Note(text="1"))
    phone.captures(case.stream, e.Note(text="2"))
    phone.outbox.pop(0)
    phone.push()
    office = signed_in(staff(Duty.HEAD_OF_SECTION, TRENGGALEK))
    page = office.get("/devices/").content.decode()
    assert "1 catatan tidak pernah sampai" in page and "perubahan belum diambil" in page


def test_an_office_withdraws_its_own_devices_alone(enrolled: Enrolled) -> None:
    phone = enrolled()
    elsewhere = signed_in(staff(Duty.MAIN_ADMIN, BATAM))
    assert elsewhere.post(f"/devices/{phone.id}/revoke/").status_code == 404
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    assert office.post(f"/devices/{phone.id}/revoke/", follow=True).status_code == 200
    assert Device.objects.get().revoked_at is not None


def test_a_phone_that_is_used_twice_is_replaced_in_one_act(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    twin = copy.copy(phone)
    twin.outbox = []
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    anew = "Cabut dan tampilkan kode baru"
    assert anew not in office.get("/devices/").content.decode()
    phone.captures(case.stream, e.Note(text="dari ponsel"))
    phone.push()
    twin.captures(case.stream, e.Note(text="dari salinan"))
    twin.push()
    assert anew in office.get("/devices/").content.decode()
    elsewhere = signed_in(staff(Duty.MAIN_ADMIN, BATAM))
    assert elsewhere.post(f"/devices/{phone.id}/revoke/", {"anew": "1"}).status_code == 404
    page = office.post(f"/devices/{phone.id}/revoke/", {"anew": "1"}).content.decode()
    code = re.search(r'class="code large">([A-Z0-9-]+)<', page)
    assert code and anew not in page and Device.objects.get().revoked_at
    new = Phone()
    assert new.enrol(code[1]).status_code == 200
    assert (new.actor, new.duty) == (phone.actor, phone.duty), "the same officer's"


def test_a_phone_on_which_something_waits_is_not_replaced_before_it_has_sent_it(enrolled: Enrolled) -> None:
    phone = enrolled()
    Device.objects.update(copied_at=timezone.now(), waiting=1)
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    listed = office.get("/devices/").content.decode()
    assert "Cabut dan tampilkan kode baru" not in listed and "1 catatan masih menunggu" in listed
    said = office.post(f"/devices/{phone.id}/revoke/", {"anew": "1"})
    assert said.status_code == 409 and 'class="code large"' not in said.content.decode()
    assert Device.objects.get().revoked_at is None


def test_pressed_twice_it_is_withdrawn_once(enrolled: Enrolled) -> None:
    phone = enrolled()
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    for __ in range(2):
        office.post(f"/devices/{phone.id}/revoke/")
    office.post(f"/devices/{phone.id}/revoke/", {"anew": "1"})
    assert [line.id for line in ledger.read()] == [phone.id]


def test_nothing_is_withdrawn_where_no_code_can_be_shown(enrolled: Enrolled) -> None:
    phone = enrolled()
    device = Device.objects.get()
    device.assignment.valid_until = date(2025, 1, 1)
    device.assignment.save()
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    assert office.post(f"/devices/{phone.id}/revoke/", {"anew": "1"}).status_code == 422
    assert Device.objects.get().revoked_at is None


def test_a_code_for_nobody_is_refused_in_words(db: None) -> None:
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    printing = assignment_of(Duty.PRINTING, TRENGGALEK)
    for wanted in ("", "x", "99999", str(printing.pk)):
        assert office.post("/devices/code/", {"assignment": wanted}).status_code == 422


# ---- many devices --------------------------------------------------------------------------------------


def agents(many: int) -> list[Device]:
    """As many RW agents, each with a phone that is in order."""
    now = timezone.now()
    more = {"name": "HP", "public_key": b"", "lease_until": now + timedelta(days=9)}
    return [
        Device.objects.create(
            id=uuid4(), assignment=assignment_of(Duty.RW_AGENT, f"{VILLAGE}.{n:03}"), number=n, **more
        )
        for n in range(1, many + 1)
    ]


def listed(page: str) -> list[UUID]:
    """Devices with a button to withdraw them, in their order."""
    return [UUID(id) for id in re.findall(r'action="/devices/([0-9a-f-]{36})/revoke/"', page)]


def test_every_phone_of_a_large_office_can_be_withdrawn_those_in_trouble_first(db: None) -> None:
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    phones = agents(106)
    twice, gap, waits, off, gone = phones[:5]
    Device.objects.filter(pk=twice.pk).update(copied_at=timezone.now(), waiting=1)
    Device.objects.filter(pk=gap.pk).update(beyond=[7])
    Device.objects.filter(pk=waits.pk).update(waiting=3)
    Device.objects.filter(pk=off.pk).update(lease_until=timezone.now() - timedelta(days=1))
    revoke(gone)
    pages = [office.get("/devices/").content.decode()]
    assert "106</span>" in pages[0]
    while following := re.search(r'rel="next" href="([^"#]+)', pages[-1]):
        pages.append(office.get(f"/devices/{following[1]}").content.decode())
    found = [id for page in pages for id in listed(page)]
    assert len(pages) == 3 and "Dicabut" in pages[2] and "Dicabut" not in pages[0] + pages[1]
    assert found[:4] == [twice.pk, waits.pk, gap.pk, off.pk]
    assert sorted(found) == sorted(phone.pk for phone in phones if phone != gone)


def test_a_phone_is_found_by_its_officers_name_which_stands_in_no_address(db: None) -> None:
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    phones = agents(55)
    lost = phones[0]
    account = lost.assignment.account
    account.name = "Siti Rukayah Wulandari"
    account.save()
    assert lost.pk not in listed(office.get("/devices/").content.decode())
    page = office.post("/devices/", {"q": " wulandari  SITI "})
    assert listed(page.content.decode()) == [lost.pk] and page.status_code == 200
    assert len(listed(office.get("/devices/?q=wulandari").content.decode())) == 50
    none = office.post("/devices/", {"q": "Nawangsih"}).content.decode()
    assert listed(none) == [] and "Tidak ada petugas dengan nama ini" in none
    elsewhere = signed_in(staff(Duty.MAIN_ADMIN, BATAM))
    assert listed(elsewhere.post("/devices/", {"q": "siti"}).content.decode()) == []


def test_many_devices_ask_the_database_no_more_than_few(enrolled: Enrolled, case: Case) -> None:
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            office.get("/devices/")
        return len(queries)

    enrolled(), enrolled(Duty.RW_AGENT, VILLAGE)
    asked()  # the first request of a session asks more
    few = asked()
    agents(12)
    enrolled(Duty.FIELD_OFFICER, TRENGGALEK)
    assert asked() == few


def test_a_withdrawn_device_is_not_said_to_lag_behind(enrolled: Enrolled, case: Case) -> None:
    phone = enrolled()
    phone.pull()
    revoke(Device.objects.get())
    case.tell(e.Note(text="sesudahnya"))
    office = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    page = office.get("/devices/").content.decode()
    assert "Dicabut" in page and "belum diambil" not in page
