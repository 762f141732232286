"""Quarantine: what was offered and not accepted is kept, sealed, until people or later entries settle it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from jemput.core.entries import Entry, Note
from jemput.core.text import Words, _
from jemput.journal import keys, rows
from jemput.journal.canonical import canonical, envelope
from jemput.journal.known import Known
from jemput.journal.models import Erasure, Quarantine, Stream
from jemput.journal.seal import BrokenSeal, new_key, new_salt, place, seal, unseal
from jemput.journal.verdicts import REASONS, Answer, Unreadable, Verdict, parse, verdict

_KEPT = {
    Answer.HELD: Quarantine.HELD,
    Answer.CONFLICT: Quarantine.CONFLICT,
    Answer.REJECTED: Quarantine.REJECTED,
}
_NOBODY = UUID(int=0)
SEEN_TO = {
    "written": _("What was lacking has been written down in the case"),
    "there": _("It is in the case already"),
    "mistaken": _("It was a mistake or a trial"),
    "unusable": _("It cannot be used, and the officer cannot say what it was"),
}
"""What may be said of one that leaves quarantine; chosen, not typed, for it stands outside the seal."""
_MARKED = _(
    "Marked as seen to while what it follows had not come: “%(act)s” (%(how)s)."
    " It was taken in when that came: look whether both hold."
)


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
    return offered(Quarantine.objects.get(id=id))


def offered(row: Quarantine) -> dict[str, Any]:
    """What was offered, unsealed. Raises keys.Locked, BrokenSeal."""
    return _open(row, keys.ring())


def read_again(content: dict[str, Any]) -> Entry | Unreadable:
    """What was offered as an entry, as this server reads it now: it may have learnt since."""
    return parse(content["raw"] if content.keys() == {"raw"} else content)


def mark(row: Quarantine, by: str, done: str) -> None:
    """Somebody has seen to what was offered here: it stays, sealed, and waits for nobody any more.

    ``done``: a word of SEEN_TO, or "taken".
    """
    waiting = Quarantine.objects.filter(digest=row.digest, settled_at=None)
    waiting.update(settled_at=timezone.now(), settled_by=by, settled_as=done)


def keep(
    fared: Iterable[tuple[Entry, Verdict]], ring: keys.Ring, now: datetime, sender: UUID | None = None
) -> None:
    """Keep what was not accepted, once. What was erased is not taken in again, not even here.

    ``sender``: the device that it came from, where that is not the one it names.
    """
    new = []
    for entry, said in fared:
        if said.answer not in _KEPT or said.code == "erased":
            continue
        offered = _offered(entry)
        new.append(_row(ring, now, entry.id, entry.stream, _KEPT[said.answer], said.code, offered))
        new[-1].actor, new[-1].device = entry.actor, sender or entry.device
        new[-1].digest = _digest(ring, canonical(offered))
    if new:
        _mark_as_before(new)
        Quarantine.objects.bulk_create(new, ignore_conflicts=True)


def _mark_as_before(new: Sequence[Quarantine]) -> None:
    """What somebody has seen to is not asked again because the very same offer gets another verdict."""
    marks = ("settled_at", "settled_by", "settled_as")
    seen = Quarantine.objects.filter(digest__in=[row.digest for row in new]).exclude(settled_at=None)
    before = {bytes(digest): said for digest, *said in seen.values_list("digest", *marks)}
    for row in new:
        for name, value in zip(marks, before.get(bytes(row.digest), ()), strict=False):
            setattr(row, name, value)


def turn_away(refused: Sequence[tuple[Entry, str]], sender: UUID | None = None) -> list[Verdict]:
    """Keep what its sender, a device, had no right to write, with a code of REASONS; gives the verdicts."""
    ring, now = keys.ring(), timezone.now()
    fared = [(entry, verdict(entry.id, Answer.REJECTED, code)) for entry, code in refused]
    with transaction.atomic():
        said = refuse_forgotten(fared, ring)
        keep(said, ring, now, sender)
    return [verdict for __, verdict in said]


def refuse_forgotten(
    fared: Sequence[tuple[Entry, Verdict]], ring: keys.Ring
) -> Sequence[tuple[Entry, Verdict]]:
    """The same, but "erased" of what would be kept in quarantine and was forgotten, there or in its case."""
    named = {
        i: {offer_id(_digest(ring, canonical(_offered(entry)))), entry.id, entry.stream}
        for i, (entry, said) in enumerate(fared)
        if said.answer in _KEPT and said.code != "erased"
    }
    if not named:
        return fared
    asked = {id for ids in named.values() for id in ids}
    gone = set(Erasure.objects.filter(id__in=asked).values_list("id", flat=True))
    return [
        (entry, said if gone.isdisjoint(named.get(i, ())) else verdict(entry.id, Answer.REJECTED, "erased"))
        for i, (entry, said) in enumerate(fared)
    ]


def offer_id(digest: bytes | memoryview) -> UUID:
    """What the ledger calls an offer that was forgotten: the first half of its keyed digest."""
    return UUID(bytes=bytes(digest)[:16])


def _digest(ring: keys.Ring, offered: bytes) -> bytes:
    return hmac.digest(ring.search_key, offered, "sha256")


def _offered(entry: Entry) -> dict[str, Any]:
    """The entry as a device would send it; as plain text where JSON cannot say it."""
    try:
        clear, sealed = entry.body.split()
        offered = envelope(entry) | {"clear": clear, "sealed": sealed}
        canonical(offered)
    except ValueError:
        return {"raw": ascii(entry)}
    return offered


def keep_unreadable(found: Sequence[Unreadable], actor: str, sender: UUID | None = None) -> list[Verdict]:
    """Keep what could not be read as it came; its sender and time are all that is clear. Gives the verdicts.

    What was forgotten, or belongs to what was, is not kept.
    """
    if not found:
        return []
    ring, now, new, verdicts = keys.ring(), timezone.now(), [], []
    digests = [_digest(ring, item.raw) for item in found]
    named = [(offer_id(d), item.verdict.id, item.stream) for d, item in zip(digests, found, strict=True)]
    asked = {id for ids in named for id in ids if id is not None}
    gone = set(Erasure.objects.filter(id__in=asked).values_list("id", flat=True))
    for item, digest, ids in zip(found, digests, named, strict=True):
        entry, code = item.verdict.id, item.verdict.code
        if not gone.isdisjoint(ids):
            verdicts.append(verdict(entry, Answer.REJECTED, "erased"))
            continue
        verdicts.append(item.verdict)
        text = {"raw": item.raw.decode(errors="replace").encode("utf-8", "replace").decode()}
        is_other = item.verdict.answer is Answer.CONFLICT
        kind = Quarantine.CONFLICT if is_other else Quarantine.UNREADABLE
        new.append(_row(ring, now, entry, item.stream, kind, code, text))
        new[-1].actor, new[-1].device = actor, sender
        new[-1].digest = digest
    Quarantine.objects.bulk_create(new, ignore_conflicts=True)
    return verdicts


def naming(person: Known) -> tuple[list[int], set[UUID]]:
    """Rows that name the person, and journals that would be theirs but never began: their report was refused.

    Reads all that is kept. Raises keys.Locked.
    """
    ring = keys.ring()
    rows: list[int] = []
    theirs: set[UUID] = set()
    for row in Quarantine.objects.order_by("id").iterator(200):
        try:
            raw = _open(row, ring)
        except BrokenSeal:  # nobody can read it any more
            continue
        content = _as_sent(raw)
        if not (person.stands_in(content) or _asks_for(raw, person.tickets)):
            continue
        rows.append(row.pk)
        if row.stream and _reports(content, person):
            theirs.add(row.stream)
    return rows, theirs - set(Stream.objects.filter(id__in=theirs).values_list("id", flat=True))


def _as_sent(content: dict[str, Any]) -> Any:
    """The JSON inside what was kept as text, where it is any."""
    try:
        return json.loads(content["raw"]) if content.keys() == {"raw"} else content
    except (ValueError, RecursionError):
        return content


def _asks_for(content: Any, tickets: Collection[str]) -> bool:
    """Whether it is a filled XForm about a case of theirs: it says so by the ticket alone, and may have come
    before the case."""
    text = content.get("raw", "")
    return isinstance(text, str) and any(f">{ticket}<" in text for ticket in tickets)


def _reports(content: Any, person: Known) -> bool:
    """Whether it is the report of a case of this person."""
    sealed = content.get("sealed") if isinstance(content, dict) else None
    if not isinstance(sealed, dict) or content.get("kind") != "reported":
        return False
    return person.fits(sealed.get("nik"), sealed.get("name"), sealed.get("phone"))


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


def settle(fared: Iterable[tuple[Entry, Verdict]]) -> list[Entry]:
    """Take out of the held ones those that have another verdict now. Gives what stands beside those that are
    in the journal now, though somebody had seen to them: that they had, and how.
    """
    fared = list(fared)
    still = {entry.id for entry, verdict in fared if verdict.answer is Answer.HELD}  # under one id, perhaps
    now = {entry.id: (entry, verdict) for entry, verdict in fared if entry.id not in still}
    if not now:
        return []
    held = Quarantine.objects.filter(verdict=Quarantine.HELD, entry__in=now)
    seen_to = [(row, *now[row.entry]) for row in held.exclude(settled_at=None).order_by("id") if row.entry]
    held.delete()
    of_cases = [(row, e, said) for row, e, said in seen_to if e.body.stream_type == "case"]
    return [_decided(row, entry) for row, entry, said in of_cases if said.stored]


def _decided(row: Quarantine, entry: Entry) -> Entry:
    """The mark as a note in the case: whose, when it was made, and why."""
    with translation.override(settings.LANGUAGE_CODE):
        how = gettext(SEEN_TO.get(row.settled_as) or row.settled_as)
        text = gettext(_MARKED) % {"act": gettext(entry.body.title), "how": how}
    return Entry(
        id=UUID(str(uuid_utils.uuid7())),
        stream=entry.stream,
        actor=row.settled_by,
        duty=None,
        occurred_at=row.settled_at or row.received_at,
        after=entry.id,
        body=Note(text=text),
    )


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
