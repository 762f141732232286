"""What Splink is given: flat columns, comparisons and blocking rules, in SQL for DuckDB and Spark.

A blank is NULL, and NULL is no evidence. Names are compared as they sound; the skeletons of their words,
with the village, the year or the mother, bring pairs together, as terms do in the embedded engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from jemput.people.link.records import Record
from jemput.people.person import DEFAULT_DAYS
from jemput.people.terms import bones, joined

FIELDS = ("name", "mother", "father", "birth", "nik", "family", "village", "sex", "neighbourhood")
"""One comparison each; named as the fields of compare.py."""
COLUMNS: dict[str, str] = {
    "unique_id": "int64", "name": "string", "name_words": "list", "name_keys": "list",
    "mother": "string", "mother_words": "list", "mother_keys": "list", "father": "string",
    "born": "string", "swapped": "string", "first_year": "int32", "last_year": "int32", "years": "list",
    "birthday": "string", "nik": "string", "family": "string", "village": "string",
    "subdistrict": "string", "sex": "string", "neighbourhood": "string",
}  # fmt: skip
_AT_ONCE = 20_000
_MOST_YEARS = 11


def flat(id: int, record: Record, near: int) -> tuple[Any, ...]:
    """A record in the order of COLUMNS; ``near``: years around the birth under which a row is looked for."""
    birth, words, mother = record.birth, record.words, record.mother
    born = birth.earliest if birth and birth.is_exact else None
    day = born if born and (born.month, born.day) not in DEFAULT_DAYS else None
    first, last = (birth.earliest.year, birth.latest.year) if birth else (None, None)
    years = [] if birth is None else range(birth.earliest.year - near, birth.latest.year + near + 1)
    village = max(record.places, key=lambda code: (record.places[code], code.count(".")), default="")
    return (
        id, " ".join(sorted(words)) or None, list(words), [*bones(words), *joined(words)],
        " ".join(sorted(mother)) or None, list(mother), bones(mother),
        " ".join(sorted(record.father)) or None,
        day.isoformat() if day else None, _swapped(day), first, last,
        [str(y) for y in years] if len(years) <= _MOST_YEARS else [],
        day.isoformat()[5:] if day else None, record.nik or None, record.family or None,
        village if village.count(".") == 3 else None, village[:8] if village.count(".") >= 2 else None,
        record.sex or None, f"{record.rw}/{record.rt}" if record.rw and record.rt else None,
    )  # fmt: skip


def _swapped(day: date | None) -> str | None:
    return date(day.year, day.day, day.month).isoformat() if day and day.day <= 12 else None


def table(records: Iterable[tuple[int, Record]], near: int = 0) -> Any:
    """An Arrow table of (id, record), made piece by piece."""
    import pyarrow as pa

    kinds = {"int64": pa.int64(), "int32": pa.int32(), "string": pa.string(), "list": pa.list_(pa.string())}
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    batches, piece = [], []
    for id, record in records:
        piece.append(flat(id, record, near))
        if len(piece) == _AT_ONCE:
            batches.append(_batch(piece, schema))
            piece.clear()
    if piece:
        batches.append(_batch(piece, schema))
    return pa.Table.from_batches(batches, schema)


def _batch(piece: Sequence[tuple[Any, ...]], schema: Any) -> Any:
    import pyarrow as pa

    columns = [pa.array(column, f.type) for column, f in zip(zip(*piece, strict=True), schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def settings(link_type: str, prior: float) -> Any:
    """Splink's settings; ``prior`` is the chance that two random records are one person."""
    import splink.comparison_library as cl
    from splink import SettingsCreator

    comparisons: list[Any] = [
        cl.CustomComparison(output_column_name=field, comparison_levels=levels)
        for field, levels in _levels().items()
    ]
    return SettingsCreator(
        link_type=link_type,  # type: ignore[arg-type]
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=_blocking(),
        probability_two_random_records_match=prior,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        max_iterations=15,
    )


def _blocking() -> list[Any]:
    from splink import block_on

    return [
        block_on("nik"), block_on("family"), block_on("born"),
        block_on("name_keys", "village", arrays_to_explode=["name_keys"]),
        block_on("name_keys", "years", arrays_to_explode=["name_keys", "years"]),
        block_on("mother_keys", "village", arrays_to_explode=["mother_keys"]),
        block_on("name_keys", "mother_keys", arrays_to_explode=["name_keys", "mother_keys"]),
        block_on("village", "birthday"),
    ]  # fmt: skip


def training_rules() -> list[Any]:
    """What expectation and maximisation is run on, one after the other; each leaves out what it blocks on."""
    from splink import block_on

    return [block_on("nik"), block_on("name", "first_year"), block_on("born", "sex")]


def _levels() -> dict[str, list[Any]]:
    """Levels of each comparison; m and u are the start of the training, and stay where it sees nothing."""
    import splink.comparison_level_library as cll

    def custom(sql: str, m: float, u: float) -> Any:
        return cll.CustomLevel(sql).configure(m_probability=m, u_probability=u)

    def other(m: float, u: float) -> Any:
        return cll.ElseLevel().configure(m_probability=m, u_probability=u)

    def near(column: str, likeness: float, m: float, u: float) -> Any:
        return cll.JaroWinklerLevel(column, likeness).configure(m_probability=m, u_probability=u)

    def share(column: str, least: int, m: float, u: float) -> Any:
        return cll.ArrayIntersectLevel(column, least).configure(m_probability=m, u_probability=u)

    def called(column: str) -> list[Any]:
        words = f"{column}_words"
        same = cll.ExactMatchLevel(column, term_frequency_adjustments=True)
        return [
            cll.NullLevel(column),
            same.configure(m_probability=0.58, u_probability=2e-5),
            near(column, 0.94, 0.14, 3e-5), share(words, 2, 0.04, 3e-5), near(column, 0.88, 0.1, 3e-4),
            share(words, 1, 0.09, 0.04), near(column, 0.8, 0.03, 0.01), other(0.02, 0.95),
        ]  # fmt: skip

    def number(column: str, m: float) -> list[Any]:
        slip = f"levenshtein({column}_l, {column}_r) <= 2"
        return [
            cll.NullLevel(column),
            custom(f"{column}_l = {column}_r", m, 2e-6), custom(slip, 0.94 - m, 1e-4), other(0.06, 0.9999),
        ]  # fmt: skip

    apart = "first_year_l <= last_year_r + {0} AND first_year_r <= last_year_l + {0}"
    return {
        "name": called("name"),
        "mother": called("mother"),
        "father": [
            cll.NullLevel("father"),
            custom("father_l = father_r", 0.6, 2e-5), near("father", 0.88, 0.3, 1e-3), other(0.1, 0.999),
        ],
        "birth": [
            cll.NullLevel("first_year"),
            custom("born_l = born_r", 0.52, 4e-5),
            custom("swapped_l = born_r", 0.03, 4e-5),
            custom("birthday_l = birthday_r AND " + apart.format(2), 0.04, 2e-4),
            custom("levenshtein(born_l, born_r) <= 1", 0.04, 6e-4),
            custom("first_year_l = first_year_r AND last_year_l = last_year_r", 0.08, 0.013),
            custom(apart.format(0), 0.17, 0.08), custom(apart.format(2), 0.08, 0.1),
            custom(apart.format(6), 0.03, 0.15), other(0.01, 0.65),
        ],
        "nik": number("nik", 0.8),
        "family": number("family", 0.82),
        "village": [
            cll.NullLevel("subdistrict"),
            custom("village_l = village_r", 0.9, 0.008), custom("subdistrict_l = subdistrict_r", 0.06, 0.07),
            other(0.04, 0.92),
        ],
        "sex": [cll.NullLevel("sex"), custom("sex_l = sex_r", 0.985, 0.5), other(0.015, 0.5)],
        "neighbourhood": [
            cll.NullLevel("neighbourhood"),
            custom("neighbourhood_l = neighbourhood_r", 0.9, 0.005), other(0.1, 0.995),
        ],
    }  # fmt: skip
