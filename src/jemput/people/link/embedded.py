"""The embedded engine: candidates by keyed terms, a model for each office, no further package."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from threading import current_thread, main_thread

import numpy as np

from jemput.core.entries import LinkEngine
from jemput.people.likeness import Figures
from jemput.people.link.blocking import Near, Skip, among, likeliest, through
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
from jemput.people.link.pairs import Decided, Judged, Known, Progress, Table
from jemput.people.link.records import Record, of_query
from jemput.people.person import Query
from jemput.people.workers import several

NAME = LinkEngine.EMBEDDED
_BLOCK = 1_000
_WORTH_FORKING = 3_000
_MANY = 1_000
_SURE_ENOUGH, _SETTLED = 0.8, 0.95
_LEAN = 300.0
"""Among rows little holds the training on course but what the register taught."""
_ROWS_AT_RANDOM, _PEOPLE_AT_RANDOM = 80, 300


@dataclass(frozen=True)
class _Part:
    """Some rows, to be looked up in a process of their own."""

    register: Known
    queries: dict[int, Query]
    said: Decided
    further: bool
    """For those who found nobody at once."""


def _looked_up(part: _Part) -> Table:
    register, rows = part.register, list(part.queries)
    if part.further:
        near = register.further(part.queries)
    else:
        near = dict(zip(rows, register.candidates(list(part.queries.values())), strict=True))
        for row, number in part.said:
            near[row] = [*near[row], number]
    people = register.records({n for numbers in near.values() for n in numbers})
    table = Table()
    for row, numbers in near.items():
        record = of_query(part.queries[row])
        for number in dict.fromkeys(numbers):
            if number in people:
                table.add(row, number, record, people[number], register.figures, part.said)
    return table


def with_register(
    queries: Sequence[Query], records: Sequence[Record], register: Known, said: Decided, start: Model,
    progress: Progress,
) -> Judged:  # fmt: skip
    """Each row and the people it may be."""
    table = Table()
    told: defaultdict[int, dict[tuple[int, int], bool]] = defaultdict(dict)
    for (row, number), same in said.items():
        told[row][row, number] = same

    def look(rows: Sequence[int], further: bool) -> None:
        parts = [
            _Part(
                register,
                {row: queries[row] for row in some},
                {p: s for row in some for p, s in told[row].items()},
                further,
            )
            for some in (rows[at : at + _BLOCK] for at in range(0, len(rows), _BLOCK))
        ]
        # Not from a thread of the web server: a forked process would keep its locks.
        apart = len(rows) >= _WORTH_FORKING and current_thread() is main_thread()
        for done, found in enumerate(several(_looked_up, parts, apart), 1):
            table.take(found)
            progress("register", min(done * _BLOCK, len(rows)), len(rows))

    look(range(len(queries)), False)
    begin = with_chance(start, _at_random(records, register), max(register.people, LEAST_PEOPLE))
    pairs = table.pairs()
    model = train(pairs, begin, len(queries))
    best = _best(pairs.rows, certainty(model, pairs), len(queries))
    unsure = [i for i in np.flatnonzero(best < _SURE_ENOUGH).tolist() if queries[i].words]
    if unsure:  # neighbours together, so that a village is opened once
        look(sorted(unsure, key=lambda i: max(queries[i].places, default="")), True)
        pairs = table.pairs()
        model = train(pairs, begin, len(queries))
    near = among(queries)
    sure = certainty(model, pairs)
    settled = {pairs.rows[at]: table.others[at] for at in np.flatnonzero(sure >= _SETTLED).tolist()}
    by_others = Table()
    found = through(near, settled, set(unsure))
    people = register.records({n for numbers in found.values() for n in numbers})
    for row, numbers in found.items():
        for number in numbers:
            by_others.add(row, number, records[row], people[number], register.figures, said)
    table.take(by_others)
    pairs = table.pairs()
    total = evidence(model, pairs)
    more = listed(shared(total, pairs), pairs, np.array(table.others, np.int64), register.people)
    sure = with_kin(scores(model, pairs, OWN), total, pairs, shared(total + more, pairs))
    return Judged(table, sure, said_by(model, table), model, near)


def with_each_other(
    queries: Sequence[Query], records: Sequence[Record], figures: Figures, said: Decided, start: Model,
    skip: Skip, near: Near | None,
) -> Judged:  # fmt: skip
    """Pairs of rows that share rare terms, and those that are settled."""
    table = Table()
    for i, j in {*likeliest(near or among(queries), skip), *said}:
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
    """Pairs that have nothing to do with each other: how often levels are met by chance.

    None in a register so small that a row often meets itself.
    """
    if register.people < _MANY:
        return []
    draw = Random(7)  # noqa: S311 - a sample, no secret
    people = register.records({draw.randint(1, register.people) for _ in range(_PEOPLE_AT_RANDOM)})
    rows = draw.sample(records, min(_ROWS_AT_RANDOM, len(records)))
    return [compare(row, person, register.figures) for row in rows for person in people.values()]


def _best(rows: Array, sure: Array, count: int) -> Array:
    best = np.zeros(count)
    np.maximum.at(best, rows, sure)
    return best
