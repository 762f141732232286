"""Who was served, and when: one row per case and document, at the first act that counts.

A case counts once, in the office's own month of the act: when the act happened, or when the server
heard of it if a device's clock ran ahead. The database groups the entries by case; only cases with a
correction are read entry by entry, because a correction may take an act back or change what it said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from itertools import groupby
from operator import attrgetter
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Least

from jemput.core.codes import DataCondition, Document, Sex
from jemput.core.corrections import as_corrected
from jemput.core.dates import AgeBand
from jemput.core.entries import Delivered, Entry, Printed, Recorded, RecordingResult
from jemput.journal.models import CaseRow, EntryRow
from jemput.journal.read import clear_entry

_COMPLETE = (RecordingResult.COMPLETE, RecordingResult.WITH_EXCEPTION)


class Act(Enum):
    """What counts. Only the KTP-el is recorded; a recording with exceptions counts, a failed one does not."""

    RECORDED = "recorded"
    PRINTED = "printed"
    DELIVERED = "delivered"


SPLIT = ("area", "sex", "age_band", "condition")
"""What the statistics tell apart, by its column of CaseRow."""

ISSUED = (Act.RECORDED, Act.PRINTED)
"""ON THE SPOT's one column "Perekaman/penerbitan": whichever came first."""


@dataclass(frozen=True)
class Scope:
    """Whose numbers: a programme in an area (an office's, or a part of it), on the office's clock."""

    programme: int
    area: str
    zone: ZoneInfo

    @property
    def office(self) -> str:
        """The code of the office."""
        return self.area[: len("35.03")]

    @property
    def is_whole(self) -> bool:
        """Whether it covers the whole office; only then do history and publication belong to it."""
        return self.area == self.office

    def cases(self) -> Q:
        """The cases of this scope, as a condition on CaseRow."""
        found = Q(programme=self.programme, office=self.office)
        return found if self.is_whole else found & Q(area__gte=self.area, area__lt=self.area + "/")

    def month_of(self, at: datetime) -> str:
        """The office's month of a moment: "2021-03"."""
        return f"{at.astimezone(self.zone):%Y-%m}"

    def begin(self, month: str) -> datetime:
        """The first moment of a month."""
        return datetime.combine(date.fromisoformat(f"{month}-01"), time(), self.zone)

    def end(self, month: str) -> datetime:
        """The first moment after a month."""
        return self.begin(following(month))


def following(month: str) -> str:
    """The month after."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02}"


@dataclass(frozen=True, slots=True)
class Served:
    """A case that counts: when, and what the statistics tell apart."""

    case: UUID
    at: datetime
    area: str
    sex: Sex
    age_band: AgeBand
    condition: DataCondition


def served(
    scope: Scope,
    acts: tuple[Act, ...],
    document: Document | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
) -> list[Served]:
    """Every case at its first counting act, from ``since`` up to but without ``until``; by time.

    ``document`` None asks for the first of any document. With ``before``, as the journal stood before
    the entry of that ``seq``: this is how a published month is drawn again.
    """
    acted = _of_kinds(scope, acts, before)
    corrected = EntryRow.objects.filter(stream=OuterRef("stream"), kind="corrected", **_up_to(before))
    plain = acted.filter(_counting(acts, document)).filter(~Exists(corrected))
    firsts = plain.values("stream_id").annotate(first=Min(Least("occurred_at", "received_at")))
    if since is not None:
        firsts = firsts.filter(first__gte=since)
    if until is not None:
        firsts = firsts.filter(first__lt=until)
    split = [F(f"stream__case__{name}") for name in SPLIT]
    found = [_served(*row) for row in firsts.values_list("stream_id", "first", *split)]
    found += [
        row
        for row in _disputed(acted.filter(Exists(corrected)), acts, document, before)
        if (since is None or row.at >= since) and (until is None or row.at < until)
    ]
    return sorted(found, key=lambda row: (row.at, row.case))


def _up_to(before: int | None) -> dict[str, int]:
    return {} if before is None else {"seq__lt": before}


def _of_kinds(scope: Scope, acts: tuple[Act, ...], before: int | None) -> QuerySet[EntryRow]:
    cases = CaseRow.objects.filter(scope.cases())
    kinds = [act.value for act in acts]
    return EntryRow.objects.filter(kind__in=kinds, stream__in=cases.values("stream"), **_up_to(before))


def _counting(acts: tuple[Act, ...], document: Document | None) -> Q:
    """The same as ``_counts``, asked of the database."""
    found = Q(pk__in=[])
    for act in acts:
        if act is not Act.RECORDED:
            found |= Q(kind=act.value) & (Q(clear__document=document.value) if document else Q())
        elif document in (None, Document.KTP_EL):
            found |= Q(kind=act.value, clear__result__in=[r.value for r in _COMPLETE])
    return found


def _served(case: UUID, at: datetime, area: str, sex: str, age_band: str, condition: str) -> Served:
    return Served(case, at, area, Sex(sex), AgeBand(age_band), DataCondition(condition))


def _disputed(
    acted: QuerySet[EntryRow], acts: tuple[Act, ...], document: Document | None, before: int | None
) -> Iterator[Served]:
    """Cases with a correction, read as corrected."""
    streams = list(acted.values_list("stream", flat=True).distinct())
    kinds = [*(act.value for act in acts), "corrected"]
    for start in range(0, len(streams), 500):
        some = streams[start : start + 500]
        rows = EntryRow.objects.filter(stream__in=some, kind__in=kinds, **_up_to(before))
        cases = {case.pk: case for case in CaseRow.objects.filter(pk__in=some).defer("state", "headline")}
        for stream, group in groupby(rows.order_by("stream", "position"), key=attrgetter("stream_id")):
            entries = as_corrected(clear_entry(row) for row in group)
            counting = [_moment(entry) for entry in entries if _counts(entry, acts, document)]
            if counting:
                case = cases[stream]
                yield _served(stream, min(counting), *(getattr(case, name) for name in SPLIT))


def _moment(entry: Entry) -> datetime:
    return min(entry.occurred_at, entry.received_at or entry.occurred_at)


def _counts(entry: Entry, acts: tuple[Act, ...], document: Document | None) -> bool:
    match entry.body:
        case Recorded(result=result):
            return Act.RECORDED in acts and result in _COMPLETE and document in (None, Document.KTP_EL)
        case Printed(document=which):
            return Act.PRINTED in acts and document in (None, which)
        case Delivered(document=which):
            return Act.DELIVERED in acts and document in (None, which)
        case _:
            return False
