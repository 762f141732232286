"""Many writers at once, each on a real connection: nobody's entry is lost, nobody waits for ever."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

from jemput import journal
from jemput.core import entries as e
from jemput.core.programme import Programme
from jemput.journal import Answer, write
from jemput.journal.models import CaseRow, EntryRow, Feed, FeedRow
from jemput.journal.rebuild import rebuild
from jemput.journal.verify import verify
from tests.journal.cases import MORNING, Case

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
T = TypeVar("T")
postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")


def together(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Run tasks in threads that start at the same moment; each closes its connection."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        try:
            gate.wait()
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [f.result(timeout=60) for f in [pool.submit(run, task) for task in tasks]]


@pytest.fixture
def no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deadlock is a failure here, not something to try again."""
    monkeypatch.setattr(write, "TRIES", 1)


def test_eight_writers_on_one_case_lose_nothing(case: Case, no_second_try: None) -> None:
    first = case.told[0].id

    def writer(n: int) -> Callable[[], list[journal.Verdict]]:
        notes = [case.says(e.Note(text=f"{n}-{i}"), actor=f"w{n}", after=first) for i in range(5)]
        return lambda: [journal.append([note])[0] for note in notes]

    verdicts = [v for vs in together([writer(n) for n in range(8)]) for v in vs]
    assert all(v.answer is Answer.ACCEPTED for v in verdicts)
    assert sorted(v.position for v in verdicts if v.position) == list(range(2, 42))
    for v in verdicts:
        others = EntryRow.objects.filter(stream=case.stream, position__gt=1, position__lt=v.position)
        assert list(v.unseen) == list(others.order_by("position").values_list("id", flat=True))
    assert verify().breaks == () and rebuild().different == 0


def test_the_same_report_sent_twice_at_once_makes_one_case(programme: Programme) -> None:
    case = Case(programme)
    report = case.says(case.report())
    verdicts = together([lambda: journal.append([report])[0]] * 4)
    assert sorted(v.answer for v in verdicts) == [Answer.ACCEPTED] + [Answer.KNOWN] * 3
    assert CaseRow.objects.count() == 1 and EntryRow.objects.count() == 1


def test_two_reports_with_one_ticket_number_do_not_both_stand(programme: Programme) -> None:
    one, two = Case(programme), Case(programme)
    reports = [c.says(c.report(ticket="TRG-SAMA")) for c in (one, two)]
    verdicts = together([lambda r=r: journal.append([r])[0] for r in reports])
    assert sorted(v.answer for v in verdicts) == [Answer.ACCEPTED, Answer.REJECTED]


def test_writers_whose_cases_and_feeds_overlap_never_wait_in_a_circle(
    programme: Programme, no_second_try: None
) -> None:
    """Each batch touches many cases in many villages, in its own random order."""
    cases = [Case(programme, area=f"35.03.01.{2001 + n % 6}").reported(nik=None) for n in range(12)]
    chance = random.Random(7)

    def writer() -> Callable[[], list[journal.Verdict]]:
        batches = []
        for _ in range(4):
            picked = chance.sample(cases, 8)
            batch = [c.says(e.Note(text="serentak")) for c in picked[:6]]
            # Two of them move, so that a batch locks feeds that no other case of it stands in.
            batch += [
                c.says(e.PersonDescribed(area=f"35.03.01.{chance.randint(2001, 2006)}")) for c in picked[6:]
            ]
            batches.append(batch)
        return lambda: [v for batch in batches for v in journal.append(batch)]

    verdicts = [v for vs in together([writer() for _ in range(6)]) for v in vs]
    assert len(verdicts) == 6 * 4 * 8 and all(v.answer is Answer.ACCEPTED for v in verdicts)
    assert verify().breaks == ()
    for feed in Feed.objects.all():
        numbers = list(FeedRow.objects.filter(feed=feed).order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, feed.head + 1))


@postgres
def test_a_sequence_and_a_time_lose_rows_to_a_cursor_and_a_feed_does_not(case: Case) -> None:
    """The slow writer takes number and time first and commits last. Keep this: low load never shows it."""
    slow_has_written, fast_is_done, slow_is_done = (threading.Event() for _ in range(3))
    all_have_read = threading.Barrier(4)
    village = case.row.area

    def slow() -> None:
        with transaction.atomic():
            journal.append([case.says(e.Note(text="lambat"))])
            slow_has_written.set()
            # A writer in the same village would wait for us; one in another village does not.
            all_have_read.wait(30)
        slow_is_done.set()

    def fast() -> None:
        slow_has_written.wait(30)
        Case(case.programme, area="35.03.02.2001").reported(nik=None)
        fast_is_done.set()

    def reader(cursor: T, read: Callable[[T], Iterable[T]]) -> Callable[[], list[T]]:
        """Reads what is there, and then what came behind the last that it saw."""

        def run() -> list[T]:
            fast_is_done.wait(30)
            seen = list(read(cursor))
            all_have_read.wait(30)
            slow_is_done.wait(30)
            return seen + list(read(seen[-1]))

        return run

    def column(name: str) -> Callable[[Any], Iterable[Any]]:
        rows = EntryRow.objects.order_by(name).values_list(name, flat=True)
        return lambda cursor: rows.filter(**{f"{name}__gt": cursor})

    def feed(cursor: int) -> Iterable[int]:
        rows = FeedRow.objects.filter(feed=village, seq__gt=cursor)
        return rows.order_by("seq").values_list("seq", flat=True)

    by_sequence, by_time = reader(0, column("seq")), reader(MORNING, column("received_at"))
    __, __, numbers, times, rows = together([slow, fast, by_sequence, by_time, reader(0, feed)])
    assert EntryRow.objects.count() == 3
    assert len(numbers) == 2, "the bare sequence lost the slow writer's row"
    assert len(times) == 2, "the time lost it too"
    last_written = EntryRow.objects.order_by("received_at").last()
    assert last_written and last_written.received_at == times[-1], "which no later look finds again"
    assert rows == [1, 2], "the feed did not"
