"""Working days: what "within five working days" means in Trenggalek and in Parepare."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.calendar import (
    TimeZone,
    add_working_days,
    covered,
    days_off,
    deadline,
    is_working_day,
    local_day,
    national_holidays,
    uncovered_years,
    working_days_between,
    zone,
)

moments = st.datetimes(datetime(2025, 6, 1), datetime(2028, 6, 1), timezones=st.just(UTC))
zones = st.sampled_from(list(TimeZone))
holidays_of_an_office = st.frozensets(st.dates(date(2025, 6, 1), date(2028, 12, 31)), max_size=12).map(
    days_off
)


def at_noon(day: date, tz: TimeZone = TimeZone.WIB) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone(tz))


@given(moments, st.integers(0, 60), zones, holidays_of_an_office)
def test_counting_days_undoes_adding_them(
    start: datetime, n: int, tz: TimeZone, holidays: frozenset[date]
) -> None:
    last = add_working_days(start, n, tz, holidays)
    assert working_days_between(start, at_noon(last, tz), tz, holidays) == n


@given(moments, st.integers(1, 60), zones, holidays_of_an_office)
def test_a_promise_ends_on_a_working_day(
    start: datetime, n: int, tz: TimeZone, holidays: frozenset[date]
) -> None:
    assert is_working_day(add_working_days(start, n, tz, holidays), holidays)
    assert deadline(start, n, tz, holidays) > start


@given(moments, moments, moments, zones, holidays_of_an_office)
def test_working_days_add_up(
    a: datetime, b: datetime, c: datetime, tz: TimeZone, holidays: frozenset[date]
) -> None:
    def between(x: datetime, y: datetime) -> int:
        return working_days_between(x, y, tz, holidays)

    assert between(a, b) + between(b, c) == between(a, c)


@given(moments, st.integers(0, 40), zones, holidays_of_an_office)
def test_one_day_at_a_time_comes_to_the_same(
    start: datetime, days: int, tz: TimeZone, holidays: frozenset[date]
) -> None:
    first = local_day(start, tz)
    walked = sum(is_working_day(first + timedelta(days=i), holidays) for i in range(1, days + 1))
    assert working_days_between(start, start + timedelta(days=days), tz, holidays) == walked


def test_weekends_do_not_count() -> None:
    friday = at_noon(date(2026, 11, 20))
    assert add_working_days(friday, 1, TimeZone.WIB, days_off()) == date(2026, 11, 23)


def test_idulfitri_with_its_collective_leave_does_not_count() -> None:
    tuesday_before = at_noon(date(2026, 3, 17))  # Nyepi 18-19, Idulfitri 20-24 March 2026
    assert add_working_days(tuesday_before, 1, TimeZone.WIB, days_off()) == date(2026, 3, 25)


def test_the_same_moment_is_another_day_further_east() -> None:
    late_in_trenggalek = datetime(2026, 11, 19, 23, 30, tzinfo=zone(TimeZone.WIB))
    assert local_day(late_in_trenggalek, TimeZone.WIB) == date(2026, 11, 19)
    assert local_day(late_in_trenggalek, TimeZone.WITA) == date(2026, 11, 20)  # Parepare
    assert add_working_days(late_in_trenggalek, 1, TimeZone.WIB, days_off()) == date(2026, 11, 20)
    assert add_working_days(late_in_trenggalek, 1, TimeZone.WITA, days_off()) == date(2026, 11, 23)


def test_a_promise_is_kept_until_midnight_of_the_office() -> None:
    due = deadline(at_noon(date(2026, 11, 16)), 3, TimeZone.WITA, days_off())
    assert due.isoformat() == "2026-11-20T00:00:00+08:00"


def test_an_office_adds_and_takes_away_days() -> None:
    local_election, proclamation = date(2026, 11, 25), date(2026, 8, 17)
    holidays = days_off(closed=frozenset({local_election}), opened=frozenset({proclamation}))
    assert not is_working_day(local_election, holidays)
    assert is_working_day(proclamation, holidays)
    assert not is_working_day(proclamation, days_off())


def test_a_year_without_decree_counts_weekends_and_says_so() -> None:
    assert covered(2026)
    assert covered(2027)
    assert not covered(2031)
    assert national_holidays(2031) == ()
    assert is_working_day(date(2031, 1, 1), days_off())
    assert uncovered_years([date(2026, 1, 1), date(2031, 1, 1)]) == [2031]


def test_every_holiday_tells_its_decree() -> None:
    new_year = national_holidays(2026)[0]
    assert new_year.day == date(2026, 1, 1)
    assert new_year.decree.startswith("SKB")
    assert any(h.collective_leave for h in national_holidays(2026))


def test_a_moment_without_zone_or_a_senseless_span_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        add_working_days(datetime(2026, 1, 1), 1, TimeZone.WIB, days_off())
    for senseless in (-1, 10**9):
        with pytest.raises(ValueError, match="working days"):
            add_working_days(at_noon(date(2026, 1, 1)), senseless, TimeZone.WIB, days_off())
