"""Finding cases by what a person is known by, without reading a journal.

``among`` are the cases that the asker may see. They are asked for before anything is cut off, so that a
common name in other offices cannot crowd out one's own case.
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from jemput.core.names import name_tokens
from jemput.journal import keys
from jemput.journal.models import CaseRow, Term
from jemput.journal.terms import (
    PERSON,
    VILLAGE,
    family_term,
    nik_term,
    phone_term,
    token_term,
)

MOST = 200

Cases = QuerySet[CaseRow] | None


def by_ticket(ticket: str) -> UUID | None:
    """The case of this ticket number."""
    return CaseRow.objects.filter(ticket=ticket.strip().upper()).values_list("stream_id", flat=True).first()


def by_nik(nik: str, among: Cases = None) -> list[UUID]:
    """Cases of the person with this NIK (16 digits)."""
    return _with(nik_term(keys.ring().search_key, nik), among)


def by_family(number: str, among: Cases = None) -> list[UUID]:
    """Cases of persons with this family-card number."""
    return _with(family_term(keys.ring().search_key, number), among)


def by_phone(phone: str, among: Cases = None, *, anybody: bool = False) -> list[UUID]:
    """Cases of the person with this phone; with ``anybody`` of reporters, guardians and companions too."""
    return _with(phone_term(keys.ring().search_key, phone), among, anybody=anybody)


def by_name(name: str, area: str | None = None, among: Cases = None) -> list[tuple[UUID, int]]:
    """Cases of persons with words of this name, and how many words fit; the best first.

    With a village (or RW) as ``area`` only there. Words are forgiving in spelling, see core.names.
    """
    key = keys.ring().search_key
    village = area[:VILLAGE] if area and len(area) >= VILLAGE else None
    hashes = [token_term(key, token, village) for token in set(name_tokens(name))]
    found: Counter[UUID] = Counter()
    for hash in hashes:
        found.update(_with(hash, among, most=2000))
    best = found.most_common(MOST)
    return [(case, count) for case, count in best if count * 2 >= len(hashes)]


def _with(hash: bytes, among: Cases, *, anybody: bool = False, most: int = MOST) -> list[UUID]:
    terms = Term.objects.filter(hash=hash)
    if not anybody:
        terms = terms.filter(role=PERSON)
    if among is not None:
        terms = terms.filter(Exists(among.filter(pk=OuterRef("case_id"))))
    return list(terms.values_list("case_id", flat=True).distinct()[:most])
