"""A slow phone where the signal is weak: all comes and goes, and nothing is said to be in before it is."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from jemput import journal
from jemput.accounts.models import Assignment
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.journal.models import EntryRow
from jemput.sync import blobs
from jemput.sync.enrol import make_code
from jemput.sync.models import Blob, Device
from tests.browser.field_app import ALL_IN
from tests.browser.field_phone import (  # noqa: F401
    ISLANDS,
    Given,
    Phones,
    Thumb,
    at_home,
    handed_out,
    installed,
)
from tests.journal.cases import Case
from tests.journal.conftest import office_key, programme  # noqa: F401
from tests.people import staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


CASES = 300
EDGE = {"latency": 840, "downloadThroughput": 240_000 / 8, "uploadThroughput": 200_000 / 8}
"""What a cheap phone gets in the hills: 240 kbit/s down, 200 up, 840 ms there and back."""
SLOWER = 6
PATIENCE_MS = 120_000


def test_a_slow_phone_on_edge_gets_and_sends_everything_and_never_says_so_too_early(
    handed_out: Phones,  # noqa: F811
    programme: Programme,  # noqa: F811
) -> None:
    joko = at_home(installed("odgj-batam"))
    others = [Case(programme, area=f"{ISLANDS}.1002") for _n in range(CASES - 1)]
    reports = [one.report(name=f"ORANG {n}", nik=None, phone=None) for n, one in enumerate(others)]
    said = [one.says(report, Duty.REPORTER) for one, report in zip(others, reports, strict=True)]
    assert all(verdict.stored for verdict in journal.append(said))

    rini = handed_out(area=ISLANDS)
    photo = photo_in_two_pieces(rini)
    claims = claims_of(rini)
    signal = Signal(rini)
    takes_all_along(rini, signal)
    begins_a_visit(rini, joko)
    offsets = loses_the_signal_in_the_middle_of(photo, rini, joko, signal)

    arrived = blobs.here(Blob.objects.get())
    signal.is_weak()
    rini.go("sinkron")
    expect(rini.page.get_by_text(ALL_IN)).to_be_visible(timeout=PATIENCE_MS)  # by itself
    assert offsets[0] == 0 and len(offsets) > 2 and set(offsets[1:]) == {arrived}, "it went on where it was"
    assert Blob.objects.exclude(complete_at=None).count() == 1
    told = [x.kind for x in journal.entries(joko.stream) if x.device]
    assert told == ["visit_started", "note"] and Device.objects.get().gaps == []
    for _wait in range(100):
        if len(claims) == 2:
            break
        rini.page.wait_for_timeout(100)  # what was said is still being looked into
    assert [claim["written"] for claim in claims] == [0, 2], claims
    assert all(claim["cases"] == CASES and not claim["open"] for claim in claims), claims


# ---- what the officer does ----------------------------------------------------------------------------


def takes_all_along(rini: Thumb, signal: Signal) -> None:
    """The first fetch, on a line on which each case takes its time."""
    officer = staff(rini.duty, rini.area)
    code = make_code(Assignment.objects.get(account=officer), officer)
    signal.is_weak()
    rini.page.goto(f"{rini.root}/lapangan/")
    signal.is_weak()  # what opens the page is another process, as fast as ever
    rini.begin(code)
    rini.go("sinkron")
    expect(rini.page.get_by_role("button", name="Mengirim dan mengambil …")).to_be_visible()
    expect(rini.page.get_by_text(ALL_IN)).to_be_visible(timeout=PATIENCE_MS)
    signal.is_as_weak_as_said()


def begins_a_visit(rini: Thumb, joko: Given) -> None:
    """What every visit begins with."""
    rini.go(f"kasus/{joko.stream}")
    rini.press(re.compile("^Datangi lokasi"))
    rini.choose("partners", "Keluarga")
    rini.press("Simpan")
    rini.sees(re.compile("di tempat sejak"))


def loses_the_signal_in_the_middle_of(photo: bytes, rini: Thumb, joko: Given, signal: Signal) -> list[int]:
    """A note with a photo; the line breaks when its second piece sets out. Gives where pieces began."""
    offsets: list[int] = []

    def breaks(route: Route) -> None:
        offsets.append(int(route.request.url.rpartition("offset=")[2]))
        if len(offsets) == 2:
            signal.is_gone()
        route.continue_()

    rini.context.route(re.compile("/sync/files/.*offset="), breaks)
    rini.go(f"kasus/{joko.stream}/note")
    rini.page.get_by_label("Catatan").fill("Rumah ketiga sesudah jembatan")
    file = {"name": "kk.png", "mimeType": "image/png", "buffer": photo}
    rini.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    rini.sees("Foto 1")
    expect(rini.page.get_by_text("Ambil foto", exact=True)).to_be_visible()
    rini.press("Simpan")
    rini.heading("JOKO PRASETYO")
    rini.go("sinkron")
    broken = rini.page.get_by_text("Tidak terhubung dengan kantor")
    expect(broken).to_be_visible(timeout=PATIENCE_MS)
    rini.sees("Foto dan tanda tangan yang menunggu dikirim")
    expect(rini.page.get_by_text(ALL_IN)).to_have_count(0)
    blob = Blob.objects.get()
    assert blob.complete_at is None and 0 < blobs.here(blob) < blob.size
    expect(rini.page.get_by_role("alert")).to_have_count(0)
    return offsets


def photo_in_two_pieces(rini: Thumb) -> bytes:
    """A photo that stays larger than one piece when the app makes it small, and is not pressed further."""
    script = """async () => {
      const [width, height] = [800, 600]
      const canvas = new OffscreenCanvas(width, height), draw = canvas.getContext('2d')
      const image = draw.createImageData(width, height)
      const as = (type) => canvas.convertToBlob({ type, quality: 0.8 })
      for (let noise = 32, seed = 7; ; noise += 8) {
        for (let i = 0; i < image.data.length; i += 1) {
          seed = (seed * 1103515245 + 12345) & 0x7fffffff
          image.data[i] = i % 4 === 3 ? 255 : 128 + ((seed >> 12) % noise) - noise / 2
        }
        draw.putImageData(image, 0, 0)
        if ((await as('image/jpeg')).size > 290000 || noise > 250) break
      }
      const bytes = new Uint8Array(await (await as('image/png')).arrayBuffer())
      let text = ''
      for (let at = 0; at < bytes.length; at += 8192) {
        text += String.fromCharCode(...bytes.subarray(at, at + 8192))
      }
      return btoa(text)
    }"""
    return b64decode(rini.page.evaluate(script))


# ---- the phone and its line ---------------------------------------------------------------------------


class Signal:
    """What reaches the phone, and how slowly it thinks.

    The service worker's own fetches, of the app's files, stay fast: a page's devtools do not reach them.
    """

    def __init__(self, rini: Thumb) -> None:
        self.page = rini.page
        self.devtools = rini.context.new_cdp_session(rini.page)
        self.devtools.send("Network.enable")
        self.at_once = self._sum_ms()

    def is_weak(self) -> None:
        """One bar; and from the first time on, a processor of long ago."""
        self.devtools.send("Network.emulateNetworkConditions", {"offline": False, **EDGE})
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def is_gone(self) -> None:
        """No bar: what is under way breaks off too."""
        self.devtools.send("Network.emulateNetworkConditions", {"offline": True, **EDGE})

    def is_as_weak_as_said(self) -> None:
        """The browser does what it was told: a call takes its time, and so does thinking."""
        call = "fetch('/sync/openapi.json', { cache: 'no-store' }).then((answer) => answer.text())"
        took = self.page.evaluate(
            f"async () => {{ const at = performance.now(); await {call}; return performance.now() - at }}"
        )
        assert took > EDGE["latency"]
        assert self._sum_ms() > SLOWER / 2 * self.at_once

    def _sum_ms(self) -> float:
        script = """() => {
          const at = performance.now()
          for (let n = 0, sum = 0; n < 1e7; n += 1) sum += n % 7
          return performance.now() - at
        }"""
        return min(float(self.page.evaluate(script)) for _ in range(5))


def claims_of(rini: Thumb) -> list[dict[str, int]]:
    """Each moment at which the phone says that all is in: what lay on it then, and what the office lacked."""
    made: list[dict[str, int]] = []

    def heard(phone: dict[str, Any]) -> None:
        here = EntryRow.objects.filter(id__in=phone["written"]).count()
        files = blobs.arrived(phone["files"])
        lacks = len(phone["written"]) - here + len(phone["files"]) - files
        made.append(
            {"cases": phone["cases"], "written": len(phone["written"]), "open": phone["open"] + lacks}
        )

    rini.page.expose_function("claimed", heard)
    rini.page.add_init_script(_WATCH % {"words": ALL_IN, "look": _LOOK})
    return made


_LOOK = """async () => {
  const open = indexedDB.open('jemput')
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result) })
  const all = (name) => new Promise((done) => {
    const found = db.transaction(name).objectStore(name).getAll()
    found.onsuccess = () => done(found.result)
  })
  const [cases, outbox, files] = await Promise.all(['cases', 'outbox', 'files'].map(all))
  db.close()
  const waiting = outbox.filter((row) => row.state !== 'settled').length
  const unsent = files.filter((row) => row.sentAt === undefined).length
  return {
    cases: cases.length,
    written: outbox.map((row) => row.id),
    files: files.map((row) => row.digest),
    open: waiting + unsent,
  }
}"""

_WATCH = """(() => {
  addEventListener('unhandledrejection', ({ reason }) => console.error(`nobody waited: ${reason?.stack}`))
  let before = false
  new MutationObserver(async () => {
    const says = document.body?.textContent.includes('%(words)s') ?? false
    if (says === before) return
    before = says
    if (says) claimed(await (%(look)s)())
  }).observe(document, { subtree: true, childList: true, characterData: true })
})()"""
