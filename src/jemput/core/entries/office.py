"""Entries of an office's own stream: history, published months, training, outreach."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from jemput.core.codes import Coded, Document
from jemput.core.entries.base import Body, Clear, Hash, Line, Month, Prose
from jemput.core.text import _

SourceText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class HistoricalCount(Body, kind="historical_count"):
    """A number from before the system, with its source; never mixed with counted cases unseen (P45-P46)."""

    title = _("Historical count")
    action = _("Enter a historical count")
    stream_type = "office"

    programme: Clear[int] = Field(ge=1, le=9999, title=_("Programme"))
    month: Clear[Month] = Field(title=_("Month"))
    document: Clear[Document] = Field(Document.KTP_EL, title=_("Document"))
    count: Clear[int] = Field(ge=0, le=10_000_000, title=_("Count"))
    source: Clear[SourceText] = Field(title=_("Source"))


class MonthRow(BaseModel):
    """One row of a published table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: Document
    count: int
    historical: int = 0


class MonthPublished(Body, kind="month_published"):
    """A month as it was published; it stays so, beside today's value."""

    title = _("Month published")
    action = _("Publish the month")
    stream_type = "office"

    programme: Clear[int] = Field(ge=1, le=9999, title=_("Programme"))
    month: Clear[Month] = Field(title=_("Month"))
    rows: Clear[list[MonthRow]] = Field(title=_("Counts"))
    digest: Clear[Hash] = Field(title=_("Digest"))


class TrainingHeld(Body, kind="training_held"):
    """Special training for officers (B22, B41)."""

    title = _("Training held")
    action = _("Record a training")
    stream_type = "office"

    day: Clear[date] = Field(title=_("Day"))
    participants: Clear[int] = Field(ge=1, le=9999, title=_("Participants"))
    subject: Line = Field(title=_("Subject"))
    names: Prose | None = Field(None, title=_("Who took part"))


class OutreachMedium(Coded):
    FORUM = "forum", _("Community forum")
    SOCIAL_MEDIA = "social_media", _("Social media")
    MEETING = "meeting", _("Face-to-face meeting")
    PRINT = "print", _("Pamphlet or banner")


class OutreachHeld(Body, kind="outreach_held"):
    """Telling people that the service exists and is free (B10-B12, B21, T23)."""

    title = _("Public information held")
    action = _("Record a public information event")
    stream_type = "office"

    day: Clear[date] = Field(title=_("Day"))
    medium: Clear[OutreachMedium] = Field(title=_("Medium"))
    reached: Clear[int | None] = Field(None, ge=0, title=_("People reached"))
    subject: Line = Field(title=_("Subject"))
