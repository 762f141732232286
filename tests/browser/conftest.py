"""The phone that most tests of the field app hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from jemput.sync import app
from tests.browser.field_app import WIDTH, Handset, Phone


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, office_key: None) -> Iterator[Phone]:
    """Phones of 360 px; afterwards none has complained."""
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    made: list[Handset] = []

    def make(**more: Any) -> Handset:
        context = browser.new_context(
            locale="id-ID",
            viewport={"width": WIDTH, "height": 740},
            timezone_id="Asia/Jakarta",
            has_touch=True,
            reduced_motion="reduce",
        )
        made.append(Handset(context, live_server.url, **more))
        return made[-1]

    yield make
    for handset in made:
        handset.context.close()
    assert not [w for handset in made for w in handset.wrong]
