"""Today and the case lists: a page of rows and a capped count, whatever the number of cases.

Who may see what is asked elsewhere (``accounts``): these functions take the areas as given.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jemput.core.codes import Duty
from jemput.journal import keys
from jemput.journal.models import CaseRow, Stream, Waiting
from jemput.journal.project import open_headline
from jemput.journal.read import stream_key
from jemput.journal.seal import BrokenSeal

log = logging.getLogger(__name__)
PAGE = 50
CAP = 1000
OFFICE = len("35.03")


@dataclass(frozen=True)
class Count:
    """A number of rows, counted no further than CAP."""

    number: int

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.number > CAP

    def __bool__(self) -> bool:
        return self.number > 0

    def __str__(self) -> str:
        return f"{CAP}+" if self.is_more else str(self.number)


def within(areas: Iterable[str]) -> Q:
    """Rows in these areas: equal to a code or inside it. No area, no rows."""
    return reduce(or_, map(_inside, areas), Q(pk__in=[]))


def _inside(area: str) -> Q:
    # "/" is the character after ".": a range that the index on area, or on office, can walk.
    if len(area) == OFFICE:
        return Q(office=area)
    return Q(area__gte=area, area__lt=area + "/")


def waiting_for(
    duties: Sequence[Duty | str], areas: Iterable[str], *, blocked: bool = False
) -> QuerySet[Waiting]:
    """What waits for these duties in these areas, the oldest promise first, with its case.

    What is blocked (papers are missing) is asked for apart.
    """
    rows = Waiting.objects.filter(within(areas), duty__in=[str(d) for d in duties], blocked=blocked)
    return rows.order_by("due_at", "case_id", "step").select_related("case").defer("case__state")


def cases(areas: Iterable[str]) -> QuerySet[CaseRow]:
    """The cases of these areas, the latest act first; filter further by the columns of CaseRow."""
    return CaseRow.objects.filter(within(areas)).order_by("-last_at", "stream_id").defer("state")


def count(rows: QuerySet[Any]) -> Count:
    """How many, but counted no further than CAP: screens say "1000+"."""
    return Count(rows.order_by()[: CAP + 1].count())


def headlines(cases: Sequence[CaseRow]) -> dict[UUID, dict[str, str]]:
    """``name``, ``nik`` (masked), ``phone`` of these cases in one query; empty where nothing is left.

    Raises keys.Locked.
    """
    ring = keys.ring()
    streams = Stream.objects.in_bulk([c.stream_id for c in cases])
    return {c.stream_id: _opened(c, streams[c.stream_id], ring) for c in cases}


def _opened(case: CaseRow, stream: Stream, ring: keys.Ring) -> dict[str, str]:
    try:
        return open_headline(stream_key(stream, ring), case.stream_id, case.headline)
    except BrokenSeal:  # one altered row must not take the whole list away; `jemput verify` names it
        log.error("the headline of case %s was altered", case.stream_id)
        return {}


def headline(case: CaseRow) -> dict[str, str]:
    """The headline of one case."""
    return headlines([case])[case.stream_id]
