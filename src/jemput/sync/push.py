"""Taking in what devices have captured: every item is answered, none is lost, a bad one blocks nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from jemput import journal
from jemput.core.entries import Entry
from jemput.journal import Verdict
from jemput.journal.verdicts import Unreadable, verdict
from jemput.sync import scope, sealing
from jemput.sync.models import Device, Number

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
    When this returns, what was accepted is on disk. Raises keys.Locked.
    """
    read = [_read(item) for item in items]
    entries = [r for r in read if isinstance(r, Entry)]
    areas = scope.areas_of({e.stream for e in entries})
    refused = [(e, code) for e in entries if (code := _against(device, e, areas))]
    away = {id(entry) for entry, __ in refused}
    _note_copies(device, entries)
    fine = [e for e in entries if id(e) not in away]
    answers: dict[int, Verdict] = {}
    answers |= _paired(fine, journal.append(fine) if fine else [])
    answers |= _paired([e for e, __ in refused], journal.turn_away(refused) if refused else [])
    unreadable = [r for r in read if isinstance(r, Unreadable)]
    answers |= _paired(unreadable, journal.keep_unreadable(unreadable, str(device.id)))
    taken = [Taken(answers[id(r)], r.device_seq if isinstance(r, Entry) else _number(r)) for r in read]
    own = {e.device_seq for e in entries if e.device == device.id}
    device.arrived([t.number for t in taken if t.number is not None and t.number in own])
    device.save(update_fields=["contiguous", "beyond"])
    return taken


def _paired(items: Sequence[object], verdicts: Sequence[Verdict]) -> dict[int, Verdict]:
def _note_copies(device: Device, entries: Sequence[Entry]) -> None:
    """A number that another entry came under: the entry is taken in, for it happened; somebody is told.

    Before the entries: a server that dies in between has noted a number too many, never one too few.
    """
    own = [(e.device_seq or 0, e.id) for e in entries if e.device == device.id]
    own = [(seq, id) for seq, id in own if 0 < seq < 2**53]
    new = [Number(device=device, seq=seq, entry=id) for seq, id in own]
    Number.objects.bulk_create(new, ignore_conflicts=True)
    came = Number.objects.filter(device=device, seq__in=[seq for seq, __ in own])
    if set(own) - set(came.values_list("seq", "entry")) and device.copied_at is None:
        device.copied_at = timezone.now()
        device.save(update_fields=["copied_at"])


    return {id(item): said for item, said in zip(items, verdicts, strict=True)}


def _against(device: Device, entry: Entry, areas: dict[Any, str]) -> str:
    if not scope.may_write(device, entry, areas):
        return "not_authorised"
    return "revoked" if device.revoked_at else ""


def _read(item: Any) -> Entry | Unreadable:
    if not (isinstance(item, dict) and item.keys() == {"sealed"}):
        return journal.parse(item if isinstance(item, dict) else json.dumps(item))
    try:
        return journal.parse(sealing.open_sealed(sealing.from_b64(str(item["sealed"])), PURPOSE))
    except ValueError:  # NotSealedToUs, or no base64
        raw = json.dumps(item).encode()
        return Unreadable(raw, verdict(None, journal.Answer.REJECTED, "unreadable", where="sealed"))


def _number(item: Unreadable) -> int | None:
    try:
        number = json.loads(item.raw)["device_seq"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return number if isinstance(number, int) and 0 < number < 2**53 else None
