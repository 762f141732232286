"""An open key, the small programme, and cases told as stories, appended for real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from jemput import journal
from jemput.core.programme import Programme
from jemput.journal import keys
from tests.core.stories import VECTORS
from tests.journal.cases import Case


@pytest.fixture(autouse=True)
def office_key(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Each test has an office key of its own, and a ledger outside the data."""
    settings.JEMPUT_KEYS = tmp_path / "keys"
    settings.JEMPUT_LEDGER = tmp_path / "ledger" / "erasures.jsonl"
    keys.init_open()
    journal.programme_of.cache_clear()
    yield


@pytest.fixture
def programme() -> Programme:
    """The small programme, installed."""
    return journal.install((VECTORS / "programmes/small.toml").read_bytes())


@pytest.fixture
def case(programme: Programme) -> Case:
    """A case that was reported."""
    return Case(programme).reported()
