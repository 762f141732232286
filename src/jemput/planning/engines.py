"""Who makes a plan: the search, or one of two careful clerks to compare it with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from jemput.planning import moves
from jemput.planning.plan import Plan, plan_of
from jemput.planning.problem import Model
from jemput.planning.solve import best, new_state, routes_of


class Engine(Protocol):
    """Makes a plan with so much effort; a clerk needs neither."""

    def __call__(
        self, model: Model, *, seed: int = 1, seconds: float | None = None, rounds: int | None = None
    ) -> Plan: ...


def ruin(model: Model, *, seed: int = 1, seconds: float | None = None, rounds: int | None = None) -> Plan:
    """The search of Jemput."""
    return plan_of(model, best(model, seed=seed, seconds=seconds, rounds=rounds).routes)


def _clerk(model: Model, by_class: bool) -> Plan:
    s = new_state(model)
    moves.clerk(model.problem, s, by_class)
    return plan_of(model, routes_of(s))


def nearest(model: Model, *, seed: int = 1, seconds: float | None = None, rounds: int | None = None) -> Plan:
    """Mandatory visits first, then always the shortest detour."""
    return _clerk(model, by_class=False)


def by_class(model: Model, *, seed: int = 1, seconds: float | None = None, rounds: int | None = None) -> Plan:
    """Mandatory visits first, then class by class the shortest detour."""
    return _clerk(model, by_class=True)


ENGINES: Mapping[str, Engine] = {"ruin": ruin, "clerk-nearest": nearest, "clerk-class": by_class}
