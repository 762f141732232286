"""Tables of the journal: streams and entries are the truth, the rest is drawn from them.

``EntryRow`` only ever grows; erasure alone takes its sealed part away. ``CaseRow``, ``Waiting`` and
``Term`` are a projection: written in the transaction of the append, rebuilt alike at any time.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    TextColumn = models.CharField[Any, Any]
else:
    TextColumn = models.CharField

NO_PROMISE = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands in ``due_at`` where nothing was promised: it sorts last on both databases."""


class CodeField(TextColumn):
    """Text that is compared byte by byte, so that a range of area codes is a range of the index."""

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """PostgreSQL would otherwise compare as its locale does, which ignores dots."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class Server(models.Model):
    """One row: who this journal is. Devices re-offer what they wrote when the epoch changes."""

    epoch = models.UUIDField(default=uuid.uuid4)


class ProgrammeVersion(models.Model):
    """Every programme file that a case may have pinned, as it was."""

    hash = CodeField(max_length=64, primary_key=True)
    number = models.PositiveIntegerField()
    data = models.BinaryField()
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["number", "added_at"], name="programme_newest")]


class Stream(models.Model):
    """One journal: of a case, or of an office. Without its key the sealed parts are gone."""

    id = models.UUIDField(primary_key=True)
    type = CodeField(max_length=16)
    office = CodeField(max_length=5)
    area = CodeField(max_length=24)
    wrapped_key = models.BinaryField(null=True)
    key_id = CodeField(max_length=16)
    head = models.PositiveIntegerField(default=0)
    head_hash = models.BinaryField(max_length=32)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["key_id"], name="stream_key"),
            models.Index(fields=["type", "office"], name="stream_type"),
        ]


class EntryRow(models.Model):
    """One entry as it was accepted."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
    stream = models.ForeignKey(Stream, models.PROTECT, db_index=False, related_name="entries")
    position = models.PositiveIntegerField()
    kind = CodeField(max_length=40)
    version = models.PositiveSmallIntegerField()
    clear = models.JSONField()
    sealed = models.BinaryField(null=True)
    identity = models.BinaryField(max_length=32)
    clear_digest = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    actor = CodeField(max_length=64)
    duty = CodeField(max_length=20, null=True)
    device = models.UUIDField(null=True)
    device_seq = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    after = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "position"], name="entry_position")]
        indexes = [
            models.Index(fields=["kind", "received_at"], name="entry_kind"),
            models.Index(fields=["actor"], condition=models.Q(kind="reported"), name="entry_reporter"),
            models.Index(fields=["stream"], condition=models.Q(sealed=None), name="entry_forgotten"),
        ]


class Feed(models.Model):
    """What the devices of one area, or one office, pull. ``head`` is the number of its last row."""

    id = CodeField(max_length=24, primary_key=True)
    head = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)


class FeedRow(models.Model):
    """``entry`` | ``enter`` | ``leave`` | ``forget``; numbers are gapless and in order of commit.

    ``total`` sums up what the rows of the feed say, up to this one (see ``feeds.weight``).
    """

    pk = models.CompositePrimaryKey("feed", "seq")
    feed = models.ForeignKey(Feed, models.PROTECT, db_index=False)
    seq = models.BigIntegerField()
    total = models.BigIntegerField(default=0)
    type = CodeField(max_length=6)
    stream = models.ForeignKey(Stream, models.PROTECT, db_constraint=False)
    entry = models.ForeignKey(EntryRow, models.PROTECT, db_constraint=False, db_index=False, null=True)


class Quarantine(models.Model):
    """What was offered and not accepted: held, in conflict, rejected or unreadable. Never dropped.

    Once people have seen to it, ``settled_as`` says in one word what they did; their own words would have to
    be sealed too.
    """

    HELD, CONFLICT, REJECTED, UNREADABLE = "held", "conflict", "rejected", "unreadable"

    entry = models.UUIDField(null=True)
    stream = models.UUIDField(null=True)
    verdict = CodeField(max_length=10)
    code = CodeField(max_length=40)
    wrapped_key = models.BinaryField()
    key_id = CodeField(max_length=16)
    sealed = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    actor = CodeField(max_length=64)
    device = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = CodeField(max_length=64, default="")
    settled_as = CodeField(max_length=20, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "verdict"], name="quarantine_once")]
        indexes = [
            models.Index(fields=["stream", "verdict"], name="quarantine_stream"),
            models.Index(fields=["entry"], name="quarantine_entry"),
            models.Index(fields=["id"], condition=models.Q(settled_at=None), name="quarantine_waiting"),
        ]


class Erasure(models.Model):
    """A stream or an entry that was forgotten; what is offered of it again is refused."""

    id = models.UUIDField(primary_key=True)
    what = CodeField(max_length=6)
    at = models.DateTimeField()


# ---- projection -------------------------------------------------------------------------------------


class CaseRow(models.Model):
    """The state of one case, ready for lists. Drawn from the clear parts; only ``headline`` is sealed."""

    stream = models.OneToOneField(Stream, models.PROTECT, primary_key=True, related_name="case")
    office = CodeField(max_length=5)
    programme = models.PositiveIntegerField()
    programme_hash = CodeField(max_length=64)
    status = CodeField(max_length=16)
    is_open = models.BooleanField()
    urgency = CodeField(max_length=12)
    area = CodeField(max_length=24)
    sex = CodeField(max_length=8)
    age_band = CodeField(max_length=12)
    condition = CodeField(max_length=20)
    documents = models.JSONField()
    flags = models.JSONField()
    ticket = CodeField(max_length=24, unique=True)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    due_at = models.DateTimeField(default=NO_PROMISE)
    merged_into = models.UUIDField(null=True, db_index=True)
    state = models.JSONField()
    head = models.PositiveIntegerField()
    headline = models.BinaryField(null=True)

    class Meta:
        indexes = [
            # Each ends in the key that settles ties: lists are read in the index's order, never sorted.
            models.Index(fields=["office", "-last_at", "stream"], name="case_latest"),
            models.Index(fields=["office", "due_at", "stream", "is_open"], name="case_due"),
            models.Index(fields=["office", "status", "-last_at", "stream"], name="case_status"),
            models.Index(fields=["area", "-last_at", "stream"], name="case_area"),
            models.Index(fields=["programme", "office", "-last_at", "stream"], name="case_programme"),
        ]

    @property
    def due(self) -> datetime | None:
        """The oldest promise that is open, if any."""
        return None if self.due_at >= NO_PROMISE else self.due_at


class Waiting(models.Model):
    """A step of a case that waits for a duty. What blocks it, if anything, the rules say on the page."""

    pk = models.CompositePrimaryKey("case", "step", "duty")
    case = models.ForeignKey(CaseRow, models.CASCADE, related_name="waiting", db_index=False)
    step = CodeField(max_length=40)
    duty = CodeField(max_length=20)
    office = CodeField(max_length=5)
    area = CodeField(max_length=24)
    programme = models.PositiveIntegerField()
    since = models.DateTimeField()
    due_at = models.DateTimeField(default=NO_PROMISE)
    blocked = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # Today reads a page, and counts to a thousand, from the first of these alone. Yes-or-no columns
            # stand behind: SQLite cannot search for "NOT blocked", only pass over it.
            models.Index(
                fields=["duty", "office", "due_at", "case", "step", "blocked", "programme"],
                name="waiting_office",
            ),
            models.Index(fields=["duty", "area", "due_at", "case", "step", "blocked"], name="waiting_area"),
        ]

    @property
    def due(self) -> datetime | None:
        """When it was promised for, if it was."""
        return None if self.due_at >= NO_PROMISE else self.due_at


class Term(models.Model):
    """A keyed hash of something a person is known by: a stolen disk cannot be searched by it."""

    pk = models.CompositePrimaryKey("hash", "case", "role", "entry")
    hash = models.BinaryField(max_length=16)
    case = models.ForeignKey(CaseRow, models.CASCADE, related_name="terms")
    role = CodeField(max_length=12)
    entry = models.ForeignKey(EntryRow, models.PROTECT, db_constraint=False, db_index=False)
