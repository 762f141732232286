"""Where areas lie: one point each for the five offices' regencies, subdistricts and villages.

The points are in ``points.csv``, picked by ``tools/build_points.py`` from GeoNames (CC BY 4.0); wherever a
page or a print shows one, it shows ``ATTRIBUTION`` too. Points marked approximate only draw a map.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

from jemput.core.areas import Level, ancestors, covers, is_code, level

ATTRIBUTION = "GeoNames (CC BY 4.0)"
_EARTH_KM = 6371.0


@dataclass(frozen=True)
class Point:
    """Where an area lies, in WGS84 degrees."""

    area: str
    latitude: float
    longitude: float
    approximate: bool
    """Not the place itself: set by hand, laid around a seat, or a wider area's point."""
    source: str
    """"geonames:<id>", "hand", or "near:<area>"."""


@dataclass(frozen=True)
class Placed:
    """A point on a picture, in its units, from the upper left corner."""

    point: Point
    x: float
    y: float


def point_of(area: str) -> Point | None:
    """The point of an area; of an RW or a village not listed the nearest wider one, marked approximate.

    Provinces and areas outside the five offices have none.
    """
    if not is_code(area):
        return None
    for code in ancestors(area):
        if known := _points().get(code):
            return (
                known if code == area else replace(known, area=area, approximate=True, source=f"near:{code}")
            )
    return None


def points_in(scope: str, at: Level = Level.VILLAGE) -> list[Point]:
    """The points of every area of one level inside a scope, in code order."""
    return [p for p in _points().values() if level(p.area) == at and covers(scope, p.area)]


def crow_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres as the crow flies between two (latitude, longitude); roads in the hills are longer."""
    south, north = radians(a[0]), radians(b[0])
    across = sin((north - south) / 2) ** 2
    along = cos(south) * cos(north) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(across + along)))


def distance_km(a: Point, b: Point) -> float:
    """Distance as the crow flies, in kilometres."""
    return crow_km((a.latitude, a.longitude), (b.latitude, b.longitude))


def projected(points: Iterable[Point], width: float, height: float, margin: float = 8) -> list[Placed]:
    """Points laid on a picture of ``width`` x ``height`` (an SVG viewBox), north up, shapes kept, centred."""
    points = list(points)
    if not points:
        return []
    latitudes = [p.latitude for p in points]
    squeeze = cos(radians((min(latitudes) + max(latitudes)) / 2))  # degrees of longitude are narrower
    flat = [(p.longitude * squeeze, -p.latitude) for p in points]
    left, right = min(x for x, _ in flat), max(x for x, _ in flat)
    top, bottom = min(y for _, y in flat), max(y for _, y in flat)
    # One point, or several on one spot, have no extent: they go to the middle.
    scale = min(
        (width - 2 * margin) / (right - left or 1e-9),
        (height - 2 * margin) / (bottom - top or 1e-9),
    )
    return [
        Placed(
            p,
            round(width / 2 + (x - (left + right) / 2) * scale, 1),
            round(height / 2 + (y - (top + bottom) / 2) * scale, 1),
        )
        for p, (x, y) in zip(points, flat, strict=True)
    ]


@cache
def _points() -> dict[str, Point]:
    lines = files(__package__).joinpath("points.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {
        row["area"]: Point(
            row["area"],
            float(row["latitude"]),
            float(row["longitude"]),
            row["approximate"] == "1",
            row["source"],
        )
        for row in rows
    }
