"""The world of a plan, read from a JSON instance (docs/planning.md).

Reading names everything that is wrong at once. What makes one visit impossible (a window shorter than the
service, a point in another country) is no error: the visit stays unplanned and says why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from jemput.core.text import BadInput, Words, _

FORMAT = "jemput-planning/1"
DAY_MINUTES = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLASSES = 4
MOST_VISITS, MOST_PLACES = 5_000, 4_000
"""What memory and patience bear; more are planned in parts."""

Span = tuple[int, int]
"""From and to, minutes from midnight."""
Hours = tuple[tuple[Span, ...], ...]
"""Spans for each day of the plan."""


def intersect(a: tuple[Span, ...], b: tuple[Span, ...]) -> tuple[Span, ...]:
    """What two lists of spans have in common."""
    both = ((max(x[0], y[0]), min(x[1], y[1])) for x in a for y in b)
    return tuple(sorted(s for s in both if s[0] <= s[1]))


class BadWorld(BadInput):
    """The instance cannot be read; ``problems`` names every reason."""

    def __init__(self, problems: list[Words]) -> None:
        self.problems = problems
        super().__init__(
            _("The instance cannot be used; %(count)s problems, the first: %(first)s"),
            count=len(problems),
            first=problems[0],
        )


@dataclass(frozen=True)
class Place:
    """Where somebody is met, or where teams start and end."""

    id: str
    latitude: float | None
    longitude: float | None
    area: str
    setup: int
    """Minutes after each arrival, once for everybody met there."""
    hours: Hours
    access: frozenset[str]
    """Vehicle kinds that get there; empty: all."""


@dataclass(frozen=True)
class Vehicle:
    """One vehicle: two or four wheels, or a boat."""

    id: str
    kind: str
    days: frozenset[int]


@dataclass(frozen=True)
class Kit:
    """A set of equipment, with one team a day."""

    id: str
    kind: str
    days: frozenset[int]
    people: int
    """At most, a day."""
    battery: int
    """Minutes of service, a day."""


@dataclass(frozen=True)
class Partner:
    """Somebody of another agency who comes along, with one team a day."""

    id: str
    roles: frozenset[str]
    areas: tuple[str, ...]
    """Area codes where they work; empty: everywhere."""
    hours: Hours


@dataclass(frozen=True)
class Rest:
    """A break that begins between two minutes."""

    earliest: int
    latest: int
    minutes: int
    kind: str


@dataclass(frozen=True)
class Team:
    """Who goes out together."""

    id: str
    vehicles: tuple[str, ...]
    start: str
    end: str
    shifts: tuple[Span | None, ...]
    """For each day; None: does not work."""
    skills: tuple[frozenset[str], ...]
    """For each day, of the members who work then; languages are skills named "language:..."."""
    rests: tuple[tuple[Rest, ...], ...]


@dataclass(frozen=True)
class Promise:
    """What a person was told, or where the scheduler has locked a visit."""

    day: int
    window: Span
    """The service begins inside it."""
    team: str | None


@dataclass(frozen=True)
class Visit:
    """A person, or a family, met at one place."""

    id: str
    place: str
    service: int
    people: int
    skills: frozenset[str]
    kits: tuple[str, ...]
    partners: tuple[str, ...]
    vehicles: frozenset[str]
    earliest: int
    latest: int
    hours: Hours | None
    promise: Promise | None
    mandatory: bool
    priority: int
    waited: int
    group: str
    suits: Hours | None = None
    """Hours that bind once the promise is taken away; None where nothing is promised: ``hours`` say it."""

    def unpromised(self) -> Visit:
        """The same with nothing promised: met only at hours that suit."""
        hours = self.hours or self.suits
        if self.hours and self.suits:
            hours = tuple(intersect(a, b) for a, b in zip(self.hours, self.suits, strict=True))
        return replace(self, promise=None, hours=hours, suits=None)


@dataclass(frozen=True)
class Ageing:
    """Waiting raises the priority class, so that no village and no group starves."""

    step: int = 0
    """Days of waiting that raise a visit by one class; 0: never. Class 1 is for urgency alone."""
    areas: Mapping[str, int] = field(default_factory=dict)
    """Days added for an area, because nobody has been there for long."""
    groups: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Travel:
    """Minutes and kilometres between places, by vehicle kind: a table, or from coordinates."""

    speed: Mapping[str, float]
    """Kilometres an hour."""
    detour: Mapping[str, float]
    """Road kilometres per kilometre as the crow flies."""
    hill: float
    minutes: Mapping[str, tuple[tuple[float | None, ...], ...]]
    km: Mapping[str, tuple[tuple[float | None, ...], ...]]


@dataclass(frozen=True)
class Costs:
    """Rupiah."""

    km: float = 0
    team_day: float = 0
    budget: float = 0


@dataclass(frozen=True)
class World:
    """All that a plan depends on."""

    name: str
    days: tuple[date, ...]
    places: tuple[Place, ...]
    vehicles: tuple[Vehicle, ...]
    kits: tuple[Kit, ...]
    partners: tuple[Partner, ...]
    teams: tuple[Team, ...]
    visits: tuple[Visit, ...]
    travel: Travel
    ageing: Ageing = field(default_factory=Ageing)
    costs: Costs = field(default_factory=Costs)

    def waited(self, visit: Visit) -> int:
        """Days of waiting with what ageing adds for the village and the group, 0 to 999."""
        area = next((p.area for p in self.places if p.id == visit.place), "") if self.ageing.areas else ""
        more = max((d for code, d in self.ageing.areas.items() if _within(area, code)), default=0)
        return max(0, min(visit.waited + more + self.ageing.groups.get(visit.group, 0), 999))

    def priority(self, visit: Visit) -> int:
        """The priority class after ageing, 1 the most urgent. Ageing leads to class 2 at best."""
        step = self.ageing.step
        raised = visit.priority - (self.waited(visit) // step if step else 0)
        return max(raised, min(visit.priority, 2))


def _within(area: str, code: str) -> bool:
    return area == code or area.startswith(code + ".")


def covers(areas: tuple[str, ...], area: str) -> bool:
    """Whether an area lies in one of the codes; no codes: everywhere."""
    return not areas or any(_within(area, code) for code in areas)


def load(path: Path) -> World:
    """Read an instance file. Raises BadInput when it is no instance, OSError when it cannot be opened."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # UnicodeDecodeError too
        raise BadInput(_("This file is not JSON.")) from error
    return read(data)


def read(data: Any) -> World:
    """A world from a JSON value. Raises BadWorld with every problem found."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise BadWorld([Words(_("This is not an instance of the form %(format)s."), {"format": FORMAT})])
    from jemput.planning.reading import Reader

    return Reader().world(data)
