"""What tests of plans share."""

from collections.abc import Callable
from typing import Any

import pytest

Json = dict[str, Any]


@pytest.fixture
def planned() -> Callable[..., Any]:
    """Plan a world with a fixed effort, checked; gives (model, plan)."""
    from jemput.planning import checker, plan, problem, solve, world

    def planned(data: Json, rounds: int = 300, seed: int = 1) -> Any:
        model = problem.model(world.read(data))
        made = plan.plan_of(model, solve.best(model, rounds=rounds, seed=seed).routes)
        assert checker.check(data, plan.to_json(made)) == []
        return model, made

    return planned
