"""Who is being waited for: every step that can be done now, by which duty, and until when."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from jemput.core.calendar import TimeZone, deadline, zone
from jemput.core.codes import Duty, Flag
from jemput.core.fold import concerns
from jemput.core.programme import Programme, Step
from jemput.core.rules import ENDED, GENERAL, LEAD, papers_missing
from jemput.core.state import State
from jemput.core.text import Words

COMPLAINT_WORKING_DAYS = 5
"""SP4N-LAPOR!: a complaint is answered within five working days."""
DATA_REQUEST_HOURS = 72
"""UU 27/2022: access and correction within 3 x 24 hours."""
WITHDRAWAL_HOURS = 72
"""UU 27/2022 art. 40: processing stops within 3 x 24 hours of consent being withdrawn."""


@dataclass(frozen=True)
class OfficeTime:
    """How an office counts days: its time zone and its days off."""

    tz: TimeZone = TimeZone.WIB
    holidays: Set[date] = field(default_factory=frozenset)

    def after_working_days(self, start: datetime, n: int) -> datetime:
        """The moment from which a promise of n working days is broken."""
        return deadline(start, n, self.tz, self.holidays)

    def end_of(self, day: date) -> datetime:
        """Midnight after a day."""
        return deadline(datetime.combine(day, datetime.min.time(), zone(self.tz)), 0, self.tz, self.holidays)


@dataclass(frozen=True)
class Wait:
    """Somebody is waited for: a step that can be done now, by whom, since when, until when."""

    step: str
    kind: str
    duties: tuple[Duty, ...]
    since: datetime
    due: datetime | None
    blocked: tuple[Words, ...] = ()


def waiting(programme: Programme, state: State, time: OfficeTime) -> list[Wait]:
    """Everything that can be done now, by whom, and until when it was promised."""
    waits = _citizen_waits(state, time)
    if state.status in ENDED or state.opened_at is None:
        return waits
    if (withdrawn := state.flags.get(Flag.CONSENT_WITHDRAWN)) is not None:
        waits.append(_stop(state, withdrawn))
    promise = (
        time.after_working_days(state.opened_at, programme.promise_working_days)
        if programme.promise_working_days
        else None
    )
    way = [s for s in programme.steps if concerns(state, s)]
    undone = {s.id for s in way} - state.done.keys()
    for step in way:
        if step.id not in undone or step.optional or not undone.isdisjoint(step.after):
            continue
        since = max((state.done[b] for b in step.after if b in state.done), default=state.opened_at)
        due = _due(state, step, since, time) or promise
        waits.append(Wait(step.id, step.entry, step.duties, since, due, _blocked(programme, state, step)))
    return waits


def _blocked(programme: Programme, state: State, step: Step) -> tuple[Words, ...]:
    """What stands against a step that waits, whoever does it: papers, or what its kind always wants."""
    missing = papers_missing(programme, state) if step.needs_papers else []
    against = GENERAL[step.entry].objection(state) if step.entry in GENERAL else None
    return (*missing, against) if against else tuple(missing)


def _stop(state: State, since: datetime) -> Wait:
    """Close the case, or come to an understanding with the person: consent given anew ends this too."""
    close = GENERAL["closed"]
    against = close.objection(state)
    duties = tuple(d for d in Duty if d in close.duties)
    due = since + timedelta(hours=WITHDRAWAL_HOURS)
    return Wait("closed", "closed", duties, since, due, (against,) if against else ())


def _due(state: State, step: Step, since: datetime, time: OfficeTime) -> datetime | None:
    purpose = step.match.get("purpose")
    if step.entry == "visit_scheduled" and Flag.REVISIT in state.flags:
        if state.again_on is not None:
            return time.end_of(state.again_on)
        since = state.flags[Flag.REVISIT]
    if step.entry in ("visit_started", "visit_ended"):
        days = [
            v.day for v in state.visits.values() if v.day and not v.ended and purpose in (None, v.purpose)
        ]
        if days:
            return time.end_of(min(days))
    if step.entry == "centre_status" and state.centre_since is not None:
        since = state.centre_since
    if step.within_working_days is None:
        return None
    return time.after_working_days(since, step.within_working_days)


def _citizen_waits(state: State, time: OfficeTime) -> list[Wait]:
    lead = tuple(d for d in Duty if d in LEAD)
    waits = [
        Wait(
            "complaint_answered",
            "complaint_answered",
            lead,
            at,
            time.after_working_days(at, COMPLAINT_WORKING_DAYS),
        )
        for at in state.complaints.values()
    ]
    waits += [
        Wait(
            "data_request_answered",
            "data_request_answered",
            lead,
            at,
            at + timedelta(hours=DATA_REQUEST_HOURS),
        )
        for at in state.data_requests.values()
    ]
    return waits
