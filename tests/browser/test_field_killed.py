"""A phone that dies while it saves: what was said to be saved is there, and nothing is half or twice."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Error, expect
from pytest_django.live_server_helper import LiveServer

from jemput import journal
from jemput.core import entries as e
from jemput.journal.models import CaseRow
from jemput.journal.verify import verify
from jemput.sync import app
from jemput.sync.models import Blob, Device
from tests.browser.field_phone import (  # noqa: F401
    HERE,
    ISLANDS,
    Phones,
    Thumb,
    handed_out,
    in_a_home,
    installed,
)
from tests.journal.cases import Case
from tests.journal.conftest import case, office_key, programme  # noqa: F401
from tests.people import TRENGGALEK

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PICTURE = "icon-192.png"


class Axe:
    """Kills what runs the app, as Android does when memory is short: at once, without a word to it."""

    def __init__(self, browser: Browser) -> None:
        self.session = browser.new_browser_cdp_session()

    def processes(self, kind: str) -> list[int]:
        """The ids of this browser's own processes."""
        found = self.session.send("SystemInfo.getProcessInfo")["processInfo"]
        return [one["id"] for one in found if one["type"] == kind]

    def falls(self, phone: Thumb, after_ms: float, written: int | None = None) -> bool:
        """Press Save, and a moment later, or when so many are written, the app is dead. Gives whether it had
        said that it was saved.
        """
        said: list[str] = []
        phone.page.expose_function("heard", lambda words: said.append(words))
        phone.page.evaluate(_LISTEN)
        doomed = self.processes("renderer")
        phone.page.get_by_role("button", name="Simpan").click(no_wait_after=True)
        if after_ms:
            phone.page.wait_for_timeout(after_ms)
        if written:
            phone.page.wait_for_function(f"async () => ({_COUNT})('outbox').then((n) => n === {written})")
        for process in doomed:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        phone.page.close()
        phone.page = phone.tab()
        phone.open()
        return bool(said)


_LISTEN = """new MutationObserver(() => {
  const title = document.querySelector('h1')?.textContent
  if (title === 'SITI AMINAH') heard(title)
}).observe(document.body, { subtree: true, childList: true, characterData: true })"""

MOMENTS = (0, 4, 12, 30, 60, 120, 300)
"""Milliseconds after the thumb: before the seal, in it, in the write, after it, before the draft is gone.

However slow the machine, the first falls before the write, and the last after it.
"""


def test_a_tab_killed_at_any_moment_of_saving_has_saved_all_or_nothing(
    handed_out: Phones,  # noqa: F811
    browser: Browser,
    case: Case,  # noqa: F811
) -> None:
    rini, axe = handed_out(), Axe(browser)
    rini.enrol()
    rini.worker()
    rini.offline()
    fell = set()
    for n, moment in enumerate(MOMENTS):
        words = f"Kunjungan {n}"
        types(rini, case, words)
        was_said = axe.falls(rini, moment, n + 1 if moment == MOMENTS[-1] else None)
        rini.go("kasus")  # the lists are read
        rini.sees("SITI AMINAH")
        is_kept = rini.waiting() == n + 1
        fell.add("after" if is_kept else "before")
        assert is_kept or not was_said, "it said so, and it was not"
        assert rini.waiting() in (n, n + 1)
        whole(rini)
        rini.go(f"kasus/{case.stream}/note")
        if is_kept:
            rini.page.get_by_role("heading", name="SITI AMINAH").or_(note_of(rini)).first.wait_for()
            rini.go("kasus")
            rini.sees("SITI AMINAH")
            rini.go(f"kasus/{case.stream}/note")
            expect(note_of(rini)).to_have_value("")  # not to be handed in twice
        else:
            expect(note_of(rini)).to_have_value(words)
            expect(rini.page.get_by_role("button", name="Hapus foto 1")).to_be_visible()
            rini.press("Simpan")
            rini.heading("SITI AMINAH")
        assert rini.waiting() == n + 1
    assert fell == {"before", "after"}, "all fell on one side of the write"
    whole(rini)
    rini.offline(False)
    rini.sync()
    rini.sees_all_in()
    told = [x for x in journal.entries(case.stream) if x.device]
    assert [x.body.text for x in told if isinstance(x.body, e.Note)] == [
        f"Kunjungan {n}" for n in range(len(MOMENTS))
    ]
    assert [x.device_seq for x in told] == list(range(1, len(MOMENTS) + 1))
    device = Device.objects.get()
    assert device.gaps == [] and device.waiting == 0 and verify().breaks == ()
    assert Blob.objects.exclude(complete_at=None).count() == len(MOMENTS)


def types(phone: Thumb, case: Case, words: str) -> None:  # noqa: F811
    """A note with the photo of a paper, typed and not handed in; both lie on the phone."""
    phone.types_a_note(case, words)
    phone.page.locator("input[type=file]").set_input_files(app.BUILT / PICTURE)
    expect(phone.page.get_by_role("button", name="Hapus foto 1")).to_be_visible()
    expect(phone.page.get_by_text("Ambil foto", exact=True)).to_be_visible()
    phone.page.wait_for_function(
        f"async () => ({_COUNT})('drafts').then((count) => count === 2)"  # the words, and the photo
    )


_COUNT = """(name) => new Promise((done) => {
  const open = indexedDB.open('jemput');
  open.onsuccess = () => {
    const all = open.result.transaction(name).objectStore(name).count();
    all.onsuccess = () => { open.result.close(); done(all.result) };
  };
})"""


def note_of(phone: Thumb) -> Any:
    return phone.page.get_by_label("Catatan")


def whole(phone: Thumb) -> None:
    """Nothing half lies on the phone: numbers without a gap, each row in both seals, with its photo."""
    rows = phone.store(
        "(await get('outbox')).map((row) => [row.seq, row.id, row.own?.length > 0 && row.office.length > 0])"
    )
    assert [seq for seq, _id, _sealed in rows] == list(range(1, len(rows) + 1))
    assert all(sealed for _seq, _id, sealed in rows)
    assert sorted(phone.store("(await get('files')).map((row) => row.entry)")) == sorted(
        i for _s, i, _b in rows
    )
    next_number = phone.store("(await get('about')).find((one) => one?.nextSeq).nextSeq")
    assert next_number == len(rows) + 1


def test_a_report_that_was_written_when_the_tab_died_is_not_made_twice(
    handed_out: Phones,  # noqa: F811
    programme: object,  # noqa: F811
) -> None:
    installed("odgj-batam", by=TRENGGALEK)
    rini = handed_out()
    rini.enrol()
    rini.worker()
    rini.offline()
    rini.go("lapor")
    rini.write("name", "mbok darmi")
    rini.question("area").get_by_role("combobox").select_option("35.03.01.2008")
    # The tab dies between the report's own write and the next one, which lets go of the form.
    rini.page.evaluate(_STOP_AFTER_THE_REPORT)
    rini.page.get_by_role("button", name="Kirim laporan").click(no_wait_after=True)
    rini.page.wait_for_function(f"async () => ({_COUNT})('outbox').then((count) => count === 2)")
    rini.page.close()
    rini.page = rini.tab()
    rini.open()
    rini.go("lapor")
    rini.sees("Nomor tiket")
    rini.offline(False)
    rini.sync()
    rini.sees_all_in()
    ticket = CaseRow.objects.get().ticket
    rini.go("lapor")
    expect(rini.question("name").locator("input")).to_have_value("")
    assert ticket and rini.waiting() == 0


_STOP_AFTER_THE_REPORT = """() => {
  const remove = IDBObjectStore.prototype.delete
  IDBObjectStore.prototype.delete = function (key) {
    return this.name === 'drafts' ? this.get(key) : remove.call(this, key)
  }
}"""


TAPS = (0, 40, 120, 300)
"""Milliseconds after the tap that serves somebody in a care home: six acts are written one after another."""


def test_a_roster_killed_between_two_acts_goes_on_where_it_was(
    handed_out: Phones,  # noqa: F811
    browser: Browser,
) -> None:
    home = in_a_home(installed("on-the-spot"), "ADIL", "BUDIMAN", "CITRA", "DARMI")
    rini, axe = handed_out(area=ISLANDS), Axe(browser)
    rini.enrol()
    rini.worker()
    rini.offline()
    rini.go(f"tempat/{home[0].stream}")
    rini.heading("Panti Wreda Bahagia")
    rini.page.get_by_text("Kewajiban publik kantor").click()
    rini.page.wait_for_function(f"async () => ({_COUNT})('drafts').then((count) => count === 1)")
    for name, moment in zip(("ADIL", "BUDIMAN", "CITRA", "DARMI"), TAPS, strict=True):
        doomed = axe.processes("renderer")
        person = rini.page.get_by_role("article", name=name)
        person.get_by_role("button", name="Semua terekam").click(no_wait_after=True)
        rini.page.wait_for_timeout(moment)
        for process in doomed:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        rini.page.close()
        rini.page = rini.tab()
        rini.open()
        rini.go(f"tempat/{home[0].stream}")
        person = rini.page.get_by_role("article", name=name)
        expect(person).to_be_visible()
        again = person.get_by_role("button", name="Semua terekam")
        if again.count():
            again.click()
        expect(person.get_by_text("Selesai")).to_be_visible()
    rini.sees("4 dari 4 selesai")
    rini.offline(False)
    rini.sync()
    rini.sees_all_in()
    told = [[x for x in journal.entries(one.stream) if x.device] for one in home]
    assert len({tuple(x.kind for x in some) for some in told}) == 1, "each was served alike"
    kinds = [x.kind for x in told[0]]
    assert kinds[0] == "visit_started" and kinds[-1] == "visit_ended" and len(kinds) == len(set(kinds))
    numbers = sorted(x.device_seq or 0 for some in told for x in some)
    assert numbers == list(range(1, len(numbers) + 1)) and Device.objects.get().gaps == []


def test_what_was_said_to_be_saved_is_there_after_the_whole_phone_died(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    live_server: LiveServer,
    case: Case,  # noqa: F811
    tmp_path: Path,
) -> None:
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    place = tmp_path / "phone"
    context = browser_type.launch_persistent_context(place, **browser_type_launch_args, **HERE)
    rini = Thumb(context, live_server.url)
    rini.enrol()
    rini.worker()
    rini.offline()
    rini.notes(case, "Sebelum baterai habis")
    rini.types_a_note(case, "Sedang ditulis")
    rini.page.wait_for_function(f"async () => ({_COUNT})('drafts').then((count) => count === 1)")
    assert context.browser is not None
    for process in Axe(context.browser).processes("browser"):
        os.kill(process, signal.SIGKILL)
    with suppress(Error):
        context.close()
    for lock in place.glob("Singleton*"):
        lock.unlink()

    context = browser_type.launch_persistent_context(place, **browser_type_launch_args, **HERE)
    again = Thumb(context, live_server.url)
    again.offline()
    again.open()  # from the service worker: there is still no signal
    assert again.waiting() == 1
    again.go(f"kasus/{case.stream}/note")
    expect(note_of(again)).to_have_value("Sedang ditulis")
    again.offline(False)
    again.sync()
    again.sees_all_in()
    told = [x.body for x in journal.entries(case.stream) if x.device]
    assert [body.text for body in told if isinstance(body, e.Note)] == ["Sebelum baterai habis"]
    context.close()
    assert again.wrong == []
