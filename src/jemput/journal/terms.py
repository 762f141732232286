"""What a person can be found by: keyed hashes of NIK, family number, phone and names.

Only the hashes are stored. A name gives its tokens, each alone and together with the village, and the
whole name; people other than the person served give the whole name and the phone.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from jemput.core.entries import Body
from jemput.core.names import name_tokens
from jemput.core.phone import parse_phone
from jemput.core.text import BadInput, _

PERSON = "person"
Found = tuple[bytes, str]
"""(hash, role)."""

HASH_BYTES = 16
VILLAGE = len("35.03.01.2001")

ROLES = {
    "reporter": _("reporter"),
    "guardian": _("guardian"),
    "companion": _("companion"),
    "consenting": _("the one who consented"),
    "recipient": _("the one who received or gave papers"),
    "complaining": _("the one who complained"),
    "asking": _("the one who asked for data"),
    "carrier": _("the one who carried papers"),
    "partner": _("the health or social worker"),
    "approving": _("the one who approved an exception"),
    "parent": _("father or mother on a form"),
}
"""How people other than the person served may stand in a case."""

# Fields that name somebody else: kind -> (role, field of the name, field of the phone), once for each.
_OTHERS: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    "reporter_named": (("reporter", "name", "phone"),),
    "guardian_named": (("guardian", "name", "phone"),),
    "companion_named": (("companion", "name", "phone"),),
    "consent_given": (("consenting", "by", None),),
    "consent_withdrawn": (("consenting", "by", None),),
    "custody_taken": (("carrier", "holder_name", "holder_phone"),),
    "delivered": (("recipient", "recipient", None),),
    "originals_collected": (("recipient", "given_by", None),),
    "originals_returned": (("recipient", "returned_to", None),),
    "condition_checked": (("partner", "partner_name", None),),
    "form_filled": (("parent", "father", None), ("parent", "mother", None)),
    "recorded": (("approving", "exception_approved_by", None),),
    "complaint": (("complaining", "by", "phone"),),
    "data_requested": (("asking", "by", None),),
}
_ABOUT_THE_PERSON = frozenset({"reported", "person_described", "biodata_checked", "biometrics_checked"})


def has_terms(kind: str) -> bool:
    """Whether entries of this kind name anybody."""
    return kind in _OTHERS or kind in _ABOUT_THE_PERSON


def terms_of(key: bytes, body: Body, area: str) -> set[Found]:
    """The terms of an unsealed body, for a case in this area. ``key`` is ``Ring.search_key``."""
    if body.kind in _ABOUT_THE_PERSON:
        return set(_of_person(key, body, area))
    if body.kind in _OTHERS:
        return {
            found
            for role, name, phone in _OTHERS[body.kind]
            for found in _of_other(key, role, getattr(body, name), getattr(body, phone) if phone else None)
        }
    return set()


def _of_person(key: bytes, body: Body, area: str) -> Iterator[Found]:
    for field, hashed in (("nik", nik_term), ("family_number", family_term), ("phone", phone_term)):
        if value := getattr(body, field, None):
            yield hashed(key, value), PERSON
    if name := getattr(body, "name", None):
        yield whole_name_term(key, name), PERSON
        for token in name_tokens(name):
            yield token_term(key, token), PERSON
            yield token_term(key, token, area), PERSON


def _of_other(key: bytes, role: str, name: str | None, phone: str | None) -> Iterator[Found]:
    if name:
        yield whole_name_term(key, name), role
    if phone:
        yield phone_term(key, phone), role


def nik_term(key: bytes, nik: str) -> bytes:
    """The term of a NIK."""
    return _hash(key, "nik", nik)


def family_term(key: bytes, number: str) -> bytes:
    """The term of a family-card number."""
    return _hash(key, "family", number)


def phone_term(key: bytes, phone: str) -> bytes:
    """The term of a phone number, however it was written."""
    try:
        phone = parse_phone(phone)
    except BadInput:
        phone = "".join(c for c in phone if c.isdigit())
    return _hash(key, "phone", phone)


def trace_term(key: bytes, digits: str) -> bytes:
    """The term of a few digits of a number that somebody may be known by."""
    return _hash(key, "trace", digits)


def whole_name_term(key: bytes, name: str) -> bytes:
    """The term of a whole name, in any order of its words and any spelling that the tokens forgive."""
    return _hash(key, "whole", " ".join(sorted(name_tokens(name))))


def token_term(key: bytes, token: str, area: str | None = None) -> bytes:
    """The term of one word of a name, alone or in the village of ``area``."""
    return _hash(key, "name", token) if area is None else _hash(key, "name in", token, area[:VILLAGE])


def _hash(key: bytes, *parts: str) -> bytes:
    return hmac.digest(key, "\0".join(parts).encode(), "sha256")[:HASH_BYTES]
