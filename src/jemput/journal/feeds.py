"""Feeds: the rows that devices pull, numbered in the order of commit.

``head = head + n`` inside the write transaction holds the feed's row until commit, so whoever has seen
number 7 has seen 1 to 6 as well. A bare sequence does not promise that: its numbers are taken before
commit, and a cursor loses what commits late. Feeds are locked in the order of their ids.

Each row also carries the sum of all rows of its feed so far: a device that reckons another one has lost
or changed something, and reads the feed anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import connection

from jemput.journal import rows
from jemput.journal.models import FeedRow

VILLAGE = len("35.03.01.2001")
SUMS = 2**52
"""Sums are taken modulo this: two of them still add up exactly in a JavaScript number."""


@dataclass(frozen=True)
class Line:
    """One row to be numbered: ``entry`` | ``enter`` | ``leave`` | ``forget``."""

    type: str
    stream: UUID
    entry: int | None = None
    id: UUID | None = None
    """Of the entry."""

    @property
    def weight(self) -> int:
        """What the row adds to the sum of its feed."""
        return weight(self.type, self.stream, self.id)


def weight(type: str, stream: UUID, entry: UUID | None) -> int:
    """The first 52 bits of a digest of what the row says; the devices reckon the same."""
    said = f"{type}:{stream}:{entry or ''}"
    return int.from_bytes(sha256(said.encode()).digest()[:8]) >> 12


def feed_of(stream_type: str, office: str, area: str) -> str:
    """The feed of a stream: the village of a case, else the office."""
    return area[:VILLAGE] if stream_type == "case" else f"office:{office}"


def publish(lines: Mapping[str, Sequence[Line]]) -> None:
    """Number the lines at the end of their feeds; the feeds stay locked until the transaction ends."""
    numbered: list[tuple[str, int, int, str, UUID, int | None]] = []
    with connection.cursor() as cursor:
        for feed in sorted(lines):
            added = sum(line.weight for line in lines[feed]) % SUMS
            cursor.execute(
                "INSERT INTO journal_feed (id, head, total) VALUES (%s, %s, %s) "
                "ON CONFLICT (id) DO UPDATE SET head = journal_feed.head + excluded.head, "
                "total = (journal_feed.total + excluded.total) %% %s RETURNING head, total",
                [feed, len(lines[feed]), added, SUMS],
            )
            head, total = cursor.fetchone()
            first, total = head - len(lines[feed]) + 1, (total - added) % SUMS
            for seq, line in enumerate(lines[feed], first):
                total = (total + line.weight) % SUMS
                numbered.append((feed, seq, total, line.type, line.stream, line.entry))
        rows.insert(cursor, FeedRow, ("feed_id", "seq", "total", "type", "stream_id", "entry_id"), numbered)


def feeds_with(stream: UUID) -> list[str]:
    """Every feed in which this stream ever stood, in the order in which feeds are locked."""
    found = FeedRow.objects.filter(stream_id=stream).values_list("feed_id", flat=True)
    return sorted(set(found))
