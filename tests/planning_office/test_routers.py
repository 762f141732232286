"""Route servers: asked with coordinates alone, and not believed before they were looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from jemput.places import crow_km
from jemput.planning.kinds import RouteServer, VehicleKind
from jemput.planning.routers import NoRoutes, ways, without_gaps
from tests.planning_office.route_server import SmallServer, road

POINTS = [(-8.05, 111.70), (-8.10, 111.75), (-8.20, 111.60)]
CAR = VehicleKind.FOUR_WHEELS


BOTH = pytest.mark.parametrize("kind", [RouteServer.VALHALLA, RouteServer.OSRM])


@BOTH
def test_ways_come_from_the_server(server: SmallServer, kind: RouteServer) -> None:
    found = ways(kind, server.url + "/", CAR, POINTS)
    for i, a in enumerate(POINTS):
        for j, b in enumerate(POINTS):
            assert found.km[i][j] == pytest.approx(road(a, b), abs=0.01)
            assert found.minutes[i][j] == pytest.approx(road(a, b) * 2, abs=0.02)
    assert found.unknown == 0


@BOTH
def test_a_large_table_is_asked_for_in_blocks(server: SmallServer, kind: RouteServer) -> None:
    points = [(-8.0 - n / 500, 111.7 + n / 700) for n in range(120)]
    found = ways(kind, server.url, CAR, points)
    assert len(server.asked) == 9
    assert found.km[3][117] == pytest.approx(road(points[3], points[117]), abs=0.01)
    assert found.km[117][60] == pytest.approx(road(points[117], points[60]), abs=0.01)


@BOTH
def test_only_coordinates_leave_the_house(server: SmallServer, kind: RouteServer) -> None:
    ways(kind, server.url, CAR, POINTS)
    bare = re.sub(r"-?\d+\.\d+", "", " ".join(server.asked))
    words = set(re.findall(r"[a-z]{2,}", bare.replace("%2C", ",").replace("%3B", ";").lower()))
    assert words <= {
        *("sources", "targets", "lat", "lon", "costing", "auto", "units", "kilometers", "to"),
        *("table", "car", "annotations", "duration", "distance", "destinations"),
    }


def _each(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Lets every cell of an answer lie, in either shape."""

    def spoil(answer: Any) -> Any:
        if "sources_to_targets" in answer:
            for row in answer["sources_to_targets"]:
                for cell in row:
                    cell["time"], cell["distance"] = change(cell["time"]), change(cell["distance"])
        else:
            for name in ("durations", "distances"):
                answer[name] = [[change(x) for x in row] for row in answer[name]]
        return answer

    return spoil


def _table(change: Callable[[list[Any]], Any]) -> Callable[[Any], Any]:
    names = ("sources_to_targets", "durations", "distances")
    return lambda answer: {k: change(v) if k in names else v for k, v in answer.items()}


def _slow(answer: Any) -> Any:
    """Two kilometres in ten hours."""
    for row in answer.get("sources_to_targets", []):
        for cell in row:
            cell["time"] *= 300
    answer["durations"] = [[x * 300 for x in row] for row in answer.get("durations", [])]
    return answer


LIES: dict[str, Callable[[Any], Any]] = {
    "negative": _each(lambda x: -x - 1),
    "nothing at all": _each(lambda x: None),
    "words": _each(lambda x: "far"),
    "shorter than the crow flies": _each(lambda x: x / 9),
    "as slow as a snail": _slow,
    "no length": _each(lambda x: 0),
    "a row short": _table(lambda rows: rows[:-1]),
    "a column more": _table(lambda rows: [[*row, row[0]] for row in rows]),
    "no table": _table(lambda rows: None),
    "a list": lambda answer: [answer],
    "not JSON": lambda answer: (200, b"<html>Selamat datang</html>"),
    "error": lambda answer: (503, b"{}"),
    "elsewhere": lambda answer: (302, b""),
}


@BOTH
@pytest.mark.parametrize("lie", LIES)
def test_a_lying_server_is_not_believed(server: SmallServer, kind: RouteServer, lie: str) -> None:
    server.spoil = LIES[lie]
    with pytest.raises(NoRoutes) as told:
        ways(kind, server.url, CAR, POINTS)
    assert str(told.value).startswith(("The route server",))


@BOTH
def test_a_server_that_is_down_is_told_of(kind: RouteServer) -> None:
    with pytest.raises(NoRoutes, match="does not answer"):
        ways(kind, "http://127.0.0.1:9", CAR, POINTS)
    for address in ("http://[::1", "ftp://127.0.0.1", "peta"):
        with pytest.raises(NoRoutes):
            ways(kind, address, CAR, POINTS)


@BOTH
def test_a_gap_in_the_map_is_reckoned_by_distance(server: SmallServer, kind: RouteServer) -> None:
    points = [*POINTS, (-8.3, 111.8)]

    def spoil(answer: Any) -> Any:
        if "sources_to_targets" in answer:
            answer["sources_to_targets"][0][2] |= {"time": None, "distance": None}
        else:
            answer["durations"][0][2] = answer["distances"][0][2] = None
        return answer

    server.spoil = spoil
    found = ways(kind, server.url, CAR, points)
    assert found.unknown == 1
    travel = {"speed_kmh": {CAR.value: 20}, "detour": {CAR.value: 2}, "hill": 1.5}
    minutes, km = without_gaps(found, points, travel, CAR)
    crow = crow_km(points[0], points[2])
    assert km[0][2] == pytest.approx(crow * 2, abs=0.01)
    assert minutes[0][2] == pytest.approx(crow * 2 * 1.5 * 3, abs=0.05)
    assert km[2][0] == pytest.approx(road(points[0], points[2]), abs=0.01)
