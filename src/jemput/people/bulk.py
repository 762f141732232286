"""Many rows at once, as fast as each database can: COPY on PostgreSQL, one prepared insert on SQLite."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, models


def insert(
    model: type[models.Model], columns: tuple[str, ...], rows: Iterable[tuple[int | bytes, ...]]
) -> None:
    """Insert rows of plain values, in the order of ``columns``; inside the caller's transaction."""
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # type: ignore[arg-type]  # noqa: S608


def delete_range(model: type[models.Model], first: int, last: int) -> None:
    """Delete the rows with these ids (both included)."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id BETWEEN %s AND %s", [first, last])  # noqa: S608
