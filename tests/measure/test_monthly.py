"""ON THE SPOT's table: the source's months and sums, and the months that Jemput adds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from jemput import journal
from jemput.core.codes import Document
from jemput.core.text import BadInput
from jemput.journal.models import EntryRow
from jemput.measure.counting import Scope, read_ledger
from jemput.measure.historical import history, read_history
from jemput.measure.monthly import YearTable, year_table, years
from tests.journal.cases import Case
from tests.measure.conftest import on, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.database]
KTP = (Document.KTP_EL,)

# P45 and P46, typed from the source.
OF_2020 = [10, 4, 7, 1, 0, 7, 4, 8, 0, 7, 8, 5]
OF_2021 = [28, 13, 20, 5, 1, 10, 0, 3, 4]


def table(scope: Scope, year: int) -> YearTable:
    return year_table(read_ledger(scope), KTP, year, on(3, 15))


@pytest.fixture
def imported(parepare: Scope) -> Scope:
    call_command("measure", "import-history", "parepare", verbosity=0)
    return parepare


def test_the_table_shows_the_months_and_sums_of_the_source(imported: Scope) -> None:
    first, second = table(imported, 2020), table(imported, 2021)
    assert [line.total.total for line in first.lines] == OF_2020
    assert [line.total.total for line in second.lines] == OF_2021
    assert (first.total.total, second.total.total) == (61, 84)
    assert [line.number for line in second.lines] == list(range(1, 10))
    assert first.sources == ("Dinas Dukcapil, Diola",)
    assert not first.has_counted


def test_importing_again_changes_nothing(imported: Scope) -> None:
    before = EntryRow.objects.count()
    call_command("measure", "import-history", "parepare", verbosity=0)
    assert EntryRow.objects.count() == before == len(OF_2020) + len(OF_2021)


def test_a_later_count_of_the_same_month_holds(imported: Scope, tmp_path: Path) -> None:
    file = tmp_path / "ralat.csv"
    file.write_text("month;count;source\n2020-05;2;Arsip dinas\n")
    call_command("measure", "import-history", str(file), office="73.72", programme=4, verbosity=0)
    assert table(imported, 2020).total.total == 63
    assert table(imported, 2020).sources == ("Dinas Dukcapil, Diola", "Arsip dinas")


def test_history_stands_beside_what_the_journals_count(imported: Scope, case_of: Callable[..., Case]) -> None:
    recorded(case_of(on(1, 2)), on(1))
    recorded(case_of(on(1, 2)), on(3))
    now = table(imported, 2026)
    assert [line.total.total for line in now.lines] == [1, 0, 1]
    assert now.has_counted
    assert now.total.historical == 0
    assert years(imported, on(3, 15)) == [2026, 2021, 2020]


def test_a_part_of_an_office_has_no_history(imported: Scope) -> None:
    assert history(Scope(4, "73.72.01", imported.zone)) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Missing"),
        ("month,count\n2020-01,1", "source"),
        ("month,count,source\n", "no counts"),
        ("month,count,source\n2020-13,1,Arsip", "Row %(line)s"),
        ("month,count,source\n2020-01,-4,Arsip", "Row %(line)s"),
        ("month,count,source\n2020-01,,Arsip", "Row %(line)s"),
        ("month,count,source\n2020-01,1,", "Row %(line)s"),
        ("month,count,source\n2020-01,1,A\n2020-01,2,A", "twice"),
        ("month,count,source,document\n2020-01,1,A,paspor", "Row %(line)s"),
    ],
)
def test_a_bad_history_file_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(BadInput) as error:
        read_history(text.encode(), 4)
    assert says in error.value.words.message + str(error.value.words.params)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_history(data, 4)
    except BadInput as error:
        assert error.words.message


def test_a_bad_file_leaves_the_journal_as_it_was(parepare: Scope, tmp_path: Path) -> None:
    file = tmp_path / "salah.csv"
    file.write_text("month,count,source\n2020-01,1,Arsip\n2020-02,banyak,Arsip\n")
    with pytest.raises(CommandError, match="Row 3"):
        call_command("measure", "import-history", str(file), office="73.72", programme=4)
    assert not EntryRow.objects.filter(stream=journal.office_stream("73.72")).exists()
