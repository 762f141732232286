"""The linkage of lists: to the register, to cases, to each other and within themselves.

People are found through the register first: two rows that are the same registered person are the same
person, which tells more than their own spelling of a name. What the register does not settle is compared
pair by pair. An engine compares (embedded.py, splink_engine.py); rules, bins and groups are here, the same
for every engine. Nothing here reads or writes a journal; ``runs.py`` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from jemput.people.likeness import Figures
from jemput.people.link import embedded
from jemput.people.link.blocking import Near, Skip
from jemput.people.link.compare import NIK, Compared, name_supports
from jemput.people.link.decide import Bin, Lines, Rule, Wanted, lines
from jemput.people.link.model import Array, Model
from jemput.people.link.pairs import Decided, Engine, Judged, Known, Progress, Table
from jemput.people.link.records import of_query
from jemput.people.person import Query

_ALTERNATIVES = 4
_TWO_NIKS = 4


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
    same_source: Skip = lambda i, j: False, start: Model | None = None,
    progress: Progress = lambda what, done, of: None, engine: Engine = embedded,
) -> Outcome:  # fmt: skip
    """Link everybody. ``decided`` speaks of (row, number), ``decided_pairs`` of (row, row), lower first.

    ``same_source`` says which two rows need no comparing with each other (two cases, say).
    """
    outcome = Outcome(model=start or Model.start())
    records = [of_query(q) for q in queries]
    near: Near | None = None
    if register is not None:
        judged = engine.with_register(queries, records, register, decided or {}, outcome.model, progress)
        near = judged.near
        _through_register(judged, len(queries), wanted, outcome)
    progress("rows", 1, 2)
    figures = register.figures if register is not None else Figures(max(len(queries) * 20, 1000))
    settled = _same_people(outcome.persons) | dict(decided_pairs or {})

    def skip(i: int, j: int) -> bool:
        one, other = outcome.persons.get(i), outcome.persons.get(j)
        return same_source(i, j) or (one != other and None not in (one, other) and (i, j) not in settled)

    judged = engine.with_each_other(queries, records, figures, settled, outcome.model, skip, near)
    _among_rows(judged, decided_pairs or {}, len(queries), wanted, outcome)
    _group(len(queries), outcome)
    progress("rows", 2, 2)
    return outcome


def _through_register(judged: Judged, rows: int, wanted: Wanted, outcome: Outcome) -> None:
    table, sure = judged.table, judged.sure
    rules = _rules(table)
    first = _firsts(np.array(table.rows, np.int64), sure)
    free = np.array([rules[i] is Rule.NONE for i in first], bool)
    outcome.model = judged.model
    outcome.lines = lines(sure[first], free, wanted, rows)
    outcome.to_register = _links(judged, rules, outcome.lines)
    for row, number, share in zip(table.rows, table.others, sure.tolist(), strict=True):
        outcome.shares.setdefault(row, {})[number] = share
    outcome.persons = {k.row: k.other for k in outcome.to_register if k.bin is Bin.SAME}


def _same_people(persons: dict[int, int]) -> dict[tuple[int, int], bool]:
    """Pairs of rows that are the same registered person."""
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for row, number in sorted(persons.items()):
        rows[number].append(row)
    return {(one[0], other): True for one in rows.values() for other in one[1:]}


def _firsts(rows: Array, sure: Array) -> Array:
    """Where the surest pair of each row stands."""
    order = np.lexsort((-sure, rows))
    return order[np.r_[True, np.diff(rows[order]) > 0]] if len(rows) else order


def _rules(table: Table) -> list[Rule]:
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


def _links(judged: Judged, rules: Sequence[Rule], drawn: Lines) -> list[Link]:
    table, sure = judged.table, judged.sure
    by_row: defaultdict[int, list[int]] = defaultdict(list)
    for i, row in enumerate(table.rows):
        by_row[row].append(i)
    found = []
    for _row, places in sorted(by_row.items()):
        places.sort(key=lambda i: -sure[i])
        settled = False
        for rank, i in enumerate(places[:_ALTERNATIVES]):
            bin = _bin(float(sure[i]), rules[i], table.decided[i], drawn, settled)
            settled = settled or bin is Bin.SAME
            if rank and bin is Bin.DIFFERENT and table.decided[i] < 0:
                continue
            found.append(_link(judged, i, float(sure[i]), bin, rules[i]))
    return found


def _link(judged: Judged, at: int, sure: float, bin: Bin, rule: Rule) -> Link:
    table = judged.table
    return Link(table.rows[at], table.others[at], sure, bin, rule, table.levels[at], judged.bits(at))


def _bin(sure: float, rule: Rule, decided: int, drawn: Lines, settled: bool) -> Bin:
    if decided >= 0:
        return Bin.SAME if decided else Bin.DIFFERENT
    if settled:
        return Bin.DIFFERENT
    if rule is Rule.NONE and sure >= drawn.same:
        return Bin.SAME
    return Bin.ASK if sure >= drawn.ask else Bin.DIFFERENT


# ---- rows among themselves --------------------------------------------------------------------------


def _among_rows(judged: Judged, decided: Decided, rows: int, wanted: Wanted, outcome: Outcome) -> None:
    table = judged.table
    outcome.pair_model = judged.model
    persons = outcome.persons
    pairs = list(zip(table.rows, table.others, strict=True))
    through = np.array([i in persons and persons[i] == persons.get(j) for i, j in pairs], bool)
    through &= np.array([decided.get(pair) is not False for pair in pairs], bool)
    for n, pair in enumerate(pairs):  # what the register settled is no human's word
        table.decided[n] = -1 if pair not in decided else int(decided[pair])
    sure = _with_register(judged, pairs, through, outcome)
    rules = _rules(table)
    free = np.array([r is Rule.NONE for r in rules], bool)
    free |= through  # they are linked too, and count for the precision of what is linked
    open_to_us = np.array(table.decided, np.int8) < 0
    half = replace(wanted, review=wanted.review * _SHARE_OF_PAIRS)
    outcome.pair_lines = lines(sure[open_to_us], free[open_to_us], half, rows)
    for n in range(len(pairs)):
        if through[n]:
            bin, rule = Bin.SAME, Rule.THROUGH_REGISTER
        else:
            rule = rules[n]
            bin = _bin(float(sure[n]), rule, table.decided[n], outcome.pair_lines, False)
        if bin is not Bin.DIFFERENT or table.decided[n] == 0:
            outcome.to_each_other.append(_link(judged, n, float(sure[n]), bin, rule))
    outcome.to_each_other.sort(key=lambda k: -k.certainty)


def _with_register(
    judged: Judged, pairs: Sequence[tuple[int, int]], through: Array, outcome: Outcome
) -> Array:
    """What the register says of two rows, beside what they say of each other.

    They are one registered person, or neither is one of those that both were compared with and what they say
    of each other counts, or they are two.
    """
    found = judged.sure.copy()
    for n, (i, j) in enumerate(pairs):
        if judged.table.decided[n] < 0 and not judged.table.barred[n] and not through[n]:
            mine, theirs = outcome.shares.get(i, {}), outcome.shares.get(j, {})
            common = mine.keys() & theirs.keys()
            both = sum(mine[p] * theirs[p] for p in common)
            neither = (1 - sum(mine[p] for p in common)) * (1 - sum(theirs[p] for p in common))
            same = both + max(neither, 0.0) * found[n] / (1 - min(found[n], _NEARLY))
            found[n] = same / (same + 1 - both)
    return np.where(through, np.maximum(found, _BY_REGISTER), found)


_NEARLY = 1 - 1e-12
_BY_REGISTER = 0.995
"""How sure it is at least that two rows linked with one registered person are one."""
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
            pair = replace(pair, bin=Bin.ASK, rule=Rule.TWO_PEOPLE)
        kept.append(pair)
    outcome.to_each_other = kept
    outcome.groups = [root(i) for i in range(count)]
