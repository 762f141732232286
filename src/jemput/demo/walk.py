"""Walk a case through its programme as its own waiting list says: who is waited for does the step.

Pure: time, chance and the person are given. The demo's year, the tests and the shared vectors use it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from jemput.core import entries as e
from jemput.core.codes import Channel, Document, Duty, Partner, Relation, Service, Sex
from jemput.core.dates import AgeBand
from jemput.core.entries import Body
from jemput.core.programme import Programme, Step
from jemput.core.rules import OfficeTime, Wait, waiting
from jemput.core.state import State


@dataclass
class Invented:
    """An invented person, with what the stories need to know of them."""

    name: str
    nik: str | None
    birth: date
    sex: Sex
    age_band: AgeBand
    area: str
    address: str
    mother: str
    family: str
    phone: str
    facts: dict[str, Any] = field(default_factory=dict)
    """More sealed facts of the report: groups, place_kind, blocked_services ..."""


def report_of(
    programme: Programme,
    person: Invented,
    ticket: str,
    channel: Channel,
    documents: list[Document],
    **clear: Any,
) -> e.Reported:
    """The report of an invented person in a programme; urgency follows from the blocked services."""
    services = [Service(s) for s in person.facts.get("blocked_services", [])]
    return e.Reported(
        programme=programme.number,
        programme_hash=programme.hash,
        ticket=ticket,
        channel=channel,
        area=person.area,
        documents=documents,
        urgency=programme.urgency_of(services),
        sex=person.sex,
        age_band=person.age_band,
        identified=person.nik is not None,
        name=person.name,
        nik=person.nik,
        birth_date=person.birth,
        mother=person.mother,
        address=person.address,
        phone=person.phone,
        **person.facts,
        **clear,
    )


@dataclass(frozen=True)
class Deed:
    """What the walk proposes next: a body, by which duty, how long after the last one."""

    body: Body
    duty: Duty
    delay: timedelta


@dataclass
class Walk:
    """Chance and habits of one case's way. ``mishaps`` 0..1: how often something goes wrong."""

    programme: Programme
    person: Invented
    rng: random.Random
    time: OfficeTime = field(default_factory=OfficeTime)
    mishaps: float = 0.0
    new_id: Callable[[], UUID] = lambda: UUID(int=random.getrandbits(128))
    source: e.AnswerSource = e.AnswerSource.SIMULATOR
    receipts: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**6)))

    def next(self, state: State, now: datetime) -> Deed | None:
        """The next deed for the case, or None when nobody is waited for."""
        waits = [w for w in waiting(self.programme, state, self.time) if w.step in self._step_ids()]
        if not waits:
            return None
        for wait in waits:
            step = self.programme.step(wait.step)
            if wait.blocked:
                paper = self.programme.papers_wanted(state.wanted, set(state.papers_received))[0]
                return Deed(
                    e.RequirementReceived(requirement=paper.id),
                    _doer(step, Duty.MAIN_ADMIN),
                    timedelta(hours=3),
                )
            body = self._body(step, state, now)
            if body is not None:
                return Deed(body, self.rng.choice(step.duties), self._delay(step, wait))
        return None

    def _step_ids(self) -> set[str]:
        return {s.id for s in self.programme.steps}

    def _delay(self, step: Step, wait: Wait) -> timedelta:
        if step.entry in (
            "biometrics_checked",
            "condition_checked",
            "recorded",
            "consent_given",
            "visit_ended",
        ):
            return timedelta(minutes=self.rng.randint(3, 15))
        if step.entry == "centre_status":
            return timedelta(hours=self.rng.choice([0.1, 0.5, 20, 30, 60]))
        days = step.within_working_days if step.within_working_days is not None else 1
        return timedelta(hours=self.rng.uniform(0.5, 6) + 24 * self.rng.uniform(0, days))

    def _mishap(self) -> bool:
        return self.rng.random() < self.mishaps

    def _body(self, step: Step, state: State, now: datetime) -> Body | None:
        """A plausible body for a step, wrong now and then if mishaps are allowed."""
        person, pick = self.person, self.rng.choice
        document = self._document(step, state)
        match step.entry:
            case "triaged":
                return e.Triaged(result=e.TriageResult.ACCEPTED)
            case "application_filed":
                return e.ApplicationFiled(documents=state.wanted)
            case "biodata_checked":
                good = [e.BiodataResult(str(r)) for r in step.passes.get("result", ("match",))]
                known = e.BiodataResult.MATCH in good and person.nik is not None
                result = e.BiodataResult.MATCH if known else good[-1]
                if self._mishap():
                    result = e.BiodataResult.MISMATCH
                return e.BiodataChecked(result=result, source=self.source, nik=person.nik)
            case "consent_given":
                return e.ConsentGiven(
                    basis=pick(list(e.ConsentBasis)),
                    supported=True,
                    by=person.family,
                    relation=Relation.CHILD,
                )
            case "guardian_named":
                return e.GuardianNamed(name=person.family, relation=Relation.CHILD, phone=person.phone)
            case "companion_named":
                return e.CompanionNamed(name=person.family, relation=Relation.CHILD)
            case "person_described":
                return e.PersonDescribed(identified=True, address=person.address)
            case "ordered":
                return e.Ordered(team="team_1", not_after=(now + timedelta(days=14)).date())
            case "visit_scheduled":
                return e.VisitScheduled(
                    visit=self.new_id(),
                    purpose=e.VisitPurpose(step.match.get("purpose", "record")),
                    day=(now + timedelta(days=self.rng.randint(1, 5))).date(),
                    team="team_1",
                    partners=list(step.present) or None,
                )
            case "visit_started":
                purpose = e.VisitPurpose(step.match.get("purpose", "record"))
                visit = next(
                    (v.id for v in state.visits.values() if not v.started and v.purpose is purpose), None
                )
                return e.VisitStarted(
                    visit=visit or self.new_id(), purpose=purpose, partners=self._partners()
                )
            case "visit_ended":
                return self._visit_ended(step, state, now)
            case "biometrics_checked":
                found = person.nik is not None and self.rng.random() < 0.3
                good_results = step.passes.get("result")
                if good_results and "found" not in good_results:
                    found = False
                return e.BiometricsChecked(
                    result=e.CheckResult.FOUND if found else e.CheckResult.NOT_FOUND,
                    nik=person.nik if found else None,
                )
            case "condition_checked":
                return e.ConditionChecked(go_ahead=not self._mishap(), calm=True)
            case "form_filled":
                form = step.match.get("form") or (step.passes.get("form") or ("f_1_01",))[0]
                return e.FormFilled(form=e.FormCode(str(form)), mother=person.mother)
            case "recorded":
                if self._mishap():
                    return e.Recorded(
                        iris=e.Modality(result=e.ModalityResult.UNABLE, attempts=4),
                        exception_approved_by="Kepala Seksi",
                    )
                return e.Recorded()
            case "data_entered":
                return e.DataEntered(documents=state.wanted)
            case "sent_to_centre":
                return e.SentToCentre()
            case "centre_status":
                raw = "PRINT_READY_RECORD"
                if self._mishap():
                    raw = pick(["SENT_FOR_ENROLLMENT", "RECEIVED_AT_CENTRAL", "ENROLL_FAILURE_AT_CENTRAL"])
                return e.CentreStatus(raw=raw, source=self.source)
            case "printed" if document:
                return e.Printed(document=document)
            case "custody_taken" if document:
                return e.CustodyTaken(document=document, holder=pick(list(e.Holder)[1:]), holder_name="Kurir")
            case "delivered" if document:
                return e.Delivered(
                    document=document,
                    receipt=f"TT-{next(self.receipts):06d}",
                    recipient=person.family,
                    relation=pick([Relation.CHILD, Relation.SELF, Relation.SPOUSE]),
                )
            case "hand_over_chosen":
                return e.HandOverChosen(place=e.HandOverPlace.AT_THE_DOOR)
            case "originals_collected":
                return e.OriginalsCollected(
                    receipt=f"TA-{next(self.receipts):06d}",
                    count=2,
                    papers="KK asli, akta asli",
                    given_by=person.family,
                )
            case "originals_returned":
                return e.OriginalsReturned(
                    receipt=next(iter(state.originals), "TA-000000"), returned_to=person.family
                )
            case "requirement_received":
                wanted = self.programme.papers_wanted(state.wanted, set(state.papers_received))
                first = wanted[0] if wanted else (self.programme.requirements or [None])[0]
                return e.RequirementReceived(requirement=first.id if first else "other")
            case "satisfaction":
                grades = {
                    n: self.rng.randint(3, 4)
                    for n, f in e.Satisfaction.model_fields.items()
                    if f.is_required()
                }
                return e.Satisfaction.model_validate(grades)
            case "closed":
                return e.Closed(reason=e.CloseReason.SERVED)
            case "note":
                return e.Note(text="Catatan")
        return None

    def _document(self, step: Step, state: State) -> Document | None:
        """The next wanted document for which the step is not done."""
        for document, paper in state.documents.items():
            if not step.concerns([document]) or paper.delivered:
                continue
            if step.entry == "printed" and paper.printed:
                continue
            if step.entry == "custody_taken" and paper.holder:
                continue
            return document
        return None

    def _partners(self) -> list[Partner]:
        wanted = {p for s in self.programme.steps for p in (*s.present, *s.present_any[:1])}
        return sorted(wanted | {Partner.FAMILY})

    def _visit_ended(self, step: Step, state: State, now: datetime) -> Body:
        visit = state.visit
        purpose = e.VisitPurpose(step.match.get("purpose", visit.purpose if visit else "record"))
        visit_id = visit.id if visit else self.new_id()
        if self._mishap():
            return e.VisitEnded(
                visit=visit_id,
                purpose=purpose,
                outcome=self.rng.choice(
                    [e.VisitOutcome.NOT_HOME, e.VisitOutcome.IN_CRISIS, e.VisitOutcome.TOO_ILL]
                ),
                next_step=e.NextStep.REVISIT,
                again_on=(now + timedelta(days=7)).date(),
            )
        return e.VisitEnded(visit=visit_id, purpose=purpose, outcome=e.VisitOutcome.DONE)


def _doer(step: Step, preferred: Duty) -> Duty:
    return preferred if preferred in step.duties else step.duties[0]
