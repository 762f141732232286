"""Villages typed by name: what a list offers and how what was typed is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from jemput.core import areas
from jemput.core.text import BadInput, Words, _, plain

_IN_BRACKETS = re.compile(r"\(([0-9.]+)\)\s*$")
_KIND = re.compile(r"^(desa adat|desa|kelurahan|kel\.?|ds\.?)\s+", re.IGNORECASE)


def as_typed(code: str) -> str:
    """An area as the list offers it: "Dongko, Kec. Dongko (35.03.10.2004)"."""
    found = areas.area(code)
    if found is None:
        return code
    around = areas.label(code.rpartition(".")[0], depth=1)
    return (
        f"{found.name}, {around} ({code})" if found.level > areas.Level.PROVINCE else f"{found.name} ({code})"
    )


@lru_cache(maxsize=64)
def offered(scope: str) -> tuple[str, ...]:
    """Every village and ward in an area, as the list offers them, by name."""
    return tuple(sorted(as_typed(v.code) for v in areas.villages(scope)))


def village_in(scope: str) -> Callable[[str], str]:
    """Reads a village within a scope: chosen from the list, by its code, or by a name that is clear."""

    def read(text: str) -> str:
        bare = plain(text)
        if found := _IN_BRACKETS.search(bare):
            bare = found[1]
        if bare[:1].isdigit():
            code = areas.parse_area(bare)
            if areas.level(code) < areas.Level.VILLAGE:
                raise BadInput(_("Choose the village or ward, not what lies around it."))
            if not areas.covers(scope, code):
                raise BadInput(_outside(scope))
            return code
        return _by_name(scope, bare)

    return read


def any_area(text: str) -> str:
    """Reads an area anywhere in Indonesia, as a code or by name (for a referral). Raises BadInput."""
    bare = plain(text)
    if found := _IN_BRACKETS.search(bare):
        bare = found[1]
    if bare[:1].isdigit():
        return areas.parse_area(bare)
    hits = areas.search(bare, limit=6)
    exact = [a for a in hits if bare.lower() in (a.name.lower(), a.title.lower())]
    if len(exact) == 1 or len(hits) == 1:
        return (exact or hits)[0].code
    if not hits:
        raise BadInput(_("No area has this name. Write a regency, city or subdistrict, or its code."))
    raise BadInput(
        Words(_("Several areas fit: %(areas)s. Write one of their codes."), {"areas": _names(hits)})
    )


def _by_name(scope: str, typed: str) -> str:
    name = _KIND.sub("", typed).lower().split(",")[0].strip()
    if not name:
        raise BadInput(_("Write the name of the village or ward."))
    within = areas.villages(scope)
    exact = [v for v in within if v.name.lower() == name]
    hits = exact or [v for v in within if name in v.name.lower()]
    if len(hits) == 1:
        return hits[0].code
    if not hits:
        raise BadInput(_outside(scope))
    raise BadInput(
        Words(_("Several villages fit: %(areas)s. Choose one from the list."), {"areas": _names(hits[:6])})
    )


def _names(found: list[areas.Area]) -> list[str]:
    return [as_typed(a.code) for a in found]


def _outside(scope: str) -> Words:
    return Words(
        _("No village of this name in %(area)s. If the person lives elsewhere, see below: refer them there."),
        {"area": areas.label(scope, depth=1)},
    )
