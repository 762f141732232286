"""Backup and restore: the office comes back, the forgotten do not, devices notice."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from jemput import journal
from jemput.core import entries as e
from jemput.core.programme import Programme
from jemput.core.text import BadInput
from jemput.journal import Answer, erase, keys, ledger
from jemput.journal.backup import backup, epoch, restore
from jemput.journal.models import EntryRow, Stream
from jemput.journal.rebuild import rebuild
from jemput.journal.rotate import rewrap
from jemput.journal.verify import verify
from tests.journal.cases import NIK, Case

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_a_backup_brings_back_what_was_there_under_a_new_epoch(case: Case, tmp_path: Path) -> None:
    case.note("sebelum")
    before, was = list(EntryRow.objects.order_by("seq").values_list("id", "chain")), epoch()
    manifest = backup(tmp_path / "b.tar")
    assert manifest["entries"] == 2 and manifest["epoch"] == str(was)
    case.note("sesudah")

    restore(tmp_path / "b.tar", replace=True)
    after = list(EntryRow.objects.order_by("seq").values_list("id", "chain"))
    assert [(i, bytes(c)) for i, c in after] == [(i, bytes(c)) for i, c in before]
    assert epoch() != was
    assert verify().breaks == () and rebuild().different == 0
    assert journal.by_nik(NIK) == [case.stream]
    assert case.note("dan terus").answer is Answer.ACCEPTED


def test_what_a_device_offers_again_after_a_restore_is_taken_in(case: Case, tmp_path: Path) -> None:
    backup(tmp_path / "b.tar")
    case.note("dibuat setelah cadangan")
    restore(tmp_path / "b.tar", replace=True)
    assert [v.answer for v in journal.append(case.told)] == [Answer.KNOWN, Answer.ACCEPTED]


def test_a_restore_cannot_bring_back_whom_the_ledger_names(
    case: Case, programme: Programme, tmp_path: Path
) -> None:
    other = Case(programme).reported(name="SUKARNI", nik=None, phone=None)
    other.tell(e.ReporterNamed(name="SITI AMINAH", phone="081200000001"))
    backup(tmp_path / "b.tar")
    later = Case(programme).reported(name="LAIN", nik=None, phone=None)
    erase.erase([case.stream, later.stream], [other.told[1].id])

    manifest = restore(tmp_path / "b.tar", replace=True)
    assert manifest["forgotten_again"] == 3
    assert case.head.wrapped_key is None and journal.by_nik(NIK) == []
    assert journal.entry(other.told[1].id).body.name is None  # type: ignore[attr-defined]
    assert {v.code for v in journal.append([*case.told, *later.told, other.told[1]])} == {"erased"}
    assert not Stream.objects.filter(id=later.stream).exists()
    assert verify().breaks == () and rebuild().different == 0


def test_a_restore_cut_off_midway_is_made_good_when_the_server_starts(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(tmp_path / "b.tar")
    erase.erase([case.stream])
    was = epoch()

    def power_cut() -> int:
        raise SystemExit

    monkeypatch.setattr("jemput.journal.backup.apply_ledger", power_cut)
    with pytest.raises(SystemExit):
        restore(tmp_path / "b.tar", replace=True)
    assert case.head.wrapped_key is not None and epoch() != was

    monkeypatch.setattr("jemput.management.commands.serve.call_command", lambda *args, **options: None)
    monkeypatch.setattr("os.execv", lambda *command: None)
    call_command("serve", stdout=io.StringIO())
    assert case.head.wrapped_key is None and journal.by_nik(NIK) == []


def test_devices_notice_a_restore_that_was_cut_off_right_after_the_data(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = epoch()
    backup(tmp_path / "b.tar")
    before = [call_command]

    def migrate(*args: object, **options: object) -> None:
        if not before:
            raise SystemExit  # a power cut
        before.pop()(*args, **options)

    monkeypatch.setattr("jemput.journal.backup.call_command", migrate)
    with pytest.raises(SystemExit):
        restore(tmp_path / "b.tar", replace=True)
    assert epoch() != was


def test_a_restore_cut_off_while_the_key_was_locked_is_made_good_when_it_is_unlocked(
    programme: Programme, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JEMPUT_KEYS, settings.JEMPUT_RUNTIME = tmp_path / "real", tmp_path / "ram"
    monkeypatch.setattr(keys, "_mounts", lambda: [f"tmpfs {tmp_path} tmpfs rw 0 0"])
    keys.init("empat kata yang panjang")
    keys.unlock("empat kata yang panjang")
    case = Case(programme).reported()
    ledger.write([ledger.Erased("stream", case.stream, timezone.now())])
    keys.lock()
    assert erase.catch_up() == 0 and case.head.wrapped_key is not None
    monkeypatch.setattr("sys.stdin", io.StringIO("empat kata yang panjang\n"))
    call_command("key", "unlock", stdin=True, stdout=io.StringIO())
    assert case.head.wrapped_key is None
    assert erase.catch_up() == 0


def test_without_the_key_nobody_is_brought_back_whom_the_ledger_names(
    case: Case, tmp_path: Path, settings: Settings
) -> None:
    backup(tmp_path / "b.tar")
    erase.erase([case.stream])
    settings.JEMPUT_KEYS = tmp_path / "lost"
    with pytest.raises(keys.Locked):
        restore(tmp_path / "b.tar", replace=True)
    assert case.head.wrapped_key is None


def test_no_key_is_ever_in_a_backup(case: Case, tmp_path: Path) -> None:
    backup(tmp_path / "b.tar")
    ring, content = keys.ring(), (tmp_path / "b.tar").read_bytes()
    for key in [*ring.keys.values(), ring.search]:
        assert key not in content and key.hex().encode() not in content
    assert NIK.encode() not in content and b"SITI AMINAH" not in content
    assert (tmp_path / "b.tar").stat().st_mode & 0o077 == 0


def test_a_damaged_or_foreign_file_touches_nothing(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "b.tar"
    file.write_bytes(b"bukan cadangan")
    with pytest.raises(BadInput):
        restore(file, replace=True)
    file.unlink()
    backup(file)
    with tarfile.open(file) as archive:  # between its members there is room in which nothing stands
        largest = max(archive.getmembers(), key=lambda m: m.size)
    content = bytearray(file.read_bytes())
    content[largest.offset_data + largest.size // 2] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(BadInput):
        restore(file, replace=True)
    assert EntryRow.objects.count() == 1


def test_entries_that_are_there_are_not_overwritten_unasked(case: Case, tmp_path: Path) -> None:
    call_command("backup", str(tmp_path / "b.tar"), stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("restore", str(tmp_path / "b.tar"))
    with pytest.raises(CommandError):
        call_command("backup", str(tmp_path / "b.tar"))
    out = io.StringIO()
    call_command("restore", str(tmp_path / "b.tar"), replace=True, stdout=out)
    assert EntryRow.objects.count() == 1


def test_a_backup_older_than_a_key_rotation_comes_back_under_the_new_key(
    programme: Programme, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JEMPUT_KEYS, settings.JEMPUT_RUNTIME = tmp_path / "real", tmp_path / "ram"
    monkeypatch.setattr(keys, "_mounts", lambda: [f"tmpfs {tmp_path} tmpfs rw 0 0"])
    keys.init("empat kata yang panjang")
    keys.unlock("empat kata yang panjang")
    case = Case(programme).reported()
    backup(tmp_path / "b.tar")
    keys.rotate("empat kata yang panjang")
    rewrap()
    restore(tmp_path / "b.tar", replace=True)
    assert case.head.key_id == keys.ring().current
    assert journal.entries(case.stream)[0].body == case.told[0].body


def test_the_file_is_an_ordinary_archive(case: Case, tmp_path: Path) -> None:
    backup(tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tar:
        names = tar.getnames()
    assert names[0] == "manifest.json"
    assert ("data.sqlite3" in names) == (connection.vendor == "sqlite")
