"""Changes to a week's plan by hand: each is tried on the plan's own schedule first, and its price is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jemput import planning
from jemput.accounts.models import Account
from jemput.core.text import BadInput, Words, _
from jemput.planning import moves
from jemput.planning.build import PART
from jemput.planning.plan import Plan
from jemput.planning.problem import Model, Resources
from jemput.planning.reasons import impossible
from jemput.planning.schedule import NEEDS
from jemput.planning.solve import Routes, load_routes, new_state
from jemput.planning.state import HOLDER, NOWHERE, TOO_FAR
from jemput.planning.travel import misplaced
from jemput.planning.week import keep
from jemput.planning.week.keep import arranged, visits_in
from jemput.planning.week.make import kept_beside
from jemput.planning.week.models import Change, WeekPlan
from jemput.planning.week.told import Told, told

JSON = dict[str, Any]


@dataclass(frozen=True)
class Price:
    """What a change costs, against the plan before it; less is minus."""

    people: int
    minutes: int
    """On the way and at work, of all teams."""
    metres: int
    dropped: tuple[str, ...] = ()
    """Visits that have no place any more."""
    told_else: tuple[str, ...] = ()
    """Visits whose family was promised something else."""

    @property
    def must_be_agreed(self) -> bool:
        """Whether somebody loses what they had: the scheduler must say so."""
        return bool(self.dropped or self.told_else)


@dataclass(frozen=True)
class Changed:
    """A change that was kept."""

    week: WeekPlan
    price: Price


class Impossible(BadInput):
    """The visit has no place there at all."""


class Costs(BadInput):
    """The change is possible, but others lose what they had. ``price`` says who."""

    def __init__(self, price: Price) -> None:
        self.price = price
        super().__init__(_("This is possible, but others lose their place or must be told something else."))


def move(
    week: WeekPlan, visit: str, by: Account, *, day: str, team: str, position: int | None = None,
    agreed: bool = False,
) -> Changed:  # fmt: skip
    """Put a visit, planned or not, into a team's day: at a position (0: the first), or where it fits best.

    A visit whose family was promised something else goes there as well, when ``agreed``; it is then locked
    there, and the family told when the plan is published. Raises Impossible, Costs, keep.Stale, keep.Breaks,
    keys.Locked, and BadInput for what is not of this week.
    """
    desk = Desk(week)
    plan = desk.best(desk.data, visit, day, team, position)
    freed, locked = set(week.freed), set(week.locked)
    if plan is None and desk.is_bound(visit):
        plan = desk.best(desk.without_promise(visit), visit, day, team, position)
        locked.add(visit)
        if visit in desk.known and desk.known[visit].promised:
            freed.add(visit)
    if plan is None:
        raise Impossible(desk.why_not(visit, day, team))
    if visit in freed and _is_kept(plan, visit, desk.known):
        freed.discard(visit)
    newly = tuple(sorted(freed - week.freed))
    price = desk.price(plan, but=visit, told_else=newly)
    if price.must_be_agreed and not agreed:
        raise Costs(price)
    what = Change.MOVED if visit in visits_in(week.plan) else Change.INSERTED
    return Changed(desk.save(plan, by, what, [visit, *price.dropped], locked, freed), price)


def insert(week: WeekPlan, visit: str, by: Account) -> Changed:
    """Put a visit that is not planned where it fits with the least detour, displacing nobody.

    Raises Impossible (its words say why), keep.Stale, keep.Breaks, keys.Locked.
    """
    desk = Desk(week)
    model = desk.model(desk.data)
    v = desk.number(model, visit)
    state = new_state(model)
    load_routes(model, state, planning.routes_in(model, desk.old))
    prices = [(moves.price(model.problem, state, v, t), t) for t in model.tour_mask(v)]
    for _price, t in sorted(p for p in prices if p[0] < TOO_FAR):
        tour = model.tours[t]
        team, day = model.world.teams[tour.team].id, model.world.days[tour.day].isoformat()
        plan = desk.best(desk.data, visit, day, team, None)
        if plan is not None and not desk.price(plan, but=visit).dropped:
            price = desk.price(plan, but=visit)
            return Changed(desk.save(plan, by, Change.INSERTED, [visit], week.locked, week.freed), price)
    raise Impossible(why_left_out(model, desk.old, visit))


def take_out(week: WeekPlan, visit: str, by: Account, *, agreed: bool = False) -> Changed:
    """Leave a visit out of the plan. Raises Costs where the family was promised it, and as ``move``."""
    desk = Desk(week)
    if visit not in visits_in(week.plan):
        raise BadInput(_("This visit is not in the plan."))
    model = desk.model(desk.data)
    v = desk.number(model, visit)
    routes = [[s for s in r if s[0] != v] for r in planning.routes_in(model, desk.old)]
    plan = planning.plan_of(model, routes)
    promised = (visit,) if visit in desk.known and desk.known[visit].promised else ()
    price = desk.price(plan, but=visit, told_else=promised)
    if price.must_be_agreed and not agreed:
        raise Costs(price)
    locked = set(week.locked) - {visit}
    return Changed(desk.save(plan, by, Change.TAKEN_OUT, [visit, *price.dropped], locked, week.freed), price)


def lock(week: WeekPlan, visits: Iterable[str], by: Account) -> WeekPlan:
    """Let these visits stay with their team and day when the week is planned anew. Raises as ``move``."""
    return _locked(week, by, week.locked | set(visits), Change.LOCKED, visits)


def unlock(week: WeekPlan, visits: Iterable[str], by: Account) -> WeekPlan:
    """Take the lock off; what the family was promised binds all the same. Raises as ``move``."""
    return _locked(week, by, week.locked - set(visits), Change.UNLOCKED, visits)


def _locked(
    week: WeekPlan, by: Account, locked: Collection[str], what: Change, visits: Iterable[str]
) -> WeekPlan:
    visits = set(visits)
    if not visits <= set(visits_in(week.plan)):
        raise BadInput(_("This visit is not in the plan."))
    desk = Desk(week)
    return keep.save(
        week.office, week.monday, week.plan, by, what, seen=week.version, world=week.now.world,
        data=arranged(desk.instance, week.plan, locked, week.freed, desk.known),
        visits=visits, locked=locked, freed=week.freed,
    )  # fmt: skip


def why_left_out(model: Model, plan: Plan, visit: str) -> Words:
    """Why a visit is not in a plan."""
    reasons = {r.visit: r.words for r in planning.explain(model, plan)}
    return reasons.get(visit, Words(_("This visit is not of this week any more. Bring the plan up to date.")))


class Desk:
    """A plan laid out for one change; ``instance`` stands instead of the kept one, and is kept with it."""

    def __init__(self, week: WeekPlan, instance: keep.Instance | None = None) -> None:
        self.week, self.newer = week, instance
        self.instance = (instance or keep.instance_of(week)).data
        self.known = told([v["id"] for v in self.instance["visits"]])
        self.data = arranged(self.instance, week.plan, week.locked, week.freed, self.known)
        self.old = planning.from_json(week.plan)

    def model(self, data: JSON) -> Model:
        return planning.model(planning.read(data), to_search=False)

    def number(self, model: Model, visit: str) -> int:
        found = next((n for n, v in enumerate(model.world.visits) if v.id == visit), None)
        if found is None:
            raise BadInput(_("This visit is not of this week any more. Bring the plan up to date."))
        return found

    def is_bound(self, visit: str) -> bool:
        """Whether a promise or a lock holds it."""
        return any(v["id"] == visit and "promise" in v for v in self.data["visits"])

    def without_promise(self, visit: str) -> JSON:
        """The instance in which this visit may go anywhere."""
        visits = [
            {k: x for k, x in v.items() if k != "promise"} if v["id"] == visit else v
            for v in self.data["visits"]
        ]
        return self.data | {"visits": visits}

    def best(self, data: JSON, visit: str, day: str, team: str, position: int | None) -> Plan | None:
        """The plan with the visit in this team's day: who loses fewest, then the shortest. None: no way."""
        model = self.model(data)
        v = self.number(model, visit)
        routes = [[s for s in r if s[0] != v] for r in planning.routes_in(model, self.old)]
        tours = [
            t
            for t, tour in enumerate(model.tours)
            if (model.world.teams[tour.team].id, model.world.days[tour.day].isoformat()) == (team, day)
        ]
        if not tours:
            raise Impossible(_("This team does not go out on that day."))
        now = next((t for t in tours if routes[t]), tours[0])
        planned, bound = set(visits_in(self.week.plan)), _bound(data)
        found: list[tuple[tuple[int, int, int], Plan]] = []
        may = set(model.tour_mask(v))
        for t in sorted(set(tours) & may, key=lambda t: t != now):
            stops = routes[now]
            places = range(len(stops) + 1) if position is None else [min(position, len(stops))]
            for k in places:
                tried: Routes = [list(r) for r in routes]
                tried[now] = []
                tried[t] = [*stops[:k], (v, -1), *stops[k:]]
                plan = planning.plan_of(model, tried)
                served = {s.visit for x in plan.tours for s in x.stops}
                if visit in served:
                    lost = planned - served
                    found.append(((len(lost & bound), len(lost), plan.score.metres), plan))
            if found and min(found, key=lambda f: f[0])[0][:2] == (0, 0):
                break  # with the vehicle that goes already
        return min(found, key=lambda f: f[0])[1] if found else None

    def why_not(self, visit: str, day: str, team: str) -> Words:
        """Why a visit cannot be on a team's day, whoever else gives way."""
        data = self.without_promise(visit)
        only = data | {
            "teams": [t | {"days": [day]} for t in data["teams"] if t["id"] == team],
            "visits": [v for v in data["visits"] if v["id"] == visit],
        }
        model = self.model(only)
        why = impossible(model, Resources(model.world), misplaced(model.world), 0)
        return why[1] if why else self._taken(visit, day, team)

    def _taken(self, visit: str, day: str, team: str) -> Words:
        """Which set or partner that the visit needs goes with another team that day; else that it is full."""
        model = self.model(self.without_promise(visit))
        v, d = self.number(model, visit), self.data["days"].index(day)
        state = new_state(model)
        load_routes(model, state, [[s for s in r if s[0] != v] for r in planning.routes_in(model, self.old)])
        elsewhere: list[list[tuple[str, str]]] = []
        for way in range(*map(int, model.problem.ways[v, d])):
            held = [
                (model.resources[r][1], int(state.held[r, d, HOLDER]))
                for r in map(int, model.problem.way[way, NEEDS:])
                if r >= 0
            ]
            goes = [(id, model.world.teams[model.tours[t].team].id) for id, t in held if t != NOWHERE]
            elsewhere.append([(id, other) for id, other in goes if other != team])
        if elsewhere and all(elsewhere):
            what, other = min(elsewhere, key=len)[0]
            return Words(_("%(what)s goes with %(team)s on that day."), {"what": what, "team": other})
        return Words(_("It does not fit in there beside what is promised to others."))

    def price(self, plan: Plan, *, but: str, told_else: tuple[str, ...] = ()) -> Price:
        """The price of another plan; ``but`` is the visit that is changed itself."""
        before, after = self.old, plan
        served = {s.visit for t in after.tours for s in t.stops}
        dropped = [v for v in visits_in(self.week.plan) if v not in served and v != but]
        return Price(
            after.score.people - before.score.people,
            sum(t.returns - t.departs for t in after.tours)
            - sum(t.returns - t.departs for t in before.tours),
            after.score.metres - before.score.metres,
            tuple(dropped),
            told_else,
        )

    def save(
        self, plan: Plan, by: Account, what: Change, visits: Collection[str],
        locked: Collection[str], freed: Collection[str],
    ) -> WeekPlan:  # fmt: skip
        made = planning.to_json(plan, **kept_beside(self.week.plan))
        return keep.save(
            self.week.office, self.week.monday, made, by, what, seen=self.week.version,
            data=arranged(self.instance, made, locked, freed, self.known),
            world=self.newer or self.week.now.world, visits=visits, locked=locked, freed=freed,
        )  # fmt: skip


def _is_kept(plan: Plan, visit: str, known: Mapping[str, Told]) -> bool:
    """Whether a plan keeps what the visit's family was told."""
    said, tour = known[visit].promised if visit in known else None, plan.tour_of(visit)
    if not said or not tour or tour.day != said.day.isoformat():
        return False
    first, last = keep.minutes(PART[said.part])
    return any(s.visit == visit and first <= s.starts <= last for s in tour.stops)


def _bound(data: JSON) -> set[str]:
    """Visits that must not be lost."""
    return {v["id"] for v in data["visits"] if v.get("mandatory") or "promise" in v}
