"""Columns said by an officer where the headings of a list do not tell: what may be chosen, what cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from jemput.core.text import BadInput, _, plain
from jemput.people.columns import Mapper
from jemput.uploads.tables import as_text, read_table

FIELDS: Mapping[str, str] = {
    "name": _("Name"), "nik": _("NIK"), "family": _("Family card number"), "sex": _("Sex"),
    "birth": _("Birth"), "age": _("Age"), "mother": _("Mother"), "father": _("Father"),
    "village": _("Village or ward"), "subdistrict": _("Subdistrict"), "rw": _("RW"), "rt": _("RT"),
    "address": _("Address"), "phone": _("Phone"), "condition": _("What is missing, remarks"),
    "group": _("Vulnerability"),
}  # fmt: skip
"""What a column may hold, in the order in which it is offered."""
SHOWN_ROWS, MOST_COLUMNS = 8, 40
_LOOK = 40
_LONG = ("nik", "family")


def sample(data: bytes) -> list[tuple[int, list[str]]]:
    """The first rows of a file, with their numbers. Raises BadInput."""
    return [(n, [as_text(c) for c in cells[:MOST_COLUMNS]]) for n, cells in islice(read_table(data), _LOOK)]


def likely_above(rows: Sequence[tuple[int, list[str]]]) -> int:
    """How many rows seem to stand above the people: up to the first full one without a digit; else none."""
    for n, (_number, cells) in enumerate(rows[:SHOWN_ROWS], 1):
        filled = [c for c in cells if c.strip()]
        if len(filled) > 1 and not any(c.isdecimal() for text in filled for c in text):
            return n
    return 0


def mapper(chosen: Mapping[int, str], above: int, rows: Sequence[tuple[int, list[str]]]) -> Mapper:
    """Columns (position from 0 -> field) as the reader of lists takes them; ``above`` rows are no people.

    Raises BadInput that says which choice cannot be right.
    """
    fields = list(chosen.values())
    for name in fields:
        if fields.count(name) > 1:
            raise BadInput(_("Two columns are chosen as “%(field)s”. Keep one."), field=FIELDS[name])
    at = {name: index for index, name in chosen.items()}
    if "name" not in at:
        raise BadInput(_("Choose the column that holds the names."))
    people = [cells for _number, cells in rows[above:]]
    if not people:
        raise BadInput(_("Below the row of the headings nothing is left. Choose a higher row."))
    _hold_letters(at["name"], people)
    for name in _LONG:
        if name in at:
            _hold_long_numbers(name, at[name], people)
    headings = rows[above - 1][1] if above else []
    ignored = tuple(h for i, h in enumerate(headings) if i not in chosen and h.strip())
    return Mapper(at, above, ignored)


def _cells(index: int, rows: Sequence[Sequence[str]]) -> list[str]:
    return [text for row in rows if index < len(row) and (text := plain(row[index]))]


def _hold_letters(index: int, rows: Sequence[Sequence[str]]) -> None:
    cells = _cells(index, rows)
    if sum(any(c.isalpha() for c in text) for text in cells) * 2 <= len(cells):
        raise BadInput(_("The column chosen as “Name” holds hardly any letters. Choose another."))


def _hold_long_numbers(name: str, index: int, rows: Sequence[Sequence[str]]) -> None:
    cells = _cells(index, rows)
    if cells and sum(sum(c.isdecimal() for c in text) >= 10 for text in cells) * 3 < len(cells):
        raise BadInput(
            _("The column chosen as “%(field)s” holds hardly any long numbers. Choose another, or none."),
            field=FIELDS[name],
        )
