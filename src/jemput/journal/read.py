"""Reading entries back: with their seals opened, or the clear parts alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import TypeVar, cast
from uuid import UUID

from jemput.core.codes import Duty
from jemput.core.entries import Body, Entry, UnknownKind, join
from jemput.journal import keys
from jemput.journal.canonical import JSON, content, envelope
from jemput.journal.models import EntryRow, Stream
from jemput.journal.rows import Head, Row
from jemput.journal.seal import place, unseal

T = TypeVar("T")


class Missing(LookupError):
    """No such stream or entry."""


def entries(stream: UUID, *, unsealed: bool = True) -> list[Entry]:
    """The entries of a stream in journal order; sealed fields are None where the person was forgotten.

    With ``unsealed=False`` the clear parts alone are read and no key is needed.
    Raises keys.Locked, seal.BrokenSeal.
    """
    rows = EntryRow.objects.filter(stream=stream).order_by("position")
    if not unsealed:
        return [clear_entry(row) for row in rows]
    key = stream_key(Stream.objects.get(id=stream)) if rows else None
    return [open_entry(row, key) for row in rows]


def clear_entries(stream: UUID) -> list[Entry]:
    """The clear parts of a stream's entries: all that fold and rules read."""
    return entries(stream, unsealed=False)


def entry(id: UUID) -> Entry:
    """One entry, unsealed. Raises Missing."""
    row = EntryRow.objects.filter(id=id).select_related("stream").first()
    if row is None:
        raise Missing(str(id))
    return open_entry(row, stream_key(row.stream))


def every_stream(*, type: str | None = None, unsealed: bool = False) -> Iterator[tuple[Stream, list[Entry]]]:
    """All streams with their entries, in the order of their ids, a few at a time in memory."""
    streams = Stream.objects.order_by("id")
    if type is not None:
        streams = streams.filter(type=type)
    last = None
    while chunk := list((streams.filter(id__gt=last) if last else streams)[:400]):
        rows = EntryRow.objects.filter(stream__in=chunk).order_by("stream_id", "position")
        by_stream = {id: list(group) for id, group in groupby(rows, key=attrgetter("stream_id"))}
        for stream in chunk:
            opened: Callable[[EntryRow], Entry] = clear_entry
            if unsealed:
                key = stream_key(stream)
                opened = _opener(key)
            yield stream, [opened(row) for row in by_stream.get(stream.id, ())]
        last = chunk[-1].id


def _opener(key: bytes | None) -> Callable[[EntryRow], Entry]:
    return lambda row: open_entry(row, key)


def stream_key(stream: Stream | Head, ring: keys.Ring | None = None) -> bytes | None:
    """The stream's own key; None when it was destroyed. Raises keys.Locked."""
    if stream.wrapped_key is None:
        return None
    return (ring or keys.ring()).unwrap(stream.key_id, bytes(stream.wrapped_key), stream.id.bytes)


def clear_entry(row: EntryRow | Row) -> Entry:
    """A row's entry without its seal."""
    return _entry(row, _join(row, None))


def open_entry(row: EntryRow | Row, key: bytes | None) -> Entry:
    """A row's entry with its seal opened; the clear view when key or sealed part are gone."""
    if key is None or row.sealed is None:
        return clear_entry(row)
    __, sealed = unseal(key, row_place(row), bytes(row.sealed))
    return _entry(row, _join(row, sealed))


def row_place(row: EntryRow | Row) -> bytes:
    """The associated data of a row's seal."""
    return place(row.stream_id, row.id, row.kind, row.version)


def row_envelope(row: EntryRow | Row) -> JSON:
    """The envelope as its author wrote it, from a row."""
    return envelope(_entry(row, cast(Body, _Named(row.kind, row.version))))


def row_content(row: EntryRow | Row, sealed: JSON) -> bytes:
    """The canonical entry of a row, as it was stored."""
    return content(row_envelope(row), row.clear, sealed)


class _Named:
    """Stands for a body where only its kind and version are asked."""

    def __init__(self, kind: str, version: int) -> None:
        self.kind, self.version = kind, version


def _join(row: EntryRow | Row, sealed: JSON | None) -> Body:
    try:
        return join(row.kind, row.version, row.clear, sealed)
    except UnknownKind as error:  # cannot have been accepted by this release: the data is newer
        raise UnknownKind(f"{error}: this journal was written by a newer Jemput") from None


def _entry(row: EntryRow | Row, body: Body) -> Entry:
    """Without validation: rows were validated when they were accepted."""
    return Entry.model_construct(
        id=row.id,
        stream=row.stream_id,
        actor=row.actor,
        duty=Duty(row.duty) if row.duty else None,
        occurred_at=row.occurred_at,
        body=body,
        device=row.device,
        device_seq=row.device_seq,
        received_at=row.received_at,
        after=row.after,
        seq=row.seq,
    )


def chunks(ids: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Ids in handfuls that fit into one query."""
    batch: list[T] = []
    for id in ids:
        batch.append(id)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
