"""At the door: arranged, begun, what was found, what was recorded, how it ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from jemput.core.codes import Coded, Partner
from jemput.core.entries.base import (
    Body,
    Clear,
    Code,
    Digits16,
    Latitude,
    Line,
    Longitude,
    Prose,
)
from jemput.core.entries.files import WithFiles
from jemput.core.text import _


class VisitPurpose(Coded):
    RECORD = "record", _("Recording at the place")
    COLLECT_PAPERS = "collect_papers", _("Collect requirement papers")
    DELIVER = "deliver", _("Deliver finished documents")


class DayPart(Coded):
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    ALL_DAY = "all_day", _("Any time of the day")


class VisitScheduled(Body, kind="visit_scheduled"):
    """A promise to come (G22)."""

    title = _("Visit scheduled")
    action = _("Schedule a visit")

    visit: Clear[UUID] = Field(title=_("Visit"))
    purpose: Clear[VisitPurpose] = Field(VisitPurpose.RECORD, title=_("Purpose"))
    day: Clear[date] = Field(title=_("Day"))
    part: Clear[DayPart] = Field(DayPart.MORNING, title=_("Time of day"))
    team: Clear[Code | None] = Field(None, title=_("Team"))
    partners: Clear[list[Partner] | None] = Field(None, title=_("Who comes along"))
    meeting_point: Prose | None = Field(None, title=_("Where we meet"))


class MoveReason(Coded):
    FAMILY_ASKED = "family_asked", _("The family asked")
    PARTNER_ABSENT = "partner_absent", _("A partner cannot come")
    TEAM = "team", _("Team or kit not available")
    WEATHER_ROAD = "weather_road", _("Weather or road")
    URGENT_CASE = "urgent_case", _("A more urgent case")
    OTHER = "other", _("Other")


class VisitMoved(Body, kind="visit_moved"):
    """The promise is changed and the family told."""

    title = _("Visit moved")
    action = _("Move the visit")

    visit: Clear[UUID] = Field(title=_("Visit"))
    day: Clear[date] = Field(title=_("New day"))
    part: Clear[DayPart] = Field(DayPart.MORNING, title=_("Time of day"))
    reason: Clear[MoveReason] = Field(MoveReason.OTHER, title=_("Reason"))
    told: Clear[bool] = Field(False, title=_("The family has been told"))
    note: Prose | None = Field(None, title=_("Note"))


Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class VisitRouted(Body, kind="visit_routed"):
    """Where a promised visit stands in a team's day, as the published plan has it. No promise: the family was
    told a part of the day. The newest of a visit holds, for as long as it names the day that is promised; one
    without hours says that the plan of that day has the visit no more.
    """

    title = _("Place in the day's route")
    action = _("Give the visit its place in the route")

    visit: Clear[UUID] = Field(title=_("Visit"))
    day: Clear[date] = Field(title=_("Day"))
    team: Clear[Code] = Field(title=_("Team"))
    crew: Clear[list[UUID] | None] = Field(None, title=_("Who goes (accounts)"))
    begins: Clear[Clock | None] = Field(None, title=_("Begins about"))
    ends: Clear[Clock | None] = Field(None, title=_("Ends about"))
    travel: Clear[int | None] = Field(None, ge=0, le=1440, title=_("Minutes of travel before"))
    leaves: Clear[Clock | None] = Field(None, title=_("The team leaves"))
    """Said of the first visit of its day, as ``start``; ``returns`` and ``end`` of the last."""
    returns: Clear[Clock | None] = Field(None, title=_("The team is back"))
    start: Line | None = Field(None, title=_("From where"))
    end: Line | None = Field(None, title=_("Back to"))
    hours: Line | None = Field(None, title=_("Hours of the place"))
    takes: list[Line] | None = Field(None, title=_("Vehicle and sets"))


class VisitStarted(Body, kind="visit_started"):
    """The team has arrived (G23, P24, T26)."""

    title = _("Visit started")
    action = _("Start the visit")

    visit: Clear[UUID] = Field(title=_("Visit"))
    purpose: Clear[VisitPurpose] = Field(VisitPurpose.RECORD, title=_("Purpose"))
    partners: Clear[list[Partner]] = Field(default_factory=list, title=_("Who is present"))
    latitude: Latitude | None = Field(None, title=_("Latitude"))
    longitude: Longitude | None = Field(None, title=_("Longitude"))


class VisitOutcome(Coded):
    """How it ended. Some of these are health facts, so the exact one is sealed."""

    DONE = "done", _("Done")
    NOT_HOME = "not_home", _("Nobody at home")
    REFUSED = "refused", _("Person or family refused")
    TOO_ILL = "too_ill", _("Person too ill")
    IN_CRISIS = "in_crisis", _("Person in crisis")
    MOVED_AWAY = "moved_away", _("Moved away")
    DECEASED = "deceased", _("Deceased")
    NO_SIGNAL = "no_signal", _("No signal, data not sent")
    KIT_FAILURE = "kit_failure", _("Kit failure")
    ROAD_CUT_OFF = "road_cut_off", _("Road cut off")


class VisitResult(Coded):
    """The outcome without the health fact: what lists and statistics count."""

    DONE = "done", _("Done")
    ABSENT = "absent", _("Nobody at home")
    REFUSED = "refused", _("Refused")
    UNABLE = "unable", _("Could not be done that day")
    GONE = "gone", _("No longer there")
    TECHNICAL = "technical", _("Technical or road obstacle")


RESULT_OF: dict[VisitOutcome, VisitResult] = {
    VisitOutcome.DONE: VisitResult.DONE,
    VisitOutcome.NOT_HOME: VisitResult.ABSENT,
    VisitOutcome.REFUSED: VisitResult.REFUSED,
    VisitOutcome.TOO_ILL: VisitResult.UNABLE,
    VisitOutcome.IN_CRISIS: VisitResult.UNABLE,
    VisitOutcome.MOVED_AWAY: VisitResult.GONE,
    VisitOutcome.DECEASED: VisitResult.GONE,
    VisitOutcome.NO_SIGNAL: VisitResult.TECHNICAL,
    VisitOutcome.KIT_FAILURE: VisitResult.TECHNICAL,
    VisitOutcome.ROAD_CUT_OFF: VisitResult.TECHNICAL,
}


class NextStep(Coded):
    CONTINUE = "continue", _("Go on with the next step")
    REVISIT = "revisit", _("Visit again")
    CALL_FIRST = "call_first", _("Call the family first")
    WAIT_FOR_HEALTH = "wait_for_health", _("Wait for word of the family or health worker")
    REFER = "refer", _("Refer to another office")
    CLOSE = "close", _("Close the case")


class VisitEnded(WithFiles, kind="visit_ended"):
    """How the visit ended and what to do next (B53). ``result`` and ``again`` follow from the rest."""

    version = 2  # 1 named no files
    title = _("Visit ended")
    action = _("End the visit")

    visit: Clear[UUID] = Field(title=_("Visit"))
    purpose: Clear[VisitPurpose] = Field(VisitPurpose.RECORD, title=_("Purpose"))
    outcome: VisitOutcome = Field(title=_("Outcome"))
    next_step: NextStep = Field(NextStep.CONTINUE, title=_("What to do next"))
    again_on: Clear[date | None] = Field(None, title=_("Try again from"))
    result: Clear[VisitResult] = Field(VisitResult.DONE, title=_("Outcome"))
    again: Clear[bool] = Field(False, title=_("Visit again"))
    note: Prose | None = Field(None, title=_("What happened"))

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("outcome") is not None:
            try:
                outcome = VisitOutcome(data["outcome"])
                step = NextStep(data.get("next_step") or NextStep.CONTINUE)
            except ValueError:
                return data  # the fields' own validation says what is wrong
            return {
                **data,
                "result": RESULT_OF[outcome],
                "again": outcome is not VisitOutcome.DONE
                and step in (NextStep.REVISIT, NextStep.CALL_FIRST, NextStep.WAIT_FOR_HEALTH),
            }
        return data


class CheckResult(Coded):
    FOUND = "found", _("Found: already recorded under a NIK")
    NOT_FOUND = "not_found", _("Not found: not recorded yet")
    NOT_POSSIBLE = "not_possible", _("Could not be done")


class BiometricsChecked(Body, kind="biometrics_checked"):
    """Cek biometrik: fingers searched in the national data (T26; Permendagri 96/2019 practice)."""

    title = _("Biometric check done")
    action = _("Record the biometric check")

    result: Clear[CheckResult] = Field(title=_("Result"))
    nik: Digits16 | None = Field(None, title=_("NIK that was found"))
    note: Prose | None = Field(None, title=_("Note"))

    @model_validator(mode="after")
    def _found_names_a_nik(self) -> BiometricsChecked:
        if self.result is CheckResult.FOUND and not self.nik:
            raise ValueError(_("Write the NIK that the check found."))
        return self


class ConditionChecked(Body, kind="condition_checked"):
    """Condition and safety, with the health or social worker, before the kit is opened (B14, B46-B47)."""

    title = _("Condition and safety checked")
    action = _("Check condition and safety")

    go_ahead: Clear[bool] = Field(title=_("We can go ahead now"))
    with_partner: Clear[Partner] = Field(Partner.HEALTH_WORKER, title=_("Checked together with"))
    calm: bool | None = Field(None, title=_("The person is calm"))
    understands: bool | None = Field(None, title=_("The person follows what we explain"))
    treated: bool | None = Field(None, title=_("Under treatment or medication"))
    risk: Line | None = Field(None, title=_("Risk for the person or the team"))
    comfort: Prose | None = Field(
        None, title=_("What calms the person"), description=_("People, words, place, time of day")
    )
    partner_name: Line | None = Field(None, title=_("Name of the health or social worker"))


class FormCode(Coded):
    """Forms of Permendagri 109/2019, and the vulnerable-resident form of Permendagri 96/2019."""

    BIODATA = "f_1_01", _("F-1.01 Family biodata")
    EVENT = "f_1_02", _("F-1.02 Population event registration")
    NO_DOCUMENTS = "f_1_04", _("F-1.04 Statement of having no documents")
    MARRIAGE_STATEMENT = "f_1_05", _("F-1.05 Statement on unregistered marriage or divorce")
    DATA_CHANGE = "f_1_06", _("F-1.06 Statement of data change")
    POWER_OF_ATTORNEY = "f_1_07", _("F-1.07 Power of attorney")
    CIVIL_EVENT = "f_2_01", _("F-2.01 Civil registration report")
    VULNERABLE = "vulnerable", _("Vulnerable resident data form")


class FormFilled(WithFiles, kind="form_filled"):
    """A form was filled with the person or family (T30, T40-T41)."""

    version = 2  # 1 named no files
    title = _("Form filled")
    action = _("Fill a form")

    form: Clear[FormCode] = Field(FormCode.BIODATA, title=_("Form"))
    religion: Line | None = Field(None, title=_("Religion"))
    marital_status: Line | None = Field(None, title=_("Marital status"))
    family_position: Line | None = Field(None, title=_("Position in the family"))
    education: Line | None = Field(None, title=_("Last education"))
    occupation: Line | None = Field(None, title=_("Occupation"))
    blood_group: Line | None = Field(None, title=_("Blood group"))
    father: Line | None = Field(None, title=_("Father's name"))
    mother: Line | None = Field(None, title=_("Mother's name"))
    evidence: Prose | None = Field(None, title=_("Papers and witnesses relied upon"))


class RecordingResult(Coded):
    COMPLETE = "complete", _("Complete")
    WITH_EXCEPTION = "with_exception", _("Complete with exception")
    FAILED = "failed", _("Failed")


class ModalityResult(Coded):
    """Why a finger or an iris is missing is a health fact: sealed."""

    CAPTURED = "captured", _("Captured")
    AMPUTATED = "amputated", _("Exception: missing")
    INJURED = "injured", _("Exception: injured or bandaged")
    STIFF = "stiff", _("Exception: stiff or cannot be opened")
    UNABLE = "unable", _("Exception: person not able")
    FAILED = "failed", _("Failed")


class Modality(BaseModel):
    """One modality: how it went, how often tried, quality 0-100 as the kit showed. Never the image."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    result: ModalityResult = Field(ModalityResult.CAPTURED, title=_("Result"))
    attempts: int = Field(1, ge=0, le=50, title=_("Attempts"))
    quality: int | None = Field(None, ge=0, le=100, title=_("Quality"))


class Recorded(Body, kind="recorded"):
    """Biometric recording (G24, B15, P25). Jemput keeps how it went, never a biometric."""

    title = _("Biometrics recorded")
    action = _("Record the biometrics")

    photo: Modality = Field(default_factory=Modality, title=_("Photo"))
    signature: Modality = Field(default_factory=Modality, title=_("Signature"))
    right_hand: Modality = Field(default_factory=Modality, title=_("Right hand fingers"))
    left_hand: Modality = Field(default_factory=Modality, title=_("Left hand fingers"))
    thumbs: Modality = Field(default_factory=Modality, title=_("Both thumbs"))
    iris: Modality = Field(default_factory=Modality, title=_("Iris of both eyes"))
    exception_approved_by: Line | None = Field(
        None, title=_("Exception approved by"), description=_("Needed when a modality is missing")
    )
    result: Clear[RecordingResult] = Field(RecordingResult.COMPLETE, title=_("Recording"))
    note: Prose | None = Field(None, title=_("Note"))

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, data: Any) -> Any:
        """The clear result follows from the sealed modalities, so that the two cannot disagree."""
        if not isinstance(data, dict):
            return data
        results = set()
        for name in MODALITIES:
            value = data.get(name)
            if isinstance(value, Modality):
                results.add(value.result)
            elif isinstance(value, dict) and value.get("result") is not None:
                results.add(value["result"])
        if ModalityResult.FAILED in results:
            result = RecordingResult.FAILED
        elif results - {ModalityResult.CAPTURED}:
            result = RecordingResult.WITH_EXCEPTION
        else:
            result = RecordingResult.COMPLETE
        return {**data, "result": result}

    @model_validator(mode="after")
    def _exception_has_an_approver(self) -> Recorded:
        if self.result is RecordingResult.WITH_EXCEPTION and not self.exception_approved_by:
            raise ValueError(_("Name who approved the biometric exception."))
        return self


MODALITIES = ("photo", "signature", "right_hand", "left_hand", "thumbs", "iris")
