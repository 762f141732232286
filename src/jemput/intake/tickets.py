"""Ticket and receipt numbers: short, read aloud without doubt, wrong ones found out.

``TRG-7K4M-2X``: the office, five random characters, one check character. None is 0, O, 1, I or U, so
nothing is mistaken for another; the check finds every single wrong character and every two exchanged.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from uuid import UUID

from jemput.core import areas
from jemput.core.text import BadInput, _, plain

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"  # 31, a prime: the check needs it
RANDOM_CHARACTERS = 5
RECEIPT = "T"
"""Tanda terima: a finished document was handed over."""
ORIGINALS = "A"
"""Asli: original papers were taken along."""

_USUAL = {"35.03": "TRG", "35.10": "BYW", "21.71": "BTM", "73.72": "PRE", "32.75": "BKS"}
_VOWELS = frozenset("AEIOU")


def new_ticket(office: str) -> str:
    """A fresh ticket number for an office (code "35.03")."""
    return _number(prefix(office), "".join(secrets.choice(ALPHABET) for _i in range(RANDOM_CHARACTERS)))


def ticket_of(office: str, entry: UUID) -> str:
    """The ticket that follows from the report's entry id: sent twice, it is the same."""
    return _number(prefix(office), _drawn(b"ticket", entry))


def number_of(office: str, mark: str, entry: UUID) -> str:
    """The receipt number of an entry: sent twice, the same entry gives the same number."""
    return _number(f"{prefix(office)}-{mark}", _drawn(b"receipt", entry))


def prefix(office: str) -> str:
    """Three letters for an office: the usual ones, else the first letter and two consonants of its name."""
    if office in _USUAL:
        return _USUAL[office]
    found = areas.area(office)
    letters = [c for c in (found.name.split()[-1].upper() if found else "") if c.isalpha()]
    wanted = letters[:1] + [c for c in letters[1:] if c not in _VOWELS]
    return ("".join(wanted) + "XXX")[:3].replace("I", "Y").replace("O", "Q").replace("U", "V")


def read_ticket(text: str) -> str:
    """A ticket as somebody typed or read it out: "trg 7k4m2x" is TRG-7K4M-2X. Raises BadInput."""
    bare = "".join(c for c in plain(text)[:60].upper() if c.isalnum())
    drawn, check = bare[3 : 3 + RANDOM_CHARACTERS], bare[3 + RANDOM_CHARACTERS :]
    if len(bare) != 3 + RANDOM_CHARACTERS + 1 or not bare[:3].isalpha():
        raise BadInput(_("A ticket number looks like TRG-7K4M-2X: three letters, then six characters."))
    if any(c not in ALPHABET for c in drawn + check) or _check(drawn) != check:
        raise BadInput(_("One character of this ticket number is wrong. Have it read out once more."))
    return _number(bare[:3], drawn)


def spelled(ticket: str) -> str:
    """The number with a space between its characters, so that a voice reads them one by one."""
    return " ".join(ticket.replace("-", " "))


def _drawn(purpose: bytes, entry: UUID) -> str:
    rest = int.from_bytes(sha256(purpose + entry.bytes).digest())
    drawn = ""
    for _i in range(RANDOM_CHARACTERS):
        rest, value = divmod(rest, len(ALPHABET))
        drawn += ALPHABET[value]
    return drawn


def _number(start: str, drawn: str) -> str:
    return f"{start}-{drawn[:4]}-{drawn[4:]}{_check(drawn)}"


def _check(drawn: str) -> str:
    """Weights 1 to 5 modulo a prime: each single error and each exchange of two changes the sum."""
    return ALPHABET[sum(n * ALPHABET.index(c) for n, c in enumerate(drawn, 1)) % len(ALPHABET)]
