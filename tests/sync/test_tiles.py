"""Map tiles: asked of the office's own map server alone, and of nobody where it has none."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from jemput.core.codes import Duty
from jemput.sync import app
from tests.people import TRENGGALEK
from tests.sync.conftest import Enrolled

pytestmark = pytest.mark.django_db
SERVER = "https://peta.trenggalek.example:8443"
TEMPLATE = SERVER + "/ubin/{z}/{x}/{y}.png"


def images() -> list[str]:
    """Where the app's page lets images come from."""
    policy = Client().get("/lapangan/")["Content-Security-Policy"]
    (rule,) = (r.strip() for r in policy.split(";") if r.strip().startswith("img-src "))
    return rule.split()[1:]


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An app of two files."""
    monkeypatch.setattr(app, "BUILT", tmp_path)
    (tmp_path / "index.html").write_text("<title>Jemput</title>")
    (tmp_path / "sw.js").write_text("self.skipWaiting();")


def test_without_a_map_server_no_image_may_come_from_elsewhere(built: None, enrolled: Enrolled) -> None:
    assert images() == ["'self'", "data:", "blob:"]
    told = enrolled(Duty.FIELD_OFFICER, TRENGGALEK).call("/sync/office", {}).json()["office"]
    assert told["tiles"] is None


def test_a_phone_is_told_of_the_map_server_and_may_ask_it_for_images_alone(
    built: None, enrolled: Enrolled, settings: Settings
) -> None:
    phone = enrolled(Duty.FIELD_OFFICER, TRENGGALEK)
    before = phone.call("/sync/office", {}).json()["office"]["digest"]
    settings.TILES, settings.TILES_CREDIT = TEMPLATE, "Dinas PUPR Trenggalek"
    assert images() == ["'self'", "data:", "blob:", SERVER]
    policy = Client().get("/lapangan/")["Content-Security-Policy"]
    assert policy.count(SERVER) == 1, "for images alone"
    told = phone.call("/sync/office", {"known": before}).json()["office"]
    assert told["tiles"] == {"url": TEMPLATE, "credit": "Dinas PUPR Trenggalek"}
    other = Client().get("/accounts/login/")["Content-Security-Policy"]
    assert SERVER not in other, "the office's own pages ask nobody"


def test_an_app_that_lies_on_the_phone_gets_the_new_policy(built: None, settings: Settings) -> None:
    def worker() -> tuple[str, str]:
        answer = Client().get("/lapangan/sw.js")
        return answer.content.decode(), answer["ETag"]

    without, tag = worker()
    settings.TILES = TEMPLATE
    with_it, other = worker()
    assert SERVER in with_it and SERVER not in without and tag != other
    assert Client().get("/lapangan/sw.js", headers={"If-None-Match": other}).status_code == 304
    assert Client().get("/lapangan/sw.js", headers={"If-None-Match": tag}).status_code == 200
