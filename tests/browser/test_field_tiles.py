"""The map of the day on tiles of the office's own map server: with signal, without, and without a server."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Locator, expect
from pytest_django.fixtures import Settings

from jemput.core.codes import Duty
from tests.browser.field_phone import (  # noqa: F401
    ISLANDS,
    Phones,
    Thumb,
    at_home,
    handed_out,
    in_a_home,
    installed,
)
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIZE = 256


def picture() -> bytes:
    """A green tile with a darker edge, as PNG."""
    row = b"\0" + b"\x90\xb0\x90" * (SIZE - 1) + b"\x60\x80\x60"
    pixels = zlib.compress(row * (SIZE - 1) + b"\0" + b"\x60\x80\x60" * SIZE)
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@dataclass
class MapServer:
    """A map server on this machine, and what it was asked."""

    root: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and headers of each request."""

    @property
    def template(self) -> str:
        return self.root + "/{z}/{x}/{y}.png"


@pytest.fixture
def map_server() -> Iterator[MapServer]:
    """A real one, over HTTP."""
    tile = picture()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(tile)))
            self.end_headers()
            self.wfile.write(tile)

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = MapServer(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield served
        server.shutdown()


def a_day(phone: Thumb) -> Locator:
    """Two doors of today on the phone; the map of them."""
    at_home(installed("odgj-batam"))
    in_a_home(installed("on-the-spot"), "ADIL", "BUDIMAN")
    phone.enrol()
    phone.worker()
    phone.to("Hari ini")
    phone.sees("JOKO PRASETYO")
    found = phone.page.locator("figure.map")
    expect(found.get_by_role("img", name="Peta")).to_be_visible()
    return found


def test_tiles_lie_under_the_doors_while_there_is_signal_and_nowhere_else(
    handed_out: Phones,  # noqa: F811
    map_server: MapServer,
    settings: Settings,
) -> None:
    settings.TILES = map_server.template
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    figure = a_day(phone)
    credit = figure.get_by_role("link", name="© Kontributor OpenStreetMap")
    expect(credit).to_be_visible()
    expect(credit).to_have_attribute("href", "https://www.openstreetmap.org/copyright")
    tiles = figure.locator(".map-tiles img")
    expect(tiles.first).to_be_visible()
    widths = tiles.evaluate_all("all => all.map((one) => one.naturalWidth)")
    assert set(widths) == {SIZE} and 1 <= len(widths) <= 12
    phone.shot("map-tiles")
    # Each was asked for once, and the map server learns of whom but the office.
    paths = [path for path, _headers in map_server.asked]
    assert len(set(paths)) == len(paths) == len(widths), "nothing beyond what is looked at"
    for path, headers in map_server.asked:
        zoom, x, y = path.strip("/").removesuffix(".png").split("/")
        assert 0 <= int(x) < 2 ** int(zoom) and 0 <= int(y) < 2 ** int(zoom)
        assert headers.get("referer") == f"{phone.root}/" and "cookie" not in headers
    # No tile lies in the phone's own keeping.
    keeping = """async () => {
      const names = await caches.keys();
      const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return all.flat().map(({ url }) => url).filter((url) => !url.startsWith(location.origin));
    }"""
    assert phone.page.evaluate(keeping) == []
    # In the hills the map is as it was without them; the doors and their list are there.
    phone.offline()
    expect(tiles).to_have_count(0)
    expect(credit).to_have_count(0)
    expect(figure.get_by_role("img", name="Peta")).to_be_visible()
    expect(phone.page.locator("ol.stops > li")).to_have_count(2)
    phone.shot("map-no-signal")
    phone.page.reload()
    phone.unlock()
    phone.sees("JOKO PRASETYO")
    expect(tiles).to_have_count(0)
    assert len(map_server.asked) == len(paths)
    phone.offline(False)
    expect(credit).to_be_visible()


def test_a_phone_that_has_the_app_already_gets_the_tiles_with_its_next_update(
    handed_out: Phones,  # noqa: F811
    map_server: MapServer,
    settings: Settings,
) -> None:
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    figure = a_day(phone)
    settings.TILES = map_server.template
    settings.TILES_CREDIT = "Peta dasar Dinas PUPR"
    phone.page.reload()  # the app that lies there, under the policy that lies there
    phone.unlock()
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Perbarui").click()
    phone.unlock()
    phone.sync()
    phone.sees_all_in()
    phone.to("Hari ini")
    expect(figure.get_by_text("Peta dasar Dinas PUPR")).to_be_visible()
    expect(figure.get_by_role("link")).to_have_count(0)
    assert map_server.asked
    # Between the setting and the update the book was ahead of the policy, which is all the browser said.
    phone.wrong[:] = [said for said in phone.wrong if "img-src" not in said]


def test_a_map_server_that_is_down_leaves_the_map_as_it_is(handed_out: Phones, settings: Settings) -> None:  # noqa: F811
    settings.TILES = "http://127.0.0.1:9/{z}/{x}/{y}.png"
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    figure = a_day(phone)
    expect(figure.locator(".map-tiles img").locator("visible=true")).to_have_count(0)
    expect(figure.get_by_role("link")).to_have_count(0)
    phone.shot("map-server-down")


def test_without_a_setting_no_map_server_is_asked(
    handed_out: Phones,  # noqa: F811
    map_server: MapServer,
) -> None:
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    figure = a_day(phone)
    expect(figure.locator("img")).to_have_count(0)
    expect(figure.get_by_role("link")).to_have_count(0)
    assert [url for url in asked if not url.startswith((phone.root, "data:", "blob:"))] == []
    assert map_server.asked == []
