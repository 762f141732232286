"""Append: the one way into the journal.

All that is offered at once is written in one transaction: streams are locked in the order of their
ids, then feeds in the order of theirs, so writers never wait for each other in a circle. Each entry
has its own verdict; a bad one never blocks the others.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import cache, partial
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from jemput.core.corrections import patched
from jemput.core.entries import Corrected, Entry, ProgrammeChanged, Reported
from jemput.journal import keys, recent
from jemput.journal.canonical import (
    JSON,
    NO_CHAIN,
    canonical,
    clear_digest,
    content,
    envelope,
    identity,
    link,
)
from jemput.journal.feeds import Line, feed_of, publish
from jemput.journal.held import keep, keep_unreadable, release, settle
from jemput.journal.models import CaseRow, EntryRow, Erasure, Stream
from jemput.journal.programmes import programme_of
from jemput.journal.project import Journal, draw, office_time, save
from jemput.journal.read import chunks, open_entry, stream_key
from jemput.journal.seal import new_key, new_salt, place, seal
from jemput.journal.verdicts import Answer, Unreadable, Verdict, parse, verdict

TRIES = 5
_OFFICES = UUID("8f1c3e52-5a1e-5d0b-9d0e-3a6f0c2b7a11")


def office_stream(office: str) -> UUID:
    """The stream of an office's own journal; its id follows from the office's code ("35.03")."""
    return uuid5(_OFFICES, office)


def open_office(office: str) -> UUID:
    """Make sure that an office's own journal is there."""
    id = office_stream(office)
    if not Stream.objects.filter(id=id).exists():
        Stream.objects.bulk_create([_new_stream(id, "office", office)], ignore_conflicts=True)
    return id


def offer(raw: Iterable[bytes | str | Mapping[str, Any]], *, actor: str = "") -> list[Verdict]:
    """Append entries as devices send them. What cannot be read is kept in quarantine, for people to see."""
    read = [parse(item) for item in raw]
    fared = iter(append([r for r in read if isinstance(r, Entry)]))
    unreadable = [r for r in read if isinstance(r, Unreadable)]
    if unreadable:
        keep_unreadable(unreadable, actor)
    return [next(fared) if isinstance(r, Entry) else r.verdict for r in read]


def append(new: Sequence[Entry], *, as_received: bool = False) -> list[Verdict]:
    """Write entries, one verdict for each, in the order given.

    ``as_received`` keeps the ``received_at`` that entries bring (a year of demonstration); else it is now.
    Said "accepted" only when the transaction has committed, unless the caller holds one open around it.
    Raises keys.Locked, and after several tries what the database said.
    """
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _Append(new, as_received).run()
        except (IntegrityError, OperationalError):
            # The same new entry, stream or ticket from two writers at once: the second looks again.
            if connection.in_atomic_block or attempt == TRIES - 1:
                raise
            time.sleep(0.01 * 2**attempt)
    raise AssertionError("unreachable")


@dataclass(slots=True)
class _Open:
    """A locked stream while entries are added to it."""

    stream: Stream
    key: bytes | None
    ids: set[UUID] = field(default_factory=set)
    rows: list[EntryRow] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def _new_stream(id: UUID, type: str, area: str) -> Stream:
    key_id, wrapped = keys.ring().wrap(new_key(), id.bytes)
    return Stream(
        id=id, type=type, office=area[:5], area=area, wrapped_key=wrapped, key_id=key_id, head_hash=NO_CHAIN
    )


class _Append:
    """One transaction's work. A class, because the steps share what was looked up once."""

    def __init__(self, new: Sequence[Entry], as_received: bool) -> None:
        self.new = list(new)
        self.as_received = as_received
        self.now = timezone.now()
        self.ring = keys.ring()
        self.open: dict[UUID, _Open] = {}
        self.known: dict[UUID, EntryRow] = {}
        self.added: dict[UUID, Entry] = {}
        self.rows: dict[UUID, EntryRow] = {}
        self.tickets: dict[str, UUID] = {}
        self.erased: set[UUID] = set()
        self.verdicts: dict[int, Verdict] = {}

    def run(self) -> list[Verdict]:
        todo = list(enumerate(self.new))
        while todo:
            self._look_up([entry for __, entry in todo])
            fared = [(i, entry, self._take(entry)) for i, entry in todo]
            self.verdicts |= {i: verdict for i, __, verdict in fared if i >= 0}
            settle([(e, v) for i, e, v in fared if i < 0])
            keep([(e, v) for __, e, v in fared], self.ring, self.now)
            taken = [e for __, e, v in fared if v.answer is Answer.ACCEPTED]
            # Held entries whose predecessor has come; their authors were answered long ago.
            todo = [(-1, entry) for entry in release(taken, self.ring)]
        self._write()
        return [self._placed(self.verdicts[i]) for i in range(len(self.new))]

    # ---- looking up and locking ---------------------------------------------------------------

    def _look_up(self, entries: Sequence[Entry]) -> None:
        wanted = {e.stream for e in entries} - self.open.keys()
        self._open_streams(entries, wanted)
        ids = {e.id for e in entries}
        ids |= {i for e in entries for i in _needs(e)}
        tickets = {e.body.ticket for e in entries if isinstance(e.body, Reported)}
        for chunk in chunks(ids - self.known.keys()):
            self.known |= {r.id: r for r in EntryRow.objects.filter(id__in=chunk)}
        for chunk in chunks(ids | wanted):
            self.erased |= set(Erasure.objects.filter(id__in=chunk).values_list("id", flat=True))
        if tickets:
            found = CaseRow.objects.filter(ticket__in=list(tickets)).values_list("ticket", "stream_id")
            self.tickets |= dict(found)

    def _open_streams(self, entries: Sequence[Entry], wanted: set[UUID]) -> None:
        """Lock the streams in the order of their ids, making those that begin here."""
        there: dict[UUID, Stream] = {}
        for chunk in chunks(sorted(wanted)):
            locked = Stream.objects.select_for_update().filter(id__in=chunk).order_by("id")
            there |= {s.id: s for s in locked}
        begins = {e.stream: e.body.area for e in entries if isinstance(e.body, Reported)}
        fresh = sorted(id for id in begins.keys() & wanted if id not in there)
        if fresh:
            made = [_new_stream(id, "case", begins[id]) for id in fresh]
            Stream.objects.bulk_create(made, batch_size=500)
            there |= {s.id: s for s in made}
        for id, stream in there.items():
            self.open[id] = _Open(stream, stream_key(stream, self.ring))

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
        if entry.id in self.erased or entry.stream in self.erased or (opened and opened.key is None):
            return verdict(entry.id, Answer.REJECTED, "erased")
        if refused := self._against(entry, opened):
            return verdict(entry.id, Answer.REJECTED, refused)
        if opened is None or (opened.stream.head == 0 and not self._may_begin(entry, opened)):
            return verdict(entry.id, Answer.HELD, "missing")
        if any(self._find(id) is None for id in _needs(entry)):
            return verdict(entry.id, Answer.HELD, "missing")
        if any(self._find(id) != entry.stream for id in _needs(entry)):
            return verdict(entry.id, Answer.REJECTED, "other_case")
        if isinstance(entry.body, Corrected) and not self._corrects(entry.body, opened):
            return verdict(entry.id, Answer.REJECTED, "nothing_to_correct")
        self._accept(entry, said, opened)
        return Verdict(entry.id, Answer.ACCEPTED)

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
        """Whether it names fields of its target, each under the right seal, and the result holds."""
        if (added := self.added.get(body.entry)) is not None:
            target = added.body
        else:
            row = self.known[body.entry]
            if row.sealed is None:
                return False
            target = open_entry(row, opened.key).body
        if body.void:
            return not body.clear_values and not body.sealed_values
        clear, sealed = set(body.clear_values or ()), set(body.sealed_values or ())
        clear_fields = target.clear_fields()
        fits = clear <= clear_fields and sealed <= set(type(target).model_fields) - clear_fields
        # ``patched`` gives the body back unchanged where the new values do not fit together.
        return fits and bool(clear | sealed) and patched(target, [body]) is not target

    def _accept(self, entry: Entry, said: _Said, opened: _Open) -> None:
        stream, key = opened.stream, opened.key
        assert key is not None
        received = entry.received_at if self.as_received and entry.received_at else self.now
        received = received.astimezone(UTC)
        salt = new_salt()
        row = EntryRow(
            id=entry.id,
            stream_id=stream.id,
            position=stream.head + 1,
            kind=entry.kind,
            version=entry.body.version,
            clear=said.clear,
            sealed=seal(key, place(stream.id, entry.id, entry.kind, entry.body.version), salt, said.sealed),
            identity=identity(salt, said.content),
            clear_digest=clear_digest(said.envelope, said.clear, received),
            actor=entry.actor,
            duty=entry.duty.value if entry.duty else None,
            device=entry.device,
            device_seq=entry.device_seq,
            occurred_at=entry.occurred_at.astimezone(UTC),
            received_at=received,
            after=entry.after,
        )
        row.chain = link(bytes(stream.head_hash), row.identity, row.clear_digest)
        stream.head, stream.head_hash = row.position, row.chain
        opened.rows.append(row)
        opened.entries.append(entry)
        self.added[entry.id], self.rows[entry.id] = entry, row

    # ---- writing ------------------------------------------------------------------------------

    def _write(self) -> None:
        touched = [o for o in self.open.values() if o.rows]
        empty = [o.stream.id for o in self.open.values() if o.stream.head == 0 and o.stream.type == "case"]
        if empty:  # opened for a report that was then refused
            Stream.objects.filter(id__in=empty, head=0).delete()
        if not touched:
            return
        areas = {o.stream.id: o.stream.area for o in touched}
        EntryRow.objects.bulk_create([row for o in touched for row in o.rows], batch_size=500)
        self._draw(touched)
        Stream.objects.bulk_update(
            [o.stream for o in touched], ["head", "head_hash", "area", "office"], batch_size=200
        )
        publish(_lines(touched, areas))

    def _draw(self, touched: Sequence[_Open]) -> None:
        cases = [o for o in touched if o.stream.type == "case"]
        before = {
            id: bytes(headline) if headline is not None else None
            for chunk in chunks(o.stream.id for o in cases if o.rows[0].position > 1)
            for id, headline in CaseRow.objects.filter(stream__in=chunk).values_list("stream_id", "headline")
        }
        clear = recent.clear_entries([(o.stream, o.rows) for o in cases])
        times = cache(office_time)
        drawings = [
            draw(
                Journal(
                    o.stream,
                    o.key,
                    clear[o.stream.id],
                    [e.model_copy(update={"seq": r.seq}) for e, r in zip(o.entries, o.rows, strict=True)],
                    before.get(o.stream.id),
                    partial(_all_entries, o.stream, o.key),
                ),
                programme_of,
                times,
                self.ring.search_key,
            )
            for o in cases
        ]
        save(drawings)

    def _placed(self, given: Verdict) -> Verdict:
        """The verdict with the entry's place, and what its author had not seen."""
        if not given.stored or given.id is None:
            return given
        row = self.rows.get(given.id) or self.known[given.id]
        unseen = self._unseen(row) if given.answer is Answer.ACCEPTED else ()
        return Verdict(given.id, given.answer, seq=row.seq, position=row.position, unseen=unseen)

    def _unseen(self, row: EntryRow) -> tuple[UUID, ...]:
        """Entries between ``after`` and this one, less what the same author offered along with it."""
        if row.after is None or row.position == 1:
            return ()
        opened = self.open[row.stream_id]
        seen = self.rows.get(row.after) or self.known[row.after]
        if seen.position + 1 == row.position:
            return ()
        between = EntryRow.objects.filter(
            stream=row.stream_id, position__gt=seen.position, position__lt=row.position
        )
        own = {r.id for r in opened.rows if r.actor == row.actor}
        return tuple(i for i in between.order_by("position").values_list("id", flat=True) if i not in own)


def _all_entries(stream: Stream, key: bytes | None) -> list[Entry]:
    return [open_entry(row, key) for row in EntryRow.objects.filter(stream=stream).order_by("position")]


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
        if here != there and rows[0].position > 1:
            lines.setdefault(there, []).append(Line("leave", stream.id))
            lines.setdefault(here, []).append(Line("enter", stream.id))
        lines.setdefault(here, []).extend(Line("entry", stream.id, row.seq) for row in rows)
    return lines
