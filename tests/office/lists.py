"""People, programmes and cases for the list screens, all through the journal's front door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.programmes import packaged
from tests.journal.cases import Case
from tests.people import PAREPARE, office, signed_in, staff

WARD, NEXT_WARD = "73.72.01.1001", "73.72.01.1002"


@dataclass
class Desk:
    """ON THE SPOT at Parepare, with browsers for its duties."""

    programme: Programme

    def browser(self, duty: Duty, area: str = PAREPARE) -> Client:
        return signed_in(staff(duty, area))

    def case(self, *, days_ago: float = 0, area: str = WARD, name: str = "SITI AMINAH", **more: Any) -> Case:
        """A case reported some days ago."""
        case = Case(self.programme, area=area)
        at = timezone.now() - timedelta(days=days_ago)
        self.tell(case, case.report(name=name, **more), Duty.REPORTER, at)
        return case

    def tell(
        self, case: Case, body: e.Body, duty: Duty = Duty.MAIN_ADMIN, at: datetime | None = None
    ) -> UUID:
        """One act, at its time."""
        at = at or timezone.now()
        entry = case.says(body, duty, occurred_at=at, received_at=at)
        [verdict] = journal.append([entry], as_received=True)
        assert verdict.stored, verdict
        case.told.append(entry)
        return entry.id

    def accepted(self, case: Case, at: datetime | None = None) -> Case:
        """Papers are in and the file is accepted: the SIAK check waits."""
        for paper in ("family_card", "phone"):
            self.tell(case, e.RequirementReceived(requirement=paper), at=at)
        self.tell(case, e.Triaged(result=e.TriageResult.ACCEPTED), at=at)
        return case

    def at_centre(self, case: Case, raw: str, at: datetime | None = None) -> Case:
        """Recorded, sent, and the centre says something."""
        self.tell(case, e.Recorded(), Duty.FIELD_OFFICER, at)
        self.tell(case, e.SentToCentre(), Duty.FIELD_OFFICER, at)
        if raw:
            self.tell(case, e.CentreStatus(raw=raw), Duty.DATA_ENTRY, at)
        return case


def new_desk() -> Desk:
    """The desk of Parepare."""
    office(PAREPARE)
    return Desk(journal.install(packaged()["on-the-spot"]))
