"""The villages of an office as a picture: a circle for each, larger the more people are left, coloured by how
long nobody has been there. No tiles and no outside server: points of GeoNames (``jemput.places``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from jemput.core.areas import Level, covers
from jemput.core.codes import Coded
from jemput.core.text import _
from jemput.people.backlog import Part
from jemput.places import Placed, Point, point_of, points_in, projected

WIDTH, HEIGHT = 560, 480
SMALLEST, LARGEST = 4.0, 15.0
_MARGIN = 22


class Waited(Coded):
    """How long nobody has been in a village, the longest last."""

    MONTH = "month", _("visited within 30 days")
    QUARTER = "quarter", _("31 to 90 days ago")
    HALF_YEAR = "half_year", _("91 to 180 days ago")
    LONGER = "longer", _("longer ago")
    NEVER = "never", _("never visited")


def waited(visited: datetime | None, now: datetime) -> Waited:
    """The class of a village by its last visit."""
    if visited is None:
        return Waited.NEVER
    days = (now - visited).days
    return (
        Waited.MONTH
        if days <= 30
        else Waited.QUARTER
        if days <= 90
        else Waited.HALF_YEAR
        if days <= 180
        else Waited.LONGER
    )


@dataclass(frozen=True)
class Spot:
    """A village on the picture."""

    part: Part
    x: float
    y: float
    radius: float
    waited: Waited


@dataclass(frozen=True)
class Picture:
    """What the template draws; everything in units of its viewBox."""

    spots: tuple[Spot, ...]
    """Villages where somebody is left; the largest first, so that none hides another."""
    others: tuple[tuple[float, float], ...]
    """All villages, as small dots behind."""
    names: tuple[tuple[str, float, float], ...]
    """Subdistricts, for finding one's way."""
    width: int = WIDTH
    height: int = HEIGHT


def picture(villages: Sequence[Part], scope: str, now: datetime) -> Picture | None:
    """The villages of a scope; None where nothing is known of where they lie."""
    by_area: Mapping[str, Part] = {
        part.key: part for part in villages if part.key and covers(scope, part.key)
    }
    ground = points_in(scope)
    known = {point.area for point in ground}
    ground += [p for area in sorted(by_area.keys() - known) if (p := point_of(area)) is not None]
    if not ground:
        return None
    around = points_in(scope, Level.SUBDISTRICT)
    placed = projected([*ground, *around], WIDTH, HEIGHT, _MARGIN)
    on_ground, names = placed[: len(ground)], placed[len(ground) :]
    most = max((part.left for part in by_area.values()), default=1) or 1
    spots = [_spot(by_area[p.point.area], p, most, now) for p in on_ground if p.point.area in by_area]
    return Picture(
        tuple(sorted((s for s in spots if s.part.left), key=lambda s: -s.radius)),
        tuple((p.x, p.y) for p in on_ground),
        tuple((p.point.area, p.x, p.y) for p in names),
    )


def _spot(part: Part, placed: Placed, most: int, now: datetime) -> Spot:
    radius = SMALLEST + (LARGEST - SMALLEST) * sqrt(part.left / most)
    return Spot(part, placed.x, placed.y, round(radius, 1), waited(part.visited, now))


def approximate(villages: Sequence[Part]) -> int:
    """How many of these are drawn near where they lie, not at their place."""
    found: list[Point | None] = [point_of(part.key) for part in villages if part.key]
    return sum(point is not None and point.approximate for point in found)
