"""Building the index of an extract: terms and sheets, from its sealed rows; memory stays bounded.

Terms are hashed as they come and spilt into files by their first bits; each file is then sorted alone
and written in the order of the ids, which a database takes fastest. The files hold only keyed hashes.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import numpy as np
from django.db import transaction
from django.db.models import Max

from jemput.people.bulk import delete_range, insert
from jemput.people.likeness import Figures
from jemput.people.models import PersonRow, SheetRow, Snapshot, TermRow
from jemput.people.person import Person
from jemput.people.sheets import MOST_ON_A_SHEET, Line, Sheet, line_of, village_id
from jemput.people.terms import terms_of
from jemput.people.vault import TERM_BITS, Vault, vault_of
from jemput.people.workers import several

_CHUNK = 5_000
_SPILL = 500_000
_FILES = 64
_PAIR = np.dtype([("term", "<u8"), ("person", "<u4")])

Progress = Callable[[str, int, int], None]
"""(what is being done, how much of it, out of how many)."""


_PART = 50_000
_ENOUGH_FOR_SEVERAL = 100_000


def build(snapshot: Snapshot, progress: Progress = lambda what, done, of: None) -> None:
    """Terms, sheets and figures of an extract whose rows are loaded; begins anew when there are some."""
    vault = vault_of(snapshot)
    with transaction.atomic():
        clear_index(snapshot, vault)
    words: Counter[str] = Counter()
    families = _Families()
    villages: defaultdict[str, list[bytes]] = defaultdict(list)
    with _spilt() as folder:
        last = PersonRow.objects.filter(id__range=(vault.row_id(0), vault.row_id(0xFFFFFFFF))).aggregate(
            m=Max("id")
        )
        end = (last["m"] or 0) & 0xFFFFFFFF
        parts = [(snapshot, folder, start, start + _PART) for start in range(0, end, _PART)]
        for done, part in enumerate(several(_gather, parts, end > _ENOUGH_FOR_SEVERAL), 1):
            words.update(part.words)
            families.take(part.families)
            for village, lines in part.villages.items():
                villages[village].append(lines)
            progress("terms", done, len(parts))
        _write_sheets(vault, villages)
        villages.clear()
        for number in range(_FILES):
            with transaction.atomic():
                insert(TermRow, ("id", "people"), _sorted_terms(Path(folder), number))
            progress("index", number + 1, _FILES)
    least = max(2, snapshot.people // 100_000)
    counts = {word: count for word, count in words.items() if count >= least}
    place = vault.row_id(0)
    snapshot.figures = vault.seal_text(place, json.dumps({"people": snapshot.people, "counts": counts}))
    snapshot.odd = {k: v for k, v in {**snapshot.odd, **families.odd()}.items() if v}
    snapshot.save(update_fields=["figures", "odd"])


_PREFIX, _LOCK = "jemput-index-", "lock"
_A_DAY = 86_400


@contextmanager
def _spilt() -> Iterator[str]:
    """A folder for the spilt terms. What builds that were killed left behind is taken away first."""
    for old in Path(gettempdir()).glob(f"{_PREFIX}*"):
        if _left_behind(old):
            shutil.rmtree(old, ignore_errors=True)
    with TemporaryDirectory(prefix=_PREFIX) as folder, Path(folder, _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the kernel lets go of it when the build dies, however it dies
        yield folder


def _left_behind(folder: Path) -> bool:
    try:
        about, lock = folder.stat(), folder / _LOCK
        if about.st_uid != os.getuid() or not lock.exists():
            return about.st_uid == os.getuid() and time.time() - about.st_mtime > _A_DAY
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody works there, or it is just gone
        return False
    return True


@dataclass
class _Part:
    """What one stretch of people gives, besides the terms that it spills."""

    words: Counter[str]
    families: _Families
    villages: dict[str, bytes]
    """Lines of the sheets, packed."""


def _gather(task: tuple[Snapshot, str, int, int]) -> _Part:
    """Spill the terms of a stretch of people (numbers above the first, up to the last)."""
    snapshot, folder, first, last = task
    vault = vault_of(snapshot)
    spill, words, families = _Spill(Path(folder), vault), Counter[str](), _Families()
    villages: defaultdict[str, list[bytes]] = defaultdict(list)
    for number, person in every_person(snapshot, first, last):
        spill.add(number, person)
        words.update(person.words)
        families.add(person)
        if person.area:
            villages[person.area].append(_line(line_of(number, person)))
    spill.flush()
    packed = {village: zlib.compress(b"\n".join(lines), 1) for village, lines in villages.items()}
    return _Part(words, families, packed)


def every_person(snapshot: Snapshot, above: int = 0, up_to: int = 0xFFFFFFFF) -> Iterator[tuple[int, Person]]:
    """(number, person) of an extract, decrypted one by one; all, or those with numbers in a stretch."""
    vault = vault_of(snapshot)
    last, end = vault.row_id(above), vault.row_id(up_to)
    while True:
        rows = (
            PersonRow.objects.filter(id__gt=last, id__lte=end)
            .order_by("id")
            .values_list("id", "sealed")[:_CHUNK]
        )
        found = list(rows)
        if not found:
            return
        for id, blob in found:
            yield id & 0xFFFFFFFF, Person.unpacked(vault.unseal(id, bytes(blob)))
        last = found[-1][0]


def clear_index(snapshot: Snapshot, vault: Vault) -> None:
    """Take away terms and sheets."""
    delete_range(TermRow, *vault.term_range)
    delete_range(SheetRow, vault.row_id(0), vault.row_id(0xFFFFFFFF))


def figures_of(snapshot: Snapshot, vault: Vault) -> Figures:
    """How frequent words of names are in this extract."""
    if snapshot.figures is None:
        return Figures(max(snapshot.people, 1000))
    data = json.loads(vault.unseal_text(vault.row_id(0), bytes(snapshot.figures)))
    return Figures(max(data["people"], 1000), data["counts"])


def _write_sheets(vault: Vault, villages: dict[str, list[bytes]]) -> None:
    number = 0
    rows = []
    for village, packed in villages.items():
        lines = sorted(line for part in packed for line in zlib.decompress(part).split(b"\n"))
        for start in range(0, len(lines), MOST_ON_A_SHEET):
            number += 1
            place = vault.row_id(number)
            sheet = Sheet.of([_from_line(line) for line in lines[start : start + MOST_ON_A_SHEET]])
            rows.append((place, village_id(vault, village), vault.seal(place, sheet.packed())))
    with transaction.atomic():
        insert(SheetRow, ("id", "village", "sealed"), rows)


def _line(line: Line) -> bytes:
    """A line as few bytes that sort by year: there is one for everybody until the sheets are written."""
    year, number, name, mother = line
    return f"{year:04}\t{number}\t{name}\t{mother}".encode()


def _from_line(line: bytes) -> Line:
    year, number, name, mother = line.decode().split("\t")
    return int(year), int(number), name, mother


class _Families:
    """Families without a head or with several, and NIKs that stand there twice; counts only."""

    def __init__(self) -> None:
        self._families, self._heads, self._niks = array("Q"), array("Q"), array("Q")

    def add(self, person: Person) -> None:
        """Note a person's numbers; forgotten when counted."""
        if person.nik:
            self._niks.append(int(person.nik))
        if person.family:
            self._families.append(int(person.family))
            if person.relation == "1":
                self._heads.append(int(person.family))

    def take(self, other: _Families) -> None:
        """Add what another one noted."""
        self._families += other._families
        self._heads += other._heads
        self._niks += other._niks

    def odd(self) -> dict[str, int]:
        """What the report of odd data counts."""
        counted = {"nik_twice": len(self._niks) - len(np.unique(self._niks)) if self._niks else 0}
        if self._heads:
            headed, how_often = np.unique(self._heads, return_counts=True)
            counted["heads"] = int((how_often > 1).sum())
            counted["no_head"] = len(np.setdiff1d(self._families, headed))
        return counted


class _Spill:
    """Pairs of term and person on disk, parted by the first bits of the term."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder, self._vault = folder, vault
        self._parts, self._people = array("Q"), array("I")
        self._shift = TERM_BITS - (_FILES.bit_length() - 1)

    def add(self, number: int, person: Person) -> None:
        """The terms of one person."""
        left, right = self._vault.left, self._vault.right
        before = len(self._parts)
        for kind, one, other in terms_of(person):
            self._parts.append(left(kind, one))
            self._parts.append(right(other))
        self._people.extend([number] * ((len(self._parts) - before) // 2))
        if len(self._people) >= _SPILL:
            self.flush()

    def flush(self) -> None:
        """Hash what was gathered and put it on disk."""
        if not self._people:
            return
        pairs = np.empty(len(self._people), _PAIR)
        pairs["term"] = self._vault.compound(np.frombuffer(self._parts, "<u8"))
        pairs["person"] = np.frombuffer(self._people, "<u4")
        pairs = pairs[np.argsort(pairs["term"])]
        files = (pairs["term"] >> np.uint64(self._shift)) & np.uint64(_FILES - 1)
        ends = np.searchsorted(files, np.arange(_FILES + 1))
        for number in range(_FILES):
            with (self._folder / f"{number}-{os.getpid()}").open("ab") as file:
                file.write(pairs[ends[number] : ends[number + 1]].tobytes())
        del self._parts[:], self._people[:]


def _sorted_terms(folder: Path, number: int) -> Iterator[tuple[int, bytes]]:
    """(term, numbers of people) from the files of this number, in order."""
    pairs = np.concatenate([np.empty(0, _PAIR), *(np.fromfile(f, _PAIR) for f in folder.glob(f"{number}-*"))])
    if not len(pairs):
        return
    pairs = pairs[np.lexsort((pairs["person"], pairs["term"]))]
    terms, people = pairs["term"], pairs["person"]
    fresh = np.r_[True, (terms[1:] != terms[:-1]) | (people[1:] != people[:-1])]
    terms, numbers = terms[fresh], np.ascontiguousarray(people[fresh]).tobytes()
    starts = np.flatnonzero(np.r_[True, terms[1:] != terms[:-1]])
    ends = np.r_[starts[1:], len(terms)]
    for term, start, end in zip(
        terms[starts].tolist(), (starts * 4).tolist(), (ends * 4).tolist(), strict=True
    ):
        yield term, numbers[start:end]
