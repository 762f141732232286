"""A new release, while a phone is full of what was not sent: nothing is lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from jemput import journal
from jemput.journal.verify import verify
from jemput.sync import app, sealing
from jemput.sync.blobs import PURPOSE
from jemput.sync.models import Blob, Device
from tests.browser.field_phone import HERE, Thumb, installed
from tests.browser.previous import APP, DATABASE, previous
from tests.journal.cases import Case
from tests.journal.conftest import case, office_key, programme  # noqa: F401
from tests.people import TRENGGALEK

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURE = "icon-512.png"


@pytest.fixture
def phone_of(browser: Browser) -> Iterator[Callable[[str], Thumb]]:
    """The phone of a field officer of some office; afterwards it has not complained, axe neither."""
    if not app.files():
        pytest.skip("the field app is not built: ./run field")
    context = browser.new_context(**HERE)
    made: list[Thumb] = []

    def give(root: str) -> Thumb:
        made.append(Thumb(context, root))
        return made[-1]

    yield give
    context.close()
    assert [phone.wrong for phone in made] == [[] for _phone in made]


@pytest.mark.django_db(transaction=True)
def test_a_full_outbox_of_the_previous_release_comes_through_the_update(
    phone_of: Callable[[str], Thumb],
    live_server: LiveServer,
    case: Case,  # noqa: F811
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    installed("odgj-batam", by=TRENGGALEK)
    new = app.BUILT
    monkeypatch.setattr(app, "BUILT", previous() / APP)
    phone = phone_of(live_server.url)
    phone.enrol()
    phone.worker()
    assert phone.store("db.version") == DATABASE
    phone.offline()
    write_all(phone, case)
    other = phone_of(live_server.url)  # a second tab of the old app, left open
    other.open()
    waits = phone.store("(await get('outbox')).map((row) => row.id)")
    assert len(waits) == 5  # three notes; a report, and who told

    monkeypatch.setattr(app, "BUILT", new)
    phone.context.route("**/sync/**", lambda route: route.abort())  # the app comes, the office sleeps
    phone.offline(False)
    phone.page.reload()
    phone.unlock()
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Perbarui").click()
    phone.unlock()
    phone.go("sinkron")
    phone.sees("Belum semua terkirim")
    expect(phone.page.get_by_text("Semua sudah masuk.")).to_have_count(0)
    assert phone.store("db.version") > DATABASE
    assert phone.store("(await get('outbox')).map((row) => row.id)") == waits
    assert phone.waiting() == len(waits) and phone.store("(await get('files')).length") == 2
    expect(other.page.get_by_label("PIN")).to_be_visible()  # the old tab has gone over too
    other.page.close()

    finish_the_draft(phone, case)
    phone.context.unroute("**/sync/**")
    phone.sync()
    phone.sees_all_in()
    kinds, numbers = written()
    assert kinds == {"note": 4, "reported": 1, "reporter_named": 1}
    assert numbers == [1, 2, 3, 4, 5, 6]
    texts = [x.body.text for x in journal.entries(case.stream) if x.body.kind == "note"]
    assert texts == ["Jembatan putus", "Kartu lama", "Rumah kedua", "Belum selesai, sekarang selesai"]
    device = Device.objects.get()
    assert device.gaps == [] and device.waiting == 0 and verify().breaks == ()
    sent = [(tmp_path / "files" / b.digest[:2] / b.digest).read_bytes() for b in Blob.objects.all()]
    assert len(sent) == 3 and all(sealing.open_sealed(content, PURPOSE) for content in sent)
    phone.sync()
    phone.sees_all_in()
    assert written() == (kinds, numbers)


# ---- what is done at the door ---------------------------------------------------------------------------


def note(phone: Thumb, stream: object, text: str, *, with_photo: bool = False) -> None:
    """A note as it is typed, with the photo of a paper."""
    phone.go(f"kasus/{stream}/note")
    phone.page.get_by_label("Catatan").fill(text)
    if with_photo:
        phone.page.locator("input[type=file]").set_input_files(app.BUILT / PICTURE)
        expect(phone.page.get_by_role("button", name="Hapus foto 1")).to_be_visible()
        expect(phone.page.get_by_text("Ambil foto", exact=True)).to_be_visible()  # it lies on the phone


def saved(phone: Thumb) -> None:
    phone.press("Simpan")
    phone.heading("SITI AMINAH")


def write_all(phone: Thumb, case: Case) -> None:  # noqa: F811
    """Three notes, two with a photo; somebody new; and a note that is not finished, with a photo."""
    for n, text in enumerate(["Jembatan putus", "Kartu lama", "Rumah kedua"]):
        note(phone, case.stream, text, with_photo=n > 0)
        saved(phone)
    phone.go("lapor")
    phone.write("name", "mbok darmi")
    phone.question("area").get_by_role("combobox").select_option("35.03.01.2008")
    phone.press("Kirim laporan")
    phone.sees("Nomor tiket")
    note(phone, case.stream, "Belum selesai", with_photo=True)


def finish_the_draft(phone: Thumb, case: Case) -> None:  # noqa: F811
    finish(phone, case.stream)


def finish(phone: Thumb, stream: object) -> None:
    """The note that was begun before lies there with its photo, and is handed in now."""
    phone.go(f"kasus/{stream}/note")
    expect(phone.page.get_by_label("Catatan")).to_have_value("Belum selesai")
    expect(phone.page.get_by_role("button", name="Hapus foto 1")).to_be_visible()
    phone.page.get_by_label("Catatan").fill("Belum selesai, sekarang selesai")
    saved(phone)


def written() -> tuple[Counter[str], list[int]]:
    """What phones wrote, by kind, and their numbers."""
    from jemput.journal.models import CaseRow

    of_phones = [x for row in CaseRow.objects.all() for x in journal.entries(row.pk) if x.device]
    return Counter(x.kind for x in of_phones), sorted(x.device_seq or 0 for x in of_phones)
