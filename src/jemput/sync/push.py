"""Taking in what devices have captured: every item is answered, none is lost, a bad one blocks nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.utils import timezone

from jemput import journal
from jemput.core.entries import Entry
from jemput.journal import Verdict, held, keys
from jemput.journal.models import EntryRow, Quarantine
from jemput.journal.verdicts import Unreadable, verdict
from jemput.sync import scope, sealing
from jemput.sync.models import SIGN_OF_LIFE, Device

MOST_ITEMS = 200
PURPOSE = "jemput entry"


@dataclass(frozen=True)
class Taken:
    """An item, its answer, and its number on the device as far as it could be read."""

    verdict: Verdict
    number: int | None


def take(device: Device, items: Sequence[Any]) -> list[Taken]:
    """Answers in the order of the items, each an entry or ``{"sealed": ...}``, one sealed to the office.

    What a device may not write, and all that a revoked one sends, goes to quarantine: kept, and told.
    When this returns, what was accepted is on disk, and the device's numbers with it. Raises keys.Locked.
    """
    key = sealing.sealing_key()
    read = [_read(item, key) for item in items]
    return journal.in_one(lambda: _take(device, read))


def _take(device: Device, read: Sequence[Entry | Unreadable]) -> list[Taken]:
    entries = [r for r in read if isinstance(r, Entry)]
    own = [e for e in entries if e.device == device.id]
    if device.copied_at is None and _is_copied(device, own):
        device.copied_at = timezone.now()
    areas = scope.areas_of({e.stream for e in entries})
    refused = [(e, code) for e in entries if (code := _against(device, e, areas))]
    # What the journal has, somebody may have taken in after all: it says itself that it knows it.
    there = set(EntryRow.objects.filter(id__in=[e.id for e, __ in refused]).values_list("id", flat=True))
    refused = [(e, code) for e, code in refused if e.id not in there]
    away = {id(entry) for entry, __ in refused}
    fine = [e for e in entries if id(e) not in away]
    answers: dict[int, Verdict] = {}
    answers |= _paired(fine, journal.append(fine) if fine else [])
    answers |= _paired([e for e, __ in refused], journal.turn_away(refused, device.id) if refused else [])
    unreadable = [r for r in read if isinstance(r, Unreadable)]
    answers |= _paired(unreadable, journal.keep_unreadable(unreadable, str(device.id), device.id))
    numbers = [e.device_seq for e in own if e.device_seq is not None]
    numbers += [n for r in unreadable if _said(r).get("device") == str(device.id) and (n := _number(r))]
    device.arrived(numbers)
    device.save(update_fields=["contiguous", "beyond", "copied_at", "app", "waiting", *SIGN_OF_LIFE])
    return [Taken(answers[id(r)], r.device_seq if isinstance(r, Entry) else _number(r)) for r in read]


def _is_copied(device: Device, own: Sequence[Entry]) -> bool:
    """Whether another entry came under one of these numbers: two phones count on from one copy of a disk.

    It is taken in all the same, for it happened. Only a number that has come before can tell.
    """
    came_before = [e for e in own if e.device_seq is not None and device.has_come(e.device_seq)]
    ids = {e.id for e in came_before}
    known: set[UUID | None] = {*EntryRow.objects.filter(id__in=ids).values_list("id", flat=True)}
    known |= {*Quarantine.objects.filter(entry__in=ids - known).values_list("entry", flat=True)}
    unknown = [
        (e, verdict(e.id, journal.Answer.REJECTED, "revoked")) for e in came_before if e.id not in known
    ]
    said = held.refuse_forgotten(unknown, keys.ring()) if unknown else []
    another = any(given.code != "erased" for __, given in said)  # who was forgotten came too, and left no row
    return another or len({(e.device_seq, e.id) for e in own}) > len({e.device_seq for e in own})


def _paired(items: Sequence[object], verdicts: Sequence[Verdict]) -> dict[int, Verdict]:
    return {id(item): said for item, said in zip(items, verdicts, strict=True)}


def _against(device: Device, entry: Entry, areas: dict[Any, str]) -> str:
    if not scope.may_write(device, entry, areas):
        return "not_authorised"
    return "revoked" if device.revoked_at else ""


def _read(item: Any, key: X25519PrivateKey) -> Entry | Unreadable:
    if not (isinstance(item, dict) and item.keys() == {"sealed"}):
        return journal.parse(item if isinstance(item, dict) else json.dumps(item))
    try:
        return journal.parse(sealing.open_sealed(sealing.from_b64(str(item["sealed"])), PURPOSE, key))
    except ValueError:  # NotSealedToUs, or no base64
        raw = json.dumps(item).encode()
        return Unreadable(raw, verdict(None, journal.Answer.REJECTED, "unreadable", where="sealed"))


def _number(item: Unreadable) -> int | None:
    number = _said(item).get("device_seq")
    return number if type(number) is int and 0 < number < 2**53 else None


def _said(item: Unreadable) -> dict[str, Any]:
    """What can be read of it all the same."""
    try:
        data = json.loads(item.raw)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
