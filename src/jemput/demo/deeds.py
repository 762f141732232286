"""What somebody writes when they do a step: plausible bodies, by chance, for an invented person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from jemput.core import entries as e
from jemput.core.codes import Document, Group, Partner, Relation
from jemput.core.entries import Body
from jemput.core.programme import Programme, Step
from jemput.core.state import State
from jemput.demo.invented import Invented

_RELATIONS = (Relation.CHILD, Relation.CHILD, Relation.SPOUSE, Relation.SIBLING, Relation.OTHER_FAMILY)
_HOLDERS = {
    e.Holder.OFFICER: "Petugas jemput bola",
    e.Holder.PARTNER: "Petugas registrasi desa",
    e.Holder.COURIER: "Ojek daring langganan kantor",
}
_PAPERS = ("KK asli", "KK asli dan akta kelahiran asli", "KK asli, surat nikah asli", "Akta kelahiran asli")
_COMFORT = (
    "Kakak perempuannya duduk di samping.",
    "Musik pelan; tidak banyak orang.",
    "Di teras, pagi hari.",
)
EXCEPTIONS: tuple[dict[str, e.ModalityResult], ...] = (
    {"iris": e.ModalityResult.UNABLE},
    {"left_hand": e.ModalityResult.STIFF},
    {"right_hand": e.ModalityResult.INJURED},
    {"thumbs": e.ModalityResult.STIFF},
    {"signature": e.ModalityResult.UNABLE},
    {"left_hand": e.ModalityResult.AMPUTATED},
)
SETBACKS: dict[e.VisitOutcome, tuple[float, e.NextStep]] = {
    e.VisitOutcome.NOT_HOME: (30, e.NextStep.REVISIT),
    e.VisitOutcome.TOO_ILL: (14, e.NextStep.CALL_FIRST),
    e.VisitOutcome.IN_CRISIS: (12, e.NextStep.WAIT_FOR_HEALTH),
    e.VisitOutcome.REFUSED: (8, e.NextStep.CALL_FIRST),
    e.VisitOutcome.NO_SIGNAL: (8, e.NextStep.REVISIT),
    e.VisitOutcome.KIT_FAILURE: (8, e.NextStep.REVISIT),
    e.VisitOutcome.ROAD_CUT_OFF: (8, e.NextStep.REVISIT),
    e.VisitOutcome.MOVED_AWAY: (5, e.NextStep.CLOSE),
    e.VisitOutcome.DECEASED: (7, e.NextStep.CLOSE),
}
CENTRE_TROUBLE = (
    *("ENROLL_FAILURE_AT_CENTRAL", "ENROLL_FAILURE_AT_REGIONAL", "ADJUDICATE_RECORD"),
    *("SEARCH_FAILURE_AT_CENTRAL", "REQUEST_VALIDATION", "PACKET_RETRY"),
    *("DUPLICATE_RECORD_ONE_TO_ONE", "DUPLICATE_RECORD_ONE_TO_MANY"),
)
REGISTER_TROUBLE = (
    e.BiodataResult.MISMATCH,
    e.BiodataResult.MISMATCH,
    e.BiodataResult.DOUBLE,
    e.BiodataResult.INACTIVE,
    e.BiodataResult.DEAD,
)


@dataclass
class Pen:
    """Writes bodies for one person's case. ``trouble`` says whether the next one goes wrong."""

    programme: Programme
    person: Invented
    rng: Random
    trouble: Callable[[], bool]
    new_id: Callable[[], UUID]
    source: e.AnswerSource
    receipts: Iterator[str]
    hand_over: e.HandOverPlace = e.HandOverPlace.AT_THE_DOOR
    asked_centre: int = 0

    def write(self, step: Step, state: State, now: datetime) -> Body | None:
        """A body that does the step, or fails to; None when nothing fits."""
        writer = getattr(self, f"_{step.entry}", None)
        return writer(step, state, now) if writer else None

    # ---- before the visit -----------------------------------------------------------------------------

    def _triaged(self, step: Step, state: State, now: datetime) -> Body:
        return e.Triaged(result=e.TriageResult.ACCEPTED)

    def _application_filed(self, step: Step, state: State, now: datetime) -> Body:
        number = f"470/{self.rng.randint(1, 900)}/{now.year}"
        return e.ApplicationFiled(documents=state.wanted, letter_number=number)

    def _requirement_received(self, step: Step, state: State, now: datetime) -> Body:
        wanted = self.programme.papers_wanted(state.wanted, set(state.papers_received))
        known = wanted or list(self.programme.requirements)
        return e.RequirementReceived(requirement=known[0].id if known else "other")

    def _biodata_checked(self, step: Step, state: State, now: datetime) -> Body:
        good = [e.BiodataResult(str(r)) for r in step.passes.get("result", ("match", "not_found"))]
        nik = self.person.registered_nik
        result = e.BiodataResult.NOT_FOUND
        if nik or result not in good:
            result = e.BiodataResult.MATCH
        differences = None
        if self.trouble():
            result = self.rng.choice(REGISTER_TROUBLE)
            if result is e.BiodataResult.MISMATCH:
                differences = self.rng.choice(("Tanggal lahir berbeda", "Ejaan nama berbeda", "Alamat lama"))
        found = nik if result is e.BiodataResult.MATCH else None
        return e.BiodataChecked(result=result, source=self.source, nik=found, differences=differences)

    def _person_described(self, step: Step, state: State, now: datetime) -> Body:
        return e.PersonDescribed(
            identified=True, nik=self.person.nik or self.person.later_nik, address=self.person.address
        )

    def _guardian_named(self, step: Step, state: State, now: datetime) -> Body:
        return e.GuardianNamed(
            name=self.person.family,
            relation=self.rng.choice(_RELATIONS),
            phone=self.person.phone,
            basis="Kartu keluarga",
        )

    def _companion_named(self, step: Step, state: State, now: datetime) -> Body:
        return e.CompanionNamed(name=self.person.family, relation=self.rng.choice(_RELATIONS))

    def _ordered(self, step: Step, state: State, now: datetime) -> Body:
        number = f"800/{self.rng.randint(1, 900)}/ST/{now.year}"
        last = (now + timedelta(days=14)).date()
        return e.Ordered(team=self._team(), not_before=now.date(), not_after=last, letter_number=number)

    def _visit_scheduled(self, step: Step, state: State, now: datetime) -> Body:
        day = now.date() + timedelta(days=self.rng.randint(1, 6))
        if state.again_on is not None and state.again_on > day:
            day = state.again_on
        while day.weekday() > 4:
            day += timedelta(days=1)
        return e.VisitScheduled(
            visit=self.new_id(),
            purpose=_purpose(step),
            day=day,
            part=self.rng.choice(list(e.DayPart)[:2]),
            team=self._team(),
            partners=self.partners() if _purpose(step) is e.VisitPurpose.RECORD else None,
        )

    # ---- at the door ----------------------------------------------------------------------------------

    def _visit_started(self, step: Step, state: State, now: datetime) -> Body:
        purpose = _purpose(step)
        promised = [
            v for v in state.visits.values() if not v.started and not v.ended and v.purpose is purpose
        ]
        visit = min(promised, key=lambda v: v.day or date.max).id if promised else self.new_id()
        facts = self.person.facts
        return e.VisitStarted(
            visit=visit,
            purpose=purpose,
            partners=self.partners(),
            latitude=facts.get("latitude"),
            longitude=facts.get("longitude"),
        )

    def visit_ended(self, state: State, outcome: e.VisitOutcome, now: datetime) -> e.VisitEnded:
        """The end of the visit that is going on."""
        visit = state.visit
        assert visit is not None
        after = e.NextStep.CONTINUE
        if outcome is not e.VisitOutcome.DONE:
            after = SETBACKS[outcome][1]
        later = after not in (e.NextStep.CONTINUE, e.NextStep.CLOSE)
        again = (now + timedelta(days=self.rng.randint(5, 14))).date() if later else None
        return e.VisitEnded(
            visit=visit.id, purpose=visit.purpose, outcome=outcome, next_step=after, again_on=again
        )

    def _visit_ended(self, step: Step, state: State, now: datetime) -> Body | None:
        return self.visit_ended(state, e.VisitOutcome.DONE, now) if state.visit else None

    def _consent_given(self, step: Step, state: State, now: datetime) -> Body:
        basis = self.rng.choice((e.ConsentBasis.CONSENT, e.ConsentBasis.CONSENT, *e.ConsentBasis))
        relation = Relation.SELF if basis is e.ConsentBasis.CONSENT else self.rng.choice(_RELATIONS)
        by = self.person.name if relation is Relation.SELF else self.person.family
        how = self.rng.choice(("Dijelaskan dengan gambar.", "Dijelaskan dalam bahasa daerah.", None))
        return e.ConsentGiven(basis=basis, supported=True, by=by, relation=relation, how=how)

    def _condition_checked(self, step: Step, state: State, now: datetime) -> Body:
        good = not self.trouble()
        comfort = self.rng.choice(_COMFORT)
        partner = self.rng.choice((Partner.HEALTH_WORKER, Partner.SOCIAL_WORKER))
        return e.ConditionChecked(go_ahead=good, with_partner=partner, calm=good, comfort=comfort)

    def _biometrics_checked(self, step: Step, state: State, now: datetime) -> Body:
        good = step.passes.get("result")
        nik = self.person.registered_nik
        if nik and self.rng.random() < 0.3 and (not good or "found" in good):
            return e.BiometricsChecked(result=e.CheckResult.FOUND, nik=nik)
        return e.BiometricsChecked(result=e.CheckResult.NOT_FOUND)

    def _form_filled(self, step: Step, state: State, now: datetime) -> Body:
        form = step.match.get("form") or (step.passes.get("form") or ("f_1_01",))[0]
        status = self.rng.choice(("Kawin tercatat", "Belum kawin", "Cerai mati", "Kawin belum tercatat"))
        return e.FormFilled(
            form=e.FormCode(str(form)), mother=self.person.mother or None, marital_status=status
        )

    def _recorded(self, step: Step, state: State, now: datetime) -> Body:
        self.asked_centre = 0
        if not self.trouble():
            return e.Recorded()
        if self.rng.random() < 0.15:
            return e.Recorded(iris=e.Modality(result=e.ModalityResult.FAILED, attempts=4))
        missing = self.rng.choice(EXCEPTIONS)
        modalities = {name: e.Modality(result=result, attempts=3) for name, result in missing.items()}
        return e.Recorded.model_validate({**modalities, "exception_approved_by": "Kepala Seksi Identitas"})

    def _originals_collected(self, step: Step, state: State, now: datetime) -> Body:
        papers = self.rng.choice(_PAPERS)
        count = papers.count("asli")
        receipt = next(self.receipts)
        return e.OriginalsCollected(receipt=receipt, count=count, papers=papers, given_by=self.person.family)

    # ---- centre, print, hand over ---------------------------------------------------------------------

    def _data_entered(self, step: Step, state: State, now: datetime) -> Body:
        return e.DataEntered(documents=state.wanted)

    def _sent_to_centre(self, step: Step, state: State, now: datetime) -> Body:
        return e.SentToCentre()

    def _centre_status(self, step: Step, state: State, now: datetime) -> Body:
        self.asked_centre += 1
        raw = "PRINT_READY_RECORD"
        if self.trouble():
            raw = self.rng.choice(CENTRE_TROUBLE)
        elif self.asked_centre == 1 and self.rng.random() < 0.35:
            raw = "SENT_FOR_ENROLLMENT"
        elif self.asked_centre == 2 and self.rng.random() < 0.2:
            raw = "RECEIVED_AT_CENTRAL"
        return e.CentreStatus(raw=raw, source=self.source)

    def _printed(self, step: Step, state: State, now: datetime) -> Body | None:
        document = _next_document(step, state)
        if document is None:
            return None
        return e.Printed(document=document, card_number=f"DEMO{self.rng.randrange(10**6):06}")

    def _custody_taken(self, step: Step, state: State, now: datetime) -> Body | None:
        document = _next_document(step, state)
        if document is None:
            return None
        holder = self.rng.choice(list(_HOLDERS))
        return e.CustodyTaken(document=document, holder=holder, holder_name=_HOLDERS[holder])

    def _delivered(self, step: Step, state: State, now: datetime) -> Body | None:
        document = _next_document(step, state)
        if document is None:
            return None
        relation = self.rng.choice((Relation.SELF, *_RELATIONS))
        return e.Delivered(
            document=document,
            receipt=next(self.receipts),
            place=self.hand_over,
            proof=self.rng.choice(
                (e.Proof.SIGNATURE, e.Proof.SIGNATURE, e.Proof.THUMBPRINT, e.Proof.WITNESS)
            ),
            recipient=self.person.name if relation is Relation.SELF else self.person.family,
            relation=relation,
        )

    def delivery_failed(self, document: Document) -> e.DeliveryFailed:
        """The document comes back."""
        reasons = (e.DeliveryFailReason.NOBODY, e.DeliveryFailReason.NOBODY, *list(e.DeliveryFailReason)[1:5])
        return e.DeliveryFailed(document=document, reason=self.rng.choice(reasons))

    def spoiled(self, document: Document) -> e.Spoiled:
        """The print is of no use."""
        return e.Spoiled(document=document, reason=self.rng.choice(list(e.SpoilReason)[:3]))

    def _hand_over_chosen(self, step: Step, state: State, now: datetime) -> Body:
        places = (e.HandOverPlace.AT_THE_DOOR, e.HandOverPlace.AT_THE_DOOR, *list(e.HandOverPlace)[1:])
        self.hand_over = self.rng.choice(places)
        agreed = "Balai RW, hari kerja pukul 09.00" if self.hand_over is e.HandOverPlace.AGREED else None
        return e.HandOverChosen(place=self.hand_over, agreed_place=agreed)

    def _originals_returned(self, step: Step, state: State, now: datetime) -> Body | None:
        if not state.originals:
            return None
        receipt = next(iter(state.originals))
        return e.OriginalsReturned(receipt=receipt, returned_to=self.person.family, relation=Relation.CHILD)

    def _satisfaction(self, step: Step, state: State, now: datetime) -> Body:
        names = [n for n, f in e.Satisfaction.model_fields.items() if f.is_required()]
        grades = {n: self.rng.choice((3, 3, 4, 4, 4, 2)) for n in names}
        return e.Satisfaction.model_validate({**grades, "by_proxy": self.rng.random() < 0.4})

    def _closed(self, step: Step, state: State, now: datetime) -> Body:
        return e.Closed(reason=e.CloseReason.SERVED)

    def _note(self, step: Step, state: State, now: datetime) -> Body:
        return e.Note(text="Keluarga sudah dihubungi.")

    # ---- helpers --------------------------------------------------------------------------------------

    def partners(self) -> list[Partner]:
        """All whom the programme wants at a visit, and the family."""
        wanted = {p for s in self.programme.steps for p in (*s.present, *s.present_any[:2])}
        return sorted(wanted | {Partner.FAMILY})

    def setback(self) -> e.VisitOutcome:
        """How a visit fails; a crisis is likelier where the mind is ill."""
        weights = {outcome: weight for outcome, (weight, _) in SETBACKS.items()}
        if Group.MENTAL_DISORDER in self.person.facts.get("groups", ()):
            weights[e.VisitOutcome.IN_CRISIS] *= 4
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def _team(self) -> str:
        return f"team_{self.rng.randint(1, 3)}"


def _purpose(step: Step) -> e.VisitPurpose:
    return e.VisitPurpose(step.match.get("purpose", e.VisitPurpose.RECORD))


def _next_document(step: Step, state: State) -> Document | None:
    """The next wanted document for which the step is not done."""
    for document, paper in state.documents.items():
        if not step.concerns([document]) or paper.delivered:
            continue
        if step.entry == "printed" and paper.printed:
            continue
        if step.entry == "custody_taken" and (paper.holder or not paper.printed):
            continue
        return document
    return None
