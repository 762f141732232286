"""The terms by which people are found: words of names compounded with village, year or mother.

A word alone leads to thousands; with the village or the year it leads to a handful. That, not a clever
string index, is what makes look-up fast and sure (measured: docs/people.md). Misheard consonants and
vowels are forgiven by the skeleton of a word; wrong digits by trying all edits of a number when asking.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from jemput.core.dates import Birth
from jemput.core.spelling import says_little, skeleton
from jemput.people.person import DEFAULT_DAYS, Person, Query

Term = tuple[str, str, str]
"""(kind, left, right): N nik, K family number, V word in village, Y word in year, P two words, X word and
mother's word, M mother's word in village, U mother's word in year, D birth date, B birthday in village,
R neighbourhood (RW and RT) in village."""
MOST_WORDS = 4
MOST_YEARS = 14
MOST_VILLAGES = 24


def bones(words: tuple[str, ...]) -> list[str]:
    """The skeletons of the words that tell people apart; of all words when none does."""
    telling = [w for w in words if len(w) > 1 and not says_little(w)] or list(words)
    return list(dict.fromkeys(skeleton(w) for w in telling))[:MOST_WORDS]


def joined(words: tuple[str, ...]) -> list[str]:
    """The skeleton of two words written as one, as they often are."""
    return [skeleton("".join(words))] if len(words) == 2 else []


def pairs(words: tuple[str, ...]) -> list[Term]:
    """Each two words of a name in any order; a single name whole."""
    found = sorted(dict.fromkeys(skeleton(w) for w in words if len(w) > 1))[: MOST_WORDS + 1]
    if len(found) < 2:
        return [("P", words[0], "")] if words else []
    return [("P", a, b) for a, b in combinations(found, 2)]


def terms_of(person: Person) -> Iterator[Term]:
    """What a person of the register can be found by."""
    if person.nik:
        yield "N", "", person.nik
    if person.family:
        yield "K", "", person.family
    name, mother = bones(person.words), bones(person.mother_words)
    village, year = person.area, person.birth[:4]
    for word in [*name, *joined(person.words)]:
        if village:
            yield "V", word, village
        if year:
            yield "Y", word, year
        for hers in mother[:2]:
            yield "X", word, hers
    yield from pairs(person.words)
    for word in mother:
        if village:
            yield "M", word, village
        if year:
            yield "U", word, year
    if village and person.rt and person.rw:
        yield "R", f"{person.rw}/{person.rt}", village
    if person.born and not person.default_day:
        yield "D", "", person.birth
        if village:
            yield "B", person.birth[5:], village


def terms_asked(query: Query, villages: list[str]) -> set[Term]:
    """The terms a query is answered from; numbers apart, see ``edits``."""
    name, mother = bones(query.words), bones(query.mother_words)
    years = _years(query.birth)
    asked: set[Term] = set(pairs(query.words))
    also = [*name, *joined(query.words)]
    asked |= {("V", word, village) for word in also for village in villages[:MOST_VILLAGES]}
    asked |= {("M", word, village) for word in mother for village in villages[:MOST_VILLAGES]}
    asked |= {("Y", word, year) for word in also for year in years}
    asked |= {("U", word, year) for word in mother for year in years}
    if query.rt and query.rw:
        asked |= {("R", f"{query.rw}/{query.rt}", village) for village in villages[:MOST_VILLAGES]}
    asked |= {("X", word, hers) for word in also for hers in mother}
    for day in likely_days(query):
        asked.add(("D", "", day.isoformat()))
        asked |= {("B", day.isoformat()[5:], village) for village in villages[:MOST_VILLAGES]}
    return asked


def likely_days(query: Query) -> list[date]:
    """The birth date, also with day and month swapped, and as the NIK has it."""
    days: list[date] = []
    if query.birth and query.birth.is_exact:
        day = query.birth.earliest
        days.append(day)
        if day.day <= 12 and day.day != day.month:
            days.append(date(day.year, day.day, day.month))
    elif len(query.nik) == 16:
        days += births_in(query.nik, query.birth)
    return [d for d in days if (d.month, d.day) not in DEFAULT_DAYS]


def births_in(nik: str, within: Birth | None = None) -> list[date]:
    """The dates that digits 7 to 12 may mean, without asking whether the NIK is sound."""
    day, month, year = int(nik[6:8]) % 40, int(nik[8:10]), int(nik[10:12])
    found = []
    for century in (1900, 2000):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        if within is None or within.earliest <= born <= within.latest:
            found.append(born)
    return found


def _years(birth: Birth | None) -> list[str]:
    if birth is None:
        return []
    first, last, middle = birth.earliest.year, birth.latest.year, birth.middle.year
    around = 1 if birth.is_exact else 2 if last - first < 3 else 3
    years = range(first - around, last + around + 1)
    return [str(y) for y in sorted(years, key=lambda y: abs(y - middle))[:MOST_YEARS]]


def edits(number: str) -> set[str]:
    """Every 16-digit number that one slip turns into ``number``: a digit wrong, two swapped, one lost or
    added."""
    found: set[str] = set()
    if len(number) == 16:
        for i in range(16):
            found |= {number[:i] + d + number[i + 1 :] for d in "0123456789"}
        found |= {number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(15)}
    elif len(number) == 15:
        found |= {number[:i] + d + number[i:] for i in range(16) for d in "0123456789"}
    elif len(number) == 17:
        found |= {number[:i] + number[i + 1 :] for i in range(17)}
    return found - {number}
