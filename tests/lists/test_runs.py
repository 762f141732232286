"""Three lists become one list of people: found in the register, in cases, in each other; undone; taught."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from jemput import journal
from jemput.core.codes import DataCondition, Duty
from jemput.core.entries import ListSource, PairAnswer
from jemput.core.text import BadInput
from jemput.intake import Author
from jemput.people import importing, index
from jemput.people.link import runs, store, targets
from jemput.people.link.targets import Reached
from jemput.people.models import LinkList, LinkPair, LinkRow, LinkRun, Snapshot
from tests.lists import linkage
from tests.lists.linkage import OFFICE, PROGRAMME

ANI, BUDI = (
    Author("0190a000-0000-7000-8000-00000000000a", Duty.MAIN_ADMIN),
    Author("0190a000-0000-7000-8000-00000000000b", Duty.MAIN_ADMIN),
)


@pytest.fixture(autouse=True)
def key(settings, tmp_path: Path, db: None) -> None:  # type: ignore[no-untyped-def]
    settings.JEMPUT_KEYS = tmp_path / "keys"
    linkage.register(tmp_path)


def taken_in(text: str, source: ListSource, condition: DataCondition = DataCondition.UNKNOWN) -> LinkList:
    kept, _people = store.take_in(text.encode(), str(source), OFFICE, PROGRAMME, source, condition)
    store.confirm(kept, ANI)
    return kept


def compared() -> LinkRun:
    return runs.run_now(LinkRun.objects.create(office=OFFICE, programme=PROGRAMME), ANI)


def three_lists() -> None:
    lists = linkage.three_lists()
    taken_in(lists["office"], ListSource.OFFICE, DataCondition.NOT_RECORDED)
    taken_in(lists["social_agency"], ListSource.SOCIAL_AGENCY)
    taken_in(lists["village"], ListSource.VILLAGE)


def test_three_lists_become_people_with_reasons_and_open_cases_once() -> None:
    three_lists()
    run = compared()
    assert run.state == LinkRun.DONE and run.figures["rows"] == 6
    people = targets.targets(OFFICE, PROGRAMME)
    sukarni = next(t for t in people if len(t.rows) == 3)
    assert sukarni.person is not None, "all three lists mean the same registered person"
    assert sukarni.condition is DataCondition.NOT_RECORDED
    paidi = next(t for t in people if t.rows[0].number == 3 and t.rows[0].list.source == "village")
    assert paidi.person is None and paidi.condition is DataCondition.NO_NIK, (
        "not found is no proof of not existing"
    )
    assert paidi.reached is Reached.NOT_REACHED

    programme = journal.newest(PROGRAMME)
    chosen = [sukarni, paidi]
    opened = targets.open_cases(chosen, programme, ANI, timezone.now(), date(2026, 3, 2))
    assert len(set(opened)) == 2
    after = targets.targets(OFFICE, PROGRAMME)
    assert sum(t.reached is Reached.IN_HAND for t in after) == 2
    assert (
        targets.open_cases(
            [t for t in after if t.reached is Reached.IN_HAND],
            programme,
            ANI,
            timezone.now(),
            date(2026, 3, 2),
        )
        == []
    )
    assert len(after) == 4
    compared()
    again = targets.targets(OFFICE, PROGRAMME)
    assert len(again) == 4 and sum(t.reached is Reached.IN_HAND for t in again) == 2, (
        "the cases are found again"
    )


def test_a_sister_who_is_not_registered_is_never_linked_to_her_brother() -> None:
    three_lists()
    compared()
    riska = LinkRow.objects.get(list__source="social_agency", number=3)
    assert not riska.pairs.filter(against="person", bin="same").exists()


def test_what_humans_say_is_written_down_undone_and_binds_the_next_run() -> None:
    three_lists()
    compared()
    pair = LinkPair.objects.get(against="person", bin="same", row__list__source="office", row__number=3)
    assert pair.levels, "an automatic link says why"
    row, person = pair.row_id, pair.person
    runs.decide(pair, PairAnswer.DIFFERENT, ANI)
    with pytest.raises(BadInput):
        runs.decide(pair, PairAnswer.SAME, BUDI)
    assert all(
        t.person != person or row not in [r.pk for r in t.rows] for t in targets.targets(OFFICE, PROGRAMME)
    )
    compared()
    told = LinkPair.objects.get(row=row, against="person", person=person)
    assert told.answer == "different" and told.decision is not None
    runs.undo(told, BUDI)
    compared()
    assert LinkPair.objects.get(row=row, against="person", person=person).bin == "same"
    assert {e.kind for e in journal.entries(pair.row.list_id)} == {
        "list_received", "list_linked", "pair_decided", "pair_undone",
    }  # fmt: skip


def test_what_humans_say_of_somebody_without_a_nik_binds_the_next_run_and_the_next_extract(
    tmp_path: Path,
) -> None:
    here = linkage.village("35.03.02.2003")
    nameless = ",9903010101040006,MARIYEM WIRYO,2,09-05-1949,1,GINEM,35,03,2,2003\n"
    older = ",9903010101040007,MARIYEM WIRYO,2,21-11-1931,1,TUKIYEM,35,03,2,2003\n"

    def extract(*people: str) -> None:
        file = tmp_path / "next.csv"
        file.write_text(linkage.REGISTER + "".join(people))
        snapshot = importing.load(importing.begin(file, OFFICE, date(2026, 2, 1)), file)
        index.build(snapshot)
        importing.take_over(snapshot)

    extract(nameless, older)
    kept = taken_in(
        f"NAMA,TGL LAHIR,NAMA IBU,DESA\nMARIYEM WIRYO,09-05-1949,GINEM,{here}\n", ListSource.OFFICE
    )
    compared()
    pair = LinkPair.objects.get(row__list=kept, against="person", bin="same")
    person = runs.person_of(pair)
    assert person is not None and not person.nik and person.birth == "1949-05-09"
    runs.decide(pair, PairAnswer.DIFFERENT, ANI)
    compared()
    told = LinkPair.objects.get(row__list=kept, person=pair.person)
    assert (told.bin, told.answer) == ("different", "different"), "the next run is bound"
    extract(older, nameless)  # everybody has another number now
    compared()
    told = LinkPair.objects.get(row__list=kept, answer="different")
    found = runs.person_of(told)
    assert found is not None and found.birth == "1949-05-09", "so is a run on the next extract"
    assert not LinkPair.objects.filter(row__list=kept, against="person", bin="same").exists()


def test_two_niks_need_two_people() -> None:
    here = linkage.village("35.03.02.2001")
    kept = taken_in(
        f"NIK,NAMA,TGL LAHIR,NAMA IBU,DESA\n9905125203550077,TUMINAH,12-03-1955,SAMINAH,{here}\n",
        ListSource.OFFICE,
    )
    compared()
    pair = LinkPair.objects.get(row__list=kept, against="person", bin="ask")
    assert pair.rule == "two_niks"
    runs.decide(pair, PairAnswer.SAME, ANI)
    [(where, proposal)] = runs.proposals(OFFICE, PROGRAMME)
    with pytest.raises(BadInput):
        runs.answer_proposal(where, proposal, PairAnswer.SAME, ANI)
    runs.answer_proposal(where, proposal, PairAnswer.DIFFERENT, BUDI)
    assert runs.proposals(OFFICE, PROGRAMME) == []
    assert LinkPair.objects.get(pk=pair.pk).answer == "", "refused: the decision is taken back"


def test_without_a_register_lists_are_still_linked_to_each_other() -> None:
    importing.sweep(Snapshot.objects.get())
    three_lists()
    compared()
    assert max(len(t.rows) for t in targets.targets(OFFICE, PROGRAMME)) >= 2


def test_a_list_that_is_not_confirmed_leaves_nothing() -> None:
    kept, people = store.take_in(
        b"Nama\nSUKARNI\n", "x", OFFICE, PROGRAMME, ListSource.OTHER, DataCondition.UNKNOWN
    )
    assert len(people.rows) == 1 and LinkRow.objects.count() == 1
    store.discard(kept)
    assert not LinkRow.objects.exists() and not LinkList.objects.exists()


def test_nothing_in_the_tables_names_anybody() -> None:
    three_lists()
    compared()
    for row in LinkRow.objects.all():
        assert b"SUKARNI" not in bytes(row.sealed).upper()
    for pair in LinkPair.objects.all():
        assert "990301" not in str(pair.levels)


def test_the_command_links_a_list_and_stores_nothing(tmp_path: Path) -> None:
    asked, answers = tmp_path / "asked.csv", tmp_path / "answers.csv"
    asked.write_text(linkage.three_lists()["office"])
    out = StringIO()
    call_command("people", "link", "--office", OFFICE, "--batch", asked, "--output", answers, stdout=out)
    with answers.open() as file:
        rows = list(csv.DictReader(file))
    assert [r["nik"] for r in rows if r["bin"] == "same"] == ["9903015708510001", "9903011207720004"]
    assert all("name +" in r["why"] for r in rows if r["bin"] == "same")
    assert "2 linked" in out.getvalue() and answers.stat().st_mode & 0o077 == 0
    assert not LinkList.objects.exists()
