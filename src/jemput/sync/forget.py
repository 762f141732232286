"""Who is forgotten goes from the files of devices too: they are sealed to the office, which keeps its key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jemput.core.entries import KINDS
from jemput.core.entries.files import WithFiles
from jemput.journal.known import Known
from jemput.journal.models import EntryRow, Erasure
from jemput.journal.read import chunks
from jemput.sync import blobs, drafts
from jemput.sync.models import Blob

NAMING = tuple(name for name, kind in KINDS.items() if issubclass(kind, WithFiles))
"""Kinds of entries that name files."""


def of_the_erased() -> set[str]:
    """Digests of files that entries of erased people name, and no entry that is left of the same case."""
    gone: set[str] = set()
    left: set[str] = set()
    for ids in chunks(Erasure.objects.values_list("id", flat=True)):
        rows = EntryRow.objects.filter(Q(stream__in=ids) | Q(id__in=ids), kind__in=NAMING, sealed=None)
        for stream, clear in rows.values_list("stream_id", "clear"):
            if digests := clear.get("files"):
                gone.update(digests)
                there = EntryRow.objects.filter(stream=stream, kind__in=NAMING).exclude(sealed=None)
                left.update(
                    d for one in there.values_list("clear", flat=True) for d in one.get("files") or ()
                )
    return gone - left


def let_go_of_files() -> None:
    """Take away the files of everybody who was erased; called again after a restore."""
    if Blob._meta.db_table not in connection.introspection.table_names():
        return  # a backup of before there were devices
    for digest in of_the_erased():
        for blob in Blob.objects.filter(digest=digest, gone_at=None):
            blobs.let_go(blob)


def arrived(blob: Blob) -> None:
    """A file is whole. What is of somebody who was erased meanwhile goes at once. Raises keys.Locked."""
    if blob.digest in of_the_erased():
        blobs.let_go(blob)
    drafts.arrived(blob)


def drafts_of(person: Known) -> Iterator[UUID]:
    """Begun forms of this person's cases, and others that name them."""
    for draft in drafts.here():
        try:
            begun = drafts.read(draft)
        except drafts.Unreadable:
            continue
        if begun.stream in person.cases or person.stands_in(begun.values):
            yield drafts.id_of(draft.blob)


def forget_drafts(ids: Collection[UUID]) -> None:
    """Let go of these begun forms."""
    for id in ids:
        for blob in Blob.objects.filter(digest__startswith=id.hex, draft__isnull=False):
            blobs.let_go(blob)
