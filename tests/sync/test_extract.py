"""The slice of the register that a device carries: its own villages, for a time, and written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.utils import timezone

from jemput.accounts.models import Access, AccessLog
from jemput.core.codes import Duty
from jemput.core.text import BadInput
from jemput.people import slice as slices
from jemput.people import who_saw
from jemput.people.models import Seen
from jemput.sync import guard
from jemput.sync.enrol import revoke
from jemput.sync.models import Device
from tests.register.conftest import DONGKO, OFFICE, PEOPLE, PULE, SUKARNI, extract, register  # noqa: F401
from tests.sync.conftest import Enrolled
from tests.sync.phone import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("register")]


def fetched(phone: Phone, status: int = 200, **asked: Any) -> dict[str, Any]:
    answer = phone.call("/sync/people", asked)
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


def people_in(slice: dict[str, Any]) -> list[dict[str, Any]]:
    held = slices.opened(slice, timezone.now())
    return [dict(zip(held["fields"], row, strict=True)) for row in held["people"]]


def test_a_device_carries_the_people_of_its_own_villages_and_each_may_learn_by_whom(
    enrolled: Enrolled,
) -> None:
    phone = enrolled(Duty.VILLAGE_REGISTRAR, DONGKO)
    slice = fetched(phone)["slice"]
    there = {row[2] for row in PEOPLE if row[7:11] == ["35", "03", "4", "2007"]}
    assert {p["name"] for p in people_in(slice)} == there and len(there) > 3
    assert "SUKARNI" not in str(slice) and SUKARNI not in str(slice), "sealed"
    assert [seen.duty for seen in who_saw(SUKARNI)] == [Duty.VILLAGE_REGISTRAR]
    assert AccessLog.objects.get(what=Access.EXPORTED).duty == Duty.VILLAGE_REGISTRAR


def test_nobody_carries_the_people_of_others(enrolled: Enrolled) -> None:
    registrar = enrolled(Duty.VILLAGE_REGISTRAR, PULE)
    assert fetched(registrar, 422, areas=[DONGKO])["code"] == "unfit"
    assert "desa" in fetched(enrolled(Duty.FIELD_OFFICER, OFFICE), 422)["message"], "a regency is no slice"
    agent = enrolled(Duty.RW_AGENT, f"{DONGKO}.001")
    assert "tugas" in fetched(agent, 422)["message"].lower()
    assert agent.call("/sync/office", {}).json()["office"]["extract"] is None
    assert registrar.call("/sync/office", {}).json()["office"]["extract"] == "2026-01-02"
    assert fetched(registrar, 400, areas="35.03")["code"] == "unreadable"
    assert not Seen.objects.exists()


def test_what_a_duty_sees_masked_is_not_in_its_slice(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = enrolled(Duty.VILLAGE_REGISTRAR, DONGKO)
    assert all(p["nik"] for p in people_in(fetched(phone)["slice"]))
    monkeypatch.setattr(slices, "sees", lambda duty, field: field != "nik")
    masked = people_in(fetched(phone)["slice"])
    assert masked and not any(p["nik"] for p in masked)


def test_it_ends_after_fourteen_days_and_nobody_moves_the_day(enrolled: Enrolled) -> None:
    slice = fetched(enrolled(Duty.VILLAGE_REGISTRAR, DONGKO))["slice"]
    now = timezone.now()
    with pytest.raises(BadInput):
        slices.opened(slice, now + timedelta(days=14, seconds=1))
    with pytest.raises(InvalidTag):
        slices.opened(slice | {"expires_at": (now + timedelta(days=99)).isoformat()}, now)


def test_a_withdrawn_device_and_a_duty_that_ended_get_none(enrolled: Enrolled) -> None:
    phone, other = enrolled(Duty.VILLAGE_REGISTRAR, DONGKO), enrolled(Duty.FIELD_OFFICER, DONGKO)
    revoke(Device.objects.get(id=phone.id))
    said = fetched(phone)
    assert said["erase"] and "slice" not in said
    assignment = Device.objects.get(id=other.id).assignment
    assignment.valid_until = assignment.office.today() - timedelta(days=1)
    assignment.valid_from = assignment.valid_until
    assignment.save()
    assert "slice" not in fetched(other)
    assert not Seen.objects.exists()


def test_nobody_gets_one_without_the_key_of_the_device(enrolled: Enrolled) -> None:
    phone = enrolled(Duty.VILLAGE_REGISTRAR, DONGKO)
    fetched(Phone(id=phone.id), 401)
    assert not Seen.objects.exists()


def test_few_are_served_at_once(enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = enrolled(Duty.VILLAGE_REGISTRAR, DONGKO)
    monkeypatch.setattr(guard, "PATIENCE", 0.01)
    with guard.turn(), guard.turn(), guard.turn():
        answer = phone.call("/sync/people", {})
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    fetched(phone)


def test_who_was_opened_at_the_door_is_written_down_afterwards(enrolled: Enrolled) -> None:
    phone = enrolled(Duty.VILLAGE_REGISTRAR, DONGKO)
    slice = slices.opened(fetched(phone)["slice"], timezone.now())
    number = next(row[0] for row in slice["people"] if row[1] == "SUKARNI")
    said = {"register": slice["register"], "people": [number]}
    assert phone.call("/sync/people/seen", said).json()["noted"] == 1
    assert [seen.times for seen in who_saw(SUKARNI)] == [2], "carried away, and opened"

    elsewhere = enrolled(Duty.VILLAGE_REGISTRAR, PULE)
    assert elsewhere.call("/sync/people/seen", said).json()["noted"] == 0
    assert phone.call("/sync/people/seen", said | {"register": 2**30}).json()["noted"] == 0
    for bad in ({}, said | {"people": ["x"]}, said | {"register": None}, said | {"people": [1] * 501}):
        assert phone.call("/sync/people/seen", bad).status_code == 400
    assert [seen.times for seen in who_saw(SUKARNI)] == [2]
