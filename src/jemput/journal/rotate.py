"""After a new office key: stream keys are wrapped anew, entries are not touched."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from jemput.journal import keys
from jemput.journal.held import owner_of
from jemput.journal.models import Quarantine, Stream

AT_ONCE = 1000
_ALSO: list[Callable[[], int]] = []


def also_rewrap(work: Callable[[], int]) -> None:
    """An app above the journal keeps keys of its own under the office key: ``work`` turns them too."""
    _ALSO.append(work)


def rewrap() -> int:
    """Bring every key under the current office key; may be stopped and run again. Gives how many."""
    ring = keys.ring()
    done = 0
    while True:
        with transaction.atomic():
            old = Stream.objects.select_for_update().exclude(key_id=ring.current).order_by("id")
            chunk = list(old.filter(wrapped_key__isnull=False)[:AT_ONCE])
            for stream in chunk:
                assert stream.wrapped_key is not None
                key = ring.unwrap(stream.key_id, bytes(stream.wrapped_key), stream.id.bytes)
                stream.key_id, stream.wrapped_key = ring.wrap(key, stream.id.bytes)
            Stream.objects.bulk_update(chunk, ["key_id", "wrapped_key"], batch_size=200)
        done += len(chunk)
        if not chunk:
            return done + _rewrap_quarantine(ring) + sum(work() for work in _ALSO)


def _rewrap_quarantine(ring: keys.Ring) -> int:
    with transaction.atomic():
        rows = list(Quarantine.objects.select_for_update().exclude(key_id=ring.current).order_by("id"))
        for row in rows:
            owner = owner_of(row).bytes
            row.key_id, row.wrapped_key = ring.wrap(
                ring.unwrap(row.key_id, bytes(row.wrapped_key), owner), owner
            )
        Quarantine.objects.bulk_update(rows, ["key_id", "wrapped_key"], batch_size=200)
    return len(rows)
