"""From the recording to the hand: entry, centre, print, custody, receipt."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from jemput.core.codes import Coded, Document, Relation
from jemput.core.entries.base import (
    Body,
    Clear,
    Line,
    Phone,
    Prose,
    RawStatus,
    Ticket,
)
from jemput.core.entries.checking import AnswerSource
from jemput.core.entries.files import WithFiles
from jemput.core.text import _


class DataEntered(Body, kind="data_entered"):
    """The designated officer typed the verified file into SIAK (T28)."""

    title = _("Data entered")
    action = _("Record the data entry")

    documents: Clear[list[Document] | None] = Field(None, title=_("Documents entered"))
    note: Prose | None = Field(None, title=_("Note"))


class SentToCentre(Body, kind="sent_to_centre"):
    """The recording left for the national centre (P25, P40)."""

    title = _("Sent to the national centre")
    action = _("Record the sending to the centre")

    note: Prose | None = Field(None, title=_("Note"))


class CentreStatus(Body, kind="centre_status"):
    """What the centre says, kept as it was written; values unknown to us are kept too (P41)."""

    title = _("Centre status received")
    action = _("Record the centre status")

    raw: Clear[RawStatus] = Field(
        title=_("Status as SIAK shows it"), description=_("For example PRINT_READY_RECORD")
    )
    source: Clear[AnswerSource] = Field(AnswerSource.MANUAL, title=_("Source of the answer"))
    batch: Clear[UUID | None] = Field(
        None, title=_("List"), description=_("The list that it came with, so that a list can be taken back")
    )
    note: Prose | None = Field(None, title=_("Note"))


class Printed(Body, kind="printed"):
    """A document was issued on paper or card (G25, B19, P26)."""

    title = _("Document printed")
    action = _("Record the printing")

    document: Clear[Document] = Field(title=_("Document"))
    card_number: Line | None = Field(None, title=_("Serial number of the card or paper"))


class SpoilReason(Coded):
    MISPRINT = "misprint", _("Misprint")
    WRONG_DATA = "wrong_data", _("Wrong data")
    DAMAGED = "damaged", _("Damaged")
    LOST = "lost", _("Lost")


class Spoiled(Body, kind="spoiled"):
    """A printed document is of no use; it is destroyed and printed again."""

    title = _("Document spoiled")
    action = _("Record a spoiled document")

    document: Clear[Document] = Field(title=_("Document"))
    reason: Clear[SpoilReason] = Field(SpoilReason.MISPRINT, title=_("Reason"))
    note: Prose | None = Field(None, title=_("Note"))


class OriginalsCollected(WithFiles, kind="originals_collected"):
    """Original papers taken along against a receipt (H20, H24)."""

    version = 2  # 1 named no files
    title = _("Original papers collected")
    action = _("Collect original papers")

    receipt: Clear[Ticket] = Field(title=_("Receipt number"))
    count: Clear[int] = Field(ge=1, le=99, title=_("How many papers"))
    papers: Prose = Field(title=_("Which papers"), description=_("Kind, number and condition of each paper"))
    given_by: Line = Field(title=_("Handed over by"))


class OriginalsReturned(WithFiles, kind="originals_returned"):
    """The originals are back with the family."""

    version = 2  # 1 named no files
    title = _("Original papers returned")
    action = _("Return original papers")

    receipt: Clear[Ticket] = Field(title=_("Receipt number"))
    returned_to: Line = Field(title=_("Returned to"))
    relation: Relation = Field(Relation.SELF, title=_("Relation to the person"))


class Holder(Coded):
    OFFICE = "office", _("Office counter")
    OFFICER = "officer", _("Officer")
    PARTNER = "partner", _("Partner (village, social agency, agent)")
    COURIER = "courier", _("Courier")


class CustodyTaken(Body, kind="custody_taken"):
    """A document is on its way and somebody answers for it (T29)."""

    title = _("Document put in custody")
    action = _("Hand the document to a carrier")

    document: Clear[Document] = Field(title=_("Document"))
    holder: Clear[Holder] = Field(title=_("Who carries it"))
    envelope: Clear[Ticket | None] = Field(None, title=_("Envelope number"))
    holder_name: Line | None = Field(None, title=_("Name of the carrier"))
    holder_phone: Phone | None = Field(None, title=_("Phone of the carrier"))


class Proof(Coded):
    SIGNATURE = "signature", _("Signature")
    THUMBPRINT = "thumbprint", _("Thumb mark on paper")
    CODE = "code", _("Code sent to the phone")
    WITNESS = "witness", _("Witness")


class HandOverPlace(Coded):
    AT_THE_DOOR = "at_the_door", _("At the place of the person")
    AGREED = "agreed", _("At the agreed place")
    COUNTER = "counter", _("Picked up at the office")


class Delivered(WithFiles, kind="delivered"):
    """The document is in somebody's hands, against a receipt (G26, B20, P27, T29, H23)."""

    version = 2  # 1 named no files
    title = _("Document handed over")
    action = _("Hand over the document")

    document: Clear[Document] = Field(title=_("Document"))
    receipt: Clear[Ticket] = Field(title=_("Receipt number"))
    place: Clear[HandOverPlace] = Field(HandOverPlace.AT_THE_DOOR, title=_("Where"))
    proof: Clear[Proof] = Field(Proof.SIGNATURE, title=_("Proof"))
    recipient: Line = Field(title=_("Received by"))
    relation: Relation = Field(Relation.SELF, title=_("Relation to the person"))
    note: Prose | None = Field(None, title=_("Note"))


class DeliveryFailReason(Coded):
    NOBODY = "nobody", _("Nobody to receive it")
    REFUSED = "refused", _("Refused")
    WRONG_ADDRESS = "wrong_address", _("Address not found")
    WRONG_DATA = "wrong_data", _("Data on the document is wrong")
    MOVED = "moved", _("Moved away")
    OTHER = "other", _("Other")


class DeliveryFailed(Body, kind="delivery_failed"):
    """It came back; the document returns to the office."""

    title = _("Delivery failed")
    action = _("Record a failed delivery")

    document: Clear[Document] = Field(title=_("Document"))
    reason: Clear[DeliveryFailReason] = Field(title=_("Reason"))
    note: Prose | None = Field(None, title=_("Note"))


class HandOverChosen(Body, kind="hand_over_chosen"):
    """The family chooses delivery to an agreed place or pick-up at the office (B20)."""

    title = _("Hand-over chosen")
    action = _("Note how the family wants to receive it")

    place: Clear[HandOverPlace] = Field(title=_("Where"))
    agreed_place: Prose | None = Field(None, title=_("Agreed place and time"))
