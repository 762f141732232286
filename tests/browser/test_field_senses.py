"""What the phone sees and where it is: the office's square before the camera, the place of a door.

The camera is Chromium's own fake one, which plays a film of the square to our real code. Chromium on a desk
has no ``BarcodeDetector``, as Chrome on a phone has: the test brings one of its own into the page
(``_DETECTOR``). It looks at the dots of each frame and knows the square of one address by heart; it stands
for the phone's detector, and nothing of ours is replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import segno
from playwright.sync_api import Browser, BrowserContext, BrowserType, expect
from pytest_django.live_server_helper import LiveServer

from jemput import journal
from jemput.accounts.models import Assignment
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.sync import app
from jemput.sync.models import Device
from tests.browser.field_phone import HERE, ISLANDS, Thumb, at_home, installed
from tests.journal.cases import Case
from tests.journal.conftest import case, office_key, programme  # noqa: F401
from tests.people import PANGGUL, TRENGGALEK, signed_in, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


# ---- the camera -----------------------------------------------------------------------------------------


@dataclass
class Square:
    """What the office's page of devices shows for somebody."""

    letters: str
    address: str

    @property
    def dots(self) -> list[list[int]]:
        return [list(row) for row in segno.make(self.address, error="m", micro=False).matrix]


@pytest.fixture
def square(live_server: LiveServer, office_key: None) -> Square:  # noqa: F811
    """The office's page shows a code to an officer of Panggul."""
    officer = Assignment.objects.get(account=staff(Duty.FIELD_OFFICER, PANGGUL))
    desk = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    host = live_server.url.removeprefix("http://")
    page = desk.post("/devices/code/", {"assignment": officer.pk}, headers={"host": host}).content.decode()
    shown = re.search(r"\b([2-9A-Z]{5}-[2-9A-Z]{5})\b", page)
    assert shown is not None
    square = Square(shown[1], f"{live_server.url}/lapangan/#{shown[1].replace('-', '')}")
    path = segno.make(square.address, error="m", micro=False).svg_inline(scale=5, border=2)
    assert re.search(r' d="([^"]+)"', path)[1] in page, "the page shows the square of this address"  # type: ignore[index]
    return square


@pytest.fixture
def with_camera(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], square: Square, tmp_path: Path
) -> Iterator[BrowserContext]:
    """A browser whose camera is held before the office's page."""
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    film = tmp_path / "camera.y4m"
    film.write_bytes(film_of(square.dots))
    flags = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    args = browser_type_launch_args | {"args": [*browser_type_launch_args["args"], *flags]}
    own = browser_type.launch(**args)
    yield own.new_context(**HERE)
    own.close()


def film_of(dots: list[list[int]], width: int = 640, height: int = 480, dot: int = 10) -> bytes:
    """A film in which a dark square stands on white; Y4M, grey."""
    left, top = (width - len(dots) * dot) // 2, (height - len(dots) * dot) // 2
    rows = [bytearray(b"\xeb" * width) for _row in range(height)]
    for y, line in enumerate(dots):
        for x, dark in enumerate(line):
            for row in rows[top + y * dot : top + (y + 1) * dot]:
                row[left + x * dot : left + (x + 1) * dot] = (b"\x10" if dark else b"\xeb") * dot
    frame = b"FRAME\n" + b"".join(rows) + b"\x80" * (width * height // 2)
    return f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 5


_DETECTOR = """(() => {
  const { address, dots } = %s
  window.BarcodeDetector = class {
    async detect(video) {
      const [width, height] = [video.videoWidth, video.videoHeight]
      const draw = new OffscreenCanvas(width, height).getContext('2d')
      draw.drawImage(video, 0, 0)
      const { data } = draw.getImageData(0, 0, width, height)
      const isDark = (x, y) => data[4 * (Math.round(y) * width + Math.round(x))] < 110
      let [left, top, right, bottom] = [width, height, -1, -1]
      for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) if (isDark(x, y)) {
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y)]
      }
      const [across, down] = [(right - left + 1) / dots.length, (bottom - top + 1) / dots.length]
      const isSeen = right > left && dots.every((line, y) =>
        line.every((dark, x) => isDark(left + (x + 0.5) * across, top + (y + 0.5) * down) === Boolean(dark)))
      return isSeen ? [{ rawValue: address }] : []
    }
  }
})()"""


def detector(square: Square) -> str:
    return _DETECTOR % json.dumps({"address": square.address, "dots": square.dots})


def test_the_square_on_the_office_s_screen_is_scanned_in_the_app(
    with_camera: BrowserContext,
    square: Square,
    live_server: LiveServer,
    case: Case,  # noqa: F811
) -> None:
    with_camera.grant_permissions(["camera"])
    with_camera.add_init_script(detector(square))
    phone = Thumb(with_camera, live_server.url)
    phone.page.goto(f"{live_server.url}/lapangan/")
    phone.press("Pindai kotak QR")
    phone.choose_pin()
    phone.sees_all_in()
    assert Device.objects.get().assignment.area == PANGGUL
    assert phone.page.evaluate(_LIVE) == 0, "the camera is off again"
    phone.go("kasus")
    phone.sees("SITI AMINAH")
    assert phone.wrong == []


_LIVE = "[...document.querySelectorAll('video')].length"


def test_a_camera_that_is_refused_leaves_the_ten_letters(
    with_camera: BrowserContext,
    square: Square,
    live_server: LiveServer,
    case: Case,  # noqa: F811
) -> None:
    with_camera.add_init_script(detector(square))  # the browser could read squares, but may not see
    phone = Thumb(with_camera, live_server.url)
    phone.page.goto(f"{live_server.url}/lapangan/")
    phone.press("Pindai kotak QR")
    phone.sees("Kamera tidak dapat dipakai. Ketik saja hurufnya.")
    phone.check("a camera that is refused")
    phone.page.get_by_label("Kode dari kantor").fill(square.letters.lower())
    phone.press(re.compile("^Daftarkan"))
    phone.choose_pin()
    phone.sees_all_in()
    assert Device.objects.get().assignment.area == PANGGUL
    assert phone.wrong == []


# ---- the place ------------------------------------------------------------------------------------------

DOOR = {"latitude": 1.06112345678, "longitude": 103.89023456789, "accuracy": 12}
SOMEWHERE = {"latitude": 1.1, "longitude": 104.0, "accuracy": 2600}


@pytest.fixture
def asked(browser: Browser, live_server: LiveServer, office_key: None) -> Iterator[Callable[..., Thumb]]:  # noqa: F811
    """A phone in Belakang Padang that stands before the form by which a visit begins."""
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    made: list[Thumb] = []

    def give(given: Any, **where: Any) -> Thumb:
        context = browser.new_context(**HERE, **where)
        phone = Thumb(context, live_server.url, area=ISLANDS)
        made.append(phone)
        phone.enrol()
        phone.go(f"kasus/{given.stream}")
        phone.press(re.compile("^Datangi lokasi"))
        phone.choose("partners", "Keluarga")
        return phone

    yield give
    for phone in made:
        phone.context.close()
    assert [phone.wrong for phone in made] == [[] for _phone in made]


def started(given: Any) -> e.VisitStarted:
    """What the journal has of the visit that began."""
    [body] = [x.body for x in journal.entries(given.stream) if x.device]
    assert isinstance(body, e.VisitStarted)
    return body


def test_a_door_is_noted_to_the_metre_anew_or_not_at_all(asked: Callable[..., Thumb]) -> None:
    joko = at_home(installed("odgj-batam"))
    phone = asked(joko, geolocation=SOMEWHERE, permissions=["geolocation"])
    assert phone.page.get_by_text("Tercatat").count() == 0, "nobody is asked where they are without a tap"
    phone.press("Kami di tempat: catat letaknya")
    phone.sees("Tercatat, ketelitian 2600 m.")  # imprecise: said, and for the officer to judge
    phone.context.set_geolocation(DOOR)  # type: ignore[arg-type]
    phone.press("Jangan simpan letaknya")
    expect(phone.page.get_by_text(re.compile("^Tercatat"))).to_have_count(0)
    phone.page.wait_for_timeout(100)
    phone.press("Kami di tempat: catat letaknya")
    phone.sees("Tercatat, ketelitian 12 m.")
    phone.check("a place that was noted")
    phone.press("Simpan")
    phone.sees(re.compile("di tempat sejak"))
    phone.sync()
    phone.sees_all_in()
    body = started(joko)
    assert (body.latitude, body.longitude) == (1.06112, 103.89023)


def test_a_place_that_is_refused_stops_no_visit(asked: Callable[..., Thumb]) -> None:
    joko = at_home(installed("odgj-batam"))
    phone = asked(joko)
    phone.press("Kami di tempat: catat letaknya")
    phone.sees(re.compile("^HP tidak tahu letaknya"))
    phone.check("a place that was refused")
    phone.press("Simpan")
    phone.sees(re.compile("di tempat sejak"))
    phone.sync()
    phone.sees_all_in()
    body = started(joko)
    assert body.latitude is None and body.longitude is None
