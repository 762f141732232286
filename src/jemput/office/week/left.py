"""Who is left out of a plan, with the reason of each in words, and whether there is room after all."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from jemput import planning
from jemput.core.priority import Rank
from jemput.office.week.board import PAGE, Board, Who
from jemput.planning import moves
from jemput.planning.problem import Model
from jemput.planning.solve import load_routes, new_state
from jemput.planning.state import TOO_FAR
from jemput.planning.week.keep import visits_in
from jemput.planning.world import Visit


@dataclass(frozen=True)
class Left:
    """Somebody who is not in the plan."""

    who: Who
    reason: str
    rank: str
    """The class, as people say it."""
    waited: int
    promise: str
    must: bool
    """Mandatory or promised: should not be here."""
    fits: bool
    """There is room as the plan stands now."""


@dataclass(frozen=True)
class Some:
    """A page of them."""

    page: Page[Visit]
    rows: tuple[Left, ...]


def left_out(board: Board, number: str) -> Some | None:
    """A page of those left out, the most pressing first; None while the key is locked."""
    if board.week is None or board.world is None or board.model is None:
        return None
    world, model = board.world, board.model
    planned = set(visits_in(board.week.plan))
    left = sorted(
        (v for v in world.visits if v.id not in planned),
        key=lambda v: (not (v.mandatory or v.promise), world.priority(v), -world.waited(v), v.id),
    )
    page = Paginator(left, PAGE).get_page(number)
    shown = {v.id for v in page}
    old = planning.from_json(board.week.plan)
    reasons = {r.visit: r.words for r in planning.explain(model, old, only=shown)}
    fits = _fitting(model, old, shown)
    rows = tuple(
        Left(
            board.who(v.id), board.labels.say(reasons[v.id]), _(list(Rank)[world.priority(v) - 1].label),
            v.waited, board.promise(v.id), bool(v.mandatory or v.promise), v.id in fits,
        )
        for v in page
    )  # fmt: skip
    return Some(page, rows)


def _fitting(model: Model, old: planning.Plan, visits: set[str]) -> set[str]:
    state = new_state(model)
    load_routes(model, state, planning.routes_in(model, old))
    return {
        visit.id
        for v, visit in enumerate(model.world.visits)
        if visit.id in visits
        and any(moves.price(model.problem, state, v, t) < TOO_FAR for t in model.tour_mask(v))
    }
