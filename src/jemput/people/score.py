"""One scorer for look-up and linkage: evidence in bits per field, added up, each with its reason in words.

A bit doubles the odds. Blank fields give nothing, for or against. NIK and family number are strong but
never enough: ``identity_supported`` says whether name or birth agree as well (one wrong digit is another
living person's number in about a tenth of cases).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz.distance import OSA

from jemput.core.codes import Sex
from jemput.core.dates import Birth
from jemput.core.text import Words, _
from jemput.people.likeness import Figures, name_bits
from jemput.people.person import DEFAULT_DAYS, Person, Query
from jemput.people.terms import births_in


@dataclass(frozen=True)
class Weights:
    """What each kind of agreement is worth, in bits. Tuned on the tuning seed of bench/people.py."""

    mother: float = 0.9
    mother_floor: float = -5.0
    father: float = 0.7
    father_floor: float = -3.0
    village: float = 6.5
    subdistrict: float = 2.0
    elsewhere: float = -2.0
    sex: float = 1.0
    sex_differs: float = -4.0
    nik: float = 24.0
    nik_one_slip: float = 15.0
    nik_two_slips: float = 8.0
    nik_differs: float = -2.0
    family: float = 12.0
    family_one_slip: float = 9.0
    rt: float = 3.0
    rw: float = 1.5
    neighbourhood_differs: float = -1.5


WEIGHTS = Weights()
FIELDS = ("name", "nik", "family", "birth", "mother", "father", "village", "sex", "neighbourhood")


@dataclass(frozen=True)
class Evidence:
    """Bits by field; fields that are blank on either side are absent."""

    bits: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """All evidence together."""
        return sum(self.bits.values())

    @property
    def identity_supported(self) -> bool:
        """Name or birth agree: without either no number makes two records one person."""
        return self.bits.get("name", 0) > 2 or self.bits.get("birth", 0) > 5


def weigh(query: Query, person: Person, figures: Figures, weights: Weights = WEIGHTS) -> Evidence:
    """Evidence that a query means a person."""
    bits: dict[str, float] = {}
    if query.words and person.words:
        bits["name"] = name_bits(query.words, person.words, figures, query.typing)
    if query.nik and person.nik:
        bits["nik"] = _nik(query.nik, person.nik, weights)
    if query.family and person.family:
        bits["family"] = _family(query.family, person.family, weights)
    if query.birth and person.year:
        bits["birth"] = birth_bits(query.birth, person)
    elif len(query.nik) == 16 and bits.get("nik", 0) <= 0 and person.born in births_in(query.nik):
        bits["birth"] = 5.0
    if query.mother_words and person.mother_words:
        hers = weights.mother * name_bits(query.mother_words, person.mother_words, figures)
        bits["mother"] = max(hers, weights.mother_floor)
    if query.father_words and person.father_words:
        his = weights.father * name_bits(query.father_words, person.father_words, figures)
        bits["father"] = max(his, weights.father_floor)
    if query.places and person.area:
        bits["village"] = place_bits(query.places, person.area, weights)
    if query.sex in (Sex.FEMALE, Sex.MALE) and person.sex:
        bits["sex"] = weights.sex if query.sex == person.sex else weights.sex_differs
    if (query.rw and person.rw) or (query.rt and person.rt):
        bits["neighbourhood"] = _neighbourhood(query, person, weights)
    return Evidence(bits)


def _nik(asked: str, known: str, weights: Weights) -> float:
    if asked == known:
        return weights.nik
    slips = OSA.distance(asked, known, score_cutoff=2)
    return (
        weights.nik_one_slip if slips == 1 else weights.nik_two_slips if slips == 2 else weights.nik_differs
    )


def _family(asked: str, known: str, weights: Weights) -> float:
    if asked == known:
        return weights.family
    # Another family number is no evidence against: it changes with every move, marriage and divorce.
    return weights.family_one_slip if OSA.distance(asked, known, score_cutoff=1) == 1 else 0.0


def place_bits(places: dict[str, float], area: str, weights: Weights = WEIGHTS) -> float:
    """Village said against village registered; a subdistrict said covers its villages."""
    best = weights.elsewhere
    for place, sure in places.items():
        if area == place:
            best = max(best, weights.village * sure)
        elif area.startswith(place + "."):
            best = max(best, (weights.subdistrict + 1.5) * sure)
        elif place[:8] == area[:8]:
            best = max(best, weights.subdistrict * sure - 1.0)
    return best


def birth_bits(asked: Birth, person: Person) -> float:
    """Birth said against birth registered; a day filled in for an unknown one counts as its year only."""
    born = person.born
    if asked.is_exact and born:
        return _dates(asked.earliest, born)
    first, last = asked.earliest.year, asked.latest.year
    off = max(first - person.year, person.year - last, 0)
    within = math.log2(85 / (last - first + 3.5))
    return max(within - 0.12 * off * off - 0.5 * off, -7.0)


def _dates(asked: date, born: date) -> float:
    if asked == born:
        return 6.0 if (born.month, born.day) in DEFAULT_DAYS else 12.5
    apart = abs(asked.year - born.year)
    rough = (born.month, born.day) in DEFAULT_DAYS or (asked.month, asked.day) in DEFAULT_DAYS
    same = (asked.day == born.day, asked.month == born.month, apart == 0)
    if apart == 0 and asked.day == born.month and asked.month == born.day:
        return 9.5
    if rough:
        return max(4.0 - 1.0 * apart - 0.05 * apart * apart, -6.0)
    if same[0] and same[1]:
        # A digit of the year misread: 1956 for 1965, 1948 for 1943.
        return (
            8.0
            if apart <= 2 or sorted(f"{asked.year}") == sorted(f"{born.year}")
            else 6.5
            if _one_digit(asked.year, born.year)
            else 3.0
        )
    if sum(same) == 2:
        return 7.5
    if apart == 0:
        return 2.5
    return max(0.5 - 1.2 * apart, -7.0) if apart <= 3 else -7.0


def _one_digit(one: int, other: int) -> bool:
    return sum(a != b for a, b in zip(str(one), str(other), strict=False)) == 1


def _neighbourhood(query: Query, person: Person, weights: Weights) -> float:
    total = 0.0
    for asked, known, same in ((query.rw, person.rw, weights.rw), (query.rt, person.rt, weights.rt)):
        if asked and known:
            total += same if asked.lstrip("0") == known.lstrip("0") else weights.neighbourhood_differs
    return total


# ---- in words ---------------------------------------------------------------------------------------

_SAYS: dict[str, tuple[str, str, str]] = {
    "name": (_("Same name"), _("Similar name"), _("Other name")),
    "nik": (_("Same NIK"), _("NIK differs in one or two digits"), _("Other NIK")),
    "family": (_("Same family card"), _("Family number differs in one digit"), _("Other family card")),
    "birth": (_("Same birth date"), _("Birth date or age fits roughly"), _("Other birth date or age")),
    "mother": (_("Same mother's name"), _("Similar mother's name"), _("Other mother's name")),
    "father": (_("Same father's name"), _("Similar father's name"), _("Other father's name")),
    "village": (_("Same village"), _("Nearby village"), _("Other village")),
    "sex": (_("Same sex"), _("Same sex"), _("Other sex")),
    "neighbourhood": (_("Same RW or RT"), _("Same RW or RT"), _("Other RW and RT")),
}


def in_words(query: Query, person: Person, evidence: Evidence) -> tuple[list[Words], list[Words]]:
    """What matched and what differs, the weightiest first. Never repeats a name, NIK or date."""
    matched, differs = [], []
    for name, bits in sorted(evidence.bits.items(), key=lambda kv: -abs(kv[1])):
        same, close, other = _SAYS[name]
        if _is_same(name, query, person):
            matched.append(Words(same))
        elif bits > 0:
            matched.append(Words(close))
        elif not (name == "family" and bits == 0):
            differs.append(Words(other))
        else:
            differs.append(Words(_("Other family card (it changes with a move or a marriage)")))
    return matched, differs


def _is_same(name: str, query: Query, person: Person) -> bool:
    match name:
        case "name":
            return sorted(query.words) == sorted(person.words)
        case "mother":
            return sorted(query.mother_words) == sorted(person.mother_words)
        case "father":
            return sorted(query.father_words) == sorted(person.father_words)
        case "nik":
            return query.nik == person.nik
        case "family":
            return query.family == person.family
        case "birth":
            return query.birth is not None and query.birth.is_exact and person.born == query.birth.earliest
        case "village":
            return person.area in query.places
        case _:
            return False
