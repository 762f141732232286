"""From a report to a decision: who, where, what is needed, and does the office go."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from jemput.core.codes import (
    Channel,
    Coded,
    DataCondition,
    Document,
    Group,
    Language,
    PlaceKind,
    Relation,
    Service,
    Sex,
    Urgency,
    Weekday,
)
from jemput.core.dates import AgeBand
from jemput.core.entries.base import (
    Area,
    Body,
    Clear,
    Code,
    Digits16,
    Hash,
    Latitude,
    Line,
    Longitude,
    Phone,
    Prose,
    Ticket,
)
from jemput.core.entries.extract import FromExtract
from jemput.core.entries.files import WithFiles
from jemput.core.entries.visit import DayPart
from jemput.core.text import _


class PersonFacts(Body):
    """What is known of the person served; all of it may be missing, none of it is clear."""

    name: Line | None = Field(None, title=_("Full name"))
    nik: Digits16 | None = Field(None, title=_("NIK"), description=_("16 digits, if known"))
    family_number: Digits16 | None = Field(None, title=_("Family card number"))
    birth_date: date | None = Field(None, title=_("Date of birth"))
    birth_about: Line | None = Field(
        None, title=_("About how old"), description=_("For example: seventies, born around 1950")
    )
    birth_place: Line | None = Field(None, title=_("Place of birth"))
    mother: Line | None = Field(None, title=_("Mother's name"))
    address: Prose | None = Field(None, title=_("Address or how to find the place"))
    place_kind: PlaceKind | None = Field(None, title=_("Kind of place"))
    place_name: Line | None = Field(None, title=_("Name of the place or institution"))
    latitude: Latitude | None = Field(None, title=_("Latitude"))
    longitude: Longitude | None = Field(None, title=_("Longitude"))
    phone: Phone | None = Field(None, title=_("Phone that can be reached"))
    groups: list[Group] | None = Field(None, title=_("Why the person cannot come"))
    blocked_services: list[Service] | None = Field(None, title=_("Services blocked without the document"))
    preferred_language: Language | None = Field(
        None, title=_("Language that is understood"), description=_("Only where Indonesian is not enough")
    )
    preferred_time: DayPart | None = Field(None, title=_("Time that suits"))
    preferred_days: list[Weekday] | None = Field(
        None, title=_("Days that suit"), description=_("None chosen: any day")
    )
    needs: Prose | None = Field(
        None, title=_("Special needs"), description=_("Hearing, movement, who should be there")
    )


class Reported(PersonFacts, FromExtract, kind="reported"):
    """A person who needs the office to come (G19, B13, T25, P18, H18-H19)."""

    version = 2  # 1 knew no register extract
    title = _("Report received")
    action = _("Record a report")

    programme: Clear[int] = Field(ge=1, le=9999, title=_("Programme"))
    programme_hash: Clear[Hash] = Field(title=_("Programme version"))
    ticket: Clear[Ticket] = Field(title=_("Ticket number"))
    channel: Clear[Channel] = Field(title=_("Channel"))
    area: Clear[Area] = Field(title=_("Village or ward"))
    documents: Clear[list[Document]] = Field(min_length=1, title=_("Documents needed"))
    condition: Clear[DataCondition] = Field(DataCondition.UNKNOWN, title=_("What is missing"))
    urgency: Clear[Urgency] = Field(Urgency.NORMAL, title=_("Urgency"))
    sex: Clear[Sex] = Field(Sex.UNKNOWN, title=_("Sex"))
    age_band: Clear[AgeBand] = Field(AgeBand.UNKNOWN, title=_("Age band"))
    identified: Clear[bool] = Field(False, title=_("Identity known"))
    note: Prose | None = Field(None, title=_("Note"))


class PersonDescribed(PersonFacts, FromExtract, kind="person_described"):
    """More or better facts of the person; only what is said replaces what was known."""

    version = 2  # 1 knew no register extract
    title = _("Person's facts completed")
    action = _("Complete the person's facts")

    area: Clear[Area | None] = Field(None, title=_("Village or ward"))
    sex: Clear[Sex | None] = Field(None, title=_("Sex"))
    age_band: Clear[AgeBand | None] = Field(None, title=_("Age band"))
    urgency: Clear[Urgency | None] = Field(None, title=_("Urgency"))
    documents: Clear[list[Document] | None] = Field(None, title=_("Documents needed"))
    identified: Clear[bool | None] = Field(None, title=_("Identity known"))


class ReporterNamed(Body, kind="reporter_named"):
    """Who told us. Kept apart so that a reporter can be forgotten without the case (UU 27/2022)."""

    title = _("Reporter noted")
    action = _("Note the reporter")

    name: Line = Field(title=_("Reporter's name"))
    relation: Relation = Field(Relation.OTHER, title=_("Relation to the person"))
    phone: Phone | None = Field(None, title=_("Reporter's phone"))


class GuardianNamed(Body, kind="guardian_named"):
    """The family member or guardian who speaks for the person (B07, B18)."""

    title = _("Guardian named")
    action = _("Name the guardian")

    name: Line = Field(title=_("Guardian's name"))
    relation: Relation = Field(Relation.GUARDIAN, title=_("Relation to the person"))
    phone: Phone | None = Field(None, title=_("Guardian's phone"))
    basis: Line | None = Field(
        None, title=_("Basis of guardianship"), description=_("Family card, court order, letter")
    )


class CompanionNamed(Body, kind="companion_named"):
    """Who sits beside the person during the visit."""

    title = _("Companion named")
    action = _("Name the companion")

    name: Line = Field(title=_("Companion's name"))
    relation: Relation = Field(Relation.COMPANION, title=_("Relation to the person"))
    phone: Phone | None = Field(None, title=_("Companion's phone"))


class TriageResult(Coded):
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    REFERRED = "referred", _("Referred to another area")
    MERGED = "merged", _("Same as another case")


class TriageReason(Coded):
    NOT_ELIGIBLE = "not_eligible", _("Not whom the programme serves; can come to the office")
    OUT_OF_AREA = "out_of_area", _("Lives outside the area")
    ALREADY_SERVED = "already_served", _("Already has the documents")
    DUPLICATE = "duplicate", _("Already reported")
    UNREACHABLE = "unreachable", _("Nobody can be reached")
    WITHDRAWN = "withdrawn", _("The family withdrew the request")


class Triaged(Body, kind="triaged"):
    """The office's answer to a report (G20, T81)."""

    title = _("Report decided")
    action = _("Decide on the report")

    result: Clear[TriageResult] = Field(title=_("Decision"))
    reason: Clear[TriageReason | None] = Field(
        None, title=_("Reason"), description=_("Needed when the report is not accepted")
    )
    referred_to: Clear[Area | None] = Field(
        None, title=_("Referred to area"), description=_("Code of the area that should serve")
    )
    merged_with: Clear[UUID | None] = Field(None, title=_("Same as case"))
    note: Prose | None = Field(None, title=_("Explanation for the reporter"))


class RequirementReceived(WithFiles, kind="requirement_received"):
    """A paper that the programme asks for has come (P19-P20, H20)."""

    version = 2  # 1 named no files
    title = _("Paper received")
    action = _("Note a paper received")

    requirement: Clear[Code] = Field(title=_("Paper"))
    note: Prose | None = Field(None, title=_("Note"))


class RequirementWanting(Body, kind="requirement_wanting"):
    """A paper is missing or not good enough; the reporter is told what to bring."""

    title = _("Paper found wanting")
    action = _("Ask for a paper")

    requirement: Clear[Code] = Field(title=_("Paper"))
    note: Prose = Field(title=_("What is missing and how to mend it"))


class ApplicationFiled(Body, kind="application_filed"):
    """The request on paper: village letter (G21), partner's file after the check (T27), upload (H21)."""

    title = _("Application filed")
    action = _("File the application")

    documents: Clear[list[Document]] = Field(min_length=1, title=_("Documents applied for"))
    letter_number: Line | None = Field(None, title=_("Number of the letter"))
    note: Prose | None = Field(None, title=_("Note"))
