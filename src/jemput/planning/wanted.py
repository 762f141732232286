"""Whom to visit: cases whose next step is to schedule a visit, and visits that somebody was promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from jemput import journal
from jemput.accounts.models import Office
from jemput.core.codes import Duty, Partner, Training
from jemput.core.entries import DayPart, VisitPurpose
from jemput.core.fold import concerns
from jemput.core.programme import Programme, Step
from jemput.core.state import State
from jemput.core.waiting import OfficeTime
from jemput.journal.models import CaseRow, EntryRow, ProgrammeVersion, Waiting
from jemput.journal.project import state_of
from jemput.journal.read import chunks
from jemput.planning.kinds import COMES_ALONG, KitKind

REMEMBERED = timedelta(days=180)
"""A promise older than this is looked for no more."""


@dataclass(frozen=True)
class Promised:
    """What the family was told."""

    visit: UUID
    day: date
    part: DayPart
    team: str
    """Code of the team that was named, if one was."""


@dataclass(frozen=True)
class Wanted:
    """One visit to one person. Holds no name: the case is known by its id alone."""

    case: UUID
    purpose: VisitPurpose
    programme: Programme
    state: State = field(repr=False)
    step: Step
    """The step at the door: "visit_started"."""
    since: datetime
    """Since when it has been waited for."""
    due: date | None
    """The last day of what the programme promises; None where it promises nothing."""
    promised: Promised | None = None

    @property
    def id(self) -> str:
        """How the instance calls it: the case, and the purpose where it is not a recording."""
        return str(self.case) if self.purpose is VisitPurpose.RECORD else f"{self.case}:{self.purpose}"

    @property
    def waiting_since(self) -> datetime:
        """Since somebody was last there, or since the person is known."""
        seen = [v.ended or v.started for v in self.state.visits.values() if v.started or v.ended]
        opened = self.state.opened_at or self.since
        return max((at for at in seen if at), default=opened)

    def at_the_door(self) -> Iterator[Step]:
        """The steps of this visit that are still to be done there."""
        yield self.step
        if self.purpose is VisitPurpose.RECORD:
            for step in self.programme.steps:
                if step.entry in _AT_THE_DOOR and concerns(self.state, step):
                    yield step

    def trained(self) -> frozenset[Training]:
        """What somebody of the team must have been trained for."""
        return frozenset(t for step in self.at_the_door() for t in step.trained)

    def partners(self) -> frozenset[frozenset[Partner]]:
        """Who must come along: of each set one. Sets that the family itself can fill are left out."""
        sets = {frozenset((p,)) for step in self.at_the_door() for p in step.present}
        sets |= {frozenset(step.present_any) for step in self.at_the_door() if step.present_any}
        return frozenset(s for s in sets if s <= COMES_ALONG)

    def kits(self) -> tuple[KitKind, ...]:
        """The equipment that goes along."""
        records = any(s.entry in _WITH_KIT and s.id not in self.state.done for s in self.at_the_door())
        return (KitKind.BIOMETRIC,) if records else ()


_AT_THE_DOOR = frozenset({"condition_checked", "biometrics_checked", "recorded", "consent_given"})
_WITH_KIT = frozenset({"biometrics_checked", "recorded"})


def wanted(office: Office, until: date, now: datetime) -> list[Wanted]:
    """Every visit that a team of the office may make until a day, in the order of the cases' ids.

    Promises for later days are left alone. Visits of other duties (an RW agent's) are not planned here.
    """
    time = OfficeTime(office.tz, office.holidays())
    promises = _promises(office, now)
    waits = _waits(office)
    cases = {c.pk: c for some in chunks(waits.keys() | promises.keys()) for c in _cases(some)}
    found: dict[tuple[UUID, VisitPurpose], Wanted] = {}
    for id in sorted(cases, key=str):
        state = state_of(cases[id])
        programme = journal.programme_of(state.programme_hash)
        for promised in promises.get(id, ()):
            visit = state.visits.get(promised.visit)
            step = (
                _visit_step(programme, visit.purpose)
                if visit and not (visit.started or visit.ended)
                else None
            )
            if visit and step:
                since = state.opened_at or now
                due = _due(programme, state, None, step, since, time)
                told = Promised(promised.visit, visit.day or promised.day, promised.part, promised.team)
                found[id, visit.purpose] = Wanted(
                    id, visit.purpose, programme, state, step, since, due, told
                )  # fmt: skip
        for step_id, since in waits.get(id, ()):
            scheduling = programme.step(step_id)
            purpose = VisitPurpose(scheduling.match.get("purpose", VisitPurpose.RECORD))
            step = _visit_step(programme, purpose)
            if step and (id, purpose) not in found and _may_be_scheduled(programme, state, scheduling):
                due = _due(programme, state, scheduling, step, since, time)
                found[id, purpose] = Wanted(id, purpose, programme, state, step, since, due)
    return [w for w in found.values() if w.promised is None or w.promised.day <= until]


def wanted_by(office: Office, case: CaseRow, purpose: VisitPurpose, now: datetime) -> Wanted | None:
    """The visit to one person, whether or not it waits to be scheduled: a caller asks when we can come, or
    the team has been there already. None where no team makes such visits. Of a promise it knows nothing.
    """
    time, state = OfficeTime(office.tz, office.holidays()), state_of(case)
    programme = journal.programme_of(state.programme_hash)
    step, scheduling = _visit_step(programme, purpose), _scheduling(programme, purpose)
    if step is None:
        return None
    since = state.opened_at or now
    return Wanted(
        case.pk, purpose, programme, state, step, since, _due(programme, state, scheduling, step, since, time)
    )


def next_purpose(case: CaseRow) -> VisitPurpose | None:
    """What a team would come for next: what is promised, else what waits to be scheduled, else to record."""
    state = state_of(case)
    programme = journal.programme_of(state.programme_hash)
    if not state.is_open or case.merged_into is not None:
        return None
    if state.next_visit is not None:
        return state.next_visit.purpose
    waits = set(Waiting.objects.filter(case=case.pk).values_list("step", flat=True))
    steps = [s for s in programme.steps if s.entry == "visit_scheduled"]
    early = [
        s
        for s in steps
        if s.id not in state.done and not state.done.keys() & _of(programme, "visit_started", s)
    ]
    for step in [s for s in steps if s.id in waits] or [s for s in early if not s.optional]:
        purpose = VisitPurpose(step.match.get("purpose", VisitPurpose.RECORD))
        if _visit_step(programme, purpose) is not None:
            return purpose
    return None


def _scheduling(programme: Programme, purpose: VisitPurpose) -> Step | None:
    fit = (s for s in programme.steps if s.entry == "visit_scheduled")
    return next((s for s in fit if s.match.get("purpose", VisitPurpose.RECORD) == purpose), None)


def _of(programme: Programme, entry: str, like: Step) -> set[str]:
    """The steps of a kind that have the purpose of another."""
    return {s.id for s in programme.steps if s.entry == entry and s.match == like.match}


def _cases(ids: Iterable[UUID]) -> Iterable[CaseRow]:
    return CaseRow.objects.filter(pk__in=list(ids), is_open=True, merged_into=None).defer("headline")


def _waits(office: Office) -> dict[UUID, list[tuple[str, datetime]]]:
    """Cases with a step of scheduling that waits, or with the order before it, which the letter for the
    planned week gives; and since when.
    """
    hashes = ProgrammeVersion.objects.values_list("hash", flat=True)
    leads = {h: _leads_to_a_visit(journal.programme_of(h)) for h in hashes}
    ids = {step for led in leads.values() for step in led}
    rows = Waiting.objects.filter(office=office.code, step__in=ids).order_by("case_id", "step")
    found: dict[UUID, list[tuple[str, datetime]]] = {}
    for case, step, since, hash in rows.values_list(
        "case_id", "step", "since", "case__programme_hash"
    ).distinct():
        found.setdefault(case, []).extend((to, since) for to in leads[hash].get(step, ()))
    return found


def _leads_to_a_visit(programme: Programme) -> dict[str, list[str]]:
    """The steps of scheduling, by themselves and by the order that each comes after."""
    led: dict[str, list[str]] = {}
    for step in programme.steps:
        if step.entry == "visit_scheduled":
            orders = [id for id in step.after if programme.step(id).entry == "ordered"]
            for id in (step.id, *orders):
                led.setdefault(id, []).append(step.id)
    return led


def _may_be_scheduled(programme: Programme, state: State, scheduling: Step) -> bool:
    """Whether nothing but an order stands before it."""
    before = [s for s in map(programme.step, scheduling.after) if s.entry != "ordered"]
    return scheduling.id not in state.done and all(
        s.id in state.done or not concerns(state, s) for s in before
    )


def _promises(office: Office, now: datetime) -> dict[UUID, list[Promised]]:
    """What was last said of each visit of the open cases, as far as it was promised lately."""
    rows = EntryRow.objects.filter(
        kind__in=("visit_scheduled", "visit_moved"),
        received_at__gte=now - REMEMBERED,
        stream__office=office.code,
        stream__case__is_open=True,
    ).order_by("seq")
    last: dict[UUID, dict[UUID, Promised]] = {}
    for stream, clear in rows.values_list("stream_id", "clear"):
        visit = UUID(clear["visit"])
        before = last.setdefault(stream, {}).get(visit)
        team = clear.get("team") or (before.team if before else "")
        part = DayPart(clear.get("part", DayPart.MORNING))
        last[stream][visit] = Promised(visit, date.fromisoformat(clear["day"]), part, team)
    return {case: list(visits.values()) for case, visits in last.items()}


def _visit_step(programme: Programme, purpose: VisitPurpose) -> Step | None:
    """The step at the door for a purpose, if it is a team's work."""
    for step in programme.steps:
        if step.entry == "visit_started" and step.match.get("purpose", VisitPurpose.RECORD) == purpose:
            return step if Duty.FIELD_OFFICER in step.duties else None
    return None


def _due(
    programme: Programme,
    state: State,
    scheduling: Step | None,
    visit: Step,
    since: datetime,
    time: OfficeTime,
) -> date | None:
    """The last day on which the visit keeps what the programme promises."""
    ends = []
    if scheduling and scheduling.within_working_days is not None and visit.within_working_days is not None:
        days = scheduling.within_working_days + visit.within_working_days
        ends.append(time.after_working_days(since, days))
    if programme.promise_working_days and state.opened_at:
        ends.append(time.after_working_days(state.opened_at, programme.promise_working_days))
    return (min(ends) - timedelta(microseconds=1)).date() if ends else None
