"""A day in the islands without signal: a crisis, a care home, a card; the office has each act once."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.fold import fold
from jemput.core.state import State
from jemput.journal.models import CaseRow
from jemput.sync import sealing
from jemput.sync.blobs import PURPOSE
from jemput.sync.models import Blob, Device
from tests.browser.field_phone import (  # noqa: F401
    ISLANDS,
    WARD,
    Phones,
    Thumb,
    at_home,
    finished,
    handed_out,
    in_a_home,
    installed,
    papers_to_collect,
    photo_of_a_paper,
    size_of,
)
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import BATAM, BEKASI, signed_in, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


PLACE = {"latitude": 1.0611, "longitude": 103.8902, "accuracy": 12}


def test_a_day_without_signal_is_in_the_office_exactly_once(handed_out: Phones) -> None:  # noqa: F811
    phone = handed_out(Duty.FIELD_OFFICER, ISLANDS)
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation(PLACE)  # type: ignore[arg-type]
    disorder, on_the_spot = installed("odgj-batam"), installed("on-the-spot")
    joko = at_home(disorder)
    home = in_a_home(on_the_spot, "ADIL", "BUDIMAN", "CITRA", "DARMI")
    sutini = finished(disorder)
    phone.page.goto(f"{phone.root}/lapangan/")
    phone.heading("Jemput Lapangan")
    phone.shot("sign-in")
    phone.enrol()
    phone.worker()
    phone.to("Hari ini")
    phone.heading(re.compile("^Hari ini"))
    phone.sees("JOKO PRASETYO")
    phone.sees("4 orang di satu tempat")
    phone.shot("today")
    phone.offline()

    interrupted_by_a_crisis(phone)
    one_after_another(phone)
    hand_over(phone)
    ticket = report(phone)

    phone.to("Sinkron")
    phone.sees("Belum semua terkirim")
    phone.shot("waiting")
    phone.offline(False)
    phone.press(re.compile("Kirim dan ambil sekarang|Mengirim"))
    phone.sees("Semua sudah masuk.")
    phone.shot("sent")

    # Joko: begun, his condition seen, ended by a crisis, to be visited again.
    state = state_of(joko.stream)
    assert kinds(joko.stream)[-3:] == ["visit_started", "condition_checked", "visit_ended"]
    assert (state.visit, state.attempts, state.again_on is not None) == (None, 1, True)
    assert "revisit" in state.flags
    # The home: three recorded, one not there.
    done = [state_of(one.stream) for one in home]
    assert [s.attempts for s in done] == [1, 1, 1, 1]
    assert sum("record" in s.done for s in done) == 3
    assert sum("revisit" in s.flags for s in done) == 1
    # Sutini has her card, against a receipt made without signal.
    assert state_of(sutini.stream).status == "delivered"
    receipt = next(p.receipt for p in state_of(sutini.stream).documents.values())
    assert receipt is not None and receipt.startswith("P1-T-")
    # Somebody new.
    reported = CaseRow.objects.get(ticket=ticket)
    assert reported.area == f"{ISLANDS}.1003"
    # Each once, in their order, nothing missing, nothing that breaks the rules.
    device = Device.objects.get()
    assert device.gaps == [] and device.waiting == 0
    written = [x for row in CaseRow.objects.all() for x in journal.entries(row.pk) if x.device]
    assert sorted(x.device_seq or 0 for x in written) == list(range(1, device.contiguous + 1))
    against = {i for s in [state, *done, state_of(sutini.stream)] for i in s.irregular}
    assert not against & {x.id for x in written}
    # And the office reads it on its own screens.
    desk = signed_in(staff(Duty.MAIN_ADMIN, BATAM))
    page = desk.get(f"/cases/{joko.stream}/").content.decode()
    assert "JOKO PRASETYO" in page and "Sedang krisis" in page


def interrupted_by_a_crisis(phone: Thumb) -> None:
    """At the ninth minute the tab is gone; what was typed is not, and the visit ends as it must."""
    phone.press("Buka", phone.page.get_by_role("article", name=re.compile("JOKO")))
    phone.heading("JOKO PRASETYO")
    phone.sees("Tenang bila kakaknya duduk di sebelahnya")
    phone.shot("case")
    phone.press(re.compile("^Datangi lokasi"))
    phone.press("Kami di tempat: catat letaknya")
    phone.sees("Tercatat, ketelitian 12 m.")
    phone.choose("partners", "Keluarga")
    phone.shot("arrive")
    phone.press("Simpan")
    phone.sees(re.compile("di tempat sejak"))
    phone.press(re.compile("^Semua|Pastikan kondisi"))
    phone.choose("go_ahead", "Ya")
    phone.write("comfort", "Lagu lama, dan kakaknya")
    phone.shot("condition")
    phone.press("Simpan")
    phone.page.locator(".steps a", has_text="Ambil foto, sidik jari").click()
    hand = phone.question("right_hand")
    hand.get_by_role("combobox").select_option("stiff")
    hand.get_by_role("button", name="Tambah satu").click()
    expect(hand.get_by_text("2 kali")).to_be_visible()
    phone.shot("recording")
    # Somebody knocks the phone out of her hand.
    phone.page.reload()
    phone.heading("Buka aplikasi")
    phone.shot("locked")
    phone.unlock()
    expect(hand.get_by_text("2 kali")).to_be_visible()
    expect(hand.get_by_role("combobox")).to_have_value("stiff")
    phone.press("Kembali")
    phone.press("Hentikan kunjungan")
    phone.choose("outcome", "Sedang krisis")
    expect(
        phone.question("next_step").locator("[value=wait_for_health], input:checked").first
    ).to_be_attached()
    phone.write("again_on", "2030-01-14")
    phone.write("note", "Mendadak gelisah, kami berhenti")
    phone.shot("stop")
    phone.press("Simpan")
    phone.sees("Perlu kunjungan ulang")
    phone.to("Hari ini")


def one_after_another(phone: Thumb) -> None:
    """Four people in a care home, each with one tap."""
    phone.press("Satu per satu")
    phone.heading("Panti Wreda Bahagia")
    phone.page.get_by_text("Kewajiban publik kantor").click()
    for name in ("ADIL", "BUDIMAN", "CITRA"):
        person = phone.page.get_by_role("article", name=name)
        phone.press(re.compile("^Semua terekam"), person)
        expect(person.get_by_text("Selesai")).to_be_visible()
    phone.shot("roster")
    person = phone.page.get_by_role("article", name="DARMI")
    person.get_by_text("Lainnya").click()
    phone.press("Tidak ada orang di rumah", person)
    expect(person.get_by_text("Belum kali ini: didatangi lagi")).to_be_visible()
    phone.sees("4 dari 4 selesai")
    phone.press("Kembali")


def hand_over(phone: Thumb) -> None:
    """A card, a receipt with its number, a signature."""
    phone.press("Buka", phone.page.get_by_role("article", name=re.compile("SUTINI")))
    phone.press(re.compile("^Berangkat mengantar"))
    phone.press("Simpan")
    phone.press(re.compile("^Antar ke lokasi"))
    phone.sees("Nomor tanda terima")
    phone.write("recipient", "sutini")
    phone.sign()
    phone.shot("hand-over")
    phone.press("Simpan")
    phone.press(re.compile("^Akhiri pengantaran"))
    phone.choose("outcome", "Selesai")
    phone.press("Simpan")
    phone.sees("Diserahkan")
    phone.shot("handed-over")
    phone.to("Hari ini")
    phone.sees("Selesai hari ini (6)")


def report(phone: Thumb) -> str:
    """Somebody new, met on the way."""
    phone.press("Laporkan orang yang perlu didatangi")
    phone.write("name", "wak dullah")
    phone.write("birth_about", "umur 70-an")
    phone.choose("area", "Kel. Kasu")
    phone.shot("report")
    phone.press("Kirim laporan")
    ticket = phone.page.locator("strong.number").inner_text()
    phone.shot("reported")
    return ticket


def test_an_agent_takes_papers_along_and_their_photo_tells_no_place(
    handed_out: Phones,  # noqa: F811
    settings: Settings,
) -> None:
    family = papers_to_collect(installed("halo-pamor", BEKASI))
    phone = handed_out(Duty.RW_AGENT, WARD)
    phone.enrol()
    phone.worker()
    phone.offline()
    phone.to("Kasus")
    phone.page.get_by_role("searchbox").fill("margahayu hen")
    phone.sees("HENDRA")
    phone.shot("cases")
    phone.to("Hari ini")
    phone.press("Buka", phone.page.get_by_role("article", name=re.compile("HENDRA")))
    phone.press(re.compile("^(Jemput|Datang|Ambil)"))
    phone.press("Simpan")
    phone.page.locator(".steps a", has_text="Ambil dokumen").first.click()
    phone.write("count", "2")
    phone.write("papers", "KK asli, akta nikah; baik")
    phone.write("given_by", "hendra")
    receipt = phone.page.locator("strong.number").inner_text()
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo_of_a_paper(phone.page)}
    phone.page.locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]
    phone.sees(re.compile(r"^Foto 1, \d+\sKB$"))
    expect(phone.page.get_by_text("Ambil foto", exact=True)).to_be_visible()  # it lies on the phone

    # Called away: the photo and the number that was read out are still there.
    phone.page.reload()
    phone.unlock()
    phone.sees(re.compile(r"^Foto 1, \d+\sKB$"))
    assert phone.page.locator("strong.number").inner_text() == receipt
    phone.sign()
    phone.shot("originals")
    phone.press("Simpan")
    phone.sees("Dokumen asli ada pada kami")
    # Out of the order: said, and kept all the same when it was so.
    phone.page.get_by_text("Langkah berikutnya").click()
    phone.page.locator(".steps a", has_text="Unggah").click()
    phone.press("Simpan")
    phone.sees("Menurut programnya tidak demikian:")
    phone.shot("otherwise")
    phone.press("Kembali")
    phone.offline(False)
    phone.sees_all_in()

    taken = next(x.body for x in journal.entries(family.stream) if x.body.kind == "originals_collected")
    assert isinstance(taken, e.OriginalsCollected)
    assert (taken.receipt, taken.count, taken.given_by) == (receipt, 2, "HENDRA")
    files = {b.digest: Path(settings.MEDIA_ROOT, b.digest[:2], b.digest) for b in Blob.objects.all()}
    assert set(taken.files or []) == files.keys() and len(files) == 2
    sent = [sealing.open_sealed(file.read_bytes(), PURPOSE) for file in files.values()]
    photo = next(content for content in sent if content.startswith(b"\xff\xd8"))
    assert b"Exif" not in photo and b"GPS" not in photo
    assert size_of(photo) == (1600, 1200) and len(photo) <= 350_000


def state_of(stream: UUID) -> State:
    return fold(journal.programme_of, journal.clear_entries(stream))


def kinds(stream: UUID) -> list[str]:
    """What was written in a case."""
    return [x.kind for x in journal.entries(stream)]
