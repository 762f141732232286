"""Does the journal still say what was accepted? Chains and clear parts always; seals with the key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Max

from jemput.core.text import Words, _
from jemput.journal import keys
from jemput.journal.canonical import NO_CHAIN, clear_digest, content, identity, link
from jemput.journal.models import EntryRow, Erasure, Feed, FeedRow, Stream
from jemput.journal.read import row_envelope, row_place, stream_key
from jemput.journal.seal import BrokenSeal, unseal


@dataclass(frozen=True)
class Break:
    """Where the journal does not hold. ``seq`` and ``entry`` are None for a stream or feed as a whole."""

    why: Words
    seq: int | None = None
    entry: UUID | None = None
    stream: UUID | None = None


@dataclass(frozen=True)
class Report:
    """What was looked at, and what is broken, the first entry first."""

    entries: int
    streams: int
    unsealed: bool
    """Whether the seals were opened too; without the key only chains and clear parts are proved."""
    breaks: tuple[Break, ...]


def verify(progress: Callable[[int], None] = lambda done: None, most: int = 20) -> Report:
    """Check every entry in the order of their numbers; at most ``most`` breaks are told."""
    try:
        keys.ring()
        unsealed = True
    except keys.Locked:
        unsealed = False
    forgotten = set(Erasure.objects.values_list("id", flat=True))
    heads: dict[UUID, tuple[int, bytes]] = {}
    breaks: list[Break] = []
    count = 0

    @lru_cache(maxsize=20_000)
    def key_of(stream: UUID) -> bytes | None:
        return stream_key(Stream.objects.get(id=stream)) if unsealed else None

    for row in EntryRow.objects.order_by("seq").iterator(chunk_size=2000):
        position, chain = heads.get(row.stream_id, (0, NO_CHAIN))
        why = _broken(row, position, chain)
        why = why or _unsealed_badly(row, key_of, forgotten, unsealed)
        if why and len(breaks) < most:
            breaks.append(Break(why, row.seq, row.id, row.stream_id))
        heads[row.stream_id] = row.position, bytes(row.chain)
        count += 1
        if count % 10_000 == 0:
            progress(count)
    breaks += _streams_broken(heads) + _feeds_broken()
    return Report(count, len(heads), unsealed, tuple(breaks[:most]))


def _broken(row: EntryRow, position: int, chain: bytes) -> Words | None:
    if row.position != position + 1:
        return Words(_("An entry before this one is missing."))
    try:
        digest = clear_digest(row_envelope(row), row.clear, row.received_at)
    except ValueError:
        digest = b""
    if digest != bytes(row.clear_digest):
        return Words(_("The clear part was changed after it was accepted."))
    if link(chain, bytes(row.identity), bytes(row.clear_digest)) != bytes(row.chain):
        return Words(_("The chain does not fit: this entry, or its order, was changed."))
    return None


def _unsealed_badly(
    row: EntryRow, key_of: Callable[[UUID], bytes | None], forgotten: set[UUID], unsealed: bool
) -> Words | None:
    if row.sealed is None:
        known = row.id in forgotten or row.stream_id in forgotten
        return None if known else Words(_("The sealed part is gone although nobody was erased."))
    if not unsealed:
        return None
    try:
        key = key_of(row.stream_id)
        if key is None:
            return Words(_("The key is gone although a sealed part is left."))
        salt, sealed = unseal(key, row_place(row), bytes(row.sealed))
    except (BrokenSeal, keys.Locked):
        return Words(_("The sealed part was changed after it was accepted."))
    if identity(salt, content(row_envelope(row), row.clear, sealed)) != bytes(row.identity):
        return Words(_("The content is not what was accepted."))
    return None


def _streams_broken(heads: dict[UUID, tuple[int, bytes]]) -> list[Break]:
    """Streams whose head is not their last entry: something was cut off at the end."""
    why = Words(_("The last entries of this journal are missing."))
    return [
        Break(why, stream=id)
        for id, head, hash in Stream.objects.values_list("id", "head", "head_hash").iterator()
        if heads.get(id, (0, NO_CHAIN)) != (head, bytes(hash))
    ]


def _feeds_broken() -> list[Break]:
    why = _("Feed %(feed)s has gaps in its numbers.")
    counted = FeedRow.objects.values("feed_id").annotate(rows=Count("seq"), last=Max("seq"))
    rows = {r["feed_id"]: (r["rows"], r["last"]) for r in counted.order_by()}
    return [
        Break(Words(why, {"feed": feed}))
        for feed, head in Feed.objects.values_list("id", "head")
        if rows.get(feed, (0, 0)) != (head, head)
    ]
