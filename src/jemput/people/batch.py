"""Many look-ups at once: a list in, for each row the likeliest people of the register out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from jemput.core.codes import Sex
from jemput.core.dates import Birth, parse_birth
from jemput.core.spelling import of_father
from jemput.core.text import BadInput, _
from jemput.people.box import numerals, understood
from jemput.people.columns import Mapper, guess
from jemput.people.lookup import Ranked, Register, find
from jemput.people.person import Query
from jemput.people.rows import SEXES, places_of
from jemput.people.tables import first_rows, rows_of

_LOOKALIKES = str.maketrans("OoIl", "0011")


def number(text: str) -> str:
    """The digits of a NIK or family number, with one missing or too many; empty when it can be neither."""
    bare = re.sub(r"[ .,'`-]", "", text).translate(_LOOKALIKES)
    return bare if re.fullmatch(r"[0-9]{15,17}", bare) else ""


def birth_of(text: str, age: str, on: date) -> Birth | None:
    """A birth date or age as a list has it; None when there is none or it cannot be read."""
    for said in (text, f"umur {age}" if age else ""):
        if said:
            try:
                return parse_birth(numerals(said.rpartition(",")[2].strip().lower()), on)
            except BadInput:
                continue
    return None


def query_of(row: Sequence[str], mapper: Mapper, office: str, on: date) -> Query:
    """What a row of a list says; written on a day."""
    text = mapper.cell(row, "text")
    if text and "name" not in mapper.columns:
        return understood(text, office, on)
    name, father = of_father(mapper.cell(row, "name"))
    return Query(
        name=name if any(c.isalpha() for c in name) else "",
        mother=mapper.cell(row, "mother"),
        father=mapper.cell(row, "father") or father,
        nik=number(mapper.cell(row, "nik")),
        family=number(mapper.cell(row, "family")),
        birth=birth_of(mapper.cell(row, "birth"), mapper.cell(row, "age"), on),
        sex=Sex(SEXES.get(mapper.cell(row, "sex").lower(), Sex.UNKNOWN.value)),
        places=places_of(mapper.cell(row, "village"), mapper.cell(row, "subdistrict"), office),
        rt=mapper.cell(row, "rt").lstrip("0"),
        rw=mapper.cell(row, "rw").lstrip("0"),
    )


def queries(
    path: Path, office: str, on: date, said: dict[str, str] | None = None
) -> Iterator[tuple[str, Query]]:
    """(id or row number, query) for each row of a list. Raises BadInput."""
    mapper = guess(first_rows(path), said, need="")
    if not mapper.columns.keys() - {"id"}:
        raise BadInput(_("No column of this list was understood."))
    with rows_of(path) as rows:
        for number_, row in enumerate(rows, 1):
            if number_ > mapper.headings_row and any(c.strip() for c in row):
                yield mapper.cell(row, "id") or str(number_), query_of(row, mapper, office, on)


def search(register: Register, asked: Iterator[tuple[str, Query]]) -> Iterator[tuple[str, Ranked]]:
    """(id, who may be meant) for each query."""
    for id, query in asked:
        yield id, find(register, query)
