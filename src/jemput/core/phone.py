"""Phone numbers: stored as +62…, shown as 08…, masked for those who need not call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jemput.core.text import BadInput, _, plain

if TYPE_CHECKING:
    from lokal.phone import PhoneInfo

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SPREADSHEET = re.compile(r"[0-9]+[.,][0-9]+E\+?[0-9]+", re.IGNORECASE)
_SEVERAL = re.compile(r"[/;,]|\batau\b|\bdan\b|\bor\b", re.IGNORECASE)


def parse_phone(text: str) -> str:
    """The +62 form of an Indonesian number written in any common way. Raises BadInput."""
    bare = _DASHES.sub("-", plain(text)).lstrip("'")
    if _SPREADSHEET.fullmatch(bare):
        raise BadInput(_("A spreadsheet spoilt this number. Format its column as Text, then copy it again."))
    if _SEVERAL.search(bare):
        raise BadInput(_("Write one phone number here; put the other in the note."))
    if bare.startswith("00"):  # the international prefix, which lokal-id reads as an area code
        bare = "+" + bare[2:]
    if bare.startswith("+") and not re.match(r"\+ ?62", bare):
        raise BadInput(_("Only Indonesian numbers (08… or +62…) can be stored here; put others in the note."))
    info = _read(bare)
    if info.e164:
        return info.e164
    if any(issue.code == "length" for issue in info.errors):
        raise BadInput(_("This phone number is too short or too long. Read it back digit by digit."))
    raise BadInput(_("Write the phone number in digits, beginning with 08, 0 and the area code, or +62."))


def shown_phone(number: str) -> str:
    """The +62 form as people read it: 0812-3456-7890."""
    return _read(number).national or number


def mask_phone(number: str) -> str:
    """The number with only its last three digits left: enough for the caller to recognise, not to call."""
    local = "0" + number[3:] if number.startswith("+62") else number
    kept = 3 if len(local) >= 8 else 0
    return "•" * (len(local) - kept) + local[len(local) - kept :]


def _read(text: str) -> PhoneInfo:
    from lokal.phone import parse_phone as read  # here, since it takes 0.35 s to import

    return read(text)
