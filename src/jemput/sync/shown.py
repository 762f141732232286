"""Entries as devices of one duty read them, opened and written as JSON once for all of these devices.

Of a thousand devices seven read the same village: opening a seal and writing it down again costs many times
what sending it does. What was forgotten never comes from here: whether an entry has its seal is asked of the
database each time. An entry never changes otherwise.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Case, Exists, OuterRef, QuerySet, When

from jemput.core.codes import Duty
from jemput.journal import keys
from jemput.journal.canonical import envelope, moment
from jemput.journal.models import EntryRow, Stream
from jemput.journal.read import open_entry, stream_key
from jemput.sync import scope

MOST_BYTES = 48_000_000
"""Of opened entries that a process keeps in memory."""

_GONE = EntryRow.objects.filter(stream=OuterRef("stream_id"), sealed=None)
CHAIN = Case(When(~Exists(_GONE), then="stream__head_hash"))
"""Of a row of ``CaseRow``: the chain's hash at the end of the case; None where a seal is gone."""

Key = tuple[str, bytes, Duty]
"""One entry or a whole case, the chain's hash at its end, which no other entry ever has; and for whom."""


class _Kept:
    """What was opened lately, under one key ring: with the ring it goes."""

    def __init__(self) -> None:
        self.ring: keys.Ring | None = None
        self.by_key: OrderedDict[Key, bytes] = OrderedDict()
        self.size = 0
        self.lock = threading.Lock()

    def under(self, ring: keys.Ring) -> None:
        with self.lock:
            if self.ring != ring:
                self.ring, self.size = ring, 0
                self.by_key.clear()

    def get(self, key: Key) -> bytes | None:
        with self.lock:
            if (found := self.by_key.get(key)) is not None:
                self.by_key.move_to_end(key)
            return found

    def put(self, key: Key, shown: bytes) -> None:
        with self.lock:
            self.size += len(shown) - len(self.by_key.get(key, b""))
            self.by_key[key] = shown
            while self.size > MOST_BYTES:
                self.size -= len(self.by_key.popitem(last=False)[1])


_kept = _Kept()


def entries(duty: Duty, asked: Mapping[int, bytes | None]) -> dict[int, orjson.Fragment]:
    """Entries by their number in the journal; ``asked``: each with the chain's hash there, or None when its
    seal was found to be gone. Raises keys.Locked.
    """
    _kept.under(keys.ring())
    shown = {
        seq: known for seq, chain in asked.items() if chain and (known := _kept.get(("entry", chain, duty)))
    }
    missing = asked.keys() - shown.keys()
    for row, written in _written(duty, EntryRow.objects.filter(seq__in=missing)) if missing else ():
        shown[row.seq] = written
        if row.sealed is not None:
            _kept.put(("entry", bytes(row.chain), duty), written)
    return {seq: orjson.Fragment(known) for seq, known in shown.items()}


def cases(duty: Duty, asked: Mapping[UUID, bytes | None]) -> dict[UUID, orjson.Fragment]:
    """All entries of these cases, in their order, each case as one list; ``asked``: each with its ``CHAIN``.

    Raises keys.Locked.
    """
    _kept.under(keys.ring())
    shown = {id: head and _kept.get(("case", head, duty)) for id, head in asked.items()}
    missing = [id for id, known in shown.items() if known is None]
    read = EntryRow.objects.filter(stream__in=missing).order_by("stream_id", "position")
    for id, group in groupby(_written(duty, read) if missing else (), lambda one: one[0].stream_id):
        rows, written = zip(*group, strict=True)
        shown[id] = whole = b"[" + b",".join(written) + b"]"
        if (head := asked[id]) and bytes(rows[-1].chain) == head:
            _kept.put(("case", head, duty), whole)
    return {id: orjson.Fragment(known or b"[]") for id, known in shown.items()}


def _written(duty: Duty, asked: QuerySet[EntryRow]) -> list[tuple[EntryRow, bytes]]:
    rows = list(asked)
    ring = keys.ring()
    found = Stream.objects.filter(id__in={row.stream_id for row in rows})
    stream_keys = {stream.id: stream_key(stream, ring) for stream in found}
    return [(row, orjson.dumps(_as_sent(duty, row, stream_keys[row.stream_id]))) for row in rows]


def _as_sent(duty: Duty, row: EntryRow, key: bytes | None) -> dict[str, Any]:
    """An entry as it is sent to a device: as it was captured, with the server's own marks."""
    entry = open_entry(row, key)
    clear, sealed = entry.body.split()
    shown, hidden = scope.visible(duty, entry.kind, sealed)
    return {
        **envelope(entry),
        "clear": clear,
        "sealed": None if key is None or row.sealed is None else shown,
        "hidden": hidden,
        "position": row.position,
        "received_at": moment(row.received_at),
    }
