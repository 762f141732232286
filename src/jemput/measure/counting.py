"""Who was served, and when: one row per case and document, at the first act that counts.

A case counts once, in the office's own month of the act: when the act happened, or when the server
heard of it if a device's clock ran ahead. The database groups the entries by case; only cases with a
correction are read entry by entry, because a correction may take an act back or change what it said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from itertools import groupby
from operator import attrgetter
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Least

from jemput.core.codes import DataCondition, Document, Sex
from jemput.core.corrections import as_corrected
from jemput.core.dates import AgeBand
from jemput.core.entries import Delivered, Entry, Printed, Recorded, RecordingResult
from jemput.journal.models import CaseRow, EntryRow
from jemput.journal.read import clear_entry
from jemput.measure.then import Facts, Moved, moved_since

_COMPLETE = (RecordingResult.COMPLETE, RecordingResult.WITH_EXCEPTION)


class Act(Enum):
    """What counts. Only the KTP-el is recorded; a recording with exceptions counts, a failed one does not."""

    RECORDED = "recorded"
    PRINTED = "printed"
    DELIVERED = "delivered"


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


_Key = tuple[UUID, Act, Document]


@dataclass(frozen=True)
class Ledger:
    """The first time of each act on each document of each case; everything counted is read off it."""

    scope: Scope
    firsts: Mapping[_Key, datetime]
    cases: Mapping[UUID, Facts]

    def served(
        self,
        acts: tuple[Act, ...],
        document: Document | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Served]:
        """Every case at the first of these acts, if it lies from ``since`` up to, but without, ``until``.

        By time. ``document`` None asks for the first of any document.
        """
        found: dict[UUID, datetime] = {}
        for (case, act, which), at in self.firsts.items():
            if act in acts and document in (None, which) and (case not in found or at < found[case]):
                found[case] = at
        return [
            Served(case, at, *self.cases[case])
            for case, at in sorted(found.items(), key=lambda item: (item[1], item[0]))
            if (since is None or at >= since) and (until is None or at < until)
        ]


def read_ledger(scope: Scope, before: int | None = None) -> Ledger:
    """Count a programme in three questions to the database, whatever the number of cases.

    With ``before``, as the journal stood before the entry of that ``seq``, with the cases that belonged to
    the programme then: this is how a published month is drawn again.
    """
    moved = Moved() if before is None else moved_since(before, scope.programme, scope.area)
    today = CaseRow.objects.filter(scope.cases()).exclude(pk__in=moved.came)
    entries = EntryRow.objects.filter(Q(stream__case__in=today) | Q(stream__in=moved.went))
    if before is not None:
        entries = entries.filter(seq__lt=before)
    acted = entries.filter(kind__in=[act.value for act in Act])
    disputed = set(entries.filter(kind="corrected").values_list("stream_id", flat=True).distinct())
    failed = Q(kind=Act.RECORDED.value) & ~Q(clear__result__in=[r.value for r in _COMPLETE])
    rows = (
        acted.filter(~failed)
        .values_list("stream_id", "kind", KT("clear__document"))
        .annotate(first=Min(Least("occurred_at", "received_at")))
    )
    firsts: dict[_Key, datetime] = {
        (case, Act(kind), _document(kind, which)): at
        for case, kind, which, at in rows
        if case not in disputed
    }
    firsts |= _as_corrected(entries, disputed)
    known = today.values_list("pk", "area", "sex", "age_band", "condition")
    cases = {
        case: (area, Sex(sex), AgeBand(age), DataCondition(condition))
        for case, area, sex, age, condition in known
    }
    return Ledger(scope, firsts, cases | moved.went)


def _document(kind: str, which: str | None) -> Document:
    """The document of an act; a recording is always for the KTP-el."""
    return Document.KTP_EL if kind == Act.RECORDED.value or not which else Document(which)


def _as_corrected(entries: QuerySet[EntryRow], disputed: set[UUID]) -> dict[_Key, datetime]:
    """Cases with a correction, read entry by entry: it may take an act back, or change what it said."""
    firsts: dict[_Key, datetime] = {}
    kinds = [*(act.value for act in Act), "corrected"]
    streams = sorted(disputed)
    for start in range(0, len(streams), 500):
        rows = entries.filter(stream__in=streams[start : start + 500], kind__in=kinds)
        for stream, group in groupby(rows.order_by("stream", "position"), key=attrgetter("stream_id")):
            for entry in as_corrected(clear_entry(row) for row in group):
                if (counted := _counted(entry)) is None:
                    continue
                key, at = (stream, *counted), min(entry.occurred_at, entry.received_at or entry.occurred_at)
                firsts[key] = min(at, firsts.get(key, at))
    return firsts


def _counted(entry: Entry) -> tuple[Act, Document] | None:
    match entry.body:
        case Recorded(result=result) if result in _COMPLETE:
            return Act.RECORDED, Document.KTP_EL
        case Printed(document=which):
            return Act.PRINTED, which
        case Delivered(document=which):
            return Act.DELIVERED, which
        case _:
            return None
