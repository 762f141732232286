"""Who is forgotten goes from the files of devices too: they are sealed to the office, which keeps its key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jemput.core.entries import KINDS, Corrected
from jemput.core.entries.files import WithFiles
from jemput.journal import held, keys
from jemput.journal.known import Known
from jemput.journal.models import EntryRow, Erasure, Quarantine, Stream
from jemput.journal.read import chunks
from jemput.journal.seal import BrokenSeal
from jemput.journal.terms import trace_term
from jemput.sync import blobs, drafts
from jemput.sync.models import Blob, ForgottenFile, Trace

NAMING = (*(name for name, kind in KINDS.items() if issubclass(kind, WithFiles)), Corrected.kind)
"""Kinds of entries that name files."""

others: list[Callable[[], Iterable[str]]] = []
"""Asked for further digests of files of erased people: of apps above."""

_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def named() -> set[str]:
    """Digests of files that entries name, but for those of whom nothing is left."""
    rows = EntryRow.objects.filter(kind__in=NAMING).exclude(sealed=None).values_list("clear", flat=True)
    return {digest for clear in rows.iterator(2000) for digest in _files(clear)}


def of_the_erased() -> set[str]:
    """Digests of files that entries of erased people name."""
    gone: set[str] = set()
    for ids in chunks(Erasure.objects.values_list("id", flat=True)):
        rows = EntryRow.objects.filter(Q(stream__in=ids) | Q(id__in=ids), kind__in=NAMING, sealed=None)
        gone.update(digest for clear in rows.values_list("clear", flat=True) for digest in _files(clear))
    return gone


def _files(clear: Mapping[str, Any]) -> list[str]:
    """Those that an entry names, or that a correction has it name."""
    return [*(clear.get("files") or ()), *((clear.get("clear_values") or {}).get("files") or ())]


def of_kept(rows: Iterable[Quarantine]) -> None:
    """Note down the files that these rows of quarantine name: once the rows are gone, nothing leads to them.
    Raises keys.Locked.
    """
    digests: set[str] = set()
    for row in rows:
        with suppress(BrokenSeal):  # nobody can read it any more
            digests.update(_DIGEST.findall(json.dumps(held.offered(row))))
    ForgottenFile.objects.bulk_create(map(ForgottenFile, digests), ignore_conflicts=True)


def let_go_of_files() -> None:
    """Take away the files of everybody who was erased; called again after a restore."""
    there = connection.introspection.table_names()
    if not {model._meta.db_table for model in (Blob, ForgottenFile)} <= set(there):
        return  # a backup of before there were devices, or this list
    gone = of_the_erased().union(*(ask() for ask in others))
    ForgottenFile.objects.bulk_create(map(ForgottenFile, gone), ignore_conflicts=True)
    _let_go(Blob.objects.filter(gone_at=None, digest__in=ForgottenFile.objects.values("digest")))


def _let_go(forgotten: Iterable[Blob]) -> None:
    """But for files that an entry which is left names as well."""
    found = list(forgotten)
    left = named() if found else set()
    for blob in found:
        if blob.digest not in left:
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
    _let_go([blob] if ForgottenFile.objects.filter(digest=blob.digest).exists() else [])
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
