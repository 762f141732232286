"""A visit recorded with Collect is in the journal once, whatever the line does."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from django.conf import settings

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.journal.models import EntryRow, Quarantine
from jemput.openrosa.photos import without_place
from jemput.sync import blobs, sealing
from jemput.sync.enrol import revoke
from jemput.sync.models import Blob, Device
from tests.journal.cases import NEIGHBOUR, Case
from tests.openrosa.collect import Collect
from tests.openrosa.conftest import VISIT, collect_of, promise
from tests.sync.phone import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FORM = "jemput-small"


def visit(case: Case, **more: str) -> dict[str, str]:
    """Everything went well."""
    return {
        "case": case.row.ticket,
        "visit": str(VISIT),
        "step_arrive/partners": "family health_worker",
        "step_arrive/place": "-8.05 111.0 90 5",
        "did_record": "yes",
        "step_leave/outcome": "done",
        "step_leave/note": "Ibu menunggu di rumah",
        **more,
    }


def test_an_officer_finds_the_form_and_the_case_without_a_name(collect: Collect, promised: Case) -> None:
    Case(promised.programme).reported(nik=None)  # no visit is promised to them
    line = collect.forms()[FORM]
    head, row = collect.cases(line)
    assert head == "name,label,visit" and row.startswith(f"{promised.row.ticket},")
    assert row.endswith(f",{VISIT}") and "SITI" not in row
    assert collect.get_xml("/openrosa/formList?formID=other&x=")[:] == []


def test_a_visit_becomes_three_entries(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    said = collect.sends(form)
    assert said.status_code == 201, said.content
    arrived, recorded, ended = journal.entries(promised.stream)[-3:]
    assert isinstance(arrived.body, e.VisitStarted) and arrived.body.visit == VISIT
    assert arrived.body.latitude == -8.05 and len(arrived.body.partners) == 2
    assert isinstance(recorded.body, e.Recorded) and recorded.body.result == "complete"
    assert isinstance(ended.body, e.VisitEnded) and ended.body.note == "Ibu menunggu di rumah"
    assert {x.duty for x in (arrived, recorded, ended)} == {Duty.FIELD_OFFICER}
    assert arrived.occurred_at < ended.occurred_at
    assert collect.cases(collect.forms()[FORM])[1:] == []  # no visit waits any more


def test_a_form_sent_again_is_known_and_an_altered_one_is_a_conflict(
    collect: Collect, promised: Case
) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    collect.sends(form)
    count = EntryRow.objects.count()
    again = collect.sends(form)
    assert again.status_code == 201 and "sebelumnya" in again.content.decode()
    altered = collect.sends(form.replace(b"Ibu menunggu", b"Bapak menunggu"))
    assert altered.status_code == 409
    assert EntryRow.objects.count() == count
    assert Quarantine.objects.filter(verdict="conflict").count() == 1  # the two other entries say the same


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


def test_what_is_no_photo_is_refused_in_words(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    said = collect.sends(form, b"MZ\x90\x00 a program")
    assert said.status_code == 400 and "foto" in said.content.decode()
    assert not EntryRow.objects.filter(kind="visit_started").exists()


def test_answers_that_do_not_fit_are_kept_for_somebody_to_look_at(collect: Collect, promised: Case) -> None:
    wrong = visit(promised, **{"step_record/iris/result": "amputated"})  # nobody approved the exception
    said = collect.sends(collect.fills(collect.forms()[FORM], wrong))
    assert said.status_code == 202 and "harus" in said.content.decode()
    [kept] = Quarantine.objects.all()
    assert kept.verdict == "unreadable" and "amputated" in journal.content_of(kept.pk)["raw"]


def test_a_case_of_somebody_else_is_not_written(collect: Collect, promised: Case) -> None:
    line = collect.forms()[FORM]
    elsewhere = promise(Case(promised.programme, area="35.03.02.2001").reported(nik=None), new_id())
    said = collect.sends(collect.fills(line, visit(elsewhere)))
    assert said.status_code == 202
    assert set(Quarantine.objects.values_list("code", flat=True)) == {"not_authorised"}
    assert not EntryRow.objects.filter(kind="visit_started").exists()


def test_a_case_that_moved_meanwhile_is_still_written(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised))
    promised.tell(e.PersonDescribed(area=NEIGHBOUR))
    assert collect.sends(form).status_code == 201


def test_a_withdrawn_phone_sees_nothing_and_what_it_sends_is_kept(collect: Collect, promised: Case) -> None:
    line = collect.forms()[FORM]
    form = collect.fills(line, visit(promised))
    revoke(Device.objects.get())
    assert collect.call("get", "/openrosa/formList").status_code == 403
    assert collect.call("get", line["manifestUrl"]).status_code == 404
    assert collect.sends(form).status_code == 202
    assert set(Quarantine.objects.values_list("code", flat=True)) == {"revoked"}


def test_a_stranger_is_asked_for_name_and_key(collect: Collect, promised: Case) -> None:
    stranger = Collect(collect.name, "salah")
    for method, path in (("get", "/openrosa/formList"), ("head", "/openrosa/submission")):
        said = stranger.call(method, path)
        assert said.status_code == 401 and said["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<data",
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><data id="jemput-small">&a;</data>',
        b'<data id="jemput-small"><case>A</case></data>',
        b"<a>" * 50,
        b"\xff\xfe<\0d\0",
    ],
)
def test_what_is_no_form_is_refused_in_words(collect: Collect, promised: Case, xml: bytes) -> None:
    said = collect.sends(xml)
    assert said.status_code == 400 and b"OpenRosaResponse" in said.content
    assert not Quarantine.objects.exists()


def test_an_orx_namespace_is_read_too(collect: Collect, promised: Case) -> None:
    form = collect.fills(collect.forms()[FORM], visit(promised)).decode()
    other = form.replace("meta>", "orx:meta>").replace("instanceID>", "orx:instanceID>")
    prefix = next(p for p in ("ns0:", "") if f"<{p}orx:meta>" in other)
    other = other.replace(f"{prefix}orx:", "orx:").replace("<data", "<data", 1)
    root = other.index(" id=")
    other = other[:root] + ' xmlns:orx="http://openrosa.org/xforms"' + other[root:]
    assert collect.sends(other.encode()).status_code == 201


def test_two_officers_see_their_own_cases(collect: Collect, promised: Case) -> None:
    other = collect_of("35.03.02")
    assert other.cases(other.forms()[FORM])[1:] == []


def jpeg(words: bytes) -> bytes:
    """A picture turned by a quarter, with the place where it was taken."""
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHH", 1, 0x0112, 3, 1, 6, 0) + b"GPS -8.05 111.00"
    exif = b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\0\0" + tiff
    return b"\xff\xd8" + exif + b"\xff\xda\0\x02" + words + b"\xff\xd9"


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
