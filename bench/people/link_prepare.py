"""The plain columns that peers are given: names as they sound, villages by code, dates that can be compared.

Made once for each register and list by Jemput's own normalisation, which the peers do not have; and Splink's
settings as Jemput uses them, so that peers run without any of Jemput.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from jemput.core.text import BadInput
from jemput.people.batch import query_of
from jemput.people.columns import Mapper, guess
from jemput.people.link import splink_model
from jemput.people.link.records import Record, of_person, of_query
from jemput.people.rows import person_of
from jemput.people.tables import first_rows, rows_of

TODAY = date(2026, 1, 1)
_RAW = ("nik", "name", "birth", "village")


def prepared(register: Path, asked: Path, folder: Path, office: str) -> tuple[Path, Path, Path]:
    """(people, rows) as Parquet files with a unique_id from 0, raw_* as it was written; Splink's settings."""
    people, rows = folder / "people.parquet", folder / f"{asked.stem}.parquet"
    if not people.exists():
        _write(people, _people(register, office), 0)
    if not rows.exists():
        _write(rows, _rows(asked, office), 1)
    said = folder / "splink.json"
    made = {kind: splink_model.settings(kind, 1e-6).create_settings_dict("duckdb") for kind in _KINDS}
    rules = [rule.create_blocking_rule_dict("duckdb") for rule in splink_model.training_rules()]
    said.write_text(json.dumps(made | {"training": [rule["blocking_rule"] for rule in rules]}))
    return people, rows, said


_KINDS = ("link_only", "dedupe_only")


def _people(path: Path, office: str) -> Iterator[tuple[Record, list[str]]]:
    for row, mapper in _lines(path):
        try:
            person = person_of(row, mapper, office, TODAY, lambda odd: None)
        except BadInput:
            continue
        yield of_person(person), [mapper.cell(row, field) for field in _RAW]


def _rows(path: Path, office: str) -> Iterator[tuple[Record, list[str]]]:
    for row, mapper in _lines(path):
        yield of_query(query_of(row, mapper, office, TODAY)), [mapper.cell(row, field) for field in _RAW]


def _lines(path: Path) -> Iterator[tuple[list[str], Mapper]]:
    mapper = guess(first_rows(path), None, need="")
    with rows_of(path) as rows:
        for number, row in enumerate(rows, 1):
            if number > mapper.headings_row and any(c.strip() for c in row):
                yield row, mapper


def _write(path: Path, lines: Iterable[tuple[Record, list[str]]], near: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    raw: list[list[str | None]] = []

    def records() -> Iterator[tuple[int, Record]]:
        for number, (record, cells) in enumerate(lines):
            raw.append([cell or None for cell in cells])
            yield number, record

    columns = splink_model.table(records(), near)
    for name, values in zip(_RAW, zip(*raw, strict=True), strict=True):
        columns = columns.append_column(f"raw_{name}", pa.array(values, pa.string()))
    pq.write_table(columns, path)
