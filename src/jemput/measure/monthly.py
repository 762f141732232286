"""The monthly table in ON THE SPOT's layout: No, Bulan, Perekaman/penerbitan KTP-el, Jumlah, Total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Min

from jemput.core.codes import Document, Sex
from jemput.core.dates import AgeBand
from jemput.core.programme import Programme
from jemput.journal.models import CaseRow
from jemput.measure.counting import ISSUED, Act, Ledger, Scope, Served, following
from jemput.measure.historical import Count, history


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table: cases counted from journals, and what the history adds."""

    counted: int = 0
    historical: int = 0

    @property
    def total(self) -> int:
        """What the table shows."""
        return self.counted + self.historical

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.counted + other.counted, self.historical + other.historical)


@dataclass(frozen=True, slots=True)
class Line:
    """One month."""

    number: int
    month: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> Cell:
        """The row's sum."""
        return sum(self.cells, Cell())


@dataclass(frozen=True)
class YearTable:
    """A year of a programme; ``documents`` are the columns."""

    scope: Scope
    year: int
    documents: tuple[Document, ...]
    lines: tuple[Line, ...]
    sources: tuple[str, ...]
    """Where historical counts come from, as their entries say."""
    people: tuple[Served, ...] = field(repr=False)
    """The cases counted, for the tables below: by sex and age."""

    @property
    def totals(self) -> tuple[Cell, ...]:
        """The sum of each column."""
        return tuple(sum((line.cells[i] for line in self.lines), Cell()) for i in range(len(self.documents)))

    @property
    def total(self) -> Cell:
        """The sum of all."""
        return sum(self.totals, Cell())

    @property
    def has_counted(self) -> bool:
        """Whether any of it was counted from journals."""
        return self.total.counted > 0


def columns(programme: Programme) -> tuple[Document, ...]:
    """The documents of the main table: those that are recorded, as in ON THE SPOT's own."""
    return programme.recorded_documents or programme.documents


def year_table(
    ledger: Ledger, documents: tuple[Document, ...], year: int, now: datetime, acts: tuple[Act, ...] = ISSUED
) -> YearTable:
    """The table of a year, on the office's clock.

    Months that neither the history nor the journals cover are left out: nothing known is not zero.
    """
    scope = ledger.scope
    since, until = scope.begin(f"{year}-01"), scope.end(f"{year}-12")
    past = history(scope) if acts is ISSUED else {}
    found = {d: ledger.served(acts, d, since=since, until=until) for d in documents}
    counts = {d: Counter(scope.month_of(p.at) for p in people) for d, people in found.items()}
    months = _months(scope, year, now, past, counts.values())
    lines = tuple(
        Line(n, month, tuple(_cell(counts[d], past, month, d) for d in documents))
        for n, month in enumerate(months, start=1)
    )
    shown = {(m, d) for m in months for d in documents}
    sources = dict.fromkeys(count.source for at, count in sorted(past.items()) if at in shown)
    people = tuple(p for d in documents for p in found[d])
    return YearTable(scope, year, documents, lines, tuple(sources), people)


def _cell(
    counts: Mapping[str, int], past: Mapping[tuple[str, Document], Count], month: str, of: Document
) -> Cell:
    known = past.get((month, of))
    return Cell(counts.get(month, 0), known.number if known else 0)


def _months(
    scope: Scope,
    year: int,
    now: datetime,
    past: Mapping[tuple[str, Document], Count],
    counts: Iterable[Mapping[str, int]],
) -> list[str]:
    """January up to the last month that is covered."""
    known = {month for month, _document in past if month.startswith(f"{year}-")}
    known |= {month for each in counts for month in each}
    first = CaseRow.objects.filter(scope.cases()).aggregate(first=Min("opened_at"))["first"]
    if first is not None and scope.month_of(first) <= f"{year}-12":
        this = scope.month_of(now)
        known.add(min(f"{year}-12", this) if this >= f"{year}-01" else f"{year}-01")
    last = max(known, default="")
    return [month for n in range(1, 13) if (month := f"{year}-{n:02}") <= last]


def years(scope: Scope, now: datetime) -> list[int]:
    """The years that have anything to show, the latest first."""
    first = CaseRow.objects.filter(scope.cases()).aggregate(first=Min("opened_at"))["first"]
    known = {int(month[:4]) for month, _document in history(scope)}
    this = now.astimezone(scope.zone).year
    if first is not None:
        known |= set(range(first.astimezone(scope.zone).year, this + 1))
    return sorted(known | {this}, reverse=True)


@dataclass(frozen=True)
class Split:
    """Counted cases by sex and age band."""

    rows: tuple[tuple[AgeBand, tuple[int, ...], int], ...]
    totals: tuple[int, ...]
    sexes: tuple[Sex, ...] = tuple(Sex)

    @property
    def total(self) -> int:
        """Everybody."""
        return sum(self.totals)


def by_sex_and_age(people: Iterable[Served]) -> Split:
    """A table of age bands by sex; bands with nobody are kept, so that tables of two months compare."""
    counts = Counter((p.age_band, p.sex) for p in people)
    rows = tuple(
        (band, tuple(counts[band, sex] for sex in Sex), sum(counts[band, sex] for sex in Sex))
        for band in AgeBand
    )
    return Split(rows, tuple(sum(counts[band, sex] for band in AgeBand) for sex in Sex))


def months_until(first: str, last: str) -> list[str]:
    """Every month from one to another, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = following(first)
    return found
