"""What the sealed reports say of where a person is met. Read in memory; nothing of it leaves but a point."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from jemput.core import entries as e
from jemput.core.codes import Group, Language, PlaceKind, Weekday
from jemput.core.corrections import as_corrected
from jemput.core.text import plain
from jemput.journal import keys
from jemput.journal.models import EntryRow, Stream
from jemput.journal.read import chunks, open_entry, stream_key

_TELLING = ("reported", "person_described", "ordered", "visit_started", "corrected")
AT_HOME = frozenset({PlaceKind.HOME, PlaceKind.COMMUNITY, PlaceKind.AGREED_PLACE})


@dataclass
class Facts:
    """Of one case: where, why, in which language, and when."""

    family: str = ""
    address: str = ""
    place_kind: PlaceKind = PlaceKind.HOME
    place_name: str = ""
    point: tuple[float, float] | None = None
    groups: frozenset[Group] = field(default_factory=frozenset)
    language: Language | None = None
    part: e.DayPart = e.DayPart.ALL_DAY
    weekdays: tuple[Weekday, ...] = ()
    """Of the day and of the week, what suits the person; no weekdays: any."""
    not_before: date | None = None
    not_after: date | None = None

    def place_key(self, area: str, case: UUID) -> tuple[str, ...]:
        """The same for people who are met at one place."""
        if self.place_kind not in AT_HOME and self.place_kind is not PlaceKind.STREET and self.place_name:
            return "institution", area, self.place_kind.value, bare(self.place_name)
        if self.place_kind in AT_HOME:
            if self.family:
                return "family", area, self.family
            if self.address:
                return "address", area, bare(self.address)
            if self.point:
                return "point", f"{self.point[0]:.4f}", f"{self.point[1]:.4f}"
        return "case", str(case)

    def hours(self, span: Sequence[str]) -> dict[str, list[list[str]]]:
        """When the person wants to be visited, as an instance has windows, with the hours of that part of the
        day; empty: whenever we come.
        """
        if self.weekdays:
            return {day.value: [list(span)] for day in self.weekdays}
        return {} if self.part is e.DayPart.ALL_DAY else {"*": [list(span)]}


def bare(text: str) -> str:
    """Letters and digits alone, so that "RS. Budi Asih" is "rs budi asih"."""
    return " ".join(re.findall(r"\w+", plain(text).casefold()))


def facts_of(cases: Collection[UUID]) -> dict[UUID, Facts]:
    """The facts of these cases; empty ones where a person was forgotten. Raises keys.Locked."""
    found = {case: Facts() for case in cases}
    for case, body in bodies(cases, _TELLING):
        _learn(found[case], body)
    return found


def bodies(cases: Collection[UUID], kinds: Collection[str]) -> Iterator[tuple[UUID, Any]]:
    """What entries of some kinds say, opened and as corrected, case by case. Raises keys.Locked."""
    ring = keys.ring()
    for some in chunks(cases):
        opened = {s.pk: stream_key(s, ring) for s in Stream.objects.filter(pk__in=some)}
        told = defaultdict(list)
        for row in EntryRow.objects.filter(stream__in=some, kind__in=kinds).order_by("seq"):
            told[row.stream_id].append(open_entry(row, opened[row.stream_id]))
        for case, entries in told.items():
            for entry in as_corrected(entries):
                yield case, entry.body


def _learn(facts: Facts, body: Any) -> None:
    """What an entry adds; what it does not say stays."""
    if isinstance(body, e.Reported | e.PersonDescribed):
        facts.family = body.family_number or facts.family
        facts.address = body.address or facts.address
        facts.place_kind = body.place_kind or facts.place_kind
        facts.place_name = body.place_name or facts.place_name
        if body.groups is not None:
            facts.groups = frozenset(body.groups)
        facts.language = body.preferred_language or facts.language
        facts.part = body.preferred_time or facts.part
        if body.preferred_days is not None:
            facts.weekdays = tuple(body.preferred_days)
    elif isinstance(body, e.Ordered):
        facts.not_before, facts.not_after = body.not_before, body.not_after
    latitude, longitude = getattr(body, "latitude", None), getattr(body, "longitude", None)
    if latitude is not None and longitude is not None:  # the team's own phone comes last, and knows best
        facts.point = (latitude, longitude)


def together(facts: Mapping[UUID, Facts], areas: Mapping[UUID, str]) -> dict[UUID, UUID]:
    """For each case the one that stands for its place: the first by id of those who are met there."""
    first: dict[tuple[str, ...], UUID] = {}
    found = {}
    for case in sorted(facts, key=str):
        found[case] = first.setdefault(facts[case].place_key(areas[case], case), case)
    return found
