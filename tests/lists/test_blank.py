"""A blank is never evidence: whatever one side does not say changes nothing, for any two records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from jemput.core.dates import Birth
from jemput.people.likeness import Figures
from jemput.people.link.compare import BLANK, FIELDS, compare
from jemput.people.link.model import Model, Pairs, scores
from jemput.people.link.records import Record
from jemput.people.link.splink_model import COLUMNS, flat

FIGURES = Figures(10_000, {})
# Which attributes of a record speak in which field. A NIK tells a birth date too where the other has none.
SPEAKS = {
    "name": ("name",), "mother": ("mother_name",), "father": ("father_name",), "birth": ("birth",),
    "nik": ("nik",), "family": ("family",), "village": ("places",), "sex": ("sex",),
    "neighbourhood": ("rw", "rt"),
}  # fmt: skip
BLANKS = {"birth": None, "places": {}}
COLUMNS_OF = {
    "name": ("name",), "mother": ("mother",), "father": ("father",), "birth": ("born", "first_year"),
    "nik": ("nik",), "family": ("family",), "village": ("village", "subdistrict"), "sex": ("sex",),
    "neighbourhood": ("neighbourhood",),
}  # fmt: skip

names = st.sampled_from(("SUKARNI", "WAGIMIN HARTONO", "SITI AMINAH", "M. RIZKY P.", "TUMINAH", "AGUS"))
days = st.dates(date(1930, 1, 1), date(2020, 1, 1))
births = st.one_of(
    days.map(Birth.exact), days.map(lambda d: Birth(date(d.year, 1, 1), date(d.year + 9, 12, 31)))
)
numbers = st.integers(0, 9).map(lambda n: f"990301570851000{n}")
records = st.builds(
    Record, name=names, mother_name=names, father_name=names, nik=numbers, family=numbers, birth=births,
    sex=st.sampled_from(("male", "female")), rw=st.sampled_from("12"), rt=st.sampled_from("12"),
    places=st.sampled_from(({"35.03.02.2001": 1.0}, {"35.03.02.2002": 1.0}, {"35.03.11": 0.9})),
)  # fmt: skip


def without(record: Record, field: str) -> Record:
    return replace(record, **{a: BLANKS.get(a, "") for a in SPEAKS[field]})  # type: ignore[arg-type]


def weight(one: Record, other: Record) -> float:
    pairs = Pairs.of([0], [compare(one, other, FIGURES)], [False], [-1])
    return float(scores(Model.start(), pairs)[0])


@given(records, records, st.sets(st.sampled_from(FIELDS)), st.booleans())
def test_what_is_blank_on_either_side_weighs_nothing(
    one: Record, other: Record, blank: set[str], left: bool
) -> None:
    if "birth" in blank:
        blank |= {"nik"}  # else the NIK would speak for the missing birth date, which is its own evidence
    for field in blank:
        one, other = (without(one, field), other) if left else (one, without(other, field))
    levels = compare(one, other, FIGURES)
    assert {f for f, level in zip(FIELDS, levels, strict=True) if level == BLANK} >= blank
    alone = Model.start().bits()
    said = sum(alone[i][level] for i, level in enumerate(levels) if FIELDS[i] not in blank)
    assert abs(weight(one, other) - said) < 1e-9


@given(records, records, st.sampled_from(FIELDS))
def test_blank_on_one_side_is_as_blank_on_both(one: Record, other: Record, field: str) -> None:
    if field == "birth":
        one, other = without(one, "nik"), without(other, "nik")
    bare = without(one, field), without(other, field)
    assert weight(bare[0], other) == weight(one, bare[1]) == weight(*bare)


@given(records, st.sampled_from(FIELDS))
def test_splink_is_given_nothing_for_a_blank(record: Record, field: str) -> None:
    row = dict(zip(COLUMNS, flat(1, without(record, field), 1), strict=True))
    assert all(row[column] is None for column in COLUMNS_OF[field])
