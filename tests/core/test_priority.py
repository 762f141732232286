"""Who comes first: emergencies always, the old and the ill before others, and nobody waits for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.codes import Group, Urgency
from jemput.core.dates import AgeBand
from jemput.core.priority import Rank, priority

URGENCIES, AGES = st.sampled_from(Urgency), st.sampled_from(AgeBand)
GROUPS = st.sets(st.sampled_from(Group), max_size=3)
DAYS = st.integers(-5, 3000)


@pytest.mark.parametrize(
    ("urgency", "days", "age", "groups", "rank"),
    [
        (Urgency.EMERGENCY, 0, AgeBand.ADULT, (), Rank.AT_ONCE),
        (Urgency.HIGH, 0, AgeBand.OLDEST, (), Rank.FIRST),
        (Urgency.HIGH, 0, AgeBand.ADULT, (Group.MENTAL_DISORDER,), Rank.FIRST),
        (Urgency.HIGH, 0, AgeBand.ADULT, (), Rank.SOON),
        (Urgency.NORMAL, 0, AgeBand.OLDEST, (Group.FRAIL_ELDERLY,), Rank.SOON),
        (Urgency.NORMAL, 0, AgeBand.ADULT, (Group.NO_TIME,), Rank.IN_TURN),
        (Urgency.NORMAL, 365, AgeBand.ADULT, (), Rank.FIRST),
    ],
)
def test_the_rank_of_people_as_an_office_meets_them(
    urgency: Urgency, days: int, age: AgeBand, groups: tuple[Group, ...], rank: Rank
) -> None:
    assert priority(urgency, days, age, groups).rank is rank


@given(DAYS, AGES, GROUPS, URGENCIES.filter(lambda u: u is not Urgency.EMERGENCY), DAYS, AGES, GROUPS)
def test_an_emergency_comes_before_everybody_else(
    days: int, age: AgeBand, groups: set[Group], urgency: Urgency, longer: int, old: AgeBand, more: set[Group]
) -> None:
    assert priority(Urgency.EMERGENCY, days, age, groups).order < priority(urgency, longer, old, more).order


@given(URGENCIES, DAYS, AGES, GROUPS, st.integers(0, 500))
def test_waiting_longer_never_puts_somebody_back(
    urgency: Urgency, days: int, age: AgeBand, groups: set[Group], more: int
) -> None:
    now, later = priority(urgency, days, age, groups), priority(urgency, days + more, age, groups)
    assert later.order <= now.order


@given(URGENCIES, AGES, GROUPS)
def test_nobody_starves(urgency: Urgency, age: AgeBand, groups: set[Group]) -> None:
    """Whoever waits long enough comes before a fresh case of everything but an emergency."""
    fresh = priority(Urgency.HIGH, 0, age, groups)
    assert priority(Urgency.NORMAL, 7 * 41, age, groups).order < fresh.order
    assert priority(urgency, 400, age, groups).rank in (Rank.AT_ONCE, Rank.FIRST)


@given(URGENCIES, DAYS, AGES, GROUPS)
def test_every_point_has_a_reason(urgency: Urgency, days: int, age: AgeBand, groups: set[Group]) -> None:
    found = priority(urgency, days, age, groups)
    assert bool(found.because) == bool(found.points or urgency is Urgency.EMERGENCY)
