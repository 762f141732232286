"""The satisfaction index (IKM) of PermenPANRB 14/2017, and what people complain of.

Nine elements graded 1 to 4. The mean of an element is its NRR; the index is the mean of the nine times
25. The form of the regulation weighs each element with 0.111; we compute with 1/9, so that a perfect
answer gives 100 and not 99.9.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from jemput.core.codes import Coded
from jemput.core.corrections import as_corrected
from jemput.core.entries import Complaint, ComplaintClass, Entry, Satisfaction
from jemput.core.text import _
from jemput.journal.models import CaseRow, EntryRow
from jemput.journal.read import clear_entry
from jemput.measure.counting import Scope

ELEMENTS = (
    "requirements",
    "procedure",
    "time",
    "cost",
    "product",
    "competence",
    "conduct",
    "complaints",
    "facilities",
)
"""U1 to U9, as the fields of the entry."""


class Category(Coded):
    """Service quality by the index (PermenPANRB 14/2017)."""

    A = "A", _("Very good")
    B = "B", _("Good")
    C = "C", _("Less good")
    D = "D", _("Not good")


def category_of(index: float) -> Category:
    """The category of an index of 25 to 100, rounded to two places as it is printed."""
    shown = round(index, 2)
    for least, category in ((88.31, Category.A), (76.61, Category.B), (65.0, Category.C)):
        if shown >= least:
            return category
    return Category.D


@dataclass(frozen=True)
class Survey:
    """The answers of a scope in a time."""

    answers: int
    by_proxy: int
    means: dict[str, float]
    """NRR, 1.0 to 4.0, by element; empty without answers."""

    @property
    def index(self) -> float | None:
        """IKM, 25 to 100; None without answers."""
        return sum(self.means.values()) / len(ELEMENTS) * 25 if self.answers else None

    @property
    def category(self) -> Category | None:
        """A to D; None without answers."""
        return None if self.index is None else category_of(self.index)


def survey(scope: Scope, since: datetime, until: datetime) -> Survey:
    """The satisfaction survey as it holds after corrections, from ``since`` up to, without, ``until``."""
    found = [
        e.body for e in _entries(scope, "satisfaction", since, until) if isinstance(e.body, Satisfaction)
    ]
    if not found:
        return Survey(0, 0, {})
    means = {name: sum(getattr(b, name) for b in found) / len(found) for name in ELEMENTS}
    return Survey(len(found), sum(b.by_proxy for b in found), means)


def complaints(scope: Scope, since: datetime, until: datetime) -> dict[ComplaintClass, int]:
    """How many complaints of each class; illegal levies first, even when there are none."""
    found = Counter(
        e.body.about for e in _entries(scope, "complaint", since, until) if isinstance(e.body, Complaint)
    )
    return {kind: found[kind] for kind in ComplaintClass}


def _entries(scope: Scope, kind: str, since: datetime, until: datetime) -> Iterator[Entry]:
    said = EntryRow.objects.filter(
        kind=kind,
        received_at__gte=since,
        received_at__lt=until,
        stream__case__in=CaseRow.objects.filter(scope.cases()),
    )
    rows = EntryRow.objects.filter(stream__in=said.values("stream"), kind__in=[kind, "corrected"]).order_by(
        "stream", "position"
    )
    for __, group in groupby(rows.iterator(), key=attrgetter("stream_id")):
        for entry in as_corrected(clear_entry(row) for row in group):
            if entry.kind == kind and since <= entry.at < until:
                yield entry
