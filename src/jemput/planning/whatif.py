"""What another team, another kit or one more day would bring: people, kilometres, rupiah."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from jemput.core.text import BadInput, _
from jemput.planning.plan import Plan, Score, plan_of, routes_in
from jemput.planning.problem import model
from jemput.planning.solve import best
from jemput.planning.world import World, read

Json = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """A plan in a changed world, beside the plan in the world as it is."""

    before: Score
    after: Score
    cost_before: float
    cost_after: float
    budget: float
    plan: Plan

    @property
    def people(self) -> int:
        """More people served."""
        return self.after.people - self.before.people

    @property
    def cost(self) -> float:
        """More rupiah."""
        return self.cost_after - self.cost_before


def cost(world: World, plan: Plan) -> float:
    """Rupiah for driving and for days of teams."""
    days = len({(t.team, t.day) for t in plan.tours})
    return plan.score.metres / 1000 * world.costs.km + days * world.costs.team_day


def with_team(data: Json, like: str, id: str) -> Json:
    """The same world with another team that is like a known one and has a vehicle of its own."""
    world = deepcopy(data)
    team = next((t for t in world["teams"] if t["id"] == like), None)
    if team is None:
        raise BadInput(_("There is no team “%(name)s”."), name=like)
    vehicle = next(v for v in world["vehicles"] if v["id"] == team["vehicles"][0])
    world["vehicles"].append(vehicle | {"id": f"{vehicle['id']} / {id}"})
    world["teams"].append(deepcopy(team) | {"id": id, "vehicles": [world["vehicles"][-1]["id"]]})
    return world


def with_kit(data: Json, like: str, id: str) -> Json:
    """The same world with another kit that is like a known one."""
    world = deepcopy(data)
    kit = next((k for k in world.get("kits", []) if k["id"] == like), None)
    if kit is None:
        raise BadInput(_("There is no kit “%(name)s”."), name=like)
    world["kits"].append(deepcopy(kit) | {"id": id})
    return world


def with_day(data: Json, day: date, like: str) -> Json:
    """The same world with one more day, on which everybody works and is met as on a known day."""
    world = deepcopy(data)
    if like not in world["days"] or day.isoformat() in world["days"]:
        raise BadInput(_("The new day must be new, and the day it is like must be a day of this plan."))
    new = day.isoformat()
    world["days"] = sorted([*world["days"], new])
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[date.fromisoformat(like).weekday()]

    def also(table: Any) -> None:
        if isinstance(table, dict):
            known = table.get(like, table.get(weekday, table.get("*")))
            if known is not None:
                table[new] = known
        elif isinstance(table, list) and like in table:
            table.append(new)

    for name, tables in (
        ("places", ("windows",)), ("visits", ("windows", "suits")), ("teams", ("shift", "days")),
        ("kits", ("days",)), ("vehicles", ("days",)), ("partners", ("hours",)),
    ):  # fmt: skip
        for item in world.get(name, []):
            for table in tables:
                also(item.get(table))
            for part in (*item.get("members", []), *item.get("breaks", [])):
                also(part.get("days"))
    return world


def what_if(
    data: Json, changed: Json, *, seconds: float | None = None, rounds: int | None = None, seed: int = 1
) -> Outcome:
    """Plan both worlds with the same effort and compare them. Raises BadWorld when one cannot be read."""
    world, other = read(data), read(changed)
    before = _planned(world, None, seconds=seconds, rounds=rounds, seed=seed)
    after = _planned(other, before, seconds=seconds, rounds=rounds, seed=seed)
    return Outcome(
        before.score, after.score, cost(world, before), cost(other, after), world.costs.budget, after
    )


def _planned(world: World, known: Plan | None, **effort: Any) -> Plan:
    """The better of a plan made afresh and one that begins where a known plan stands (or that one itself)."""
    made = model(world)
    afresh = plan_of(made, best(made, **effort).routes)
    further = plan_of(made, best(made, warm=routes_in(made, known or afresh), **effort).routes)
    return min(afresh, further, key=lambda plan: plan.score.order())
