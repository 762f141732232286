"""An office with an open key and people who keep its teams and equipment."""

import pytest

from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.planning_office.keeping import Keeper


@pytest.fixture
def keeper(db: None) -> Keeper:
    """The scheduler of Trenggalek at the screen."""
    return Keeper()
