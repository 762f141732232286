"""Schedules of faults: nothing is lost, nothing doubled, and everybody sees the same.

./run test tests/sync/simulator                                  200 schedules
JEMPUT_SCHEDULES=10000 ./run test tests/sync/simulator           a night's work
JEMPUT_SEED=1234 ./run test tests/sync/simulator                 the one that failed, again
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection

from jemput.journal.models import EntryRow
from jemput.sync import pull, scope
from tests.journal.conftest import office_key  # noqa: F401
from tests.sync.simulator.schedule import Schedule
from tests.sync.simulator.server import Server

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
ONE = os.environ.get("JEMPUT_SEED")
FIRST = int(os.environ.get("JEMPUT_FIRST", "0"))
COUNT = int(os.environ.get("JEMPUT_SCHEDULES", "200"))
PARTS = 4
"""Tests among which the schedules are dealt out, to run side by side."""


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Server]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield Server(tmp_path)
    connection.close()


def play(seed: int, server: Server, monkeypatch: pytest.MonkeyPatch) -> Schedule:
    """One schedule, with pages of its own size. A failure tells its seed, and what had happened."""
    chance = Random(-seed - 1)
    monkeypatch.setattr(pull, "MOST_ROWS", chance.choice([2, 5, 500]))
    monkeypatch.setattr(pull, "MOST_ENTRIES", chance.choice([2, 1500]))
    monkeypatch.setattr(scope, "KEPT", chance.choice([timedelta(0), timedelta(days=30)]))
    schedule = Schedule(seed, server)
    try:
        schedule.play()
    except Exception as error:
        error.add_note(f"JEMPUT_SEED={seed}: {', '.join(schedule.trace)}")
        raise
    return schedule


@pytest.mark.parametrize("part", range(1 if ONE else PARTS))
def test_whatever_fails_nothing_is_lost(
    server: Server, monkeypatch: pytest.MonkeyPatch, part: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "django.request")  # requests that were cut short are many here
    for seed in [int(ONE)] if ONE else range(FIRST + part, FIRST + COUNT, PARTS):
        play(seed, server, monkeypatch)


def test_a_seed_happens_twice_alike(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> tuple[list[str], list[object]]:
        schedule = play(11, server, monkeypatch)
        return schedule.trace, list(EntryRow.objects.order_by("seq").values_list("id", "stream", "position"))

    assert told() == told()
