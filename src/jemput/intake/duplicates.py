"""Has this person been reported already? Found by keyed terms, shown only to who may see the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jemput.core.names import name_tokens
from jemput.core.text import Words, _
from jemput.journal import search
from jemput.journal.models import CaseRow

MOST = 6
_SHORTEST_NAME = 3
_LIKELY = 30


@dataclass
class Similar:
    """A case that may be the same person's, and why we think so; the strongest reason first."""

    case: CaseRow
    why: list[Words] = field(default_factory=list)
    weight: int = 0

    @property
    def is_likely(self) -> bool:
        """Worth stopping for; a caller who called before, or half a name, is only shown."""
        return self.weight >= _LIKELY


def similar(
    facts: Mapping[str, Any], visible: QuerySet[CaseRow], *, but: UUID | None = None, most: int = MOST
) -> list[Similar]:
    """Cases that share a NIK, family number, phone or name with these facts, the likeliest first.

    ``visible`` are the cases that the asker may see (``access_cases``): a hit outside it says nothing,
    not even that it is there. ``but`` is the case that the facts are of. Raises keys.Locked.
    """
    reasons: dict[UUID, list[tuple[int, Words]]] = {}
    for weight, words, found in _looked_up(facts, visible):
        for id in found:
            if id != but:
                reasons.setdefault(id, []).append((weight, words))
    if not reasons:
        return []
    best = sorted(reasons, key=lambda id: -sum(w for w, _words in reasons[id]))
    rows = visible.filter(pk__in=best[:200]).in_bulk()
    return [
        Similar(
            rows[id],
            [words for _weight, words in sorted(reasons[id], key=lambda r: -r[0])],
            max(weight for weight, _words in reasons[id]),
        )
        for id in best
        if id in rows
    ][:most]


def _looked_up(
    facts: Mapping[str, Any], among: QuerySet[CaseRow]
) -> Iterable[tuple[int, Words, Iterable[UUID]]]:
    if nik := facts.get("nik"):
        yield 100, Words(_("Same NIK")), search.by_nik(nik, among)
    if family := facts.get("family_number"):
        yield 40, Words(_("Same family card number")), search.by_family(family, among)
    if phone := facts.get("phone"):
        yield 30, Words(_("Same phone")), search.by_phone(phone, among, anybody=True)
    if phone := facts.get("reporter_phone"):
        called = search.by_phone(phone, among, anybody=True)
        yield 20, Words(_("The same phone called before")), called
    name, area = str(facts.get("name") or ""), facts.get("area")
    tokens = set(name_tokens(name))
    if not tokens or max(map(len, tokens)) < _SHORTEST_NAME:
        return
    if area:
        hits = search.by_name(name, area, among)
        yield 50, Words(_("Same name in the same village")), [i for i, n in hits if n == len(tokens)]
        yield 15, Words(_("Similar name in the same village")), [i for i, n in hits if n < len(tokens)]
    elsewhere = [i for i, n in search.by_name(name, None, among) if n == len(tokens)]
    yield 10, Words(_("Same name")), elsewhere
