"""The monthly table as a file: CSV for other programs, XLSX for a letter."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import xlsxwriter
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jemput.core.codes import Document
from jemput.core.programme import Programme
from jemput.measure.monthly import YearTable
from jemput.office.words import say


def month_name(month: str) -> str:
    """Januari 2020."""
    return date_format(date.fromisoformat(f"{month}-01"), "F Y")


def column_title(document: Document) -> str:
    """ON THE SPOT's own words for its one column; the document's name for others."""
    return _("KTP-el recorded/issued") if document is Document.KTP_EL else say(document)


def _heading(table: YearTable) -> list[str]:
    return [_("No."), _("Month"), *(column_title(d) for d in table.documents), _("Sum")]


def source_line(table: YearTable) -> str:
    """Where the numbers come from, as the last line of the table."""
    sources = [*table.sources, *([_("journals of Jemput")] if table.has_counted or not table.sources else [])]
    return _("Source of data: %(sources)s") % {"sources": "; ".join(sources)}


def _csv(programme: Programme, table: YearTable) -> tuple[bytes, str]:
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(_heading(table))
    for line in table.lines:
        cells = [_dash(cell.total) for cell in (*line.cells, line.total)]
        write([line.number, month_name(line.month), *cells])
    write(["", _("Total"), *(_dash(c.total) for c in table.totals), _dash(table.total.total)])
    write([source_line(table)])
    return ("\ufeff" + out.getvalue()).encode(), "text/csv; charset=utf-8"


def _dash(number: int) -> int | str:
    return number or "-"


DASHED = '#,##0;-#,##0;"-"'
"""A spreadsheet's number with a dash for zero."""


def _xlsx(programme: Programme, table: YearTable) -> tuple[bytes, str]:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(str(table.year))
    title = book.add_format({"bold": True, "font_size": 14})
    bold = book.add_format({"bold": True, "bottom": 1})
    number = book.add_format({"num_format": DASHED})
    total = book.add_format({"bold": True, "top": 1, "num_format": DASHED})
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, 2 + len(table.documents), 30)
    sheet.write_string(0, 0, f"{programme.name} {table.year}", title)
    sheet.write_row(2, 0, _heading(table), bold)
    row = 3
    for line in table.lines:
        sheet.write_number(row, 0, line.number)
        sheet.write_string(row, 1, month_name(line.month))
        for at, cell in enumerate([*line.cells, line.total], start=2):
            sheet.write_number(row, at, cell.total, number)
        row += 1
    sheet.write_string(row, 1, _("Total"), total)
    for at, cell in enumerate([*table.totals, table.total], start=2):
        sheet.write_number(row, at, cell.total, total)
    sheet.write_string(row + 2, 0, source_line(table))
    book.close()
    return out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


FORMS: dict[str, Callable[[Programme, YearTable], tuple[bytes, str]]] = {"csv": _csv, "xlsx": _xlsx}
