"""Planning: the world of teams and visits, the search for a week, and the screens to keep both.

``world``, ``reading``, ``schedule``, ``search`` and their neighbours are pure and know no database;
``models``, ``build``, ``learn`` and the screens are the office's side. Names are looked up on first use, so
that neither the search needs Django nor the app numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jemput.planning.build import Built, built, working_days
    from jemput.planning.resources import team_choices

_WHERE = {"build": ("Built", "built", "working_days"), "resources": ("team_choices",)}
_HOME = {name: module for module, names in _WHERE.items() for name in names}
__all__ = ["Built", "built", "team_choices", "working_days"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
