"""Pairs side by side: what an engine is asked about and what it answers. Every engine speaks in these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from jemput.core.entries import LinkEngine
from jemput.people.likeness import Figures
from jemput.people.link.blocking import Near, Skip
from jemput.people.link.compare import Compared, compare, may_be_sibling
from jemput.people.link.model import Array, Model, Pairs
from jemput.people.link.records import Record
from jemput.people.person import Query

Progress = Callable[[str, int, int], None]
"""(what is being done, how much of it, out of how many)."""
Decided = Mapping[tuple[int, int], bool]
"""What is settled of a pair: the same or not."""


class Known(Protocol):
    """The register as the linkage needs it (see register.py)."""

    figures: Figures
    people: int

    def candidates(self, queries: Sequence[Query]) -> list[list[int]]:
        """For each query the people it may be."""
        ...

    def records(self, numbers: set[int]) -> dict[int, Record]:
        """People by number."""
        ...

    def everybody(self) -> Iterator[tuple[int, Record]]:
        """All people by number, for an engine that needs them all."""
        ...

    def further(self, queries: Mapping[int, Query]) -> dict[int, list[int]]:
        """More people for rows that found nobody."""
        ...


@dataclass
class Table:
    """Pairs as they are compared."""

    rows: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    levels: list[Compared] = field(default_factory=list)
    barred: list[bool] = field(default_factory=list)
    """Siblings: never the same person, whatever else fits."""
    decided: list[int] = field(default_factory=list)
    _taken: set[tuple[int, int]] = field(default_factory=set)

    def add(self, row: int, other: int, one: Record, two: Record, figures: Figures, said: Decided) -> None:
        """Compare a pair."""
        levels = compare(one, two, figures)
        word = said.get((row, other))
        self.rows.append(row)
        self.others.append(other)
        self.levels.append(levels)
        self.barred.append(word is not True and may_be_sibling(one, two, levels))
        self.decided.append(-1 if word is None else int(word))

    def take(self, other: Table) -> None:
        """The pairs of another table that are not here yet."""
        for at, pair in enumerate(zip(other.rows, other.others, strict=True)):
            if pair not in self._taken:
                self._taken.add(pair)
                self.rows.append(pair[0])
                self.others.append(pair[1])
                self.levels.append(other.levels[at])
                self.barred.append(other.barred[at])
                self.decided.append(other.decided[at])

    def pairs(self) -> Pairs:
        """In numbers, row by row."""
        order = sorted(range(len(self.rows)), key=self.rows.__getitem__)
        for name in ("rows", "others", "levels", "barred", "decided"):
            column = getattr(self, name)
            setattr(self, name, [column[i] for i in order])
        return Pairs.of(self.rows, self.levels, self.barred, self.decided)


@dataclass(frozen=True)
class Judged:
    """Pairs, how sure an engine is of each, and what each field said."""

    table: Table
    sure: Array
    bits: Callable[[int], tuple[float, ...]]
    """The weight of evidence of a pair (its place in the table), field by field; blank fields weigh 0."""
    model: Model
    near: Near | None = None
    """Rows that share terms with each other, where the engine counted that already."""


class Engine(Protocol):
    """What compares everybody. Rules, bins and groups are the same whoever compared (engine.py)."""

    NAME: LinkEngine

    def with_register(
        self,
        queries: Sequence[Query],
        records: Sequence[Record],
        register: Known,
        said: Decided,
        start: Model,
        progress: Progress,
    ) -> Judged:
        """Each row with the people it may be; a row is at most one of them."""
        ...

    def with_each_other(
        self,
        queries: Sequence[Query],
        records: Sequence[Record],
        figures: Figures,
        said: Decided,
        start: Model,
        skip: Skip,
        near: Near | None,
    ) -> Judged:
        """Pairs of rows, the lower first; ``said`` has those that are settled, by humans or the register."""
        ...
