"""Reads one XLSX workbook from standard input and writes its largest sheet as JSON lines.

It runs as a process of its own with little memory and time, because a workbook may be built to explode.
Nothing of Jemput is imported here. A line is [row number, [cell, ...]]; a cell is a text, {"number": "..."}
or null. Cells merged downwards are filled in each row, so that a village written once holds for its rows.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from io import BytesIO
from typing import Any

MEMORY = 1_500_000_000
SECONDS = 60
MAX_COLUMNS = 60
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


def cell(value: Any) -> object:
    """A cell as JSON: numbers are marked, so that a NIK kept as a number is recognised."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"number": repr(value)}
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value)[:MAX_TEXT]


def main(max_rows: int) -> None:
    """Write up to ``max_rows`` rows and one more, by which the caller sees that there were too many."""
    limit()
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names[:20]]
    filled = [sheet for sheet in sheets if sheet.start is not None]
    if not filled:
        return
    sheet = max(filled, key=lambda s: s.height)
    merged = {
        (row, left): top
        for (top, left), (bottom, _right) in (sheet.merged_cell_ranges or [])
        for row in range(top + 1, min(bottom, max_rows) + 1)
    }
    written = 0
    kept: dict[tuple[int, int], object] = {}
    tops = {(top, column) for (_row, column), top in merged.items()}
    for number, row in enumerate(sheet.iter_rows()):
        cells = [cell(value) for value in row[:MAX_COLUMNS]]
        for at in range(len(cells)):
            if (number, at) in tops:
                kept[number, at] = cells[at]
            elif cells[at] is None and (number, at) in merged:
                cells[at] = kept.get((merged[number, at], at))
        if not any(cells):
            continue
        sys.stdout.write(json.dumps([number + 1, cells]) + "\n")
        written += 1
        if written > max_rows:
            break


if __name__ == "__main__":
    main(int(sys.argv[1]))
