"""How far a programme is with its backlog: what it started from, what is reached, what is left.

Numbers come from the programme's targets and from journals. Quoted facts are never read here: those the
sources contradict must not be computed on, and none of the others needs to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from jemput.core.areas import Level, within
from jemput.core.codes import DataCondition
from jemput.core.programme import Programme, Target
from jemput.measure.counting import Act, Scope, Served, read_ledger
from jemput.measure.monthly import months_until

DONE = (Act.PRINTED,)
"""Reached: the first document of the case has been issued ("penerbitan dokumen", T61)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A village, or a condition: cases known, reached, left."""

    key: str
    known: int
    reached: int

    @property
    def left(self) -> int:
        """Known and not yet reached."""
        return self.known - self.reached

    @property
    def label(self) -> DataCondition | str:
        """What to show: the condition; an area is named by the screen."""
        return DataCondition(self.key) if self.key in list(DataCondition) else self.key


@dataclass(frozen=True, slots=True)
class Point:
    """The backlog after a month."""

    month: str
    reached: int
    left: int


@dataclass(frozen=True)
class Backlog:
    """A target with a number to start from, and where it stands."""

    target: Target
    start: int
    known: int
    """Cases reported so far; the start counts people, of whom some are not reported yet."""
    reached: int
    by_village: tuple[Part, ...]
    by_condition: tuple[Part, ...]
    points: tuple[Point, ...]

    @property
    def left(self) -> int:
        """Of the start."""
        return max(self.start - self.reached, 0)

    @property
    def share(self) -> float:
        """Reached of the start, 0..1."""
        return min(self.reached / self.start, 1) if self.start else 0.0

    @property
    def to_minimum(self) -> int | None:
        """How many are missing to the least that the target promises."""
        return None if self.target.reach is None else max(self.target.reach - self.reached, 0)


def backlog(scope: Scope, programme: Programme, now: datetime) -> Backlog | None:
    """Where the programme's first target with a backlog stands; None when no target has one."""
    target = next((t for t in programme.targets if t.start), None)
    if target is None or target.start is None:
        return None
    ledger = read_ledger(scope)
    reached = ledger.served(DONE)
    villages = Counter(_village(area) for area, *_rest in ledger.cases.values())
    conditions = Counter(condition.value for *_rest, condition in ledger.cases.values())
    return Backlog(
        target,
        target.start,
        len(ledger.cases),
        len(reached),
        _parts(villages, Counter(_village(p.area) for p in reached), lambda part: (-part.left, part.key)),
        _parts(
            conditions,
            Counter(p.condition.value for p in reached),
            lambda part: (list(DataCondition).index(DataCondition(part.key)),),
        ),
        _points(scope, target.start, reached, now),
    )


def _village(area: str) -> str:
    return within(area, Level.VILLAGE) or area


def _parts(
    known: Mapping[str, int], reached: Mapping[str, int], order: Callable[[Part], tuple[int | str, ...]]
) -> tuple[Part, ...]:
    parts = (Part(key, number, reached.get(key, 0)) for key, number in known.items())
    return tuple(sorted(parts, key=order))


def _points(scope: Scope, start: int, reached: list[Served], now: datetime) -> tuple[Point, ...]:
    """The backlog at the end of each month since the first document was issued; at most five years of it."""
    if not reached:
        return ()
    counts = Counter(scope.month_of(p.at) for p in reached)
    points, done = [], 0
    for month in months_until(min(counts), max(scope.month_of(now), max(counts))):
        done += counts[month]
        points.append(Point(month, done, max(start - done, 0)))
    return tuple(points[-60:])
