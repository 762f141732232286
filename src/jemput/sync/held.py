"""Where something of a person who was forgotten may still lie: on which devices, and how long it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from jemput.core.text import _
from jemput.journal.models import FeedRow
from jemput.sync import scope
from jemput.sync.models import Device


class Why(Enum):
    """What is to be expected of a device; the words that `jemput erase` says."""

    AWAITED = _(
        "%(device)s has not confirmed yet: it does when it next calls. Else it shows nothing after %(day)s."
    )
    UNHEARD = _(
        "%(device)s was withdrawn, or its duty has ended: the cases go from it when it next calls. If it"
        " never does, it shows nothing after %(day)s; they stay sealed on it until its data is removed."
    )
    OVER = _(
        "%(device)s was withdrawn, or its duty has ended: it has shown nothing since %(day)s. If it never"
        " calls again, the cases stay sealed on it until its data is removed."
    )
    COLLECT = _(
        "%(device)s has ODK Collect, which can never confirm. It got ticket numbers and villages only; forms"
        " that were filled in and not sent lie unsealed on it: have them deleted by hand."
    )


@dataclass(frozen=True)
class Holder:
    """A device that may still hold something of somebody who was forgotten."""

    device: Device
    why: Why

    def say(self) -> str:
        """In the reader's language."""
        device = self.device
        who = f"{device.prefix} {device.name} ({device.assignment.account.name})"
        return gettext(self.why.value) % {"device": who, "day": date_format(device.lease_until, "j F Y")}


def still_to_forget(stream: UUID) -> list[Device]:
    """Devices that may hold something of a forgotten case and will say when it is gone."""
    return [holder.device for holder in holders(stream) if holder.why is Why.AWAITED]


def holders(stream: UUID) -> Iterator[Holder]:
    """Every device that may hold something of a forgotten case, and what is to be expected of it."""
    rows = dict(FeedRow.objects.filter(stream=stream, type="forget").values_list("feed_id", "seq"))
    if not rows:
        return
    now = timezone.now()
    found = Device.objects.select_related("assignment__office", "assignment__account", "collect")
    for device in found:
        if not any(feed in rows and device.cursors.get(feed, 0) < rows[feed] for feed in scope.feeds(device)):
            continue
        may_read = device.assignment.account.is_active and device.assignment.holds(now)
        if hasattr(device, "collect"):
            yield Holder(device, Why.COLLECT)
        elif device.revoked_at is None and may_read:
            yield Holder(device, Why.AWAITED)
        elif device.emptied_at is None:
            yield Holder(device, Why.UNHEARD if device.lease_until > now else Why.OVER)


def not_confirmed(streams: Sequence[UUID]) -> Iterable[str]:
    """For `jemput erase`: a line for each such device."""
    found = {holder.device.pk: holder for stream in streams for holder in holders(stream)}
    return [holder.say() for holder in found.values()]
