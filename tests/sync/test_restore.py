"""What a restore from a backup brings back of devices, and what it must not."""

from __future__ import annotations

import io
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import call_command

from jemput.accounts.models import Assignment
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.text import BadInput
from jemput.journal import erase
from jemput.journal.backup import backup, restore
from jemput.journal.models import Quarantine
from jemput.sync.bring import bring
from jemput.sync.enrol import make_code, revoke
from jemput.sync.models import Blob, Device
from tests.journal.cases import VILLAGE, Case
from tests.sync.conftest import Enrolled, assignment_of
from tests.sync.phone import Phone

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
PHOTO = b"\xff\xd8\xff" + bytes(5000)
NAME = sha256(PHOTO).hexdigest()


def is_withdrawn(phone: Phone) -> bool:
    said = phone.call("/sync/status", {}).json()
    return bool(said["erase"]) and not said["may_read"]


def test_a_device_that_was_withdrawn_after_the_backup_stays_so(
    enrolled: Enrolled, case: Case, tmp_path: Path
) -> None:
    lost, other = enrolled(), enrolled()
    backup(tmp_path / "b.tar")
    revoke(Device.objects.get(id=lost.id))
    when = Device.objects.get(id=lost.id).revoked_at
    restore(tmp_path / "b.tar", replace=True)
    assert is_withdrawn(lost) and not is_withdrawn(other)
    assert Device.objects.get(id=lost.id).revoked_at == when
    assert lost.pull().json()["feeds"] == []


def test_a_restore_that_was_cut_off_is_made_good_at_the_start(
    enrolled: Enrolled, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = enrolled()
    backup(tmp_path / "b.tar")
    revoke(Device.objects.get())

    def power_cut() -> int:
        raise SystemExit

    with monkeypatch.context() as cut, pytest.raises(SystemExit):
        cut.setattr("jemput.journal.backup.apply_ledger", power_cut)
        restore(tmp_path / "b.tar", replace=True)
    assert not is_withdrawn(phone)
    erase.catch_up()
    assert is_withdrawn(phone)


def test_a_withdrawn_device_that_the_server_forgot_comes_back_withdrawn(
    enrolled: Enrolled, case: Case, tmp_path: Path
) -> None:
    backup(tmp_path / "b.tar")
    phone = enrolled()
    revoke(Device.objects.get())
    restore(tmp_path / "b.tar", replace=True)
    assert phone.call("/sync/status", {}).status_code == 401
    somebody = assignment_of(Duty.FIELD_OFFICER, case.area)
    assert phone.enrol(make_code(somebody, somebody.account)).json()["erase"]


def test_a_code_that_was_shown_does_not_hold_after_a_restore(enrolled: Enrolled, tmp_path: Path) -> None:
    phone = enrolled()
    whose = Device.objects.get(id=phone.id).assignment
    code = make_code(whose, whose.account)
    backup(tmp_path / "b.tar")
    assert Phone().enrol(code).status_code == 200
    restore(tmp_path / "b.tar", replace=True)
    assert Phone().enrol(code).status_code == 422


def test_photos_come_back_with_the_entries_that_name_them(
    enrolled: Enrolled, case: Case, home: Path, tmp_path: Path
) -> None:
    phone = enrolled()
    phone.captures(case.stream, e.Note(text="KTP", files=[NAME]))
    phone.push()
    phone.sends_file(PHOTO)
    manifest = backup(tmp_path / "b.tar")
    assert manifest["files"] == 1
    kept = home / "files" / NAME[:2] / NAME
    kept.unlink()
    out = io.StringIO()
    call_command("restore", str(tmp_path / "b.tar"), replace=True, stdout=out)
    assert kept.read_bytes() == PHOTO and kept.stat().st_mode & 0o077 == 0
    assert restore(tmp_path / "b.tar", replace=True)["files_missing"] == 0


def test_a_backup_without_files_is_restored_and_phones_send_them_again(
    enrolled: Enrolled, case: Case, home: Path, tmp_path: Path
) -> None:
    phone = enrolled()
    phone.sends_file(PHOTO)
    backup(tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as whole, tarfile.open(tmp_path / "old.tar", "w") as old:
        for member in whole.getmembers():
            if not member.name.startswith("files/"):
                old.addfile(member, whole.extractfile(member))
    (home / "files" / NAME[:2] / NAME).unlink()
    out = io.StringIO()
    call_command("restore", str(tmp_path / "old.tar"), replace=True, stdout=out)
    assert "1 " in out.getvalue().splitlines()[-1]
    assert phone.sends_file(PHOTO)["complete"] and Blob.objects.get().complete_at


def test_a_damaged_photo_in_a_backup_touches_nothing(enrolled: Enrolled, case: Case, tmp_path: Path) -> None:
    enrolled().sends_file(PHOTO)
    backup(tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tar:
        photo = tar.getmember(f"files/{NAME}")
    content = bytearray((tmp_path / "b.tar").read_bytes())
    content[photo.offset_data + 100] ^= 1
    (tmp_path / "b.tar").write_bytes(bytes(content))
    with pytest.raises(BadInput):
        restore(tmp_path / "b.tar", replace=True)


def test_photos_of_who_was_erased_do_not_come_back(
    enrolled: Enrolled, case: Case, home: Path, tmp_path: Path
) -> None:
    phone = enrolled()
    phone.captures(case.stream, e.Note(text="KTP", files=[NAME]))
    phone.push()
    phone.sends_file(PHOTO)
    backup(tmp_path / "b.tar")
    erase.erase([case.stream])
    restore(tmp_path / "b.tar", replace=True)
    assert [p for p in (home / "files").rglob("*") if p.is_file()] == []
    assert phone.sends_file(PHOTO)["gone"]


@pytest.fixture
def rini() -> Assignment:
    return assignment_of(Duty.FIELD_OFFICER, VILLAGE[:8])


def test_a_device_that_the_server_forgot_stays_with_its_officer_and_duty(
    rini: Assignment, case: Case, tmp_path: Path
) -> None:
    other = assignment_of(Duty.FIELD_OFFICER, VILLAGE[:8])
    backup(tmp_path / "b.tar")
    phone = Phone()
    phone.enrol(code_for(rini))
    phone.captures(case.stream, e.Note(text="setelah cadangan"))
    phone.push()
    restore(tmp_path / "b.tar", replace=True)
    mine = {"account": phone.actor, "duty": phone.duty}
    refused = phone.enrol(code_for(other), **mine)
    assert refused.status_code == 422 and "petugas dan tugas yang sama" in refused.json()["message"]
    assert not Device.objects.exists()  # its id is still free
    assert phone.enrol(code_for(rini), **mine).status_code == 200
    phone.pull()
    phone.push()
    assert [x["answer"] for x in phone.answer["answers"]] == ["accepted"]


def test_a_device_whose_officer_the_server_forgot_too_hands_in_to_quarantine(
    case: Case, tmp_path: Path
) -> None:
    backup(tmp_path / "b.tar")
    phone = Phone()
    phone.enrol(code_for(assignment_of(Duty.FIELD_OFFICER, VILLAGE[:8])))
    phone.captures(case.stream, e.Note(text="setelah cadangan"))
    restore(tmp_path / "b.tar", replace=True)
    mine = {"account": phone.actor, "duty": phone.duty}
    again = assignment_of(Duty.FIELD_OFFICER, VILLAGE[:8])
    assert phone.enrol(code_for(again), **mine).status_code == 200
    phone.push()
    assert [x["code"] for x in phone.answer["answers"]] == ["not_authorised"]
    assert Quarantine.objects.filter(stream=case.stream).count() == 1


def test_a_code_gives_nobody_a_device_that_is_known(rini: Assignment, tmp_path: Path) -> None:
    phone = Phone()
    phone.enrol(code_for(rini))
    thief = Phone(id=phone.id)
    refused = thief.enrol(code_for(rini), account=phone.actor, duty=phone.duty)
    assert refused.status_code == 422 and "kunci lain" in refused.json()["message"]
    assert thief.call("/sync/status", {}).status_code == 401
    assert phone.call("/sync/status", {}).status_code == 200


def test_the_file_of_a_device_that_the_server_forgot_comes_in_once_it_is_enrolled_anew(
    rini: Assignment, case: Case, tmp_path: Path
) -> None:
    backup(tmp_path / "b.tar")
    phone = Phone()
    phone.enrol(code_for(rini))
    phone.captures(case.stream, e.Note(text="tanpa sinyal"))
    saved = phone.export()
    restore(tmp_path / "b.tar", replace=True)
    with pytest.raises(BadInput, match="new code"):
        bring(saved, case.area[:5])
    phone.enrol(code_for(rini))
    assert bring(saved, case.area[:5]).new == 1


def code_for(assignment: Assignment) -> str:
    return make_code(assignment, assignment.account)
