"""A cheap phone with thousands of cases: Chromium, its processor six times slower, opens, saves and fetches.

The app is the built one, the server a real one, the profile lies on the disk as on a phone. What is counted
is counted inside the page: from the touch to the frame that shows what was asked for, or to the end of the
transaction. Opening and saving happen without signal; a page of 500 rows comes over HTTP, and counts from
its arrival to the end of its transaction, cursor and all.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

JSON = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
SLOWER = 6
PIN = "271828"
AREA = "97"
"""A subdistrict of ten villages."""
DOORS = 12
"""Promised for today."""
THUMB_MS = 150
"""From digit to digit, and from the last one to the button."""
NOTE = "Rumah di belakang masjid"

WATCH = """
  const now = () => performance.now()
  window.bench = {
    /** When this has been painted, in ms since the navigation. */
    shown: (wanted) => new Promise((done) => {
      const there = () => {
        if (!document.querySelector(wanted)) return
        watch.disconnect()
        requestAnimationFrame(() => setTimeout(() => done(now())))
      }
      const watch = new MutationObserver(there)
      watch.observe(document, { subtree: true, childList: true, attributes: true })
      there()
    }),
    touched: 0,
    written: [],
    pulled: [],
  }
  addEventListener('click', () => { bench.touched = now() }, true)
  const transaction = IDBDatabase.prototype.transaction
  IDBDatabase.prototype.transaction = function (names, mode, ...more) {
    const tx = transaction.call(this, names, mode, ...more)
    if (mode === 'readwrite') {
      const stores = [names].flat()
      tx.addEventListener('complete', () => bench.written.push({ stores, at: now() }))
    }
    return tx
  }
  const given = window.fetch
  window.fetch = async (asked, ...more) => {
    const answer = await given(asked, ...more)
    if (String(asked.url ?? asked).endsWith('/pull')) bench.pulled.push(now())
    return answer
  }
"""


def prepare(world: Any, options: argparse.Namespace) -> JSON:
    """So many cases in ten villages, a dozen doors for today, and a code for a phone."""
    from django.utils import timezone

    from jemput import journal
    from jemput.accounts.models import Account, Assignment
    from jemput.core.codes import Duty
    from jemput.sync.enrol import make_code

    area = f"{world.office.code}.{AREA}"
    made = [world.fill(f"{area}.{2001 + n}", options.held // 10, acts=6) for n in range(10)]
    today = world.office.today(timezone.now())
    doors = made[0][:DOORS]
    journal.append([_entry(world, s, Duty.SCHEDULER, _promised(world, today)) for s in doors])
    account = Account.objects.create(username="petugas-hp", name="Petugas", password="!")
    assignment = Assignment.objects.create(
        account=account, office=world.office, duty=Duty.FIELD_OFFICER.value, area=area,
        valid_from=today - timedelta(days=1),
    )  # fmt: skip
    return {"code": make_code(assignment, account), "doors": doors, "village": made[1]}


def _promised(world: Any, day: date) -> Any:
    from jemput.core import entries as e

    return e.VisitScheduled(visit=world.stories.new_id(), purpose=e.VisitPurpose.RECORD, day=day)


def _entry(world: Any, stream: Any, duty: Any, body: Any) -> Any:
    from django.utils import timezone

    from jemput.core.entries import Entry

    return Entry(
        id=world.stories.new_id(), stream=stream, actor="desk", duty=duty,
        occurred_at=timezone.now(), body=body,
    )  # fmt: skip


def measure(world: Any, options: argparse.Namespace, server: Any, ready: JSON) -> JSON:
    """Seconds, each the median and the worst of some times; weights as the build counts them."""
    from playwright.sync_api import sync_playwright

    sys.path.append(str(ROOT / "tools"))
    from screenshots import chromium

    flags = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread
    url = f"http://127.0.0.1:{server.port}/lapangan/"
    with tempfile.TemporaryDirectory(prefix="jemput-bench-") as folder, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=chromium(), args=flags, locale="id-ID",
            viewport={"width": 360, "height": 740}, has_touch=True,
        )  # fmt: skip
        phone = Phone(context.pages[0], url)
        try:
            first = phone.enrol(ready["code"])
            context.set_offline(True)
            spun = phone.spin()
            phone.slow(SLOWER)
            opened = [phone.open() for _ in range(options.times)]
            slower = phone.spin() / spun
            saved = [phone.save(str(door)) for door in ready["doors"][: options.times]]
            context.set_offline(False)
            phone.go("sinkron")
            phone.syncs()
            phone.page.wait_for_timeout(12_000)  # a phone that hears a signal again syncs once more by itself
            pages = [phone.page_of(lambda: _news(world, ready["village"])) for _ in range(3)]
            stretched = phone.stretch()  # the last, for the page itself is no thread of the app
        finally:
            context.close()
    figures: JSON = {"cases": options.held, "slowed by": slower, "first fetch s (not slowed)": first}
    for name, values in [
        ("start to PIN", [o["door"] for o in opened]),
        ("PIN to list (aim 1.5)", [o["list"] for o in opened]),
        ("the same, its thread as slow", [o["list"] + max(stretched - THUMB_MS / 1000, 0) for o in opened]),
        ("start to list", [o["door"] + o["list"] for o in opened]),
        ("save to disk (aim 0.1)", [s["disk"] for s in saved]),
        ("save to screen", [s["screen"] for s in saved]),
        (f"page of {min(500, len(ready['village']))}", pages),
    ]:
        figures[f"{name}: median s"] = median(values)
        figures[f"{name}: worst s"] = max(values)
    return figures | weights() | {"load average after": os.getloadavg()[0]}


def _news(world: Any, village: list[Any]) -> None:
    """500 rows for the feed of one village, each of another case."""
    from jemput import journal
    from jemput.core import entries as e
    from jemput.core.codes import Duty

    rows = [_entry(world, s, Duty.MAIN_ADMIN, e.Note(text="Sudah ditelepon")) for s in village[:500]]
    assert all(verdict.stored for verdict in journal.append(rows))


class Phone:
    """The app in one tab."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url
        page.add_init_script(f"(() => {{ {WATCH} }})()")
        page.set_default_timeout(600_000)

    def slow(self, times: int) -> None:
        """From now on; the worker and the browser's own threads go on as fast as they can."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def spin(self) -> float:
        """How long some fixed work takes: whether the phone is really as slow as it was told to be."""
        took = """(() => {
          let sum = 0
          const begun = performance.now()
          for (let n = 0; n < 3e7; n += 1) sum += n % 7
          return performance.now() - begun
        })()"""
        return min(float(self.page.evaluate(took)) for _ in range(5))

    def stretch(self) -> float:
        """Seconds that Argon2id takes in the slowed page; the app has it in a thread that is not slowed."""
        from jemput.sync.app import files

        (file,) = [name for name in files() if name.startswith("assets/argon2")]
        self.page.add_script_tag(url=self.url + file)
        took = """async () => {
          const cost = { iterations: 2, memorySize: 19 * 1024, parallelism: 1 }
          const begun = performance.now()
          const done = new Promise((done) => addEventListener('message', ({data}) => data.bytes && done()))
          postMessage({ pin: '271828', salt: new Uint8Array(16), cost })
          await done
          return performance.now() - begun
        }"""
        return float(self.page.evaluate(took)) / 1000

    def go(self, path: str) -> None:
        """To a screen."""
        self.page.evaluate("path => { location.hash = `#/${path}` }", path)

    def enrol(self, code: str) -> float:
        """Seconds until everything was fetched; the service worker has put the app aside then too."""
        page = self.page
        page.goto(f"{self.url}#{code}")
        page.get_by_role("button", name="Daftarkan").click()
        page.get_by_label("PIN baru").fill(PIN)
        page.get_by_label("Sekali lagi").fill(PIN)
        page.get_by_role("button", name="Simpan PIN ini").click()
        begun: float = page.evaluate("performance.now()")
        self.go("sinkron")
        page.get_by_text("Semua sudah masuk.").wait_for()
        page.evaluate("navigator.serviceWorker.ready")
        ended: float = page.evaluate("performance.now()")
        return (ended - begun) / 1000

    def open(self) -> JSON:
        """From the navigation to the field for the PIN, and from the PIN to the list of today."""
        page = self.page
        self.go("hari-ini")
        page.reload(wait_until="commit")  # another process would be as fast as ever
        door = page.evaluate("bench.shown('input[type=password]')")
        page.get_by_label("PIN").press_sequentially(PIN, delay=THUMB_MS)
        page.evaluate(f"void (bench.list = bench.shown('ol.stops > li:nth-child({DOORS})'))")
        page.get_by_role("button", name="Buka", exact=True).click()
        shown = page.evaluate("bench.list")
        return {"door": door / 1000, "list": (shown - page.evaluate("bench.touched")) / 1000}

    def save(self, stream: str) -> JSON:
        """A note: from the touch to the end of the transaction, and to the case that shows it."""
        page = self.page
        self.go(f"kasus/{stream}/note")
        page.get_by_label("Catatan").fill(NOTE)
        page.wait_for_timeout(1500)  # the draft is kept, the sync has looked for signal
        step = f'main a[href^="#/kasus/{stream}/"]'  # stands on the case, not on its form
        page.evaluate("step => { bench.written = []; bench.back = bench.shown(step) }", step)
        page.get_by_role("button", name="Simpan").click()
        shown = page.evaluate("bench.back")
        touched = page.evaluate("bench.touched")
        disk = page.evaluate("bench.written.find((one) => one.stores.includes('outbox')).at")
        assert page.evaluate("location.hash") == f"#/kasus/{stream}"
        page.wait_for_timeout(1500)
        return {"disk": (disk - touched) / 1000, "screen": (shown - touched) / 1000}

    def syncs(self) -> None:
        """Press the button and wait until nothing goes on."""
        self.page.get_by_role("button", name=re.compile("^Kirim dan ambil")).click()
        self.page.get_by_text("Semua sudah masuk.").wait_for()

    def page_of(self, news: Callable[[], None]) -> float:
        """From the arrival of the page to the end of its transaction."""
        news()
        self.page.evaluate("bench.written = []; bench.pulled = []")
        self.page.get_by_role("button", name=re.compile("^Kirim dan ambil")).click()
        applied = "bench.written.find(({stores}) => stores.includes('feeds') && stores.includes('about'))"
        self.page.wait_for_function(f"() => {applied}")
        pulled, at = self.page.evaluate(f"[bench.pulled[0], {applied}.at]")
        self.page.wait_for_timeout(3000)
        self.page.get_by_text("Semua sudah masuk.").wait_for()
        return float(at - pulled) / 1000


def weights() -> JSON:
    """kB with gzip, as field/tools/size.js weighs what was built."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    words = ["node", str(ROOT / "field" / "tools" / "size.js")]
    said = subprocess.run(words, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    found = re.findall(r"^([\w ]+): ([\d.]+) kB gzip of ([\d.]+)", said.stdout, re.M)
    return {f"{name} kB (aim {aim})": float(size) for name, size, aim in found}
