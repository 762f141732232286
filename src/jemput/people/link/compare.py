"""Two records side by side: for each field a level of agreement, or BLANK where either side says nothing.

What a level is worth is not said here: the model learns it (model.py). The order of levels within a
field is from agreement to contradiction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rapidfuzz.distance import OSA

from jemput.core.dates import Birth
from jemput.people.likeness import Figures
from jemput.people.link import names
from jemput.people.link.records import Record, Words
from jemput.people.person import DEFAULT_DAYS
from jemput.people.terms import births_in

BLANK = -1
LEVELS: dict[str, tuple[str, ...]] = {
    "name": names.LEVELS,
    "mother": names.LEVELS,
    "father": ("other", "part", "loose", "close"),
    "birth": (
        "same_day", "same_default", "swapped", "day_month", "two_parts", "same_year", "default_year",
        "rough_near", "rough_wide", "rough_close", "rough_off", "years_off", "far",
    ),
    "nik": ("same", "one_slip", "two_slips", "birth_in_it", "other"),
    "family": ("same", "one_slip", "other"),
    "village": ("same", "perhaps", "subdistrict", "elsewhere"),
    "sex": ("same", "other"),
    "neighbourhood": ("same", "half", "other"),
}  # fmt: skip
FIELDS = tuple(LEVELS)
NAME, MOTHER, FATHER, BIRTH, NIK, FAMILY, VILLAGE, SEX, NEIGHBOURHOOD = range(len(FIELDS))
Compared = tuple[int, ...]
"""One level for each field, in the order of FIELDS."""


def compare(one: Record, other: Record, figures: Figures) -> Compared:
    """The levels of a pair."""
    return (
        _name(one, other, figures),
        _mother(one, other, figures) if one.mother_name and other.mother_name else BLANK,
        _father(one.father, other.father, figures) if one.father_name and other.father_name else BLANK,
        _birth(one, other),
        _nik(one, other),
        _number(one.family, other.family),
        _village(one.places, other.places),
        BLANK if not (one.sex and other.sex) else int(one.sex != other.sex),
        _neighbourhood(one, other),
    )


def _name(one: Record, other: Record, figures: Figures) -> int:
    if not one.words or not other.words:
        return BLANK
    level = names.level(one.words, other.words, figures)
    if level < _FITS and names.nearly_written(one.written, other.written):
        return names.misspelt(one.words, other.words, figures)
    return level


def _mother(one: Record, other: Record, figures: Figures) -> int:
    if not one.mother or not other.mother:
        return BLANK
    level = names.level(one.mother, other.mother, figures)
    if level < _FITS and names.nearly_written(one.mother_written, other.mother_written):
        return names.misspelt(one.mother, other.mother, figures)
    return level


_FITS = names.PART * names.STEPS


def _father(one: Words, other: Words, figures: Figures) -> int:
    if not one or not other:
        return BLANK
    return max(0, min(names.fit_of(names.level(one, other, figures)) - names.MIXED, 3))


def _birth(one: Record, other: Record) -> int:
    if one.birth is None or other.birth is None:
        return BLANK
    name = (
        _dates(one.birth.earliest, other.birth.earliest)
        if one.birth.is_exact and other.birth.is_exact
        else _rough(one.birth, other.birth)
    )
    return LEVELS["birth"].index(name)


def _dates(one: date, other: date) -> str:
    rough = (one.month, one.day) in DEFAULT_DAYS or (other.month, other.day) in DEFAULT_DAYS
    if one == other:
        return "same_default" if rough else "same_day"
    years = abs(one.year - other.year)
    if years == 0 and one.day == other.month and one.month == other.day:
        return "swapped"
    if rough:
        return (
            "default_year"
            if years <= 1
            else "rough_off"
            if years <= 4
            else "years_off"
            if years <= 9
            else "far"
        )
    same = (one.day == other.day) + (one.month == other.month)
    if same == 2:
        digits = sum(a != b for a, b in zip(f"{one.year}", f"{other.year}", strict=True))
        return (
            "day_month"
            if years <= 2 or digits == 1 or sorted(f"{one.year}") == sorted(f"{other.year}")
            else "rough_off"
        )
    if years == 0:
        return "two_parts" if same else "same_year"
    if same and years <= 2:
        return "same_year"
    return "rough_off" if years <= 1 else "years_off" if years <= 4 else "far"


def _rough(one: Birth, other: Birth) -> str:
    gap = max((one.earliest - other.latest).days, (other.earliest - one.latest).days, 0) / 365.25
    if gap == 0:
        wide = max((one.latest - one.earliest).days, (other.latest - other.earliest).days)
        return "rough_near" if wide <= 3 * 366 else "rough_wide"
    return "rough_close" if gap <= 2.5 else "rough_off" if gap <= 6 else "years_off" if gap <= 12 else "far"


def _nik(one: Record, other: Record) -> int:
    if one.nik and other.nik:
        if one.nik == other.nik:
            return 0
        slips = OSA.distance(one.nik, other.nik, score_cutoff=2)
        if slips <= 2:
            return slips
    elif not one.nik and not other.nik:
        return BLANK
    # A number on one side still tells a birth date to set beside the other's, where that said nothing itself.
    for asked, known in ((one, other), (other, one)):
        said = known.birth
        if (
            len(asked.nik) == 16
            and asked.birth is None
            and said
            and said.is_exact
            and said.earliest in births_in(asked.nik)
        ):
            return 3
    return 4 if one.nik and other.nik else BLANK


def _number(one: str, other: str) -> int:
    if not one or not other:
        return BLANK
    return min(OSA.distance(one, other, score_cutoff=1), 2)


def _village(one: dict[str, float], other: dict[str, float]) -> int:
    if not one or not other:
        return BLANK
    best = 3
    for a, sure in one.items():
        for b, certain in other.items():
            if a == b:
                best = min(best, 0 if sure * certain >= 0.95 else 1)
            elif a.startswith(b + ".") or b.startswith(a + "."):
                best = min(best, 1)
            elif a[:8] == b[:8]:
                best = min(best, 2)
    return best


def _neighbourhood(one: Record, other: Record) -> int:
    pairs = [(a, b) for a, b in ((one.rw, other.rw), (one.rt, other.rt)) if a and b]
    if not pairs:
        return BLANK
    same = sum(a == b for a, b in pairs)
    return 0 if same == len(pairs) else 1 if same else 2


# ---- what no learning may decide -------------------------------------------------------------------


def name_supports(levels: Compared) -> bool:
    """The name speaks for the pair. Without that no NIK and no family number makes two records one person."""
    return levels[NAME] != BLANK and names.supports(levels[NAME])


def may_be_sibling(one: Record, other: Record, levels: Compared) -> bool:
    """Same mother or same family, yet the given name is another: brother, sister, child or cousin.

    A name that is nearly the same counts as another where birth or sex contradict it (Rizki and Rizka).
    """
    mother = levels[MOTHER] != BLANK and names.fit_of(levels[MOTHER]) >= names.PART
    if not (mother or levels[FAMILY] in (0, 1) or levels[FATHER] >= _KIN_BY_FATHER) or levels[NAME] == BLANK:
        return False
    if not name_supports(levels):
        return True
    fit, rarity = divmod(levels[NAME], names.STEPS)
    other_birth = _FAR_BIRTH if rarity >= _TELLING else _OTHER_BIRTH
    return fit < names.SAME and (levels[SEX] == 1 or levels[BIRTH] in other_birth)


OWN = (NAME, BIRTH, NIK, SEX)
"""What brothers and sisters do not share; mother, family and village they do."""
_KIN_BY_FATHER = 2
_FAR_BIRTH = frozenset(LEVELS["birth"].index(name) for name in ("years_off", "far"))
_OTHER_BIRTH = _FAR_BIRTH | {LEVELS["birth"].index("rough_off")}
_TELLING = 6
"""Steps of rarity from which a nearly identical name is no sibling's because of an age some years off."""


def differing(levels: Sequence[int], weights: Sequence[float]) -> list[str]:
    """Fields that speak against the pair."""
    return [f for f, level, bits in zip(FIELDS, levels, weights, strict=True) if level != BLANK and bits < 0]
