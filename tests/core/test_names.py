"""Names as on the KK and as neighbours call people; dates and ages as they tell them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.dates import (
    AgeBand,
    Birth,
    age,
    age_band,
    format_date,
    numeric_date,
    parse_birth,
    parse_date,
)
from jemput.core.names import name_tokens, parse_name, shown_name
from jemput.core.text import BadInput

TODAY = date(2026, 11, 22)
days = st.dates(date(1900, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("said", "on_the_kk"),
    [
        ("Mbah Karto", "KARTO"),
        ("H. Moch. Soetjipto", "Muhammad Sucipto"),
        ("M. Ali", "MUHAMMAD ALI"),
        ("KH. Achmad Dahlan", "AKHMAD DAHLAN"),
        ("K.H. Hasjim", "HASYIM"),
        ("Hj. Siti Noer'aini", "SITI NURAINI"),
        ("Pak Djoko Tjahjono, S.Pd.", "JOKO CAHJONO"),
        ("Bu Sri binti Karto", "SRI KARTO"),
        ("Njoman Soekarno", "NYOMAN SUKARNO"),
        ("Chairul", "KHAIRUL"),
    ],
)
def test_a_person_is_found_by_the_name_that_callers_say(said: str, on_the_kk: str) -> None:
    assert name_tokens(said) == name_tokens(on_the_kk)


@pytest.mark.parametrize("only", ["KARTO", "Pak", "H", "M"])
def test_people_with_one_name_keep_it(only: str) -> None:
    assert len(name_tokens(only)) == 1


def test_different_people_stay_different() -> None:
    assert name_tokens("Sri Wahyuni") != name_tokens("Sri Wahyudi")


@given(st.text(max_size=80))
def test_any_text_can_be_searched(text: str) -> None:
    for token in name_tokens(text):
        assert token
        assert " " not in token


def test_screens_show_names_as_the_family_card_does() -> None:
    assert shown_name("  siti  nur’aini ") == "SITI NUR'AINI"
    assert parse_name("karto") == "KARTO"


@pytest.mark.parametrize("wrong", ["", "   ", "-", "9901014303500001 Karto", "a" * 200])
def test_what_is_no_name_is_refused(wrong: str) -> None:
    with pytest.raises(BadInput):
        parse_name(wrong)


@given(days)
def test_every_written_form_of_a_date_is_read_back(day: date) -> None:
    for written in (
        format_date(day),
        numeric_date(day),
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%Y}",
    ):
        assert parse_date(written) == day


def test_dates_are_read_from_papers() -> None:
    third_of_march = date(1950, 3, 3)
    assert parse_date("TRENGGALEK, 03-03-1950") == third_of_march
    assert parse_date("Jumat, 3 Mrt. 1950") == third_of_march
    assert parse_date("25 Pebruari 1950") == date(1950, 2, 25)
    assert format_date(third_of_march) == "3 Maret 1950"


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("31-02-1950", "no such day"),
        ("03/25/1950", "day first"),
        ("3 Mrt 50", "four digits"),
        ("3 Bulan 1950", "month is not known"),
        ("0001-01-01", "Check the year"),
        ("kemarin", "day, month, year"),
        ("1" * 10_000, "day, month, year"),
    ],
)
def test_a_wrong_date_is_refused_with_what_to_do(written: str, advice: str) -> None:
    with pytest.raises(BadInput, match=advice):
        parse_date(written)


@given(days)
def test_age_grows_on_the_birthday(day: date) -> None:
    assert age(day, day) == 0
    assert age(day, date(day.year + 30, 3, 1)) in (29, 30)


@pytest.mark.parametrize(
    ("years", "band"),
    [
        *((0, AgeBand.UNDER_5), (4, AgeBand.UNDER_5), (5, AgeBand.CHILD), (16, AgeBand.CHILD)),
        *((17, AgeBand.ADULT), (59, AgeBand.ADULT), (60, AgeBand.ELDERLY), (69, AgeBand.ELDERLY)),
        *((70, AgeBand.OLDEST), (104, AgeBand.OLDEST)),
    ],
)
def test_statistics_count_by_the_ages_that_matter(years: int, band: AgeBand) -> None:
    assert age_band(date(2026 - years, 11, 22), TODAY) == band


def test_nobody_knows_the_age_of_the_unborn_or_unknown() -> None:
    assert age_band(date(2027, 1, 1), TODAY) == AgeBand.UNKNOWN
    assert age_band(None, TODAY) == AgeBand.UNKNOWN


@pytest.mark.parametrize(
    ("said", "first_year", "last_year", "band"),
    [
        ("umur 70-an", 1946, 1956, AgeBand.OLDEST),
        ("70-an tahun", 1946, 1956, AgeBand.OLDEST),
        ("sekitar 70 tahun", 1952, 1959, AgeBand.OLDEST),
        ("kira-kira umur 70", 1952, 1959, AgeBand.OLDEST),
        ("65", 1960, 1961, AgeBand.ELDERLY),
        ("1950-an", 1950, 1959, AgeBand.OLDEST),
        ("tahun 50-an", 1950, 1959, AgeBand.OLDEST),
        ("lahir 1980", 1980, 1980, AgeBand.ADULT),
        ("Maret 1950", 1950, 1950, AgeBand.OLDEST),
        ("00-00-1950", 1950, 1950, AgeBand.OLDEST),
    ],
)
def test_a_birth_known_only_roughly_is_kept_so(
    said: str, first_year: int, last_year: int, band: AgeBand
) -> None:
    birth = parse_birth(said, TODAY)
    assert (birth.earliest.year, birth.latest.year) == (first_year, last_year)
    assert not birth.is_exact
    assert age_band(birth, TODAY) == band


@given(st.integers(0, 130), st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_an_age_means_everybody_who_is_that_old(years: int, on: date) -> None:
    birth = parse_birth(f"umur {years}", on)
    assert age(birth.earliest, on) == age(birth.latest, on) == years


def test_an_exact_birth_is_exact() -> None:
    assert parse_birth("3 Maret 1950", TODAY) == Birth.exact(date(1950, 3, 3))


@pytest.mark.parametrize("said", ["70-an", "umur 900", "2030", "tua sekali", "", "umur sekitar 50 atau 60"])
def test_a_birth_that_means_two_things_or_none_is_asked_again(said: str) -> None:
    with pytest.raises(BadInput):
        parse_birth(said, TODAY)


@given(st.text(max_size=70))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(BadInput):
        parse_birth(text, TODAY)
