"""A village on one sheet: all its names, sealed together, to be scanned when the terms were not enough.

Catches what no exact term can: names joined, split, cut short or misspelt in their consonants.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel, JaroWinkler

from jemput.people.models import SheetRow
from jemput.people.person import Person, Query
from jemput.people.vault import Vault

MOST_ON_A_SHEET = 4096
MOST_SHEETS = 16
"""Sheets kept decrypted by one process: about 1.3 MB each when full."""
MOST_SCANNED = 3
_FAR_OFF = 12
"""Years: nobody is that much older or younger than said."""


@dataclass(frozen=True)
class Sheet:
    """Columns of one sheet. People are sorted by birth year."""

    numbers: np.ndarray
    years: np.ndarray
    names: list[str]
    mothers: list[str]

    @classmethod
    def of(cls, lines: list[Line]) -> Sheet:
        """From lines of (year, number, name, mother)."""
        years, numbers, names, mothers = zip(*sorted(lines), strict=True)
        return cls(np.array(numbers, "<u4"), np.array(years, "<i2"), list(names), list(mothers))

    def packed(self) -> bytes:
        """All columns one after the other; to be sealed. Unpacking would take longer than the scan."""
        texts = "\0".join(("\n".join(self.names), "\n".join(self.mothers))).encode()
        size = len(self.numbers).to_bytes(4, "little")
        return size + self.numbers.tobytes() + self.years.tobytes() + texts

    @classmethod
    def unpacked(cls, plain: bytes) -> Sheet:
        """What ``packed`` gave."""
        if plain[2:4] != b"\0\0":  # no such long sheet: one that was compressed, as the first extracts were
            plain = zlib.decompress(plain)
        size = int.from_bytes(plain[:4], "little")
        years_at, texts_at = 4 + 4 * size, 4 + 6 * size
        names, mothers = plain[texts_at:].decode().split("\0")
        numbers, years = (
            np.frombuffer(plain[4:years_at], "<u4"),
            np.frombuffer(plain[years_at:texts_at], "<i2"),
        )
        return cls(numbers, years, names.split("\n"), mothers.split("\n"))


Line = tuple[int, int, str, str]


def line_of(number: int, person: Person) -> Line:
    """A person's line on the sheet."""
    return person.year, number, " ".join(sorted(person.words)), " ".join(sorted(person.mother_words))


# By the vault too: an id may come again in another database or after a restore, the key of an extract never.
_cache: OrderedDict[tuple[Vault, int], Sheet] = OrderedDict()
_lock = Lock()


def village_id(vault: Vault, village: str) -> int:
    """What a village is called in the table of sheets."""
    return vault.terms([("S", "", village)])[0]


def sheets_of(vault: Vault, village: str) -> list[Sheet]:
    """The sheets of a village, decrypted, from memory when they were asked for lately."""
    ids = (
        SheetRow.objects.filter(village=village_id(vault, village))
        .order_by("id")
        .values_list("id", flat=True)
    )
    found = []
    for id in ids:
        with _lock:
            sheet = _cache.get((vault, id))
        if sheet is None:
            blob = SheetRow.objects.values_list("sealed", flat=True).get(pk=id)
            sheet = Sheet.unpacked(vault.unseal(id, bytes(blob)))
        with _lock:
            _cache[vault, id] = sheet
            _cache.move_to_end((vault, id))
            while len(_cache) > MOST_SHEETS:
                _cache.popitem(last=False)
        found.append(sheet)
    return found


def forget(vault: Vault, village: str, numbers: Collection[int]) -> None:
    """Write the sheets of a village anew without these people."""
    for row in SheetRow.objects.filter(village=village_id(vault, village)):
        sheet = Sheet.unpacked(vault.unseal(row.pk, bytes(row.sealed)))
        columns = (sheet.years.tolist(), sheet.numbers.tolist(), sheet.names, sheet.mothers)
        left = [line for line in zip(*columns, strict=True) if line[1] not in numbers]
        if len(left) == len(sheet.names):
            continue
        if left:
            row.sealed = vault.seal(row.pk, Sheet.of(left).packed())
            row.save(update_fields=["sealed"])
        else:
            SheetRow.objects.filter(pk=row.pk).delete()
        with _lock:
            _cache.pop((vault, row.pk), None)


def scan(vault: Vault, query: Query, village: str, most: int) -> list[int]:
    """The people of a village whose name, mother and age are nearest to the query's."""
    sheets = sheets_of(vault, village)
    if query.birth and len(sheets) > MOST_SCANNED:
        year = query.birth.middle.year
        sheets = sorted(sheets, key=lambda s: abs(int(s.years[len(s.years) // 2]) - year))
    near: list[tuple[float, int]] = []
    for sheet in sheets[:MOST_SCANNED]:
        sheet = _of_an_age(sheet, query)
        points = _points(sheet, query)
        best = np.argpartition(points, -most)[-most:] if len(points) > most else np.arange(len(points))
        near += zip(points[best].tolist(), sheet.numbers[best].tolist(), strict=True)
    return [number for _points_, number in sorted(near, reverse=True)[:most]]


def _of_an_age(sheet: Sheet, query: Query) -> Sheet:
    """The stretch of a sheet born about when the query says; all of it where some years are unknown."""
    if query.birth is None or not len(sheet.years) or sheet.years[0] == 0:
        return sheet
    years = query.birth.earliest.year - _FAR_OFF, query.birth.latest.year + _FAR_OFF + 1
    start, end = np.searchsorted(sheet.years, years).tolist()
    at = slice(start, end)
    return Sheet(sheet.numbers[at], sheet.years[at], sheet.names[at], sheet.mothers[at])


def _points(sheet: Sheet, query: Query) -> np.ndarray:
    points = np.zeros(len(sheet.numbers), np.float32)
    if query.words:
        # In the order of the alphabet as on the sheet, and as it was said: for one name that was cut in two.
        ways = {" ".join(sorted(query.words)), " ".join(query.words)}
        points += 10 * process.cdist(list(ways), sheet.names, scorer=Indel.normalized_similarity).max(axis=0)
        if query.typing:
            begun = process.cdist(
                [" ".join(query.words)], sheet.names, scorer=JaroWinkler.normalized_similarity
            )[0]
            points = np.maximum(points, 10 * begun)
    if query.mother_words:
        asked = " ".join(sorted(query.mother_words))
        hers = process.cdist([asked], sheet.mothers, scorer=Indel.normalized_similarity)[0]
        known = np.array([bool(m) for m in sheet.mothers])
        points += np.where(known, 8 * hers, 3)
    if query.birth:
        first, last = query.birth.earliest.year, query.birth.latest.year
        off = np.maximum(np.maximum(first - sheet.years, sheet.years - last), 0)
        points += 3 - np.minimum(off, 10) * 0.5
    return points
