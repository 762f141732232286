"""Which pairs are worth comparing: those that share a rare compound term (people/terms.py).

Against the register the terms are keyed hashes in the database; lists and cases are joined in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate
from math import log2

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from jemput.people.person import Query
from jemput.people.places import villages_of
from jemput.people.terms import Term, edits, terms_asked
from jemput.people.vault import Vault

FIRST, FURTHER = (10, 0.5), (40, 0.3)
"""Candidates of a row that are compared in full: at most so many, of those with so large a share of the votes
of the best. Nearly always the first few tell; FURTHER is for those whom they do not."""
_LONG = 4_000
_BLOCK = 1_000
_MOST_SHARING = 300
_BY_NUMBER = 40
_BY_OTHER_ROWS = 5
"""People that a row is compared with because another row that resembles it is one of them."""
_NEAR, _LIKE, _MOST_IN_VILLAGE = 0.6, 20.0, 3_000
"""Names of a village that are so much alike are brought together, worth so many votes, unless there are too
many."""
Near = dict[int, dict[int, float]]
"""Row -> later rows that share terms with it -> how much, as a first guess in bits."""
Skip = Callable[[int, int], bool]
"""Which two rows need no comparing with each other (two cases, say)."""


def against_register(
    queries: Sequence[Query], vault: Vault, people: int, kept: tuple[int, float] = FIRST
) -> Iterator[list[int]]:
    """For each query the numbers of the people it may be, those with the rarest terms in common."""
    for start in range(0, len(queries), _BLOCK):
        block = queries[start : start + _BLOCK]
        asked = _named(vault, [terms_asked(q, villages_of(q.places)) for q in block])
        numbers = [_numbers(q) for q in block]
        exact = _named(vault, numbers)
        found = vault.postings({t for terms in (*asked, *exact) for t in terms})
        slips = _named(vault, [_slips(n, t, found.keys()) for n, t in zip(numbers, exact, strict=True)])
        near = vault.postings({t for terms in slips for t in terms})
        for terms, sure, wrong in zip(asked, exact, slips, strict=True):
            by_number = [found[t] for t in sure if t in found] + [near[t] for t in wrong if t in near]
            yield _best([found[t] for t in terms if t in found], by_number, people, kept)


def _named(vault: Vault, asked: Sequence[Collection[Term]]) -> list[list[int]]:
    """The ids of the terms of each query, all hashed in one go."""
    flat = [term for terms in asked for term in terms]
    ids = vault.terms(flat) if flat else []
    ends = list(accumulate(map(len, asked)))
    return [ids[end - len(terms) : end] for end, terms in zip(ends, asked, strict=True)]


def _slips(numbers: Sequence[Term], terms: Sequence[int], known: Collection[int]) -> list[Term]:
    """What unknown numbers may have been before one digit went wrong."""
    unknown = [n for n, term in zip(numbers, terms, strict=True) if term not in known]
    return [(kind, left, edit) for kind, left, number in unknown for edit in edits(number)]


def _numbers(query: Query) -> list[Term]:
    return [(kind, "", number) for kind, number in (("N", query.nik), ("K", query.family)) if number]


def _best(lists: list[np.ndarray], sure: list[np.ndarray], people: int, kept: tuple[int, float]) -> list[int]:
    by_number = list(dict.fromkeys(n for numbers in sure for n in numbers[:_BY_NUMBER].tolist()))
    if sum(map(len, lists)) > _LONG:
        lists = [numbers for numbers in sorted(lists, key=len) if len(numbers) <= _LONG] or lists[:1]
    if not lists:
        return by_number
    lengths = [len(numbers) for numbers in lists]
    votes = np.repeat(np.log2(2 + people / np.array(lengths, np.float64)), lengths)
    numbers, where = np.unique(np.concatenate(lists), return_inverse=True)
    points = np.bincount(where, votes)
    most, share = kept
    if len(numbers) > most:
        best = np.argpartition(points, -most)[-most:]
        numbers, points = numbers[best], points[best]
    numbers = numbers[points >= share * points.max()]
    return list(dict.fromkeys([*by_number, *numbers.tolist()]))


def among(queries: Sequence[Query]) -> Near:
    """Rows of one list, or of several joined, that may be one person."""
    where: defaultdict[Term, list[int]] = defaultdict(list)
    for i, query in enumerate(queries):
        for term in _loose(query):
            where[term].append(i)
    votes: Near = defaultdict(dict)
    for sharing in where.values():
        if 1 < len(sharing) <= _MOST_SHARING:
            worth = log2(2 + len(queries) / len(sharing))
            for at, i in enumerate(sharing):
                mine = votes[i]
                for j in sharing[at + 1 :]:
                    mine[j] = mine.get(j, 0.0) + worth
    for i, j, likeness in _near_names(queries):
        votes[i][j] = votes[i].get(j, 0.0) + likeness * _LIKE
    return votes


def likeliest(near: Near, skip: Skip, kept: int = 30) -> Iterator[tuple[int, int]]:
    """The pairs (i, j) of rows that are worth comparing."""
    for i, votes in near.items():
        wanted = [j for j in votes if not skip(i, j)]
        for j in sorted(wanted, key=lambda j: -votes[j])[:kept]:
            yield i, j


def through(near: Near, persons: Mapping[int, int], rows: Collection[int]) -> dict[int, list[int]]:
    """For some rows the people that rows near them are: what their own spelling did not lead to."""
    found: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for i, votes in near.items():
        for j, vote in votes.items():
            for row, other in ((i, j), (j, i)):
                if row in rows and other in persons:
                    mine = found[row]
                    mine[persons[other]] = max(vote, mine.get(persons[other], 0.0))
    return {row: sorted(mine, key=lambda n: -mine[n])[:_BY_OTHER_ROWS] for row, mine in found.items()}


def _near_names(queries: Sequence[Query]) -> Iterator[tuple[int, int, float]]:
    """(i, j, likeness) of rows of one village whose names are alike as a whole, though no word may be."""
    living: defaultdict[str, list[int]] = defaultdict(list)
    for i, query in enumerate(queries):
        for village in villages_of(query.places)[:1]:
            living[village].append(i)
    for rows in living.values():
        if 1 < len(rows) <= _MOST_IN_VILLAGE:
            called = [" ".join(sorted(queries[i].words)) for i in rows]
            grid = process.cdist(called, called, scorer=Indel.normalized_similarity, dtype=np.float32)
            for a, b in zip(*np.nonzero(np.triu(grid, 1) >= _NEAR), strict=True):
                yield rows[a], rows[b], float(grid[a, b])


def _loose(query: Query) -> set[Term]:
    villages = villages_of(query.places)
    terms = terms_asked(query, villages[:3])
    return terms | set(_numbers(query))
