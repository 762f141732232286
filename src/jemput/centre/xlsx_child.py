"""Reads one XLSX workbook from standard input and writes its first filled sheet as JSON lines.

It runs as a process of its own with little memory and time, because a workbook may be built to explode:
one cell in the last row and column asks the reader for gigabytes. Nothing of Jemput is imported here.

A line is [row number, [cell, ...]]; a cell is a text, {"number": "..."} or null.
"""

from __future__ import annotations

import json
import sys
from io import BytesIO

MEMORY = 1_500_000_000
SECONDS = 60
MAX_COLUMNS = 64
MAX_TEXT = 500


def limit() -> None:
    """Take away memory and time beyond the limits, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cell(value: object) -> object:
    """A cell as JSON: numbers are marked, so that a NIK kept as a number is recognised."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"number": repr(value)}
    return str(value)[:MAX_TEXT]


def main(max_rows: int) -> None:
    """Write up to `max_rows` rows and one more, by which the caller sees that there were too many."""
    limit()
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    for name in book.sheet_names[:10]:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None:
            continue
        written = 0
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [cell(value) for value in row[:MAX_COLUMNS]]
            if not any(cells):
                continue
            sys.stdout.write(json.dumps([number, cells]) + "\n")
            written += 1
            if written > max_rows:
                break
        if written:
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
