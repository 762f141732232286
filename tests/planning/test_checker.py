"""The checker finds each way in which a plan can be wrong."""

from copy import deepcopy
from typing import Any

import pytest

from jemput.planning import checker, plan, problem, solve, world
from tests.planning.offices import office, team, visit


@pytest.fixture(scope="module")
def good() -> tuple[Any, Any]:
    data = office(
        days=["2026-11-23", "2026-11-24"],
        vehicles=[{"id": "car", "kind": "car"}, {"id": "van", "kind": "car"}],
        teams=[
            team("one", members=[{"id": "a", "skills": ["odgj"]}],
                 breaks=[{"kind": "lunch", "begins": ["11:30", "13:00"], "minutes": 45}]),
            team("two", "van"),
        ],
        kits=[{"id": "kit", "kind": "biometric", "people_per_day": 2}],
        partners=[{"id": "nurse", "roles": ["health"], "hours": {"*": [["08:00", "12:00"]]}}],
        visits=[
            visit("trained", needs={"skills": ["odgj"]}, earliest="2026-11-23", latest="2026-11-23"),
            visit("kit", "km-20", needs={"kits": ["biometric"]}),
            visit("nurse", "km-30", needs={"partners": ["health"]}, windows={"*": [["09:00", "10:30"]]}),
            visit("told", "km-40",
                promise={"day": "2026-11-23", "window": ["13:00", "14:00"], "team": "one"}
            ),
            visit("long", "km-50", minutes=150), visit("longer", "km-10", minutes=200),
        ],
    )  # fmt: skip
    model = problem.model(world.read(data))
    made = plan.to_json(plan.plan_of(model, solve.best(model, rounds=300).routes))
    assert checker.check(data, made) == []
    assert made["unplanned"] == []
    return data, made


def stop_of(made: Any, visit: str) -> tuple[Any, Any]:
    return next((t, s) for t in made["tours"] for s in t["stops"] if s["visit"] == visit)


def shift(stop: Any, minutes: int) -> None:
    for name in ("arrives", "starts", "ends"):
        hours, rest = map(int, stop[name].split(":"))
        stop[name] = plan.clock(hours * 60 + rest + minutes)


def twice(data: Any, made: Any) -> None:
    made["tours"].append(deepcopy(made["tours"][0]))


SPOILT: dict[str, Any] = {
    "skill": lambda d, m: d["teams"][0]["members"].clear(),
    "date": lambda d, m: d["visits"][0].update(latest="2026-11-22"),
    "kit": lambda d, m: stop_of(m, "kit")[0].update(kits=[]),
    "kit worn out": lambda d, m: d["kits"][0].update(people_per_day=0),
    "partner": lambda d, m: stop_of(m, "nurse")[0].update(partners=[]),
    "window": lambda d, m: d["visits"][2].update(windows={"*": [["14:00", "15:00"]]}),
    "promise": lambda d, m: d["visits"][3]["promise"].update(window=["08:00", "08:10"]),
    "service": lambda d, m: stop_of(m, "long")[1].update(ends="14:59"),
    "road": lambda d, m: shift(stop_of(m, "told")[1], -90),
    "break": lambda d, m: [t["breaks"].clear() for t in m["tours"]],
    "shift": lambda d, m: m["tours"][0].update(returns="15:01"),
    "access": lambda d, m: d["places"][5].update(access=["boat"]),
    "off": lambda d, m: d["teams"][0].update(days=["2026-11-24"]),
    "vehicle": lambda d, m: stop_of(m, "told")[0].update(vehicle="van"),
    "list": lambda d, m: m["unplanned"].append("long"),
    "twice": twice,
    "shared team": twice,
    "unknown": lambda d, m: stop_of(m, "long")[1].update(visit="nobody"),
}


@pytest.mark.parametrize("code", SPOILT)
def test_a_spoilt_plan_is_refused_by_name(good: tuple[Any, Any], code: str) -> None:
    data, made = deepcopy(good)
    SPOILT[code](data, made)
    assert code in {v.code for v in checker.check(data, made)}


def test_the_checker_shares_no_line_with_the_search() -> None:
    import ast
    from pathlib import Path

    tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
    imported = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {m for m in imported if m.startswith("jemput")} == {"jemput.core.text"}
