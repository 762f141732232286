"""Append: the one way into the journal.

All that is offered at once is written in one transaction: streams are locked in the order of their
ids, then feeds in the order of theirs, so writers never wait for each other in a circle. Each entry
has its own verdict; a bad one never blocks the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import cache, partial
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from jemput.core.corrections import holds
from jemput.core.entries import Corrected, Entry, ProgrammeChanged, Reported
from jemput.journal import keys, rows
from jemput.journal.canonical import (
    JSON,
    canonical,
    clear_digest,
    content,
    envelope,
    identity,
    link,
)
from jemput.journal.feeds import Line, feed_of, publish
from jemput.journal.held import keep, refuse_forgotten, release, settle
from jemput.journal.models import CaseRow, EntryRow, Erasure, Stream
from jemput.journal.programmes import programme_of
from jemput.journal.project import Drawing, Journal, draw, office_time, save, state_of
from jemput.journal.read import clear_entry, open_entry, stream_key
from jemput.journal.rows import Head, Row
from jemput.journal.seal import new_salt, place, seal
from jemput.journal.streams import new_stream
from jemput.journal.verdicts import Answer, Verdict, verdict

T = TypeVar("T")
TRIES = 5


def append(
    new: Sequence[Entry], *, as_received: bool = False, alone: frozenset[UUID] = frozenset()
) -> list[Verdict]:
    """Write entries, one verdict for each, in the order given.

    ``as_received`` keeps the ``received_at`` that entries bring (a year of demonstration); else it is now.
    ``alone`` names entries that are taken though what they come after is not here: a human has decided so.
    Said "accepted" only when the transaction has committed, unless the caller holds one open around it.
    Raises keys.Locked, and what in_one raises.
    """
    return in_one(lambda: _Append(new, as_received, alone).run())


def in_one(work: Callable[[], T]) -> T:
    """Do what appends, and what belongs to it, in one transaction: one wait for the disk, all or nothing.

    Tried again where two writers offer the same new entry, stream or ticket at once: the second looks again.
    Within a transaction that the caller holds open it is done once. Raises after several tries what the
    database said.
    """
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return work()
        except (IntegrityError, OperationalError):
            if connection.in_atomic_block or attempt == TRIES - 1:
                raise
            time.sleep(0.01 * 2**attempt)
    raise AssertionError("unreachable")


@dataclass(slots=True)
class _Open:
    """A locked stream while entries are added to it."""

    stream: Head
    key: bytes | None
    is_new: bool = False
    was_shut: bool = False
    """Closed or merged: a device that began since does not hold it."""
    rows: list[Row] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


class _Append:
    """One transaction's work. A class, because the steps share what was looked up once."""

    def __init__(self, new: Sequence[Entry], as_received: bool, alone: frozenset[UUID]) -> None:
        self.new = list(new)
        self.as_received = as_received
        self.alone = alone
        self.now = timezone.now()
        self.ring = keys.ring()
        self.search = self.ring.search_key
        self.open: dict[UUID, _Open] = {}
        self.known: dict[UUID, Row] = {}
        self.added: dict[UUID, Entry] = {}
        self.rows: dict[UUID, Row] = {}
        self.tickets: dict[str, UUID] = {}
        self.erased: set[UUID] = set()
        self.verdicts: dict[int, Verdict] = {}

    def run(self) -> list[Verdict]:
        todo = list(enumerate(self.new))
        while todo:
            self._look_up([entry for __, entry in todo])
            took = refuse_forgotten([(entry, self._take(entry)) for __, entry in todo], self.ring)
            fared = [(i, entry, verdict) for (i, __), (entry, verdict) in zip(todo, took, strict=True)]
            self.verdicts |= {i: verdict for i, __, verdict in fared if i >= 0}
            keep([(e, v) for __, e, v in fared], self.ring, self.now)  # first: it looks for marks
            decided = settle([(e, v) for i, e, v in fared if i < 0])
            taken = [e for __, e, v in fared if v.answer is Answer.ACCEPTED]
            # Held entries whose predecessor has come; their authors were answered long ago.
            todo = [(-1, entry) for entry in [*release(taken, self.ring), *decided]]
        self._write()
        return [self._placed(self.verdicts[i]) for i in range(len(self.new))]

    # ---- looking up and locking ---------------------------------------------------------------

    def _look_up(self, entries: Sequence[Entry]) -> None:
        wanted = {e.stream for e in entries} - self.open.keys()
        ids = {e.id for e in entries}
        needed = {i for e in entries for i in _needs(e)}
        tickets = {e.body.ticket for e in entries if isinstance(e.body, Reported)}
        with connection.cursor() as cursor:
            self._open_streams(cursor, entries, wanted)
            self.known |= {r.id: r for r in rows.entries(cursor, (ids | needed) - self.known.keys())}
            asked = ids | wanted | needed
            self.erased |= {i for (i,) in rows.select(cursor, Erasure, ("id",), "id", asked)}
            found = rows.select(cursor, CaseRow, ("ticket", "stream_id"), "ticket", tickets)
            self.tickets |= {taken[0]: taken[1] for taken in found}

    def _open_streams(self, cursor: CursorWrapper, entries: Sequence[Entry], wanted: set[UUID]) -> None:
        """Lock the streams in the order of their ids; those that begin here are made in memory."""
        for head in rows.heads(cursor, list(wanted)):
            self.open[head.id] = _Open(head, stream_key(head, self.ring))
        for entry in entries:
            if isinstance(entry.body, Reported) and entry.stream not in self.open:
                head = new_stream(entry.stream, "case", entry.body.area)
                self.open[head.id] = _Open(head, stream_key(head, self.ring), is_new=True)

    # ---- one entry ----------------------------------------------------------------------------

    def _take(self, entry: Entry) -> Verdict:
        """Accept one entry into its open stream, or say why not."""
        if entry.occurred_at.tzinfo is None:
            return verdict(entry.id, Answer.REJECTED, "no_time_zone")
        if (said := _say(entry)) is None:
            return verdict(entry.id, Answer.REJECTED, "unreadable", where="body")
        if (known := self._is_known(entry, said)) is not None:
            return known
        opened = self.open.get(entry.stream)
        if self._is_erased(entry) or (opened and opened.key is None):
            return verdict(entry.id, Answer.REJECTED, "erased")
        if refused := self._against(entry, opened):
            return verdict(entry.id, Answer.REJECTED, refused)
        if opened is None or (opened.stream.head == 0 and not self._may_begin(entry, opened)):
            return verdict(entry.id, Answer.HELD, "missing")
        needs = _needs(entry)
        if entry.id in self.alone and entry.after and self._find(entry.after) is None:
            needs = needs[1:]
        found = [self._find(id) for id in needs]
        if None in found:
            return verdict(entry.id, Answer.HELD, "missing")
        if any(stream != entry.stream for stream in found):
            return verdict(entry.id, Answer.REJECTED, "other_case")
        if isinstance(entry.body, Corrected) and not self._corrects(entry.body, opened):
            return verdict(entry.id, Answer.REJECTED, "nothing_to_correct")
        self._accept(entry, said, opened)
        return Verdict(entry.id, Answer.ACCEPTED)

    def _is_erased(self, entry: Entry) -> bool:
        """Whether it, its stream, or the entry that it corrects was forgotten: it carries the same words."""
        corrected = entry.body.entry if isinstance(entry.body, Corrected) else None
        return not self.erased.isdisjoint({entry.id, entry.stream, corrected})

    def _is_known(self, entry: Entry, said: _Said) -> Verdict | None:
        """Known when the content is the same, in conflict when it is not, None when the id is new."""
        if (before := self.added.get(entry.id)) is not None:
            same = _say(before) == said
        elif (row := self.known.get(entry.id)) is not None:
            opened = self.open.get(row.stream_id)
            key = opened.key if opened else stream_key(Stream.objects.get(id=row.stream_id), self.ring)
            if key is None or row.sealed is None:
                return verdict(entry.id, Answer.REJECTED, "erased")
            same = _say(open_entry(row, key)) == said
        else:
            return None
        return Verdict(entry.id, Answer.KNOWN) if same else verdict(entry.id, Answer.CONFLICT, "same_id")

    def _against(self, entry: Entry, opened: _Open | None) -> str | None:
        """The code of what makes an entry unacceptable whatever else arrives."""
        body = entry.body
        if opened and body.stream_type != opened.stream.type:
            return "wrong_stream"
        if isinstance(body, Reported | ProgrammeChanged) and not _is_installed(body.programme_hash):
            return "unknown_programme"
        if isinstance(body, Reported):
            if opened and opened.stream.head:
                return "not_first"
            if self.tickets.setdefault(body.ticket, entry.stream) != entry.stream:
                return "ticket_taken"
        return None

    @staticmethod
    def _may_begin(entry: Entry, opened: _Open) -> bool:
        return opened.stream.type != "case" or isinstance(entry.body, Reported)

    def _find(self, id: UUID) -> UUID | None:
        """The stream of an entry that is there."""
        if (added := self.added.get(id)) is not None:
            return added.stream
        row = self.known.get(id)
        return row.stream_id if row else None

    def _corrects(self, body: Corrected, opened: _Open) -> bool:
        """Whether it can be made of its target; of one without its seal nothing can be said."""
        if (added := self.added.get(body.entry)) is not None:
            target = added.body
        else:
            row = self.known[body.entry]
            if row.sealed is None:
                return False
            target = open_entry(row, opened.key).body
        return holds(target, body)

    def _accept(self, entry: Entry, said: _Said, opened: _Open) -> None:
        stream, key = opened.stream, opened.key
        assert key is not None
        received = entry.received_at if self.as_received and entry.received_at else self.now
        received = received.astimezone(UTC)
        salt = new_salt()
        row = Row(
            seq=0,
            id=entry.id,
            stream_id=stream.id,
            position=stream.head + 1,
            kind=entry.kind,
            version=entry.body.version,
            clear=said.clear,
            sealed=seal(key, place(stream.id, entry.id, entry.kind, entry.body.version), salt, said.sealed),
            identity=identity(salt, said.content),
            clear_digest=clear_digest(said.envelope, said.clear, received),
            chain=b"",
            actor=entry.actor,
            duty=entry.duty.value if entry.duty else None,
            device=entry.device,
            device_seq=entry.device_seq,
            occurred_at=entry.occurred_at.astimezone(UTC),
            received_at=received,
            after=entry.after,
        )
        row.chain = link(stream.head_hash, row.identity, row.clear_digest)
        stream.head, stream.head_hash = row.position, row.chain
        opened.rows.append(row)
        opened.entries.append(entry)
        self.added[entry.id], self.rows[entry.id] = entry, row

    # ---- writing ------------------------------------------------------------------------------

    def _write(self) -> None:
        """Streams that begin, entries, what is drawn from them, heads, and the feeds last."""
        touched = [o for o in self.open.values() if o.rows]
        if not touched:
            return
        areas = {o.stream.id: o.stream.area for o in touched}
        written = [row for o in touched for row in o.rows]
        with connection.cursor() as cursor:
            for row, seq in zip(written, rows.next_seqs(cursor, len(written)), strict=True):
                row.seq = seq
            drawings = self._drawn(cursor, [o for o in touched if o.stream.type == "case"])
            new = sorted((o.stream for o in touched if o.is_new), key=attrgetter("id"))
            old = [o.stream for o in touched if not o.is_new]
            changed = ("head", "head_hash", "area", "office", "id")
            rows.insert(cursor, Stream, rows.HEAD_COLUMNS, map(rows.values_of_head, new))
            rows.insert(cursor, EntryRow, rows.ROW_COLUMNS, map(rows.values_of_row, written))
            rows.update(cursor, Stream, changed, map(attrgetter(*changed), old))
        save(drawings)
        publish(_lines(touched, areas))

    def _drawn(self, cursor: CursorWrapper, cases: Sequence[_Open]) -> list[Drawing]:
        columns = ("stream_id", "head", "state", "headline", "is_open", "merged_into")
        old = [o.stream.id for o in cases if not o.is_new]
        before = {}
        for id, *stood, is_open, merged_into in rows.select(cursor, CaseRow, columns, "stream_id", old):
            before[id] = stood
            self.open[id].was_shut = not is_open or merged_into is not None
        times = cache(office_time)
        journals = [self._journal(o, *before.get(o.stream.id, (0, None, None))) for o in cases]
        return [draw(journal, programme_of, times, self.search) for journal in journals]

    def _journal(self, opened: _Open, head: int, state: JSON | None, headline: bytes | None) -> Journal:
        """What the projection is drawn from: the state before and the new entries, or all entries."""
        new = [e.model_copy(update={"seq": r.seq}) for e, r in zip(opened.entries, opened.rows, strict=True)]
        clear = [clear_entry(row) for row in opened.rows]
        stood = opened.rows[0].position - 1
        read_all = partial(_all_entries, opened, clear, new)
        if stood and (state is None or head != stood):  # the projection lags: draw the case anew
            return Journal(opened.stream, opened.key, *read_all())
        before = state_of(state) if state is not None else None
        return Journal(opened.stream, opened.key, clear, new, before, headline, read_all)

    def _placed(self, given: Verdict) -> Verdict:
        """The verdict with the entry's place, and what its author had not seen."""
        if not given.stored or given.id is None:
            return given
        row = self.rows.get(given.id) or self.known[given.id]
        unseen = self._unseen(row) if given.answer is Answer.ACCEPTED else ()
        return Verdict(given.id, given.answer, seq=row.seq, position=row.position, unseen=unseen)

    def _unseen(self, row: Row) -> tuple[UUID, ...]:
        """Entries between ``after`` and this one, less what the same author offered along with it."""
        if row.after is None or row.position == 1:
            return ()
        opened = self.open[row.stream_id]
        seen = self.rows.get(row.after) or self.known.get(row.after)
        if seen is None or seen.position + 1 == row.position:
            return ()
        between = EntryRow.objects.filter(
            stream=row.stream_id, position__gt=seen.position, position__lt=row.position
        )
        own = {r.id for r in opened.rows if r.actor == row.actor}
        return tuple(i for i in between.order_by("position").values_list("id", flat=True) if i not in own)


def _all_entries(opened: _Open, clear: list[Entry], new: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """All entries of a stream, clear and unsealed: those that stand in the database, then the new."""
    before = EntryRow.objects.filter(stream=opened.stream.id, position__lt=opened.rows[0].position)
    found = list(before.order_by("position"))
    return [*map(clear_entry, found), *clear], [*(open_entry(r, opened.key) for r in found), *new]


def _needs(entry: Entry) -> list[UUID]:
    """Entries that must be there first."""
    needs = [entry.after] if entry.after else []
    if isinstance(entry.body, Corrected):
        needs.append(entry.body.entry)
    return needs


@dataclass(slots=True)
class _Said:
    """What an entry says, at today's version: two offers of it are the same when ``content`` is the same."""

    envelope: JSON = field(compare=False)
    clear: JSON = field(compare=False)
    sealed: JSON = field(compare=False)
    content: bytes


def _say(entry: Entry) -> _Said | None:
    """None for what JSON and both databases cannot hold: half characters, NUL, boundless numbers."""
    if not 0 <= (entry.device_seq or 0) < 2**53:
        return None
    clear, sealed = entry.body.split()
    around = envelope(entry)
    try:
        said = _Said(around, clear, sealed, content(around, clear, sealed))
        holds_nul = b"\\u0000" in said.content and b"\\u0000" in canonical(clear).replace(b"\\\\", b"")
    except ValueError:
        return None
    return None if holds_nul else said


def _is_installed(hash: str) -> bool:
    try:
        programme_of(hash)
    except KeyError:
        return False
    return True


def _lines(touched: Sequence[_Open], areas: Mapping[UUID, str]) -> dict[str, list[Line]]:
    """What goes to which feed: entries to where the case is now, and the move before them."""
    lines: dict[str, list[Line]] = {}
    for opened in touched:
        stream, rows = opened.stream, opened.rows
        old_area = areas[stream.id]
        here = feed_of(stream.type, stream.office, stream.area)
        there = feed_of(stream.type, old_area[:5], old_area)
        # Also from one RW to the next within one feed: an agent's device holds those of one RW only.
        if old_area != stream.area and rows[0].position > 1:
            lines.setdefault(there, []).append(Line("leave", stream.id))
        if (old_area != stream.area or opened.was_shut) and rows[0].position > 1:
            lines.setdefault(here, []).append(Line("enter", stream.id))
        lines.setdefault(here, []).extend(Line("entry", stream.id, row.seq, row.id) for row in rows)
    return lines
