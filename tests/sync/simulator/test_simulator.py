"""Schedules of faults: nothing is lost, nothing doubled, and everybody sees the same.

./run test tests/sync/simulator                                  200 schedules
JEMPUT_SCHEDULES=10000 ./run test tests/sync/simulator           a night's work
JEMPUT_SEED=1234 ./run test tests/sync/simulator                 the one that failed, again
"""

from __future__ import annotations

import os
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jemput.journal.models import EntryRow
from jemput.sync import pull, scope
from tests.sync.simulator.schedule import Schedule
from tests.sync.simulator.server import Server

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
ONE = os.environ.get("JEMPUT_SEED")
FIRST = int(os.environ.get("JEMPUT_FIRST", "0"))
COUNT = int(os.environ.get("JEMPUT_SCHEDULES", "200"))
PARTS = 4
"""Tests among which the schedules are dealt out, to run side by side."""
ENOUGH = 50
"""Schedules in a part, from which on every fault must have made a difference."""
LEAST = {
    "request": 4,
    "answer": 4,
    "twice": 4,
    "late": 4,
    "cut": 4,
    "died": 40,
    "back from a copy": 12,
    "both copies wrote": 4,
    "installed anew": 4,
    "withdrawn": 20,
    "duty ended": 4,
    "forgotten": 16,
    "restored": 20,
    "restored after an erasure": 8,
    "restored after a withdrawal": 8,
}
"""How often in 200 schedules, at the very least: far less than is usual."""


def play(seed: int, server: Server, monkeypatch: pytest.MonkeyPatch, most: int = 99) -> Schedule:
    """One schedule, or so many acts of it, with pages of its own size. A failure tells what had happened."""
    chance = Random(-seed - 1)
    monkeypatch.setattr(pull, "MOST_ROWS", chance.choice([2, 5, 500]))
    monkeypatch.setattr(pull, "MOST_ENTRIES", chance.choice([2, 1500]))
    monkeypatch.setattr(scope, "KEPT", chance.choice([timedelta(0), timedelta(days=30)]))
    schedule = Schedule(seed, server)
    schedule.acts = schedule.acts[:most]
    try:
        schedule.play()
    except Exception as error:
        error.add_note(f"JEMPUT_SEED={seed}: {', '.join(schedule.trace)}")
        raise
    return schedule


def shortest(seed: int, server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The first acts of a schedule that fails, as few as fail too."""
    for most in range(99):
        try:
            play(seed, server, monkeypatch, most)
        except Exception as error:
            return f"The shortest beginning that fails: {error!r}\n{error.__notes__[-1]}"
    return "It does not fail again."


@pytest.mark.parametrize("part", range(1 if ONE else PARTS))
def test_whatever_fails_nothing_is_lost(
    server: Server, monkeypatch: pytest.MonkeyPatch, part: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "django.request")  # requests that were cut short are many here
    for seed in [int(ONE)] if ONE else range(FIRST + part, FIRST + COUNT, PARTS):
        try:
            play(seed, server, monkeypatch)
        except Exception as error:
            error.add_note(shortest(seed, server, monkeypatch))
            raise
    if not ONE and COUNT >= ENOUGH * PARTS:
        seldom = {name: server.happened[name] for name in LEAST
                  if server.happened[name] * 200 < LEAST[name] * COUNT / PARTS}  # fmt: skip
        assert not seldom, "faults that hardly made a difference"


# On PostgreSQL a second play differs in statements and ids; why is not known yet.
@pytest.mark.skipif(connection.vendor != "sqlite", reason="seeds are replayed on SQLite")
def test_a_seed_happens_twice_alike_whatever_came_before(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the statement, at which the server may die."""

    def told(seed: int) -> tuple[list[str], list[object], int]:
        with CaptureQueriesContext(connection) as statements:
            schedule = play(seed, server, monkeypatch)
        entries = EntryRow.objects.order_by("seq").values_list("id", "stream", "position")
        return schedule.trace, list(entries), len(statements)

    seeds = range(11, 17)
    first = {seed: told(seed) for seed in seeds}
    assert {seed: told(seed) for seed in reversed(seeds)} == first
