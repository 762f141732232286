"""The register's own names and spellings, and how they compare with ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from jemput.centre.ports import BiodataFacts, Element, ElementAnswer
from jemput.core.codes import Sex

SIMULATOR_HEADER = "x-jemput-simulator"
ELEMENT_VALUE = re.compile(r"\s*(tidak\s+)?sesuai\s*(?:\(\s*(\d{1,3})(?:\.\d+)?\s*\))?\s*", re.IGNORECASE)

_KEYS: dict[str, Element] = {
    "NIK": Element.NIK,
    "NO_KK": Element.FAMILY_NUMBER,
    "NAMA_LGKP": Element.NAME,
    "TMPT_LHR": Element.BIRTH_PLACE,
    "TGL_LHR": Element.BIRTH_DATE,
    "JENIS_KLMIN": Element.SEX,
    "STATUS_KAWIN": Element.MARITAL_STATUS,
    "JENIS_PKRJN": Element.OCCUPATION,
    "ALAMAT": Element.ADDRESS,
    "NO_RT": Element.RT,
    "NO_RW": Element.RW,
    "NO_PROP": Element.PROVINCE,
    "PROP_NAME": Element.PROVINCE,
    "NO_KAB": Element.REGENCY,
    "KAB_NAME": Element.REGENCY,
    "NO_KEC": Element.DISTRICT,
    "KEC_NAME": Element.DISTRICT,
    "NO_KEL": Element.VILLAGE,
    "KEL_NAME": Element.VILLAGE,
}
_SEX_ASKED = {Sex.MALE: "Laki-Laki", Sex.FEMALE: "Perempuan"}
_AREA_KEYS = ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")


def request_elements(facts: BiodataFacts) -> dict[str, str]:
    """`facts` under the register's keys, dates as dd-mm-yyyy; what is not known is left out."""
    asked: dict[str, str | None] = {
        "NO_KK": facts.family_number,
        "NAMA_LGKP": facts.name,
        "TMPT_LHR": facts.birth_place,
        "TGL_LHR": facts.birth_date.strftime("%d-%m-%Y") if facts.birth_date else None,
        "JENIS_KLMIN": _SEX_ASKED.get(facts.sex) if facts.sex else None,
        "STATUS_KAWIN": facts.marital_status,
        "JENIS_PKRJN": facts.occupation,
        "ALAMAT": facts.address,
        "NO_RT": facts.rt,
        "NO_RW": facts.rw,
        **dict(zip(_AREA_KEYS, (facts.area or "").split("."), strict=False)),
    }
    return {key: value for key, value in asked.items() if value}


def element_answers(found: Mapping[str, Any]) -> tuple[ElementAnswer, ...]:
    """Read "Sesuai", "Tidak Sesuai", "Sesuai (100)"; an area counts as agreeing when number and name do."""
    answers: dict[Element, ElementAnswer] = {}
    for key, value in found.items():
        element, said = (
            _KEYS.get(key.upper()),
            ELEMENT_VALUE.fullmatch(value) if isinstance(value, str) else None,
        )
        if element is None or said is None:
            continue
        before = answers.get(element)
        agrees = not said.group(1) and (before is None or before.agrees)
        score = int(said.group(2)) if said.group(2) else None
        answers[element] = ElementAnswer(element, agrees, score)
    return tuple(answers.values())


def compare(found: Mapping[str, Any], facts: BiodataFacts) -> tuple[ElementAnswer, ...]:
    """Compare the register's data with the papers: only what both sides know.

    Loosely typed elements (address, occupation, area names) are left to CALL_VERIFY_BY_ELEMEN.
    """

    def text(key: str) -> str | None:
        value = found.get(key)
        return value if isinstance(value, str) and value.strip() else None

    pairs: tuple[tuple[Element, object, object], ...] = (
        (Element.FAMILY_NUMBER, facts.family_number, text("NO_KK")),
        (Element.NAME, plain(facts.name), plain(text("NAMA_LGKP"))),
        (Element.BIRTH_PLACE, plain(facts.birth_place), plain(text("TMPT_LHR"))),
        (Element.BIRTH_DATE, facts.birth_date, read_date(text("TGL_LHR"))),
        (Element.SEX, None if facts.sex is Sex.UNKNOWN else facts.sex, read_sex(text("JENIS_KLMIN"))),
    )
    return tuple(ElementAnswer(what, ours == theirs) for what, ours, theirs in pairs if ours and theirs)


def plain(value: str | None) -> str | None:
    """Letters and digits in upper case with single spaces: "Siti  Aminah" and "SITI AMINAH." are one."""
    return " ".join(re.findall(r"\w+", value.upper().replace("'", ""))) or None if value else None


def read_date(value: str | None) -> date | None:
    """A date as the register writes it: yyyy-mm-dd in answers, dd-mm-yyyy in requests; None if neither."""
    found = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", value or "")
    year, month, day = found.groups() if found else (None, None, None)
    if found is None and (turned := re.match(r"(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)", value or "")):
        day, month, year = turned.groups()
    try:
        return date(int(year), int(month), int(day)) if year and month and day else None
    except ValueError:
        return None


def read_sex(value: str | None) -> Sex | None:
    """ "LAKI-LAKI", "Perempuan" or the codes 1 and 2; None for anything else."""
    letters = re.sub(r"[^A-Z0-9]", "", (value or "").upper())
    return {"LAKILAKI": Sex.MALE, "1": Sex.MALE, "PEREMPUAN": Sex.FEMALE, "2": Sex.FEMALE}.get(letters)
