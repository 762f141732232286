"""The cases whose outcome Python and TypeScript must agree on, each told as a story."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from jemput.core import entries as e
from jemput.core.calendar import TimeZone
from jemput.core.codes import Document, Duty, Partner
from jemput.core.entries import Body
from jemput.core.waiting import OfficeTime
from tests.core.stories import VISIT, Story, entry_id, programme

BOTH = [Document.KTP_EL, Document.FAMILY_CARD]
OTHER_VISIT = entry_id(501)
THIRD_VISIT = entry_id(502)


def _visit_again() -> Story:
    story = Story().reported().accepted().checked().at_the_door()
    ended = e.VisitEnded(visit=VISIT, outcome="in_crisis", next_step="revisit", again_on=date(2026, 3, 20))
    story.tell(ended, Duty.FIELD_OFFICER)
    return story


def _failed_at_centre() -> Story:
    story = Story().reported().accepted().checked().at_the_door().recorded()
    story.tell(e.CentreStatus(raw="ADJUDICATE_RECORD"))
    return story


def _resent_after_failure() -> Story:
    story = _failed_at_centre()
    story.tell(e.CentreStatus(raw="Print_ready_record".upper(), source="list"), hours=30)
    return story


def _recorded_anew() -> Story:
    """Recorded again after a failure: what the centre said of the first recording counts no more."""
    story = _failed_at_centre()
    story.tell(e.Recorded(), Duty.FIELD_OFFICER)
    return story


def _stuck_at_centre() -> Story:
    story = Story().reported().accepted().checked().at_the_door().recorded()
    story.tell(e.CentreStatus(raw="ENROLL_FAILURE_AT_CENTRAL"))
    story.recorded()
    for raw in ("SENT_FOR_ENROLLMENT", "SFE", "WAITING_ROOM", "SENT_FOR_ENROLLMENT"):
        story.tell(e.CentreStatus(raw=raw), hours=5)
    return story


def _delivered_two() -> Story:
    story = Story().reported(BOTH).accepted().checked().at_the_door().recorded().printed()
    story.tell(e.Printed(document="family_card"), Duty.PRINTING)
    story.tell(e.CustodyTaken(document="ktp_el", holder="courier"), Duty.PRINTING)
    story.tell(e.DeliveryFailed(document="ktp_el", reason="nobody"), Duty.COURIER)
    for document in BOTH:
        story.tell(e.Delivered(document=document, receipt="TT-0001", recipient="Painem"), Duty.COURIER)
    return story


def _corrected() -> Story:
    story = Story().reported()
    wrong = story.tell(e.Triaged(result="refused", reason="already_served"))
    story.tell(
        e.Corrected(entry=wrong.id, clear_values={"result": "accepted", "reason": None}, reason="Salah")
    )
    return story


def _corrections_of_corrections() -> Story:
    """One correction taken back, one that does not fit, one of nothing, and an entry taken back whole."""
    story = Story().reported(BOTH).accepted()
    report = story.entries[0].id
    wrong = story.tell(
        e.Corrected(entry=report, clear_values={"area": "99.02.01.2001", "sex": "female"}, reason="Keliru")
    )
    story.tell(e.Corrected(entry=report, clear_values={"urgency": "high"}, reason="BPJS"))
    story.tell(e.Corrected(entry=report, clear_values={"documents": ["passport"]}, reason="?"))
    story.tell(e.Corrected(entry=entry_id(800), clear_values={"urgency": "emergency"}, reason="?"))
    story.tell(e.Corrected(entry=wrong.id, void=True, reason="Ternyata benar"))
    paper = story.tell(e.RequirementReceived(requirement="other_paper"))
    story.tell(e.Corrected(entry=paper.id, void=True, reason="Berkas orang lain"))
    return story


def _voice_of_the_citizen() -> Story:
    story = Story().reported().accepted().checked().at_the_door()
    story.tell(e.ConsentWithdrawn())
    story.tell(e.Complaint(about="illegal_levy", text="Diminta uang"))
    story.tell(e.DataRequested(right="access", by="Sukarni"))
    return story


def _answered_citizen() -> Story:
    story = _voice_of_the_citizen()
    complaint, request = story.entries[-2].id, story.entries[-1].id
    story.tell(e.ComplaintAnswered(complaint=complaint, founded=True, answer="Uang kembali"))
    story.tell(e.DataRequestAnswered(request=request, granted=True, answer="Terlampir"))
    story.tell(e.ConsentGiven(basis="guardian_consent", supported=True))
    story.tell(e.Satisfaction(**dict.fromkeys(GRADES, 3)))
    return story


GRADES = (
    *("requirements", "procedure", "time", "cost", "product"),
    *("competence", "conduct", "complaints", "facilities"),
)


def _out_of_order() -> Story:
    story = Story().reported().accepted()
    story.tell(e.Recorded(), Duty.FIELD_OFFICER)
    return story


def _merged() -> Story:
    story = Story().reported().accepted()
    story.tell(e.Merged(into=entry_id(700)))
    return story


def _separated() -> Story:
    story = Story().reported()
    story.tell(e.Triaged(result="merged", reason="duplicate", merged_with=entry_id(700)))
    story.tell(e.Note(text="Ternyata dua orang"))
    story.tell(e.Separated(note="Tanggal lahir lain"))
    return story


def _referred() -> Story:
    story = Story().reported()
    story.tell(e.Triaged(result="referred", reason="out_of_area", referred_to="99.02"))
    story.tell(e.Printed(document="ktp_el"), Duty.PRINTING)
    return story


def _papers_asked_again() -> Story:
    story = Story().reported(BOTH).accepted().checked()
    story.tell(e.RequirementWanting(requirement="other_paper", note="Tidak terbaca"))
    story.tell(e.BiodataChecked(result="mismatch"))
    story.tell(e.PersonDescribed(documents=["family_card"], area="99.01.02.2002", age_band="70_up"))
    story.tell(e.Printed(document="ktp_el"), Duty.PRINTING)
    return story


def _described() -> Story:
    """All that a report can say in the clear, and then that it is not the person after all."""
    story = Story().reported(
        channel="field",
        condition="documents_lost",
        urgency="high",
        sex="female",
        age_band="60_69",
        identified=True,
    )
    story.tell(e.PersonDescribed(identified=False, urgency="normal", sex="male"))
    return story


def _refused_at_the_door() -> Story:
    """An outcome that brings nobody back, said wrongly at first."""
    story = Story().reported().accepted().checked().at_the_door()
    ended = story.tell(
        e.VisitEnded(visit=VISIT, outcome="refused", next_step="revisit", again_on=date(2026, 3, 12)),
        Duty.FIELD_OFFICER,
    )
    no_more = {"again": False, "again_on": None}
    story.tell(e.Corrected(entry=ended.id, clear_values=no_more, reason="Tidak mau didatangi lagi"))
    return story


def _once_more() -> Story:
    """Nobody was there; nobody said when to come again."""
    story = _at_the_wide_door(Partner.GUARDIAN, Partner.HEALTH_WORKER)
    story.tell(e.VisitEnded(visit=VISIT, outcome="not_home", next_step="revisit"), Duty.FIELD_OFFICER)
    return story


def _no_visit_needed() -> Story:
    """In progress by what lies at the centre, or by papers in our hands, before anybody went out."""
    story = Story().reported().accepted().checked()
    story.tell(e.SentToCentre(), Duty.DATA_ENTRY)
    return story


def _papers_in_hand() -> Story:
    story = Story().reported().accepted()
    papers = e.OriginalsCollected(receipt="TT-0001", count=1, papers="KK", given_by="Painem")
    story.tell(papers, Duty.RW_AGENT)
    return story


def _came_back() -> Story:
    """A document that nobody took, and a consent that was recorded wrongly."""
    story = Story().reported(BOTH).accepted().checked()
    consent = story.tell(e.ConsentGiven(basis="public_duty"), Duty.FIELD_OFFICER)
    story.tell(e.Corrected(entry=consent.id, clear_values={"supported": True}, reason="Dibantu gambar"))
    story.tell(e.Printed(document="family_card"), Duty.PRINTING)
    story.tell(e.CustodyTaken(document="family_card", holder="courier"), Duty.COURIER)
    story.tell(e.DeliveryFailed(document="family_card", reason="wrong_address"), Duty.COURIER)
    return story


def _carried_again() -> Story:
    """On its way a second time, one of two delivered, and a paper spoiled that nobody wants."""
    story = _came_back()
    story.tell(e.CustodyTaken(document="family_card", holder="officer"), Duty.COURIER)
    story.tell(e.Printed(document="ktp_el"), Duty.PRINTING)
    story.tell(e.Spoiled(document="child_card"), Duty.PRINTING)
    story.tell(e.DeliveryFailed(document="child_card", reason="other"), Duty.COURIER)
    story.tell(e.Delivered(document="child_card", receipt="TT-0002", recipient="?"), Duty.COURIER)
    received = {"receipt": "TT-0003", "recipient": "Painem", "place": "counter"}
    story.tell(e.Delivered(document="family_card", **received), Duty.COURIER)
    return story


def _found_at_the_door() -> Story:
    """Nobody knew who it was; the fingers did."""
    story = Story().reported().accepted()
    story.tell(e.BiometricsChecked(result="found", nik="9901014708510001"), Duty.FIELD_OFFICER)
    return story


def _wide(**more: object) -> Story:
    return Story(programme=programme("wide")).reported(area="99.01.01.2001", **more)


def _at_the_wide_door(*partners: Partner) -> Story:
    story = _wide(documents=["ktp_el", "family_card", "child_card"], urgency="emergency", identified=True)
    for paper in ("statement", "birth_letter"):
        story.tell(e.RequirementReceived(requirement=paper), Duty.RW_AGENT)
    story.accepted()
    story.tell(e.VisitScheduled(visit=VISIT, day=date(2026, 3, 5), team="tim_1"), Duty.SCHEDULER)
    story.tell(e.VisitMoved(visit=VISIT, day=date(2026, 3, 6), reason="weather_road"), Duty.SCHEDULER)
    story.tell(e.VisitStarted(visit=VISIT, partners=list(partners)), Duty.FIELD_OFFICER, hours=70)
    return story


def _collected() -> Story:
    """HALO PAMOR's way: papers fetched at home by the RW agent, twice, and the first ones given back."""
    story = _wide(documents=["child_card"])
    story.tell(e.RequirementReceived(requirement="statement"), Duty.RW_AGENT)
    story.accepted()
    for visit, receipt in ((OTHER_VISIT, "2026"), (THIRD_VISIT, "TT-0002")):
        collect = {"visit": visit, "purpose": "collect_papers"}
        story.tell(e.VisitScheduled(**collect, day=date(2026, 3, 4), part="afternoon"), Duty.RW_AGENT)
        story.tell(e.VisitStarted(**collect, partners=[Partner.FAMILY]), Duty.RW_AGENT)
        story.tell(
            e.OriginalsCollected(receipt=receipt, count=2, papers="KK, KTP", given_by="Painem"), Duty.RW_AGENT
        )
    story.tell(e.VisitEnded(visit=THIRD_VISIT, purpose="collect_papers", outcome="done"), Duty.RW_AGENT)
    story.tell(e.OriginalsReturned(receipt="2026", returned_to="Painem"), Duty.RW_AGENT)
    return story


def _collected_once_more() -> Story:
    """All was given back, and then other papers came into our hands: those wait to be given back too."""
    story = _collected()
    story.tell(e.OriginalsReturned(receipt="TT-0002", returned_to="Painem"), Duty.RW_AGENT)
    papers = e.OriginalsCollected(receipt="TT-0003", count=1, papers="KK", given_by="Painem")
    story.tell(papers, Duty.RW_AGENT)
    return story


def _withdrawn_before_the_visit() -> Story:
    story = _wide()
    story.tell(e.RequirementReceived(requirement="statement"), Duty.RW_AGENT)
    story.accepted()
    story.tell(e.VisitScheduled(visit=VISIT, day=date(2026, 3, 5)), Duty.SCHEDULER)
    story.tell(e.ConsentWithdrawn(), Duty.FIELD_OFFICER)
    return story


def _consents_anew() -> Story:
    """The step waits for a visit, and the visit for consent."""
    story = _withdrawn_before_the_visit()
    story.tell(e.ConsentGiven(basis="consent", supported=True), Duty.FIELD_OFFICER)
    return story


def _consents_after_the_end() -> Story:
    """Too late: it is kept and flagged, and the withdrawal stands as the reason of the end."""
    story = _withdrawn_before_the_visit()
    story.tell(e.Closed(reason="withdrawn"), Duty.MAIN_ADMIN)
    story.tell(e.ConsentGiven(basis="consent", supported=True), Duty.FIELD_OFFICER)
    return story


def _alone_at_the_door() -> Story:
    story = _at_the_wide_door(Partner.HEALTH_WORKER)
    story.tell(e.ConsentGiven(basis="consent"), Duty.FIELD_OFFICER)
    story.tell(e.ConditionChecked(go_ahead=False), Duty.FIELD_OFFICER)
    return story


def _already_recorded() -> Story:
    """Found by the biometric check: what the found answer waives is not waited for."""
    story = _at_the_wide_door(Partner.GUARDIAN, Partner.SOCIAL_WORKER)
    story.tell(e.ConsentGiven(basis="consent", supported=True), Duty.FIELD_OFFICER)
    story.tell(e.ConditionChecked(go_ahead=True, with_partner="social_worker"), Duty.FIELD_OFFICER)
    story.tell(e.BiometricsChecked(result="found", nik="9901014708510001"), Duty.FIELD_OFFICER)
    return story


def _not_the_one_found() -> Story:
    story = _already_recorded()
    story.tell(e.BiometricsChecked(result="not_found"), Duty.FIELD_OFFICER)
    story.tell(
        e.Recorded(iris={"result": "stiff", "attempts": 3}, exception_approved_by="Dra. HARTINI"),
        Duty.FIELD_OFFICER,
    )
    story.tell(e.VisitEnded(visit=VISIT, outcome="done"), Duty.FIELD_OFFICER)
    story.tell(e.SentToCentre(), Duty.DATA_ENTRY)
    return story


def _paper_before_card() -> Story:
    """Two steps print; that one of them is ready is enough."""
    story = _not_the_one_found()
    story.tell(e.Printed(document="family_card"), Duty.PRINTING)
    return story


def _paper_printed_once() -> Story:
    """Two steps print; the one that is done does not stand against the other."""
    story = _already_recorded()
    story.tell(e.Printed(document="family_card"), Duty.PRINTING)
    return story


def _spoiled() -> Story:
    story = _not_the_one_found()
    story.tell(e.CentreStatus(raw="CARD_PRINTED"), Duty.DATA_ENTRY)
    for document in ("ktp_el", "child_card", "family_card"):
        story.tell(e.Printed(document=document), Duty.PRINTING)
        story.tell(e.CustodyTaken(document=document, holder="partner"), Duty.COURIER)
    story.tell(e.Spoiled(document="ktp_el", reason="damaged"), Duty.PRINTING)
    story.tell(e.VisitScheduled(visit=OTHER_VISIT, purpose="deliver", day=date(2026, 3, 30)), Duty.COURIER)
    return story


def _another_programme() -> Story:
    """What was irregular under the old programme stays so; what was done is seen with the new one's eyes."""
    story = _out_of_order()
    wide = programme("wide")
    story.tell(e.ProgrammeChanged(programme=wide.number, programme_hash=wide.hash))
    story.tell(e.VisitScheduled(visit=VISIT, day=date(2026, 3, 9)), Duty.SCHEDULER)
    return story


def _closed_too_early() -> Story:
    story = _collected()
    story.tell(e.Closed(reason="not_possible"))
    story.tell(e.VisitStarted(visit=VISIT, purpose="deliver"), Duty.RW_AGENT)
    return story


def _planned() -> Story:
    """The office published its week: where a visit stands in the day changes nothing of the case."""
    story = Story().reported().accepted().checked()
    story.tell(e.VisitScheduled(visit=VISIT, day=date(2026, 3, 5), team="tim_1"), Duty.SCHEDULER)
    place: dict[str, Any] = {"visit": VISIT, "team": "tim_1", "travel": 25}
    story.tell(
        e.VisitRouted(**place, day=date(2026, 3, 5), begins="09:20", ends="09:40", leaves="08:00"),
        Duty.SCHEDULER,
    )
    story.tell(e.VisitMoved(visit=VISIT, day=date(2026, 3, 6), part="afternoon"), Duty.SCHEDULER)
    story.tell(
        e.VisitRouted(**place, day=date(2026, 3, 6), begins="13:05", ends="13:45", returns="14:50"),
        Duty.SCHEDULER,
    )
    story.tell(e.VisitRouted(visit=VISIT, team="tim_1", day=date(2026, 3, 6)), Duty.SCHEDULER)
    return story


STORIES: dict[str, Callable[[], Story]] = {
    "reported": lambda: Story().reported(),
    "papers-wanting": lambda: Story().reported().accepted(),
    "papers-asked-again": _papers_asked_again,
    "siak-mismatch": lambda: Story().reported().accepted().checked(e.BiodataResult.MISMATCH),
    "at-the-door": lambda: Story().reported().accepted().checked().at_the_door(),
    "planned-into-a-route": _planned,
    "visit-again": _visit_again,
    "failed-at-centre": _failed_at_centre,
    "resent-after-failure": _resent_after_failure,
    "recorded-anew": _recorded_anew,
    "stuck-at-centre": _stuck_at_centre,
    "print-ready-and-printed": lambda: (
        Story().reported().accepted().checked().at_the_door().recorded().printed()
    ),
    "delivered-two-documents": _delivered_two,
    "family-card-only": lambda: Story().reported([Document.FAMILY_CARD]).accepted().checked(),
    "corrected": _corrected,
    "corrections-of-corrections": _corrections_of_corrections,
    "voice-of-the-citizen": _voice_of_the_citizen,
    "answered-citizen": _answered_citizen,
    "out-of-order": _out_of_order,
    "merged": _merged,
    "separated": _separated,
    "referred": _referred,
    "described": _described,
    "refused-at-the-door": _refused_at_the_door,
    "once-more": _once_more,
    "no-visit-needed": _no_visit_needed,
    "papers-in-hand": _papers_in_hand,
    "came-back": _came_back,
    "carried-again": _carried_again,
    "found-at-the-door": _found_at_the_door,
    "collected": _collected,
    "collected-once-more": _collected_once_more,
    "withdrawn-before-the-visit": _withdrawn_before_the_visit,
    "consents-anew": _consents_anew,
    "consents-after-the-end": _consents_after_the_end,
    "alone-at-the-door": _alone_at_the_door,
    "already-recorded": _already_recorded,
    "not-the-one-found": _not_the_one_found,
    "paper-before-card": _paper_before_card,
    "paper-printed-once": _paper_printed_once,
    "spoiled": _spoiled,
    "another-programme": _another_programme,
    "closed-too-early": _closed_too_early,
}

TIMES: dict[str, OfficeTime] = {
    "spoiled": OfficeTime(TimeZone.WIT, frozenset({date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 14)})),
    "collected": OfficeTime(TimeZone.WITA),
    "answered-citizen": OfficeTime(TimeZone.WITA, frozenset({date(2026, 3, 19), date(2026, 3, 20)})),
    "stuck-at-centre": OfficeTime(TimeZone.WIT),
}
"""How the office counts days, where it is not in Jakarta without days off."""

OFFERS: tuple[tuple[Duty, Body], ...] = (
    (Duty.MAIN_ADMIN, e.Triaged(result="refused", reason="not_eligible")),
    (Duty.FIELD_OFFICER, e.VisitStarted(visit=VISIT)),
    (Duty.FIELD_OFFICER, e.VisitStarted(visit=VISIT, partners=["guardian", "health_worker"])),
    (Duty.RW_AGENT, e.VisitStarted(visit=OTHER_VISIT, purpose="collect_papers")),
    (Duty.FIELD_OFFICER, e.Recorded()),
    (Duty.PRINTING, e.Printed(document="family_card")),
    (Duty.DATA_ENTRY, e.DataEntered(documents=["ktp_el", "child_card"])),
    (Duty.COURIER, e.Delivered(document="ktp_el", receipt="TT-0009", recipient="Painem")),
    (Duty.RW_AGENT, e.OriginalsReturned(receipt="TT-0002", returned_to="Painem")),
    (Duty.MAIN_ADMIN, e.PersonDescribed(documents=["birth_certificate"])),
    (Duty.FIELD_OFFICER, e.Note(text="Pagar biru")),
    (Duty.FIELD_OFFICER, e.ConsentGiven(basis="consent", supported=True)),
    (Duty.SOCIAL_AGENCY, e.ConditionChecked(go_ahead=True)),
    (Duty.MAIN_ADMIN, e.Closed(reason="served")),
)
"""What might be written next, in every case; the rules say what stands against it."""
