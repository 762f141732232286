"""Forms that were begun on a phone that cannot finish them reach the office, and end there."""

from __future__ import annotations

import base64
import io
import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from jemput.accounts.models import AccessLog
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.journal import erase
from jemput.journal.backup import backup, restore
from jemput.sync import drafts
from jemput.sync.enrol import revoke
from jemput.sync.models import Blob, Device, Draft, ForgottenFile, Trace
from tests.journal.cases import NIK, VILLAGE, Case, new_id
from tests.people import TRENGGALEK, signed_in, staff
from tests.sync.conftest import Enrolled
from tests.sync.phone import Phone

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("home")]
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 5


@pytest.fixture
def desk(db: None) -> Client:
    return signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))


def described(phone: Phone, case: Case, **values: object) -> str:
    """A form about the person of a case, left in the middle."""
    said = {"entry": str(new_id()), "sex": "female", "needs": "Kursi roda", **values}
    return phone.begins(f"{case.stream}:person_described", case.stream, **said)


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def bytes_here(home: Path) -> list[bytes]:
    return [p.read_bytes() for p in (home / "files").rglob("*") if p.is_file()]


def test_the_words_of_a_begun_form_are_read_at_the_office_and_the_reading_is_written_down(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    phone = enrolled()
    digest = described(phone, case, area=VILLAGE, blood_group="B", identified="yes")
    phone.begins(f"{case.stream}:person_described:photos", case.stream, photos=[data_url(JPEG)])
    phone.hands_in_drafts()
    listed = text_of(desk, "/devices/")
    assert "1 formulir belum selesai" in listed and case.row.ticket in listed
    page = text_of(desk, f"/devices/forms/{digest}/")
    for words in ("Jenis kelamin", "Perempuan", "Kursi roda", f"/cases/{case.stream}/", "P1"):
        assert words in page, words
    assert "female" not in page
    assert AccessLog.objects.filter(stream=case.stream, what="opened").count() == 1
    photo = desk.get(f"/devices/forms/{digest}/0/")
    assert photo.content == JPEG and photo["Content-Type"] == "image/jpeg"
    assert desk.get(f"/devices/forms/{digest}/1/").status_code == 404


def data_url(content: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"


def test_a_begun_report_leads_to_a_new_one(enrolled: Enrolled, desk: Client) -> None:
    phone = enrolled()
    digest = phone.begins(
        "report", new_id(), name="SUKARNI", area=VILLAGE, programme="900", groups=["frail_elderly"]
    )
    phone.hands_in_drafts()
    page = text_of(desk, f"/devices/forms/{digest}/")
    assert "SUKARNI" in page and "Lansia" in page and "/report/" in page and "900" not in page


def test_sent_twice_or_brought_as_a_file_it_is_there_once(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    phone = enrolled()
    described(phone, case)
    phone.captures(case.stream, e.Note(text="sudah disimpan"))
    file = phone.export()
    phone.hands_in_drafts()
    for __ in range(2):
        brought = SimpleUploadedFile("jemput-P1.jemput", file)
        said = desk.post("/devices/file/", {"file": brought}).content.decode()
        assert "1 formulir belum selesai ikut terbawa" in said
    assert Draft.objects.count() == 1 and case.row.last_at
    assert "1 formulir belum selesai" in text_of(desk, "/devices/")


def test_a_damaged_file_in_a_brought_one_stops_neither_the_rest_nor_what_is_said_of_it(
    enrolled: Enrolled, case: Case, desk: Client
) -> None:
    phone = enrolled(seals=False)
    phone.captures(case.stream, e.Note(text="tanpa segel"))
    phone.drafts["0" * 64] = b"rusak di jalan"
    described(phone, case)
    brought = SimpleUploadedFile("jemput-P1.jemput", phone.export())
    said = desk.post("/devices/file/", {"file": brought}).content.decode()
    assert "1 catatan baru diterima" in said and "1 formulir belum selesai ikut terbawa" in said
    assert "tidak dapat diterima: Berkas rusak di perjalanan" in said
    assert "1 formulir belum selesai" in text_of(desk, "/devices/")


def test_a_withdrawn_phone_hands_in_what_it_had_begun(enrolled: Enrolled, case: Case, desk: Client) -> None:
    phone = enrolled()
    digest = described(phone, case)
    revoke(Device.objects.get())
    phone.hands_in_drafts()
    assert "Kursi roda" in text_of(desk, f"/devices/forms/{digest}/")


def test_only_who_may_see_the_case_reads_it(enrolled: Enrolled, case: Case, desk: Client) -> None:
    phone = enrolled()
    digest = described(phone, case, nik=NIK)
    phone.hands_in_drafts()
    elsewhere = signed_in(staff(Duty.MAIN_ADMIN, "35.03.02"))
    assert "formulir belum selesai" not in text_of(elsewhere, "/devices/")
    assert elsewhere.get(f"/devices/forms/{digest}/").status_code == 404
    assert elsewhere.post(f"/devices/forms/{digest}/").status_code == 404
    assert signed_in(staff(Duty.SCHEDULER)).get(f"/devices/forms/{digest}/").status_code == 403
    head = signed_in(staff(Duty.HEAD_OF_SECTION))
    assert NIK in text_of(desk, f"/devices/forms/{digest}/")
    masked = text_of(head, f"/devices/forms/{digest}/")
    assert NIK not in masked and "Kursi roda" not in masked and "Perempuan" in masked
    assert head.get(f"/devices/forms/{digest}/0/").status_code == 404


def test_what_was_dealt_with_goes_and_does_not_come_back(
    enrolled: Enrolled, case: Case, desk: Client, home: Path
) -> None:
    phone = enrolled()
    digest = described(phone, case, nik=NIK)
    sealed = dict(phone.drafts)
    phone.hands_in_drafts()
    assert Trace.objects.filter(draft=digest).exists()
    assert desk.post(f"/devices/forms/{digest}/").status_code == 302
    assert "formulir belum selesai" not in text_of(desk, "/devices/")
    assert desk.get(f"/devices/forms/{digest}/").status_code == 404
    call_command("tidy", stdout=io.StringIO())
    assert bytes_here(home) == [] and not Trace.objects.exists()
    phone.drafts = sealed
    phone.hands_in_drafts()
    assert bytes_here(home) == [] and "formulir belum selesai" not in text_of(desk, "/devices/")


def test_after_ninety_days_they_go_by_themselves(enrolled: Enrolled, case: Case, home: Path) -> None:
    phone = enrolled()
    described(phone, case)
    phone.hands_in_drafts()
    Blob.objects.update(begun_at=timezone.now() - timedelta(days=89))
    assert drafts.tidy(timezone.now()) == 0 and len(bytes_here(home)) == 1
    Blob.objects.update(begun_at=timezone.now() - timedelta(days=91))
    assert drafts.tidy(timezone.now()) == 1 and bytes_here(home) == []


def test_who_is_erased_takes_along_what_was_begun_for_them(
    enrolled: Enrolled, case: Case, home: Path
) -> None:
    phone, late = enrolled(), enrolled()
    described(phone, case)
    phone.begins("report", new_id(), name="SITI AMINAH", nik=NIK)
    other = phone.begins("report", new_id(), name="SUKARNI", nik="9901014708510002")
    described(late, case, nik=NIK)
    sealed = dict(phone.drafts)
    phone.hands_in_drafts()
    out = io.StringIO()
    call_command("erase", ticket=[case.row.ticket], yes=True, stdout=out)
    assert list(Blob.objects.filter(gone_at=None).values_list("digest", flat=True)) == [other]
    late.hands_in_drafts()  # it did not know yet
    phone.drafts = sealed
    phone.hands_in_drafts()
    assert len(bytes_here(home)) == 1 and [d.pk for d in drafts.waiting()] == [other]
    found_by = set(Trace.objects.values_list("draft", flat=True))
    assert found_by == {other}, "a stolen disk, even with the key, does not say who it was"


def test_a_begun_report_of_who_is_erased_takes_along_its_photos_also_those_that_come_late(
    enrolled: Enrolled, case: Case, home: Path
) -> None:
    phone, stream, elsewhere = enrolled(), new_id(), new_id()
    phone.begins("report", stream, name="SITI AMINAH", nik="9901 0147 0851 0001")
    phone.begins("report:photos", stream, photos=[data_url(JPEG)])
    other = phone.begins("report:photos", elsewhere, photos=[data_url(JPEG)])
    sealed = dict(phone.drafts)
    phone.hands_in_drafts()
    late = phone.begins("report:photos", stream, photos=[data_url(JPEG + b"2")])
    call_command("erase", ticket=[case.row.ticket], yes=True, stdout=io.StringIO())
    assert [b.digest for b in Blob.objects.filter(gone_at=None)] == [other]
    phone.hands_in_drafts()
    assert Blob.objects.get(digest=late).gone_at and len(bytes_here(home)) == 1
    report = Case(case.programme, stream).report()
    phone.captures(stream, report)
    phone.push()
    assert phone.answer["answers"][0]["code"] == "erased", "nor is it begun anew"
    Draft.objects.all().delete()  # a restored server has none of them
    Blob.objects.all().delete()
    for path in (home / "files").rglob("*/*"):
        path.unlink()
    phone.drafts = dict(reversed(sealed.items()))
    phone.hands_in_drafts()
    assert [b.digest for b in Blob.objects.filter(gone_at=None)] == [other]


def test_who_is_erased_is_looked_for_in_those_forms_alone_that_may_name_them(
    enrolled: Enrolled, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, other = enrolled(), new_id()
    described(phone, case)
    by_phone = phone.begins("report", new_id(), name="Aminah, Siti", phone="+62 812-0000-0001")
    for number in range(3):
        phone.begins("report", new_id(), name="SUKARNI", nik=f"990101470851000{number + 2}")
    phone.begins("report:photos", other, photos=[data_url(JPEG)])
    phone.hands_in_drafts()
    read, opened = drafts.read, []

    def reads(draft: Draft) -> drafts.Begun:
        opened.append(draft.pk)
        return read(draft)

    monkeypatch.setattr(drafts, "read", reads)
    found = erase.find([case.stream])
    assert opened == [by_phone] and len(found.elsewhere) == 3, "the two, and the case that one would be"
    Draft.objects.update(traced=False)  # those that came before there were traces
    assert erase.find([case.stream]).elsewhere == found.elsewhere and len(opened) == 6


def test_what_cannot_be_read_is_told_and_blocks_nothing(
    enrolled: Enrolled, case: Case, desk: Client, home: Path
) -> None:
    phone = enrolled()
    described(phone, case)
    digest = sha256(b"bukan segel").hexdigest()
    phone.drafts[digest] = b"bukan segel"
    phone.hands_in_drafts()
    assert "2 formulir belum selesai" in text_of(desk, "/devices/")
    assert "tidak dapat dibaca" in text_of(desk, f"/devices/forms/{digest}/")
    assert desk.post(f"/devices/forms/{digest}/").status_code == 302
    assert drafts.waiting().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_restore_brings_back_no_draft_of_the_erased(enrolled: Enrolled, case: Case, tmp_path: Path) -> None:
    phone = enrolled()
    described(phone, case)
    sealed = dict(phone.drafts)
    phone.hands_in_drafts()
    backup(tmp_path / "b.tar")
    found = erase.find([case.stream])
    erase.erase([case.stream], others=found.elsewhere)
    restore(tmp_path / "b.tar", replace=True)
    assert not drafts.here().exists()
    Draft.objects.all().delete()
    Blob.objects.all().delete()
    phone.drafts = sealed
    phone.hands_in_drafts()
    assert not drafts.here().exists()


@pytest.mark.django_db(transaction=True)
def test_what_came_after_the_backup_that_was_restored_goes_in_the_end(
    enrolled: Enrolled, case: Case, tmp_path: Path, home: Path
) -> None:
    phone = enrolled()
    kept = described(phone, case)
    phone.hands_in_drafts()
    backup(tmp_path / "b.tar")
    described(phone, case, needs="Tongkat")
    phone.hands_in_drafts()
    restore(tmp_path / "b.tar", replace=True)
    call_command("tidy", stdout=io.StringIO())
    assert len(bytes_here(home)) == 2, "it may be sent again"
    for path in (home / "files").rglob("*/*"):
        os.utime(path, (0, 0))
    call_command("tidy", stdout=io.StringIO())
    assert [path.name for path in (home / "files").rglob("*/*")] == [kept]


@pytest.mark.django_db(transaction=True)
def test_a_photo_that_the_journal_names_stays_though_it_came_after_the_backup(
    enrolled: Enrolled, case: Case, tmp_path: Path, home: Path
) -> None:
    phone = enrolled()
    phone.captures(case.stream, e.Note(text="KTP", files=[sha256(JPEG).hexdigest()]))
    phone.push()
    backup(tmp_path / "b.tar")
    phone.sends_file(JPEG)
    restore(tmp_path / "b.tar", replace=True)
    for path in (home / "files").rglob("*/*"):
        os.utime(path, (0, 0))
    call_command("tidy", stdout=io.StringIO())
    assert bytes_here(home) == [JPEG], "the phone has it no more"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["a newer version is installed", "an older backup is restored"])
def test_a_photo_of_the_erased_goes_though_they_were_erased_before_there_was_a_list(
    enrolled: Enrolled, case: Case, tmp_path: Path, home: Path, how: str
) -> None:
    phone = enrolled()
    phone.captures(case.stream, e.Note(text="KTP", files=[sha256(JPEG).hexdigest()]))
    phone.push()
    erase.erase([case.stream])
    ForgottenFile.objects.all().delete()
    if how == "an older backup is restored":
        backup(tmp_path / "b.tar")
        restore(tmp_path / "b.tar", replace=True)
    else:
        call_command("migrate", verbosity=0)
    assert phone.sends_file(JPEG)["gone"] and bytes_here(home) == []


def test_a_photo_of_the_erased_goes_though_it_comes_late(enrolled: Enrolled, case: Case, home: Path) -> None:
    phone = enrolled()
    photos = [JPEG + bytes([n]) for n in range(3)]
    first, second, others = (sha256(photo).hexdigest() for photo in photos)
    phone.captures(case.stream, e.Note(text="KTP dan KK", files=[first, second]))
    phone.push()
    phone.sends_file(photos[0])
    phone.sends_file(photos[2])
    erase.erase([case.stream])
    assert bytes_here(home) == [photos[2]] and Blob.objects.get(gone_at=None).digest == others
    assert phone.sends_file(photos[1])["gone"] and bytes_here(home) == [photos[2]]
    assert phone.sends_file(photos[0])["gone"] and bytes_here(home) == [photos[2]]
