"""What families were promised, as the journal has it today, for the visits of a plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jemput.core.codes import Flag
from jemput.core.entries import DayPart, VisitPurpose
from jemput.core.state import State
from jemput.journal import programme_of
from jemput.journal.models import CaseRow, EntryRow
from jemput.journal.project import state_of
from jemput.journal.read import chunks
from jemput.planning.wanted import Promised


@dataclass(frozen=True)
class Told:
    """One visit of a plan as its case stands now."""

    case: CaseRow
    state: State
    purpose: VisitPurpose
    promised: Promised | None = None
    """The promise that still stands, if any."""
    last_there: datetime | None = None
    """When a team last came for this purpose."""
    waits_again: bool = False
    """It came, but the visit waits to be scheduled once more."""

    @property
    def begun(self) -> bool:
        """Whether the team has been there, or is there now, and need not come again for this."""
        return self.promised is None and self.last_there is not None and Flag.REVISIT not in self.state.flags

    def begun_since(self, moment: datetime) -> bool:
        """Whether the team has been there since, or is there now, and no other visit is promised or due."""
        if self.promised is not None or self.waits_again:
            return False
        return self.last_there is not None and self.last_there > moment


def parts(visit: str) -> tuple[UUID, VisitPurpose]:
    """Case and purpose of a visit's id in an instance (``Wanted.id``)."""
    case, _colon, purpose = visit.partition(":")
    return UUID(case), VisitPurpose(purpose or VisitPurpose.RECORD)


def told(visits: Collection[str]) -> dict[str, Told]:
    """By visit; one that is no longer known is left out. Reads the clear parts alone."""
    ids = {parts(visit)[0] for visit in visits}
    cases = {c.pk: c for some in chunks(ids) for c in CaseRow.objects.filter(pk__in=some).defer("headline")}
    said = _said(cases.keys())
    found = {}
    for visit in visits:
        id, purpose = parts(visit)
        if id not in cases:
            continue
        state = state_of(cases[id])
        mine = [v for v in state.visits.values() if v.purpose is purpose]
        waiting = [v for v in mine if v.day and not v.started and not v.ended]
        promised = None
        if waiting:
            last = waiting[-1]
            part, team = said.get(last.id, (DayPart.MORNING, ""))
            promised = Promised(last.id, last.day or date.min, part, team)
        there = [at for v in mine if (at := v.started or v.ended)]
        again = bool(there) and _waits(state, purpose)
        found[visit] = Told(cases[id], state, purpose, promised, max(there, default=None), again)
    return found


def _waits(state: State, purpose: VisitPurpose) -> bool:
    steps = programme_of(state.programme_hash).steps
    mine = [s for s in steps if s.entry == "visit_scheduled" and s.match.get("purpose", "record") == purpose]
    return state.is_open and any(s.id not in state.done for s in mine)


def _said(cases: Collection[UUID]) -> Mapping[UUID, tuple[DayPart, str]]:
    """The part of the day and the team last named, by the visit's id in the journal."""
    last: dict[UUID, tuple[DayPart, str]] = {}
    for some in chunks(cases):
        rows = EntryRow.objects.filter(stream__in=some, kind__in=("visit_scheduled", "visit_moved"))
        for clear in rows.order_by("seq").values_list("clear", flat=True):
            visit = UUID(clear["visit"])
            team = clear.get("team") or last.get(visit, (DayPart.MORNING, ""))[1]
            last[visit] = DayPart(clear.get("part", DayPart.MORNING)), team
    return last
