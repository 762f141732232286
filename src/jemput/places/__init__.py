"""Places: areas for people to choose from, and where they lie. No tables: areas and points ship with us.

Names are looked up on first use, so that nothing is read before somebody asks.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jemput.places.choices import village_choices
    from jemput.places.points import ATTRIBUTION, Placed, Point, crow_km, point_of, points_in, projected

__all__ = [
    "ATTRIBUTION",
    "Placed",
    "Point",
    "crow_km",
    "point_of",
    "points_in",
    "projected",
    "village_choices",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        module = "choices" if name == "village_choices" else "points"
        return getattr(import_module(f"jemput.places.{module}"), name)
    raise AttributeError(name)
