"""Who is this person? Candidates by terms, then by a scan of the village; decrypted, weighed, explained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log2

import numpy as np
from django.utils import timezone

from jemput.accounts.models import Assignment
from jemput.core.areas import covers
from jemput.core.text import Words
from jemput.people.box import understood
from jemput.people.index import figures_of
from jemput.people.likeness import Figures
from jemput.people.models import Snapshot
from jemput.people.person import Person, Query
from jemput.people.places import villages_of
from jemput.people.score import WEIGHTS, Evidence, in_words, weigh
from jemput.people.seen import write_down
from jemput.people.sheets import scan
from jemput.people.terms import edits, likely_days, terms_asked
from jemput.people.vault import Vault, vault_of

SHOWN = 8
_WEIGHED, _FEW, _SHARE = 120, 30, 0.45
"""Of the candidates at most, at least, and those with this share of the best one's votes are weighed."""
_LATER = 250
"""So many more are weighed when the best is doubtful and no village was said."""
_SCANNED = 50
_VILLAGES_SCANNED = 3
_SURE, _MARGIN = 26.0, 6.0
_NAME_AGREES = 2.0
_LONG_LIST = 20_000


@dataclass(frozen=True)
class Hit:
    """A person of the register who may be meant, and why."""

    person: Person
    score: float
    """Bits of evidence; a bit doubles the odds."""
    matched: list[Words]
    differs: list[Words]
    snapshot: int
    """The extract in which the person stands."""
    number: int
    evidence: Evidence


@dataclass(frozen=True)
class Register:
    """An open extract."""

    snapshot: Snapshot
    vault: Vault
    figures: Figures


def register_of(office: str) -> Register | None:
    """The current extract of an office, opened; None when it has none. Raises keys.Locked."""
    snapshots = Snapshot.objects.filter(office=office, state=Snapshot.CURRENT)
    found = list(snapshots.defer("figures", "columns", "odd"))  # there is one at most
    return opened(found[0]) if found else None


def opened(snapshot: Snapshot) -> Register:
    """An extract with its vault and figures. Raises keys.Locked."""
    vault = vault_of(snapshot)
    return Register(snapshot, vault, _figures(vault, snapshot.pk))


@lru_cache(maxsize=4)
def _figures(vault: Vault, pk: int) -> Figures:
    return figures_of(Snapshot.objects.get(pk=pk), vault)


def look_up(
    query: str | Query,
    office: str,
    asker: Assignment | None = None,
    *,
    most: int = SHOWN,
    typing: bool = False,
) -> list[Hit]:
    """People of an office's register who may be meant, the likeliest first; who was shown is written down.

    ``asker`` is the duty in hand: only people of its area are shown. None is a command of the administrator.
    An empty list never means that the person does not exist. Raises keys.Locked.
    """
    hits = answer(query, office, asker, most=most, typing=typing)
    if asker is not None:
        write_down(asker, [hit.person for hit in hits])
    return hits


def answer(
    query: str | Query, office: str, asker: Assignment | None, *, most: int = SHOWN, typing: bool = False
) -> list[Hit]:
    """``look_up`` for a caller who writes down what is shown in a transaction of its own."""
    register = register_of(office)
    if register is None:
        return []
    if isinstance(query, str):
        query = understood(query, office, timezone.localdate(), typing=typing)
    ranked = find(register, query)
    if asker is not None:
        ranked = [r for r in ranked if covers(asker.area, r[2].area or office)]
    return [_hit(register, query, *found) for found in shown(ranked, most)]


Ranked = list[tuple[int, Evidence, Person]]


def find(register: Register, query: Query) -> Ranked:
    """(number, evidence, person), the likeliest first; those with more against than for them are left out."""
    if query.empty:
        return []
    villages = villages_of(query.places)
    numbers, later, by_number = candidates(register, query, villages)
    ranked = _weighed(register, query, numbers, by_number)
    if query.nik or query.family:
        # Also when the number was found: one wrong digit may be another living person's number.
        known = {number for number, _evidence, _person in ranked}
        repaired = frozenset(_one_slip_away(register, query))
        ranked = _sorted(ranked + _weighed(register, query, repaired - known, repaired))
    if query.words and _doubtful(ranked):
        near = _born_then(register, query) + ([] if villages else later)
        for village in villages[:_VILLAGES_SCANNED]:
            near += scan(register.vault, query, village, _SCANNED)
        seen = {number for number, _evidence, _person in ranked} | set(numbers)
        more = [n for n in dict.fromkeys(near) if n not in seen]
        ranked = _sorted(ranked + _weighed(register, query, more, frozenset()))
    return ranked


def _born_then(register: Register, query: Query) -> list[int]:
    """All who were born on the day that was said: who moved and is misspelt is found by it."""
    days = [("D", "", day.isoformat()) for day in likely_days(query)]
    found = register.vault.postings(register.vault.terms(days)) if days else {}
    return [number for numbers in found.values() for number in numbers.tolist()]


def candidates(
    register: Register, query: Query, villages: list[str]
) -> tuple[list[int], list[int], frozenset[int]]:
    """(numbers worth weighing, those that come next, those that a NIK or family number leads to)."""
    vault = register.vault
    numbers_asked = [("N", "", query.nik)] * bool(query.nik) + [("K", "", query.family)] * bool(query.family)
    exact = vault.terms(numbers_asked) if numbers_asked else []
    asked = terms_asked(query, villages)
    found = vault.postings([*exact, *(vault.terms(asked) if asked else ())])
    sure = [found[t] for t in exact if t in found]
    by_number = frozenset(n for numbers in sure for n in numbers.tolist())
    lists = [found[t] for t in found if t not in exact]
    if len(lists) > 1 and sum(map(len, lists)) > _LONG_LIST:
        lists = [numbers for numbers in sorted(lists, key=len) if len(numbers) <= _LONG_LIST] or lists[:1]
    if not lists:
        return list(by_number), [], by_number
    people = register.snapshot.people
    everyone = np.concatenate(lists)
    votes = np.concatenate([np.full(len(n), log2(2 + people / len(n)), np.float32) for n in lists])
    numbers, where = np.unique(everyone, return_inverse=True)
    points = np.bincount(where, votes)
    ranked = np.argsort(-points, kind="stable")[: _WEIGHED + _LATER]
    enough = int((points[ranked[:_WEIGHED]] >= points[ranked[0]] * _SHARE).sum())
    best = numbers[ranked].tolist()
    first = max(_FEW, enough)
    return list(dict.fromkeys([*by_number, *best[:first]])), best[first:], by_number


def _one_slip_away(register: Register, query: Query) -> set[int]:
    """Everybody whose NIK or family number differs from the query's by one slip of the pen."""
    asked = [("N", "", e) for e in edits(query.nik)] + [("K", "", e) for e in edits(query.family)]
    lists = register.vault.postings(register.vault.terms(asked)).values() if asked else ()
    return {number for numbers in lists for number in numbers.tolist()}


def shown(ranked: Ranked, most: int = SHOWN) -> Ranked:
    """What is put before a human: the first few, and all whom a number may mean that has a slip in it.

    Nobody is cut off who is one slip away from the number: which of them is meant only a human can tell.
    Where the number itself leads to somebody whose name agrees, those whose name does not are.
    """
    settled = any(_number_fits(e) and e.bits.get("name", 0) > _NAME_AGREES for _n, e, _p in ranked[:most])
    near = [
        r
        for r in ranked[most:]
        if _number_near(r[1]) and not (settled and r[1].bits.get("name", 0) <= _NAME_AGREES)
    ]
    return ranked[:most] + near


def _number_fits(evidence: Evidence) -> bool:
    bits = evidence.bits
    return bits.get("nik", 0) >= WEIGHTS.nik or bits.get("family", 0) >= WEIGHTS.family


def _number_near(evidence: Evidence) -> bool:
    bits = evidence.bits
    return bits.get("nik", 0) >= WEIGHTS.nik_one_slip or bits.get("family", 0) >= WEIGHTS.family_one_slip


def _doubtful(ranked: Ranked) -> bool:
    if not ranked or ranked[0][1].total < _SURE:
        return True
    return len(ranked) > 1 and ranked[0][1].total - ranked[1][1].total < _MARGIN


def _weighed(register: Register, query: Query, numbers: Iterable[int], keep: frozenset[int]) -> Ranked:
    people = register.vault.people(numbers)
    found = ((n, weigh(query, person, register.figures), person) for n, person in people.items())
    return _sorted([f for f in found if f[1].total > 0 or f[0] in keep])


def _sorted(ranked: Ranked) -> Ranked:
    return sorted(ranked, key=lambda r: (-r[1].total, r[0]))


def _hit(register: Register, query: Query, number: int, evidence: Evidence, person: Person) -> Hit:
    matched, differs = in_words(query, person, evidence)
    return Hit(person, evidence.total, matched, differs, register.snapshot.pk, number, evidence)
