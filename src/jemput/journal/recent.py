"""The clear entries of streams, remembered between appends of this process.

Entries never change, so what was read once is good for as long as the stream's hash at that place is
the same: a rolled-back append can leave nothing wrong here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from uuid import UUID

from jemput.core.entries import Entry
from jemput.journal.canonical import NO_CHAIN, link
from jemput.journal.models import EntryRow, Stream
from jemput.journal.read import chunks, clear_entry

MOST_STREAMS = 512

_remembered: OrderedDict[UUID, tuple[bytes, tuple[Entry, ...]]] = OrderedDict()
_lock = Lock()


def clear_entries(streams: Sequence[tuple[Stream, Sequence[EntryRow]]]) -> dict[UUID, list[Entry]]:
    """All clear entries of streams that are locked, given the rows just added to each."""
    found: dict[UUID, list[Entry]] = {}
    unknown: dict[UUID, Sequence[EntryRow]] = {}
    for stream, rows in streams:
        before = _before(stream.id, rows)
        if before is None:
            unknown[stream.id] = rows
        else:
            found[stream.id] = [*before, *map(clear_entry, rows)]
    for chunk in chunks(unknown):
        for row in EntryRow.objects.filter(stream__in=chunk).order_by("stream_id", "position"):
            found.setdefault(row.stream_id, []).append(clear_entry(row))
    with _lock:
        for stream, __ in streams:
            _remembered[stream.id] = bytes(stream.head_hash), tuple(found[stream.id])
            _remembered.move_to_end(stream.id)
        while len(_remembered) > MOST_STREAMS:
            _remembered.popitem(last=False)
    return found


def _before(stream: UUID, rows: Sequence[EntryRow]) -> tuple[Entry, ...] | None:
    """What stood in the stream before these rows, if it is remembered."""
    if rows[0].position == 1:
        return ()
    with _lock:
        hash, entries = _remembered.get(stream, (NO_CHAIN, ()))
    if len(entries) != rows[0].position - 1:
        return None
    # The chain tells whether the remembered entries are those before the first new row.
    return entries if link(hash, rows[0].identity, rows[0].clear_digest) == rows[0].chain else None
