"""An open extract as the linkage sees it: candidates by keyed terms, people decrypted block by block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from jemput.people.index import every_person
from jemput.people.link.blocking import FURTHER, against_register
from jemput.people.link.records import Record, of_person
from jemput.people.lookup import Register, opened
from jemput.people.models import Snapshot
from jemput.people.person import Query
from jemput.people.places import villages_of
from jemput.people.sheets import Sheet, sheets_of

_SCANNED_VILLAGES, _SCANNED = 2, 8


class OpenRegister:
    """The Known of engine.py over a look-up's Register."""

    def __init__(self, register: Register) -> None:
        self.figures = register.figures
        self.people = register.snapshot.people
        self._vault = register.vault
        self._snapshot = register.snapshot

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process the extract is opened again; its key is no luggage."""
        return _opened_again, (self._snapshot,)

    def candidates(self, queries: Sequence[Query]) -> list[list[int]]:
        """For each query the people it may be."""
        return list(against_register(queries, self._vault, self.people))

    def records(self, numbers: set[int]) -> dict[int, Record]:
        """People by number; decrypted here and let go of by the caller."""
        return {n: of_person(person) for n, person in self._vault.people(sorted(numbers)).items()}

    def everybody(self) -> Iterator[tuple[int, Record]]:
        """All people, decrypted one by one."""
        return ((number, of_person(person)) for number, person in every_person(self._snapshot))

    def further(self, queries: Mapping[int, Query]) -> dict[int, list[int]]:
        """For rows that found nobody: more by terms, and the likest names of their villages."""
        asking: defaultdict[str, list[int]] = defaultdict(list)
        for row, query in queries.items():
            for village in villages_of(query.places)[:_SCANNED_VILLAGES]:
                asking[village].append(row)
        more = against_register(list(queries.values()), self._vault, self.people, FURTHER)
        found = dict(zip(queries, more, strict=True))
        for village, rows in sorted(asking.items()):
            for sheet in sheets_of(self._vault, village):
                for row, numbers in zip(rows, _nearest(sheet, [queries[r] for r in rows]), strict=True):
                    found[row] += numbers
        return found


def _opened_again(snapshot: Snapshot) -> OpenRegister:
    return OpenRegister(opened(snapshot))


def _nearest(sheet: Sheet, queries: Sequence[Query]) -> list[list[int]]:
    asked = [" ".join(sorted(q.words)) for q in queries]
    points = process.cdist(
        asked, sheet.names, scorer=Indel.normalized_similarity, dtype=np.float32, workers=1
    )
    hers = [" ".join(sorted(q.mother_words)) for q in queries]
    if any(hers):
        mothers = process.cdist(
            hers, sheet.mothers, scorer=Indel.normalized_similarity, dtype=np.float32, workers=1
        )
        points += np.where(np.array([bool(h) for h in hers])[:, None], 0.7 * mothers, 0)
    for line, query in zip(points, queries, strict=True):
        if query.birth:
            first, last = query.birth.earliest.year, query.birth.latest.year
            off = np.maximum(np.maximum(first - sheet.years, sheet.years - last), 0)
            line -= np.minimum(off, 10) * 0.04
    most = min(_SCANNED, points.shape[1])
    best = np.argpartition(points, -most, axis=1)[:, -most:]
    return [sheet.numbers[line].tolist() for line in best]
