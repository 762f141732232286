"""The slice of the register that an officer carries: small, sealed, for a time, and written down."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.utils import timezone
from pytest_django.fixtures import Settings

from jemput.accounts.models import Access, AccessLog
from jemput.core.codes import Duty
from jemput.core.text import BadInput
from jemput.people import slice as slices
from jemput.people import who_saw
from jemput.people.models import Seen, Snapshot
from tests.people import signed_in, staff
from tests.register.conftest import DONGKO, OFFICE, PEOPLE, PULE, SUKARNI

pytestmark = pytest.mark.django_db
URL = "/api/people/slice"


def fetched(duty: Duty, area: str, status: int = 200, **asked: Any) -> dict[str, Any]:
    """What somebody with this duty gets."""
    answer = signed_in(staff(duty, area)).post(URL, asked, content_type="application/json")
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


def people_in(slice: dict[str, Any]) -> list[dict[str, Any]]:
    held = slices.opened(slice, timezone.now())
    return [dict(zip(held["fields"], row, strict=True)) for row in held["people"]]


def test_an_officer_carries_the_people_of_the_villages_named(register: Snapshot) -> None:
    slice = fetched(Duty.FIELD_OFFICER, OFFICE, areas=[DONGKO])
    people = people_in(slice)
    dongko = [row for row in PEOPLE if row[7:11] == ["35", "03", "4", "2007"]]
    assert {p["name"] for p in people} == {row[2] for row in dongko}
    assert len(people) == slice["people"] == len(dongko)
    sukarni = next(p for p in people if p["nik"] == SUKARNI)
    assert (sukarni["mother"], sukarni["birth"], sukarni["number"]) == ("PAINEM", "1950-03-07", 1)
    assert slice["extract"] == "2026-01-02"
    assert "SUKARNI" not in str(slice) and SUKARNI not in str(slice), "sealed"


def test_without_villages_it_is_those_of_ones_own_area(register: Snapshot) -> None:
    assert fetched(Duty.VILLAGE_REGISTRAR, PULE)["villages"] == [PULE]
    assert DONGKO in fetched(Duty.SUBDISTRICT, DONGKO[:8])["villages"]
    assert "157 desa" in fetched(Duty.FIELD_OFFICER, OFFICE, 422)["message"], "a whole regency is no slice"


def test_nobody_carries_the_people_of_others(register: Snapshot) -> None:
    assert fetched(Duty.VILLAGE_REGISTRAR, PULE, 422, areas=[DONGKO])["faults"][0]["field"] == "areas"
    fetched(Duty.FIELD_OFFICER, OFFICE, 422, areas=["35.10.01.2001"])
    fetched(Duty.FIELD_OFFICER, OFFICE, 422, areas=["35.03.99.2999"])
    for duty in (Duty.COURIER, Duty.EVALUATOR, Duty.HEAD_OF_OFFICE, Duty.SCHEDULER):
        fetched(duty, OFFICE, 403)
    assert not Seen.objects.exists()


def test_it_ends_after_fourteen_days_and_nobody_moves_the_day(register: Snapshot) -> None:
    slice = fetched(Duty.VILLAGE_REGISTRAR, DONGKO)
    now = timezone.now()
    assert slices.opened(slice, now + timedelta(days=13, hours=23))
    with pytest.raises(BadInput, match="time of this slice"):
        slices.opened(slice, now + timedelta(days=14, seconds=1))
    later = slice | {"expires_at": (now + timedelta(days=99)).isoformat()}
    with pytest.raises(InvalidTag):
        slices.opened(later, now)
    other = fetched(Duty.VILLAGE_REGISTRAR, DONGKO)
    with pytest.raises(InvalidTag):
        slices.opened(slice | {"key": other["key"]}, now)


def test_everybody_carried_away_can_learn_by_whom(register: Snapshot) -> None:
    fetched(Duty.VILLAGE_REGISTRAR, DONGKO)
    assert [seen.duty for seen in who_saw(SUKARNI)] == [Duty.VILLAGE_REGISTRAR]
    assert AccessLog.objects.filter(what=Access.EXPORTED).count() == 1


def test_only_so_many(register: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "MOST_PEOPLE", 3)
    assert "lebih sedikit desa" in fetched(Duty.VILLAGE_REGISTRAR, DONGKO, 422)["message"]


def test_without_an_extract_or_with_locked_keys_it_says_so(
    register: Snapshot, settings: Settings, tmp_path: Path
) -> None:
    settings.JEMPUT_KEYS = tmp_path / "no keys here"
    assert fetched(Duty.VILLAGE_REGISTRAR, DONGKO, 503)["code"] == "locked"
    Snapshot.objects.update(state=Snapshot.RETIRED)
    assert "belum memiliki" in fetched(Duty.VILLAGE_REGISTRAR, DONGKO, 422)["message"]
