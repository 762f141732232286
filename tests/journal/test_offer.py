"""What devices send may be anything: each item has its answer, and the journal stays as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jemput import journal
from jemput.core import entries as e
from jemput.core.entries import KINDS, Entry
from jemput.journal import Answer, Unreadable
from jemput.journal.canonical import envelope
from jemput.journal.models import EntryRow, Quarantine
from jemput.journal.verdicts import MOST_BYTES
from jemput.journal.verify import verify
from tests.journal.cases import NIK, Case, offer
from tests.journal.samples import sample_entry

pytestmark = [pytest.mark.database, pytest.mark.django_db]
together = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = ("id", "stream", "kind", "version", "clear", "sealed", "actor", "duty", "occurred_at", "after")


def sent(entry: Entry) -> dict[str, Any]:
    clear, sealed = entry.body.split()
    return json.loads(json.dumps(envelope(entry) | {"clear": clear, "sealed": sealed}))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_comes_through_json_unchanged(kind: str) -> None:
    entry = sample_entry(kind)
    read = journal.parse(json.dumps(sent(entry)))
    assert isinstance(read, Entry)
    assert read == entry


def test_an_entry_as_a_device_sends_it_is_accepted_once(case: Case) -> None:
    note = sent(case.says(e.Note(text="Dari lapangan")))
    assert [v.answer for v in offer([note, note])] == [Answer.ACCEPTED, Answer.KNOWN]


@given(st.text() | st.binary())
def test_no_text_or_bytes_can_upset_the_reader(raw: str | bytes) -> None:
    assert isinstance(journal.parse(raw), Unreadable)


@given(st.sampled_from(MEMBERS), JSON)
def test_a_changed_member_is_read_or_refused_but_never_raises(member: str, value: Any) -> None:
    read = journal.parse({**sent(sample_entry("reported")), member: value})
    assert isinstance(read, Entry | Unreadable)


@together
@given(st.lists(st.tuples(st.sampled_from(MEMBERS), JSON), min_size=1, max_size=4))
def test_bad_items_are_answered_and_the_good_one_beside_them_is_taken(
    case: Case, changes: list[tuple[str, Any]]
) -> None:
    bad = [{**sent(case.says(e.Note(text="?"))), member: value} for member, value in changes]
    good = sent(case.says(e.Note(text="baik")))
    verdicts = offer([*bad, good], actor="hp-1")
    assert len(verdicts) == len(bad) + 1 and verdicts[-1].answer is Answer.ACCEPTED
    assert verify().breaks == ()


@together
@given(st.data())
def test_offered_in_any_order_any_number_of_times_everything_is_there_once(
    case: Case, data: st.DataObject
) -> None:
    chain = [case.says(e.Note(text="0"), after=case.told[0].id)]
    for n in range(1, 5):
        chain.append(case.says(e.Note(text=str(n)), after=chain[-1].id))
    # All is drawn before anything is written: an example that is broken off must leave nothing behind.
    offers = data.draw(st.permutations(chain * 2))
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=len(offers), max_size=len(offers)))
    for size in sizes:
        batch, offers = offers[:size], offers[size:]
        for verdict in journal.append(batch):
            assert verdict.answer in (Answer.ACCEPTED, Answer.KNOWN, Answer.HELD)
    wanted = [entry.id for entry in chain]
    there = [x.id for x in journal.entries(case.stream) if x.id in set(wanted)]
    assert there == wanted and not journal.quarantined()


def test_a_kind_of_a_newer_release_is_kept_until_it_is_known(case: Case) -> None:
    newer = sent(case.says(e.Note(text="?"))) | {"kind": "teleported"}
    [verdict] = offer([newer], actor="hp-1")
    assert (verdict.answer, verdict.code) == (Answer.REJECTED, "unknown_kind")
    [kept] = journal.quarantined("unreadable")
    assert kept.actor == "hp-1" and "teleported" in journal.content_of(kept.id)["raw"]
    offer([newer, newer], actor="hp-1")
    assert Quarantine.objects.count() == 1


def test_the_words_of_a_refusal_never_repeat_what_was_sent(case: Case) -> None:
    item = sent(case.says(e.Note(text="?")))
    for bad in ({**item, NIK: 1}, {**item, "sealed": {NIK: "SITI"}}, {**item, "actor": f"{NIK} SITI"}):
        [verdict] = offer([bad])
        assert verdict.words is not None and NIK not in str(verdict.words) + str(verdict.words.params)
    assert EntryRow.objects.count() == 1


def test_what_is_too_large_or_not_utf8_or_full_of_nul_blocks_nobody(case: Case) -> None:
    office = journal.open_office("35.03")
    count = e.HistoricalCount(programme=1, month="2020-01", count=1, source="tabel\x00")
    items: list[Any] = [
        b'{"\xff": 1}',
        "[" * 100_000,
        {"x": "y" * MOST_BYTES},
        sent(case.says(e.Note(text="a" * 4000))) | {"device_seq": 2**70},
        sent(case.says(count, stream=office)),
        sent(case.says(e.Note(text="nul \x00 tersegel"))),
    ]
    answers = [v.answer for v in offer(items)]
    assert answers == [Answer.REJECTED] * 5 + [Answer.ACCEPTED]
    assert Quarantine.objects.count() == 5


def test_a_field_under_the_wrong_seal_is_refused(case: Case) -> None:
    item = sent(case.says(case.report()))
    item["clear"]["name"] = item["sealed"].pop("name")
    assert offer([item])[0].code == "unreadable"


def test_what_canonical_json_cannot_say_is_kept_word_for_word_under_its_own_id(case: Case) -> None:
    items = [sent(case.says(e.Note(text=text))) for text in ("satu", "dua", "tiga")]
    items[0]["sealed"]["text"] = "a\ud83d"
    items[1]["clear"]["place"] = float("inf")
    items[2]["version"] = 10**30
    assert [str(v.id) for v in offer(items)] == [item["id"] for item in items]
    kept = [json.loads(journal.content_of(k.id)["raw"]) for k in journal.quarantined("unreadable")]
    assert kept == items
    assert [v.answer for v in offer(items)] == [Answer.REJECTED] * 3 and len(journal.quarantined()) == 3


def test_what_is_too_large_is_kept_whole(case: Case) -> None:
    item = sent(case.says(e.Note(text="?")))
    item["sealed"]["text"] = "panjang " * MOST_BYTES
    assert [v.code for v in offer([item])] == ["too_large"]
    [kept] = journal.quarantined("unreadable")
    assert json.loads(journal.content_of(kept.id)["raw"]) == item
