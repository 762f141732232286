"""The office sees what devices offered and the journal did not take, and settles it: nothing is lost."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jemput.accounts.access import access_cases
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Account, Assignment
from jemput.core import areas
from jemput.core.codes import Duty
from jemput.core.entries import Entry
from jemput.core.text import Words
from jemput.journal import held, keys
from jemput.journal.lists import Count, count
from jemput.journal.models import CaseRow, Quarantine
from jemput.journal.say import say
from jemput.journal.seal import BrokenSeal
from jemput.journal.verdicts import REASONS
from jemput.sync import blobs, sealing
from jemput.sync.models import Blob, Device

PATIENCE = timedelta(days=5)
"""How long what an entry follows may still be on its way, before somebody must look."""
_MOST_RAW = 4000
_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Aside:
    """Something that was offered and not taken."""

    row: Quarantine
    case: CaseRow | None
    device: Device | None
    """The one that sent it."""
    author: str
    read: Entry | None
    """None where it cannot be read: its key is locked, its seal broken, or it is no entry."""
    raw: str = ""
    file_size: int | None = None
    """Bytes of the file that it is, where it is one and no entry."""
    photos: Sequence[str] = ()
    """Digests of the photos that came with it, where it is a form that could not be read."""

    @property
    def act(self) -> str:
        """Which act it is."""
        if self.file_size is not None:
            return _("A photo or file that could not be read")
        return _(self.read.body.title) if self.read else _("Something that cannot be read")

    @property
    def why(self) -> str:
        """Why it was not taken."""
        return say(Words(REASONS[self.row.code], {"where": "…"}))

    @property
    def is_early(self) -> bool:
        """Whether what it follows may still come by itself."""
        return self.row.verdict == Quarantine.HELD and self.row.received_at > timezone.now() - PATIENCE


# ---- whose it is ------------------------------------------------------------------------------------


def waiting(request: StaffRequest) -> QuerySet[Quarantine]:
    """What nobody has seen to and the duty in hand may read, the oldest first: of cases that it sees; and of
    no case that is here, from devices and people of its area.
    """
    rows = Quarantine.objects.filter(settled_at=None)
    of_none = ~Exists(CaseRow.objects.filter(pk=OuterRef("stream")))
    pairs = set(rows.filter(of_none).values_list("device", "actor").distinct())
    devices, actors = _senders(request.assignment, pairs)
    here = Q(stream__in=access_cases(request).values("pk"))
    sent = Q(device__in=devices) | Q(device=None, actor__in=actors)
    return rows.filter(here | Q(of_none, sent)).order_by("pk")


def to_look_at(request: StaffRequest) -> Count:
    """How many of them somebody must look at now."""
    return count(due(waiting(request)))


def due(rows: QuerySet[Quarantine]) -> QuerySet[Quarantine]:
    """Those for which there is something to do."""
    return rows.exclude(early())


def early() -> Q:
    """Those whose predecessor may still come by itself."""
    return Q(verdict=Quarantine.HELD, received_at__gt=timezone.now() - PATIENCE)


def _senders(
    assignment: Assignment, pairs: Collection[tuple[UUID | None, str]]
) -> tuple[list[UUID], list[str]]:
    """Of these devices, and actors of what names no device, those of the assignment's area. Who is unknown
    here belongs to the main administrator of a whole office: somebody must look.
    """
    ids = {id for device, actor in pairs if (id := device or _uuid(actor))}
    found: dict[UUID, set[str]] = {}
    where = Device.objects.filter(pk__in=ids).values_list("pk", "assignment__area")
    for id, area in [*where, *Assignment.objects.filter(account__in=ids).values_list("account_id", "area")]:
        found.setdefault(id, set()).add(area)
    keeps_all = assignment.role is Duty.MAIN_ADMIN and assignment.area == assignment.office_id

    def is_ours(id: UUID | None) -> bool:
        if id not in found:
            return keeps_all
        return any(areas.covers(assignment.area, area) for area in found[id])

    devices = [device for device, __ in pairs if device and is_ours(device)]
    return devices, [actor for device, actor in pairs if device is None and is_ours(_uuid(actor))]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def described(request: StaffRequest, rows: Sequence[Quarantine]) -> list[Aside]:
    """These with what is known of them. Reads what is sealed, where the key is open."""
    cases = {c.pk: c for c in access_cases(request).filter(pk__in={r.stream for r in rows if r.stream})}
    ids = {id for r in rows for id in (r.device, _uuid(r.actor)) if id}
    devices = Device.objects.select_related("assignment__account", "assignment__office").in_bulk(ids)
    accounts = Account.objects.in_bulk(ids)
    found = []
    for row in rows:
        device = devices.get(row.device or _uuid(row.actor) or _NOBODY)
        account = accounts.get(_uuid(row.actor) or _NOBODY)
        author = account.name if account else device.assignment.account.name if device else ""
        case = cases.get(row.stream) if row.stream else None
        found.append(Aside(row, case, device, author, *_read(row)))
    return found


def _read(row: Quarantine) -> tuple[Entry | None, str, int | None, Sequence[str]]:
    try:
        content = held.offered(row)
    except (keys.Locked, BrokenSeal):
        return None, "", None, ()
    if (file := _file_in(content)) is not None:
        return None, "", len(file), ()
    if (form := _form_in(content)) is not None:
        return None, form[0][:_MOST_RAW], None, form[1]
    read = held.read_again(content)
    if isinstance(read, Entry):
        return read, "", None, ()
    raw = content.get("raw")
    return None, (raw if isinstance(raw, str) else str(content))[:_MOST_RAW], None, ()


# ---- files that came with a form -----------------------------------------------------------------------


def enclosed(file: bytes, form: str) -> bytes:
    """A file that could not be read, as it is offered to quarantine; ``form``: what it came with."""
    return json.dumps({"instance": form, "file": base64.b64encode(file).decode()}).encode()


def file_of(row: Quarantine) -> bytes | None:
    """The file as it came; None for what is none, or cannot be opened. Raises keys.Locked."""
    try:
        return _file_in(held.offered(row))
    except BrokenSeal:
        return None


def _file_in(content: dict[str, Any]) -> bytes | None:
    try:
        said = json.loads(content["raw"])
        return base64.b64decode(said["file"], validate=True) if said.keys() == {"instance", "file"} else None
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def with_photos(form: bytes, photos: Sequence[str]) -> bytes:
    """A form that could not be read, as it is offered to quarantine with the digests of its photos."""
    if not photos:
        return form
    said = {"form": form.decode(errors="replace"), "photos": photos}
    return json.dumps(said, ensure_ascii=False).encode()


def photo_of(row: Quarantine, number: int) -> bytes | None:
    """A photo that came with a form; None where there is none, or none any more. Raises keys.Locked."""
    try:
        form = _form_in(held.offered(row))
    except BrokenSeal:
        return None
    digest = form[1][number] if form and 0 <= number < len(form[1]) else ""
    here = Blob.objects.filter(digest=digest, gone_at=None).exclude(complete_at=None)
    blob = here.select_related("device__assignment__account").first()
    if blob is None or blob.device.assignment.account.actor != row.actor:
        return None
    try:
        return sealing.open_sealed(blobs.whole(blob).read_bytes(), blobs.PURPOSE)
    except (sealing.NotSealedToUs, FileNotFoundError):
        return None


def _form_in(content: dict[str, Any]) -> tuple[str, list[str]] | None:
    try:
        said = json.loads(content["raw"])
        if said.keys() != {"form", "photos"}:
            return None
        return str(said["form"]), [str(digest) for digest in said["photos"]]
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def is_locked() -> bool:
    """Whether nothing sealed can be read now."""
    try:
        keys.ring()
    except keys.Locked:
        return True
    return False
