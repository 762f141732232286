"""Cases that an office must know how to handle: one short tale for each state and flag.

A tale leads a case as far as it needs. It is told twice: once to learn how long it takes, then so that
it ends a few days before today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jemput.core import entries as e
from jemput.core.calendar import local_day
from jemput.core.codes import Duty, Flag, Status
from jemput.core.programme import Programme
from jemput.demo.life import Life
from jemput.demo.people import CARE_HOMES
from jemput.demo.walk import Walk

FAR = timedelta(days=4000)
_VISITS = ("visit_scheduled", "visit_started")


@dataclass(frozen=True)
class Tale:
    """How a case came to where it is, and how many days ago its last entry was written."""

    tell: Callable[[Life, Walk], object]
    days_ago: float
    fits: Callable[[Programme], bool] = lambda programme: True
    copies: int = 2


def _go(life: Life, walk: Walk, *before: str) -> None:
    life.follow(walk, life.now + FAR, before=before)


def _to_flag(flag: Flag) -> Callable[[Life, Walk], object]:
    return lambda life, walk: life.follow(walk, life.now + FAR, when=lambda state: flag in state.flags)


def _to_status(status: Status) -> Callable[[Life, Walk], object]:
    return lambda life, walk: life.follow(walk, life.now + FAR, when=lambda state: state.status is status)


def _later(life: Life, **span: float) -> datetime:
    return life.now + timedelta(**span)


def _last(life: Life, **span: float) -> datetime:
    """When the last entry is written: at the time wanted, if the case has come so far by then."""
    life.reached = life.now
    return max(_later(life, **span), life.ends or life.now)


def _by(life: Life, kind: str, fallback: Duty) -> Duty:
    step = next((s for s in life.programme.steps if s.entry == kind), None)
    return step.duties[0] if step else fallback


def _at_centre(raw: str) -> Callable[[Life, Walk], None]:
    def tell(life: Life, walk: Walk) -> None:
        _go(life, walk, "centre_status")
        duty = _by(life, "centre_status", Duty.DATA_ENTRY)
        life.tell(e.CentreStatus(raw=raw, source=e.AnswerSource.LIST), duty, _last(life, hours=5))

    return tell


def _failed_visit(outcome: e.VisitOutcome) -> Callable[[Life, Walk], None]:
    def tell(life: Life, walk: Walk) -> None:
        walk.first_visit = outcome
        life.follow(walk, life.now + FAR, when=lambda state: any(v.ended for v in state.visits.values()))

    return tell


def _nobody_there(life: Life, walk: Walk) -> None:
    walk.first_visit = e.VisitOutcome.DECEASED
    _go(life, walk)


def _exception(life: Life, walk: Walk) -> None:
    _go(life, walk, "recorded")
    missing = e.Modality(result=e.ModalityResult.AMPUTATED, attempts=1)
    body = e.Recorded(left_hand=missing, exception_approved_by="Kepala Seksi Identitas")
    life.tell(body, _by(life, "recorded", Duty.FIELD_OFFICER), _later(life, minutes=12))
    _go(life, walk, "centre_status")


def _delivery_failed(life: Life, walk: Walk) -> None:
    _go(life, walk, "delivered")
    document = next(d for d, p in life.state.documents.items() if not p.delivered)
    body = e.DeliveryFailed(document=document, reason=e.DeliveryFailReason.NOBODY, note="Dua kali diketuk.")
    life.tell(body, Duty.COURIER, _last(life, hours=4))


def _reprint(life: Life, walk: Walk) -> None:
    _to_status(Status.ISSUED)(life, walk)
    document = life.state.wanted[0]
    body = e.Spoiled(document=document, reason=e.SpoilReason.WRONG_DATA, note="Tanggal lahir terbalik.")
    life.tell(body, Duty.PRINTING, _last(life, hours=2))


def _levy(life: Life, walk: Walk) -> None:
    _to_status(Status.DELIVERED)(life, walk)
    text = "Seseorang yang mengaku petugas meminta uang bensin Rp 50.000."
    body = e.Complaint(about=e.ComplaintClass.ILLEGAL_LEVY, text=text, by=walk.person.family)
    life.tell(body, Duty.MAIN_ADMIN, _last(life, hours=20))


def _slow(life: Life, walk: Walk) -> None:
    _go(life, walk, *_VISITS)
    body = e.Complaint(about=e.ComplaintClass.SLOW, text="Sudah dua kali menelepon, belum ada jadwal.")
    life.tell(body, Duty.MAIN_ADMIN, _last(life, days=2))


def _data_request(life: Life, walk: Walk) -> None:
    _go(life, walk)
    body = e.DataRequested(right=e.DataRight.ACCESS, by=walk.person.name or "Keluarga")
    life.tell(body, Duty.MAIN_ADMIN, _last(life, hours=2))


def _withdrawn(life: Life, walk: Walk) -> None:
    _go(life, walk, "visit_started")
    body = e.ConsentWithdrawn(by=walk.person.family, note="Keluarga ingin berunding dulu.")
    life.tell(body, Duty.MAIN_ADMIN, _last(life, hours=3))


def _papers_wanting(life: Life, walk: Walk) -> None:
    life.follow(walk, life.now + FAR, when=lambda state: state.papers_received, before=_VISITS)
    paper = next((r for r in life.programme.requirements if r.required), life.programme.requirements[0])
    body = e.RequirementWanting(requirement=paper.id, note="Foto tidak terbaca; mohon kirim ulang.")
    life.tell(body, Duty.MAIN_ADMIN, _last(life, hours=4))


def _data_problem(result: e.BiodataResult) -> Callable[[Life, Walk], None]:
    def tell(life: Life, walk: Walk) -> None:
        _go(life, walk, "biodata_checked", *_after_check(life.programme))
        body = e.BiodataChecked(result=result, source=e.AnswerSource.MANUAL)
        life.tell(body, _by(life, "biodata_checked", Duty.MAIN_ADMIN), _later(life, hours=1))

    return tell


def _after_check(programme: Programme) -> tuple[str, ...]:
    """Where the check is left open, it is done before the visit."""
    step = next(s for s in programme.steps if s.entry == "biodata_checked")
    return _VISITS if step.optional else ()


def _against_rules(life: Life, walk: Walk) -> None:
    """The officer was near, and went without waiting for order or schedule."""
    life.follow(walk, life.now + FAR, when=lambda state: state.triage is not None)
    visit = walk.pen.new_id()
    partners = walk.pen.partners()
    life.tell(e.VisitStarted(visit=visit, partners=partners), Duty.FIELD_OFFICER, _later(life, hours=2))
    life.tell(e.Recorded(), Duty.FIELD_OFFICER, _later(life, minutes=15))
    done = e.VisitEnded(visit=visit, outcome=e.VisitOutcome.DONE, note="Kebetulan di dusun yang sama.")
    life.tell(done, Duty.FIELD_OFFICER, _later(life, minutes=9))


def _triaged(result: e.TriageResult, reason: e.TriageReason, **more: object) -> Callable[[Life, Walk], None]:
    def tell(life: Life, walk: Walk) -> None:
        body = e.Triaged.model_validate({"result": result, "reason": reason, **more})
        life.tell(body, _by(life, "triaged", Duty.MAIN_ADMIN), _later(life, hours=6))

    return tell


def _corrected(life: Life, walk: Walk) -> None:
    _triaged(e.TriageResult.REFUSED, e.TriageReason.ALREADY_SERVED)(life, walk)
    wrong = life.entries[-1].id
    values = {"result": "accepted", "reason": None}
    reason = "Tertukar dengan orang lain yang bernama sama."
    life.tell(
        e.Corrected(entry=wrong, clear_values=values, reason=reason), Duty.MAIN_ADMIN, _later(life, hours=3)
    )


def _moved(life: Life, walk: Walk) -> None:
    life.follow(walk, life.now + FAR, when=lambda state: state.next_visit is not None)
    visit = life.state.next_visit
    if visit is None or visit.day is None:
        return
    body = e.VisitMoved(
        visit=visit.id, day=visit.day + timedelta(days=5), reason=e.MoveReason.FAMILY_ASKED, told=True
    )
    life.tell(body, Duty.SCHEDULER, _later(life, hours=2))


def _residents(life: Life, walk: Walk) -> None:
    """Of one care home, promised for today: one visit, one person after another."""
    _go(life, walk, "visit_scheduled")
    body = e.VisitScheduled(
        visit=walk.pen.new_id(),
        day=local_day(life.ends or life.now, walk.time.tz),
        part=e.DayPart.MORNING,
        team="team_1",
        partners=walk.pen.partners(),
        meeting_point="Aula depan; tanyakan pengurus.",
    )
    life.tell(body, Duty.SCHEDULER, _later(life, hours=2))


def _has(kind: str) -> Callable[[Programme], bool]:
    return lambda programme: any(s.entry == kind for s in programme.steps)


TALES: Mapping[str, Tale] = {
    "reported": Tale(lambda life, walk: None, 0.4),
    "accepted": Tale(_to_status(Status.ACCEPTED), 1),
    "scheduled": Tale(lambda life, walk: life.follow(walk, life.now + FAR, before=("visit_started",)), 0.6),
    "moved": Tale(_moved, 0.5),
    "crisis": Tale(_failed_visit(e.VisitOutcome.IN_CRISIS), 3),
    "not_home": Tale(_failed_visit(e.VisitOutcome.NOT_HOME), 2),
    "road_cut_off": Tale(_failed_visit(e.VisitOutcome.ROAD_CUT_OFF), 5),
    "deceased": Tale(_nobody_there, 20),
    "exception": Tale(_exception, 2),
    "stuck": Tale(_at_centre("SENT_FOR_ENROLLMENT"), 13),
    "sent": Tale(_at_centre("SENT_FOR_ENROLLMENT"), 1),
    "received": Tale(_at_centre("RECEIVED_AT_CENTRAL"), 1.5),
    "failed": Tale(_at_centre("ENROLL_FAILURE_AT_CENTRAL"), 2),
    "adjudicated": Tale(_at_centre("ADJUDICATE_RECORD"), 4),
    "duplicate": Tale(_at_centre("DUPLICATE_RECORD_ONE_TO_MANY"), 5),
    "validation": Tale(_at_centre("REQUEST_VALIDATION"), 3),
    "unknown": Tale(_at_centre("PACKET_RETRY"), 2),
    "print_ready": Tale(_to_flag(Flag.PRINT_READY), 0.7),
    "issued": Tale(_to_status(Status.ISSUED), 0.8),
    "in_custody": Tale(_to_flag(Flag.IN_CUSTODY), 1, _has("custody_taken")),
    "delivery_failed": Tale(_delivery_failed, 2),
    "delivered": Tale(_to_status(Status.DELIVERED), 0.6),
    "reprint": Tale(_reprint, 1.5),
    "levy": Tale(_levy, 3),
    "slow": Tale(_slow, 6),
    "data_request": Tale(_data_request, 2.6),
    "withdrawn": Tale(_withdrawn, 1.2),
    "papers_wanting": Tale(_papers_wanting, 3, lambda p: bool(p.requirements)),
    "mismatch": Tale(_data_problem(e.BiodataResult.MISMATCH), 2, _has("biodata_checked")),
    "double": Tale(_data_problem(e.BiodataResult.DOUBLE), 4, _has("biodata_checked")),
    "dead": Tale(_data_problem(e.BiodataResult.DEAD), 6, _has("biodata_checked")),
    "originals": Tale(_to_flag(Flag.ORIGINALS_HELD), 1, _has("originals_collected")),
    "against_rules": Tale(_against_rules, 2),
    "refused": Tale(_triaged(e.TriageResult.REFUSED, e.TriageReason.NOT_ELIGIBLE), 9),
    "served": Tale(_triaged(e.TriageResult.REFUSED, e.TriageReason.ALREADY_SERVED), 30),
    "referred": Tale(_triaged(e.TriageResult.REFERRED, e.TriageReason.OUT_OF_AREA, referred_to="35.04"), 12),
    "corrected": Tale(_corrected, 2),
    "unidentified": Tale(_to_status(Status.ACCEPTED), 2),
    "emergency": Tale(lambda life, walk: life.follow(walk, life.now + FAR, before=("visit_started",)), 0.3),
    "residents": Tale(_residents, 0, lambda p: any(kind in p.places for kind in CARE_HOMES), copies=12),
    "closed": Tale(_go, 8),
}
"""By name. Some of them also need a person of their own kind: see ``year``."""
