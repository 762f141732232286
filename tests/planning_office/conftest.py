"""An office with an open key, people who keep its teams and equipment, and a route server.

Compiled code of the search is kept between runs of the tests.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jemput import journal
from jemput.core.programme import Programme
from jemput.programmes import packaged
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.planning_office.keeping import Keeper
from tests.planning_office.route_server import SmallServer

os.environ.setdefault("JEMPUT_PLANNING_CACHE", str(Path(__file__).parents[2] / "var/cache"))


@pytest.fixture
def keeper(db: None) -> Keeper:
    """The scheduler of Trenggalek at the screen."""
    return Keeper()


@pytest.fixture
def keren(db: None) -> Programme:
    """JEMPOL KEREN, installed."""
    return journal.install(packaged()["jempol-keren"])


@pytest.fixture
def server() -> Iterator[SmallServer]:
    """A route server of the office's own."""
    server = SmallServer()
    yield server
    server.http.shutdown()
    server.http.server_close()
