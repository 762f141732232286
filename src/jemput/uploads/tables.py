"""Rows out of pasted text, CSV and XLSX: whatever the bytes are, the answer is rows or words.

A list comes from anybody, so a workbook is never opened in this process (see xlsx_child.py). A row is
its number as the reader sees it in the file, and its cells: text, or ``Number`` for a cell that the
workbook keeps as a number.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jemput.core.text import BadInput, _

MAX_BYTES = 30_000_000
MAX_UNPACKED = 400_000_000
MAX_ROWS = 200_000
MAX_CELL = 500
"""Characters of a cell that are looked at."""
_NO_TABLE = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc")


@dataclass(frozen=True, slots=True)
class Number:
    """A cell kept as a number: digits beyond the fifteenth are lost, and leading zeros are gone."""

    text: str


Cell = str | Number
Row = tuple[int, list[Cell]]


def read_table(data: bytes) -> Iterator[Row]:
    """The rows of an uploaded file, whatever its name says: XLSX by its first bytes, else text.

    Raises BadInput, also while rows are being read.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(
            _("The file is larger than %(limit)s MB. Split it and load the parts one by one."),
            limit=MAX_BYTES // 1_000_000,
        )
    if not data.strip():
        raise BadInput(_("This file is empty."))
    if data.startswith(b"PK\x03\x04"):
        return read_xlsx(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(
            _(
                "This is an old Excel file or one with a password. "
                "Open it, save it as .xlsx without a password, and load that."
            )
        )
    if data.startswith(_NO_TABLE):
        raise BadInput(
            _("This is a picture, a PDF or an archive. Load a list as .xlsx or .csv, or paste it.")
        )
    return read_text(decode(data))


def decode(data: bytes) -> str:
    """Text from bytes in any encoding; lines in another encoding than the rest lose only their accents."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "\n".join(_decode_line(line) for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"))


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def read_text(text: str) -> Iterator[Row]:
    """Rows of separated text: tab, semicolon, comma or bar, else one cell a line.

    The mark that stands in most of the first lines, and most often, is taken. Raises BadInput for too
    many rows.
    """
    text = text.replace("\x00", "")
    head = text[:10_000].splitlines()[:20]
    mark = max("\t;,|", key=lambda m: (sum(m in line for line in head), sum(line.count(m) for line in head)))
    if not any(mark in line for line in head):
        mark = "\t"
    # A file that ends inside a quotation is one where quotes are not quotation marks.
    quotes = text.count('"') % 2 == 0
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=mark, quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    )
    rows = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise BadInput(
                _("Line %(line)s cannot be read as a table. Look for a very long cell or stray quotes."),
                line=reader.line_num,
            ) from None
        if not any(each.strip() for each in cells):
            continue
        rows += 1
        if rows > MAX_ROWS + 1:
            raise too_many(MAX_ROWS)
        yield reader.line_num, [each[:MAX_CELL] for each in cells]


def read_xlsx(data: bytes) -> Iterator[Row]:
    """Rows of the largest sheet of a workbook, read by a process of its own (see xlsx_child.py)."""
    _check_archive(data)
    child = Path(__file__).with_name("xlsx_child.py")
    try:
        done = subprocess.run(  # noqa: S603 (our own script; the workbook goes in as data)
            [sys.executable, "-I", str(child), str(MAX_ROWS + 1)],
            input=data,
            capture_output=True,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable() from None
    if done.returncode != 0:
        raise _unreadable()
    lines = done.stdout.splitlines()
    if len(lines) > MAX_ROWS + 1:
        raise too_many(MAX_ROWS)
    for line in lines:
        number, cells = json.loads(line)
        yield number, [Number(each["number"]) if isinstance(each, dict) else each or "" for each in cells]


def _check_archive(data: bytes) -> None:
    """Refuse archives that are no workbook, are locked, or unpack to far more than they weigh."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        raise _unreadable() from None
    if not any(re.fullmatch(r"/?xl/workbook\.xml", part.filename, re.IGNORECASE) for part in parts):
        raise BadInput(
            _("This is not an Excel workbook (.xlsx). Open the list in Excel and save it as .xlsx.")
        )
    if len(parts) > 1000 or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise BadInput(
            _(
                "Unpacked, this workbook is far too large. Copy only the columns that are needed "
                "into a new workbook."
            )
        )


def _unreadable() -> BadInput:
    return BadInput(
        _(
            "The workbook cannot be read: it is damaged, locked or far too large. "
            "Copy the columns that are needed into a new workbook, or paste them."
        )
    )


def too_many(limit: int) -> BadInput:
    """What is said of a list with more rows than are taken at once."""
    return BadInput(
        _("The list has more than %(limit)s rows. Split it, by district for example, and load the parts."),
        limit=limit,
    )


def as_text(cell: Cell) -> str:
    """A cell as text; a whole number without a point. What a workbook cut after 15 digits ends in "?"."""
    if isinstance(cell, str):
        return cell
    value = float(cell.text)
    if not value.is_integer() or abs(value) >= 1e17:
        return cell.text
    digits = str(int(value))
    return f"{digits[:15]}?" if len(digits) == 16 and digits.endswith("0") else digits
