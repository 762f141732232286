"""Which half-days can be promised to somebody who is on the phone now: in milliseconds, displacing nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jemput.planning import moves
from jemput.planning.plan import Plan, routes_in
from jemput.planning.problem import model
from jemput.planning.schedule import NEVER
from jemput.planning.solve import load_routes, new_state
from jemput.planning.state import TOO_FAR
from jemput.planning.world import DAY_MINUTES, Span, Visit, World, intersect

NOON = 12 * 60
HALVES: tuple[Span, ...] = ((0, NOON), (NOON, DAY_MINUTES))


@dataclass(frozen=True)
class Offer:
    """A half-day that can be promised."""

    day: str
    half: str
    """ "morning" or "afternoon"."""
    team: str
    expected: int
    """Minute at which the visit would begin in today's plan."""
    metres: int
    """More to drive."""


def offers(world: World, plan: Plan, visit: Visit) -> list[Offer]:
    """Each half-day on which a visit fits beside all that is planned, the shortest detour first.

    The visit may be new or one that is not planned; its place must be one of the world's.
    """
    planned = {s.visit for t in plan.tours for s in t.stops} - {visit.id}
    place = next(p for p in world.places if p.id == visit.place)
    visit, tries = visit.unpromised(), []
    for n, half in enumerate(HALVES):
        days = visit.hours or place.hours
        # the service may run past noon: what is promised is when it begins
        hours = tuple(intersect(spans, ((half[0], half[1] + visit.service - 1),)) for spans in days)
        tries.append(replace(visit, id=f"{visit.id}/{n}", hours=hours))
    stay = tuple(v for v in world.visits if v.id in planned)
    made = model(replace(world, visits=(*stay, *tries)), to_search=False)
    state = new_state(made)
    load_routes(made, state, routes_in(made, plan))
    found: dict[tuple[str, str], Offer] = {}
    for n in range(len(HALVES)):
        v = len(stay) + n
        for t in made.tour_mask(v):
            extra = moves.price(made.problem, state, v, t)
            if extra >= TOO_FAR:
                continue
            tour = made.tours[t]
            day, half_name = world.days[tour.day].isoformat(), ("morning", "afternoon")[n]
            known = found.get((day, half_name))
            if known is None or extra < known.metres:
                expected, _back = moves.try_out(made.problem, state, v, t)
                if expected < NEVER:
                    offer = Offer(day, half_name, world.teams[tour.team].id, expected, round(extra))
                    found[day, half_name] = offer
    return sorted(found.values(), key=lambda o: (o.metres, o.day, o.half))
