"""An open key, an office with its clock, and cases recorded and printed on given days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Document, Duty
from jemput.core.programme import Programme
from jemput.measure.counting import Scope
from jemput.programmes import packaged
from tests.journal.cases import Case
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import PAREPARE, office

MAKASSAR = ZoneInfo("Asia/Makassar")
WARD = "73.72.01.1001"


@pytest.fixture
def spot(db: None, office_key: None) -> Programme:  # noqa: F811
    """ON THE SPOT, installed at Parepare."""
    office(PAREPARE)
    return journal.install(packaged()["on-the-spot"])


@pytest.fixture
def parepare(spot: Programme) -> Scope:
    """Parepare's numbers of ON THE SPOT."""
    return Scope(spot.number, PAREPARE, MAKASSAR)


@pytest.fixture
def case_of(spot: Programme) -> Callable[..., Case]:
    """A reported case; ``at`` when."""

    def make(
        at: datetime = datetime(2026, 1, 5, 9, tzinfo=MAKASSAR), area: str = WARD, **more: object
    ) -> Case:
        case = Case(spot, area=area)
        entry = case.says(case.report(**more), Duty.REPORTER, occurred_at=at, received_at=at)
        assert journal.append([entry], as_received=True)[0].stored
        case.told.append(entry)
        return case

    return make


def happened(case: Case, body: e.Body, at: datetime, received: datetime | None = None) -> e.Entry:
    """An act at its time; the server hears of it at once unless told otherwise."""
    entry = case.says(body, Duty.FIELD_OFFICER, occurred_at=at, received_at=received or at)
    [verdict] = journal.append([entry], as_received=True)
    assert verdict.stored, verdict
    return entry


def on(month: int, day: int = 10, hour: int = 9, year: int = 2026) -> datetime:
    """A moment on Parepare's clock."""
    return datetime(year, month, day, hour, tzinfo=MAKASSAR)


def recorded(case: Case, at: datetime, received: datetime | None = None) -> e.Entry:
    return happened(case, e.Recorded(), at, received)


def printed(case: Case, at: datetime, document: Document = Document.KTP_EL) -> e.Entry:
    return happened(case, e.Printed(document=document), at)
