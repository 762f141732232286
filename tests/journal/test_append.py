"""Appending: one verdict for each entry, nothing lost, nothing changed afterwards."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import pytest

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.journal import Answer
from jemput.journal.models import EntryRow, Feed, FeedRow, Quarantine, Stream
from tests.journal.cases import NEIGHBOUR, NIK, VILLAGE, Case

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_an_accepted_entry_reads_back_as_it_was_written(case: Case) -> None:
    [entry] = journal.entries(case.stream)
    told = case.told[0]
    assert entry.body == told.body
    assert (entry.id, entry.actor, entry.duty, entry.occurred_at) == (
        told.id,
        told.actor,
        told.duty,
        told.occurred_at,
    )
    assert entry.received_at is not None and entry.seq is not None


def test_name_nik_and_phone_stand_nowhere_in_the_clear(case: Case) -> None:
    case.tell(e.GuardianNamed(name="SUKARNI", phone="081200000002"))
    rows = str(list(EntryRow.objects.values())) + str(case.row.__dict__)
    assert not any(secret in rows for secret in ("SITI", NIK, "081200000001", "SUKARNI", "081200000002"))


def test_the_same_entry_offered_again_is_known(case: Case) -> None:
    [first] = journal.append(case.told)
    assert first.answer is Answer.KNOWN and first.position == 1
    assert case.head.head == 1


def test_the_same_entry_twice_in_one_offer_is_written_once(case: Case) -> None:
    note = case.says(e.Note(text="Pagi saja"))
    assert [v.answer for v in journal.append([note, note])] == [Answer.ACCEPTED, Answer.KNOWN]


def test_another_content_under_a_known_id_is_kept_aside_and_overwrites_nothing(case: Case) -> None:
    forged = case.told[0].model_copy(update={"body": case.report(name="ORANG LAIN")})
    [verdict] = journal.append([forged])
    assert verdict.answer is Answer.CONFLICT
    assert journal.entries(case.stream)[0].body.name == "SITI AMINAH"  # type: ignore[attr-defined]
    [kept] = journal.quarantined("conflict")
    assert journal.content_of(kept.id)["sealed"]["name"] == "ORANG LAIN"
    journal.append([forged])
    assert Quarantine.objects.count() == 1, "offered again, it is kept once"


def test_one_bad_entry_never_blocks_the_others(case: Case, programme: Programme) -> None:
    stranger = Case(programme)
    good = case.says(e.Note(text="Bisa dijemput"))
    bad = case.says(case.report())
    held = stranger.says(e.Note(text="Siapa ini"))
    assert [v.answer for v in journal.append([bad, held, good])] == [
        Answer.REJECTED,
        Answer.HELD,
        Answer.ACCEPTED,
    ]
    assert Quarantine.objects.count() == 2


def test_an_entry_whose_predecessor_is_missing_is_held_until_it_comes(case: Case) -> None:
    first = case.says(e.Note(text="pertama"))
    second = case.says(e.Note(text="kedua"), after=first.id)
    assert journal.append([second])[0].answer is Answer.HELD
    assert [k.entry for k in journal.quarantined("held")] == [second.id]
    assert journal.append([first])[0].answer is Answer.ACCEPTED
    assert [x.id for x in journal.entries(case.stream)][1:] == [first.id, second.id]
    assert not journal.quarantined("held")
    assert journal.append([second])[0].answer is Answer.KNOWN


def test_a_case_whose_report_comes_last_is_complete_all_the_same(programme: Programme) -> None:
    case = Case(programme)
    report = case.says(case.report())
    note = case.says(e.Note(text="sudah di sana"), after=report.id)
    accepted = case.says(e.Triaged(result=e.TriageResult.ACCEPTED), after=note.id)
    assert journal.append([accepted])[0].answer is Answer.HELD
    assert journal.append([note])[0].answer is Answer.HELD
    journal.append([report])
    assert [x.kind for x in journal.entries(case.stream)] == ["reported", "note", "triaged"]
    assert case.row.status == "accepted"


def test_the_second_of_two_writers_is_told_what_it_had_not_seen(case: Case) -> None:
    seen = case.told[0].id
    first = case.tell(e.Note(text="Dari kantor"), after=seen)
    second = case.tell(e.Note(text="Dari lapangan"), actor="ani", after=seen)
    assert first.unseen == ()
    assert second.answer is Answer.ACCEPTED and second.unseen == (first.id,)


def test_a_refused_report_leaves_no_stream_behind(case: Case, programme: Programme) -> None:
    other = Case(programme)
    verdict = other.tell(other.report(ticket=case.row.ticket))
    assert (verdict.answer, verdict.code) == (Answer.REJECTED, "ticket_taken")
    assert not Stream.objects.filter(id=other.stream).exists()


def test_a_programme_that_was_never_installed_is_refused(programme: Programme) -> None:
    other = Case(programme)
    assert other.tell(other.report(programme_hash="0" * 64)).code == "unknown_programme"


def test_office_entries_do_not_belong_in_a_case_nor_case_entries_in_an_office(case: Case) -> None:
    count = e.HistoricalCount(programme=4, month="2020-02", count=9, source="Tabel 4.1")
    assert case.tell(count).code == "wrong_stream"
    office = journal.open_office("73.72")
    entry = case.says(count, stream=office)
    assert journal.append([entry])[0].answer is Answer.ACCEPTED
    assert journal.append([case.says(e.Note(text="?"), stream=office)])[0].code == "wrong_stream"
    assert [x.body for x in journal.entries(office)] == [count]


@pytest.mark.parametrize(
    "correction",
    [
        {"clear_values": {"name": "X"}},
        {"clear_values": {"area": "bukan kode"}},
        {"sealed_values": {"area": VILLAGE}},
        {"sealed_values": {"nik": "123"}},
        {"sealed_values": {"colour": "red"}},
        {"clear_values": {"ticket": "TRG-ANOTHER"}},
        {"clear_values": {"programme_hash": "0" * 64}},
        {"void": True},  # without its report there would be no case
        {},
    ],
)
def test_a_correction_that_does_not_fit_its_entry_is_refused(
    case: Case, correction: dict[str, dict[str, str]]
) -> None:
    body = e.Corrected.model_validate({"entry": case.told[0].id, "reason": "salah", **correction})
    assert case.tell(body).code == "nothing_to_correct"


def test_a_correction_is_taken_back_but_not_itself_corrected(case: Case) -> None:
    case.note("salah")
    case.tell(e.Corrected(entry=case.told[1].id, sealed_values={"text": "benar"}, reason="salah"))
    anything = {"clear_values": {"text": "apa saja"}}
    case.tell(e.Corrected(entry=case.told[2].id, clear_values=anything, reason="salah"))
    case.tell(e.Corrected(entry=case.told[2].id, void=True, reason="salah"))
    assert [v.answer for v in journal.append(case.told)] == [
        *(Answer.KNOWN, Answer.KNOWN, Answer.KNOWN, Answer.REJECTED, Answer.KNOWN)
    ]


def test_a_correction_changes_the_case_and_leaves_the_entry(case: Case) -> None:
    body = e.Corrected(
        entry=case.told[0].id,
        clear_values={"area": NEIGHBOUR},
        sealed_values={"name": "SITI AMINI"},
        reason="salah dengar",
    )
    assert case.tell(body).answer is Answer.ACCEPTED
    assert case.row.area == NEIGHBOUR and case.head.area == NEIGHBOUR
    assert journal.headline(case.row)["name"] == "SITI AMINI"
    assert journal.entries(case.stream)[0].body == case.told[0].body


def test_a_case_that_moves_leaves_one_feed_and_enters_the_other(case: Case) -> None:
    case.tell(e.PersonDescribed(area=NEIGHBOUR + ".004"))
    rows = FeedRow.objects.filter(stream=case.stream).order_by("feed_id", "seq")
    assert [(r.feed_id, r.seq, r.type) for r in rows] == [
        (VILLAGE, 1, "entry"),
        (VILLAGE, 2, "leave"),
        (NEIGHBOUR, 1, "enter"),
        (NEIGHBOUR, 2, "entry"),
    ]
    assert dict(Feed.objects.values_list("id", "head")) == {VILLAGE: 2, NEIGHBOUR: 2}
    assert [row.entry.kind for row in rows[3:]] == ["person_described"]


def test_a_case_that_moves_to_the_next_rw_leaves_one_and_enters_the_other(case: Case) -> None:
    case.tell(e.PersonDescribed(area=VILLAGE + ".004"))
    assert list(FeedRow.objects.filter(feed=VILLAGE).order_by("seq").values_list("seq", "type")) == [
        (1, "entry"),
        (2, "leave"),
        (3, "enter"),
        (4, "entry"),
    ]


def test_every_row_carries_the_sum_of_its_feed_as_a_device_reckons_it(case: Case) -> None:
    case.tell(e.PersonDescribed(area=NEIGHBOUR))
    case.tell(e.PersonDescribed(area=VILLAGE))
    case.tell(e.Note(text="kembali"))
    total = 0
    for row in FeedRow.objects.filter(feed=VILLAGE).order_by("seq"):
        said = f"{row.type}:{row.stream_id}:{row.entry.id if row.entry else ''}"
        total = (total + (int(sha256(said.encode()).hexdigest()[:13], 16))) % 2**52
        assert row.total == total
    assert Feed.objects.get(id=VILLAGE).total == total


def test_a_moment_without_time_zone_is_no_moment(case: Case) -> None:
    naive = case.says(e.Note(text="?"), occurred_at=datetime(2026, 3, 2))
    verdict = journal.append([naive])[0]
    assert (verdict.answer, verdict.code) == (Answer.REJECTED, "no_time_zone")


def test_one_altered_row_takes_no_list_away(case: Case, programme: Programme) -> None:
    other = Case(programme).reported(name="SUKARNI")
    Stream.objects.filter(id=case.stream).update(wrapped_key=bytes(60))
    assert [journal.headline(row).get("name") for row in (case.row, other.row)] == [None, "SUKARNI"]


def test_waiting_and_search_follow_the_case(case: Case) -> None:
    waits = journal.waiting_for([Duty.MAIN_ADMIN], ["35.03.01"])
    assert [(w.case_id, w.step) for w in waits] == [(case.stream, "triage")]
    assert journal.count(waits).number == 1
    assert not journal.waiting_for([Duty.MAIN_ADMIN], ["35.03.0"])
    assert journal.by_nik(NIK) == [case.stream]
    assert journal.by_phone("+62 812-0000-0001") == [case.stream]
    assert journal.by_name("Siti Amina") == [(case.stream, 1)], "half of the words fit"
    assert journal.by_name("st. Aminah", VILLAGE) == [(case.stream, 2)]
    assert journal.by_ticket(case.row.ticket.lower()) == case.stream
    case.tell(e.PersonDescribed(area=NEIGHBOUR))
    assert journal.by_name("st. Aminah", VILLAGE) == []
    assert journal.by_name("st. Aminah", NEIGHBOUR) == [(case.stream, 2)]
