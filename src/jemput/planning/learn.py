"""What past visits teach: how long a service takes, how much longer a way is than its length.

Read from the journal alone. A number is used from ten visits on and shown with their count; until then the
programme's own, or the usual, number stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from jemput.accounts.models import Office
from jemput.core.entries import VisitPurpose
from jemput.core.programme import Programme
from jemput.journal import keys
from jemput.journal.models import EntryRow, Stream
from jemput.journal.read import chunks, open_entry, stream_key
from jemput.places import crow_km, point_of
from jemput.planning.kinds import HILL, Terrain
from jemput.planning.models import Settings

LEAST = 10
"""Visits, or ways, from which a number is learned."""
LOOK_BACK = timedelta(days=365)
SHORTEST, LONGEST = 3, 480
"""Minutes of a visit: what lies outside is a slip of the pen, or a visit that was ended the next morning."""
NEAREST_KM = 1.0
LONGEST_WAY = 180
SCATTERED = 3.0
"""The middle half of the ways may differ by this factor; beyond, something else than roads was measured."""
SMALLEST, LARGEST = 0.5, 6.0
USUAL: Mapping[VisitPurpose, int] = {VisitPurpose.COLLECT_PAPERS: 20, VisitPurpose.DELIVER: 15}
"""Minutes; a recording takes what its programme says."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Past:
    """A visit that was begun and ended."""

    case: UUID
    programme: int
    purpose: VisitPurpose
    who: str
    """The team, or whoever began it where none was named."""
    area: str
    began: datetime
    ended: datetime
    at: Point | None = None

    @property
    def minutes(self) -> float:
        """From arrival to leave."""
        return (self.ended - self.began).total_seconds() / 60


@dataclass(frozen=True)
class Learned:
    """How long a service takes."""

    usual: int
    """As the programme says."""
    count: int
    middle: float | None
    """The median of the visits, in minutes."""

    @property
    def is_learned(self) -> bool:
        """Whether the visits decide."""
        return self.count >= LEAST

    @property
    def minutes(self) -> int:
        """What is planned with, set-up included."""
        return max(1, int(self.middle + 0.5)) if self.is_learned and self.middle else self.usual


@dataclass(frozen=True)
class Hill:
    """How much longer than its length a way takes, and on whose word."""

    factor: float
    ways: int = 0
    middle: float | None = None
    """The median of the ways, where they agree."""
    scattered: bool = False
    source: str = "usual"
    """ "typed", "learned", or "usual"."""


def past_visits(office: Office, now: datetime) -> list[Past]:
    """The visits of the last year that have a beginning and an end, in the order of their beginning."""
    rows = EntryRow.objects.filter(
        kind__in=("visit_scheduled", "visit_started", "visit_ended"),
        received_at__gte=now - LOOK_BACK,
        stream__office=office.code,
    )
    teams: dict[str, str] = {}
    begun: dict[str, Past] = {}
    ends: dict[str, datetime] = {}
    columns = (
        "kind",
        "clear",
        "stream_id",
        "actor",
        "occurred_at",
        "stream__case__programme",
        "stream__area",
    )
    for kind, clear, stream, actor, at, programme, area in rows.order_by("seq").values_list(*columns):
        visit = str(clear.get("visit", ""))
        if kind == "visit_scheduled":
            teams[visit] = clear.get("team") or ""
        elif kind == "visit_ended":
            ends.setdefault(visit, at)
        elif programme is not None:
            purpose = VisitPurpose(clear.get("purpose", VisitPurpose.RECORD))
            begun.setdefault(visit, Past(stream, programme, purpose, actor, area, at, at))
    done = [
        replace(one, ended=ends[visit], who=teams.get(visit) or one.who)
        for visit, one in begun.items()
        if visit in ends
    ]
    return sorted((p for p in done if SHORTEST <= p.minutes <= LONGEST), key=lambda p: (p.began, str(p.case)))


def service_times(
    past: Iterable[Past], programmes: Iterable[Programme]
) -> dict[tuple[int, VisitPurpose], Learned]:
    """How long a service takes, by programme and purpose, set-up included."""
    by: defaultdict[tuple[int, VisitPurpose], list[float]] = defaultdict(list)
    for one in past:
        by[one.programme, one.purpose].append(one.minutes)
    found = {}
    for programme in programmes:
        for purpose in VisitPurpose:
            took = by[programme.number, purpose]
            usual = USUAL.get(purpose, programme.visit_minutes)
            found[programme.number, purpose] = Learned(usual, len(took), median(took) if took else None)
    return found


def hill(past: Sequence[Past], settings: Settings) -> Hill:
    """The hill factor that ways are reckoned with: typed, else learned, else usual for such roads."""
    usual = HILL[Terrain(settings.terrain)]
    ratios = list(_ratios(past, settings))
    middle, scattered = None, False
    if len(ratios) >= LEAST:
        low, middle, high = quantiles(ratios, n=4)
        scattered = high / low > SCATTERED or not SMALLEST <= middle <= LARGEST
    if settings.hill:
        return Hill(settings.hill, len(ratios), middle, scattered, "typed")
    if middle is not None and not scattered:
        return Hill(round(middle, 2), len(ratios), middle, False, "learned")
    return Hill(usual, len(ratios), middle, scattered)


def _ratios(past: Sequence[Past], settings: Settings) -> Iterable[float]:
    """Minutes of a way against those reckoned without hills. The detour is in both: times cannot tell them
    apart, so the one factor learns for both."""
    zone = settings.office.zone
    speed = (settings.two_wheels + settings.four_wheels) / 2
    days: defaultdict[tuple[str, date], list[Past]] = defaultdict(list)
    for one in past:
        days[one.who, one.began.astimezone(zone).date()].append(one)
    noon = _span(settings)
    for visits in days.values():
        for before, after in pairwise(visits):
            minutes = (after.began - before.ended).total_seconds() / 60
            a, b = before.at or _village(before.area), after.at or _village(after.area)
            if a is None or b is None or not 1 <= minutes <= LONGEST_WAY:
                continue
            left, came = (m.astimezone(zone).time() for m in (before.ended, after.began))
            km = crow_km(a, b)
            if km >= NEAREST_KM and not (left < noon[1] and came > noon[0]):
                yield minutes / (km * settings.detour / speed * 60)


def _span(settings: Settings) -> tuple[time, time]:
    """When the team may have rested instead of driven."""
    end = datetime.combine(date.min, settings.lunch_until) + timedelta(minutes=settings.lunch_minutes)
    return settings.lunch_from, end.time()


def _village(area: str) -> Point | None:
    point = point_of(area)
    return (point.latitude, point.longitude) if point else None


def with_points(past: Sequence[Past]) -> list[Past]:
    """The same visits with the coordinates that the teams' phones told. Without the key, as they are."""
    try:
        ring = keys.ring()
    except keys.Locked:
        return list(past)
    told: dict[tuple[UUID, datetime], Point] = {}
    for some in chunks({p.case for p in past}):
        opened = {s.pk: stream_key(s, ring) for s in Stream.objects.filter(pk__in=some)}
        for row in EntryRow.objects.filter(stream__in=some, kind="visit_started"):
            body: Any = open_entry(row, opened[row.stream_id]).body
            if body.latitude is not None and body.longitude is not None:
                told[row.stream_id, row.occurred_at] = (body.latitude, body.longitude)
    return [replace(p, at=told.get((p.case, p.began))) for p in past]
