"""Walk a case through its programme as its own waiting list says: who is waited for does the step.

Pure: time, chance and the person are given. The demo's year, the tests and the shared vectors use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from random import Random
from uuid import UUID

from jemput.core import entries as e
from jemput.core.calendar import zone
from jemput.core.codes import Duty, Flag
from jemput.core.entries import Body
from jemput.core.fold import concerns, step_is_ready
from jemput.core.programme import Programme, Step
from jemput.core.rules import ENDED, GENERAL
from jemput.core.state import State, Visit
from jemput.core.waiting import OfficeTime, Wait, waiting
from jemput.demo.deeds import Pen
from jemput.demo.invented import Invented, report_of

__all__ = ["Deed", "Invented", "Walk", "report_of"]

MOST_MISHAPS = 12
"""Fate relents: a walk with however many mishaps comes to an end."""
MOST_VISITS = 4
MOVED = 0.12
"""Of all scheduled visits, at most."""
_OPENS, _CLOSES = time(8), time(15, 30)
_AT_THE_DOOR = frozenset(
    {
        *("biometrics_checked", "condition_checked", "consent_given", "person_described", "guardian_named"),
        *("companion_named", "biodata_checked", "form_filled", "recorded", "visit_ended", "sent_to_centre"),
        *("centre_status", "printed", "delivered", "requirement_received", "originals_collected"),
        "originals_returned",
    }
)


class _NoDeadlines(OfficeTime):
    """Reckons no working days: the walk asks only what is waited for, many thousand times."""

    def after_working_days(self, start: datetime, n: int) -> datetime:
        return start


_HASTE = _NoDeadlines()


@dataclass(frozen=True)
class Deed:
    """What the walk proposes next: a body, by which duty, how long after the last one."""

    body: Body
    duty: Duty
    delay: timedelta


@dataclass
class Walk:
    """Chance and habits of one case's way.

    ``mishaps`` 0..1: how often something goes wrong. ``extras`` 0..1: how often a step that the
    programme leaves open is done. ``pace``: 1 keeps most promises, 2 takes twice as long.
    """

    programme: Programme
    person: Invented
    rng: Random
    time: OfficeTime = field(default_factory=OfficeTime)
    mishaps: float = 0.0
    extras: float = 0.0
    pace: float = 1.0
    new_id: Callable[[], UUID] | None = None
    source: e.AnswerSource = e.AnswerSource.SIMULATOR
    receipts: Iterator[str] = field(default_factory=lambda: (f"TT-{n:06d}" for n in count(1)))
    first_visit: e.VisitOutcome | None = None
    """How the first visit fails, where the story wants it so."""
    _left: int = MOST_MISHAPS
    _declined: set[str] = field(default_factory=set)
    _setback: e.VisitOutcome | None = None
    _gone: bool = False
    _spoilt: bool = False
    _moved: bool = False

    def __post_init__(self) -> None:
        new_id = self.new_id or (lambda: UUID(int=self.rng.getrandbits(128), version=4))
        self.pen = Pen(
            self.programme, self.person, self.rng, self._trouble, new_id, self.source, self.receipts
        )

    def next(self, state: State, now: datetime) -> Deed | None:
        """The next deed for the case, or None when nobody is waited for."""
        if state.status in ENDED:
            return None
        if state.visit is not None and self._setback is not None:
            return self._give_up_visit(state, state.visit, now)
        if self._gone:
            return self._wind_up(state)
        if state.next_visit is not None and not self._moved:
            self._moved = True
            if self.rng.random() < self.extras * MOVED:
                return self._move(state.next_visit, now)
        for step, wait in self._candidates(state):
            if wait is not None and wait.blocked:
                return self._paper(state, step)
            deed = self._trouble_before(step, state) or self._deed(step, state, now)
            if deed is not None:
                return deed
        return None

    # ---- what -----------------------------------------------------------------------------------------

    def _candidates(self, state: State) -> Iterator[tuple[Step, Wait | None]]:
        """The steps waited for, and of those left open the ones chosen, in the order of the file."""
        waits = {w.step: w for w in waiting(self.programme, state, _HASTE)}
        weary = state.visit is not None and self.pen.asked_centre > 0 and state.centre_raw is not None
        if weary and Flag.PRINT_READY not in state.flags and (end := self._end_step(state, state.visit)):
            yield end, None  # the team does not sit and wait for the centre
        for step in self.programme.steps:
            if step.id in waits:
                yield step, waits[step.id]
            elif step.optional and self._chosen(step, state):
                yield step, None

    def _chosen(self, step: Step, state: State) -> bool:
        if (
            step.id in state.done
            or not concerns(state, step)
            or not step_is_ready(self.programme, state, step)
        ):
            return False
        if step.entry == "visit_ended":
            return state.visit is not None and state.visit.purpose == step.match.get("purpose")
        if step.entry == "visit_started":
            return state.visit is None and any(
                not v.started and v.purpose == step.match.get("purpose") for v in state.visits.values()
            )
        if step.id not in self._declined and self.rng.random() < self.extras:
            return True
        self._declined.add(step.id)
        return False

    def _deed(self, step: Step, state: State, now: datetime) -> Deed | None:
        if step.entry == "visit_started" and state.visit is not None:
            return None
        if step.entry == "printed" and Flag.UNIDENTIFIED in state.flags:
            return self._identified(state)
        body = self.pen.write(step, state, now)
        if body is None:
            return None
        if isinstance(body, e.VisitStarted):
            self._setback, self.first_visit = self.first_visit, None
            if self._setback is None and self._trouble():
                self._setback = self.pen.setback()
        if isinstance(body, e.ConditionChecked) and not body.go_ahead:
            self._setback = e.VisitOutcome.IN_CRISIS
        return Deed(body, self._doer(step), self._delay(step, state, now))

    def _doer(self, step: Step) -> Duty:
        """Mostly who stands first in the file."""
        return step.duties[0] if self.rng.random() < 0.7 else self.rng.choice(step.duties)

    def _paper(self, state: State, blocked: Step) -> Deed:
        """A paper that a step waits for comes in."""
        paper = self.programme.papers_wanted(state.wanted, set(state.papers_received))[0]
        duty = self._by(state, "requirement_received", blocked)
        return Deed(
            e.RequirementReceived(requirement=paper.id), duty, timedelta(hours=self.rng.uniform(1, 20))
        )

    def _identified(self, state: State) -> Deed:
        """Nothing is printed for nobody: the identity is completed first."""
        nik = self.person.nik or self.person.later_nik
        body = e.PersonDescribed(identified=True, nik=nik)
        return Deed(body, self._by(state, "person_described"), timedelta(minutes=self.rng.randint(5, 50)))

    def _by(self, state: State, kind: str, preferred: Step | None = None) -> Duty:
        """Who may write an entry that is not waited for: by its step, else as in every programme."""
        for step in self.programme.steps:
            if step.entry == kind and concerns(state, step):
                return step.duties[0]
        general = GENERAL[kind].duties
        wanted = [d for d in (preferred.duties if preferred else ()) if d in general]
        usual = (Duty.DATA_ENTRY, Duty.MAIN_ADMIN, Duty.PRINTING)
        return (wanted or [d for d in usual if d in general] or sorted(general))[0]

    def _move(self, visit: Visit, now: datetime) -> Deed | None:
        """The promise is changed, and the family told."""
        day = self._in_hours(now + timedelta(days=self.rng.randint(4, 9))).date()
        reason = self.rng.choice(list(e.MoveReason)[:5])
        body = e.VisitMoved(visit=visit.id, day=day, reason=reason, told=True)
        return Deed(body, Duty.SCHEDULER, timedelta(hours=self.rng.uniform(0.2, 3)))

    # ---- what goes wrong ------------------------------------------------------------------------------

    def _trouble(self) -> bool:
        if self._left <= 0 or self.rng.random() >= self.mishaps:
            return False
        self._left -= 1
        return True

    def _trouble_before(self, step: Step, state: State) -> Deed | None:
        """A print that is spoilt before it leaves, a carrier who comes back."""
        printed = [d for d, p in state.documents.items() if p.printed and not p.delivered]
        if step.entry == "custody_taken" and printed and not self._spoilt and self._trouble():
            self._spoilt = True
            return Deed(self.pen.spoiled(printed[0]), Duty.PRINTING, timedelta(minutes=20))
        carriers = [d for d in step.duties if d in GENERAL["delivery_failed"].duties]
        if step.entry == "delivered" and printed and carriers and state.visit is None and self._trouble():
            return Deed(self.pen.delivery_failed(printed[0]), carriers[0], timedelta(hours=5))
        return None

    def _give_up_visit(self, state: State, visit: Visit, now: datetime) -> Deed:
        outcome, self._setback = self._setback, None
        assert outcome is not None
        body = self.pen.visit_ended(state, outcome, now)
        self._gone = body.next_step is e.NextStep.CLOSE or state.attempts + 1 >= MOST_VISITS
        step = self._end_step(state, visit)
        duty = step.duties[0] if step else Duty.FIELD_OFFICER
        return Deed(body, duty, timedelta(minutes=self.rng.randint(4, 25)))

    def _end_step(self, state: State, visit: Visit | None) -> Step | None:
        for step in self.programme.steps:
            same = visit is not None and step.match.get("purpose", visit.purpose) == visit.purpose
            if step.entry == "visit_ended" and same and concerns(state, step):
                return step
        return None

    def _wind_up(self, state: State) -> Deed | None:
        """Nobody is there any more, or it was tried often enough: give back what we hold, and close."""
        if state.originals:
            body = e.OriginalsReturned(receipt=next(iter(state.originals)), returned_to=self.person.family)
            return Deed(body, self._by(state, "originals_returned"), timedelta(days=1))
        reason = e.CloseReason.DECEASED_OR_MOVED
        if state.attempts >= MOST_VISITS:
            reason = e.CloseReason.NOT_POSSIBLE
        return Deed(e.Closed(reason=reason), Duty.MAIN_ADMIN, timedelta(days=1))

    # ---- when -----------------------------------------------------------------------------------------

    def _delay(self, step: Step, state: State, now: datetime) -> timedelta:
        if state.visit is not None and step.entry in _AT_THE_DOOR:
            return timedelta(minutes=self.rng.randint(2, 14))
        if step.entry == "visit_started":
            days = [v.day for v in state.visits.values() if v.day and not v.started and not v.ended]
            if days:
                arrival = time(self.rng.randint(8, 13), self.rng.randrange(60))
                start = datetime.combine(min(days), arrival, zone(self.time.tz))
                if start > now:
                    return start - now
        if step.entry == "centre_status":
            hours = self.rng.choice((0.2, 2.0, 20.0, 30.0, 60.0))
        else:
            days_allowed = 1 if step.within_working_days is None else max(step.within_working_days, 0.2)
            hours = 24 * days_allowed * self.rng.uniform(0.05, 0.9) + self.rng.uniform(0.2, 2)
        if self.rng.random() < 0.12:
            hours *= 2  # promises are broken now and then
        return self._in_hours(now + timedelta(hours=hours * self.pace)) - now

    def _in_hours(self, at: datetime) -> datetime:
        """The moment itself when the office is open, else some time of the next morning that it is."""
        local = at.astimezone(zone(self.time.tz))
        is_off = local.weekday() > 4 or local.date() in self.time.holidays
        if not is_off and _OPENS <= local.time() <= _CLOSES:
            return at
        day = local.date()
        if is_off or local.time() > _CLOSES:
            day += timedelta(days=1)
        while day.weekday() > 4 or day in self.time.holidays:
            day += timedelta(days=1)
        morning = datetime.combine(day, _OPENS, local.tzinfo)
        return max(morning + timedelta(minutes=self.rng.randrange(200)), at)
