"""Accepted is said only after a durable commit: what production asks of its database, as that says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from jemput.settings import database

pytestmark = [pytest.mark.database, pytest.mark.django_db]
FULL = 2


def test_a_commit_is_on_the_disk_before_the_office_says_so(tmp_path: Path) -> None:
    """With the options of production; the tests themselves wait for no disk."""
    own = database()
    if "sqlite" in own["ENGINE"]:
        own["NAME"] = str(tmp_path / "office.sqlite3")
    office = ConnectionHandler({"default": own})["default"]
    with office.cursor() as cursor:
        if office.vendor == "sqlite":
            assert cursor.execute("PRAGMA synchronous").fetchone() == (FULL,)
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
    office.close()
