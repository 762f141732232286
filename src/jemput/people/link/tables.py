"""Rows out of an uploaded list: XLSX by a child process with limits, text in whatever encodings it mixes.

Registers are read by people/tables.py; a list comes from anybody, so nothing of it is opened in this process.
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
from pathlib import Path

from jemput.core.text import BadInput, _

MAX_BYTES = 30_000_000
MAX_UNPACKED = 400_000_000
MAX_ROWS = 200_000
_MAX_CELL = 500
_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc")

Row = tuple[int, list[str]]
"""The number of the row as the reader sees it in the file, and its cells."""


def rows_of(data: bytes) -> Iterator[Row]:
    """The rows of a list, whatever its name says. Raises BadInput, also while rows are being read."""
    if len(data) > MAX_BYTES:
        raise BadInput(
            _("The file is larger than %(limit)s MB. Split the list and load the parts one by one."),
            limit=MAX_BYTES // 1_000_000,
        )
    if not data.strip():
        raise BadInput(_("This file is empty."))
    if data.startswith(b"PK\x03\x04"):
        return _xlsx(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(_("This is an old Excel file (.xls) or has a password. Save it as .xlsx without one."))
    if data.startswith(_PICTURES):
        raise BadInput(
            _("This is a picture, a PDF or an archive. Type the table into Excel, or paste it here.")
        )
    return _text(_decoded(data))


def _decoded(data: bytes) -> str:
    """Text from bytes; a line in another encoding than the rest is read in its own."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "\n".join(_line(line) for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _text(text: str) -> Iterator[Row]:
    text = text.replace("\x00", "")
    head = text[:10_000].splitlines()[:20]
    mark = max("\t;,|", key=lambda sign: sum(line.count(sign) for line in head))
    quoted = text.count('"') % 2 == 0  # else the marks are no quotation marks
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=mark,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    many = 0
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
        if any(c.strip() for c in cells):
            many += 1
            if many > MAX_ROWS + 1:
                raise _too_many()
            yield reader.line_num, [c[:_MAX_CELL] for c in cells]


def _xlsx(data: bytes) -> Iterator[Row]:
    _check_archive(data)
    child = Path(__file__).with_name("xlsx_child.py")
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the workbook goes in as data
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
        raise _too_many()
    for line in lines:
        number, cells = json.loads(line)
        yield number, [_number(c["number"]) if isinstance(c, dict) else c or "" for c in cells]


def _number(text: str) -> str:
    """A cell kept as a number: whole ones without a point. What Excel cut after 15 digits ends in "?"."""
    value = float(text)
    if not value.is_integer() or abs(value) >= 1e17:
        return text
    digits = str(int(value))
    return f"{digits[:15]}?" if len(digits) == 16 and digits.endswith("0") else digits


def _check_archive(data: bytes) -> None:
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
            _("Unpacked, this workbook is far too large. Copy only the table into a new workbook.")
        )


def _unreadable() -> BadInput:
    return BadInput(
        _("The workbook cannot be read: it is damaged, locked or far too large. Copy it into a new one.")
    )


def _too_many() -> BadInput:
    return BadInput(
        _("The list has more than %(limit)s rows. Split it and load the parts one by one."), limit=MAX_ROWS
    )
