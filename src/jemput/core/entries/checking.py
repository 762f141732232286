"""Is this who we think, may we, and who sends the team."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from jemput.core.codes import Coded, Relation
from jemput.core.entries.base import Body, Clear, Code, Digits16, Hash, Line, Prose
from jemput.core.entries.extract import FromExtract
from jemput.core.entries.files import WithFiles
from jemput.core.text import _


class BiodataResult(Coded):
    """What SIAK answered to the NIK or the name (response codes 01 and 11-14)."""

    MATCH = "match", _("Found and matches")
    MISMATCH = "mismatch", _("Found but differs")
    NOT_FOUND = "not_found", _("Not found")
    DEAD = "dead", _("Found, recorded as deceased")
    DOUBLE = "double", _("Found, double data")
    INACTIVE = "inactive", _("Found, not active")


class AnswerSource(Coded):
    """By which way the answer came."""

    MANUAL = "manual", _("Read on the SIAK screen")
    WEB_SERVICE = "web_service", _("Web service")
    LIST = "list", _("Status list")
    SIMULATOR = "simulator", _("Simulator, not SIAK")
    EXTRACT = "extract", _("Register extract of the office")


class BiodataChecked(FromExtract, kind="biodata_checked"):
    """The register was asked before anybody drives out (P21-P22)."""

    version = 2  # 1 knew no register extract
    title = _("Biodata checked in SIAK")
    action = _("Check the biodata in SIAK")

    result: Clear[BiodataResult] = Field(title=_("What SIAK shows"))
    source: Clear[AnswerSource] = Field(AnswerSource.MANUAL, title=_("Source of the answer"))
    nik: Digits16 | None = Field(None, title=_("NIK that was found"))
    differences: Prose | None = Field(None, title=_("What differs"))
    recorded_before: bool | None = Field(
        None, title=_("Biometrics were recorded before"), description=_("As SIAK shows it")
    )


class ConsentBasis(Coded):
    """UU 27/2022: consent of the person, of the guardian, or the office's public duty (art. 20, 25, 26)."""

    CONSENT = "consent", _("Consent of the person")
    GUARDIAN_CONSENT = "guardian_consent", _("Consent of the guardian")
    PUBLIC_DUTY = "public_duty", _("Public duty of the office")


class ConsentGiven(WithFiles, kind="consent_given"):
    """Supported consent first, guardian second, public duty last: service never hinges on a signature."""

    version = 2  # 1 named no files
    title = _("Consent recorded")
    action = _("Record the consent")

    basis: Clear[ConsentBasis] = Field(title=_("Basis"))
    supported: Clear[bool] = Field(
        False, title=_("Explained with support"), description=_("In a way the person understands")
    )
    by: Line | None = Field(None, title=_("Who consented"))
    relation: Relation | None = Field(None, title=_("Relation to the person"))
    how: Prose | None = Field(
        None, title=_("How it was explained"), description=_("Pictures, sign, own language, family")
    )


class ConsentWithdrawn(Body, kind="consent_withdrawn"):
    """The person or guardian no longer agrees (UU 27/2022 art. 9); what was done stays recorded."""

    title = _("Consent withdrawn")
    action = _("Record a withdrawal of consent")

    by: Line | None = Field(None, title=_("Who withdrew"))
    note: Prose | None = Field(None, title=_("Note"))


class Ordered(Body, kind="ordered"):
    """Surat tugas: the head of section sends the team (P09, P23). Who ordered is the entry's actor."""

    version = 2  # 1 knew no letter as a file
    title = _("Order given")
    action = _("Give the order")

    team: Clear[Code | None] = Field(None, title=_("Team"))
    not_before: Clear[date | None] = Field(None, title=_("Not before"))
    not_after: Clear[date | None] = Field(None, title=_("Not after"))
    letter_number: Line | None = Field(None, title=_("Number of the assignment order"))
    letter_sha256: Clear[Hash | None] = Field(
        None, title=_("Digest of the signed letter"), description=_("SHA-256 of its file")
    )
    note: Prose | None = Field(None, title=_("Instruction"))
