"""The office key: away from the data, bound to a passphrase, brought back by two people."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from jemput import journal
from jemput.core import entries as e
from jemput.core.programme import Programme
from jemput.core.text import BadInput
from jemput.journal import Answer, keys
from jemput.journal.models import EntryRow, Quarantine, Stream
from jemput.journal.rotate import rewrap
from jemput.journal.verify import verify
from tests.journal.cases import NIK, Case

PASSPHRASE = "empat kata yang panjang"
database = pytest.mark.database


@pytest.fixture
def real_key(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An office whose key was made and unlocked; gives the recovery shares."""
    settings.JEMPUT_KEYS = tmp_path / "real"
    settings.JEMPUT_RUNTIME = tmp_path / "ram"
    monkeypatch.setattr(keys, "_mounts", lambda: [f"tmpfs {tmp_path} tmpfs rw 0 0"])
    shares = keys.init(PASSPHRASE)
    keys.unlock(PASSPHRASE)
    return shares


def test_a_locked_key_reads_and_writes_nothing(real_key: list[str]) -> None:
    keys.lock()
    assert keys.state() == "locked" and not keys.is_open_demo()
    with pytest.raises(keys.Locked, match="jemput key unlock"):
        keys.ring()


def test_the_key_file_holds_no_key_in_the_clear_and_is_its_owners_alone(real_key: list[str]) -> None:
    text = keys.sealed_path().read_text()
    ring = keys.ring()
    assert not any(key.hex() in text for key in [*ring.keys.values(), ring.search])
    for path in (keys.sealed_path(), keys.unlocked_path()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "search" not in repr(ring) and ring.search.hex() not in repr(ring)


def test_a_wrong_passphrase_opens_nothing(real_key: list[str]) -> None:
    with pytest.raises(BadInput):
        keys.unlock(PASSPHRASE + "?")
    with pytest.raises(BadInput):
        keys.init("pendek")
    with pytest.raises(BadInput):
        keys.init(PASSPHRASE)
    with pytest.raises(BadInput):
        keys.init_open()


def test_an_unlocked_key_never_lands_on_a_disk(
    real_key: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys.lock()
    monkeypatch.setattr(keys, "_mounts", lambda: ["/dev/vda / ext4 rw 0 0"])
    with pytest.raises(BadInput):
        keys.unlock(PASSPHRASE)
    assert not keys.unlocked_path().exists()


def test_the_demo_says_that_its_key_is_open() -> None:
    assert keys.is_open_demo() and keys.state() == "open"
    assert "OPEN KEY" in keys.open_path().read_text()


@pytest.mark.parametrize("which", [(0, 1), (0, 2), (1, 2)])
def test_any_two_of_three_people_bring_the_key_back(real_key: list[str], which: tuple[int, int]) -> None:
    before = keys.ring()
    keys.lock()
    keys.recover([real_key[i] for i in which], "kata sandi yang baru")
    assert keys.unlock("kata sandi yang baru") == before
    with pytest.raises(BadInput):
        keys.unlock(PASSPHRASE)


def test_one_person_alone_does_not(real_key: list[str]) -> None:
    for shares in ([real_key[0]], [real_key[0], real_key[0]], [real_key[0], "satu dua tiga"]):
        with pytest.raises(BadInput):
            keys.recover(shares, "kata sandi yang baru")


def test_new_shares_make_the_old_papers_worthless(real_key: list[str]) -> None:
    ring = keys.ring()
    new = keys.new_shares(PASSPHRASE)
    with pytest.raises(BadInput):
        keys.recover(real_key[:2], "kata sandi yang baru")
    assert keys.recover(new[1:], "kata sandi yang baru") == ring


def test_a_lost_key_file_is_made_again_while_the_key_is_unlocked(real_key: list[str]) -> None:
    ring = keys.ring()
    keys.sealed_path().unlink()
    shares = keys.new_shares("kata sandi yang baru")
    assert keys.recover(shares[:2], PASSPHRASE) == ring == keys.unlock(PASSPHRASE)
    keys.sealed_path().unlink()
    keys.lock()
    with pytest.raises(keys.Locked):
        keys.new_shares(PASSPHRASE)


@database
@pytest.mark.django_db
def test_rotation_leaves_entries_as_they_are_and_shares_good(
    real_key: list[str], programme: Programme
) -> None:
    case = Case(programme).reported()
    case.note("sebelum")
    journal.append([case.says(e.Note(text="?"), after=case.says(e.Note(text="!")).id)])
    sealed = list(EntryRow.objects.order_by("seq").values_list("sealed", "identity", "chain"))
    old = keys.ring().current

    keys.rotate(PASSPHRASE)
    assert journal.entries(case.stream), "readable before the keys are wrapped anew"
    assert rewrap() == 2
    assert keys.ring().current != old
    assert set(Stream.objects.values_list("key_id", flat=True)) == {keys.ring().current}
    assert set(Quarantine.objects.values_list("key_id", flat=True)) == {keys.ring().current}
    after = list(EntryRow.objects.order_by("seq").values_list("sealed", "identity", "chain"))
    assert [tuple(map(bytes, r)) for r in after] == [tuple(map(bytes, r)) for r in sealed]

    keys.drop_old(PASSPHRASE)
    assert list(keys.ring().keys) == [keys.ring().current]
    assert journal.by_nik(NIK) == [case.stream], "search terms survive"
    assert journal.content_of(journal.quarantined()[0].id)["kind"] == "note"
    assert case.note("sesudah").answer is Answer.ACCEPTED
    assert verify().breaks == ()

    keys.recover(real_key[:2], "kata sandi yang baru")
    assert keys.unlock("kata sandi yang baru") == keys.ring()


@database
@pytest.mark.django_db
def test_when_the_key_is_lost_the_clear_parts_and_the_numbers_are_left(
    real_key: list[str], programme: Programme, settings: Settings, tmp_path: Path
) -> None:
    """What docs/keys.md says of losing passphrase and shares."""
    case = Case(programme).reported()
    case.note()
    settings.JEMPUT_KEYS = tmp_path / "made anew"
    keys.init(PASSPHRASE)
    keys.unlock(PASSPHRASE)
    with pytest.raises(keys.Locked):
        journal.entries(case.stream)
    assert [x.kind for x in journal.clear_entries(case.stream)] == ["reported", "note"]
    with pytest.raises(keys.Locked):
        case.note("tidak dapat disegel")
    assert Case(programme).reported().head.head == 1, "new people are served under the new key"


def test_the_commands_ask_on_standard_input_and_print_shares_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JEMPUT_KEYS = tmp_path / "real"
    settings.JEMPUT_RUNTIME = tmp_path / "ram"
    monkeypatch.setattr(keys, "_mounts", lambda: [f"tmpfs {tmp_path} tmpfs rw 0 0"])

    def run(verb: str, *lines: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
        out = io.StringIO()
        call_command("key", verb, stdin=True, stdout=out)
        return out.getvalue()

    shares = [line[3:] for line in run("init", PASSPHRASE).splitlines() if line[:2] in ("1.", "2.", "3.")]
    assert len(shares) == 3 and all(len(s.split()) == 33 for s in shares)
    assert PASSPHRASE not in run("unlock", PASSPHRASE)
    assert keys.state() == "unlocked"
    run("lock")
    run("recover", shares[2], shares[0], "kata sandi yang baru")
    run("unlock", "kata sandi yang baru")
    with pytest.raises(CommandError):
        run("unlock", "salah sama sekali")


def test_the_keys_are_not_inside_the_data(settings: Settings) -> None:
    del settings.JEMPUT_KEYS
    from jemput import settings as shipped

    assert not Path(shipped.JEMPUT_KEYS).is_relative_to(shipped.JEMPUT_HOME)
    assert os.environ.get("JEMPUT_KEYS")
