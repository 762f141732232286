"""What belongs on a device: the one place that says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jemput.accounts.access import in_area
from jemput.accounts.sensitive import sees
from jemput.core import areas
from jemput.core.codes import Duty
from jemput.core.entries import KINDS, Entry
from jemput.journal.feeds import VILLAGE
from jemput.journal.models import CaseRow, EntryRow, Feed, FeedRow
from jemput.sync.models import Device

KEPT = timedelta(days=30)
"""How long a case that has ended stays on a device."""
_PLACING = ("reported", "person_described", "corrected")
"""Kinds of entries that say where a case lies."""


def feeds(device: Device) -> list[str]:
    """The feeds that a device reads, by id: the villages of its area, as far as there is something."""
    area = device.assignment.area
    if len(area) >= VILLAGE:
        return [area[:VILLAGE]]
    found = Feed.objects.filter(id__gte=f"{area}.", id__lt=f"{area}/").order_by("id")
    return list(found.values_list("id", flat=True))


def reads(device: Device, feed: str) -> bool:
    """Whether a feed of cases is among these."""
    area = device.assignment.area
    return feed == area[:VILLAGE] if len(area) >= VILLAGE else areas.covers(area, feed)


def cases(device: Device, feed: str, now: datetime, since: int | None = None) -> QuerySet[CaseRow]:
    """The cases of a feed that belong on the device now, by their ids.

    And those with rows after ``since``, where it has begun to read: of a case that ended meanwhile it is
    going to get the end, and needs the rest.
    """
    area = device.assignment.area
    narrowest = area if len(area) > len(feed) else feed
    wanted = (Q(is_open=True) | Q(last_at__gte=now - KEPT)) & Q(merged_into=None)
    if since is not None:
        rows = FeedRow.objects.filter(feed_id=feed, seq__gt=since)
        wanted |= Q(stream_id__in=rows.values("stream_id"))
    return CaseRow.objects.filter(wanted, in_area(narrowest)).order_by("stream_id")


def holds(device: Device, area: str) -> bool:
    """Whether a case in this area belongs on the device."""
    return areas.covers(device.assignment.area, area)


def may_write(device: Device, entry: Entry, areas_of: dict[UUID, str]) -> bool:
    """Whether an entry is this device's own, about a case that is, or once was, in its area, or that its
    officer reported.

    What happened in the field is taken even where the rules forbid it; this is not about the rules.
    """
    if (entry.device, entry.actor, entry.duty) != (
        device.id,
        device.assignment.account.actor,
        device.duty,
    ):
        return False
    area = areas_of.get(entry.stream) or getattr(entry.body, "area", None)
    if area is None:
        return True  # a case that is not here yet; its id, nobody but who wrote in it knows
    if not areas.covers(device.assignment.office_id, area):
        return False
    if entry.kind == "reported" or holds(device, area):
        return True
    # Not by its feeds: of an RW, that is the whole village's.
    placing = EntryRow.objects.filter(stream=entry.stream, kind__in=_PLACING)
    for kind, actor, clear in placing.values_list("kind", "actor", "clear"):
        named = clear.get("area") or (clear.get("clear_values") or {}).get("area")
        if (kind, actor) == ("reported", entry.actor) or (named and holds(device, named)):
            return True
    return False


def areas_of(streams: Iterable[UUID]) -> dict[UUID, str]:
    """Where these cases are now."""
    return dict(CaseRow.objects.filter(pk__in=list(streams)).values_list("stream_id", "area"))


def visible(duty: Duty, kind: str, sealed: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The sealed part of an entry as far as the duty needs it, and the names of what was left out."""
    hidden = [name for name, value in sealed.items() if value is not None and not sees(duty, name, kind)]
    shown = {name: value for name, value in sealed.items() if name not in hidden}
    if new := shown.get("sealed_values"):  # a correction tells no more than what it corrects
        shown["sealed_values"] = {name: value for name, value in new.items() if sees_anywhere(duty, name)}
    return shown, sorted(hidden)


def sees_anywhere(duty: Duty, name: str) -> bool:
    """Whether a duty sees a field of this name in whatever kind of entry it stands."""
    return all(sees(duty, name, kind) for kind in KINDS)
