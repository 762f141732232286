"""From the journal to a week's plan: build, search, check, keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from jemput import planning
from jemput.accounts.models import Account, Office
from jemput.core.text import BadInput, Words, _
from jemput.planning.build import Built, built, working_days
from jemput.planning.solve import Progress
from jemput.planning.wanted import wanted
from jemput.planning.week import keep
from jemput.planning.week.keep import Instance, arranged, visits_in
from jemput.planning.week.models import Change, WeekPlan
from jemput.planning.week.told import Told, told

JSON = dict[str, Any]
SECONDS = 10.0
SEED = 1
TOO_LATE = 10
"""From this hour on today is planned no more: what happens today is a matter of planning anew."""
TO_LEAVE = timedelta(minutes=15)
REST = Words(_("Today is under way: only the days from %(day)s on were planned."))


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def make(
    office: Office, monday: date, by: Account, *, seen: int, seconds: float | None = SECONDS,
    rounds: int | None = None, seed: int = SEED, now: datetime | None = None,
    stop: Callable[[], bool] | None = None, watch: Callable[[int, int, float], None] | None = None,
) -> WeekPlan:  # fmt: skip
    """Plan a week afresh and keep it. Locked visits stay with their team and day; promises are kept.

    ``seen``: the version on the screen (0: none). ``watch`` is told (people served, people waiting, seconds)
    whenever there is a better plan; ``stop`` is asked some twenty times a second. The same journal, rounds
    and seed give the same plan. Raises BadInput (no day left), keep.Stale, keep.Breaks, keys.Locked.
    """
    week = keep.current(office, monday)
    made, days = instance_for(office, monday, now or timezone.now())
    known = told([v["id"] for v in made.data["visits"]])
    locked, freed = (week.locked, week.freed) if week else (frozenset(), frozenset())
    before: Mapping[str, Any] = week.plan if week else {"tours": [], "past": []}
    data = arranged(made.data, before, locked, freed, known)
    model = planning.model(planning.read(data))
    people = sum(v.people for v in model.world.visits)
    last: Progress | None = None
    for last in planning.improve(
        model, seconds=None if rounds else seconds, rounds=rounds, seed=seed, stop=stop
    ):
        if watch:
            watch(planning.plan_of(model, last.routes).score.people, people, last.seconds)
    assert last is not None  # the search gives at least the careful clerk's plan
    best = planning.plan_of(model, last.routes)
    plan = planning.to_json(best, seed=seed, rounds=last.rounds, past=past_tours(before, days[0]))
    return keep.save(
        office, monday, plan, by, Change.PLANNED, seen=seen, data=data,
        world=Instance(made.data, made.notices), locked=locked, freed=freed,
    )  # fmt: skip


def instance_for(office: Office, monday: date, now: datetime) -> tuple[Built, list[date]]:
    """The instance of what is left of a week, and its days. Raises BadInput when no day is left."""
    local = timezone.localtime(now, office.zone)
    week = working_days(office, monday)
    days = [d for d in week if d > local.date() or (d == local.date() and local.hour < TOO_LATE)]
    if not days:
        raise BadInput(
            _("No working day of this week is left to plan.") if week
            else _("No team works on any day of this week.")
        )  # fmt: skip
    made = built(office, days, now)
    if days[0] == local.date():
        _leave_later(made.data, local)
    notices = made.notices
    if days[0] != week[0]:
        notices = (*notices, Words(REST.message, {"day": days[0].isoformat()}))
    return Built(made.data, made.visits, notices, made.approximate), days


def _leave_later(data: JSON, local: datetime) -> None:
    """Today nobody leaves before the plan is there."""
    earliest = f"{local + TO_LEAVE:%H:%M}"
    for team in data["teams"]:
        begins, ends = team["shift"]["*"]
        if begins < earliest < ends:
            team["shift"][data["days"][0]] = [earliest, ends]


def past_tours(plan: Mapping[str, Any], first: date) -> list[JSON]:
    """Tours of days before the first that is planned now, those of still earlier plans included."""
    tours = [*plan.get("past", []), *plan["tours"]]
    return [t for t in tours if t["day"] < first.isoformat()]


def refresh(week: WeekPlan, by: Account, *, now: datetime | None = None) -> WeekPlan:
    """Bring a plan up to date with the cases, without a search: who is gone leaves, all others stay.

    Raises BadInput, keep.Stale, keep.Breaks, keys.Locked.
    """
    made, days = instance_for(week.office, week.monday, now or timezone.now())
    known = told([v["id"] for v in made.data["visits"]])
    data = arranged(made.data, week.plan, week.locked, week.freed, known)
    model = planning.model(planning.read(data), to_search=False)
    old = planning.from_json(week.plan)
    fresh = planning.plan_of(model, planning.routes_in(model, old))
    plan = planning.to_json(fresh, **kept_beside(week.plan) | {"past": past_tours(week.plan, days[0])})
    gone = set(visits_in(week.plan)) - set(visits_in(plan))
    return keep.save(
        week.office, week.monday, plan, by, Change.REFRESHED, seen=week.version, data=data,
        world=Instance(made.data, made.notices), visits=gone, locked=week.locked, freed=week.freed,
    )  # fmt: skip


def kept_beside(plan: Mapping[str, Any]) -> JSON:
    """What stands beside the tours of a plan and goes over into its next version."""
    return {name: plan[name] for name in ("seed", "rounds", "past") if name in plan}


@dataclass(frozen=True)
class News:
    """How the cases have moved on since the instance was built."""

    gone: tuple[str, ...]
    """Visits of the plan that nobody waits for any more: ended, merged, promised for another week."""
    new: tuple[str, ...]
    """Visits that wait now and were not known."""


def news(week: WeekPlan, data: Mapping[str, Any], known: Mapping[str, Told], now: datetime) -> News:
    """Whether the plan is older than the cases; ``data`` and ``known`` as of ``keep.world_of``."""
    days = [date.fromisoformat(d) for d in data["days"]]
    waiting = {w.id for w in wanted(week.office, days[-1], now)}
    had = {v["id"] for v in data["visits"]}
    done = {visit for visit, one in known.items() if one.begun_since(week.begins)}
    gone = [v for v in visits_in(week.plan) if v not in waiting and v not in done]
    return News(tuple(gone), tuple(sorted(waiting - had)))
