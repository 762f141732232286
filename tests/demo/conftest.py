"""The tales of every office, told once for all tests."""

from datetime import UTC, datetime

import pytest

from jemput.core.entries import Entry
from jemput.demo.fill import Part, parts, tell
from jemput.demo.year import SEED

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def todo() -> list[Part]:
    return parts()


@pytest.fixture(scope="session")
def tales(todo: list[Part]) -> dict[int, list[list[Entry]]]:
    """By office, the journals of the tales."""
    return {part.plan: tell(part, NOW, SEED)[0] for part in todo if part.number == 0}


@pytest.fixture(scope="session")
def ordinary(todo: list[Part]) -> list[list[Entry]]:
    """A handful of ordinary cases of the largest office."""
    part = next(part for part in todo if part.plan == 0 and part.number == 1)
    return tell(part, NOW, SEED)[0]
