"""Working days: Monday to Friday, less national holidays and cuti bersama, in the office's own time zone.

Holidays come from ``lokal-id`` (the yearly decree of three ministers, SKB 3 Menteri). A year it does
not know counts weekends only and ``covered`` says so; an office adds and takes away days of its own,
since the sidang isbat and local rules move them.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from jemput.core.codes import Coded
from jemput.core.text import _

_WEEKEND = (5, 6)
_MOST_DAYS = 5000


class TimeZone(Coded):
    """The three time zones of Indonesia."""

    WIB = "wib", _("Western Indonesian time (WIB)")
    WITA = "wita", _("Central Indonesian time (WITA)")
    WIT = "wit", _("Eastern Indonesian time (WIT)")


@dataclass(frozen=True)
class Holiday:
    """A day off for every office, with the decree that says so."""

    day: date
    name: str
    """In Indonesian, as the decree names it."""
    collective_leave: bool
    """Cuti bersama: leave taken together, not a holiday by law."""
    decree: str


def zone(time_zone: TimeZone) -> ZoneInfo:
    """The clock of an office: Jakarta, Makassar or Jayapura."""
    return ZoneInfo({"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}[time_zone])


def covered(year: int) -> bool:
    """Whether the decree of this year is known; if not, only weekends (and the office's own days) count."""
    return year in _known_years()


@lru_cache(maxsize=16)
def national_holidays(year: int) -> tuple[Holiday, ...]:
    """Holidays and cuti bersama of a year; empty when the year is not ``covered``."""
    if not covered(year):
        return ()
    from lokal.holidays import get_holidays

    known = get_holidays(year)
    return tuple(
        Holiday(date.fromisoformat(h.date), h.name, h.type == "cuti_bersama", known.decree)
        for h in known.holidays
    )


@lru_cache(maxsize=64)
def days_off(closed: frozenset[date] = frozenset(), opened: frozenset[date] = frozenset()) -> frozenset[date]:
    """Every holiday known, with the office's own: ``closed`` days added, ``opened`` days taken away."""
    national = {h.day for year in _known_years() for h in national_holidays(year)}
    return frozenset((national | closed) - opened)


def is_working_day(day: date, holidays: Set[date]) -> bool:
    """Monday to Friday and not among ``holidays`` (see ``days_off``)."""
    return day.weekday() not in _WEEKEND and day not in holidays


def local_day(moment: datetime, tz: TimeZone) -> date:
    """The calendar day of a moment where the office stands. The moment must carry its own zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone has no day")
    return moment.astimezone(zone(tz)).date()


def add_working_days(start: datetime, n: int, tz: TimeZone, holidays: Set[date]) -> date:
    """The day on which a promise of ``n`` working days ends; the starting day does not count.

    With n = 0 it is the starting day itself, working or not. n may be at most 5,000.
    """
    if not 0 <= n <= _MOST_DAYS:
        raise ValueError(f"working days must be between 0 and {_MOST_DAYS}")
    return _working_days_on(local_day(start, tz), n, frozenset(holidays))


@lru_cache(maxsize=4096)
def _working_days_on(day: date, n: int, holidays: frozenset[date]) -> date:
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day, holidays)
    return day


def deadline(start: datetime, n: int, tz: TimeZone, holidays: Set[date]) -> datetime:
    """The moment from which a promise of ``n`` working days is broken: midnight after its last day."""
    after = add_working_days(start, n, tz, holidays) + timedelta(days=1)
    return datetime.combine(after, time(), zone(tz))


def working_days_between(start: datetime, end: datetime, tz: TimeZone, holidays: Set[date]) -> int:
    """Working days after the day of ``start`` up to the day of ``end``; negative when ``end`` is earlier.

    The inverse of ``add_working_days``: counting to the day it gives returns n.
    """
    first, last = local_day(start, tz), local_day(end, tz)
    if last < first:
        return -working_days_between(end, start, tz, holidays)
    weeks, rest = divmod((last - first).days, 7)
    days = weeks * 5 + sum((last - timedelta(days=i)).weekday() not in _WEEKEND for i in range(rest))
    return days - sum(first < day <= last and day.weekday() not in _WEEKEND for day in holidays)


def uncovered_years(days: Iterable[date]) -> list[int]:
    """The years among ``days`` for which no decree is known, to be told beside a reckoned date."""
    return sorted({d.year for d in days if not covered(d.year)})


@cache
def _known_years() -> tuple[int, ...]:
    from lokal.holidays import HOLIDAY_YEARS  # here, since it takes 0.35 s to import

    return HOLIDAY_YEARS
