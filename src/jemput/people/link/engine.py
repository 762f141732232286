"""The linkage of lists: to the register, to cases, to each other and within themselves.

People are found through the register first: two rows that are the same registered person are the same
person, which tells more than their own spelling of a name. What the register does not settle is compared
pair by pair. Nothing here reads or writes a journal; ``runs.py`` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

import numpy as np

from jemput.people.likeness import Figures
from jemput.people.link.blocking import among
from jemput.people.link.compare import NIK, Compared, compare, may_be_sibling, name_supports
from jemput.people.link.decide import Bin, Lines, Rule, Wanted, lines
from jemput.people.link.model import Array, Model, Pairs, certainty, train, with_chance
from jemput.people.link.records import Record, of_query
from jemput.people.person import Query

Progress = Callable[[str, int, int], None]
"""(what is being done, how much of it, out of how many)."""
Decided = Mapping[tuple[int, int], bool]
"""What humans said of a pair: the same or not."""
_ALTERNATIVES = 4
_TWO_NIKS = 4


class Known(Protocol):
    """The register as the linkage needs it (see register.py)."""

    figures: Figures
    people: int

    def candidates(self, queries: Sequence[Query], start: int) -> list[list[int]]:
        """For each query of a block the people it may be."""
        ...

    def records(self, numbers: set[int]) -> dict[int, Record]:
        """People by number."""
        ...

    def scanned(self, queries: Mapping[int, Query]) -> dict[int, list[int]]:
        """For rows that found nobody: the likest names of their villages."""
        ...


@dataclass(frozen=True)
class Link:
    """A row and somebody it may be: a number of the register, or the index of another row."""

    row: int
    other: int
    certainty: float
    bin: Bin
    rule: Rule
    levels: Compared
    bits: tuple[float, ...]


_NOWHERE = Lines(1.0, 1.0)
_USUAL = Wanted()


@dataclass
class Outcome:
    """What a run found."""

    to_register: list[Link] = field(default_factory=list)
    """The best of each row first; those of bin ASK are for humans, alternatives follow the best."""
    to_each_other: list[Link] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    """For every row the lowest row of the same person."""
    persons: dict[int, int] = field(default_factory=dict)
    """Row -> the person of the register it is, where that is settled."""
    shares: dict[int, dict[int, float]] = field(default_factory=dict)
    """Row -> how sure it is each of the people it may be."""
    model: Model = field(default_factory=Model.start)
    pair_model: Model = field(default_factory=Model.start)
    lines: Lines = _NOWHERE
    pair_lines: Lines = _NOWHERE


def link(
    queries: Sequence[Query], register: Known | None, *, wanted: Wanted = _USUAL,
    decided: Decided | None = None, decided_pairs: Decided | None = None,
    same_source: Callable[[int, int], bool] | None = None, start: Model | None = None,
    progress: Progress = lambda what, done, of: None,
) -> Outcome:  # fmt: skip
    """Link everybody. ``decided`` speaks of (row, number), ``decided_pairs`` of (row, row), lower first.

    ``same_source`` says which two rows need no comparing with each other (two cases, say).
    """
    outcome = Outcome(model=start or Model.start())
    records = [of_query(q) for q in queries]
    if register is not None:
        _through_register(queries, records, register, wanted, decided or {}, outcome, progress)
    figures = register.figures if register is not None else Figures(max(len(queries) * 20, 1000))
    _among_rows(queries, records, figures, wanted, decided_pairs or {}, same_source, outcome, progress)
    _group(len(queries), outcome)
    return outcome


# ---- the register -----------------------------------------------------------------------------------

_BLOCK = 1_000


@dataclass
class _Table:
    """Pairs as they are compared."""

    rows: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    levels: list[Compared] = field(default_factory=list)
    barred: list[bool] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)

    def add(self, row: int, other: int, one: Record, two: Record, figures: Figures, said: Decided) -> None:
        levels = compare(one, two, figures)
        word = said.get((row, other))
        self.rows.append(row)
        self.others.append(other)
        self.levels.append(levels)
        self.barred.append(word is not True and may_be_sibling(one, two, levels))
        self.decided.append(-1 if word is None else int(word))

    def pairs(self) -> Pairs:
        """In numbers, row by row."""
        order = sorted(range(len(self.rows)), key=self.rows.__getitem__)
        for name in ("rows", "others", "levels", "barred", "decided"):
            column = getattr(self, name)
            setattr(self, name, [column[i] for i in order])
        return Pairs.of(self.rows, self.levels, self.barred, self.decided)


def _through_register(
    queries: Sequence[Query], records: Sequence[Record], register: Known, wanted: Wanted, decided: Decided,
    outcome: Outcome, progress: Progress,
) -> None:  # fmt: skip
    table, seen = _Table(), set()
    told: defaultdict[int, list[int]] = defaultdict(list)
    for row, number in decided:
        told[row].append(number)

    def look(found: Mapping[int, list[int]]) -> None:
        people = register.records({n for numbers in found.values() for n in numbers})
        for row, numbers in found.items():
            for number in numbers:
                if number in people and (row, number) not in seen:
                    seen.add((row, number))
                    table.add(row, number, records[row], people[number], register.figures, decided)

    for at in range(0, len(queries), _BLOCK):
        near = register.candidates(queries[at : at + _BLOCK], at)
        look({at + i: [*numbers, *told[at + i]] for i, numbers in enumerate(near)})
        progress("register", min(at + _BLOCK, len(queries)), len(queries))
    begin = with_chance(outcome.model, _at_random(records, register), register.people)
    pairs = table.pairs()
    model = train(pairs, begin, len(queries))
    best = _best(pairs.rows, certainty(model, pairs), len(queries))
    unsure = {i: queries[i] for i in np.flatnonzero(best < _SCAN_BELOW).tolist() if queries[i].words}
    if unsure:
        look(register.scanned(unsure))
        pairs = table.pairs()
        model = train(pairs, begin, len(queries))
    outcome.model = model
    progress("model", 1, 1)
    sure = certainty(model, pairs)
    rules = _rules(table)
    first = _firsts(pairs.rows, sure)
    free = np.array([rules[i] is Rule.NONE for i in first], bool)
    outcome.lines = lines(sure[first], free, wanted, len(queries))
    outcome.to_register = _links(table, sure, rules, model, outcome.lines)
    for row, number, share in zip(table.rows, table.others, sure.tolist(), strict=True):
        if share > _WORTH_NOTING:
            outcome.shares.setdefault(row, {})[number] = share
    outcome.persons = {k.row: k.other for k in outcome.to_register if k.bin is Bin.SAME}


_SCAN_BELOW = 0.8
_WORTH_NOTING = 0.01
_ROWS_AT_RANDOM, _PEOPLE_AT_RANDOM = 60, 250


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


def _firsts(rows: Array, sure: Array) -> Array:
    """Where the surest pair of each row stands."""
    order = np.lexsort((-sure, rows))
    return order[np.r_[True, np.diff(rows[order]) > 0]] if len(rows) else order


def _rules(table: _Table) -> list[Rule]:
    found = []
    for levels, barred, decided in zip(table.levels, table.barred, table.decided, strict=True):
        if decided >= 0:
            found.append(Rule.DECIDED)
        elif barred:
            found.append(Rule.SIBLING)
        elif not name_supports(levels):
            found.append(Rule.NUMBER_ALONE)
        elif levels[NIK] == _TWO_NIKS:
            found.append(Rule.TWO_NIKS)
        else:
            found.append(Rule.NONE)
    return found


def _links(table: _Table, sure: Array, rules: Sequence[Rule], model: Model, drawn: Lines) -> list[Link]:
    weigh = model.bits()
    by_row: defaultdict[int, list[int]] = defaultdict(list)
    for i, row in enumerate(table.rows):
        by_row[row].append(i)
    found = []
    for row, places in sorted(by_row.items()):
        places.sort(key=lambda i: -sure[i])
        settled = False
        for rank, i in enumerate(places[:_ALTERNATIVES]):
            bin = _bin(float(sure[i]), rules[i], table.decided[i], drawn, settled, table.levels[i])
            settled = settled or bin is Bin.SAME
            if rank and bin is Bin.DIFFERENT and table.decided[i] < 0:
                continue
            bits = tuple(float(w[level]) for w, level in zip(weigh, table.levels[i], strict=True))
            found.append(Link(row, table.others[i], float(sure[i]), bin, rules[i], table.levels[i], bits))
    return found


def _bin(sure: float, rule: Rule, decided: int, drawn: Lines, settled: bool, levels: Compared) -> Bin:
    if decided >= 0:
        return Bin.SAME if decided else Bin.DIFFERENT
    if settled:
        return Bin.DIFFERENT
    if rule is Rule.NONE and sure >= drawn.same:
        return Bin.SAME
    if sure >= drawn.ask and rule is not Rule.SIBLING:
        return Bin.ASK
    # A sibling by all signs with the very same NIK: somebody wrote down the wrong number, or the wrong name.
    return Bin.ASK if rule is Rule.SIBLING and levels[NIK] == 0 else Bin.DIFFERENT


# ---- rows among themselves --------------------------------------------------------------------------


def _among_rows(
    queries: Sequence[Query], records: Sequence[Record], figures: Figures, wanted: Wanted, decided: Decided,
    same_source: Callable[[int, int], bool] | None, outcome: Outcome, progress: Progress,
) -> None:  # fmt: skip
    table = _Table()
    persons = outcome.persons
    for i, j in {*among(queries), *decided}:
        if same_source is None or not same_source(i, j):
            table.add(i, j, records[i], records[j], figures, decided)
    progress("rows", 1, 2)
    pairs = table.pairs()
    same_person = np.array(
        [
            i in persons and persons[i] == persons.get(j)
            for i, j in zip(table.rows, table.others, strict=True)
        ],
        bool,
    )
    told = np.where(pairs.decided >= 0, pairs.decided, np.where(same_person, 1, -1)).astype(np.int8)
    taught = Pairs(pairs.rows, pairs.levels, pairs.barred & ~same_person, told)
    begin = Model(outcome.model.m, outcome.model.u, 0.1, max(len(queries), 2))
    model = train(taught, begin, len(queries), exclusive=False)
    outcome.pair_model = model
    sure = _with_register(certainty(model, taught, exclusive=False), taught, table.others, outcome)
    rules = _rules(table)
    free = np.array([r is Rule.NONE for r in rules], bool) & ~same_person
    undecided = ~same_person & (pairs.decided < 0) & ~pairs.barred
    half = Wanted(wanted.precision, wanted.lost, wanted.review * _SHARE_OF_PAIRS)
    outcome.pair_lines = lines(sure[undecided], free[undecided], half, len(queries))
    weigh = model.bits()
    for n, (i, j) in enumerate(zip(table.rows, table.others, strict=True)):
        if same_person[n] and table.decided[n] != 0:
            bin, rule = Bin.SAME, Rule.THROUGH_REGISTER
        else:
            bin, rule = (
                _bin(float(sure[n]), rules[n], table.decided[n], outcome.pair_lines, False, table.levels[n]),
                rules[n],
            )
        if bin is not Bin.DIFFERENT or table.decided[n] == 0:
            bits = tuple(float(w[level]) for w, level in zip(weigh, table.levels[n], strict=True))
            outcome.to_each_other.append(Link(i, j, float(sure[n]), bin, rule, table.levels[n], bits))
    outcome.to_each_other.sort(key=lambda k: -k.certainty)
    progress("rows", 2, 2)


def _with_register(sure: Array, pairs: Pairs, others: Sequence[int], outcome: Outcome) -> Array:
    """What the register says of two rows: likely the same person makes them one, likely others parts them."""
    found = sure.copy()
    for n, (i, j) in enumerate(zip(pairs.rows.tolist(), others, strict=True)):
        if pairs.decided[n] < 0 and not pairs.barred[n]:
            mine, theirs = outcome.shares.get(i, {}), outcome.shares.get(j, {})
            both = sum(p * theirs.get(number, 0.0) for number, p in mine.items())
            apart = sum(mine.values()) * sum(theirs.values()) - both
            found[n] = max(sure[n] * (1 - apart), both)
    return found


_SHARE_OF_PAIRS = 0.3
"""Of the rows that humans look at, how many may be pairs of rows."""


def _group(count: int, outcome: Outcome) -> None:
    """Rows of one person together; a link that would join two registered people goes to a human."""
    parent = list(range(count))
    person = dict(outcome.persons)

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(i: int, j: int) -> bool:
        a, b = sorted((root(i), root(j)))
        if a == b:
            return True
        if a in person and b in person and person[a] != person[b]:
            return False
        parent[b] = a
        if b in person:
            person[a] = person[b]
        return True

    by_person: defaultdict[int, list[int]] = defaultdict(list)
    for row, number in outcome.persons.items():
        by_person[number].append(row)
    for rows in by_person.values():
        for row in rows[1:]:
            join(rows[0], row)
    kept = []
    for pair in outcome.to_each_other:
        if pair.bin is Bin.SAME and not join(pair.row, pair.other):
            pair = Link(
                pair.row, pair.other, pair.certainty, Bin.ASK, Rule.TWO_PEOPLE, pair.levels, pair.bits
            )
        kept.append(pair)
    outcome.to_each_other = kept
    outcome.groups = [root(i) for i in range(count)]
