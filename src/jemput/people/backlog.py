"""How far a programme is with its people: where it began, who is reached, who is left, who waits longest.

The people are those of the lists, joined with their cases, and those who were reported without a list. Every
number is the length of a list that can be opened. Programmes' quoted facts are never read here: those that
the sources contradict must not be computed on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from jemput.core.areas import covers
from jemput.core.codes import Group
from jemput.core.corrections import as_corrected
from jemput.core.entries import PersonDescribed, Reported
from jemput.core.programme import Programme
from jemput.core.programme import Target as Goal
from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow, Stream
from jemput.journal.read import chunks, open_entry, row_place, stream_key
from jemput.journal.seal import unseal
from jemput.measure import months_until
from jemput.people.link.targets import UNASKED, Reached, Target, follow, targets

_DISABILITY = frozenset((Group.DISABILITY, Group.MENTAL_DISORDER))
_TOLD_BY = ("reported", "person_described", "corrected")
_MOST_MONTHS = 60


def everybody(office: str, programme: int, area: str = "") -> list[Target]:
    """The people of the lists and those reported without one, each once; those of an area, if one is given.

    Raises keys.Locked.
    """
    found = targets(office, programme)
    linked = {case.pk for target in found for case in target.cases}
    cases = CaseRow.objects.filter(office=office, programme=programme, merged_into=None)
    rest = [Target(cases=[c]) for c in cases.defer(*UNASKED).order_by("pk") if c.pk not in linked]
    follow(rest, office)
    return [t for t in found + rest if not area or area == office or covers(area, t.area)]


@dataclass(frozen=True, slots=True)
class Point:
    """The backlog at the end of a month: "2026-03"."""

    month: str
    reached: int
    left: int


@dataclass(frozen=True)
class Backlog:
    """Where a programme stands with its people."""

    target: Goal | None
    """The programme's own target, where the whole office is counted and the file gives a number."""
    start: int
    known: int
    """By a list or a report."""
    by_reached: Counter[Reached]
    points: tuple[Point, ...]

    @property
    def reached(self) -> int:
        """People whose first document was issued."""
        return self.by_reached[Reached.SERVED]

    @property
    def since(self) -> int:
        """More people than were counted at the start."""
        return max(self.known - self.start, 0)

    @property
    def unknown(self) -> int:
        """Counted at the start, but nobody has said yet who they are."""
        return max(self.start - self.known, 0)

    @property
    def left(self) -> int:
        """Not reached yet."""
        return self.start + self.since - self.reached

    @property
    def share(self) -> float:
        """Reached of the start, 0..1."""
        return min(self.reached / self.start, 1) if self.start else 0.0

    @property
    def to_minimum(self) -> int | None:
        """How many are missing to the least that the target promises."""
        least = self.target.reach if self.target else None
        return None if least is None else max(least - self.reached, 0)


def backlog(
    people: Sequence[Target], programme: Programme, now: datetime, zone: ZoneInfo, *, whole: bool = True
) -> Backlog:
    """Counts of these people; ``whole`` says that they are all of the office, so that its target applies."""
    goal = next((t for t in programme.targets if t.start), None) if whole else None
    start = (goal.start if goal else None) or len(people)
    return Backlog(
        goal, start, len(people), Counter(t.reached for t in people), _points(people, start, now, zone)
    )


def _points(people: Iterable[Target], start: int, now: datetime, zone: ZoneInfo) -> tuple[Point, ...]:
    """The end of each month since the first document was issued; at most five years of it."""
    counts = Counter(f"{t.issued.astimezone(zone):%Y-%m}" for t in people if t.issued)
    points, done = [], 0
    if counts:
        for month in months_until(min(counts), max(f"{now.astimezone(zone):%Y-%m}", max(counts))):
            done += counts[month]
            points.append(Point(month, done, max(start - done, 0)))
    return tuple(points[-_MOST_MONTHS:])


@dataclass(frozen=True)
class Part:
    """Some of the people: those of a village, of a reason, of an age."""

    key: str
    known: int
    reached: int
    visited: datetime | None = None
    """When somebody was last there, whoever was visited."""
    waits_since: datetime | None = None
    """The longest that somebody left has waited."""

    @property
    def left(self) -> int:
        """Not reached yet."""
        return self.known - self.reached


def parts(people: Iterable[Target], of: Callable[[Target], Hashable]) -> list[Part]:
    """The people by something, the most left first."""
    by: defaultdict[str, list[Target]] = defaultdict(list)
    for target in people:
        by[str(of(target))].append(target)
    found = [
        Part(
            key,
            len(some),
            sum(not t.is_left for t in some),
            max((t.visited for t in some if t.visited), default=None),
            min((t.waits_since for t in some if t.is_left), default=None),
        )
        for key, some in by.items()
    ]
    return sorted(found, key=lambda part: (-part.left, part.key))


def disability(target: Target) -> str:
    """ "yes", "no", or "unknown" where neither list nor report says."""
    return {True: "yes", False: "no", None: "unknown"}[target.disability]


def longest(people: Iterable[Target]) -> list[Target]:
    """Those who are left and may still be visited, who waited longest first."""
    waiting = (t for t in people if t.is_left and t.reached is not Reached.ENDED)
    return sorted(waiting, key=lambda t: (t.waits_since, t.id))


# ---- health: sealed in every report, so it is asked for by itself ------------------------------------


def ask_health(people: Iterable[Target]) -> None:
    """Add to each what their reports say of a disability. Raises keys.Locked."""
    people = [t for t in people if t.cases]
    told = _told({case.pk for target in people for case in target.cases})
    for target in people:
        target.said += [told[case.pk] for case in target.cases if case.pk in told]


def _told(cases: Collection[UUID]) -> Mapping[UUID, bool]:
    """Whether the newest report of each case that names groups names one of disability.

    The sealed part is read as it is: building an entry for each of two thousand would take thrice the time.
    Only cases with a correction are read entry by entry.
    """
    ring, found = keys.ring(), {}
    for some in chunks(cases):
        streams = Stream.objects.filter(pk__in=some).only("wrapped_key", "key_id")
        opened = {s.pk: stream_key(s, ring) for s in streams}
        rows = EntryRow.objects.filter(stream__in=some, kind__in=_TOLD_BY).order_by("seq")
        rows = rows.only("id", "stream_id", "kind", "version", "sealed")
        corrected = {row.stream_id for row in rows if row.kind == "corrected"}
        told = defaultdict(list)
        for row in rows:
            if row.stream_id in corrected:
                told[row.stream_id].append(open_entry(row, opened[row.stream_id]))
            elif (groups := _groups(row, opened[row.stream_id])) is not None:
                found[row.stream_id] = bool(_DISABILITY.intersection(groups))
        for case, entries in told.items():
            for entry in as_corrected(entries):
                if isinstance(entry.body, Reported | PersonDescribed) and entry.body.groups is not None:
                    found[case] = bool(_DISABILITY.intersection(entry.body.groups))
    return found


def _groups(row: EntryRow, key: bytes | None) -> list[str] | None:
    if key is None or row.sealed is None:
        return None
    _salt, sealed = unseal(key, row_place(row), bytes(row.sealed))
    groups: list[str] | None = sealed.get("groups")
    return groups
