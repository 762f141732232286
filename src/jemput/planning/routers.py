"""Ways by road from a route server of the office's choice (Valhalla or OSRM, over HTTP).

Only coordinates leave the house, and only when the office allows it. What comes back is not believed before
it was looked at: a server that is down, answers in another shape or tells of roads shorter than the crow
flies is told of in words, and the ways are reckoned by distance instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import httpx

from jemput.core.text import BadInput, _
from jemput.places import crow_km
from jemput.planning.kinds import RouteServer, VehicleKind

Point = tuple[float, float]
"""Latitude and longitude."""
Table = list[list[float | None]]

BLOCK = 50
"""Places asked for on either side: servers refuse larger tables in their usual settings."""
MOST_PLACES = 400
SECONDS = 20.0
MOST_BYTES = 5_000_000
FASTEST_KMH, SLOWEST_KMH = 140.0, 1.0
_SLACK_KM = 0.5
"""Servers move a point to the nearest road, so a way may be a little shorter than the crow flies."""

COSTING = {VehicleKind.FOUR_WHEELS: "auto", VehicleKind.TWO_WHEELS: "motorcycle"}
PROFILE = {VehicleKind.FOUR_WHEELS: "car", VehicleKind.TWO_WHEELS: "bike"}
"""What the two servers call a vehicle. An OSRM profile stands for the whole server unless it runs several."""


class NoRoutes(BadInput):
    """The server cannot be used; ``words`` say why."""


@dataclass(frozen=True)
class Ways:
    """Minutes and kilometres between points; None where the server knows no way."""

    minutes: Table
    km: Table
    unknown: int
    """Pairs without a way."""


def ways(server: RouteServer, url: str, kind: VehicleKind, points: Sequence[Point]) -> Ways:
    """All ways between points, from the server. Raises NoRoutes."""
    if len(points) > MOST_PLACES:
        raise NoRoutes(
            _("%(count)s places are too many for the route server; at most %(most)s."),
            count=len(points),
            most=MOST_PLACES,
        )
    n = len(points)
    minutes: Table = [[None] * n for _row in range(n)]
    km: Table = [[None] * n for _row in range(n)]
    try:
        with httpx.Client(timeout=SECONDS, trust_env=False, headers={"user-agent": "jemput"}) as client:
            for rows, columns in _blocks(n):
                answer = _ASK[server](client, url.rstrip("/"), kind, points, rows, columns)
                for i, line in zip(rows, answer, strict=True):
                    for j, (seconds, length) in zip(columns, line, strict=True):
                        minutes[i][j] = None if seconds is None else seconds / 60
                        km[i][j] = None if length is None else length
    except httpx.HTTPError as error:
        raise NoRoutes(_("The route server does not answer.")) from error
    except httpx.InvalidURL as error:
        raise NoRoutes(_("The address of the route server cannot be read.")) from error
    return _looked_at(Ways(minutes, km, 0), points)


def _blocks(n: int) -> Iterator[tuple[range, range]]:
    starts = range(0, n, BLOCK)
    for a in starts:
        for b in starts:
            yield range(a, min(a + BLOCK, n)), range(b, min(b + BLOCK, n))


Cells = list[list[tuple[float | None, float | None]]]
"""Seconds and kilometres."""
Ask = Callable[[httpx.Client, str, VehicleKind, Sequence[Point], range, range], Cells]


def _valhalla(
    client: httpx.Client, url: str, kind: VehicleKind, points: Sequence[Point], rows: range, columns: range
) -> Cells:
    """POST /sources_to_targets: rows of {"time": seconds, "distance": km}, null where there is no way."""
    asked = {
        "sources": [_lat_lon(points[i]) for i in rows],
        "targets": [_lat_lon(points[j]) for j in columns],
        "costing": COSTING[kind],
        "units": "kilometers",
    }
    found = _json(client.stream("POST", f"{url}/sources_to_targets", json=asked)).get("sources_to_targets")
    table = _shaped(found, rows, columns)
    return [[_pair(cell.get("time"), cell.get("distance")) for cell in _mappings(line)] for line in table]


def _osrm(
    client: httpx.Client, url: str, kind: VehicleKind, points: Sequence[Point], rows: range, columns: range
) -> Cells:
    """GET /table/v1: seconds and metres, null where there is no way."""
    here = [*rows, *(j for j in columns if j not in rows)]
    where = {n: k for k, n in enumerate(here)}
    asked = ";".join(f"{points[n][1]:.5f},{points[n][0]:.5f}" for n in here)
    query = {
        "annotations": "duration,distance",
        "sources": ";".join(str(where[i]) for i in rows),
        "destinations": ";".join(str(where[j]) for j in columns),
    }
    found = _json(client.stream("GET", f"{url}/table/v1/{PROFILE[kind]}/{asked}", params=query))
    if found.get("code") != "Ok":
        raise _odd()
    seconds = _shaped(found.get("durations"), rows, columns)
    metres = _shaped(found.get("distances"), rows, columns)
    return [
        [_pair(s, None if m is None else _number(m) / 1000) for s, m in zip(a, b, strict=True)]
        for a, b in zip(seconds, metres, strict=True)
    ]


_ASK: Mapping[RouteServer, Ask] = {RouteServer.VALHALLA: _valhalla, RouteServer.OSRM: _osrm}


def _lat_lon(point: Point) -> dict[str, float]:
    return {"lat": round(point[0], 5), "lon": round(point[1], 5)}


def _json(answer: Any) -> Mapping[str, Any]:
    with answer as response:
        if response.status_code != 200:
            raise NoRoutes(_("The route server answers with error %(status)s."), status=response.status_code)
        body = bytearray()
        for part in response.iter_bytes():
            body += part
            if len(body) > MOST_BYTES:
                raise _odd()
    try:
        found = json.loads(body)
    except ValueError as error:
        raise _odd() from error
    if not isinstance(found, dict):
        raise _odd()
    return found


def _odd() -> NoRoutes:
    return NoRoutes(_("The route server answers in a form that cannot be used."))


def _shaped(table: Any, rows: range, columns: range) -> list[list[Any]]:
    if not isinstance(table, list) or len(table) != len(rows):
        raise _odd()
    if any(not isinstance(line, list) or len(line) != len(columns) for line in table):
        raise _odd()
    return table


def _mappings(line: list[Any]) -> list[Mapping[str, Any]]:
    if any(not isinstance(cell, dict) for cell in line):
        raise _odd()
    return line


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        raise NoRoutes(_("The route server tells of times or distances that cannot be."))
    return float(value)


def _pair(seconds: Any, km: Any) -> tuple[float | None, float | None]:
    if seconds is None or km is None:
        return None, None
    return _number(seconds), _number(km)


def _looked_at(told: Ways, points: Sequence[Point]) -> Ways:
    """The ways, if they can be true. Raises NoRoutes."""
    unknown = pairs = 0
    for i, here in enumerate(points):
        for j, there in enumerate(points):
            if i == j:
                continue
            pairs += 1
            minutes, km = told.minutes[i][j], told.km[i][j]
            if minutes is None or km is None:
                unknown += 1
                continue
            crow = crow_km(here, there)
            speed = km / minutes * 60 if minutes else (FASTEST_KMH + 1 if km > _SLACK_KM else 30.0)
            shorter = km + 2 * _SLACK_KM < crow
            if shorter or speed > FASTEST_KMH or (speed < SLOWEST_KMH and minutes > 60):
                raise NoRoutes(_("The route server tells of times or distances that cannot be."))
    if pairs and unknown * 2 > pairs:
        raise NoRoutes(_("The route server knows no way between most of the places."))
    return Ways(told.minutes, told.km, unknown)


def without_gaps(
    told: Ways, points: Sequence[Point], travel: Mapping[str, Any], kind: VehicleKind
) -> tuple[list[list[float]], list[list[float]]]:
    """Minutes and kilometres with every gap reckoned by distance, as the instance's ``travel`` says: a hole
    in somebody's map keeps nobody from being visited."""
    detour, speed = travel["detour"][kind.value], travel["speed_kmh"][kind.value]
    minutes, km = [], []
    for i, here in enumerate(points):
        row_minutes, row_km = [], []
        for j, there in enumerate(points):
            length, took = told.km[i][j], told.minutes[i][j]
            if i == j:
                length, took = 0.0, 0.0
            elif length is None or took is None:
                length = crow_km(here, there) * detour
                took = length * travel["hill"] / speed * 60
            row_minutes.append(round(took, 2))
            row_km.append(round(length, 3))
        minutes.append(row_minutes)
        km.append(row_km)
    return minutes, km
