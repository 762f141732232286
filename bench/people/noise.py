"""What clerks, callers and village lists do to a person's data. Every slip is one small rule with a rate.

The rates are by source: A an office's own list, B another agency's, C written by hand. See ``RATES``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Rates:
    """Shares of rows."""

    one_slip: float
    two_slips: float
    nik: float
    family: float
    full_birth: float
    year_or_age: float
    mother: float
    number_slip: float
    birth_slip: float
    village_slip: float
    moved: float


RATES = {
    "A": Rates(0.30, 0.04, 0.55, 0.40, 0.85, 0.10, 0.70, 0.06, 0.05, 0.03, 0.02),
    "B": Rates(0.50, 0.12, 0.30, 0.20, 0.65, 0.25, 0.45, 0.10, 0.09, 0.06, 0.03),
    "C": Rates(0.60, 0.28, 0.07, 0.08, 0.33, 0.47, 0.38, 0.18, 0.15, 0.14, 0.03),
}

# Written another way, heard the same: (pattern, replacement) in capitals.
_BY_EAR = (
    ("U", "OE"), ("J", "DJ"), ("C", "TJ"), ("SY", "S"), ("S(?=[AIU])", "SY"), ("F", "P"), ("F", "V"), ("V",
    "F"), ("Z", "J"), ("Z", "DZ"),
    ("KH", "H"), ("KH", "CH"), ("AI", "AE"), ("AU", "O"), ("IYA", "IA"), ("IYO", "IO"), ("Y(?=[AO])", "I"),
    ("H$", ""), ("A$", "AH"),
    ("D(?=[AO])", "DH"), ("T(?=[AO])", "TH"), ("Q", "K"), ("K(?=[AO])", "Q"), ("I$", "Y"), ("UW", "U"),
    ("D$", "T"), ("A$", "O"), ("O$", "A"),
    ("LL?", "LL"), ("M(?=[AU])", "MM"), ("E(?=[^AEIOU])", "I"), ("I(?=[^AEIOU])", "E"), ("O(?=[^AEIOU])",
    "U"), ("PR", "PER"), ("TR", "TER"),
)  # fmt: skip
_BY_HAND = (
    ("N", "U"), ("U", "N"), ("A", "O"), ("O", "A"), ("RN", "M"), ("M", "RN"), ("L", "I"), ("I", "L"), ("T",
    "F"), ("E", "C"), ("H", "N"),
    ("R", "V"), ("Y", "G"), ("G", "Y"), ("W", "U"), ("S", "5"), ("O", "0"), ("I", "1"),
)  # fmt: skip
_SHORT = {
    "MUHAMMAD": ("MOH.", "M.", "MUH.", "MOCH.", "MUHAMAD", "MOHAMMAD"), "MOHAMMAD": ("MOH.", "M.", "MUH."),
    "AHMAD": ("ACH.", "A.", "AKHMAD"),
    "ABDUL": ("ABD.", "ABD"), "SITI": ("ST.", "SITTI"), "NUR": ("N.",), "SRI": ("S.",), "DWI": ("D.",),
    "WAYAN": ("WY.",), "MADE": ("MD.",),
    "NYOMAN": ("NYM.",), "KETUT": ("KT.",),
}  # fmt: skip
_TITLES = {
    "m": ("H. ", "DRS. ", "KH. ", "PAK ", "BPK. ", "SDR. ", "R. "),
    "f": ("HJ. ", "BU ", "IBU ", "NY. ", "SDRI. ", "DRA. "),
}
_BEHIND = (", S.PD", ", S.E.", " SH", ", A.MD", " (ALM)")


def name(random: Random, text: str, sex: str, year: int, father: str, slips: int, hand: bool) -> str:
    """A name after some slips, each of another kind."""
    kinds: list[Callable[[Random, str], str]] = [_ear, _ear, _typo, _typo, _short]
    if hand:
        kinds += [_hand, _hand]
    if " " in text:
        kinds += [_drop, _join, _swap]
    elif len(text) > 6:
        kinds += [_split]
    for _slip in range(slips):
        r = random.random()
        if r < 0.08:
            text = (
                random.choice(_TITLES[sex]) + text if random.random() < 0.8 else text + random.choice(_BEHIND)
            )
        elif r < 0.11 and father:
            text = f"{text} {'BIN' if sex == 'm' else 'BINTI'} {father.split()[0]}"
        elif r < 0.15 and year < 1965 and len(text.split()[0]) > 6:
            text = "MBAH " + text.split()[0][random.choice((2, 3)) :]
        else:
            text = random.choice(kinds)(random, text)
    return text


def _ear(random: Random, text: str) -> str:
    fits = [(p, r) for p, r in _BY_EAR if re.search(p, text)]
    if not fits:
        return _typo(random, text)
    pattern, written = random.choice(fits)
    places = list(re.finditer(pattern, text))
    at = random.choice(places)
    return text[: at.start()] + written + text[at.end() :]


def _hand(random: Random, text: str) -> str:
    fits = [(p, r) for p, r in _BY_HAND if p in text[1:]]
    if not fits:
        return _typo(random, text)
    seen, read = random.choice(fits)
    at = random.choice([m.start() for m in re.finditer(seen, text) if m.start() > 0] or [0])
    return text[:at] + read + text[at + len(seen) :]


def _typo(random: Random, text: str) -> str:
    if len(text) < 4:
        return text
    at = random.randrange(1, len(text) - 1)
    kind = random.random()
    letter = random.choice("AAIIUEOONNRTSMKLDHGYWBPJ")
    if kind < 0.3:
        return text[:at] + letter + text[at + 1 :]
    if kind < 0.55:
        return text[:at] + text[at + 1 :]
    if kind < 0.75:
        return text[:at] + letter + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _short(random: Random, text: str) -> str:
    words = text.split()
    known = [i for i, w in enumerate(words) if w in _SHORT]
    if known:
        at = random.choice(known)
        words[at] = random.choice(_SHORT[words[at]])
    elif len(words) > 1:
        at = random.randrange(1, len(words))
        words[at] = words[at][0] + "."
    else:
        return _ear(random, text)
    return " ".join(words)


def _drop(random: Random, text: str) -> str:
    words = text.split()
    del words[random.choice((0, -1, -1))]
    return " ".join(words)


def _join(random: Random, text: str) -> str:
    return text.replace(" ", "", 1)


def _swap(random: Random, text: str) -> str:
    words = text.split()
    return " ".join(words[1:] + words[:1])


def _split(random: Random, text: str) -> str:
    at = random.randint(3, len(text) - 3)
    return f"{text[:at]} {text[at:]}"


def number(random: Random, digits: str) -> str:
    """Sixteen digits with one slip: a digit wrong, two swapped, one missing."""
    at, kind = random.randrange(15), random.random()
    if kind < 0.6:
        return wrong_digit(random, digits)
    if kind < 0.8:
        return swapped(random, digits)
    return digits[:at] + digits[at + 1 :]


def wrong_digit(random: Random, digits: str) -> str:
    """One digit another."""
    at = random.randrange(16)
    return digits[:at] + random.choice([d for d in "0123456789" if d != digits[at]]) + digits[at + 1 :]


def swapped(random: Random, digits: str) -> str:
    """Two neighbours swapped, where that makes a difference."""
    places = [i for i in range(15) if digits[i] != digits[i + 1]]
    at = random.choice(places)
    return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def birth(random: Random, shown: str) -> str:
    """A dd-mm-yyyy date with a slip: day and month swapped, a digit wrong, a year off, the year only."""
    day, month, year = shown.split("-")
    kind = random.random()
    if kind < 0.25 and int(day) <= 12:
        return f"{month}-{day}-{year}"
    if kind < 0.5:
        return f"{day}-{month}-{int(year) + random.choice((-1, 1, -2, 2, -10, 10))}"
    if kind < 0.7:
        return f"{random.randint(1, 28):02}-{month}-{year}"
    if kind < 0.85:
        return f"{day}-{random.randint(1, 12):02}-{year}"
    return f"{random.choice(('31-12', '01-07', '01-01'))}-{year}"


def place(random: Random, text: str) -> str:
    """A village name as it is said or misspelt."""
    kind = random.random()
    if kind < 0.35 and len(text) > 6:
        at = random.randint(3, len(text) - 3)
        return f"{text[:at]} {text[at:]}" if " " not in text else text.replace(" ", "", 1)
    if kind < 0.6:
        return _ear(random, text)
    return _typo(random, text)
