"""Indonesian names by ear: what two clerks, two decades or two tongues write differently for one name.

``names.name_tokens`` takes titles away and brings old spelling to the new. This goes further: ``fold``
gives what a word sounds like (Zainal = Jaenal, Yanto = Ianto, Utsman = Usman), ``skeleton`` only its
consonants. Both are for finding and comparing, never for showing.

Sources of the rules: the spelling reforms of 1947 and 1972; Arabic names as Javanese, Sundanese and
Madurese speakers write them; Priyadi (2005) for the consonants that are heard alike (f, p, v; z, j).
"""

from __future__ import annotations

import re
from functools import lru_cache

from jemput.core.names import _ADDRESS as ADDRESS
from jemput.core.names import _DEGREES as DEGREES
from jemput.core.names import _KINSHIP as KINSHIP
from jemput.core.names import _SAME as SHORT_FORMS
from jemput.core.names import name_tokens
from jemput.core.text import plain

_CACHE = 50_000

# Degrees behind a name, also without the comma: S.Pd, M.Si, A.Md.Kep, S.H.
_TITLE = r"(?:pd|ag|sos|kom|kep|hum|kes|psi|pt|km|farm|gz|md|ip|st|si|h|e|t|p)"
_DEGREE = re.compile(
    rf"[ ,]+[sma]\.? ?{_TITLE}\.(?:i\b\.?)?(?=[ ,.]|$)|[ ,]+[sma]\.(?:{_TITLE}|kn)\.?(?:i\b\.?)?(?=[ ,.]|$)",
    re.IGNORECASE,
)
_FATHER = re.compile(r"\b(?:bin|binti|bt\.|bte\.?|b\.(?=\s*\w+$))\s+", re.IGNORECASE)
_BORU = re.compile(r"\b(?:br|boru|beru)\b\.?\s+", re.IGNORECASE)

_BARE_DEGREES = frozenset(
    [
        "sh",
        "se",
        "mm",
        "mh",
        "mpd",
        "spd",
        "sip",
        "sag",
        "skm",
        "amd",
        "msi",
        "ssi",
        "skom",
        "ssos",
        "shi",
        "skep",
    ]
)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
# Words that mean something by where they stand: titles, kinship, degrees, abbreviations.
_SPECIAL = (
    _BARE_DEGREES | DEGREES | ADDRESS | KINSHIP | {"ign", "boru", "beru", "njai", "hadji", "hadjah", "kijai"}
)

# Written short -> in full. Only forms that mean one thing; a lone letter stays an initial.
_SHORT = {
    **dict.fromkeys(["muhamat", "mohamat", "mohamad", "muhamet", "mochamat", "muchamat", "muhammat", "md",
    "mokh", "mukh", "mohd"], "muhamad"),
    **dict.fromkeys(["mukamad", "mokamad", "muamad", "mukhamad", "mokhamad", "mhamad"], "muhamad"),
    **dict.fromkeys(["abdur", "abdus", "abdun", "abdut", "abdu", "abdl"], "abdul"),
    **dict.fromkeys(["akhmad", "ahmat", "akmad", "achmat"], "ahmad"),
    "wy": "wayan", "wyn": "wayan", "nym": "nyoman", "nyom": "nyoman", "kt": "ketut", "ktt": "ketut",
    "pt": "putu", "gd": "gede", "kd": "kadek", "km": "komang", "ngh": "nengah", "gst": "gusti",
    "cok": "cokorda", "ngr": "ngurah", "dg": "daeng", "bgs": "bagus", "bg": "bagus", "sr": "sri",
}  # fmt: skip
_PAIRS = {"ib": ("ida", "bagus"), "aa": ("anak", "agung"), "ign": ("gusti", "ngurah")}
# "I" and "Ni" tell a Balinese man or woman; alone they are no name.
_BALINESE_SEX = frozenset(["i", "ni"])
_ORDER = frozenset(["wayan", "putu", "gede", "made", "kadek", "nengah", "nyoman", "komang", "ketut", "luh"])

# In this order, on lower-case letters without accents, after the spelling of names.name_tokens.
_BY_EAR = (
    ("dz", "j"), ("ts", "s"), ("th", "t"), ("dh", "d"), ("bh", "b"), ("gh", "g"), ("ph", "f"), ("sh", "s"),
    ("sy", "s"), ("ck", "k"), ("q", "k"), ("x", "ks"), ("v", "f"), ("f", "p"), ("z", "j"),
    ("ai", "e"), ("ae", "e"), ("au", "o"), ("ou", "u"), ("ie", "i"), ("ee", "e"), ("oo", "u"),
)  # fmt: skip
_OLD = (
    ("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"), ("nj", "ny"), ("lj", "ly"), ("bj", "by"), ("kh",
    "h"), ("ch", "h"),
)  # fmt: skip
_GLIDE_I = re.compile(r"iy+(?=[aeou])")
_GLIDE_U = re.compile(r"uw+(?=[aeio])")
_Y_AFTER_CONSONANT = re.compile(r"(?<=[bcdfghjklmnpqrstvwxz])y")
_Y_AT_END = re.compile(r"y$")
_DIPHTHONG_AT_END = re.compile(r"(?<=[a-z]{2})ay$")
_LAST_H = re.compile(r"(?<=[aeiou])h$")
_DOUBLE = re.compile(r"(.)\1+")
_LAST_VOICED = {"d": "t", "b": "p"}
_READ_AS_DIGITS = str.maketrans("0135", "oies")
_JOINED = re.compile(r"(abdu[lrnst]|nur|sri|siti)([a-z]{4,})")

_SKELETON = str.maketrans({**dict.fromkeys("aeiouh"), "y": "j", "d": "t", "b": "p", "g": "k"})
_I_BEFORE_VOWEL = re.compile(r"(?<=[a-z])i(?=[aeou])")


def of_father(name: str) -> tuple[str, str]:
    """A name and the father's in it: "Sukarni binti Karto" -> ("Sukarni", "Karto"); else an empty second."""
    head, *tail = _FATHER.split(plain(name), maxsplit=1)
    if not tail or not any(c.isalpha() for c in head) or not any(c.isalpha() for c in tail[0]):
        return plain(name), ""
    return head.strip(), tail[0].strip()


@lru_cache(_CACHE)
def words(name: str) -> tuple[str, ...]:
    """The words of a name as they sound: what is compared. Empty only for a name without letters.

    "H. Moch. Soetjipto, S.Pd." and "Muhammad Sucipto" give the same; so do "Nurhayati" and "Nur Hayati".
    """
    simple = name.lower().split() if name.isascii() else []
    if simple and all(w.isalpha() and len(w) > 2 for w in simple) and _SPECIAL.isdisjoint(simple):
        return tuple(part for word in simple for part in _simple(word))
    return slow_words(name)


def slow_words(name: str) -> tuple[str, ...]:
    """The same, with titles, degrees, abbreviations and signs looked for; ``words`` spares that where it
    can."""
    bare = _DEGREE.sub("", plain(name))
    bare = _BORU.sub(" ", bare) if _BORU.search(bare[1:]) else bare
    tokens = name_tokens(_WORD.sub(_modern_unless_short, bare)) or name_tokens(name)
    while len(tokens) > 1 and tokens[-1] in _BARE_DEGREES:
        tokens = tokens[:-1]
    if tokens and tokens[0] in _BALINESE_SEX:
        tokens = tuple("made" if t == "md" else t for t in tokens)
    full: list[str] = []
    for token in tokens:
        full += _PAIRS.get(token, (token,)) if len(tokens) > 1 else (token,)
    if len(full) > 1:
        full = [t for t in full if t not in _BALINESE_SEX] or full
    return tuple(part for token in full for part in _apart(fold(token)))


def _modern_unless_short(found: re.Match[str]) -> str:
    word = found[0].lower()
    return word if word in SHORT_FORMS else _modern(word)


@lru_cache(_CACHE)
def _simple(word: str) -> tuple[str, ...]:
    return tuple(part for token in name_tokens(_modern(word)) for part in _apart(fold(token)))


@lru_cache(_CACHE)
def fold(word: str) -> str:
    """One word as it sounds: lower-case letters (and digits); folding twice changes nothing."""
    now = _SHORT.get(word, word)
    if not now.isalpha() and any(c.isalpha() for c in now):
        now = now.translate(_READ_AS_DIGITS)
    for _round in range(6):  # a rule may make room for another; this ends, since rules only shorten or settle
        before, now = now, _fold_once(now)
        if now == before:
            break
    return now or word


def _fold_once(word: str) -> str:
    word = _modern(word)
    for written, heard in _BY_EAR:
        word = word.replace(written, heard)
    word = _GLIDE_U.sub("u", _GLIDE_I.sub("i", word))
    word = _DIPHTHONG_AT_END.sub("e", word)
    word = _Y_AT_END.sub("i", _Y_AFTER_CONSONANT.sub("i", word))
    word = _DOUBLE.sub(r"\1", _LAST_H.sub("", word))
    if len(word) > 2 and word[-1] in _LAST_VOICED:
        word = word[:-1] + _LAST_VOICED[word[-1]]
    return _SHORT_HEARD.get(word, word)


def _modern(word: str) -> str:
    """1947 and 1972: oe/u, dj/j, tj/c, nj/ny, and j/y where the word shows its age (Widjaja, Soerjadi)."""
    if "dj" in word or "tj" in word:
        word = re.sub(r"(?<![dtnsl])j", "y", word)
    elif "oe" in word:
        word = re.sub(r"rj|ij(?=[aeo])", lambda found: found[0][0] + "y", word)
    for old, new in _OLD:
        word = word.replace(old, new)
    return word


_SHORT_HEARD: dict[str, str] = {}
_SHORT_HEARD.update({fold(short): fold(full) for short, full in _SHORT.items() if len(short) > 2})
fold.cache_clear()


def _apart(folded: str) -> tuple[str, ...]:
    """Words that are written together as often as apart: Nurhayati, Abdurrahman, Siti..."""
    match = _JOINED.fullmatch(folded)
    if not match:
        return (folded,)
    first, rest = match.groups()
    if first.startswith("abdu"):  # the letter belongs to both words: Abdurrahman, Abdussalam
        return ("abdul", rest if first == "abdul" else first[-1] + rest)
    return (first, rest)


@lru_cache(_CACHE)
def skeleton(folded: str) -> str:
    """The consonants of a folded word, those that are heard alike made one; the word itself without any."""
    bones = _I_BEFORE_VOWEL.sub("j", folded).replace("ng", "n").translate(_SKELETON)
    return _DOUBLE.sub(r"\1", bones) or folded


def says_little(folded: str) -> bool:
    """Whether a word is shared by whole families or villages: Balinese birth order, Muhamad, Siti, Abdul."""
    return folded in _LITTLE


_LITTLE = frozenset(
    fold(w) for w in (*_ORDER, "muhamad", "siti", "abdul", "gusti", "ida", "bagus", "anak", "agung")
)
