"""Entries of a list's own stream: what came in, what was found, and what humans said of each doubtful pair.

Rows are called by their number in the list. Who stands in them is never clear.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from jemput.core.codes import Coded, DataCondition
from jemput.core.entries.base import Body, Clear, Digits16, Hash, Line, Prose
from jemput.core.text import _

RowNumber = Annotated[int, Field(ge=1, le=10_000_000)]


class ListSource(Coded):
    """Where a list of people comes from (T22: three of them made the 2,028 of JEMPOL KEREN)."""

    OFFICE = "office", _("The office's own data")
    SOCIAL_AGENCY = "social_agency", _("Social agency")
    VILLAGE = "village", _("Village report")
    OTHER = "other", _("Another source")


class PairWith(Coded):
    """What a row of a list was compared with."""

    PERSON = "person", _("A person of the register")
    ROW = "row", _("Another row")
    CASE = "case", _("A case")


class PairAnswer(Coded):
    SAME = "same", _("The same person")
    DIFFERENT = "different", _("Different people")


class LinkEngine(Coded):
    EMBEDDED = "embedded", _("Jemput's own engine")
    SPLINK = "splink", _("Splink on this machine")
    SPLINK_SPARK = "splink_spark", _("Splink on Spark")


class ListReceived(Body, kind="list_received"):
    """A list of people was taken in (T22, T43)."""

    title = _("List received")
    action = _("Take in a list")
    stream_type = "list"

    programme: Clear[int] = Field(ge=1, le=9999, title=_("Programme"))
    source: Clear[ListSource] = Field(title=_("Where the list comes from"))
    rows: Clear[int] = Field(ge=0, le=10_000_000, title=_("Rows"))
    refused: Clear[int] = Field(0, ge=0, title=_("Rows of no use"))
    condition: Clear[DataCondition] = Field(DataCondition.UNKNOWN, title=_("What these people lack"))
    digest: Clear[Hash] = Field(title=_("Digest"))
    name: Line = Field(title=_("Name of the list"))


class ListLinked(Body, kind="list_linked"):
    """A run compared the rows with the register, the cases and each other."""

    title = _("List compared")
    action = _("Compare the list")
    stream_type = "list"

    engine: Clear[LinkEngine] = Field(LinkEngine.EMBEDDED, title=_("Engine"))
    same: Clear[int] = Field(ge=0, title=_("Rows linked"))
    ask: Clear[int] = Field(ge=0, title=_("Rows for a human"))
    different: Clear[int] = Field(ge=0, title=_("Rows found nowhere"))
    wanted_per_thousand: Clear[int] = Field(990, ge=0, le=1000, title=_("Wanted precision, per thousand"))


class PairDecided(Body, kind="pair_decided"):
    """Somebody looked at two records side by side and said whether they are one person."""

    title = _("Pair decided")
    action = _("Decide on a pair")
    stream_type = "list"

    row: Clear[RowNumber] = Field(title=_("Row"))
    against: Clear[PairWith] = Field(title=_("Compared with"))
    answer: Clear[PairAnswer] = Field(title=_("Answer"))
    other_list: Clear[UUID | None] = Field(None, title=_("Other list"))
    other_row: Clear[RowNumber | None] = Field(None, title=_("Other row"))
    case: Clear[UUID | None] = Field(None, title=_("Case"))
    extract: Clear[int | None] = Field(None, ge=0, title=_("Register extract"))
    person: Line | None = Field(
        None, title=_("Person of the register"), description=_("NIK, or name and birth date, as registered")
    )


class PairUndone(Body, kind="pair_undone"):
    """A decision is taken back; the pair is open again. An automatic link is undone by deciding otherwise."""

    title = _("Decision taken back")
    action = _("Take a decision back")
    stream_type = "list"

    decision: Clear[UUID] = Field(title=_("Decision"))


class NikMergeProposed(Body, kind="nik_merge_proposed"):
    """Two NIKs seem to be one person's: a second person must look before anything follows."""

    title = _("Two NIKs proposed as one person")
    action = _("Propose that two NIKs are one person")
    stream_type = "list"

    row: Clear[RowNumber] = Field(title=_("Row"))
    decision: Clear[UUID] = Field(title=_("Decision"))
    nik: Digits16 = Field(title=_("NIK in the list"))
    other_nik: Digits16 = Field(title=_("NIK in the register"))
    note: Prose | None = Field(None, title=_("Note"))


class NikMergeConfirmed(Body, kind="nik_merge_confirmed"):
    """The second pair of eyes: never the one who proposed it."""

    title = _("Two NIKs confirmed or refused")
    action = _("Confirm or refuse the merging of two NIKs")
    stream_type = "list"

    proposal: Clear[UUID] = Field(title=_("Proposal"))
    answer: Clear[PairAnswer] = Field(title=_("Answer"))
    note: Prose | None = Field(None, title=_("Note"))


class CaseOpenedFromList(Body, kind="case_opened_from_list"):
    """A case began from one person of the list; all rows that are this person are named."""

    title = _("Case opened from the list")
    action = _("Open cases")
    stream_type = "list"

    rows: Clear[list[RowNumber]] = Field(min_length=1, title=_("Rows"))
    case: Clear[UUID] = Field(title=_("Case"))
