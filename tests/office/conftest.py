"""An office with an open key, the shipped programme of Parepare, and people who work there."""

import pytest

from jemput.core.programme import Programme
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.office.front import Office, on_the_spot


@pytest.fixture
def programme(db: None) -> Programme:
    """ON THE SPOT, installed."""
    return on_the_spot()


@pytest.fixture
def parepare(programme: Programme) -> Office:
    """The office of Parepare."""
    return Office()
