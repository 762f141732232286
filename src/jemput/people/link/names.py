"""How well two names fit, and how rare is what fits: the two things that say whether they are one name.

"Siti" that fits exactly says less than a rare name that is nearly the same, so both are kept apart: a level
is a fit and a rarity. What a fit is worth is learned (model.py); how often
names of that rarity fit by chance is counted.
"""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from jemput.core.spelling import says_little
from jemput.people.likeness import Figures, alike

Words = tuple[str, ...]
FITS = ("other", "mixed", "part", "loose", "close", "same")
"""From contradiction to agreement. part: one name has words that the other does not say; mixed: each has."""
OTHER, MIXED, PART, LOOSE, CLOSE, SAME = range(len(FITS))
STEPS = 12
"""A level is fit * STEPS + rarity, in steps of two bits."""
LEVELS = tuple(f"{fit}_{2 * step}" for fit in FITS for step in range(STEPS))
_SHARES = (1.0, 0.8, 0.6, 0.4, 0.3)
"""Words of a name come in pairs, so each further one says less."""
_INITIAL = 3.0
_ALIKE, _GOOD = 0.5, 0.8
_HEARD = {"a": "oe", "i": "y", "k": "h", "o": "u"}
"""How the word may begin, as it sounds, that an initial stands for: A. for Aulia (olia), Y. for Yanto."""
_SLIPS = ((16, 3), (9, 2), (4, 1))
"""Letters from which on so many slips leave a name the same."""


def fit_of(level: int) -> int:
    """The fit in a level."""
    return level // STEPS


def supports(level: int) -> bool:
    """Whether a level speaks for one name; an initial or a Siti that is shared does not."""
    fit, step = divmod(level, STEPS)
    return fit == SAME or (fit >= PART and step >= 2)


def level(one: Words, other: Words, figures: Figures) -> int:
    """How two names fit; neither may be empty."""
    if one == other:
        return _level(SAME, [figures.bits(w) for w in one])
    left, right = list(one), list(other)
    found: list[float] = []
    for word in one:
        if word in right:
            left.remove(word)
            right.remove(word)
            found.append(figures.bits(word))
    if not left and not right:
        return _level(CLOSE, found)  # in another order
    if found and not (left and right):
        return _level(CLOSE if _little(left or right) else PART, found)
    together = _together("".join(one), "".join(other)) if len(one) != len(other) or not found else 0.0
    if together >= _GOOD:  # written as one, or misheard all over
        shorter = one if len(one) <= len(other) else other
        return _level(CLOSE if together == 1.0 else LOOSE, [figures.bits(w) * together for w in shorter])
    worst = _match(left, right, found, figures)
    if not found:
        return OTHER
    if _little(left) and _little(right):
        return _level(CLOSE if worst >= _GOOD else LOOSE, found)
    if not left or not right:
        return _level(PART, found)
    if _likeness("".join(left), "".join(right)) >= 0.75:
        return _level(LOOSE, found)
    return _level(MIXED, found)


def misspelt(one: Words, other: Words, figures: Figures) -> int:
    """The level of two names that sound apart but are written nearly the same: Augs for Agus."""
    return _level(LOOSE, [figures.bits(w) * _GOOD for w in min(one, other, key=len)])


def nearly_written(one: str, other: str) -> bool:
    """Whether a few slips of the pen make one of the other; too few letters say nothing."""
    letters = min(len(one), len(other))
    slips = next((slips for least, slips in _SLIPS if letters >= least), 0)
    return bool(slips) and OSA.distance(one, other, score_cutoff=slips) <= slips


def _level(fit: int, bits: list[float]) -> int:
    bits.sort(reverse=True)
    rarity = sum(b * share for b, share in zip(bits, _SHARES, strict=False))
    return fit * STEPS + min(STEPS - 1, int(rarity / 2))


def _little(words: list[str]) -> bool:
    return all(says_little(w) for w in words)


def _match(left: list[str], right: list[str], found: list[float], figures: Figures) -> float:
    """Take away the words that are alike, the likest first; how like the worst of them is."""
    worst = 1.0
    grid = sorted(((s, a, b) for a in left for b in right if (s := _alike(a, b)) > 0), reverse=True)
    for sure, a, b in grid:
        if a in left and b in right:
            left.remove(a)
            right.remove(b)
            if len(a) == 1 or len(b) == 1:
                found.append(_INITIAL)
            else:
                found.append(min(figures.bits(a), figures.bits(b)) * sure)
            worst = min(worst, sure)
    return worst


@lru_cache(100_000)
def _alike(one: str, other: str) -> float:
    if len(one) == 1 or len(other) == 1:
        initial, word = sorted((one, other), key=len)
        return _ALIKE if word[0] == initial or word[0] in _HEARD.get(initial, "") else 0.0
    cut = one.endswith(other) or other.endswith(one)
    if not (cut or "rn" in one or "rn" in other or _likeness(one, other)):
        return 0.0  # most words have nothing in common; this is quick
    sure = alike(one, other)
    return sure if sure >= _ALIKE else 0.0


def _likeness(one: str, other: str) -> float:
    return JaroWinkler.similarity(one, other, score_cutoff=0.72)


def _together(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if min(len(one), len(other)) < 4:
        return 0.0
    sure = JaroWinkler.similarity(one, other, score_cutoff=0.88)
    return 0.95 if sure >= 0.95 else 0.85 if sure >= 0.92 else 0.0
