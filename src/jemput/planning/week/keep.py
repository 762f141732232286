"""A week's plan is kept here: its versions, the sealed instance, and nothing that breaks a rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jemput.accounts.models import Account, Office
from jemput.core.text import BadInput, Words, _
from jemput.journal import open_office
from jemput.journal.models import Stream
from jemput.journal.read import stream_key
from jemput.journal.seal import derive, new_salt, seal, unseal
from jemput.planning.build import PART
from jemput.planning.checker import Violation, check
from jemput.planning.week.models import Change, WeekPlan, WeekVersion, WeekWorld
from jemput.planning.week.told import Told, told

JSON = dict[str, Any]
ALL_DAY = ["00:00", "24:00"]
KEPT = 60
"""So many versions keep their plan; of older ones it is known who changed what, but not the whole plan."""


class Stale(BadInput):
    """Somebody else has changed the plan since it was seen. ``newer`` is how it stands now."""

    def __init__(self, newer: WeekPlan) -> None:
        self.newer = newer
        super().__init__(
            _("%(who)s has changed this plan meanwhile. Nothing of yours was done yet: look, then repeat."),
            who=newer.now.by.name,
        )


class Breaks(BadInput):
    """The plan would break rules; it was not saved."""

    def __init__(self, violations: list[Violation]) -> None:
        self.violations = violations
        first = violations[0].words if violations else ""
        super().__init__(
            _("The independent check refuses this plan, so it was not saved: %(what)s."), what=first
        )


# ---- reading ------------------------------------------------------------------------------------------


def current(office: Office, monday: date) -> WeekPlan | None:
    """The plan of a week; None where none was made."""
    return WeekPlan.objects.filter(office=office, monday=monday, version__gt=0).first()


@dataclass(frozen=True)
class Instance:
    """What a plan was made from."""

    data: JSON
    """The instance (jemput-planning/1) as it was built; ``world_of`` adds what holds by now."""
    notices: tuple[Words, ...] = ()


def instance_of(week: WeekPlan) -> Instance:
    """The instance as it was built. Raises keys.Locked."""
    return opened(week.now.world)


def opened(world: WeekWorld) -> Instance:
    """What is sealed in a kept instance. Raises keys.Locked."""
    week = world.week
    _salt, kept = unseal(_key(week.office_id), _place(week.pk), bytes(world.sealed))
    return Instance(kept["data"], tuple(words_of(n) for n in kept["notices"]))


def world_of(week: WeekPlan, known: Mapping[str, Told] | None = None) -> JSON:
    """The instance with what holds today: promises of the journal, locks, and what the scheduler changed.

    ``known`` spares asking the journal again. Raises keys.Locked.
    """
    data = instance_of(week).data
    if known is None:
        known = told([v["id"] for v in data["visits"]])
    return arranged(data, week.plan, week.locked, week.freed, known)


def arranged(
    data: JSON, plan: Mapping[str, Any], locked: Collection[str], freed: Collection[str],
    known: Mapping[str, Told],
) -> JSON:  # fmt: skip
    """An instance in which what was promised, locked or freed is so."""
    at = {s["visit"]: tour for tour in plan["tours"] for s in tour["stops"]}
    visits = []
    for visit in data["visits"]:
        one, id = dict(visit), visit["id"]
        said = known[id].promised if id in known else None
        if said and said.day.isoformat() in data["days"]:
            one["promise"] = {"day": said.day.isoformat(), "window": list(PART[said.part])}
            one.pop("earliest", None), one.pop("latest", None), one.pop("windows", None)
        if id in freed and one.pop("promise", None):
            one["mandatory"] = True
        if id in locked and id in at:
            day, promise = at[id]["day"], one.get("promise")
            window = promise["window"] if promise and promise["day"] == day else ALL_DAY
            one["promise"] = {"day": day, "team": at[id]["team"], "window": window}
            if promise is None and "suits" in one:  # a lock knows the day alone: the hours still must suit
                one["windows"] = one.pop("suits")
        visits.append(one)
    return data | {"visits": visits}


def told_windows(week: WeekPlan, known: Mapping[str, Told] | None = None) -> dict[str, Any]:
    """What each person of the week was told: visit -> (day, (from, to)), as ``planning.replan`` takes it."""
    known = told(visits_in(week.plan)) if known is None else known
    return {
        visit: (one.promised.day.isoformat(), minutes(PART[one.promised.part]))
        for visit, one in known.items()
        if one.promised
    }


def visits_in(plan: Mapping[str, Any]) -> list[str]:
    """The visits that a plan serves, in its order."""
    return [s["visit"] for tour in plan["tours"] for s in tour["stops"]]


def minutes(span: tuple[str, str]) -> tuple[int, int]:
    """From and to in minutes from midnight."""
    begins, ends = (int(t[:2]) * 60 + int(t[3:]) for t in span)
    return begins, ends


# ---- saving -------------------------------------------------------------------------------------------


def save(
    office: Office, monday: date, plan: JSON, by: Account, what: Change, *, seen: int,
    data: JSON, world: WeekWorld | Instance, visits: Collection[str] = (),
    locked: Collection[str] = (), freed: Collection[str] = (), before: int | None = -1,
) -> WeekPlan:  # fmt: skip
    """Keep a plan as the newest version, once the independent checker has nothing against it.

    ``seen``: the version that its author saw (0: none). ``data``: the instance that it is checked against;
    ``world``: the kept one that it goes with, or one to keep. Raises Stale, Breaks, keys.Locked.
    """
    if violations := check(data, plan):
        raise Breaks(violations)
    with transaction.atomic():
        week, _new = WeekPlan.objects.get_or_create(office=office, monday=monday)
        if not WeekPlan.objects.filter(pk=week.pk, version=seen).update(version=seen + 1):
            raise Stale(WeekPlan.objects.get(pk=week.pk))
        week.version = seen + 1
        if isinstance(world, Instance):
            world = WeekWorld.objects.create(week=week, sealed=sealed(week, world), made_at=timezone.now())
        served = set(visits_in(plan))
        WeekVersion.objects.create(
            week=week, number=week.version, before=(seen or None) if before == -1 else before, world=world,
            plan=plan, locked=sorted(served & set(locked)), freed=sorted(set(freed)), what=what.value,
            visits=sorted(visits), by=by, at=timezone.now(),
        )  # fmt: skip
        _thin_out(week)
    return week


def undo(week: WeekPlan, by: Account) -> WeekPlan:
    """Go back to the version before this one, as a new version. Raises BadInput, Stale, Breaks."""
    back = week.now.before
    target = week.versions.select_related("world").filter(number=back).first() if back else None
    if target is None or not target.plan:
        raise BadInput(_("There is nothing to undo."))
    past = WeekPlan(pk=week.pk, office=week.office, monday=week.monday, version=target.number)
    past.now = target
    return save(
        week.office, week.monday, target.plan, by, Change.UNDONE, seen=week.version, data=world_of(past),
        world=target.world, visits=week.now.visits, locked=target.locked, freed=target.freed,
        before=target.before,
    )  # fmt: skip


def _thin_out(week: WeekPlan) -> None:
    """Old versions keep who changed what; an instance goes once no whole plan needs it."""
    old = week.versions.filter(number__lte=week.version - KEPT).exclude(number=week.published_version or 0)
    newest = week.versions.get(number=week.version).world_id
    old.exclude(plan={}).update(plan={}, world=newest)
    week.worlds.exclude(pk__in=week.versions.values("world")).delete()


# ---- words as JSON -------------------------------------------------------------------------------------


def plain_of(words: Words) -> JSON:
    """Words as JSON values."""
    params = {k: plain_of(v) if isinstance(v, Words) else v for k, v in words.params.items()}
    return {"message": words.message, "params": params}


def words_of(kept: Mapping[str, Any]) -> Words:
    """Words that ``plain_of`` made plain."""
    params = {k: words_of(v) if isinstance(v, dict) else v for k, v in kept["params"].items()}
    return Words(kept["message"], params)


# ---- sealing ------------------------------------------------------------------------------------------


def sealed(week: WeekPlan, instance: Instance) -> bytes:
    """An instance under the key of the office's own journal. Raises keys.Locked."""
    kept = {"data": instance.data, "notices": [plain_of(n) for n in instance.notices]}
    return seal(_key(week.office_id), _place(week.pk), new_salt(), kept)


def _key(office: str) -> bytes:
    key = stream_key(Stream.objects.get(id=open_office(office)))
    assert key is not None  # an office is never forgotten
    return derive(key, "week plan", 32)


def _place(week: UUID) -> bytes:
    return b"week plan" + week.bytes
