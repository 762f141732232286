"""Forms that were begun on a phone that can no longer finish them: its PIN is lost, or it was withdrawn.

They come as files do, sealed, and stay sealed. Somebody of the office reads one, writes down what is in it
where it belongs, and says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from jemput.accounts.models import Account
from jemput.journal import keys
from jemput.journal.known import traces_in
from jemput.journal.models import Erasure
from jemput.journal.terms import trace_term
from jemput.sync import blobs, sealing
from jemput.sync.models import Blob, Device, Draft, Trace

PURPOSE = "jemput draft"
PHOTOS = ":photos"
"""Photos of a form are kept beside it, under its name and this."""


@dataclass(frozen=True)
class Begun:
    """What was typed into a form, by the names of its fields, as the phone kept it."""

    id: str
    stream: UUID
    values: dict[str, Any]

    @property
    def form(self) -> str:
        """A step, a kind of entry, ``report`` or ``place``."""
        name = self.id.removesuffix(PHOTOS)
        if name.startswith(f"{self.stream}:"):
            return name.partition(":")[2][:60]
        return name.partition(":")[0][:60]


class Unreadable(ValueError):
    """It was not sealed to this office as a draft, was altered, or is not here any more."""


def begin(device: Device, digest: str, size: int) -> Blob:
    """The draft's file, new or begun before. Raises BadInput, and keys.Locked: whose it is, is looked at."""
    keys.ring()
    blob = blobs.begin(device, digest, size)
    Draft.objects.get_or_create(blob=blob)
    return blob


def arrived(blob: Blob) -> None:
    """A file is whole: of a draft it is noted which form of which case it is; somebody erased is let go."""
    draft = Draft.objects.filter(blob=blob).first()
    if draft is None or blob.gone_at:
        return
    try:
        begun = read(draft)
    except Unreadable:
        return
    draft.stream, draft.form = begun.stream, begun.form
    draft.save(update_fields=["stream", "form"])
    whole = list(together(draft))
    if Erasure.objects.filter(id__in=[begun.stream, *(id_of(part.blob) for part in whole)]).exists():
        for part in [blob, *(part.blob for part in whole if part.pk != blob.pk)]:
            blobs.let_go(part)
        return
    trace(draft, begun)


def trace(draft: Draft, begun: Begun) -> None:
    """Write down by what digits somebody in it can be found; photos say none. Raises keys.Locked."""
    key = keys.ring().search_key
    words = {name: value for name, value in begun.values.items() if name != "photos"}
    hashes = {trace_term(key, digits) for digits in traces_in(words)}
    Trace.objects.bulk_create([Trace(hash=h, draft=draft) for h in hashes], ignore_conflicts=True)
    draft.traced = True
    draft.save(update_fields=["traced"])


def together(draft: Draft) -> QuerySet[Draft]:
    """A form and its photos, also those that were let go; of one that could not be read itself alone."""
    if draft.stream is None:
        return Draft.objects.filter(pk=draft.pk).select_related("blob")
    same = Draft.objects.filter(blob__device=draft.blob.device_id, stream=draft.stream, form=draft.form)
    return same.select_related("blob")


def read(draft: Draft) -> Begun:
    """Unsealed. Raises Unreadable, keys.Locked."""
    try:
        data = json.loads(sealing.open_sealed(blobs.whole(draft.blob).read_bytes(), PURPOSE))
        id, stream, values = str(data["id"]), UUID(data["stream"]), data["values"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(values, dict):
        raise Unreadable
    return Begun(id, stream, values)


def id_of(blob: Blob) -> UUID:
    """What the ledger calls a draft that was forgotten: the first half of its digest, which says nothing."""
    return UUID(hex=blob.digest[:32])


def here() -> QuerySet[Draft]:
    """Those whose words are here, the oldest first."""
    found = Draft.objects.filter(blob__gone_at=None).exclude(blob__complete_at=None)
    whose = ("blob__device__assignment__account", "blob__device__assignment__office")
    return found.select_related(*whose).order_by("blob__begun_at", "pk")


def waiting() -> QuerySet[Draft]:
    """Those that nobody has dealt with yet."""
    return here().filter(done_at=None)


def done(drafts: QuerySet[Draft], by: Account) -> None:
    """Somebody has written down, or cast away, what was in them."""
    drafts.update(done_at=timezone.now(), done_by=by)


def tidy(now: datetime) -> int:
    """Let go of those that were dealt with, and of those older than 90 days; gives how many."""
    over = Q(draft__done_at__isnull=False) | Q(begun_at__lt=now - blobs.KEPT)
    gone = Blob.objects.filter(over, draft__isnull=False, gone_at=None)
    for blob in (found := list(gone)):
        blobs.let_go(blob)
    return len(found)
