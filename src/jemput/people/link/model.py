"""Fellegi and Sunter's model, trained without labels: what each level of agreement is worth, in bits.

For every field and level, m is how often it is seen where both records are one person and u how often
where they are two people taken at random. u is counted on random pairs; levels too rare for that keep the
frequency that follows from how names, days and numbers are distributed. m is found by expectation and
maximisation on the pairs of the office's own lists. What holds that on course where a plain mixture drifts:
a row of a list is at most one person of the register, so the candidates of a row share one certainty among
them and "none of these"; siblings count as different people throughout; what humans decided is fixed; and
the prior counts as some dozens of pairs, so that a list of thirty rows does not rewrite the world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jemput.people.link import names
from jemput.people.link.compare import BLANK, FIELDS, LEVELS, Compared

Array = np.ndarray
ROUNDS = 30
_SETTLED = 1e-4
_RARE = 8
"""Seen less often than this at random, a level keeps its prior."""
MOST_BITS = 22.0
LEAST_PEOPLE = 10_000
"""A row may be somebody who is not in the register; a tiny one must not make its few people likelier."""


def _names() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The prior for names: how often each fit is met, and how that falls with the rarity of what fits.

    Written down from invented names; what is met often enough is counted anew in each office.
    """
    same, chance = [], []
    for often, centre, first, fall in _FITS:
        steps = np.arange(names.STEPS)
        bell = np.exp(-(((steps - centre) / 1.8) ** 2) / 2) + 0.01
        same += (often * bell / bell.sum()).tolist()
        chance += np.exp2(-first - fall * np.maximum(steps, 3)).tolist()
    for table, often in ((same, _FITS[0][0]), (chance, 0.96)):
        table[: names.STEPS] = [often] + [1e-9] * (names.STEPS - 1)  # what does not fit is not rare
    return tuple(same), tuple(chance)


_FITS = ((0.01, 0.0, 0.0, 0.0), (0.02, 4.0, 3.0, 1.2), (0.06, 5.0, 9.2, 1.0), (0.10, 5.5, 11.5, 0.8),
         (0.24, 6.5, 14.0, 0.6), (0.57, 7.3, 14.5, 0.75))  # fmt: skip
"""For each fit: its share among the same people, the usual step of rarity, bits against chance at step 0,
and how many more with each step."""
_START: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "name": _names(),
    "mother": _names(),
    "father": ((0.05, 0.06, 0.09, 0.8), (0.96, 0.03, 0.006, 0.004)),
    "birth": (
        (0.52, 0.06, 0.03, 0.05, 0.05, 0.02, 0.05, 0.08, 0.06, 0.06, 0.022, 0.006, 0.002),
        (0.00004, 0.0002, 0.00002, 0.0003, 0.0006, 0.02, 0.005, 0.03, 0.07, 0.07, 0.08, 0.12, 0.6),
    ),
    "nik": ((0.80, 0.12, 0.01, 0.03, 0.04), (0.000001, 0.00002, 0.0001, 0.00005, 0.999)),
    "family": ((0.82, 0.08, 0.10), (0.000005, 0.00003, 0.999)),
    "village": ((0.85, 0.10, 0.02, 0.03), (0.007, 0.01, 0.06, 0.92)),
    "sex": ((0.985, 0.015), (0.5, 0.5)),
    "neighbourhood": ((0.90, 0.05, 0.05), (0.005, 0.15, 0.845)),
}


@dataclass(frozen=True)
class Model:
    """How often each level is seen among same (m) and different (u) people; how many rows have a match."""

    m: dict[str, tuple[float, ...]]
    u: dict[str, tuple[float, ...]]
    matched: float = 0.75
    """Share of rows whose person is there; for pairs of rows, matching pairs per row."""
    among: int = 100_000
    """How many people a row may be."""

    @classmethod
    def start(cls) -> Model:
        """The prior."""
        return cls({f: _START[f][0] for f in FIELDS}, {f: _normed(_START[f][1]) for f in FIELDS})

    def bits(self) -> list[Array]:
        """Weight of evidence by field and level; the last element of each stands for BLANK and is 0."""
        found = []
        for field in FIELDS:
            bits = np.log2(np.array(self.m[field]) / np.array(self.u[field]))
            found.append(np.append(np.clip(bits, -MOST_BITS, MOST_BITS), 0.0))
        return found

    def to_json(self) -> dict[str, Any]:
        """For the run's record; it names no person."""
        return {
            "matched": round(self.matched, 4), "among": self.among,
            "m": {f: [float(f"{x:.4g}") for x in self.m[f]] for f in FIELDS},
            "u": {f: [float(f"{x:.4g}") for x in self.u[f]] for f in FIELDS},
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Model:
        """A model of an earlier run, as the prior of the next."""
        m, u = ({f: tuple(data[x][f]) for f in FIELDS} for x in "mu")
        return cls(m, u, data["matched"], data["among"])


def _normed(shares: Sequence[float]) -> tuple[float, ...]:
    return tuple(x / sum(shares) for x in shares)


def with_chance(model: Model, random_pairs: Sequence[Compared], among: int) -> Model:
    """The model with u counted on random pairs of this office."""
    table = np.array(random_pairs, np.int8).reshape(-1, len(FIELDS))
    u = {}
    for column, field in enumerate(FIELDS):
        levels = table[:, column]
        counts = np.bincount(levels[levels != BLANK], minlength=len(LEVELS[field])).astype(float)
        prior = np.array(Model.start().u[field])
        total = max(counts.sum(), 1.0)
        shares = np.where(counts >= _RARE, counts / total, np.minimum(prior, (counts + _RARE) / total))
        u[field] = _normed(shares.tolist())
    return Model(model.m, u, model.matched, among)


@dataclass(frozen=True)
class Pairs:
    """Compared pairs in numbers: ``rows`` rises, and the pairs of a row lie together."""

    rows: Array
    levels: Array
    """One line per pair, one column per field; BLANK where nothing is said."""
    barred: Array
    """Siblings: never the same person, whatever else fits."""
    decided: Array
    """1 where a human said same, 0 where different, -1 where nobody said anything."""

    @classmethod
    def of(
        cls, rows: Sequence[int], levels: Sequence[Compared], barred: Sequence[bool], decided: Sequence[int]
    ) -> Pairs:
        """From lists."""
        return cls(
            np.array(rows, np.int64), np.array(levels, np.int8).reshape(-1, len(FIELDS)),
            np.array(barred, bool), np.array(decided, np.int8),
        )  # fmt: skip


def scores(model: Model, pairs: Pairs, fields: Sequence[int] = range(len(FIELDS))) -> Array:
    """Evidence for each pair, in bits."""
    bits = model.bits()
    total = np.zeros(len(pairs.rows))
    for column in fields:
        total += bits[column][pairs.levels[:, column]]
    return total


def evidence(model: Model, pairs: Pairs, exclusive: bool = True) -> Array:
    """Evidence for each pair with the prior, in bits."""
    prior = (
        model.matched / (1 - model.matched) / model.among if exclusive else 2 * model.matched / model.among
    )
    return scores(model, pairs) + float(np.log2(prior))


def certainty(model: Model, pairs: Pairs, exclusive: bool = True) -> Array:
    """How sure each pair is one person, 0 to 1. ``exclusive``: a row is at most one of its candidates."""
    return shared(evidence(model, pairs, exclusive), pairs, exclusive)


def shared(bits: Array, pairs: Pairs, exclusive: bool = True) -> Array:
    """The certainty of each pair from its evidence with the prior, in bits; siblings are nobody here."""
    if not len(pairs.rows):
        return np.zeros(0)
    odds = np.exp2(np.clip(bits, -60, 60))
    odds[pairs.barred | (pairs.decided == 0)] = 0.0
    if not exclusive:
        return np.where(pairs.decided >= 0, pairs.decided, odds / (1 + odds))
    __, row = np.unique(pairs.rows, return_inverse=True)
    all_odds = 1 + np.bincount(row, odds)
    taken = np.bincount(row, pairs.decided == 1)[row] > 0
    found: Array = np.where(taken, pairs.decided == 1, odds / all_odds[row])
    return found


def listed(sure: Array, pairs: Pairs, others: Array, people: int) -> Array:
    """What it says, in bits, that other rows mean somebody: who is listed at all is often listed twice.

    Without it every person of the register is as likely as any other. Only what was sure before counts, so
    that two doubtful rows do not persuade each other.
    """
    certain = np.where(sure >= _CERTAIN, sure, 0.0)
    __, who = np.unique(others, return_inverse=True)
    elsewhere = np.bincount(who, certain)[who] - certain
    total = certain.sum()
    if total < 1:
        return np.zeros(len(sure))
    again = float((certain * (elsewhere > 0)).sum() + 1) / (total + 10)
    found: Array = np.log2(1 - again + again * np.minimum(elsewhere, 1) * people / total)
    return found


_CERTAIN = 0.8


def with_kin(own: Array, total: Array, pairs: Pairs, sure: Array) -> Array:
    """Certainties in which siblings stand too: what only they share says nothing for them.

    ``own`` is the evidence of what siblings do not share (compare.OWN), ``total`` all of it with the prior.
    A garbled name in the right family on the right birth day is worth a human's look, never more.
    """
    if not len(pairs.rows):
        return sure
    worth = 1 / (1 + np.exp2(-np.clip(np.minimum(own - _KIN, total), -60, 60)))
    __, row = np.unique(pairs.rows, return_inverse=True)
    left = np.clip(1 - np.bincount(row, sure), 0, 1)[row]
    return np.where(pairs.barred & (pairs.decided < 0), np.minimum(worth, left), sure)


_KIN = 3.0
"""Bits that a likely brother or sister has to make good by what is their own."""


def train(pairs: Pairs, start: Model, rows: int, exclusive: bool = True, lean: float = 60.0) -> Model:
    """The model that explains the pairs of ``rows`` rows best.

    It leans on ``start`` while they are few: as if that had been seen on ``lean`` pairs.
    """
    if len(pairs.rows) == 0:
        return start
    model = start
    for _round in range(ROUNDS):
        sure = certainty(model, pairs, exclusive)
        m = {}
        for column, field in enumerate(FIELDS):
            levels = pairs.levels[:, column]
            said = levels != BLANK
            same = np.bincount(levels[said], sure[said], len(LEVELS[field])) + lean * np.array(start.m[field])
            m[field] = _normed(same.tolist())
        matched = float(min(max((sure.sum() + 15 * start.matched) / (rows + 15), 0.005), 0.98))
        moved = abs(matched - model.matched) + max(
            abs(a - b) for f in FIELDS for a, b in zip(m[f], model.m[f], strict=True)
        )
        model = Model(m, start.u, matched, start.among)
        if moved < _SETTLED:
            break
    return model
