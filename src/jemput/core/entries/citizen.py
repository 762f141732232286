"""The citizen's own voice: satisfaction, complaint, rights over their data."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from jemput.core.codes import Coded, Relation
from jemput.core.entries.base import Body, Clear, Line, Phone, Prose
from jemput.core.text import _

Grade = Annotated[int, Field(ge=1, le=4)]


class Satisfaction(Body, kind="satisfaction"):
    """Nine elements of PermenPANRB 14/2017, 1 (poor) to 4 (very good); also by proxy or phone."""

    title = _("Satisfaction survey answered")
    action = _("Record the satisfaction survey")

    requirements: Clear[Grade] = Field(title=_("U1 Requirements"))
    procedure: Clear[Grade] = Field(title=_("U2 Procedure"))
    time: Clear[Grade] = Field(title=_("U3 Time"))
    cost: Clear[Grade] = Field(title=_("U4 Cost"))
    product: Clear[Grade] = Field(title=_("U5 Product"))
    competence: Clear[Grade] = Field(title=_("U6 Competence"))
    conduct: Clear[Grade] = Field(title=_("U7 Conduct of officers"))
    complaints: Clear[Grade] = Field(title=_("U8 Handling of complaints"))
    facilities: Clear[Grade] = Field(title=_("U9 Facilities"))
    by_proxy: Clear[bool] = Field(False, title=_("Answered by somebody else for the person"))
    comment: Prose | None = Field(None, title=_("Comment"))


class ComplaintClass(Coded):
    ILLEGAL_LEVY = "illegal_levy", _("Illegal levy (pungli)")
    SLOW = "slow", _("Slow or complicated")
    CONDUCT = "conduct", _("Conduct of officers")
    DISCRIMINATION = "discrimination", _("Unequal treatment")
    DATA_SECURITY = "data_security", _("Security or secrecy of data")
    WRONG_DOCUMENT = "wrong_document", _("Wrong or damaged document")
    OTHER = "other", _("Other")


class Complaint(Body, kind="complaint"):
    """Something went wrong; a levy above all: the service is free (UU 24/2013 art. 79A, 95B)."""

    title = _("Complaint received")
    action = _("Record a complaint")

    about: Clear[ComplaintClass] = Field(title=_("About"))
    text: Prose = Field(title=_("What happened"))
    by: Line | None = Field(None, title=_("Who complains"), description=_("May stay empty"))
    phone: Phone | None = Field(None, title=_("Phone for the answer"))


class ComplaintAnswered(Body, kind="complaint_answered"):
    """What was found and done (SP4N-LAPOR terms)."""

    title = _("Complaint answered")
    action = _("Answer the complaint")

    complaint: Clear[UUID] = Field(title=_("Complaint"))
    founded: Clear[bool] = Field(title=_("The complaint is founded"))
    answer: Prose = Field(title=_("Answer and follow-up"))


class DataRight(Coded):
    ACCESS = "access", _("See my data")
    CORRECTION = "correction", _("Correct my data")
    ERASURE = "erasure", _("Forget my data")


class DataRequested(Body, kind="data_requested"):
    """A right of UU 27/2022 is used; the answer is due within 3 x 24 hours."""

    title = _("Citizen asked about their data")
    action = _("Record a data request")

    right: Clear[DataRight] = Field(title=_("Request"))
    by: Line = Field(title=_("Who asks"))
    relation: Relation = Field(Relation.SELF, title=_("Relation to the person"))
    text: Prose | None = Field(None, title=_("What is asked"))


class DataRequestAnswered(Body, kind="data_request_answered"):
    title = _("Data request answered")
    action = _("Answer the data request")

    request: Clear[UUID] = Field(title=_("Request"))
    granted: Clear[bool] = Field(title=_("Granted"))
    answer: Prose = Field(title=_("Answer"))
