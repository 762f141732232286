"""Planning: the world of teams and visits, the search for a week, and the screens to keep both.

``world``, ``reading``, ``schedule``, ``search`` and their neighbours are pure and know no database;
``models``, ``build``, ``learn`` and the screens are the office's side. Names are looked up on first use, so
that neither the search needs Django nor the app numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jemput.planning.ahead import compile_ahead
    from jemput.planning.build import Built, built, working_days
    from jemput.planning.checker import Violation, check, measure
    from jemput.planning.offer import Offer, offers
    from jemput.planning.plan import Plan, PlannedTour, Score, Stop, from_json, plan_of, routes_in, to_json
    from jemput.planning.problem import Model, model
    from jemput.planning.reasons import Reason, explain
    from jemput.planning.replanning import Moved, Replan, replan, told_by
    from jemput.planning.resources import team_choices, team_names
    from jemput.planning.solve import Progress, best, improve, warm_up
    from jemput.planning.wanted import next_purpose
    from jemput.planning.whatif import Outcome, what_if, with_day, with_kit, with_team
    from jemput.planning.world import BadWorld, Visit, World, load, read

_WHERE = {
    "ahead": ("compile_ahead",),
    "build": ("Built", "built", "working_days"),
    "checker": ("Violation", "check", "measure"),
    "reasons": ("Reason", "explain"),
    "offer": ("Offer", "offers"),
    "plan": ("Plan", "PlannedTour", "Score", "Stop", "from_json", "plan_of", "routes_in", "to_json"),
    "problem": ("Model", "model"),
    "replanning": ("Moved", "Replan", "replan", "told_by"),
    "resources": ("team_choices", "team_names"),
    "solve": ("Progress", "best", "improve", "warm_up"),
    "wanted": ("next_purpose",),
    "whatif": ("Outcome", "what_if", "with_day", "with_kit", "with_team"),
    "world": ("BadWorld", "Visit", "World", "load", "read"),
}
_HOME = {name: module for module, names in _WHERE.items() for name in names}
__all__ = [
    "BadWorld", "Built", "Model", "Moved", "Offer", "Outcome", "Plan", "PlannedTour", "Progress",
    "Reason", "Replan", "Score", "Stop", "Violation", "Visit", "World", "best", "built", "check",
    "compile_ahead", "explain", "from_json", "improve", "load", "measure", "model", "next_purpose",
    "offers", "plan_of", "read", "replan", "routes_in", "team_choices", "team_names", "to_json", "told_by",
    "warm_up", "what_if", "with_day", "with_kit", "with_team", "working_days",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
