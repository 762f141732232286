"""How alike two names are, word by word, in bits of evidence: a rare word that fits says more than Siti."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from jemput.core.spelling import says_little, skeleton

Words = tuple[str, ...]
_LEAST, _MOST, _LITTLE = 2.0, 11.0, 2.5
_IN_ORDER = 0.5
_NOTHING_FITS = -7.0


@dataclass(frozen=True)
class Figures:
    """How often each word stands in the names of a register; what says little says little here too."""

    people: int = 100_000
    counts: Mapping[str, int] = field(default_factory=dict)

    def bits(self, word: str) -> float:
        """What it says that two people share this word."""
        found = self.counts.get(word)
        if found is None:
            found = max(1, self.people // 20_000)
        worth = min(_MOST, max(_LEAST, math.log2(self.people / found)))
        return min(worth, _LITTLE) if says_little(word) else worth


@lru_cache(50_000)
def alike(asked: str, known: str) -> float:
    """How sure two words are the same name: 0 to 1."""
    if asked == known:
        return 1.0
    if len(asked) == 1 or len(known) == 1:
        return 0.35 if asked[0] == known[0] else 0.0
    likeness = JaroWinkler.normalized_similarity(asked, known)
    if likeness >= 0.75 and skeleton(asked) == skeleton(known) and len(skeleton(asked)) > 1:
        # The last vowel tells man from woman: Sukarno, Sukarni.
        return 0.5 if {asked[-1], known[-1]} == {"i", "o"} else 0.88
    if ("rn" in asked or "rn" in known) and asked.replace("rn", "m") == known.replace("rn", "m"):
        return 0.8  # read from handwriting
    shorter, longer = sorted((asked, known), key=len)
    slips = DamerauLevenshtein.distance(asked, known, score_cutoff=2)
    if slips == 1:
        return 0.85 if len(longer) >= 5 else 0.6 if len(longer) == 4 else 0.35
    if slips == 2 and len(longer) >= 7:
        return 0.65
    if len(shorter) >= 3 and (longer.startswith(shorter) or _ends(longer, shorter)):
        return 0.6  # Karni for Sukarni, Udin for Syarifudin, a name cut short
    if likeness >= 0.88:
        return 0.55
    if likeness >= 0.8 and len(longer) >= 5:
        return 0.3
    return 0.0


def _ends(longer: str, shorter: str) -> bool:
    return longer.endswith(shorter) or (shorter[0] == "y" and longer.endswith("i" + shorter[1:]))


def share(one: Words, other: Words, figures: Figures) -> float:
    """How much of what the shorter name could say does fit: 1 is the same name, below 0.35 another."""
    return name_bits(one, other, figures) / max(min(_worth(one, figures), _worth(other, figures)), 1.0)


def name_bits(asked: Words, known: Words, figures: Figures, typing: bool = False) -> float:
    """Evidence for or against the same name; 0 when either side is blank."""
    if not asked or not known:
        return 0.0
    if asked == known:
        return _worth(asked, figures) + _IN_ORDER
    apart = _word_by_word(asked, known, figures, typing)
    if len(asked) != len(known):
        together = _together("".join(asked), "".join(known))
        if together:
            # A name written together, or misheard all over, that is still the same name as a whole.
            return max(apart, together * _worth(known if len(known) <= len(asked) else asked, figures))
    return apart


def _worth(words: Words, figures: Figures) -> float:
    """All words fit; each further word adds less, for they come in pairs."""
    bits = sorted((figures.bits(w) for w in words), reverse=True)
    return sum(b * share for b, share in zip(bits, (1.0, 0.8, 0.6, 0.4, 0.3), strict=False))


@lru_cache(20_000)
def _together(asked: str, known: str) -> float:
    if min(len(asked), len(known)) < 4:
        return 0.0
    if asked == known:
        return 0.95
    likeness = JaroWinkler.normalized_similarity(asked, known)
    return 0.8 if likeness >= 0.95 else 0.6 if likeness >= 0.92 else 0.3 if likeness >= 0.88 else 0.0


def _word_by_word(asked: Words, known: Words, figures: Figures, typing: bool) -> float:
    grid = [(alike(a, k), i, j) for i, a in enumerate(asked) for j, k in enumerate(known)]
    if typing:
        last = len(asked) - 1
        grid += [
            (0.9, last, j) for j, k in enumerate(known) if len(k) > len(asked[-1]) and k.startswith(asked[-1])
        ]
    grid = sorted((g for g in grid if g[0] > 0), reverse=True)
    if not grid:
        return _NOTHING_FITS
    left, right = set(range(len(asked))), set(range(len(known)))
    gained: list[float] = []
    lost = 0.0
    for likeness, i, j in grid:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            worth = figures.bits(known[j])
            if likeness < 1:
                worth = min(worth, figures.bits(asked[i]))  # a rare word is likelier a slip than a match
            gained.append(worth * likeness if likeness >= 0.8 else worth * (likeness * 0.9 - 0.09))
    gained.sort(reverse=True)
    total = sum(g * share for g, share in zip(gained, (1.0, 0.8, 0.6, 0.4, 0.3), strict=False))
    for i in left:
        lost += 0.3 if len(asked[i]) == 1 else 1.0 if says_little(asked[i]) else 3.0
    for j in right:
        lost += 0.3 if len(known[j]) == 1 or says_little(known[j]) else 1.5
    return max(total - lost, _NOTHING_FITS)
