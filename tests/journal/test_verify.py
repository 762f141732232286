"""Verify: whoever touches an accepted entry is found out, and the first one is named."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command

from jemput.core import entries as e
from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow, FeedRow, Stream, Term, Waiting
from jemput.journal.rebuild import rebuild
from jemput.journal.verify import verify
from tests.journal.cases import NEIGHBOUR, Case

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def journals(case: Case) -> Case:
    for text in ("satu", "dua", "tiga"):
        case.note(text)
    return case


def row(case: Case, position: int) -> EntryRow:
    return EntryRow.objects.get(stream=case.stream, position=position)


def change_clear(entry: EntryRow) -> None:
    entry.clear = {"sex": "male"}
    entry.save()


def change_time(entry: EntryRow) -> None:
    entry.received_at += timedelta(days=-1)
    entry.save()


def change_author(entry: EntryRow) -> None:
    entry.actor = "orang-lain"
    entry.save()


def change_seal(entry: EntryRow) -> None:
    entry.sealed = bytes(entry.sealed or b"")[:-1] + b"x"
    entry.save()


def swap_seal(entry: EntryRow) -> None:
    entry.sealed = EntryRow.objects.get(stream=entry.stream_id, position=entry.position + 1).sealed
    entry.save()


def change_identity(entry: EntryRow) -> None:
    entry.identity = bytes(32)
    entry.save()


def drop_seal(entry: EntryRow) -> None:
    entry.sealed = None
    entry.save()


def test_untouched_journals_hold(journals: Case) -> None:
    report = verify()
    assert (report.entries, report.streams, report.unsealed, report.breaks) == (4, 1, True, ())


@pytest.mark.parametrize(
    "tamper",
    [change_clear, change_time, change_author, change_seal, swap_seal, change_identity, drop_seal],
    ids=lambda f: f.__name__,
)
def test_a_touched_entry_is_named(journals: Case, tamper: Callable[[EntryRow], None]) -> None:
    entry = row(journals, 2)
    tamper(entry)
    first = verify().breaks[0]
    assert (first.seq, first.entry, first.stream) == (entry.seq, entry.id, journals.stream)


def test_an_entry_taken_out_of_the_middle_or_the_end_is_missed(journals: Case) -> None:
    FeedRow.objects.all().delete()
    row(journals, 2).delete()
    assert verify().breaks[0].entry == journals.told[2].id
    EntryRow.objects.filter(position__gt=1).delete()
    assert verify().breaks[0].stream == journals.stream


def test_a_gap_in_a_feed_is_told(journals: Case) -> None:
    FeedRow.objects.filter(seq=2).delete()
    assert verify().breaks[0].seq is None


def test_without_the_key_chains_and_clear_parts_are_proved(journals: Case) -> None:
    keys.open_path().unlink()
    assert verify() == verify() and not verify().unsealed and not verify().breaks
    change_clear(row(journals, 1))
    assert verify().breaks[0].entry == journals.told[0].id


def test_the_command_names_the_first_broken_entry_and_fails(journals: Case) -> None:
    change_author(row(journals, 3))
    err = io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("verify", stdout=io.StringIO(), stderr=err)
    assert stop.value.code == 1
    assert str(journals.told[2].id) in err.getvalue().splitlines()[0]


def test_a_rebuild_gives_the_same_rows_and_mends_wrong_ones(journals: Case) -> None:
    journals.tell(e.PersonDescribed(name="SITI AMINI", area=NEIGHBOUR))
    journals.tell(
        e.Corrected(entry=journals.told[0].id, sealed_values={"phone": "081299999999"}, reason="salah")
    )
    journals.tell(e.BiodataChecked(result=e.BiodataResult.MATCH, nik="9901014708510002"))
    before = everything()
    assert rebuild().different == 0
    assert everything() == before
    CaseRow.objects.update(status="closed", headline=None)
    Waiting.objects.all().delete()
    Term.objects.filter(role="person").delete()
    assert rebuild().different == 1
    assert everything() == before


def everything() -> list[object]:
    return [
        sorted(map(repr, ({k: _plain(v) for k, v in r.items()} for r in model.objects.values())))
        for model in (CaseRow, Waiting, Term, Stream)
    ]


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
