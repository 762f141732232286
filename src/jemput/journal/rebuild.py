"""Drawing the whole projection anew from the journals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import transaction

from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow, Stream, Term, Waiting
from jemput.journal.programmes import programme_of
from jemput.journal.project import Drawing, Journal, draw, office_time, save
from jemput.journal.read import clear_entry, open_entry, stream_key

AT_ONCE = 200


@dataclass(frozen=True)
class Rebuilt:
    """How many cases were drawn, and how many of their rows had been different."""

    cases: int
    different: int


def rebuild(progress: Callable[[int], None] = lambda done: None) -> Rebuilt:
    """Draw every case from its journal; rows that were right stay as they were. Raises keys.Locked."""
    ring = keys.ring()
    cases = different = 0
    last: UUID | None = None
    while True:
        with transaction.atomic():
            streams = Stream.objects.select_for_update().filter(type="case").order_by("id")
            chunk = list((streams.filter(id__gt=last) if last else streams)[:AT_ONCE])
            if not chunk:
                return Rebuilt(cases, different)
            drawings = drawn(chunk, ring)
            before = rows_of(chunk)
            save(drawings)
            after = rows_of(chunk)
        last = chunk[-1].id
        cases += len(drawings)
        different += sum(before.get(d.stream) != after.get(d.stream) for d in drawings)
        progress(cases)


def drawn(streams: Sequence[Stream], ring: keys.Ring) -> list[Drawing]:
    """The rows of these cases, from nothing but their journals."""
    rows = EntryRow.objects.filter(stream__in=streams).order_by("stream_id", "position")
    by_stream = {id: list(group) for id, group in groupby(rows, key=attrgetter("stream_id"))}
    times = cache(office_time)
    drawings = []
    for stream in streams:
        key = stream_key(stream)
        clear = [clear_entry(row) for row in by_stream[stream.id]]
        opened = clear if key is None else [open_entry(row, key) for row in by_stream[stream.id]]
        journal = Journal(stream, key, clear, opened)  # no state before: drawn whole
        drawings.append(draw(journal, programme_of, times, ring.search_key))
    return drawings


def rows_of(streams: Sequence[Stream]) -> dict[UUID, list[Any]]:
    """All projected rows of each case, as plain values in a fixed order, to be compared."""
    found: dict[UUID, list[Any]] = {}
    for case in CaseRow.objects.filter(stream__in=streams).values():
        found[case["stream_id"]] = [{k: _plain(v) for k, v in case.items()}]
    for model in (Waiting, Term):
        names = [f.attname for f in model._meta.concrete_fields]
        rows = [
            [_plain(v) for v in r]
            for r in model.objects.filter(case__in=[s.id for s in streams]).values_list(*names)
        ]
        case_at = names.index("case_id")
        for row in sorted(rows, key=repr):
            found.setdefault(row[case_at], []).append(row)
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
