"""Solves a flat problem with PyVRP, VROOM or OR-Tools; run by bench/planning.py with the peers' own Python.

    python peer.py NAME PROBLEM.json SECONDS SEED ANSWER.json

Each peer gets what it can model: days, windows by day, skills and vehicles (which tours may serve whom),
set-up, and VROOM the rests. Kits and partners none of them knows; the bench mends their plans afterwards.
Distances count in units of 100 m; a person of the lowest class is worth 200 km, each class RATIO times the
next.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from time import process_time

PERSON, RATIO = 2_000, 6
Answer = list[list[int]]


def prize(visit: dict, problem: dict) -> int:
    """What a visit is worth to a peer that adds worths up."""
    return int(PERSON * visit["people"] * RATIO ** (problem["ranks"] - 1 - visit["rank"]))


def copies(problem: dict) -> list[tuple[int, int, int, tuple[int, ...]]]:
    """(visit, opens, closes, tours): one for each window, with all tours on whose days it holds."""
    found = []
    for v, visit in enumerate(problem["visits"]):
        tours = defaultdict(list)
        for t in visit["tours"]:
            for opens, closes in visit["windows"][str(problem["tours"][t]["day"])]:
                tours[opens, closes].append(t)
        found += [(v, *window, tuple(ts)) for window, ts in sorted(tours.items())]
    return found


def pyvrp(problem: dict, seconds: float, seed: int, warm: Answer | None = None) -> Answer:
    """Time-of-day clock; a copy of a visit per window, mutually exclusive; tours as profiles."""
    import numpy as np
    import pyvrp as vrp
    from pyvrp.solve import solve

    began = process_time()
    tours, visits, every = problem["tours"], problem["visits"], copies(problem)
    where: dict[tuple[int, tuple[int, ...]], int] = {}
    bases = sorted({t["start"] for t in tours} | {t["end"] for t in tours})
    for v, _opens, _closes, allowed in every:
        where.setdefault((visits[v]["place"], allowed), len(bases) + len(where))
    places = np.array([*bases, *(place for place, _allowed in where)])
    locations = [vrp.Location(0, 0) for _place in places]
    far = 10_000_000
    distances, durations = [], []
    for t, tour in enumerate(tours):
        d = np.array(problem["metres"][tour["kind"]])[np.ix_(places, places)] // 100
        m = np.array(problem["go"][tour["kind"]])[np.ix_(places, places)]
        out = [n for (_place, allowed), n in where.items() if t not in allowed]
        d[:, out] = far
        d[out, :] = far
        d = np.minimum(d, far)
        np.fill_diagonal(d, 0)
        distances.append(np.ascontiguousarray(d, dtype=np.int64))
        durations.append(np.ascontiguousarray(np.minimum(m, 10_000), dtype=np.int64))
    groups: dict[int, list[int]] = defaultdict(list)
    for n, (v, *_rest) in enumerate(every):
        groups[v].append(n)
    number = {v: n for n, v in enumerate(groups)}
    clients = [
        vrp.Client(
            location=where[visits[v]["place"], allowed], service_duration=visits[v]["service"],
            tw_early=opens, tw_late=closes, prize=prize(visits[v], problem), required=False, group=number[v],
        )
        for v, opens, closes, allowed in every
    ]  # fmt: skip
    types = [
        vrp.VehicleType(
            num_available=1, start_depot=bases.index(t["start"]), end_depot=bases.index(t["end"]),
            tw_early=t["opens"], tw_late=t["closes"], profile=n, unit_distance_cost=1,
        )
        for n, t in enumerate(tours)
    ]  # fmt: skip
    data = vrp.ProblemData(
        locations, clients, [vrp.Depot(n) for n in range(len(bases))], types, distances, durations,
        [vrp.ClientGroup(c, required=False) for c in groups.values()],
    )  # fmt: skip
    start = None
    if warm:
        routes = []
        for t, route in enumerate(warm):
            chosen, clock, at = [], tours[t]["opens"], tours[t]["start"]
            for v in route:
                ready = clock + problem["go"][tours[t]["kind"]][at][visits[v]["place"]]
                fit = [n for n in groups.get(v, []) if t in every[n][3] and ready <= every[n][2]]
                if fit:
                    copy = min(fit, key=lambda n: max(ready, every[n][1]))
                    clock, at = max(ready, every[copy][1]) + visits[v]["service"], visits[v]["place"]
                    chosen.append(copy)
            if chosen:
                routes.append(vrp.Route(data, chosen, t))
        start = vrp.Solution(data, routes)
    found = solve(
        data, stop=lambda _cost: process_time() - began > seconds, seed=seed, collect_stats=False,
        initial_solution=start,
    )  # fmt: skip
    answer: Answer = [[] for _tour in tours]
    for route in found.best.routes():
        ids = [a.idx for a in route if a.is_client()]
        answer[route.vehicle_type()] = [every[n][0] for n in ids]
    return answer


def vroom(problem: dict, exploration: int) -> Answer:
    """A vehicle per tour on an absolute clock; a skill per set of tours; the rests as breaks."""
    import numpy as np
    import vroom as v

    day = 1440
    sets: dict[tuple[int, ...], int] = {}
    for visit in problem["visits"]:
        sets.setdefault(tuple(visit["tours"]), len(sets))
    model = v.Input()
    for kind, table in enumerate(problem["go"]):
        model.set_durations_matrix(str(kind), np.minimum(np.array(table), 100_000).astype(np.uint32))
    for n, t in enumerate(problem["tours"]):
        base = t["day"] * day
        model.add_vehicle(
            v.Vehicle(
                n, start=t["start"], end=t["end"], profile=str(t["kind"]),
                skills={id for tours, id in sets.items() if n in tours},
                time_window=v.TimeWindow(base + t["opens"], base + t["closes"]),
                breaks=[
                    v.Break(m + 1, time_windows=[v.TimeWindow(base + a, base + b)], service=c)
                    for m, (a, b, c) in enumerate(t["rests"])
                ],
            )
        )  # fmt: skip
    levels = (1, 5, 25, 60)[: problem["ranks"]]
    for n, visit in enumerate(problem["visits"]):
        if not visit["tours"]:
            continue
        windows = [
            v.TimeWindow(int(d) * day + a, int(d) * day + b)
            for d, spans in visit["windows"].items()
            for a, b in spans
        ]
        level = 100 if visit["mandatory"] else levels[max(0, len(levels) - 1 - visit["rank"])]
        model.add_job(
            v.Job(
                n, location=visit["place"], default_service=visit["service"], priority=level,
                skills={sets[tuple(visit["tours"])]}, time_windows=sorted(windows, key=lambda w: w.start),
            )
        )  # fmt: skip
    solution = model.solve(exploration_level=exploration, nb_threads=1)
    answer: Answer = [[] for _tour in problem["tours"]]
    for row in solution.routes.to_dict("records"):
        if row["type"] == "job":
            answer[int(row["vehicle_id"])].append(int(row["id"]))
    return answer


def ortools(problem: dict, seconds: float) -> Answer:
    """Copies with disjunctions, allowed vehicles, parallel cheapest insertion and guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    began = process_time()
    tours, visits, every = problem["tours"], problem["visits"], copies(problem)
    bases = sorted({t["start"] for t in tours} | {t["end"] for t in tours})
    place = [*bases, *(visits[c[0]]["place"] for c in every)]
    service = [0] * len(bases) + [visits[c[0]]["service"] for c in every]
    first = len(bases)
    manager = pywrapcp.RoutingIndexManager(
        len(place),
        len(tours),
        [bases.index(t["start"]) for t in tours],
        [bases.index(t["end"]) for t in tours],
    )
    routing = pywrapcp.RoutingModel(manager)
    cost, time = {}, {}
    for kind in range(len(problem["go"])):
        go, metres = problem["go"][kind], problem["metres"][kind]
        cost[kind] = routing.RegisterTransitMatrix(
            [[min(metres[a][b] // 100, 10**6) for b in place] for a in place]
        )
        time[kind] = routing.RegisterTransitMatrix(
            [[min(go[a][b], 10_000) + service[n] for b in place] for n, a in enumerate(place)]
        )
    for n, t in enumerate(tours):
        routing.SetArcCostEvaluatorOfVehicle(cost[t["kind"]], n)
    routing.AddDimensionWithVehicleTransits([time[t["kind"]] for t in tours], 1440, 1440, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for n, t in enumerate(tours):
        clock.CumulVar(routing.Start(n)).SetRange(t["opens"], t["closes"])
        clock.CumulVar(routing.End(n)).SetRange(t["opens"], t["closes"])
    groups = defaultdict(list)
    for n, (v, opens, closes, allowed) in enumerate(every):
        index = manager.NodeToIndex(first + n)
        clock.CumulVar(index).SetRange(opens, closes)
        routing.VehicleVar(index).SetValues([-1, *allowed])
        groups[v].append(index)
    for v, indices in groups.items():
        routing.AddDisjunction(indices, prize(visits[v], problem))
    options = pywrapcp.DefaultRoutingSearchParameters()
    options.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    options.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    options.time_limit.FromSeconds(int(seconds * 20) + 60)  # the limit below counts CPU seconds
    routing.AddSearchMonitor(routing.solver().CustomLimit(lambda: process_time() - began > seconds))
    solution = routing.SolveWithParameters(options)
    answer: Answer = [[] for _tour in tours]
    if solution:
        for n in range(len(tours)):
            index = routing.Start(n)
            while not routing.IsEnd(index):
                node = manager.IndexToNode(index)
                if node >= first:
                    answer[n].append(every[node - first][0])
                index = solution.Value(routing.NextVar(index))
    return answer


def main() -> None:
    name, path, seconds, seed, out = sys.argv[1:]
    problem = json.loads(Path(path).read_text())
    began = process_time()
    if name == "pyvrp":
        answer = pyvrp(problem, float(seconds), int(seed))
    elif name == "pyvrp-warm":
        warm = vroom(problem, 0)
        answer = pyvrp(problem, float(seconds) - (process_time() - began), int(seed), warm)
    elif name == "ortools":
        answer = ortools(problem, float(seconds))
    else:
        answer = vroom(problem, int(name.removeprefix("vroom-x")))
    Path(out).write_text(json.dumps({"routes": answer, "seconds": process_time() - began}))


if __name__ == "__main__":
    main()
