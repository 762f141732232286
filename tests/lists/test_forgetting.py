"""Who is forgotten is forgotten in the register extract and in lists too; the counts stay."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from jemput import journal, people
from jemput.core.codes import DataCondition, Duty
from jemput.core.entries import ListSource, NikMergeProposed, PairAnswer, PairDecided, PairWith
from jemput.intake import Author, new_id
from jemput.journal import erase, ledger
from jemput.journal.models import Erasure
from jemput.journal.verify import verify
from jemput.people.link import runs, store, targets
from jemput.people.models import LinkList, LinkRow, LinkRun, PersonRow
from tests.lists import linkage
from tests.lists.linkage import OFFICE, PROGRAMME

SUKARNI, TUMINAH = "9903015708510001", "9903015203550002"
ANI = Author("0190a000-0000-7000-8000-00000000000a", Duty.MAIN_ADMIN)


@pytest.fixture(autouse=True)
def key(settings, tmp_path: Path, db: None) -> None:  # type: ignore[no-untyped-def]
    settings.JEMPUT_KEYS = tmp_path / "keys"
    settings.JEMPUT_LEDGER = tmp_path / "ledger" / "erasures.jsonl"
    linkage.register(tmp_path)


@pytest.fixture
def kept() -> LinkList:
    """The office's list, in which Sukarni stands first."""
    text = linkage.three_lists()["office"].encode()
    kept, _people = store.take_in(
        text, "daftar", OFFICE, PROGRAMME, ListSource.OFFICE, DataCondition.NOT_RECORDED
    )
    store.confirm(kept, ANI)
    return kept


def names_found(query: str) -> set[str]:
    return {hit.person.name for hit in people.look_up(query, OFFICE)}


def forget(nik: str) -> erase.Findings:
    found = erase.find(niks=[nik])
    erase.erase([c.stream_id for c in found.cases], found.entries, found.kept, found.elsewhere)
    return found


def test_a_forgotten_person_is_found_in_the_register_no_more(kept: LinkList) -> None:
    assert names_found(SUKARNI) == {"SUKARNI"} and "SUKARNI" in names_found("sukarni ibunya painem")
    found = forget(SUKARNI)
    assert sorted(what for what, _id in found.elsewhere) == ["person", "row"]
    assert "SUKARNI" not in names_found(SUKARNI) | names_found("sukarni ibunya painem")
    assert PersonRow.objects.count() == 4 and names_found(TUMINAH) == {"TUMINAH"}
    assert SUKARNI not in ledger.path().read_text()
    assert erase.find(niks=[SUKARNI]) == erase.Findings()


def test_their_row_of_a_list_is_emptied_and_still_counted(kept: LinkList) -> None:
    before = len(targets.targets(OFFICE, PROGRAMME))
    forget(SUKARNI)
    assert [said.query.name for _row, said in store.opened(kept.rows.order_by("number"))] == [
        "",
        "WAGIMIN HARTONO",
    ]
    assert len(targets.targets(OFFICE, PROGRAMME)) == before
    run = runs.run_now(LinkRun.objects.create(office=OFFICE, programme=PROGRAMME), ANI)
    assert run.state == LinkRun.DONE and run.figures["rows"] == 2


def test_decisions_on_their_row_or_with_their_nik_lose_their_words(kept: LinkList) -> None:
    first, second = kept.rows.order_by("number")
    person = PairDecided(row=first.number, against=PairWith.PERSON, answer=PairAnswer.SAME, person=SUKARNI)
    other = PairDecided(row=second.number, against=PairWith.PERSON, answer=PairAnswer.SAME, person=TUMINAH)
    mine, others = store.tell(kept.pk, person, ANI), store.tell(kept.pk, other, ANI)
    proposed = store.tell(
        kept.pk, NikMergeProposed(row=second.number, decision=others, nik=TUMINAH, other_nik=SUKARNI), ANI
    )
    forget(SUKARNI)
    bodies = {entry.id: entry.body for entry in journal.entries(kept.pk)}
    assert bodies[mine].person is None  # type: ignore[attr-defined]
    assert bodies[proposed].nik is None  # type: ignore[attr-defined]
    assert bodies[others].person == TUMINAH  # type: ignore[attr-defined]
    assert verify().breaks == ()


def test_after_a_restore_the_ledger_takes_the_rows_away_again(kept: LinkList) -> None:
    person = PersonRow.objects.order_by("id").first()
    row = kept.rows.order_by("number").first()
    assert person and row
    forget(SUKARNI)
    Erasure.objects.all().delete()  # as an older backup would
    PersonRow.objects.create(id=person.pk, sealed=person.sealed)
    LinkRow.objects.filter(pk=row.pk).update(sealed=row.sealed)
    assert erase.apply_ledger() == 2
    assert not PersonRow.objects.filter(pk=person.pk).exists()
    assert erase.find(niks=[SUKARNI]) == erase.Findings()
    assert erase.apply_ledger() == 0


def test_ids_of_what_is_gone_are_no_error() -> None:
    erase.erase(others=[("person", UUID(int=99 << 32 | 1)), ("row", new_id())])
    assert PersonRow.objects.count() == 5
