"""An office with its key, a case whose visit is promised, and an officer with Collect."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.openrosa import access
from tests.journal.cases import VILLAGE, Case, new_id
from tests.journal.conftest import office_key, programme  # noqa: F401
from tests.openrosa.collect import Collect
from tests.sync.conftest import assignment_of

VISIT = new_id()
FORM = "jemput-small"


@pytest.fixture
def promised(programme: Programme) -> Case:  # noqa: F811
    """A case for which a visit is scheduled."""
    return promise(Case(programme).reported(), VISIT)


def promise(case: Case, visit: UUID) -> Case:
    case.tell(e.Triaged(result=e.TriageResult.ACCEPTED))
    case.tell(e.RequirementReceived(requirement="other_paper"))
    case.tell(e.BiodataChecked(result=e.BiodataResult.MATCH))
    case.tell(e.Ordered(), Duty.HEAD_OF_SECTION)
    case.tell(e.VisitScheduled(visit=visit, day=date(2026, 3, 5)), Duty.SCHEDULER)
    return case


@pytest.fixture
def collect(db: None, tmp_path: Path, settings: Any) -> Collect:
    settings.MEDIA_ROOT = tmp_path / "files"
    return collect_of(VILLAGE[:8])


def collect_of(area: str) -> Collect:
    made, key = access.make(assignment_of(Duty.FIELD_OFFICER, area))
    return Collect(made.name, key)


def visit(case: Case, **more: str) -> dict[str, str]:
    """Everything went well."""
    return {
        "case": case.row.ticket,
        "visit": str(VISIT),
        "step_arrive/partners": "family health_worker",
        "step_arrive/place": "-8.05 111.0 90 5",
        "did_record": "yes",
        "step_leave/outcome": "done",
        "step_leave/note": "Ibu menunggu di rumah",
        **more,
    }
