"""Villages as people say them: "ds. watu limo", "Dongkoh", a subdistrict where the village was meant."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from jemput.core.areas import Level, children, is_code, villages
from jemput.core.spelling import fold
from jemput.core.text import plain

_VILLAGE = re.compile(r"^(?:ds|desa|kel|kelurahan|nagari|gampong|ds/kel|desa/kel)\b[./:]*\s*", re.IGNORECASE)
_SUBDISTRICT = re.compile(r"^(?:kec|kecamatan|distrik)\b[.:]*\s*", re.IGNORECASE)
_HAMLET = re.compile(r"^(?:dsn|dusun|dukuh|dk|lingkungan|kampung|kp|jl|jalan)\b[.:]*\s*", re.IGNORECASE)
_CLOSE = 0.86


def heard(name: str) -> str:
    """A place name as it sounds, in one word: Watulimo = watu limo."""
    return "".join(fold(w) for w in re.findall(r"[a-z]+", plain(name).lower()))


@lru_cache(maxsize=16)
def _names(office: str) -> dict[str, dict[str, float]]:
    """What a spoken name may mean in an office's area; a village before the subdistrict of the same name."""
    found: dict[str, dict[str, float]] = {}
    for district in children(office):
        found.setdefault(heard(district.name), {})[district.code] = 1.0
    for village in villages(office):
        found.setdefault(heard(village.name), {})[village.code] = 1.0
    return found


@lru_cache(maxsize=20_000)
def places(text: str, office: str, close: float = _CLOSE, around: str = "") -> dict[str, float]:
    """Areas that a spoken place may mean, with how sure that is; empty when none is near.

    ``text`` may be a code, or a name with "ds.", "kel." or "kec." before it; a hamlet is no area. With
    ``around``
    only what lies in that subdistrict.
    """
    bare = plain(text).strip(" .,")
    if is_code(bare):
        return {bare: 1.0}
    level: Level | None = None
    for pattern, meant in ((_VILLAGE, Level.VILLAGE), (_SUBDISTRICT, Level.SUBDISTRICT)):
        shorter = pattern.sub("", bare)
        if shorter != bare:
            bare, level = shorter, meant
            break
    wanted = heard(bare)
    if len(wanted) < 3 or _HAMLET.match(bare):
        return {}
    names = _names(office)
    if around:
        inner = {
            n: {c: s for c, s in codes.items() if c.startswith(around + ".")} for n, codes in names.items()
        }
        names = {n: codes for n, codes in inner.items() if codes}
    found = names.get(wanted, {})
    if not found:
        near = process.extract(wanted, names.keys(), scorer=JaroWinkler.normalized_similarity, limit=4)
        best = near[0][1] if near else 0.0
        found = {c: s for n, s, _i in near if s >= close and s > best - 0.04 for c in names[n]}
    if level is not None:
        found = {c: s for c, s in found.items() if c.count(".") + 1 == level} or found
    return dict(found)


def villages_of(meant: dict[str, float]) -> list[str]:
    """The villages that places cover, the surest first."""
    found: dict[str, float] = {}
    for code, sure in meant.items():
        inner = [code] if code.count(".") + 1 >= Level.VILLAGE else [v.code for v in villages(code)]
        share = sure if len(inner) == 1 else sure - 0.5
        for village in inner:
            found[village] = max(share, found.get(village, 0.0))
    return sorted(found, key=lambda c: -found[c])


def narrowed(meant: dict[str, float], around: dict[str, float]) -> dict[str, float]:
    """Places that lie in one of the areas around, when any does: a village named with its subdistrict."""
    inside = {c: s for c, s in meant.items() if any(c.startswith(a + ".") or c == a for a in around)}
    return inside or meant or around
