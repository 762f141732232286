"""Places: areas for people to choose from, and where they lie. No tables: areas and points ship with us.

Names are looked up on first use, so that nothing is read before somebody asks.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jemput.places.points import ATTRIBUTION, Placed, Point, point_of, points_in, projected

__all__ = ["ATTRIBUTION", "Placed", "Point", "point_of", "points_in", "projected"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("jemput.places.points"), name)
    raise AttributeError(name)
