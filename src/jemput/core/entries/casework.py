"""Entries about the case itself: notes, links, corrections, the end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from jemput.core.codes import Coded
from jemput.core.entries.base import Body, Clear, Hash, Prose
from jemput.core.entries.files import WithFiles
from jemput.core.text import _


class Note(WithFiles, kind="note"):
    version = 2  # 1 named no files
    title = _("Note")
    action = _("Write a note")

    text: Prose = Field(title=_("Note"))


class Merged(Body, kind="merged"):
    """A reversible link: this case goes on in another; journals are never joined."""

    title = _("Merged with another case")
    action = _("Merge with another case")

    into: Clear[UUID] = Field(title=_("Goes on in case"))
    note: Prose | None = Field(None, title=_("Why it is the same person"))


class Separated(Body, kind="separated"):
    """The link is undone; the case stands on its own again."""

    title = _("Separated again")
    action = _("Separate the case again")

    note: Prose = Field(title=_("Why it is not the same person"))


class Corrected(Body, kind="corrected"):
    """An earlier entry said something wrong. It stays; this one says what holds instead.

    ``clear_values`` and ``sealed_values`` replace fields of that entry; ``void`` takes it back whole.
    """

    title = _("Earlier entry corrected")
    action = _("Correct an earlier entry")

    entry: Clear[UUID] = Field(title=_("Entry"))
    void: Clear[bool] = Field(False, title=_("The entry does not hold at all"))
    clear_values: Clear[dict[str, Any] | None] = Field(None, title=_("New values"))
    sealed_values: dict[str, Any] | None = Field(None, title=_("New values"))
    reason: Prose = Field(title=_("Why it was wrong"))


class ProgrammeChanged(Body, kind="programme_changed"):
    """The case moves to another programme, or to a newer version of its own."""

    title = _("Programme changed")
    action = _("Change the programme")

    programme: Clear[int] = Field(ge=1, le=9999, title=_("Programme"))
    programme_hash: Clear[Hash] = Field(title=_("Programme version"))
    note: Prose | None = Field(None, title=_("Reason"))


class CloseReason(Coded):
    SERVED = "served", _("Served")
    DECEASED_OR_MOVED = "deceased_or_moved", _("Person no longer there")
    WITHDRAWN = "withdrawn", _("Request withdrawn")
    NOT_POSSIBLE = "not_possible", _("Not possible after repeated visits")
    ELSEWHERE = "elsewhere", _("Served elsewhere")


class Closed(Body, kind="closed"):
    title = _("Case closed")
    action = _("Close the case")

    reason: Clear[CloseReason] = Field(title=_("Reason"))
    note: Prose | None = Field(None, title=_("Note"))
