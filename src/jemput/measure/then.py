"""Which cases belonged to a programme and an office at an earlier moment of the journal.

``CaseRow`` tells today's: a case may have moved to another programme, or to a village of another office,
since. A published month is drawn again with the cases of then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import Q
from django.db.models.fields.json import KT

from jemput import journal
from jemput.core.areas import covers
from jemput.core.codes import DataCondition, Sex
from jemput.core.dates import AgeBand
from jemput.core.fold import fold
from jemput.core.state import State
from jemput.journal.models import CaseRow, EntryRow
from jemput.journal.read import chunks, clear_entry

Facts = tuple[str, Sex, AgeBand, DataCondition]
"""Area, sex, age band and condition of a case: what the statistics tell apart."""


@dataclass(frozen=True)
class Moved:
    """How the cases of then differ from today's."""

    came: frozenset[UUID] = frozenset()
    """Here today, and not then."""
    went: dict[UUID, Facts] = field(default_factory=dict)
    """Here then, and not today; as they were then."""


def moved_since(before: int, programme: int, area: str) -> Moved:
    """What moved to or from this programme in this area since just before the entry of this ``seq``.

    Only journals in which something was said that can move a case are folded, up to that entry.
    """
    later = EntryRow.objects.filter(seq__gte=before, stream__type="case").annotate(area=KT("clear__area"))
    moving = later.filter(
        Q(kind__in=["programme_changed", "corrected"]) | Q(kind="person_described", area__isnull=False)
    )
    came, went = set(), {}
    for streams in chunks(moving.values_list("stream_id", flat=True).distinct()):
        today = {
            row.pk: row.programme == programme and covers(area, row.area)
            for row in CaseRow.objects.filter(pk__in=streams).only("programme", "area")
        }
        for stream, state in _as_of(before, streams):
            was_here = state.programme == programme and covers(area, state.area)
            if was_here and not today.get(stream):
                went[stream] = (state.area, state.sex, state.age_band, state.condition)
            elif today.get(stream) and not was_here:
                came.add(stream)
    return Moved(frozenset(came), went)


def _as_of(before: int, streams: list[UUID]) -> Iterator[tuple[UUID, State]]:
    rows = EntryRow.objects.filter(stream__in=streams, seq__lt=before).order_by("stream_id", "position")
    for stream, group in groupby(rows, key=attrgetter("stream_id")):
        yield stream, fold(journal.programme_of, [clear_entry(row) for row in group])
