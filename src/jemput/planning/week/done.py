"""A day of a week's plan beside what the journal tells of it. Reads clear parts alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from jemput.accounts.models import Office
from jemput.core.entries import MoveReason, VisitPurpose, VisitResult
from jemput.journal.models import EntryRow
from jemput.journal.read import chunks
from jemput.planning.week.models import WeekPlan, WeekVersion
from jemput.planning.week.told import parts

Key = tuple[UUID, VisitPurpose]


@dataclass(frozen=True)
class Was:
    """A visit that was begun, or ended, on the day."""

    began: datetime | None = None
    ended: datetime | None = None
    result: VisitResult | None = None
    """The outcome without the health fact; None while the team is there."""
    team: str = ""
    """As the promise names it."""

    @property
    def is_done(self) -> bool:
        """Whether the person was served."""
        return self.result is VisitResult.DONE


@dataclass(frozen=True)
class Moved:
    """The family was told another day instead."""

    day: date
    reason: MoveReason


@dataclass(frozen=True)
class Stop:
    """A planned visit and what became of it."""

    visit: str
    starts: str
    ends: str
    was: Was | None = None
    """None: nobody went."""
    moved: Moved | None = None

    @property
    def is_done(self) -> bool:
        """Whether the person was served."""
        return self.was is not None and self.was.is_done


@dataclass(frozen=True)
class Round:
    """A team's tour of the day."""

    team: str
    departs: str
    returns: str
    km: float
    stops: tuple[Stop, ...]

    @property
    def done(self) -> int:
        """How many planned visits were made with success."""
        return sum(s.is_done for s in self.stops)


@dataclass(frozen=True)
class DayDone:
    """Planned against done."""

    version: WeekVersion
    from_before: bool
    """Whether the version was there before the teams left."""
    rounds: tuple[Round, ...]
    others: tuple[tuple[str, Was], ...]
    """Visits made that the plan did not have on this day."""

    @property
    def stops(self) -> list[Stop]:
        """All planned visits of the day."""
        return [s for r in self.rounds for s in r.stops]

    @property
    def planned(self) -> int:
        """How many visits were planned."""
        return len(self.stops)

    @property
    def done(self) -> int:
        """How many of them were made with success."""
        return sum(r.done for r in self.rounds)

    @property
    def more(self) -> int:
        """How many people were served beside the plan."""
        return sum(was.is_done for _visit, was in self.others)

    @property
    def km(self) -> float:
        """As planned; nobody counts what was driven."""
        return sum(r.km for r in self.rounds)


def day_done(week: WeekPlan, day: date) -> DayDone:
    """What was planned for a day when its teams left, and what was done."""
    before = _as_teams_left(week, day)
    version = before or week.now
    tours = sorted(_tours(version.plan, day), key=lambda t: (t["departs"], t["team"]))
    were = visits_on(week.office, day)
    keys = {parts(s["visit"]) for t in tours for s in t["stops"]}
    moved = _moved({case for case, _p in keys - were.keys()}, day, version.at)
    rounds = tuple(
        Round(
            tour["team"], tour["departs"], tour["returns"], tour["km"],
            tuple(_stop(s, were, moved) for s in tour["stops"]),
        )
        for tour in tours
    )  # fmt: skip
    others = _with_teams({key: was for key, was in were.items() if key not in keys})
    named = tuple((f"{case}:{purpose}", was) for (case, purpose), was in others)
    return DayDone(version, before is not None, rounds, named)


def _stop(stop: Mapping[str, Any], were: Mapping[Key, Was], moved: Mapping[Key, Moved]) -> Stop:
    key = parts(stop["visit"])
    was = were.get(key)
    return Stop(stop["visit"], stop["starts"], stop["ends"], was, None if was else moved.get(key))


def _as_teams_left(week: WeekPlan, day: date) -> WeekVersion | None:
    """The last version made before the first team of the day left, so that what was put off during the day
    still counts as planned."""
    for version in week.versions.exclude(plan={}).order_by("-number").iterator(chunk_size=5):
        leave = min((t["departs"] for t in _tours(version.plan, day)), default="00:00")
        if version.at < datetime.combine(day, time.fromisoformat(leave), week.office.zone):
            return version
    return None


def _tours(plan: Mapping[str, Any], day: date) -> list[dict[str, Any]]:
    return [t for t in [*plan.get("past", []), *plan["tours"]] if t["day"] == day.isoformat()]


def visits_on(office: Office, day: date) -> dict[Key, Was]:
    """What teams did on a day of the office's clock, in its order. Who was called on twice counts once, as
    it ended."""
    begins = datetime.combine(day, time.min, office.zone)
    rows = EntryRow.objects.filter(
        kind__in=("visit_started", "visit_ended"),
        occurred_at__gte=begins,
        occurred_at__lt=begins + timedelta(days=1),
        stream__office=office.code,
        stream__case__isnull=False,
    ).order_by("occurred_at", "seq")
    found: dict[Key, Was] = {}
    for kind, clear, case, at in rows.values_list("kind", "clear", "stream_id", "occurred_at"):
        key = case, VisitPurpose(clear.get("purpose", VisitPurpose.RECORD))
        was = found.get(key, Was())
        if kind == "visit_started":
            found[key] = replace(was, began=was.began or at, ended=None, result=None)
        else:
            found[key] = replace(was, ended=at, result=VisitResult(clear.get("result", VisitResult.DONE)))
    return found


def _moved(cases: Collection[UUID], day: date, since: datetime) -> dict[Key, Moved]:
    """Promises that were moved to another day since the plan was made."""
    purposes: dict[str, VisitPurpose] = {}
    found: dict[Key, Moved] = {}
    for some in chunks(cases):
        rows = EntryRow.objects.filter(stream__in=some, kind__in=("visit_scheduled", "visit_moved"))
        columns = ("kind", "clear", "stream_id", "occurred_at")
        for kind, clear, case, at in rows.order_by("seq").values_list(*columns):
            if kind == "visit_scheduled":
                purposes[clear["visit"]] = VisitPurpose(clear.get("purpose", VisitPurpose.RECORD))
            elif at >= since and clear["day"] != day.isoformat():
                reason = MoveReason(clear.get("reason", MoveReason.OTHER))
                key = case, purposes.get(clear["visit"], VisitPurpose.RECORD)
                found[key] = Moved(date.fromisoformat(clear["day"]), reason)
    return found


def _with_teams(were: Mapping[Key, Was]) -> list[tuple[Key, Was]]:
    """The same visits with the team that was promised last for their purpose."""
    teams: defaultdict[Key, str] = defaultdict(str)
    for some in chunks({case for case, _purpose in were}):
        rows = EntryRow.objects.filter(stream__in=some, kind="visit_scheduled").order_by("seq")
        for clear, case in rows.values_list("clear", "stream_id"):
            teams[case, VisitPurpose(clear.get("purpose", VisitPurpose.RECORD))] = clear.get("team") or ""
    return [(key, replace(was, team=teams[key])) for key, was in were.items()]
