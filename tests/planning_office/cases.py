"""People who wait for a visit, told act by act with the times of the acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from jemput import journal
from jemput.core import entries as e
from jemput.core.calendar import zone
from jemput.core.codes import Duty
from jemput.core.entries import Body
from jemput.core.programme import Programme
from tests.journal.cases import Case

NOW = datetime.now(UTC)
TODAY = NOW.astimezone(zone("wib")).date()
"""At the office: on Sunday evening in London its Monday has begun."""
MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())
WEEK = [MONDAY + timedelta(days=n) for n in range(5)]
VILLAGE = "35.03.04.2001"


def waiting(programme: Programme, days_ago: int = 3, area: str = VILLAGE, **said: Any) -> Case:
    """Somebody reported some days ago, whose visit may now be scheduled."""
    case = Case(programme, area=area)
    at = NOW - timedelta(days=days_ago)
    tell(case, case.report(**{"latitude": None, "longitude": None} | said), Duty.REPORTER, at)
    tell(case, e.Triaged(result=e.TriageResult.ACCEPTED), Duty.MAIN_ADMIN, at)
    if any(step.id == "order" and not step.optional for step in programme.steps):
        tell(case, e.Ordered(), Duty.HEAD_OF_SECTION, at)
    return case


def tell(case: Case, body: Body, duty: Duty, at: datetime) -> None:
    entry = case.says(body, duty, occurred_at=at, received_at=at)
    case.told.append(entry)
    verdict = journal.append([entry], as_received=True)[0]
    assert verdict.stored, verdict
