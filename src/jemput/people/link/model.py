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

from jemput.people.link.compare import BLANK, FIELDS, LEVELS, Compared

Array = np.ndarray
ROUNDS = 30
_PRIOR = 60.0
_SETTLED = 1e-4
_RARE = 8
"""Seen less often than this at random, a level keeps its prior."""
MOST_BITS = 22.0

_NAME = (0.5, 0.12, 0.12, 0.05, 0.02, 2**-7.5, 2**-10, 2**-12.5, 2**-15.5, 2**-18.5)
_START: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "name": ((0.01, 0.01, 0.03, 0.05, 0.09, 0.14, 0.22, 0.25, 0.12, 0.08), _NAME),
    "mother": ((0.03, 0.02, 0.03, 0.06, 0.08, 0.14, 0.22, 0.24, 0.11, 0.07), _NAME),
    "father": ((0.05, 0.05, 0.2, 0.7), (0.85, 0.08, 0.02, 0.003)),
    "birth": (
        (0.52, 0.06, 0.03, 0.05, 0.05, 0.02, 0.05, 0.10, 0.08, 0.02, 0.01, 0.01),
        (0.00004, 0.0002, 0.00002, 0.0003, 0.0006, 0.02, 0.005, 0.03, 0.10, 0.08, 0.12, 0.6),
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


def scores(model: Model, pairs: Pairs) -> Array:
    """Evidence for each pair, in bits."""
    total = np.zeros(len(pairs.rows))
    for column, bits in enumerate(model.bits()):
        total += bits[pairs.levels[:, column]]
    return total


def certainty(model: Model, pairs: Pairs, exclusive: bool = True) -> Array:
    """How sure each pair is one person, 0 to 1. ``exclusive``: a row is at most one of its candidates."""
    if not len(pairs.rows):
        return np.zeros(0)
    odds = np.exp2(np.clip(scores(model, pairs), -60, 60))
    prior = (
        model.matched / (1 - model.matched) / model.among if exclusive else 2 * model.matched / model.among
    )
    odds *= prior
    if not exclusive:
        sure = odds / (1 + odds)
        sure[pairs.barred] = 0.0
        return np.where(pairs.decided >= 0, pairs.decided, sure)
    __, row = np.unique(pairs.rows, return_inverse=True)
    odds[pairs.barred | (pairs.decided == 0)] = 0.0
    all_odds = 1 + np.bincount(row, odds)
    sure = odds / all_odds[row]
    taken = np.bincount(row, pairs.decided == 1)[row] > 0
    found: Array = np.where(taken, pairs.decided == 1, sure)
    return found


def train(pairs: Pairs, start: Model, rows: int, exclusive: bool = True, rounds: int = ROUNDS) -> Model:
    """The model that explains the pairs of ``rows`` rows best; it leans on ``start`` while they are few."""
    if len(pairs.rows) == 0:
        return start
    model = start
    for _round in range(rounds):
        sure = certainty(model, pairs, exclusive)
        m = {}
        for column, field in enumerate(FIELDS):
            levels = pairs.levels[:, column]
            said = levels != BLANK
            same = np.bincount(levels[said], sure[said], len(LEVELS[field])) + _PRIOR * np.array(
                start.m[field]
            )
            m[field] = _normed(same.tolist())
        matched = float(min(max((sure.sum() + 15 * start.matched) / (rows + 15), 0.005), 0.98))
        moved = abs(matched - model.matched) + max(
            abs(a - b) for f in FIELDS for a, b in zip(m[f], model.m[f], strict=True)
        )
        model = Model(m, start.u, matched, start.among)
        if moved < _SETTLED:
            break
    return model
