"""NIK and family numbers, as offices meet them."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jemput.core.codes import Sex
from jemput.core.dates import Birth, parse_birth
from jemput.core.nik import (
    birth_from,
    mask_nik,
    parse_family_number,
    parse_nik,
    plausible,
    synthetic_family_number,
    synthetic_nik,
)
from jemput.core.text import BadInput

TODAY = date(2026, 11, 22)
GRANDMOTHER = "9901014303500001"  # born 3 March 1950

births = st.dates(date(1900, 1, 1), TODAY)
sexes = st.sampled_from([Sex.FEMALE, Sex.MALE])
serials = st.integers(1, 9999)


@given(births, sexes, serials)
def test_what_a_synthetic_nik_is_made_of_can_be_read_back(birth: date, sex: Sex, serial: int) -> None:
    nik = parse_nik(synthetic_nik(birth, sex, serial))
    assert (nik.sex, nik.serial, nik.region, nik.synthetic) == (sex, serial, "99.01.01", True)
    assert birth in nik.births
    assert plausible(nik, birth, sex) == []


@given(births, sexes, serials, births)
def test_another_birth_date_never_fits(birth: date, sex: Sex, serial: int, other: date) -> None:
    assume((birth.day, birth.month, birth.year % 100) != (other.day, other.month, other.year % 100))
    assert len(plausible(synthetic_nik(birth, sex, serial), other, sex)) == 1


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_and_none_is_repeated(text: str) -> None:
    try:
        assert len(parse_nik(text).digits) == 16
    except BadInput as bad:
        assert len(text) < 6 or text not in str(bad)


@pytest.mark.parametrize(
    "written",
    ["990101 430350 0001", "9901.0143.0350.0001", "9901-0143-0350-0001", "\u202a9901014303500001\u202c",
     "'9901014303500001", "９９０１０１４３０３５００００１", "9901 0143\u00a00350\u200b0001\n"],
)  # fmt: skip
def test_a_nik_is_read_however_it_is_typed_or_pasted(written: str) -> None:
    assert parse_nik(written).digits == GRANDMOTHER


def test_a_woman_has_forty_added_to_her_day_of_birth() -> None:
    nik = parse_nik(GRANDMOTHER)
    assert nik.sex == Sex.FEMALE
    assert birth_from(nik, TODAY) == date(1950, 3, 3)  # 2050 has not come


def test_the_region_is_that_of_the_first_registration() -> None:
    assert parse_nik("3503010303500001").region == "35.03.01"


def test_the_century_follows_the_age_that_makes_sense() -> None:
    nik = parse_nik(synthetic_nik(date(1915, 5, 1), Sex.MALE, 7))
    assert birth_from(nik, TODAY) == date(2015, 5, 1)
    assert birth_from(nik, TODAY, youngest=16) == date(1915, 5, 1)


def test_the_leap_day_of_1900_never_was() -> None:
    assert parse_nik("9901012902000001").births == (date(2000, 2, 29),)


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("3.50301E+15", "Format the column as Text"),
        ("3,50301E+15", "Format the column as Text"),
        ("9901014303500001.0", "Format the column as Text"),
        ("99010143035OOOO1", "letter O"),
        ("990101430350001", "here are 15"),
        ("", "here are 0"),
        ("99010143035000012", "here are 17"),
        ("lihat KK", "other than digits"),
        ("٩٩٠١٠١٤٣٠٣٥٠٠٠٠١", "other than digits"),
        ("0001014303500001", "no area"),
        ("3500014303500001", "no area"),
        ("9901013502500001", "no birth date"),
        ("9901017202500001", "no birth date"),
        ("9901014303500000", "0000"),
    ],
)
def test_a_wrong_nik_is_refused_with_what_to_do(written: str, advice: str) -> None:
    with pytest.raises(BadInput, match=advice):
        parse_nik(written)


def test_a_misfit_names_both_sides() -> None:
    (words,) = plausible(GRANDMOTHER, date(1951, 3, 3), Sex.FEMALE)
    assert "03-03-1950" in str(words)
    assert "03-03-1951" in str(words)


def test_swapped_day_and_month_are_noticed() -> None:
    (words,) = plausible(synthetic_nik(date(1950, 4, 3), Sex.MALE, 1), date(1950, 3, 4))
    assert "swapped" in str(words)


def test_a_wrong_sex_is_noticed_and_an_unknown_one_is_not() -> None:
    assert "woman" in str(plausible(GRANDMOTHER, None, Sex.MALE)[0])
    assert plausible(GRANDMOTHER, None, Sex.UNKNOWN) == []


def test_a_rough_age_is_enough_to_judge_by() -> None:
    assert plausible(GRANDMOTHER, parse_birth("umur 70-an", TODAY)) == []
    assert len(plausible(GRANDMOTHER, parse_birth("umur 30-an", TODAY))) == 1
    assert plausible(GRANDMOTHER, Birth.exact(date(1950, 3, 3))) == []


def test_an_unreadable_nik_is_one_misfit() -> None:
    assert len(plausible("123", date(1950, 3, 3))) == 1


def test_family_numbers_are_sixteen_digits_too() -> None:
    number = synthetic_family_number(date(2012, 6, 1), 12)
    assert parse_family_number(f"{number[:4]} {number[4:]}") == number
    with pytest.raises(BadInput, match="family number has 16 digits; here are 4"):
        parse_family_number("9901")


def test_a_masked_nik_keeps_its_last_four_digits_only() -> None:
    assert mask_nik(GRANDMOTHER) == "••••••••••••0001"
    assert mask_nik("12345") == "•••••"


def test_nobody_real_can_be_invented() -> None:
    with pytest.raises(ValueError, match="region 99"):
        synthetic_nik(date(1950, 3, 3), Sex.MALE, 1, region="35.03.01")
