"""Dates as Indonesians write and say them, ages, and births known only roughly."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from jemput.core.codes import Coded
from jemput.core.text import BadInput, Words, _, plain

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
# Old spellings and abbreviations of papers, and English for those who read the English screens.
_MONTH_BY_START = {
    "jan": 1, "feb": 2, "peb": 2, "mar": 3, "mrt": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7,
    "agu": 8, "ags": 8, "agt": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11,
    "des": 12, "dec": 12,
}  # fmt: skip
_OLDEST_YEAR, _LAST_YEAR = 1850, 2150
_ROUGH_YEARS = 3
_LONGEST = 60

_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/. ]+([0-9]{1,2}|[a-z]{3,9})\.?[-/. ]+([0-9]{2,4})")
_MONTH_YEAR = re.compile(r"(?:00[-/. ])?([0-9]{1,2}|[a-z]{3,9})\.?[-/. ]+([0-9]{4})")
_ROUGH = re.compile(r"^(sekitar|kira[- ]?kira|kurang lebih|lebih kurang|±|\+/-|about|around)\s*")
_AGE_BEFORE = re.compile(r"^(umur|usia|berumur|berusia|age|aged)\s*")
_AGE_AFTER = re.compile(r"\s*(tahun|thn|th|years?)\.?$")
_YEAR_BEFORE = re.compile(r"^(tahun|thn|th|lahir|born)\.?\s*")
_TENS = re.compile(r"([0-9]{2}|[0-9]{4})\s*-?\s*(?:an|s)")


class AgeBand(Coded):
    """Ages as the statistics count them: KIA without photo, with photo, KTP-el, elderly, and the oldest.

    17 is the age of the identity card (UU 24/2013 art. 63), 60 that of the elderly (UU 13/1998).
    """

    UNDER_5 = "0_4", _("0–4 years")
    CHILD = "5_16", _("5–16 years")
    ADULT = "17_59", _("17–59 years")
    ELDERLY = "60_69", _("60–69 years")
    OLDEST = "70_up", _("70 years and over")
    UNKNOWN = "unknown", _("Age unknown")


@dataclass(frozen=True)
class Birth:
    """The first and the last day on which the person may have been born; equal when known."""

    earliest: date
    latest: date

    @classmethod
    def exact(cls, day: date) -> Birth:
        """A birth date known to the day."""
        return cls(day, day)

    @property
    def is_exact(self) -> bool:
        """Known to the day."""
        return self.earliest == self.latest

    @property
    def middle(self) -> date:
        """The best single guess, for statistics; never to be printed as a birth date."""
        return self.earliest + (self.latest - self.earliest) // 2

    def __str__(self) -> str:
        if self.is_exact:
            return numeric_date(self.earliest)
        if self.earliest.year == self.latest.year:
            return str(self.earliest.year)
        return f"{self.earliest.year}–{self.latest.year}"


def format_date(day: date) -> str:
    """A date as Indonesian letters carry it: 3 Maret 1950."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def numeric_date(day: date) -> str:
    """A date as the KTP-el carries it: 03-03-1950."""
    return f"{day:%d-%m-}{day.year:04}"


def parse_date(text: str) -> date:
    """Read 3 Maret 1950, 03-03-1950, 03/03/1950, 1950-03-03 or "Trenggalek, 3 Mrt 1950". Raises BadInput."""
    bare = _bare(text).rpartition(",")[2].strip()
    if match := _YEAR_FIRST.fullmatch(bare):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(bare):
        if len(match[3]) != 4:
            raise BadInput(_("Write the year with four digits, for example 1950."))
        return _date(int(match[3]), _month(match[2]), int(match[1]))
    raise BadInput(_HOW_DATE)


def parse_birth(text: str, on: date) -> Birth:
    """Read a birth date, or what the caller knows of it, as said on ``on``. Raises BadInput.

    Understood: every form of ``parse_date``; "Maret 1950", "1950", "1950-an"; "umur 70", "70 tahun", "70",
    "sekitar 70 tahun" (three years either way), "umur 70-an".
    """
    bare = _bare(text)
    bare, rough = _without(_ROUGH, bare)
    bare, aged = _without(_AGE_BEFORE, bare)
    bare, rough_after = _without(_ROUGH, bare)
    bare, years = _without(_AGE_AFTER, bare)
    spread = _ROUGH_YEARS if rough or rough_after else 0
    if aged or years or re.fullmatch(r"[0-9]{1,3}", bare):
        birth = _from_age(bare, spread, on)
    else:
        birth = _from_calendar(bare, spread)
    if birth.earliest > on:
        raise BadInput(_("This birth date lies in the future."))
    return Birth(birth.earliest, min(birth.latest, on))


def age(born: date, on: date) -> int:
    """Full years on a day; someone born on 29 February has their birthday on 1 March otherwise."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_band(born: date | Birth | None, on: date) -> AgeBand:
    """The band for statistics; a rough birth counts by its middle, a future one is unknown."""
    if isinstance(born, Birth):
        born = born.middle
    if born is None or born > on:
        return AgeBand.UNKNOWN
    years = age(born, on)
    return next((band for limit, band in _BANDS if years < limit), AgeBand.OLDEST)


_BANDS = ((5, AgeBand.UNDER_5), (17, AgeBand.CHILD), (60, AgeBand.ADULT), (70, AgeBand.ELDERLY))


_HOW_DATE = Words(_("Write the date as day, month, year: 3 Maret 1950 or 03-03-1950."))
_HOW_BIRTH = Words(
    _("Write a birth date (3 Maret 1950), a year (1950, 1950-an) or an age (umur 70, umur 70-an).")
)


def _bare(text: str) -> str:
    if len(text) > _LONGEST:
        raise BadInput(_HOW_DATE)
    return " ".join(plain(text).lower().split())


def _without(pattern: re.Pattern[str], text: str) -> tuple[str, bool]:
    shorter, found = pattern.subn("", text)
    return shorter, bool(found)


def _month(written: str) -> int:
    if written.isdecimal():
        return int(written)
    month = _MONTH_BY_START.get(written[:3])
    if month is None:
        raise BadInput(_("This month is not known. Write it out (Maret) or as a number (03)."))
    return month


def _date(year: int, month: int, day: int) -> date:
    if not _OLDEST_YEAR <= year <= _LAST_YEAR:
        raise BadInput(_("Check the year of this date."))
    if month > 12 >= day:
        raise BadInput(_("There is no such month. Write the day first, then the month: 25-03-1950."))
    try:
        return date(year, month, day)
    except ValueError:
        raise BadInput(_("There is no such day in the calendar. Check day and month.")) from None


def _from_age(bare: str, spread: int, on: date) -> Birth:
    if match := _TENS.fullmatch(bare):
        years = int(match[1])
        if years % 10 == 0 and years < 130:
            return _aged(years, years + 9, on)
        if len(match[1]) == 2:
            raise BadInput(_HOW_BIRTH)
        return _decade(years)
    if not re.fullmatch(r"[0-9]{1,4}", bare):
        raise BadInput(_HOW_BIRTH)
    years = int(bare)
    if years > 999:  # "umur" before a year: "usia tahun 1950"
        return _from_calendar(bare, spread)
    if years > 130:
        raise BadInput(_("Check the age: nobody is that old."))
    return _aged(max(years - spread, 0), years + spread, on)


def _from_calendar(bare: str, spread: int) -> Birth:
    bare, of_year = _without(_YEAR_BEFORE, bare)
    if match := _TENS.fullmatch(bare):
        years = int(match[1])
        if len(match[1]) == 2 and of_year:
            return _decade(1900 + years)
        if len(match[1]) == 4:
            return _decade(years)
        # "70-an" alone is an age to one caller and the seventies to another.
        raise BadInput(_HOW_BIRTH)
    # SIAK prints what it does not know as 00: 00-00-1950.
    unknown_day = re.sub(r"^00[-/. ]00[-/. ]", "", bare)
    if re.fullmatch(r"[0-9]{4}", unknown_day):
        year = _date(int(unknown_day), 1, 1).year
        return Birth(date(year - spread, 1, 1), date(year + spread, 12, 31))
    if match := _MONTH_YEAR.fullmatch(bare):
        first = _date(int(match[2]), _month(match[1]), 1)
        return Birth(first, first.replace(day=monthrange(first.year, first.month)[1]))
    if not re.search("[0-9]", bare):
        raise BadInput(_HOW_BIRTH)
    return Birth.exact(parse_date(bare))


def _decade(year: int) -> Birth:
    first = _date(year - year % 10, 1, 1)
    return Birth(first, date(first.year + 9, 12, 31))


def _aged(youngest: int, oldest: int, on: date) -> Birth:
    """Everybody who is between two ages (both included) on a day."""
    return Birth(_years_before(on, oldest + 1) + timedelta(days=1), _years_before(on, youngest))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
