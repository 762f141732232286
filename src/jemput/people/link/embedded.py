"""The embedded engine: candidates by keyed terms, a model for each office, no further package."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from random import Random

import numpy as np

from jemput.core.entries import LinkEngine
from jemput.people.likeness import Figures
from jemput.people.link.blocking import among
from jemput.people.link.compare import OWN, Compared, compare
from jemput.people.link.model import (
    LEAST_PEOPLE,
    Array,
    Model,
    certainty,
    evidence,
    listed,
    scores,
    shared,
    train,
    with_chance,
    with_kin,
)
from jemput.people.link.pairs import Decided, Judged, Known, Progress, Skip, Table
from jemput.people.link.records import Record
from jemput.people.person import Query

NAME = LinkEngine.EMBEDDED
_BLOCK = 1_000
_SCAN_BELOW = 0.8
_LEAN = 300.0
"""Among rows little holds the training on course but what the register taught."""
_ROWS_AT_RANDOM, _PEOPLE_AT_RANDOM = 80, 300


def with_register(
    queries: Sequence[Query], records: Sequence[Record], register: Known, said: Decided, start: Model,
    progress: Progress,
) -> Judged:  # fmt: skip
    """Each row and the people it may be."""
    table, seen = Table(), set()
    told: defaultdict[int, list[int]] = defaultdict(list)
    for row, number in said:
        told[row].append(number)

    def look(found: Mapping[int, list[int]]) -> None:
        people = register.records({n for numbers in found.values() for n in numbers})
        for row, numbers in found.items():
            for number in numbers:
                if number in people and (row, number) not in seen:
                    seen.add((row, number))
                    table.add(row, number, records[row], people[number], register.figures, said)

    for at in range(0, len(queries), _BLOCK):
        near = register.candidates(queries[at : at + _BLOCK], at)
        look({at + i: [*numbers, *told[at + i]] for i, numbers in enumerate(near)})
        progress("register", min(at + _BLOCK, len(queries)), len(queries))
    begin = with_chance(start, _at_random(records, register), max(register.people, LEAST_PEOPLE))
    pairs = table.pairs()
    model = train(pairs, begin, len(queries))
    best = _best(pairs.rows, certainty(model, pairs), len(queries))
    unsure = {i: queries[i] for i in np.flatnonzero(best < _SCAN_BELOW).tolist() if queries[i].words}
    if unsure:
        look(register.scanned(unsure))
        pairs = table.pairs()
        model = train(pairs, begin, len(queries))
    total = evidence(model, pairs)
    more = listed(shared(total, pairs), pairs, np.array(table.others, np.int64), register.people)
    sure = with_kin(scores(model, pairs, OWN), total, pairs, shared(total + more, pairs))
    return Judged(table, sure, said_by(model, table), model)


def with_each_other(
    queries: Sequence[Query], records: Sequence[Record], figures: Figures, said: Decided, start: Model,
    skip: Skip,
) -> Judged:  # fmt: skip
    """Pairs of rows that share rare terms, and those that are settled."""
    table = Table()
    for i, j in {*among(queries), *said}:
        if not skip(i, j):
            table.add(i, j, records[i], records[j], figures, said)
    pairs = table.pairs()
    begin = Model(start.m, start.u, 0.1, max(len(queries), 2))
    model = train(pairs, begin, len(queries), exclusive=False, lean=_LEAN)
    sure = certainty(model, pairs, exclusive=False)
    return Judged(table, sure, said_by(model, table), model)


def said_by(model: Model, table: Table) -> Callable[[int], tuple[float, ...]]:
    """What each field of a pair says, in bits."""
    weigh = [bits.tolist() for bits in model.bits()]
    return lambda at: tuple(w[level] for w, level in zip(weigh, table.levels[at], strict=True))


def _at_random(records: Sequence[Record], register: Known) -> list[Compared]:
    """Pairs that have nothing to do with each other: how often levels are met by chance."""
    draw = Random(7)  # noqa: S311 - a sample, no secret
    people = register.records({draw.randint(1, register.people) for _ in range(_PEOPLE_AT_RANDOM)})
    rows = draw.sample(records, min(_ROWS_AT_RANDOM, len(records)))
    return [compare(row, person, register.figures) for row in rows for person in people.values()]


def _best(rows: Array, sure: Array, count: int) -> Array:
    best = np.zeros(count)
    np.maximum.at(best, rows, sure)
    return best
