"""One row of an extract as a person: what must be right, and what is odd but kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from jemput.core.codes import Sex
from jemput.core.dates import parse_date
from jemput.core.names import shown_name
from jemput.core.nik import parse_family_number
from jemput.core.text import BadInput, _
from jemput.people.columns import Mapper
from jemput.people.person import Person
from jemput.people.places import places

SEXES = {
    **dict.fromkeys(("1", "l", "lk", "laki-laki", "laki laki", "pria", "male", "m"), Sex.MALE.value),
    **dict.fromkeys(("2", "p", "pr", "perempuan", "wanita", "female", "f"), Sex.FEMALE.value),
}
_RELATION = {
    "kepala keluarga": "1", "suami": "2", "istri": "3", "anak": "4", "menantu": "5", "cucu": "6",
    "orangtua": "7", "orang tua": "7", "mertua": "8", "famili lain": "9", "pembantu": "10", "lainnya": "11",
}  # fmt: skip
_LOOSER = 0.76
_EMPTY = frozenset(("-", "--", "0", "null", "none", "n/a", "nan", "tidak ada", "tidak tahu"))
_LONGEST_EMPTY = max(map(len, _EMPTY))
_HELD = re.compile(r'="([^"]*)"')
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DMY = re.compile(r"([0-9]{2})[-/]([0-9]{2})[-/]([0-9]{4})")

Odd = Callable[[str], None]
ODD = {
    "nik_form": _("NIK that cannot be one"),
    "nik_lost": _("NIK as 3.5E+15: its digits are gone. Format the column as text and copy it anew."),
    "nik_birth": _("NIK that does not fit the birth date"),
    "nik_sex": _("NIK that does not fit the sex"),
    "nik_twice": _("NIK that stands there twice"),
    "birth_unreadable": _("Birth date that cannot be read"),
    "age": _("Impossible age"),
    "formula": _("Cell with a formula instead of a value; left out"),
    "default_day": _("Birth on 1 January, 1 July or 31 December"),
    "no_mother": _("No mother's name"),
    "no_village": _("Village that is not known"),
    "no_head": _("Family without a head"),
    "heads": _("Family with several heads"),
}
"""What the report of odd data counts."""


def person_of(row: Sequence[str], mapper: Mapper, office: str, today: date, odd: Odd) -> Person:
    """A person from a row; ``odd`` is told what is odd. Raises BadInput when the row is of no use."""

    cells = mapper.cells(row)

    def cell(field: str) -> str:
        text = cells.get(field, "")
        if text.startswith("="):
            held = _HELD.fullmatch(text)  # ="0123": how spreadsheets are made to keep a number as text
            if held is None:
                odd("formula")
            text = held[1] if held else ""
        return "" if len(text) <= _LONGEST_EMPTY and text.lower() in _EMPTY else text

    name = shown(cell("name"))
    if not any(c.isalpha() for c in name):
        raise BadInput(_("There is no name in this row."))
    sex = SEXES.get(cell("sex").lower(), "")
    birth = birth_text(cell("birth"), today, odd)
    nik = _nik(cell("nik"), birth, sex, odd)
    mother = shown(cell("mother"))
    if not mother:
        odd("no_mother")
    area = area_of(cell, office)
    if area.count(".") < 3:
        odd("no_village")
    relation = cell("relation").lower()
    return Person(
        name=name, nik=nik, family=_family(cell("family")), sex=sex, birth=birth, mother=mother,
        father=shown(cell("father")), birth_place=cell("birth_place").upper(), area=area,
        rw=_digits(cell("rw")), rt=_digits(cell("rt")), address=cell("address").upper(),
        relation=_RELATION.get(relation, relation if relation.isdecimal() else ""),
    )  # fmt: skip


def area_of(cell: Callable[[str], str], office: str) -> str:
    """The dotted code of the village: from SIAK's four numbers, a code, or the names; empty when unknown."""
    prop, kab, kec, kel = cell("no_prop"), cell("no_kab"), cell("no_kec"), cell("no_kel")
    if prop.isdecimal() and kab.isdecimal() and kec.isdecimal() and kel.isdecimal():
        return f"{prop:0>2}.{kab:0>2}.{kec:0>2}.{kel:0>4}"
    code = re.sub(r"[^0-9]", "", said) if (said := cell("area")) else ""
    if len(code) >= 10:
        return f"{code[:2]}.{code[2:4]}.{code[4:6]}.{code[6:10]}"
    meant = places_of(cell("village"), cell("subdistrict"), office)
    return max(meant, key=lambda c: (meant[c], c.count(".")), default="")


def places_of(village: str, subdistrict: str, office: str) -> dict[str, float]:
    """What the names of a village and its subdistrict may mean together."""
    around = places(f"kec. {subdistrict}", office) if subdistrict else {}
    meant = places(f"desa {village}", office) if village else {}
    if not around or not village:
        return meant or around
    inside = {c: s for c, s in meant.items() if any(c.startswith(a + ".") for a in around)}
    for district in () if inside else around:  # misspelt: a looser ear among the few villages there
        inside |= places(f"desa {village}", office, _LOOSER, district)
    return inside or {**{c: s * 0.7 for c, s in meant.items()}, **around}


def birth_text(text: str, today: date, odd: Odd) -> str:
    """A birth date as ISO, with 00 for what is unknown; empty when it cannot be read."""
    if not text:
        return ""
    if not text[0].isdigit():
        text = text.rpartition(",")[2].strip()  # place, date
    text = text.partition(" 00:00")[0]
    if match := _ISO.match(text):
        year, month, day = match.groups()
    elif match := _DMY.match(text):
        day, month, year = match.groups()
    elif re.fullmatch(r"(?:19|20)[0-9]{2}", text):
        year, month, day = text, "00", "00"
    else:
        try:
            year, month, day = parse_date(text).isoformat().split("-")
        except BadInput:
            odd("birth_unreadable")
            return ""
    if not today.year - 125 <= int(year) <= today.year:
        odd("age")
        return ""
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        if (month, day) != ("00", "00"):
            odd("birth_unreadable")
        return f"{year}-00-00"
    if (month, day) in (("01", "01"), ("07", "01"), ("12", "31")):
        odd("default_day")
    return f"{year}-{month}-{day}"


def _nik(text: str, birth: str, sex: str, odd: Odd) -> str:
    digits = text if text.isascii() and text.isdigit() else re.sub(r"[ .'-]", "", text)
    if not digits:
        return ""
    if _ROUNDED.fullmatch(text):
        odd("nik_lost")
        return ""
    sixteen = len(digits) == 16 and digits.isascii() and digits.isdigit()
    if not sixteen or digits.endswith("0000") or len(set(digits)) < 3:
        odd("nik_form")
        return ""
    day = int(digits[6:8])
    if (
        birth
        and "-00" not in birth
        and f"{day % 40:02}{digits[8:12]}" != f"{birth[8:]}{birth[5:7]}{birth[2:4]}"
    ):
        odd("nik_birth")
    if sex and (day > 40) != (sex == Sex.FEMALE):
        odd("nik_sex")
    return digits


def shown(text: str) -> str:
    """``shown_name``, past its checks where there is nothing to mend: this runs a million times."""
    return " ".join(text.upper().split()) if text.isascii() and "`" not in text else shown_name(text)


def _family(text: str) -> str:
    if not text or (len(text) == 16 and text.isdigit() and text.isascii() and not text.endswith("0000")):
        return text
    try:
        return parse_family_number(text)
    except BadInput:
        return ""


def _digits(text: str) -> str:
    digits = text if text.isascii() and text.isdigit() else re.sub(r"[^0-9]", "", text)
    return digits.lstrip("0")
