"""Taking in an extract: looked at first, sealed row by row, stopped and resumed at will, then put in place
at once.

Rows are committed in blocks, so that the office can go on working meanwhile and nothing is lost by a stop.
Until ``take_over`` the extract in use stays the one that was there.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from jemput.core.text import BadInput, _
from jemput.people.bulk import delete_range, insert
from jemput.people.columns import Mapper, guess
from jemput.people.index import Progress, clear_index
from jemput.people.models import PersonRow, Snapshot
from jemput.people.person import Person
from jemput.people.rows import person_of
from jemput.people.tables import first_rows, rows_of
from jemput.people.vault import SLOTS, Vault, new_key, vault_of
from jemput.people.workers import several

BLOCK = 10_000
_ENOUGH_FOR_SEVERAL = 10_000_000
_LOOK = 200


@dataclass
class Preview:
    """What would be made of a file."""

    mapper: Mapper
    people: list[Person] = field(default_factory=list)
    refused: list[tuple[int, BadInput]] = field(default_factory=list)
    """(row of the file, why)."""
    odd: Counter[str] = field(default_factory=Counter)


def preview(path: Path, office: str, said: dict[str, str] | None = None, count: int = _LOOK) -> Preview:
    """The first rows of a file as they would be taken in; nothing is stored. Raises BadInput."""
    rows = first_rows(path, count + 12)
    seen = Preview(guess(rows, said))
    today = timezone.localdate()
    for number, row in enumerate(rows[seen.mapper.headings_row :], seen.mapper.headings_row + 1):
        try:
            seen.people.append(
                person_of(row, seen.mapper, office, today, lambda what: seen.odd.update([what]))
            )
        except BadInput as bad:
            if any(c.strip() for c in row):
                seen.refused.append((number, bad))
    return seen


def begin(path: Path, office: str, taken_on: date, said: dict[str, str] | None = None) -> Snapshot:
    """A new extract for this file, or the one that was stopped while reading the very same file. Raises
    BadInput."""
    digest = _digest(path)
    stopped = Snapshot.objects.filter(office=office, digest=digest, state=Snapshot.LOADING).first()
    if stopped is not None:
        return stopped
    mapper = guess(first_rows(path, _LOOK), said)
    _key, key_id, wrapped = new_key()
    taken = set(Snapshot.objects.exclude(slot=None).values_list("slot", flat=True))
    return Snapshot.objects.create(
        office=office, taken_on=taken_on, digest=digest, key_id=key_id, wrapped_key=wrapped,
        slot=next(s for s in range(SLOTS) if s not in taken),
        columns={"at": mapper.columns, "above": mapper.headings_row},
    )  # fmt: skip


def load(
    snapshot: Snapshot, path: Path, faults: Path | None = None, progress: Progress = lambda w, d, o: None
) -> Snapshot:
    """Seal every row; goes on where it stopped. Rows of no use go to the fault file (row, reason).
    Raises BadInput."""
    if snapshot.state != Snapshot.LOADING:
        return snapshot
    if snapshot.digest != _digest(path):
        raise BadInput(_("This is another file than the one that was begun."))
    mapper = Mapper(snapshot.columns["at"], snapshot.columns["above"], ())
    today = timezone.localdate()
    size = path.stat().st_size
    with rows_of(path) as rows, _fault_file(faults, snapshot.read > 0) as fault:
        data = islice(rows, mapper.headings_row + snapshot.read, None)
        blocks = _blocks(data, snapshot, mapper, today)
        for block in several(_seal, blocks, size > _ENOUGH_FOR_SEVERAL):
            _store(snapshot, block, fault)
            progress("rows", snapshot.read, max(size // 150, snapshot.read))
    snapshot.state = Snapshot.LOADED
    snapshot.save()
    return snapshot


@dataclass(frozen=True)
class _Block:
    """Rows of the file that are sealed together."""

    snapshot: Snapshot
    mapper: Mapper
    today: date
    first: int
    """How many rows of data stand before it."""
    rows: list[list[str]]


@dataclass
class _Sealed:
    """A block as it is stored."""

    count: int
    rows: list[tuple[int | bytes, ...]] = field(default_factory=list)
    refused: list[tuple[int, BadInput]] = field(default_factory=list)
    odd: Counter[str] = field(default_factory=Counter)


def _blocks(data: Iterator[list[str]], snapshot: Snapshot, mapper: Mapper, today: date) -> Iterator[_Block]:
    first = snapshot.read
    while rows := list(islice(data, BLOCK)):
        yield _Block(snapshot, mapper, today, first, rows)
        first += len(rows)


def _seal(block: _Block) -> _Sealed:
    """A person's number is the row's place in the file, so that blocks can be sealed side by side."""
    vault = vault_of(block.snapshot)
    sealed = _Sealed(len(block.rows))

    def note(what: str) -> None:
        sealed.odd[what] += 1

    for number, row in enumerate(block.rows, block.first + 1):
        try:
            person = person_of(row, block.mapper, block.snapshot.office, block.today, note)
        except BadInput as bad:
            if any(c.strip() for c in row):
                sealed.refused.append((number + block.mapper.headings_row, bad))
            continue
        place = vault.row_id(number)
        sealed.rows.append((place, vault.seal(place, person.packed())))
    return sealed


def _store(snapshot: Snapshot, block: _Sealed, fault: Callable[[int, BadInput], None]) -> None:
    for row, bad in block.refused:
        fault(row, bad)
    with transaction.atomic():
        insert(PersonRow, ("id", "sealed"), block.rows)
        snapshot.people += len(block.rows)
        snapshot.refused += len(block.refused)
        snapshot.odd = dict(Counter(snapshot.odd) + block.odd)
        snapshot.read += block.count
        snapshot.save(update_fields=["people", "refused", "odd", "read"])


def take_over(snapshot: Snapshot) -> None:
    """Put a loaded and indexed extract in place of the one in use, whose key is destroyed in the same
    step."""
    with transaction.atomic():
        old = list(
            Snapshot.objects.filter(office=snapshot.office)
            .exclude(pk=snapshot.pk)
            .exclude(state=Snapshot.LOADING)
        )
        for other in old:
            other.state, other.wrapped_key, other.figures = Snapshot.RETIRED, None, None
            other.save(update_fields=["state", "wrapped_key", "figures"])
        snapshot.state = Snapshot.CURRENT
        snapshot.save(update_fields=["state"])
    for other in old:
        sweep(other)


def sweep(snapshot: Snapshot) -> None:
    """Take away the rows of an extract; its key is gone or goes now."""
    vault = Vault(snapshot.pk, snapshot.slot or 0, bytes(32))
    with transaction.atomic():
        snapshot.state, snapshot.wrapped_key, snapshot.figures = Snapshot.RETIRED, None, None
        snapshot.save(update_fields=["state", "wrapped_key", "figures"])
    with transaction.atomic():
        if snapshot.slot is not None:
            clear_index(snapshot, vault)
        delete_range(PersonRow, vault.row_id(0), vault.row_id(0xFFFFFFFF))
        snapshot.slot = None
        snapshot.save(update_fields=["slot"])


@contextmanager
def _fault_file(path: Path | None, append: bool) -> Iterator[Callable[[int, BadInput], None]]:
    if path is None:
        yield lambda row, bad: None
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC), 0o600)
    with os.fdopen(descriptor, "w", newline="", encoding="utf-8") as file:
        writer: Any = csv.writer(file)
        if not append:
            writer.writerow(["row", "reason"])
        yield lambda row, bad: writer.writerow([row, str(bad.words)])


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
