"""Who is forgotten leaves the kept instances of plans, with the place where they live.

The plan itself holds ids alone; a visit that leads to nobody leaves it when it is brought up to date.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from jemput.journal.models import Stream
from jemput.journal.read import chunks
from jemput.planning.week import keep
from jemput.planning.week.models import WeekWorld
from jemput.planning.week.told import parts


def forget_erased() -> None:
    """Take those whose key was destroyed out of every kept instance. Raises keys.Locked."""
    if WeekWorld._meta.db_table not in connection.introspection.table_names():
        return  # a backup of before there were plans
    for world in WeekWorld.objects.select_related("week"):
        instance = keep.opened(world)
        gone = _gone({parts(v["id"])[0] for v in instance.data["visits"]})
        if not gone:
            continue
        data = instance.data
        visits = [v for v in data["visits"] if parts(v["id"])[0] not in gone]
        needed = {v["place"] for v in visits}
        homes = {v["place"] for v in data["visits"] if v["place"].startswith("at-")}
        data |= {
            "visits": visits,
            "places": [p for p in data["places"] if p["id"] in needed or p["id"] not in homes],
        }
        _without_tables(data)
        world.sealed = keep.sealed(world.week, keep.Instance(data, instance.notices))
        world.save(update_fields=["sealed"])


def _gone(cases: set[UUID]) -> set[UUID]:
    there: set[UUID] = set()
    for some in chunks(cases):
        there |= set(
            Stream.objects.filter(pk__in=some, wrapped_key__isnull=False).values_list("pk", flat=True)
        )
    return cases - there


def _without_tables(data: keep.JSON) -> None:
    """Tables of a route server are by the place's number: without a place they would say something else."""
    data["travel"] = {k: v for k, v in data["travel"].items() if k not in ("minutes", "km")}
