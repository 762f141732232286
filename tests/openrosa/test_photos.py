"""Photos of a visit: sealed, without their place, and never a reason for which a form sticks on a phone."""

from __future__ import annotations

import base64
import json
import re
import struct
from pathlib import Path

import pytest
from django.conf import settings

from jemput import journal
from jemput.accounts.models import AccessLog
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.journal.models import EntryRow, Quarantine
from jemput.openrosa.photos import MOST_BYTES, without_place
from jemput.sync import blobs, sealing
from jemput.sync.models import Blob
from tests.journal.cases import Case
from tests.openrosa.collect import Collect
from tests.openrosa.conftest import FORM, visit
from tests.people import BATAM, TRENGGALEK, signed_in, staff

database = [pytest.mark.django_db, pytest.mark.database]
pytestmark = database


def jpeg(words: bytes) -> bytes:
    """A picture turned by a quarter, with the place where it was taken."""
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHH", 1, 0x0112, 3, 1, 6, 0) + b"GPS -8.05 111.00"
    exif = b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\0\0" + tiff
    return b"\xff\xd8" + exif + b"\xff\xda\0\x02" + words + b"\xff\xd9"


def told(case: Case, kind: type) -> list:
    return [x.body for x in journal.entries(case.stream) if isinstance(x.body, kind)]


def test_photos_come_in_parts_sealed_and_without_their_place(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    first, second = jpeg(b"satu"), jpeg(b"dua")
    assert collect.sends(form, first, is_last=False).status_code == 201
    assert not EntryRow.objects.filter(kind="visit_ended").exists()
    assert collect.sends(form, first, second).status_code == 201  # the first once more, as Collect does
    ended = journal.entries(promised.stream)[-1].body
    assert isinstance(ended, e.VisitEnded) and ended.files and len(ended.files) == 2
    assert set(ended.files) == set(Blob.objects.exclude(complete_at=None).values_list("digest", flat=True))
    kept = (Path(settings.MEDIA_ROOT) / ended.files[0][:2] / ended.files[0]).read_bytes()
    photo = sealing.open_sealed(kept, blobs.PURPOSE)
    assert b"satu" in photo and b"GPS" not in photo and b"satu" not in kept
    assert photo[:4] == b"\xff\xd8\xff\xe1" and photo[22:24] == b"\x01\x12"  # still upright


CUT_SHORT, NO_PHOTO = jpeg(b"satu")[:-2], b"MZ\x90\x00 a program"


@pytest.mark.parametrize("file", [CUT_SHORT, NO_PHOTO, b"", b"\xff\xd8\xff" + bytes(MOST_BYTES)])
def test_a_photo_nobody_can_read_keeps_no_visit_back(collect: Collect, promised: Case, file: bytes) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    assert collect.sends(form, jpeg(b"baik"), file).status_code == 201
    [ended] = told(promised, e.VisitEnded)
    assert ended.files and len(ended.files) == 1, "the good one"
    [note] = told(promised, e.Note)
    assert note.text.startswith("1 foto dari kunjungan ini tidak dapat dibaca")
    [kept] = Quarantine.objects.all()
    assert kept.stream == promised.stream, "it is forgotten with its case"
    assert base64.b64decode(json.loads(journal.content_of(kept.pk)["raw"])["file"]) == file

    count = EntryRow.objects.count()
    assert "sebelumnya" in collect.sends(form, jpeg(b"baik"), file).content.decode()
    assert EntryRow.objects.count() == count and Quarantine.objects.count() == 1


def test_the_office_downloads_a_photo_nobody_can_read_as_it_came(collect: Collect, promised: Case) -> None:
    collect.sends(collect.fills(collect.forms()[FORM], visit(promised)), CUT_SHORT)
    [row] = Quarantine.objects.all()
    desk = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK))
    address = f"/devices/aside/{row.pk}/file/"
    page = desk.get(f"/devices/aside/{row.pk}/").content.decode()
    assert f'href="{address}"' in page and base64.b64encode(CUT_SHORT).decode() not in page
    assert "Foto atau berkas yang tidak dapat dibaca" in desk.get("/devices/aside/").content.decode()
    sent = desk.get(address)
    assert sent.content == CUT_SHORT
    assert sent["Content-Type"] == "application/octet-stream" and sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Content-Disposition"] == f'attachment; filename="jemput-{row.pk}.bin"'
    assert AccessLog.objects.filter(stream=promised.stream, what="exported").count() == 1
    for duty, area, status in (
        (Duty.HEAD_OF_SECTION, TRENGGALEK, 404),  # masked for them, and a file cannot be
        (Duty.MAIN_ADMIN, BATAM, 404),
        (Duty.SCHEDULER, TRENGGALEK, 403),
    ):
        assert signed_in(staff(duty, area)).get(address).status_code == status
    assert AccessLog.objects.filter(what="exported").count() == 1


def test_the_photos_of_a_form_nobody_can_read_are_downloaded_beside_it(
    collect: Collect, promised: Case
) -> None:
    wrong = visit(promised, **{"step_record/iris/result": "amputated"})  # nobody approved the exception
    form = collect.fills(collect.forms()[FORM], wrong)
    assert collect.sends(form, jpeg(b"satu"), is_last=False).status_code == 201
    assert collect.sends(form, jpeg(b"dua")).status_code == 202
    [row] = Quarantine.objects.all()
    desk, page = signed_in(staff(Duty.MAIN_ADMIN, TRENGGALEK)), f"/devices/aside/{row.pk}/"
    said = desk.get(page).content.decode()
    assert "amputated" in said
    links = re.findall(rf'href="({page}file/\?photo=\d)"', said)
    photos = [desk.get(link) for link in links]
    assert [b"satu" in photos[0].content, b"dua" in photos[1].content, len(photos)] == [True, True, 2]
    assert photos[0]["Content-Disposition"] == f'attachment; filename="jemput-{row.pk}-1.jpeg"'
    assert AccessLog.objects.filter(what="exported").count() == 2
    for wrong in ("2", "-1", "x", "9999", ""):
        assert desk.get(f"{page}file/", {"photo": wrong}).status_code == 404
    head = signed_in(staff(Duty.HEAD_OF_SECTION, TRENGGALEK))
    assert "photo=0" not in head.get(page).content.decode() and head.get(links[0]).status_code == 404


def test_a_damaged_photo_in_the_first_part_is_told_with_the_last(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    assert collect.sends(form, CUT_SHORT, is_last=False).status_code == 201
    assert told(promised, e.Note) == []
    assert collect.sends(form, jpeg(b"dua")).status_code == 201
    assert len(told(promised, e.Note)) == 1 and len(told(promised, e.VisitEnded)[0].files) == 1


def test_a_photo_that_comes_after_its_visit_stands_in_the_case(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    collect.sends(form)
    for _again in range(2):
        assert collect.sends(form, jpeg(b"menyusul"), CUT_SHORT).status_code == 201
    damaged, late = sorted(told(promised, e.Note), key=lambda note: note.files or [])
    assert damaged.files is None and late.files == [Blob.objects.get().digest]


def test_a_photo_keeps_nothing_but_the_picture_and_which_side_is_up() -> None:
    assert b"GPS" not in without_place(jpeg(b"isi")) and b"isi" in without_place(jpeg(b"isi"))


def test_neither_a_film_behind_a_photo_nor_its_previews_tell_the_place() -> None:
    dots = b"isi\xff\x00\xff\xd0lagi\xff\xda\0\x02kedua"  # an escaped byte, a restart, a second scan
    preview = b"\xff\xe2\0\x10MPF\0GPS -8.05 "
    colours = b"\xff\xe2\0\x10ICC_PROFILE\0\1\1"
    photo = jpeg(dots)
    cleaned = without_place(photo[:2] + preview + colours + photo[2:] + b"ftypmp4 GPS -8.05 111.00")
    assert b"GPS" not in cleaned and b"ftyp" not in cleaned
    assert dots in cleaned and colours in cleaned and cleaned.endswith(b"kedua\xff\xd9")
