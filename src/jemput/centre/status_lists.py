"""The manual way to the centre: lists of NIK and status, pasted or loaded, with preview and undo.

`read_pasted` and `read_file` give rows and errors; `preview` finds the cases; `apply` appends one entry
for each case whose status changes; `undo` voids what a batch appended. Nothing here touches the journal:
it is handed the two functions that do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from jemput.core.centre import RAW_MAX, CentreMeaning, clear_raw, meaning, normalise, rung
from jemput.core.entries import AnswerSource, CentreStatus
from jemput.core.text import BadInput, Words, _, plain
from jemput.uploads.tables import Cell, Number, Row, read_table, read_text

MAX_ERRORS = 1000
HEAD_ROWS = 20
_NIK_HEADS = {"NIK", "NO_NIK", "NOMOR_NIK", "NOMOR_INDUK_KEPENDUDUKAN", "NIK_PENDUDUK"}
_STATUS_HEADS = {
    "STATUS",
    "EKTP_STATUS",
    "STATUS_EKTP",
    "STATUS_KTP",
    "STATUS_KTP_EL",
    "STATUS_KTPEL",
    "STATUS_REKAM",
    "STATUS_PEREKAMAN",
    "CURRENT_STATUS",
    "CURRENT_STATUS_CODE",
}
_SIXTEEN = re.compile(r"[0-9]{16}")


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One readable row: where it stood, whose it is, and the status as it was typed."""

    line: int
    nik: str = field(repr=False)
    raw: str = field(repr=False)

    @property
    def meaning(self) -> CentreMeaning:
        """What the status means."""
        return meaning(self.raw)

    @property
    def masked(self) -> str:
        """The NIK for screens where it is not needed: its last four digits."""
        return "*" * 12 + self.nik[-4:]


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be used: where, which field, what is wrong and what to do. `typed` is kept."""

    line: int
    field_name: str
    words: Words
    remedy: Words
    typed: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StatusList:
    """What a list says: the rows that can be used, the ones that cannot, and how many said the same twice."""

    rows: tuple[StatusRow, ...]
    errors: tuple[RowError, ...]
    more_errors: int = 0
    repeated: int = 0


def read_pasted(text: str) -> StatusList:
    """Read lines of "NIK status", or a table copied from a screen. Raises BadInput for an unusable whole."""
    if any(mark in text for mark in "\t;|,"):
        return _interpret(
            (line, _two_parts(cells[0]) if len(_trimmed(cells)) == 1 else cells)
            for line, cells in read_text(text)
        )
    lines = enumerate(text.splitlines(), start=1)
    return _interpret((number, _two_parts(line)) for number, line in lines if line.strip())


def read_file(data: bytes) -> StatusList:
    """Read an uploaded CSV or XLSX list. Raises BadInput for an unusable whole (kind, size, columns)."""
    return _interpret(read_table(data))


def _two_parts(line: Cell) -> list[Cell]:
    """Split before the status: a NIK may be typed in groups, a status may hold spaces."""
    text = line.text if isinstance(line, Number) else line
    if heading := re.fullmatch(r"\s*(nik)\s+(\S.*)", text, re.IGNORECASE):
        return [*heading.groups()]
    found = re.fullmatch(r"\s*([0-9.,]+[eE]\+?[0-9]+|[^A-Za-z]*)(.*)", text, re.DOTALL)
    return [*found.groups()] if found else [text, ""]


def _interpret(rows: Iterable[Row]) -> StatusList:
    columns: tuple[int, int] | None = None
    waiting: list[Row] = []
    good: dict[str, StatusRow] = {}
    contradicted: set[str] = set()
    errors: list[RowError] = []
    more = repeated = 0

    def fail(error: RowError) -> None:
        nonlocal more
        if len(errors) < MAX_ERRORS:
            errors.append(error)
        else:
            more += 1

    def take(row: Row, at: tuple[int, int]) -> None:
        nonlocal repeated
        line, cells = row
        nik = _nik(line, cells[at[0]] if at[0] < len(cells) else "")
        status = _status(line, cells[at[1]] if at[1] < len(cells) else "")
        if isinstance(nik, RowError) or isinstance(status, RowError):
            for each in (nik, status):
                if isinstance(each, RowError):
                    fail(each)
            return
        before = good.get(nik)
        if before is None:
            good[nik] = StatusRow(line, nik, status)
        elif clear_raw(before.raw) == clear_raw(status) and normalise(before.raw) == normalise(status):
            repeated += 1
        else:
            contradicted.add(nik)
            fail(_contradiction(line, before.line, status))

    for row in rows:
        if columns is not None:
            take(row, columns)
            continue
        waiting.append(row)
        columns = _headed(row[1])
        if columns is not None:
            waiting.clear()  # titles above the heading are not data
        elif len(waiting) >= HEAD_ROWS:
            columns = _unheaded(waiting)
            for each in waiting:
                take(each, columns)
    if columns is None:
        if not waiting:
            raise BadInput(_("The list is empty. Paste lines with a NIK and its status, or load a file."))
        columns = _unheaded(waiting)
        for each in waiting:
            take(each, columns)
    kept = tuple(row for nik, row in good.items() if nik not in contradicted)
    return StatusList(kept, tuple(errors), more, repeated)


def _headed(cells: Sequence[Cell]) -> tuple[int, int] | None:
    """The columns of NIK and status when this row is a heading."""
    names = [normalise(each) if isinstance(each, str) else "" for each in cells]
    nik = next((at for at, name in enumerate(names) if name in _NIK_HEADS), None)
    status = next((at for at, name in enumerate(names) if name in _STATUS_HEADS), None)
    return None if nik is None or status is None else (nik, status)


def _unheaded(rows: Sequence[Row]) -> tuple[int, int]:
    """Without a heading only two columns are understood, NIK first; guessing would put statuses on others."""
    if max(len(_trimmed(cells)) for _line, cells in rows) <= 2:
        return 0, 1
    raise BadInput(
        _(
            "The columns are not clear. Put a heading above the list with NIK over the one column "
            "and STATUS over the other."
        )
    )


def _trimmed(cells: Sequence[Cell]) -> Sequence[Cell]:
    end = len(cells)
    while end and isinstance(each := cells[end - 1], str) and not each.strip():
        end -= 1
    return cells[:end]


def _nik(line: int, cell: Cell) -> str | RowError:
    if isinstance(cell, str) and _SIXTEEN.fullmatch(cell):
        return cell

    def wrong(words: Words, remedy: Words) -> RowError:
        return RowError(line, "nik", words, remedy, cell.text if isinstance(cell, Number) else cell)

    as_number = (
        Words(_("The NIK is kept as a number, and Excel loses its last digits")),
        Words(_("Set the column to Text before typing or pasting, then copy the NIK again from the source.")),
    )
    if isinstance(cell, Number):
        return wrong(*as_number)
    text = plain(cell)
    if quoted := re.fullmatch(r'="?([0-9 ]+)"?', text):  # how CSV exports keep digits as text
        text = quoted.group(1)
    text = text.removeprefix("'")
    if not text:
        return wrong(Words(_("The NIK is missing")), Words(_("Fill it in, or take the row out.")))
    if text[0] in "=+@":
        return wrong(
            Words(_("The cell holds a formula")), Words(_("Copy the column and paste it as values only."))
        )
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?\s*[eE]\s*\+?[0-9]+", text) or re.fullmatch(
        r"[0-9]{15,17}[.,]0+", text
    ):
        return wrong(*as_number)
    digits = re.sub(r"[ .\-]", "", text)
    if not re.fullmatch(r"[0-9]+", digits):
        return wrong(
            Words(_("The NIK holds something other than digits")),
            Words(_("Check that the columns are not mixed up, then correct the NIK.")),
        )
    if len(digits) != 16:
        return wrong(
            Words(_("The NIK has %(count)s digits instead of 16"), {"count": len(digits)}),
            Words(_("Compare it with the source and correct it.")),
        )
    return digits


def _status(line: int, cell: Cell) -> str | RowError:
    def wrong(words: Words, remedy: Words) -> RowError:
        return RowError(line, "status", words, remedy, cell.text if isinstance(cell, Number) else cell)

    mixed_up = Words(_("Check that the columns are not mixed up, then correct the status."))
    if isinstance(cell, Number):
        return wrong(Words(_("The status is a number")), mixed_up)
    text = cell.strip() if cell.isascii() and cell.isprintable() else plain(cell)
    if not text:
        return wrong(
            Words(_("The status is missing")), Words(_("Fill it in as SIAK shows it, or take the row out."))
        )
    if text[0] in "=+@":
        return wrong(
            Words(_("The cell holds a formula")), Words(_("Copy the column and paste it as values only."))
        )
    if len(text) > RAW_MAX:
        return wrong(Words(_("The status is longer than %(limit)s characters"), {"limit": RAW_MAX}), mixed_up)
    if not re.search(r"[A-Za-z]", text):
        return wrong(Words(_("The status holds no letters")), mixed_up)
    return text


def _contradiction(line: int, earlier: int, status: str) -> RowError:
    return RowError(
        line,
        "status",
        Words(_("The same NIK stands in row %(earlier)s with another status"), {"earlier": earlier}),
        Words(_("Look up in SIAK which one is right and keep only that row; neither is taken over.")),
        status,
    )


# ---- preview, apply, undo -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that the office has for a NIK, and the clear raw status it shows now (None if none yet)."""

    case: UUID
    current: str | None = None


Lookup = Callable[[Sequence[str]], Mapping[str, Sequence[Waiting]]]
"""Cases by NIK, asked once for all rows; NIKs without a case are left out."""


@dataclass(frozen=True, slots=True)
class Match:
    """A row and a case it belongs to."""

    row: StatusRow
    case: UUID
    current: str | None

    @property
    def changes(self) -> bool:
        """Whether the list says something new of this case."""
        return clear_raw(self.row.raw) != self.current

    @property
    def backwards(self) -> bool:
        """Whether the status falls to an earlier phase: a sign of an old list, or of a recording redone."""
        if self.current is None:
            return False
        before, now = rung(meaning(self.current)).phase, rung(self.row.meaning).phase
        return 0 < now < before

    def entry(self) -> CentreStatus:
        """What is appended to the case; a value unfit for the clear part stands, as typed, in the note."""
        clear = clear_raw(self.row.raw)
        as_typed = None if normalise(clear) == normalise(self.row.raw) else self.row.raw
        return CentreStatus(raw=clear, source=AnswerSource.LIST, note=as_typed)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen: shown before anything is appended."""

    batch: UUID
    matched: tuple[Match, ...]
    unmatched: tuple[StatusRow, ...]
    errors: tuple[RowError, ...]
    more_errors: int = 0
    repeated: int = 0

    @property
    def changes(self) -> tuple[Match, ...]:
        """The matches that would be appended."""
        return tuple(match for match in self.matched if match.changes)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Statuses in the list that Jemput does not know, each once, for the officer to look at."""
        return tuple(dict.fromkeys(m.row.raw for m in self.matched if m.row.meaning is CentreMeaning.UNKNOWN))


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch appended, so that it can be undone."""

    batch: UUID
    entries: tuple[UUID, ...]


def preview(listed: StatusList, lookup: Lookup, batch: UUID) -> Preview:
    """Find the case of each row; `batch` names this list from now on."""
    found = lookup([row.nik for row in listed.rows])
    matched = tuple(
        Match(row, case.case, case.current) for row in listed.rows for case in found.get(row.nik, ())
    )
    unmatched = tuple(row for row in listed.rows if not found.get(row.nik))
    return Preview(batch, matched, unmatched, listed.errors, listed.more_errors, listed.repeated)


def apply(shown: Preview, append: Callable[[UUID, CentreStatus, UUID], UUID]) -> Applied:
    """Append one entry per case that changes: `append(case, entry, batch)` returns the entry's id.

    Call it inside one transaction, so that a list is taken over whole or not at all.
    """
    return Applied(
        shown.batch, tuple(append(match.case, match.entry(), shown.batch) for match in shown.changes)
    )


def undo(applied: Applied, void: Callable[[UUID, UUID], None]) -> int:
    """Void every entry of a batch, last first, with `void(entry, batch)`; returns how many."""
    for entry in reversed(applied.entries):
        void(entry, applied.batch)
    return len(applied.entries)
