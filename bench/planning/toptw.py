"""The team orienteering problem with time windows as a problem of the planner.

Solomon's c, r and rc instances count distances in tenths, cut off; Cordeau's pr in hundredths. Best-known
values of the literature are left out: none was verified.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from jemput.planning.problem import PERSON, Model, Tour, knobs, nearest
from jemput.planning.schedule import FIRST_TOUR, LAST_TOUR, PLACE, SERVICE, Problem
from jemput.planning.state import LEVELS, PERSONS
from jemput.planning.world import Travel, World


def read(path: Path) -> tuple[np.ndarray, int]:
    """(x, y, service, score, opens, closes) of each node, the depot first; digits that count."""
    rows = [[float(x) for x in line.split()] for line in path.read_text().splitlines()[2:] if line.split()]
    nodes = np.array([(r[1], r[2], r[3], r[4], r[-2], r[-1]) for r in rows])
    return nodes, 100 if path.stem.startswith("pr") else 10


def model(path: Path, tours: int) -> Model:
    """The instance with so many tours."""
    nodes, digits = read(path)
    n = len(nodes) - 1
    distance = np.sqrt(((nodes[:, None, :2] - nodes[None, :, :2]) ** 2).sum(axis=2))
    go = np.floor(distance * digits + 1e-9).astype(np.int32)[None]
    metres = (go.astype(np.int64) * 1000 // digits).astype(np.int32)
    scaled = np.round(nodes[:, 2:] * [digits, 1, digits, digits]).astype(np.int64)
    visit = np.zeros((n, 9), dtype=np.int64)
    visit[:, PLACE] = np.arange(1, n + 1)
    visit[:, SERVICE] = scaled[1:, 0]
    visit[:, 2] = 1
    visit[:, 6] = -1
    tour = np.zeros((tours, 9), dtype=np.int64)
    tour[:, 4:6] = scaled[0, 2:]
    tour[:, 7:] = -1
    latest = np.minimum(scaled[1:, 3], tour[0, 5] - scaled[1:, 0] - go[0, 1:, 0])
    possible = np.flatnonzero((latest >= scaled[1:, 2]) & (tour[0, 4] + go[0, 0, 1:] <= latest))
    ways = np.zeros((n, 1, 2), dtype=np.int64)
    ways[possible, 0, 0] = possible
    ways[possible, 0, 1] = possible + 1
    visit[:, LAST_TOUR] = np.cumsum(np.isin(np.arange(n), possible) * tours)
    visit[possible, FIRST_TOUR] = visit[possible, LAST_TOUR] - tours
    visit[~np.isin(np.arange(n), possible), FIRST_TOUR] = visit[~np.isin(np.arange(n), possible), LAST_TOUR]
    way = np.full((n, 6), -1, dtype=np.int64)
    way[:, 0], way[:, 1], way[:, 2] = np.arange(n), np.arange(1, n + 1), 0
    gains = np.zeros((n, LEVELS), dtype=np.int64)
    gains[:, PERSONS] = scaled[1:, 1]
    weights = np.zeros(LEVELS)
    weights[PERSONS] = PERSON / max(scaled[1:, 1].mean(), 1)
    problem = Problem(
        go=go, metres=metres, visit=visit, tour=tour, rest=np.zeros((tours, 0, 3), dtype=np.int64),
        tours_of=np.tile(np.arange(tours), len(possible)), ways=ways, way=way,
        window=np.ascontiguousarray(np.stack([scaled[1:, 2], latest], axis=1)),
        room=np.zeros((0, 1, 2), dtype=np.int64), gains=gains, weights=weights, worth=gains @ weights,
        near=nearest(metres, visit[:, PLACE]),
    )  # fmt: skip
    world = World(path.stem, (), (), (), (), (), (), (), Travel({}, {}, 1.0, {}, {}))
    return Model(world, tuple(Tour(0, 0, t) for t in range(tours)), problem, knobs(problem), ())


def check(path: Path, tours: list[list[int]]) -> int:
    """The score of routes (visits counted from 0), walked through node by node; raises when one is broken."""
    nodes, digits = read(path)
    seen: set[int] = set()
    score = 0.0
    for route in tours:
        clock, at = nodes[0, 4], 0
        for node in [*(v + 1 for v in route), 0]:
            apart = float(np.hypot(*(nodes[at, :2] - nodes[node, :2])))
            clock = max(clock + np.floor(apart * digits + 1e-9) / digits, nodes[node, 4])
            if clock > nodes[node, 5] + 1e-6 or (node and node in seen):
                raise ValueError(f"{path.stem}: node {node} is late or visited twice")
            clock += nodes[node, 2]
            score += nodes[node, 3]
            seen.add(node)
            at = node
    return round(score)
