"""Quarantine: what was offered and not accepted is kept, sealed, until people or later entries settle it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from jemput.core.entries import Entry
from jemput.core.text import Words
from jemput.journal import keys, rows
from jemput.journal.canonical import canonical, envelope
from jemput.journal.models import Quarantine
from jemput.journal.seal import new_key, new_salt, place, seal, unseal
from jemput.journal.verdicts import REASONS, Answer, Unreadable, Verdict, parse

_KEPT = {
    Answer.HELD: Quarantine.HELD,
    Answer.CONFLICT: Quarantine.CONFLICT,
    Answer.REJECTED: Quarantine.REJECTED,
}
_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Kept:
    """Something in quarantine, as a supervisor sees it."""

    id: int
    entry: UUID | None
    stream: UUID | None
    verdict: str
    words: Words
    actor: str
    received_at: datetime


def quarantined(verdict: str | None = None, limit: int = 200) -> list[Kept]:
    """What waits in quarantine, the oldest first."""
    kept = Quarantine.objects.order_by("id")
    if verdict is not None:
        kept = kept.filter(verdict=verdict)
    return [
        Kept(r.id, r.entry, r.stream, r.verdict, _words(r.code), r.actor, r.received_at) for r in kept[:limit]
    ]


def _words(code: str) -> Words:
    return Words(REASONS[code], {"where": "…"})


def content_of(id: int) -> dict[str, Any]:
    """What was offered, unsealed. Raises keys.Locked, Quarantine.DoesNotExist."""
    return _open(Quarantine.objects.get(id=id), keys.ring())


def keep(fared: Iterable[tuple[Entry, Verdict]], ring: keys.Ring, now: datetime) -> None:
    """Keep what was not accepted, once. What was erased is not taken in again, not even here."""
    new = []
    for entry, verdict in fared:
        if verdict.answer not in _KEPT or verdict.code == "erased":
            continue
        offered = _offered(entry)
        new.append(_row(ring, now, entry.id, entry.stream, _KEPT[verdict.answer], verdict.code, offered))
        new[-1].actor = entry.actor
        new[-1].digest = hmac.digest(ring.search_key, canonical(offered), "sha256")
    if new:
        Quarantine.objects.bulk_create(new, ignore_conflicts=True)


def _offered(entry: Entry) -> dict[str, Any]:
    """The entry as a device would send it; as plain text where JSON cannot say it."""
    try:
        clear, sealed = entry.body.split()
        offered = envelope(entry) | {"clear": clear, "sealed": sealed}
        canonical(offered)
    except ValueError:
        return {"raw": ascii(entry)}
    return offered


def keep_unreadable(found: Sequence[Unreadable], actor: str) -> None:
    """Keep raw JSON that could not be read; its author and time are all that is clear."""
    ring, now, new = keys.ring(), timezone.now(), []
    for item in found:
        entry, code = item.verdict.id, item.verdict.code
        text = {"raw": item.raw.decode(errors="replace").encode("utf-8", "replace").decode()}
        new.append(_row(ring, now, entry, item.stream, Quarantine.UNREADABLE, code, text))
        new[-1].actor = actor
        new[-1].digest = hmac.digest(ring.search_key, item.raw, "sha256")
    Quarantine.objects.bulk_create(new, ignore_conflicts=True)


def release(taken: Sequence[Entry], ring: keys.Ring) -> list[Entry]:
    """Held entries in the streams of these entries, to be tried again; ``settle`` takes them out."""
    streams = list({e.stream for e in taken})
    if not streams:
        return []
    with connection.cursor() as cursor:
        found = rows.select(cursor, Quarantine, ("id",), "stream", streams, "AND verdict = 'held'")
        ids = [id for (id,) in found]
    if not ids:  # nearly always
        return []
    held = Quarantine.objects.filter(id__in=ids).order_by("id")
    read = [parse(_open(row, ring)) for row in held]
    return [entry for entry in read if isinstance(entry, Entry)]


def settle(fared: Iterable[tuple[Entry, Verdict]]) -> None:
    """Take out of the held ones those that have another verdict now."""
    ids = [entry.id for entry, verdict in fared if verdict.answer is not Answer.HELD]
    if ids:
        Quarantine.objects.filter(verdict=Quarantine.HELD, entry__in=ids).delete()


def _row(
    ring: keys.Ring,
    now: datetime,
    entry: UUID | None,
    stream: UUID | None,
    verdict: str,
    code: str,
    offered: dict[str, Any],
) -> Quarantine:
    key = new_key()
    owner = entry or _NOBODY
    key_id, wrapped = ring.wrap(key, owner.bytes)
    return Quarantine(
        entry=entry,
        stream=stream,
        verdict=verdict,
        code=code,
        key_id=key_id,
        wrapped_key=wrapped,
        sealed=seal(key, place(stream or _NOBODY, owner, "quarantine", 1), new_salt(), offered),
        received_at=now,
    )


def owner_of(row: Quarantine) -> UUID:
    """What the row's key is bound to."""
    return row.entry or _NOBODY


def _open(row: Quarantine, ring: keys.Ring) -> dict[str, Any]:
    owner = owner_of(row)
    key = ring.unwrap(row.key_id, bytes(row.wrapped_key), owner.bytes)
    __, offered = unseal(key, place(row.stream or _NOBODY, owner, "quarantine", 1), bytes(row.sealed))
    return offered
