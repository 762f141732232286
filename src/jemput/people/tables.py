"""Rows of a table from a file: CSV of any encoding and separator, XLSX by calamine, Parquet through DuckDB
if there.

A file is never opened before it was looked at: an XLSX that would unpack to more than memory is refused.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from jemput.core.text import BadInput, _

Row = list[str]
UNPACKED = 3 * 1024**3
RATIO = 250
_SNIFF = 64 * 1024
_LONGEST_CELL = 2_000


@contextmanager
def rows_of(path: Path) -> Iterator[Iterator[Row]]:
    """The rows of a file as text, headings first. Raises BadInput with what to do."""
    with path.open("rb") as file:
        head = file.read(_SNIFF)
    if head[:4] == b"PAR1":
        yield _parquet(path)
    elif head[:2] == b"PK":
        yield _xlsx(path)
    elif head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise BadInput(_("This is an old Excel file (.xls). Save it as .xlsx or CSV and try again."))
    elif not head.strip():
        raise BadInput(_("This file is empty."))
    else:
        encoding = _encoding(head)
        with path.open(encoding=encoding, errors=_AS_WINDOWS, newline="") as text:
            yield _csv(text, head.decode(encoding, "replace"))


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head:
        raise BadInput(_("This is no table. Choose a CSV, XLSX or Parquet file."))
    return "utf-8-sig"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are Windows-1252: files put together from several sources hold both."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_AS_WINDOWS = "jemput-windows"
codecs.register_error(_AS_WINDOWS, _as_windows)


def _csv(text: io.TextIOWrapper, head: str) -> Iterator[Row]:
    first = head.partition("\n")[0]
    separator = max(";,\t|", key=first.count)
    csv.field_size_limit(1_000_000)
    try:
        for row in csv.reader(text, delimiter=separator):
            yield [cell[:_LONGEST_CELL].replace("\0", "") for cell in row]
    except csv.Error as error:
        raise BadInput(_("This CSV file cannot be read to its end. Check its quotation marks.")) from error


def _xlsx(path: Path) -> Iterator[Row]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(item.file_size for item in packed.infolist())
    except zipfile.BadZipFile as error:
        raise BadInput(
            _("This Excel file is damaged. Open it in Excel, save it again and try anew.")
        ) from error
    if size > UNPACKED or size > RATIO * max(path.stat().st_size, 40_000):
        raise BadInput(
            _("This file would unpack to more than this server holds. Save the table as CSV and try again.")
        )
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_index(i) for i in range(len(book.sheet_names))]
        widest = max(sheets, key=lambda s: s.height, default=None)
    except CalamineError as error:
        raise BadInput(
            _("This Excel file is damaged. Open it in Excel, save it again and try anew.")
        ) from error
    if widest is None or not widest.height:
        raise BadInput(_("This file is empty."))
    for row in widest.iter_rows():
        yield [cell_text(cell) for cell in row]


def _parquet(path: Path) -> Iterator[Row]:
    try:
        import duckdb
    except ImportError:
        raise BadInput(_("Parquet files need the package duckdb. Save the table as CSV instead.")) from None
    with duckdb.connect(":memory:", config={"memory_limit": "300MB"}) as connection:
        found: Any = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        yield [column[0] for column in found.description]
        while batch := found.fetchmany(5_000):
            yield from ([cell_text(cell) for cell in row] for row in batch)


def cell_text(cell: Any) -> str:
    """A typed cell as text; whole numbers without a decimal point, dates as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        return repr(cell) if abs(cell) < 1e15 else f"{cell:.15E}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)[:_LONGEST_CELL]


def first_rows(path: Path, count: int = 30) -> list[Row]:
    """The beginning of a file. Raises BadInput."""
    with rows_of(path) as rows:
        return list(islice(rows, count))
