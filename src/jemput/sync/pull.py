"""Giving devices what changed: rows of their feeds after a cursor, or a feed's cases as they are now.

A page is applied together with its cursor or not at all. A device that begins with a feed gets its cases
whole, page by page, and then the rows since the moment at which it began: what it has already, it knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, When
from orjson import Fragment

from jemput.journal.feeds import VILLAGE, weight
from jemput.journal.models import CaseRow, EntryRow, Feed, FeedRow
from jemput.sync import scope, shown
from jemput.sync.models import Device

JSON = dict[str, Any]
MOST_ROWS = 500
MOST_ENTRIES = 1500
"""Of whole cases on a page."""


@dataclass(frozen=True)
class Cursor:
    """How far a device is in a feed: all rows to ``seq``; or, while it begins, all cases to ``after``."""

    seq: int
    total: int = 0
    after: UUID | None = None
    beginning: bool = False


def page(device: Device, cursors: Mapping[str, Cursor], now: datetime) -> JSON:
    """The next page of every feed that the device reads, as far as one answer holds. Raises keys.Locked."""
    ends = _ends(device)
    pages: list[JSON] = []
    room = MOST_ROWS
    for feed, end in ends.items():
        cursor = cursors.get(feed)
        if cursor == end:
            continue
        if room <= 0:
            return {"feeds": _with_cases(device, pages), "drop": [], "more": True}
        found = _rows(device, feed, cursor, end, room) if cursor and not cursor.beginning else None
        if found is None:
            begun = cursor if cursor and cursor.beginning else replace(end, beginning=True)
            found = _cases(device, feed, begun, now)
        pages.append(found)
        room -= len(pages[-1]["rows"])
    more = any(p["more"] for p in pages)
    return {"feeds": _with_cases(device, pages), "drop": sorted(cursors.keys() - ends.keys()), "more": more}


def heads(device: Device) -> dict[str, int]:
    """The last row of each of the device's feeds."""
    return {feed: end.seq for feed, end in _ends(device).items()}


def _ends(device: Device) -> dict[str, Cursor]:
    """Where each of the device's feeds ends now; where there was nothing yet, at its beginning."""
    wanted = scope.feeds(device)
    found = Feed.objects.filter(id__in=wanted).values_list("id", "head", "total")
    known = {feed: Cursor(head, total) for feed, head, total in found}
    return {feed: known.get(feed, Cursor(0)) for feed in wanted}


def _with_cases(device: Device, pages: list[JSON]) -> list[JSON]:
    """The pages, with all entries of the cases that are told whole; they are read at once for all feeds."""
    wholes = [row for page in pages for row in page["rows"] if row["type"] in ("case", "enter")]
    chains = {row["stream"]: row.pop("chain") for row in wholes if row["type"] == "case"}
    if entered := {row["stream"] for row in wholes} - chains.keys():
        found = CaseRow.objects.filter(stream__in=entered).annotate(chain=shown.CHAIN)
        chains |= found.values_list("stream_id", "chain")
    entries = shown.cases(device.duty, {id: chain and bytes(chain) for id, chain in chains.items()})
    for row in wholes:
        row["entries"] = entries[row["stream"]]
    return pages


# ---- a feed from its beginning ---------------------------------------------------------------------


def _cases(device: Device, feed: str, cursor: Cursor, now: datetime) -> JSON:
    """Whole cases; when there are no more, the cursor stands at the row that was last when it began."""
    found = scope.cases(device, feed, now, cursor.seq)
    if cursor.after is not None:
        found = found.filter(stream_id__gt=cursor.after)
    chosen: list[JSON] = []
    entries = 0
    found = found.annotate(chain=shown.CHAIN)
    listed = list(found.values_list("stream_id", "head", "chain")[: MOST_ROWS + 1])
    for stream, length, chain in listed[:MOST_ROWS]:
        if chosen and entries + length > MOST_ENTRIES:
            break
        chosen.append({"type": "case", "stream": stream, "chain": chain})
        entries += length
    more = len(chosen) < len(listed)
    after = chosen[-1]["stream"] if more else None
    return {
        "feed": feed,
        "rows": chosen,
        "more": more,
        "cursor": {"seq": cursor.seq, "total": cursor.total, "after": after, "beginning": more},
    }


# ---- what is new ------------------------------------------------------------------------------------


def _rows(device: Device, feed: str, cursor: Cursor, end: Cursor, room: int) -> JSON | None:
    """Rows after the cursor; None when this server never had that row, or had another one there."""
    if cursor.seq > end.seq or _total_at(feed, cursor.seq, end) != cursor.total:
        return None
    found = list(_feed_rows(feed, cursor.seq, room))
    areas = scope.areas_of({r.stream for r in found})
    here = {stream for stream, area in areas.items() if _is_in(feed, area) and scope.holds(device, area)}
    wanted = {r.entry: r.chain for r in found if r.type == "entry" and r.entry and r.stream in here}
    entries = shown.entries(device.duty, wanted)
    told_apart = [r.entry for r in found if r.entry and (r.type == "forget" or r.entry not in entries)]
    ids = dict(EntryRow.objects.filter(seq__in=told_apart).values_list("seq", "id"))
    rows = [_row(row, ids.get(row.entry or 0), entries, here) for row in found]
    last = found[-1] if found else None
    seq, total = (last.seq, last.total) if last else (cursor.seq, cursor.total)
    return {
        "feed": feed,
        "rows": rows,
        "more": seq < end.seq,
        "cursor": {"seq": seq, "total": total, "after": None, "beginning": False},
    }


def _is_in(feed: str, area: str) -> bool:
    """A case shows itself in the feed of its village alone: of two that a device reads, the old one's rows
    may come after the new one's, and would bring it back only to let it go.
    """
    return area[:VILLAGE] == feed


def _total_at(feed: str, seq: int, end: Cursor) -> int:
    if seq == end.seq:
        return end.total
    if seq == 0:
        return 0
    return FeedRow.objects.filter(feed_id=feed, seq=seq).values_list("total", flat=True).first() or -1


class _Line(NamedTuple):
    """A row of a feed; ``entry`` is its number in the journal, ``chain`` its hash while its seal is there."""

    seq: int
    total: int
    type: str
    stream: UUID
    entry: int | None
    chain: bytes | None


def _feed_rows(feed: str, after: int, room: int) -> Iterator[_Line]:
    found = FeedRow.objects.filter(feed_id=feed, seq__gt=after).order_by("seq")
    found = found.annotate(chain=Case(When(entry__sealed__isnull=False, then="entry__chain")))
    names = ("seq", "total", "type", "stream_id", "entry_id", "chain")
    for line in map(_Line._make, found.values_list(*names)[:room]):
        # some databases give a memoryview
        yield line._replace(chain=bytes(line.chain)) if line.chain else line


def _row(row: _Line, entry: UUID | None, entries: Mapping[int, Fragment], here: Set[UUID]) -> JSON:
    """A row as the device reads it. One about a case of somebody else says no more than its weight.

    Where the case is now decides, not where it was: a device away for weeks must not get, on its way
    through old rows, what has long left its area.
    """
    said: JSON = {"seq": row.seq, "type": row.type, "stream": row.stream}
    if row.type in ("leave", "forget"):
        return {**said, "entry": entry}
    if row.type == "entry" and (shown := entries.get(row.entry or 0)):
        return {**said, "entry": shown}
    if row.type == "enter" and row.stream in here:
        return said
    return {"seq": row.seq, "type": "other", "weight": weight(row.type, row.stream, entry)}


def read_cursors(data: Mapping[str, Any]) -> Iterator[tuple[str, Cursor]]:
    """Cursors as a device sends them. Raises ValueError."""
    for feed, said in data.items():
        after = UUID(said["after"]) if said.get("after") else None
        numbers = [said.get("seq", 0), said.get("total", 0)]
        if not all(type(n) is int and 0 <= n < 2**53 for n in numbers):
            raise ValueError("cursor")
        yield feed, Cursor(numbers[0], numbers[1], after, said.get("beginning") is True)


def note_applied(device: Device, cursors: Mapping[str, Cursor]) -> bool:
    """The device says that it has applied all rows up to these: also what it was to forget. Does not save.

    Whether that is news.
    """
    before = device.cursors
    device.cursors = {feed: c.seq for feed, c in cursors.items() if not c.beginning}
    return bool(device.cursors != before)


def note_emptied(device: Device, cursors: Mapping[str, Cursor], now: datetime, *, may_read: bool) -> bool:
    """A device that may read no more was told to drop its feeds; asking without one, it has. Does not save.

    Whether that is news.
    """
    before, is_empty = device.emptied_at, not may_read and not cursors
    device.emptied_at = (before or now) if is_empty else None
    return device.emptied_at != before
