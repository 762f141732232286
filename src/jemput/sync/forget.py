"""Who is forgotten goes from the files of devices too: they are sealed to the office, which keeps its key."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jemput.core.entries import KINDS
from jemput.core.entries.files import WithFiles
from jemput.journal import keys
from jemput.journal.known import Known
from jemput.journal.models import EntryRow, Erasure, Stream
from jemput.journal.read import chunks
from jemput.journal.terms import trace_term
from jemput.sync import blobs, drafts
from jemput.sync.models import Blob, ForgottenFile, Trace

NAMING = tuple(name for name, kind in KINDS.items() if issubclass(kind, WithFiles))
"""Kinds of entries that name files."""


def named() -> set[str]:
    """Digests of files that entries name, but for those of whom nothing is left."""
    rows = EntryRow.objects.filter(kind__in=NAMING).exclude(sealed=None).values_list("clear", flat=True)
    return {digest for clear in rows.iterator(2000) for digest in clear.get("files") or ()}


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
    gone = of_the_erased()
    if ForgottenFile._meta.db_table in connection.introspection.table_names():  # nor had backups this
        ForgottenFile.objects.bulk_create(map(ForgottenFile, gone), ignore_conflicts=True)
    for digest in gone:
        for blob in Blob.objects.filter(digest=digest, gone_at=None):
            blobs.let_go(blob)


def know_again(**_: Any) -> None:
    """After migrating: the files of those who were erased before there was a list of them, here or in the
    backup that was restored. Needs no key.
    """
    there = connection.introspection.table_names()
    if {model._meta.db_table for model in (ForgottenFile, Erasure, EntryRow)} <= set(there):
        let_go_of_files()


def arrived(blob: Blob) -> None:
    """A file is whole. What is of somebody who was erased meanwhile goes at once. Raises keys.Locked."""
    if ForgottenFile.objects.filter(digest=blob.digest).exists() and blob.digest in of_the_erased():
        blobs.let_go(blob)
    drafts.arrived(blob)


def drafts_of(person: Known) -> Iterator[UUID]:
    """Begun forms of this person's cases, and others that name them with their photos; of a report that was
    begun of them, the case that it would be. Reads those alone that may name them.
    """
    theirs = drafts.here().filter(stream__in=person.cases)
    yield from (drafts.id_of(draft.blob) for draft in theirs)
    key = keys.ring().search_key
    hashes = [trace_term(key, digits) for digits in person.traces()]
    naming = Q(traced=False) | Q(pk__in=Trace.objects.filter(hash__in=hashes).values("draft"))
    for draft in drafts.here().exclude(pk__in=theirs.values("pk")).filter(naming):
        try:
            begun = drafts.read(draft)
        except drafts.Unreadable:
            continue
        if begun.stream in person.cases or person.stands_in(begun.values):
            yield from (drafts.id_of(part.blob) for part in drafts.together(draft))
            if begun.form == "report" and _is_of(person, begun.values) and not _is_case(begun.stream):
                yield begun.stream


def _is_of(person: Known, values: Mapping[str, Any]) -> bool:
    """Whether the report is of this person, and does not only name them."""
    return person.stands_in([values.get(name) for name in ("nik", "name", "phone")])


def _is_case(stream: UUID) -> bool:
    return Stream.objects.filter(id=stream).exists()


def forget_drafts(ids: Collection[UUID]) -> None:
    """Let go of these begun forms, and of those of a case that never began."""
    for id in ids:
        named = Q(digest__startswith=id.hex, draft__isnull=False) | Q(draft__stream=id)
        for blob in Blob.objects.filter(named):
            blobs.let_go(blob)
