"""Plans of visits: Jemput's search beside PyVRP, VROOM, OR-Tools and two careful clerks.

    ./run bench planning                            office weeks, 1 and 10 CPU seconds, seeds 950 to 954
    ./run bench planning --kinds week-300 full-300 --seconds 1 10 60
    ./run bench planning --toptw FOLDER             team orienteering with time windows, m = 1 to 4
    ./run bench planning --month                    2,028 requests, 20 days, 4 teams
    ./run bench planning --desk                     re-plan and slot offer

Everybody gets the same instances (jemput plan generate), one core and the same CPU seconds, and the same
checker. Plans of peers are first laid on the exact schedule: what they could not model (kits, partners, for
two of them rests) makes visits fall out, and whoever still fits is put in at the shortest detour. Judged
level by level: mandatory, class 1, 2, 3, people, days waited, kilometres. The points (for gaps only) are 27,
9, 3 and 1 a person of class 1, 2, 3, 4, less 1,000 a mandatory visit missed and 1 per 100 km. Seeds below 900
are for tuning and are refused here unless --tune is given.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
ROOT = Path(__file__).resolve().parent.parent
BEST = Path(__file__).parent / "planning" / "best_known.json"
PEERS = ("vroom", "pyvrp", "pyvrp-warm", "ortools")
WEIGHTS = (27, 9, 3, 1)


def peers_python() -> Path | None:
    """A Python with the peers, made on demand and kept in var/."""
    home = Path(os.environ.get("JEMPUT_BENCH_PEERS", ROOT / "var" / "bench" / "planning-peers"))
    python = home / "bin" / "python"
    if not python.exists():
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
        made = subprocess.run([uv, "venv", "-q", "--python", sys.executable, home])
        wanted = ["pyvrp==0.14.1", "pyvroom==1.15.2", "ortools==9.15.6755", "pandas"]
        if (
            made.returncode
            or subprocess.run([uv, "pip", "install", "-q", "--python", python, *wanted]).returncode
        ):
            shutil.rmtree(home, ignore_errors=True)
            return None
    return python


def flat(model: Any) -> dict[str, Any]:
    """What a peer is told: rides, tours, windows by day, which tours may serve whom."""
    from jemput.planning.schedule import MANDATED, PEOPLE, PLACE, RANK, SERVICE

    p = model.problem
    visits = []
    for v, row in enumerate(p.visit.tolist()):
        tours = model.tour_mask(v)
        windows = {}
        for day in sorted({model.tours[t].day for t in tours}):
            spans = {
                tuple(map(int, w)) for way in p.way[slice(*p.ways[v, day])] for w in p.window[way[0] : way[1]]
            }
            windows[day] = sorted(spans)
        visits.append(
            {"place": row[PLACE], "service": row[SERVICE], "people": row[PEOPLE], "rank": row[RANK],
             "mandatory": row[MANDATED], "tours": tours, "windows": windows}
        )  # fmt: skip
    tours = [
        {"day": x[0], "kind": x[1], "start": x[2], "end": x[3], "opens": x[4], "closes": x[5],
         "rests": p.rest[t, : x[6]].tolist()}
        for t, x in enumerate(p.tour.tolist())
    ]  # fmt: skip
    ranks = 1 + max((v["rank"] for v in visits), default=0)
    return {
        "go": p.go.tolist(),
        "metres": p.metres.tolist(),
        "visits": visits,
        "tours": tours,
        "ranks": ranks,
    }


class Case:
    """An instance with everybody's plans."""

    def __init__(self, kind: str, seed: int, folder: Path, later: int = 0) -> None:
        from jemput.planning import generate, problem, world

        self.name, self.folder = f"{kind} {seed}", folder
        self.data = generate.generate(kind, seed)
        if later:  # they call only after the plan is made
            free = [v for v in self.data["visits"] if not v.get("needs", {}).get("skills")]
            self.later = free[:: len(free) // later][:later]
            self.data["visits"] = [v for v in self.data["visits"] if v not in self.later]
        self.model = problem.model(world.read(self.data))
        self.path: Path | None = None

    def judged(self, routes: Any) -> dict[str, Any]:
        """The score of routes, after the independent checker."""
        from jemput.planning import checker, plan

        made = plan.plan_of(self.model, routes)
        written = plan.to_json(made)
        score = checker.measure(self.data, written)
        points = sum(w * n for w, n in zip(WEIGHTS, score["served_by_class"], strict=True))
        return {
            "order": list(made.score.order()), "violations": len(checker.check(self.data, written)),
            "points": points - 1000 * score["missed"] - score["km"] / 100, **score,
        }  # fmt: skip

    def ours(self, seconds: float, seed: int) -> tuple[Any, float]:
        from jemput.planning import solve

        began = time.thread_time()
        found = solve.best(self.model, seconds=seconds, seed=seed)
        return found.routes, time.thread_time() - began

    def clerk(self, by_class: bool) -> tuple[Any, float]:
        from jemput.planning import moves, solve

        state = solve.new_state(self.model)
        began = time.thread_time()
        moves.clerk(self.model.problem, state, by_class)
        return solve.routes_of(state), time.thread_time() - began

    def peer(self, python: Path, name: str, seconds: float, seed: int) -> tuple[Any, float] | str:
        """Routes of a peer, laid on the exact schedule and filled up; or why there are none."""
        from jemput.planning import moves, search, solve

        if self.path is None:
            self.path = self.folder / f"{self.name.replace(' ', '-')}.json"
            self.path.write_text(json.dumps(flat(self.model)))
        out = self.folder / "answer.json"
        script = Path(__file__).parent / "planning" / "peer.py"
        run = subprocess.run(
            [python, script, name, self.path, str(seconds), str(seed), out], capture_output=True, text=True
        )
        if run.returncode:
            return (run.stderr.strip().splitlines() or ["it failed"])[-1][:100]
        answer = json.loads(out.read_text())
        state = solve.new_state(self.model)
        solve.load_routes(self.model, state, [[(v, -1) for v in route] for route in answer["routes"]])
        moves.fill(self.model.problem, state, self.model.knobs)
        search.keep_best(state)
        return solve.routes_of(state), answer["seconds"]


class Result(NamedTuple):
    """One plan of one engine."""

    engine: str
    effort: float | None
    """CPU seconds it was given; None: it stops by itself."""
    got: dict[str, Any]
    spent: float


def line(result: Result, best: float) -> str:
    got, gap = result.got, 100 * (best - result.got["points"]) / abs(best)
    classes = "/".join(map(str, got["served_by_class"][:3]))
    name = result.engine if result.effort is None else f"{result.engine} {result.effort:g} s"
    return (
        f"  {name:16} {result.spent:6.1f} s  missed {got['missed']:3}  class 1/2/3 {classes:>12}  "
        f"people {got['people']:4}  {got['km']:8.1f} km  points {got['points']:8.1f}  gap {gap:6.2f} %  "
        f"violations {got['violations']}"
    )


def everybody(case: Case, options: argparse.Namespace, python: Path | None, seed: int) -> list[Result]:
    """The plans of all engines for one instance."""
    results = []

    def peer(name: str, seconds: float | None) -> None:
        got = case.peer(python, name, seconds or 0, seed) if python else "no Python for peers"
        if isinstance(got, str):
            print(f"  {name}: left out, {got}")
        else:
            results.append(Result(name, seconds, case.judged(got[0]), got[1]))

    for name, by_class in (("clerk nearest", False), ("clerk by class", True)):
        routes, spent = case.clerk(by_class)
        results.append(Result(name, None, case.judged(routes), spent))
    if "vroom" in options.peers:
        for exploration in (0, 1, 3, 5):
            peer(f"vroom-x{exploration}", None)
    for seconds in options.seconds:
        for again in range(options.repeats):
            routes, spent = case.ours(seconds, seed * 10 + again)
            results.append(Result("jemput", seconds, case.judged(routes), spent))
        for name in options.peers:
            if name != "vroom":
                peer(name, seconds)
    return results


def duels(results: list[Result], seconds: float) -> Iterator[tuple[str, int]]:
    """(rival, 0 when our middle run is better, 1 worse, 2 equal) for all who used no more time."""
    mine = sorted(r.got["order"] for r in results if r.engine == "jemput" and r.effort == seconds)
    middle = mine[len(mine) // 2]
    for rival in results:
        fair = rival.effort == seconds or (rival.effort is None and rival.spent <= seconds)
        if rival.engine != "jemput" and fair:
            order = rival.got["order"]
            yield f"{rival.engine} at {seconds:g} s", 2 if middle == order else int(middle > order)


def weighted(got: dict[str, Any]) -> int:
    """Priority served: people by the weight of their class."""
    return sum(w * n for w, n in zip(WEIGHTS, got["served_by_class"], strict=True))


def weeks(options: argparse.Namespace, folder: Path) -> None:
    """Every kind, seed and effort, and who comes first."""
    best = json.loads(BEST.read_text()) if BEST.exists() else {}
    python = peers_python() if options.peers else None
    gaps: dict[str, list[float]] = {}
    counts: dict[str, list[int]] = {}
    gains: list[tuple[float, float]] = []
    for kind, seed in product(options.kinds, options.seeds):
        case = Case(kind, seed, folder)
        results = everybody(case, options, python, seed)
        for got in (r.got for r in results if not r.got["violations"]):
            known = best.get(case.name)
            if known is None or got["order"] < known["order"]:
                best[case.name] = {k: got[k] for k in ("order", "points", "people", "missed", "km")}
        top = best[case.name]["points"]
        print(f"{case.name}: {len(case.model.world.visits)} requests, {len(case.model.tours)} tours")
        for result in results:
            print(line(result, top), flush=True)
            name = result.engine if result.effort is None else f"{result.engine} {result.effort:g} s"
            gaps.setdefault(name, []).append(100 * (top - result.got["points"]) / abs(top))
        for seconds in options.seconds:
            for name, outcome in duels(results, seconds):
                counts.setdefault(name, [0, 0, 0])[outcome] += 1
        ours = next(r.got for r in reversed(results) if r.engine == "jemput")
        near, classy = results[0].got, results[1].got
        gains.append((ours["people"] / max(near["people"], 1), weighted(ours) / max(weighted(classy), 1)))
    print("\nmean gap to the best known, by points")
    for name, values in gaps.items():
        mean = statistics.mean(values)
        print(f"  {name:18} {mean:6.2f} %  worst {max(values):6.2f} %  ({len(values)} plans)")
    print("\nlevel by level, Jemput (the middle one of its runs) is better / worse / equal")
    for name, (won, lost, tied) in counts.items():
        print(f"  {name:24} {won:3} {lost:3} {tied:3}")
    people, priority = (statistics.mean(x) for x in zip(*gains, strict=True))
    print(
        f"\npeople x {people:.3f} of the clerk nearest first, priority x {priority:.3f} of the clerk by class"
    )
    if options.keep:
        BEST.write_text(json.dumps(dict(sorted(best.items())), indent=1) + "\n")


def orienteering(options: argparse.Namespace) -> None:
    """TOPTW: our scores, checked node by node; gaps to the best score of this run and of the kept file."""
    from planning import toptw

    from jemput.planning import solve

    kept = BEST.with_name("toptw_best.json")
    best = json.loads(kept.read_text()) if kept.exists() else {}
    gaps: dict[float, list[float]] = {s: [] for s in options.seconds}
    paths = sorted(options.toptw.glob("*.txt"))
    if not paths:
        sys.exit(f"No TOPTW instances in {options.toptw}.")
    for path in paths[:: options.every]:
        for tours in options.tours:
            model = toptw.model(path, tours)
            name, scores = f"{path.stem} m={tours}", {}
            for seconds in options.seconds:
                found = solve.best(model, seconds=seconds, seed=options.seeds[0])
                scores[seconds] = toptw.check(path, [[v for v, _way in route] for route in found.routes])
            best[name] = max(best.get(name, 0), *scores.values())
            for seconds, score in scores.items():
                gaps[seconds].append(100 * (best[name] - score) / max(best[name], 1))
            print(
                f"  {name:12} best {best[name]:6}  " + "  ".join(f"{s:g} s {x}" for s, x in scores.items()),
                flush=True,
            )
    for seconds, values in gaps.items():
        mean = statistics.mean(values)
        print(f"mean gap at {seconds:g} CPU s: {mean:.2f} %, worst {max(values):.2f} % ({len(values)} cases)")
    if options.keep:
        kept.write_text(json.dumps(dict(sorted(best.items())), indent=1) + "\n")


def desk(options: argparse.Namespace, folder: Path) -> None:
    """Three urgent calls at ten on Tuesday, and offers of half-days to callers."""
    from dataclasses import replace

    from jemput.planning import checker, offer, plan, replanning, world

    kept, times, offers, took = [], [], [], []
    for kind in options.kinds:
        for seed in options.seeds:
            case = Case(kind, seed, folder, later=3)
            made = plan.plan_of(case.model, case.ours(max(options.seconds), seed)[0])
            world_now = case.model.world
            for caller in world_now.visits[:20]:
                began = time.thread_time()
                offer.offers(world_now, made, replace(caller, id="caller", service=15))
                offers.append(1000 * (time.thread_time() - began))
            data = json.loads(json.dumps(case.data))
            today = data["days"][1]
            urgent = [v["id"] for v in case.later]
            for caller in case.later:
                known = {
                    k: v for k, v in caller.items() if k not in ("windows", "needs", "promise", "deadline")
                }
                asked = {"mandatory": True, "priority": 1, "service_minutes": 20}
                data["visits"].append(known | asked | {"earliest": today, "latest": today})
            for place in data["places"]:
                if place["id"] in {v["place"] for v in case.later}:
                    place.pop("access", None)
            began = time.thread_time()
            new = replanning.replan(world.read(data), made, now=(today, 600), seconds=0.9)
            times.append(time.thread_time() - began)
            kept.append(new.kept / (new.kept + len(new.moved)))
            took.append(sum(id not in new.plan.unplanned for id in urgent))
            broken = checker.check(data, plan.to_json(new.plan))
            print(
                f"  {case.name}: {took[-1]} of 3 urgent calls, {100 * kept[-1]:.1f} % of "
                f"{new.kept + len(new.moved)} promises kept, {times[-1]:.2f} CPU s, violations {len(broken)}"
            )
    offers.sort()
    print(
        f"re-plan: {sum(took)} of {3 * len(took)} urgent calls on the same day; promises kept mean "
        f"{100 * statistics.mean(kept):.1f} %, worst {100 * min(kept):.1f} %, {max(times):.2f} CPU s at most"
    )
    print(
        f"slot offer: median {offers[len(offers) // 2]:.1f} ms, 95 % {offers[int(len(offers) * 0.95)]:.1f} ms"
    )


def month(options: argparse.Namespace, folder: Path) -> None:
    """2,028 requests: how near to a run of 300 CPU seconds."""
    python = peers_python() if options.peers else None
    for seed in options.seeds:
        case = Case("month-2028", seed, folder)
        results = []
        for name, by_class in (("clerk nearest", False), ("clerk by class", True)):
            routes, spent = case.clerk(by_class)
            results.append(Result(name, None, case.judged(routes), spent))
        if python and "vroom" in options.peers:
            got = case.peer(python, "vroom-x0", 0, seed)
            if not isinstance(got, str):
                results.append(Result("vroom-x0", None, case.judged(got[0]), got[1]))
        for seconds in options.seconds:
            routes, spent = case.ours(seconds, seed)
            results.append(Result("jemput", seconds, case.judged(routes), spent))
        top = max(r.got["points"] for r in results)
        print(case.name)
        for result in results:
            print(line(result, top), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kinds", nargs="+", default=["week-40", "week-80", "week-300"])
    parser.add_argument("--seeds", nargs="+", type=int, default=list(range(950, 955)))
    parser.add_argument("--seconds", nargs="+", type=float, default=[1.0, 10.0])
    parser.add_argument("--repeats", type=int, default=1, help="runs of ours per instance and effort")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--toptw", type=Path)
    parser.add_argument("--tours", nargs="+", type=int, default=[1, 2, 3, 4])
    parser.add_argument("--every", type=int, default=1, help="every n-th TOPTW file")
    parser.add_argument("--month", action="store_true")
    parser.add_argument("--desk", action="store_true")
    parser.add_argument("--tune", action="store_true", help="allow seeds below 900")
    parser.add_argument("--keep", action="store_true", help="write the best-known files")
    options = parser.parse_args()
    if not options.tune and min(options.seeds) < 900:
        sys.exit("Seeds below 900 are for tuning: say --tune.")
    from jemput.planning import solve
    from jemput.planning.jit import COMPILED

    began = time.thread_time()
    solve.warm_up()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; numba {'yes' if COMPILED else 'no'}, "
          f"ready after {time.thread_time() - began:.1f} CPU s; seeds {options.seeds}")  # fmt: skip
    folder = Path(tempfile.mkdtemp(prefix="jemput-bench-planning-"))
    try:
        if options.toptw:
            orienteering(options)
        elif options.month:
            month(options, folder)
        elif options.desk:
            desk(options, folder)
        else:
            weeks(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB; "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
