"""Minutes and metres between places, by vehicle kind.

Without a table the way is the distance as the crow flies times a detour factor (an office calibrates it from
its teams' own arrival times), times a hill factor for the time. Minutes are rounded up.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, radians
from statistics import median

import numpy as np

from jemput.planning.schedule import NEVER, Array
from jemput.planning.world import World

EARTH_KM = 6371.0
DETOUR = 1.4
ROWS = 256
FARTHEST_KM = 300.0
"""A place farther than this from the middle of all places is a slip of the pen."""
INDONESIA = (-11.5, 6.5, 94.5, 141.5)
"""South, north, west, east."""


def kinds(world: World) -> list[str]:
    """The vehicle kinds, in order."""
    return sorted({v.kind for v in world.vehicles})


def crow_km(latitude: Array, longitude: Array, rows: slice) -> Array:
    """Kilometres as the crow flies from some places to all; endless where a place has no point."""
    across = np.sin((latitude[rows, None] - latitude) / 2) ** 2
    along = np.cos(latitude[rows, None]) * np.cos(latitude)
    along *= np.sin((longitude[rows, None] - longitude) / 2) ** 2
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(across + along, 0, 1)))
    return np.where(np.isnan(km), np.inf, km)


def tables(world: World) -> tuple[Array, Array]:
    """(minutes without set-up, metres) by vehicle kind; NEVER minutes where no road leads."""
    n, names, travel = len(world.places), kinds(world), world.travel
    minutes, metres = (np.zeros((len(names), n, n), dtype=np.int32) for _table in range(2))
    points = np.array([(p.latitude, p.longitude) for p in world.places], dtype=float).reshape(-1, 2)
    latitude, longitude = np.radians(points[:, 0]), np.radians(points[:, 1])
    for number, kind in enumerate(names):
        for first in range(0, n, ROWS):  # by rows: a month has two thousand places
            rows = slice(first, min(first + ROWS, n))
            if kind in travel.km:
                km = _given(travel.km[kind][rows])
            else:
                km = crow_km(latitude, longitude, rows) * travel.detour.get(kind, DETOUR)
                km[np.arange(rows.stop - first), np.arange(first, rows.stop)] = 0
            if kind in travel.minutes:
                time = _given(travel.minutes[kind][rows])
            else:
                time = km * travel.hill / travel.speed[kind] * 60
            minutes[number, rows] = np.ceil(np.round(np.minimum(time, NEVER), 6))
            metres[number, rows] = np.round(np.where(np.isinf(km), 0, km) * 1000)
    return minutes, metres


def _given(rows: Sequence[Sequence[float | None]]) -> Array:
    return np.array([[np.inf if x is None else x for x in row] for row in rows], dtype=float)


def misplaced(world: World) -> dict[str, str]:
    """Places whose coordinates must be a slip of the pen: "swapped", "abroad" or "far" from all others.

    Who lives there is not planned; a wrong point would send a team astray.
    """
    south, north, west, east = INDONESIA
    points = {
        p.id: (p.latitude, p.longitude)
        for p in world.places
        if p.latitude is not None and p.longitude is not None
    }
    found, good = {}, {}
    for id, (latitude, longitude) in points.items():
        if south <= latitude <= north and west <= longitude <= east:
            good[id] = latitude, longitude
        else:
            swapped = south <= longitude <= north and west <= latitude <= east
            found[id] = "swapped" if swapped else "abroad"
    if good:
        middle = median(x for x, _y in good.values()), median(y for _x, y in good.values())
        squeeze = cos(radians(middle[0]))
        for id, (latitude, longitude) in good.items():
            if 111.2 * hypot(latitude - middle[0], (longitude - middle[1]) * squeeze) > FARTHEST_KM:
                found[id] = "far"
    return found
