"""Counts from before Jemput: read from a file with their source, kept as entries of the office's journal."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from uuid import UUID

import uuid_utils.compat
from django.db import transaction
from pydantic import ValidationError

from jemput import journal
from jemput.core.codes import Document, Duty
from jemput.core.corrections import as_corrected
from jemput.core.entries import Entry, HistoricalCount
from jemput.core.text import BadInput, Words, _
from jemput.journal.models import EntryRow
from jemput.journal.read import clear_entry
from jemput.measure.counting import Scope

MOST_ROWS = 5000
MOST_BYTES = 1_000_000

PACKAGED: Mapping[str, tuple[str, int]] = {"parepare": ("73.72", 4)}
"""Histories that come with Jemput: name -> (office, programme). Parepare's is P45-P46 of the sources."""


@dataclass(frozen=True, slots=True)
class Count:
    """What is known of a month from before, and who says so."""

    number: int
    source: str


def packaged(name: str) -> bytes:
    """The file of a packaged history. Raises KeyError."""
    if name not in PACKAGED:
        raise KeyError(name)
    return resources.files("jemput.measure").joinpath("history", f"{name}.csv").read_bytes()


def read_history(data: bytes, programme: int) -> list[HistoricalCount]:
    """The counts of a CSV file with the columns month (2020-01), count, source, and if need be document.

    Raises BadInput with the row and the remedy; then nothing of the file is used.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(_("The file is too large: at most %(limit)s bytes."), limit=MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(_("The file is not text. Save the sheet as CSV (UTF-8).")) from None
    table = csv.reader(text.splitlines(), delimiter=";" if ";" in text.split("\n", 1)[0] else ",")
    try:
        heading = [cell.strip().lower() for cell in next(table, [])]
        if missing := [name for name in ("month", "count", "source") if name not in heading]:
            raise BadInput(
                _("The first row must name the columns. Missing: %(names)s."), names=", ".join(missing)
            )
        rows = [
            (table.line_num, dict(zip(heading, map(str.strip, row), strict=False))) for row in table if row
        ]
    except csv.Error:
        raise BadInput(_("The file is not a CSV table.")) from None
    if len(rows) > MOST_ROWS:
        raise BadInput(_("The file has more than %(limit)s rows."), limit=MOST_ROWS)
    found: dict[tuple[str, Document], HistoricalCount] = {}
    for line, row in rows:
        count = _count(line, row, programme)
        if (count.month, count.document) in found:
            raise BadInput(_("Row %(line)s: this month stands in the file twice. Keep one."), line=line)
        found[count.month, count.document] = count
    if not found:
        raise BadInput(_("The file holds no counts."))
    return list(found.values())


_WRONG = {
    "month": _("Write the month as year and month: 2020-01."),
    "count": _("Write the count as a whole number; 0 or - for none."),
    "source": _("Say in at most 300 letters where the number comes from."),
    "document": _("Write the document's code, for example ktp_el."),
}


def _count(line: int, row: Mapping[str, str], programme: int) -> HistoricalCount:
    number = row.get("count", "")
    if re.fullmatch(r"[-–]|", number):
        number = "0" if number else ""
    values: dict[str, object] = {
        "programme": programme,
        "month": row.get("month", ""),
        "count": number,
        "source": row.get("source", ""),
    }
    if row.get("document"):
        values["document"] = row["document"]
    try:
        return HistoricalCount.model_validate(values)
    except ValidationError as error:
        field = str(error.errors(include_input=False)[0]["loc"][0])
        remedy = Words(_WRONG.get(field, _WRONG["count"]))
        raise BadInput(_("Row %(line)s: %(remedy)s"), line=line, remedy=remedy) from None


def history(scope: Scope, before: int | None = None) -> dict[tuple[str, Document], Count]:
    """What the office's journal holds of a programme, by month and document; the latest entry counts.

    Empty for a part of an office: nobody knows how the counts spread over it. ``before``: see ``served``.
    """
    if not scope.is_whole:
        return {}
    rows = EntryRow.objects.filter(
        stream=journal.office_stream(scope.office), kind__in=["historical_count", "corrected"]
    ).order_by("position")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = {}
    for entry in as_corrected(clear_entry(row) for row in rows):
        body = entry.body
        if isinstance(body, HistoricalCount) and body.programme == scope.programme:
            found[body.month, body.document] = Count(body.count, body.source)
    return found


def import_history(
    scope: Scope, counts: list[HistoricalCount], *, actor: str, duty: Duty | None, now: datetime
) -> tuple[int, int]:
    """Append what the journal does not hold yet; returns (appended, already there). All or nothing.

    Repeating an import changes nothing; a changed number is appended and counts from then on.
    """
    stream = journal.open_office(scope.office)
    known = history(scope)
    new = [c for c in counts if known.get((c.month, c.document)) != Count(c.count, c.source)]
    entries = [
        Entry(id=new_id(), stream=stream, actor=actor, duty=duty, occurred_at=now, body=body) for body in new
    ]
    if entries:
        append_all(entries)
    return len(new), len(counts) - len(new)


def append_all(entries: list[Entry]) -> None:
    """Append to an office's journal, all or nothing. Raises BadInput with the journal's words."""
    with transaction.atomic():
        for verdict in journal.append(entries):
            if not verdict.stored:
                raise BadInput(verdict.words or Words(_("The journal did not accept the entry.")))


def new_id() -> UUID:
    """An entry's id, made where the act happens."""
    return uuid_utils.compat.uuid7()
