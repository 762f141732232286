"""The office's server, at its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.journal.conftest import office_key  # noqa: F401
from tests.sync.simulator.server import Server


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Server]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield Server(tmp_path)
    connection.close()
