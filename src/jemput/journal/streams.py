"""Streams that begin: of a case with its report, of an office at its first entry."""

from __future__ import annotations

from uuid import UUID, uuid5

from django.db import connection

from jemput.journal import keys, rows
from jemput.journal.canonical import NO_CHAIN
from jemput.journal.models import Stream
from jemput.journal.rows import Head
from jemput.journal.seal import new_key

_OFFICES = UUID("8f1c3e52-5a1e-5d0b-9d0e-3a6f0c2b7a11")


def office_stream(office: str) -> UUID:
    """The stream of an office's own journal; its id follows from the office's code ("35.03")."""
    return uuid5(_OFFICES, office)


def open_office(office: str) -> UUID:
    """Make sure that an office's own journal is there."""
    id = office_stream(office)
    if not Stream.objects.filter(id=id).exists():
        with connection.cursor() as cursor:
            new = rows.values_of_head(new_stream(id, "office", office))
            rows.insert(cursor, Stream, rows.HEAD_COLUMNS, [new], "ON CONFLICT DO NOTHING")
    return id


def new_stream(id: UUID, type: str, area: str) -> Head:
    """A stream that begins, with a key of its own; not written yet. Raises keys.Locked."""
    key_id, wrapped = keys.ring().wrap(new_key(), id.bytes)
    return Head(id, type, area[:5], area, wrapped, key_id, 0, NO_CHAIN)
