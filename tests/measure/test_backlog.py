"""JEMPOL KEREN's backlog: 2,028 to begin with, the least that is promised, reached, left."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import DataCondition, Document, Duty
from jemput.core.programme import Programme
from jemput.measure.backlog import Backlog, backlog
from jemput.measure.counting import Scope, read_ledger
from jemput.measure.monthly import columns, year_table
from jemput.programmes import packaged
from tests.journal.cases import NEIGHBOUR, VILLAGE, Case
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
from tests.people import TRENGGALEK, office

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MARCH = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture
def keren(db: None, office_key: None) -> Programme:  # noqa: F811
    return journal.install(packaged()["jempol-keren"])


def scope(of: Programme) -> Scope:
    return Scope(of.number, TRENGGALEK, office(TRENGGALEK).zone)


def known(of: Programme, area: str = VILLAGE, condition: DataCondition = DataCondition.NO_NIK) -> Case:
    return Case(of, area=area).reported(condition=condition)


def issue(case: Case, document: Document, days: int = 0) -> None:
    entry = case.says(
        e.Printed(document=document),
        Duty.PRINTING,
        occurred_at=MARCH + timedelta(days=days),
        received_at=MARCH + timedelta(days=days),
    )
    assert journal.append([entry], as_received=True)[0].stored


def stands(of: Programme) -> Backlog:
    found = backlog(scope(of), of, MARCH + timedelta(days=70))
    assert found is not None
    return found


def test_it_begins_with_what_the_source_says(keren: Programme) -> None:
    now = stands(keren)
    assert (now.start, now.reached, now.left) == (2028, 0, 2028)
    assert now.to_minimum == 1200
    assert now.points == ()


def test_a_case_is_reached_when_its_first_document_is_issued(keren: Programme) -> None:
    first, second = known(keren), known(keren, NEIGHBOUR, DataCondition.NOT_RECORDED)
    known(keren, NEIGHBOUR)
    issue(first, Document.KTP_EL)
    issue(first, Document.FAMILY_CARD, 40)
    issue(second, Document.BIODATA, 40)
    now = stands(keren)
    assert (now.known, now.reached, now.left, now.to_minimum) == (3, 2, 2026, 1198)
    assert [(p.key, p.known, p.reached, p.left) for p in now.by_village] == [
        (NEIGHBOUR, 2, 1, 1),
        (VILLAGE, 1, 1, 0),
    ]
    assert [(p.key, p.reached) for p in now.by_condition] == [("no_nik", 1), ("not_recorded", 1)]
    assert [(p.month, p.left) for p in now.points] == [
        ("2026-03", 2027),
        ("2026-04", 2026),
        ("2026-05", 2026),
    ]


def test_a_programme_without_a_number_to_start_from_has_no_backlog(db: None, office_key: None) -> None:  # noqa: F811
    spot = journal.install(packaged()["on-the-spot"])
    assert backlog(Scope(4, "73.72", office("73.72").zone), spot, MARCH) is None


DOUBTFUL = {"H45", "H46", "H62", "T91"}


@pytest.mark.parametrize("name", ["halo-pamor", "jempol-keren"])
def test_figures_that_the_source_contradicts_are_quoted_and_never_computed_on(
    name: str,
    db: None,
    office_key: None,  # noqa: F811
) -> None:
    """Whatever a doubtful fact says, no figure of ours moves; and no target rests on one."""
    as_it_is = packaged()[name].decode()
    quoted = {f.source[0]: f for f in journal.install(packaged()[name]).facts if f.doubtful}
    assert DOUBTFUL & quoted.keys(), "the doubtful figures are quoted"
    changed = "\n".join(
        re.sub(r'quote = "[^"]*"', 'quote = "999.999"', line) if "doubtful" in line else line
        for line in as_it_is.splitlines()
    )
    assert changed != as_it_is
    figures = []
    for text in (as_it_is, changed):
        programme = journal.install(text.encode())
        where = Scope(programme.number, programme.office, office(TRENGGALEK).zone)
        table = year_table(read_ledger(where), columns(programme), 2026, MARCH)
        figures.append((backlog(where, programme, MARCH), table.lines, table.total))
        assert not DOUBTFUL & {source for target in programme.targets for source in target.source}
    assert figures[0] == figures[1]
