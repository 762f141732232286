"""Three bins: the same person, ask a human, different. Where they part follows from the wanted precision.

Certainties of the model add up: among the pairs that are linked, the expected share of true ones is the
mean of their certainties. So the line is drawn as low as that mean allows, and the line below which nobody
looks is drawn where no more than the allowed share of true matches is expected to be lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from jemput.people.link.model import Array


class Bin(StrEnum):
    """What becomes of a pair."""

    SAME = "same"
    ASK = "ask"
    DIFFERENT = "different"


class Rule(StrEnum):
    """What decided a pair besides its evidence."""

    NONE = ""
    SIBLING = "sibling"
    NUMBER_ALONE = "number_alone"
    TWO_NIKS = "two_niks"
    TWO_PEOPLE = "two_people"
    """Linking would make two registered people one."""
    DECIDED = "decided"
    THROUGH_REGISTER = "through_register"
    """Both rows are the same registered person."""


@dataclass(frozen=True)
class Wanted:
    """What the office wants: precision of what is linked unseen, true matches that may be lost."""

    precision: float = 0.99
    lost: float = 0.0001
    review: float = 0.10
    """Share of rows that humans can look at; it wins over ``lost``."""


@dataclass(frozen=True)
class Lines:
    """The two certainties between the bins."""

    same: float
    ask: float


_LEAST_SURE, _LEAST_WORTH = 0.7, 0.005


def lines(best: Array, may_link: Array, wanted: Wanted, rows: int) -> Lines:
    """Where the bins part, from the certainty of each row's best pair and whether it may be linked unseen."""
    open_to_us = np.sort(best[may_link])[::-1]
    same = 1.01
    if len(open_to_us):
        mean = np.cumsum(open_to_us) / np.arange(1, len(open_to_us) + 1)
        whole = np.r_[open_to_us[1:] < open_to_us[:-1], True]  # those that are equally sure go together
        good = np.flatnonzero((mean >= wanted.precision) & whole)
        if len(good):
            same = float(open_to_us[good[-1]])
    same = max(same, _LEAST_SURE)
    rest = np.sort(best[(best < same) | ~may_link])
    lost = np.cumsum(rest) <= wanted.lost * max(float(best.sum()), 1.0)
    below = int(lost.sum())
    most = max(1, round(wanted.review * rows))
    below = max(below, len(rest) - most)
    ask = float(rest[below]) if below < len(rest) else same
    return Lines(same, min(max(ask, _LEAST_WORTH), same))
