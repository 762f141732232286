"""The hot path's own rows and statements: plain SQL, the same on both databases.

An append touches a dozen tables; building each statement through the ORM costs more than sealing and
chaining together. Everything else reads the same tables through ``models``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from django.db import models
from django.db.backends.utils import CursorWrapper

from jemput.journal.models import EntryRow, Stream

Convert = Callable[[Any], Any]
AT_ONCE = 400
"""Values in one IN list: SQLite's limit is 999 on old builds."""


@dataclass(slots=True)
class Head:
    """A stream while it is locked. Same attributes as ``models.Stream``."""

    id: UUID
    type: str
    office: str
    area: str
    wrapped_key: bytes | None
    key_id: str
    head: int
    head_hash: bytes
    erased_at: datetime | None = None


@dataclass(slots=True)
class Row:
    """An entry as it is stored. Same attributes as ``models.EntryRow``."""

    seq: int
    id: UUID
    stream_id: UUID
    position: int
    kind: str
    version: int
    clear: dict[str, Any]
    sealed: bytes | None
    identity: bytes
    clear_digest: bytes
    chain: bytes
    actor: str
    duty: str | None
    device: UUID | None
    device_seq: int | None
    occurred_at: datetime
    received_at: datetime
    after: UUID | None


HEAD_COLUMNS = tuple(f.name for f in fields(Head))
ROW_COLUMNS = tuple(f.name for f in fields(Row))


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """The names of a table's columns."""
    return tuple(cast(str, f.column) for f in model._meta.concrete_fields)


def insert(
    cursor: CursorWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    conflict: str = "",
) -> None:
    """Insert rows given as values in the order of ``columns``."""
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places}) {conflict}"  # noqa: S608
    _many(cursor, sql, into(cursor, model, tuple(columns)), rows)


def update(
    cursor: CursorWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Update rows by the last of ``columns``."""
    *changed, by = columns
    sql = f"UPDATE {model._meta.db_table} SET {', '.join(f'{c} = %s' for c in changed)} WHERE {by} = %s"  # noqa: S608
    _many(cursor, sql, into(cursor, model, tuple(columns)), rows)


def delete(
    cursor: CursorWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Delete the rows that have these values in ``columns``."""
    wanted = " AND ".join(f"{c} = %s" for c in columns)
    sql = f"DELETE FROM {model._meta.db_table} WHERE {wanted}"  # noqa: S608
    _many(cursor, sql, into(cursor, model, tuple(columns)), rows)


def select(
    cursor: CursorWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    column: str,
    values: Iterable[Any],
    tail: str = "",
) -> Iterable[list[Any]]:
    """Rows that have one of these values in ``column``; ``tail`` orders or locks them."""
    (to_database,) = into(cursor, model, (column,))
    wanted = [to_database(v) if to_database else v for v in values]
    back = out_of(cursor, model, tuple(columns))
    for start in range(0, len(wanted), AT_ONCE):
        chunk = wanted[start : start + AT_ONCE]
        places = ", ".join(["%s"] * len(chunk))
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM {model._meta.db_table} "  # noqa: S608
            f"WHERE {column} IN ({places}) {tail}",
            chunk,
        )
        for row in cursor.fetchall():
            yield [
                convert(v) if convert and v is not None else v for convert, v in zip(back, row, strict=True)
            ]


def heads(cursor: CursorWrapper, ids: Sequence[UUID]) -> list[Head]:
    """Streams, locked in the order of their ids until the transaction ends."""
    tail = "ORDER BY id" + ("" if cursor.db.vendor == "sqlite" else " FOR UPDATE")
    # Handfuls of ordered ids, each ordered: the whole is in order.
    return [Head(*row) for row in select(cursor, Stream, HEAD_COLUMNS, "id", sorted(ids), tail)]


def entries(cursor: CursorWrapper, ids: Iterable[UUID]) -> list[Row]:
    """Entries by id."""
    return [Row(*row) for row in select(cursor, EntryRow, ROW_COLUMNS, "id", ids)]


def next_seqs(cursor: CursorWrapper, count: int) -> list[int]:
    """Numbers for new entries. They name and never order: see feeds."""
    if cursor.db.vendor == "sqlite":  # the one writer holds the lock
        cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'journal_entryrow'")
        first = (cursor.fetchone()[0] or 0) + 1
        return list(range(first, first + count))
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence('journal_entryrow', 'seq')) FROM generate_series(1, %s)",
        [count],
    )
    return [seq for (seq,) in cursor.fetchall()]


values_of_row = attrgetter(*ROW_COLUMNS)
values_of_head = attrgetter(*HEAD_COLUMNS)


def _many(
    cursor: CursorWrapper, sql: str, converts: Sequence[Convert | None], rows: Iterable[Sequence[Any]]
) -> None:
    ready = [[c(v) if c and v is not None else v for c, v in zip(converts, row, strict=True)] for row in rows]
    if len(ready) == 1:
        cursor.execute(sql, ready[0])
    elif ready:
        cursor.executemany(sql, ready)


# ---- values as each database has them --------------------------------------------------------------


def into(
    cursor: CursorWrapper, model: type[models.Model], columns: tuple[str, ...]
) -> Sequence[Convert | None]:
    """How to give values of these columns to the database; None where as they are."""
    return _converts(model, columns, cursor.db.vendor, "into")


def out_of(
    cursor: CursorWrapper, model: type[models.Model], columns: tuple[str, ...]
) -> Sequence[Convert | None]:
    """How to read values of these columns from the database; None where as they are."""
    return _converts(model, columns, cursor.db.vendor, "out")


@lru_cache(maxsize=256)
def _converts(
    model: type[models.Model], columns: tuple[str, ...], vendor: str, way: str
) -> Sequence[Convert | None]:
    by_column = {f.column: f for f in model._meta.concrete_fields}
    return [_convert(_plain(by_column[c]), vendor, way) for c in columns]


def _plain(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _convert(field: models.Field[Any, Any], vendor: str, way: str) -> Convert | None:
    sqlite = vendor == "sqlite"
    if isinstance(field, models.JSONField):
        return _json if way == "into" else json.loads
    if isinstance(field, models.BinaryField):
        return None if way == "into" else bytes
    if isinstance(field, models.UUIDField) and sqlite:
        return attrgetter("hex") if way == "into" else UUID
    if isinstance(field, models.DateTimeField):
        if way == "into":
            return _sqlite_time if sqlite else None
        return _from_sqlite_time if sqlite else _in_utc
    return None


_json = json.JSONEncoder(separators=(", ", ": ")).encode


def _sqlite_time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(" ")[:-6]


def _from_sqlite_time(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)  # Django's own converter has read the text


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)
