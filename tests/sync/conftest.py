"""An office with its key, and officers with a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jemput.accounts.models import Assignment
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.sync.enrol import make_code
from tests.journal.cases import VILLAGE
from tests.journal.conftest import case, office_key, programme  # noqa: F401
from tests.people import staff
from tests.sync.phone import Phone

Enrolled = Callable[..., Phone]


@pytest.fixture
def enrolled(db: None, programme: Programme) -> Enrolled:  # noqa: F811
    """A phone of somebody who does a duty in an area."""

    def make(duty: Duty = Duty.FIELD_OFFICER, area: str = VILLAGE[:8], **more: Any) -> Phone:
        assignment = assignment_of(duty, area)
        phone = Phone(**more)
        response = phone.enrol(make_code(assignment, assignment.account))
        assert response.status_code == 200, response.content
        return phone

    return make


def assignment_of(duty: Duty, area: str) -> Assignment:
    account = staff(duty, area)
    return Assignment.objects.select_related("office", "account").get(account=account)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """Where files lie."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path
