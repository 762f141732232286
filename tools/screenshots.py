"""Pictures of the demo for README and docs: ./run screenshots [NAME ...]

Starts a demo of its own in a temporary folder on a free port (or looks at one that runs, with
JEMPUT_SCREENSHOTS_URL and JEMPUT_HOME), signs in as each duty, and saves small PNG files of 256 colours
into docs/screenshots, at the width of a desk (1280) and of a phone (360).
"""

from __future__ import annotations

import base64
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screenshots"
SIZES = {"1280": (1280, 860), "360": (360, 740)}
MOST_BYTES = 150_000
PATIENCE = 600
TRENGGALEK, BANYUWANGI, BATAM, PAREPARE, BEKASI = "Trenggalek", "Banyuwangi", "Batam", "Parepare", "Bekasi"
TODAY = {
    "reporter": TRENGGALEK,
    "village_registrar": TRENGGALEK,
    "subdistrict": BEKASI,
    "rw_agent": BEKASI,
    "social_agency": TRENGGALEK,
    "health_worker": BATAM,
    "main_admin": TRENGGALEK,
    "scheduler": TRENGGALEK,
    "head_of_section": PAREPARE,
    "field_officer": BATAM,
    "data_entry": TRENGGALEK,
    "printing": BANYUWANGI,
    "courier": TRENGGALEK,
    "head_of_office": PAREPARE,
    "evaluator": TRENGGALEK,
}
FINISHED = {1: BANYUWANGI, 2: BATAM, 3: TRENGGALEK, 4: PAREPARE, 5: BEKASI}


_DECODE = """async png => {
  const image = new Image()
  image.src = 'data:image/png;base64,' + png
  await image.decode()
  const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext('2d')
  context.drawImage(image, 0, 0)
  const bytes = context.getImageData(0, 0, image.width, image.height).data
  let text = ''
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768))
  return btoa(text)
}"""


# ---- pictures -------------------------------------------------------------------------------------


def small_png(png: bytes, canvas: Page) -> bytes:
    """The same picture in at most 256 colours: the commonest ones, and for the rest the nearest of them.

    ``canvas`` is an empty page whose browser decodes the picture.
    """
    width, height = struct.unpack(">II", png[16:24])
    pixels = base64.b64decode(canvas.evaluate(_DECODE, base64.b64encode(png).decode()))
    rgb = np.frombuffer(pixels, dtype=np.uint8).reshape(-1, 4)[:, :3]
    packed = rgb.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    colours, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    kept = colours[np.argsort(-counts)][:256]
    palette = np.stack([kept >> 16, kept >> 8 & 255, kept & 255], axis=1).astype(np.int32)
    every = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.int32)
    nearest = np.array([np.argmin(((palette - c) ** 2).sum(axis=1)) for c in every], dtype=np.uint8)
    lines = np.zeros((height, width + 1), dtype=np.uint8)
    lines[:, 1:] = nearest[where].reshape(height, width)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", palette.astype(np.uint8).tobytes())
        + _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# ---- a demo ---------------------------------------------------------------------------------------


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo; its folder is JEMPUT_HOME."""
    if url := os.environ.get("JEMPUT_SCREENSHOTS_URL"):
        yield url.rstrip("/")
        return
    folder = Path(tempfile.mkdtemp(prefix="jemput-screenshots-"))
    os.environ |= {
        "JEMPUT_HOME": str(folder / "home"),
        "JEMPUT_KEYS": str(folder / "keys"),
        "JEMPUT_LEDGER": str(folder / "ledger" / "erasures.jsonl"),
        "JEMPUT_DEMO": "1",
    }
    sys.path.insert(0, str(ROOT / "src"))
    from jemput.demo.processes import free_port

    port = free_port("127.0.0.1", 8700)
    command = [sys.executable, "-m", "jemput", "demo", "--no-browser", "--port", str(port)]
    server = subprocess.Popen(command)
    try:
        _wait_until_full(server, folder / "home" / "demo.json", f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_full(server: subprocess.Popen[bytes], progress: Path, url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit("The demo ended before it was ready.")
        if progress.exists() and '"complete": true' in progress.read_text():
            try:
                urllib.request.urlopen(f"{url}/accounts/login/", timeout=5).close()
                return
            except OSError:
                pass
        time.sleep(0.5)
    sys.exit("The demo was not ready in time.")


def assignments() -> dict[tuple[str, str], int]:
    """(duty, office's city) -> the number of the button at sign-in."""
    from jemput.accounts.models import Assignment

    rows = Assignment.objects.filter(account__demo=True).select_related("office")
    return {(row.duty, row.office.city): row.pk for row in rows}


def finished_cases() -> dict[int, str]:
    """By programme, a case that went its whole way lately."""
    from jemput.journal.models import CaseRow

    offices = {
        1: "35.10",
        2: "21.71",
        3: "35.03",
        4: "73.72",
        5: "32.75",
    }
    found = {}
    for number, office in offices.items():
        rows = CaseRow.objects.filter(
            programme=number, office=office, status="closed", head__gte=14, state__closed_for="served"
        )
        row = rows.order_by("-last_at").first()
        if row:
            found[number] = str(row.stream_id)
    return found


def somebody() -> tuple[str, str]:
    """Name and village of a person in Trenggalek who has been reported, for the desk report."""
    from jemput.core.areas import area
    from jemput.journal.lists import headlines
    from jemput.journal.models import CaseRow

    row = CaseRow.objects.filter(office="35.03", status="accepted").order_by("-last_at").first()
    assert row is not None
    village = area(row.area[:13])
    return headlines([row])[row.stream_id]["name"], village.title if village else ""


# ---- taking ---------------------------------------------------------------------------------------


class Camera:
    """One browser at one size; signs in by the buttons, as a visitor does."""

    def __init__(self, browser: Browser, url: str, size: str, wanted: set[str]) -> None:
        width, height = SIZES[size]
        self.browser, self.url, self.size, self.wanted = browser, url, size, wanted
        self.options = {
            "viewport": {"width": width, "height": height},
            "locale": "id-ID",
            "timezone_id": "Asia/Jakarta",
            "reduced_motion": "reduce",
        }
        self.buttons = assignments()
        self.canvas = browser.new_context().new_page()

    def take(
        self,
        name: str,
        path: str,
        duty: str | None = None,
        city: str = TRENGGALEK,
        before: Callable[[Page], object] = lambda page: None,
    ) -> None:
        """One picture; names that were not asked for are left out."""
        if self.wanted and name not in self.wanted:
            return
        context = self.browser.new_context(**self.options)
        page = context.new_page()
        try:
            page.goto(f"{self.url}/accounts/login/")
            if duty is not None:
                button = self.buttons[duty, city]
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                page.click(f'button[name=assignment][value="{button}"]')
                page.goto(self.url + path)
            before(page)
            page.wait_for_load_state("networkidle")
            picture = small_png(page.screenshot(), self.canvas)
        finally:
            context.close()
        target = OUT / f"{name}-{self.size}.png"
        target.write_bytes(picture)
        mark = "" if len(picture) < MOST_BYTES else "  (larger than it should be)"
        print(f"{target.relative_to(ROOT)}  {len(picture) // 1000} kB{mark}", flush=True)


def to_the_map(page: Page) -> None:
    """The map in the middle, with one village chosen."""
    page.locator("#where").evaluate("title => title.scrollIntoView({block: 'start'})")
    page.locator("#map a").nth(7).focus()


def to_the_pair(page: Page) -> None:
    """Both records; on a phone they stand below the tabs."""
    page.locator("main [role=status]").first.evaluate("said => said.scrollIntoView({block: 'start'})")


def looked_up(page: Page) -> None:
    """What a neighbour said on the telephone, and who may be meant."""
    page.fill("#who", "Mbah Sukarni, Dongko, umur tujuh puluhan, ibunya Painem")
    page.locator("#who_hits .hit").first.wait_for(timeout=20_000)
    page.locator("label[for=who]").evaluate("label => label.scrollIntoView({block: 'start'})")


def all_pictures(camera: Camera) -> None:
    """Every picture, by name."""
    camera.take("sign-in", "")
    for duty, city in TODAY.items():
        camera.take(f"today-{duty.replace('_', '-')}", "/", duty, city)
    for number, stream in finished_cases().items():
        camera.take(f"case-programme-{number}", f"/cases/{stream}/", "main_admin", FINISHED[number])
    name, village = somebody()

    def typed(page: Page) -> None:
        page.fill("[name=name]", name.title())
        page.fill("[name=village]", village)
        page.dispatch_event("[name=name]", "input")
        page.wait_for_timeout(1500)
        if camera.size == "360":
            page.locator("#beside").scroll_into_view_if_needed()
        else:
            page.evaluate("scrollTo(0, 0)")

    camera.take("report-with-duplicates", "/report/", "main_admin", TRENGGALEK, typed)
    camera.take("programme-page", "/programmes/3/", "main_admin", TRENGGALEK)
    camera.take("status-board", "/centre/", "data_entry", TRENGGALEK)
    camera.take("monthly-table", "/figures/4/2021/", "head_of_office", PAREPARE)
    camera.take("backlog", "/lists/3/backlog/", "head_of_office", TRENGGALEK)
    camera.take("backlog-map", "/lists/3/backlog/", "head_of_office", TRENGGALEK, to_the_map)
    camera.take("backlog-people", "/lists/3/people/?reached=not_reached", "main_admin", TRENGGALEK)
    camera.take("lists", "/lists/3/", "main_admin", TRENGGALEK)
    camera.take("review", "/lists/3/review/", "main_admin", TRENGGALEK, to_the_pair)
    camera.take("look-up", "/report/", "main_admin", TRENGGALEK, looked_up)
    monday = next_monday()
    camera.take("week", f"/planning/week/{monday}/", "scheduler", TRENGGALEK, planned)
    camera.take("re-plan", f"/planning/week/{monday}/anew/", "scheduler", TRENGGALEK)


def next_monday() -> date:
    """The Monday of the week that is planned."""
    from jemput.accounts.models import Office

    today = Office.objects.get(code="35.03").today()
    return today + timedelta(days=7 - today.weekday())


def planned(page: Page) -> None:
    """The board of the week that was opened, planned where it is not."""
    if (button := page.get_by_role("button", name="Susun rencana")).count():
        button.click()
        page.get_by_role("link", name="Terbitkan").wait_for(timeout=300_000)


def papers(canvas: Page, wanted: set[str]) -> None:
    """The first pages of two PDFs of a planned week, set as pictures by what sets the PDFs."""
    if wanted and not wanted & {"surat-tugas", "lembar-rute"}:
        return
    from django.utils import timezone, translation

    from jemput.accounts.models import Assignment, Office
    from jemput.core.codes import Duty
    from jemput.planning.papers import day, letters
    from jemput.planning.papers.desk import Desk
    from jemput.planning.papers.order import order
    from jemput.planning.papers.paper import Paper, png
    from jemput.planning.week import keep, make

    office = Office.objects.get(code="35.03")
    monday = next_monday()
    who = {a.duty: a.account for a in Assignment.objects.filter(office=office, account__demo=True)}
    week = keep.current(office, monday) or make.make(office, monday, who["scheduler"], seen=0, rounds=300)
    desk = Desk(week)
    tour = desk.tours[0]
    seen = frozenset(one.case.pk for one in desk.known.values())
    made: dict[str, Paper] = {}
    with translation.override("id"), timezone.override(office.zone):
        made["surat-tugas"] = order(
            desk, tour["team"], letters.due(desk, tour["team"], monday), number="800/117/406.017/2026",
            today=office.today(), signer=who["head_of_section"].name, duty=Duty.HEAD_OF_SECTION,
            signature=letters.signature(who["head_of_section"], timezone.now()), check="https://jemput.example/",
        )  # fmt: skip
        page_of = "https://jemput.example/cases/{}/".format
        made["lembar-rute"] = day.route(desk, tour, Duty.FIELD_OFFICER, seen, page_of)
    look = letters.look("id", office.today(), bytes(office.logo))
    for name, paper in made.items():
        picture = small_png(png(paper, look)[0], canvas)
        (OUT / f"{name}.png").write_bytes(picture)
        print(f"docs/screenshots/{name}.png  {len(picture) // 1000} kB", flush=True)


def chromium() -> str | None:
    """As the tests choose it: $JEMPUT_CHROMIUM, Playwright's own, one on PATH."""
    if path := os.environ.get("JEMPUT_CHROMIUM"):
        return path
    if any(Path.home().glob(".cache/ms-playwright/chromium-*")):
        return None
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def main(wanted: set[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jemput.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with demo() as url, sync_playwright() as playwright:
        import django

        django.setup()
        flags = ["--disable-gpu", "--no-first-run"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            flags.append("--no-sandbox")
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        for size in SIZES:
            all_pictures(Camera(browser, url, size, wanted))
        papers(browser.new_page(), wanted)
        browser.close()


if __name__ == "__main__":
    main(set(sys.argv[1:]))
