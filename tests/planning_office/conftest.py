"""An office with an open key, people who keep its teams and equipment, and a route server."""

from collections.abc import Iterator

import pytest

from jemput import journal
from jemput.core.programme import Programme
from jemput.programmes import packaged
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.planning_office.keeping import Keeper
from tests.planning_office.route_server import SmallServer


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
