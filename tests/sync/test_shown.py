"""What a server opened for one device it sends to the next; what was forgotten never, nor to another duty."""

from __future__ import annotations

import gzip
import json

import pytest

from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.journal.erase import erase
from tests.journal.cases import NIK, VILLAGE, Case
from tests.sync.conftest import Enrolled
from tests.sync.phone import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def told(phone: Phone) -> str:
    """All that a phone was told."""
    return json.dumps(phone.cases)


@pytest.fixture
def warm(enrolled: Enrolled, case: Case) -> Phone:
    """A phone that has read the case whole and a row of its feed: the server has just opened both."""
    phone = enrolled()
    phone.pull()
    case.note("pintu biru")
    phone.pull()
    enrolled().pull()
    return phone


def test_an_entry_that_was_forgotten_comes_to_no_device_again(
    enrolled: Enrolled, case: Case, warm: Phone
) -> None:
    late = enrolled()
    late.cursors = {feed: dict(cursor) for feed, cursor in warm.cursors.items()}
    case.note("pintu hijau")
    enrolled().pull()
    warm.pull()
    assert "pintu biru" in told(warm) and "pintu hijau" in told(warm)
    erase(mentions=[entry.id for entry in case.told[1:]])
    fresh = enrolled()
    fresh.pull()
    late.pull()
    assert "pintu" not in told(fresh) and "pintu" not in told(late)
    assert len(fresh.cases[str(case.stream)]) == 3


def test_a_person_who_was_forgotten_comes_to_no_device_again(
    enrolled: Enrolled, case: Case, warm: Phone
) -> None:
    erase(cases=[case.stream])
    fresh = enrolled()
    fresh.pull()
    assert "pintu" not in told(fresh) and "SITI" not in told(fresh)


def test_what_one_duty_was_shown_another_is_not(enrolled: Enrolled, programme: Programme) -> None:
    Case(programme, area=VILLAGE + ".004").reported()
    officer, agent = enrolled(), enrolled(Duty.RW_AGENT, VILLAGE + ".004")
    officer.pull()
    agent.pull()
    assert NIK in told(officer) and NIK not in told(agent)


def test_what_is_added_to_a_case_is_there_for_whoever_reads_it_whole(
    enrolled: Enrolled, case: Case, warm: Phone
) -> None:
    case.note("pagar merah")
    fresh = enrolled()
    fresh.pull()
    assert "pagar merah" in told(fresh) and "pintu biru" in told(fresh)


def test_whoever_can_unpack_gets_it_packed(enrolled: Enrolled, case: Case) -> None:
    case.note("pintu biru " * 200)
    phone = enrolled()
    asked = {"epoch": phone.epoch, "cursors": {}}
    plain = phone.call("/sync/pull", asked)
    packed = phone.call("/sync/pull", asked, **{"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip" and len(packed.content) < len(plain.content) / 2
    assert json.loads(gzip.decompress(packed.content))["feeds"] == plain.json()["feeds"]
