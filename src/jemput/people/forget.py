"""Forgetting a person in the register extract, in lists, and in what was decided on pairs.

Called by ``journal.erase``. A register row is deleted; a list row and a decision lose what is sealed and
stay as numbers. The next extract, drawn from the register itself, may bring the person again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from uuid import UUID

from jemput import journal
from jemput.core.entries import NikMergeProposed, PairDecided
from jemput.journal.known import Known
from jemput.journal.models import EntryRow, Stream
from jemput.people import sheets
from jemput.people.link import store
from jemput.people.models import LinkRow, PersonRow, Snapshot
from jemput.people.vault import ROW_BITS, vault_of


def registered(person: Known) -> Iterator[UUID]:
    """The rows of this person in every extract whose key is there, by NIK: (extract, number) as an id."""
    asked = [("N", "", nik) for nik in sorted(person.niks)]
    if not asked:
        return
    for snapshot in Snapshot.objects.exclude(wrapped_key=None).defer("figures"):
        vault = vault_of(snapshot)
        found = vault.postings(vault.terms(asked)).values()
        people = vault.people({number for numbers in found for number in numbers.tolist()})
        yield from (UUID(int=vault.row_id(n)) for n, p in people.items() if p.nik in person.niks)


def forget_registered(ids: Collection[UUID]) -> None:
    """Delete these rows, and their lines on the sheets. Terms that led to them lead nowhere."""
    numbers: defaultdict[int, set[int]] = defaultdict(set)
    for id in ids:
        numbers[id.int >> ROW_BITS].add(id.int & (1 << ROW_BITS) - 1)
    for snapshot in Snapshot.objects.filter(pk__in=numbers).exclude(wrapped_key=None).defer("figures"):
        vault, gone = vault_of(snapshot), numbers[snapshot.pk]
        for village in {p.area for p in vault.people(gone).values() if p.area}:
            sheets.forget(vault, village, gone)
        vault.forget(gone)
    PersonRow.objects.filter(id__in=[id.int for id in ids]).delete()


def listed(person: Known) -> list[UUID]:
    """Rows of lists that are this person: see ``_rows``. Called by the id their report has or would have."""
    return [row.entry for row in _rows(person)]


def forget_listed(ids: Collection[UUID]) -> None:
    """Take out what stands in these rows. As numbers they stay, so that no count changes."""
    rows = list(LinkRow.objects.filter(entry__in=ids))
    for row in rows:
        store.blank(row)
    LinkRow.objects.bulk_update(rows, ["sealed"], batch_size=500)


def decisions(person: Known) -> Iterator[UUID]:
    """Decisions and proposals on this person's rows, or that write their NIK."""
    theirs = {(row.list_id, row.number) for row in _rows(person)}
    kinds = ("pair_decided", "nik_merge_proposed")
    streams = EntryRow.objects.filter(kind__in=kinds, sealed__isnull=False).values_list(
        "stream_id", flat=True
    )
    for stream in streams.distinct():
        for entry in journal.entries(stream):
            body = entry.body
            if not isinstance(body, PairDecided | NikMergeProposed):
                continue
            if (stream, body.row) in theirs or person.stands_in(body.split()[1]):
                yield entry.id


def _rows(person: Known) -> list[LinkRow]:
    """With their NIK, or name and phone; those their case was opened from, or that a human linked to it."""
    lists = Stream.objects.filter(type="list", wrapped_key__isnull=False).values("id")
    rows = LinkRow.objects.filter(list__in=lists)
    reports = EntryRow.objects.filter(stream__in=person.cases, kind="reported").values("id")
    linked = set(rows.filter(entry__in=reports).values_list("id", flat=True))
    linked |= set(
        rows.filter(pairs__case__in=person.cases, pairs__answer="same").values_list("id", flat=True)
    )
    return [
        row
        for row, said in store.opened(rows.order_by("id").iterator(1000))
        if row.pk in linked or person.fits(said.query.nik, said.query.name, said.phone)
    ]
