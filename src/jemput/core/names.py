"""Indonesian names: upper-case on screens as on the KK, and loose tokens to find people by.

Many people have one name only, so nothing here asks for a family name. The tokens forgive how a
caller says a name; they are for searching, never for showing.
"""

from __future__ import annotations

import re
import unicodedata

from jemput.core.dates import AgeBand as AgeBand
from jemput.core.text import BadInput, _, plain


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# How people are addressed, in the places we serve and in general; dropped only before a name.
_ADDRESS = _words(
    """h hj kh k haji hajah hajjah kyai kiai ki nyai nyi gus ning ust ustad ustadz ustadzah
    pak bapak bpk bp bu ibu mbah mbok mbak mas bang kang teh neng eyang kakek nenek kek nek pakde bude
    paklek bulek lek tn tuan ny nyonya nn nona sdr sdri saudara saudari alm almh almarhum almarhumah
    an by bayi r rr rm ra rd raden drs dra dr ir prof"""
)
_KINSHIP = _words("bin binti bt bte")
_DEGREES = _words("sh se st mm mh msi mpd spd skm amd sag ssi shi skep sip")
_SAME = {
    **dict.fromkeys(_words("moh moch much muh mhd mohd mohamad mohamed muhamed"), "muhamad"),
    "abd": "abdul",
    "ach": "ahmad",
    "akh": "ahmad",
    "st": "siti",
}
# Spelling before 1947 and 1972, and kh/ch/h for the same Arabic letter.
_OLD_SPELLING = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"), ("kh", "h"), ("ch", "h"))
_LONGEST = 150


def parse_name(text: str) -> str:
    """A name as screens and papers carry it: upper case, single spaces. Raises BadInput."""
    name = shown_name(text)
    if not any(c.isalpha() for c in name):
        raise BadInput(_("Write the name in letters, as on the KK."))
    if re.search(r"[0-9]{6}", name):
        raise BadInput(_("There is a number in the name. Put NIK and phone in their own fields."))
    if len(name) > _LONGEST:
        raise BadInput(_("This name is too long. Write it as on the KK."))
    return name


def shown_name(name: str) -> str:
    """Upper case as on the KK, with plain apostrophes and single spaces."""
    return " ".join(re.sub("[\u2018\u2019\u02bc`\u00b4]", "'", plain(name)).upper().split())


def name_tokens(name: str) -> tuple[str, ...]:
    """The words to search a name by: without titles and kinship words, in one modern spelling.

    "H. Moch. Soetjipto" and "Muhammad Sucipto" give the same. A name that is only a title keeps it.
    """
    words = re.findall(r"[^\W_]+", _letters(_without_degrees(name)))
    while len(words) > 1 and words[0] in _ADDRESS:
        words = words[1:]
    words = [w for i, w in enumerate(words) if i == 0 or w not in _KINSHIP]
    if len(words) > 1 and words[0] == "m":
        words[0] = "muhamad"
    return tuple(_one_spelling(w) for w in words)


def _letters(text: str) -> str:
    """Lower case without accents, and without the apostrophes inside words (Nur'aini)."""
    apart = unicodedata.normalize("NFKD", shown_name(text).replace("'", "").casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _without_degrees(name: str) -> str:
    head, *tail = plain(name).split(",")
    kept = [p for p in tail if "." not in p and p.strip().lower() not in _DEGREES]
    return " ".join([head, *kept])


def _one_spelling(word: str) -> str:
    word = _SAME.get(word, word)
    if word.startswith("nj"):
        word = "ny" + word[2:]
    for old, new in _OLD_SPELLING:
        word = word.replace(old, new)
    word = re.sub(r"([^\W\d])\1+", r"\1", word)
    return _SAME.get(word, word)
