"""What the lists show of a case, for the duty in hand: names, programme, steps; no more than it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from jemput import journal
from jemput.accounts.access import seen_whole
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Assignment
from jemput.accounts.sensitive import sees
from jemput.core.codes import Duty
from jemput.core.corrections import as_corrected
from jemput.core.entries import KINDS, Entry
from jemput.core.programme import Programme, Text
from jemput.core.text import Words
from jemput.journal import keys
from jemput.journal.lists import CAP, Count
from jemput.journal.models import CaseRow, EntryRow
from jemput.journal.read import open_entry, stream_key
from jemput.office.dossier import person_facts

NAMELESS = frozenset({Duty.EVALUATOR})
"""Duties that look at numbers and work, not at persons."""

T = TypeVar("T")


@dataclass(frozen=True)
class Names:
    """Who the cases of a page are about; ``locked`` when the office key is."""

    by_case: dict[UUID, str]
    locked: bool = False


def names(request: StaffRequest, cases: Sequence[CaseRow]) -> Names:
    """The names of these cases as far as the duty in hand may see them; as many queries for many cases.

    Who reported a case, and has no more to do with it, is shown the name that they gave and no other.
    """
    if not cases or request.assignment.role in NAMELESS:
        return Names({})
    whole = seen_whole(request, cases)
    try:
        found = journal.headlines([c for c in cases if c.pk in whole]) if whole else {}
        told = own_words(request.user.actor, [c.pk for c in cases if c.pk not in whole])
    except keys.Locked:
        return Names({}, locked=True)
    known = {case: facts.get("name", "") for case, facts in found.items()}
    for case, said in told.items():
        known[case] = next((f.value for f in person_facts(said) if f.name == "name"), "")
    return Names(known)


_TELLING = (
    "reported",
    "person_described",
    "guardian_named",
    "companion_named",
    "reporter_named",
    "corrected",
)


def own_words(actor: str, cases: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """What somebody themselves said of people in these cases; one query, none without cases.

    Raises keys.Locked.
    """
    if not cases:
        return {}
    rows = EntryRow.objects.filter(stream__in=cases, actor=actor, kind__in=_TELLING)
    rows = rows.select_related("stream").order_by("stream_id", "position")
    found = {}
    for case, group in groupby(rows, attrgetter("stream_id")):
        mine = list(group)
        key = stream_key(mine[0].stream)
        found[case] = as_corrected(open_entry(row, key) for row in mine)
    return found


def programmes_of(assignment: Assignment) -> list[Programme]:
    """The programmes of the office in hand."""
    return journal.run_by(assignment.office_id)


def programme_label(duty: Duty, number: int, name: str) -> str:
    """The name where the duty sees health facts (a name like ODGJ is one), else the number."""
    return name if sees(duty, "groups") else _("Programme %(number)s") % {"number": number}


def step_label(case: CaseRow, step: str) -> Text | Words:
    """What the step is called in the programme that the case pinned; what is not a step, by its action."""
    try:
        return journal.programme_of(case.programme_hash).step(step).label
    except KeyError:
        return Words(KINDS[step].action) if step in KINDS else Words(step)


def say_count(count: Count | int) -> str:
    """A number with its thousands set apart; "1.000+" where counting stopped."""
    number = count.number if isinstance(count, Count) else count
    return number_format(min(number, CAP) if isinstance(count, Count) else number, force_grouping=True) + (
        "+" if isinstance(count, Count) and count.is_more else ""
    )


@dataclass(frozen=True)
class Place:
    """Where a page of a list ends: the next one begins after it. Stands in the query string."""

    at: datetime
    case: UUID
    step: str = ""

    def __str__(self) -> str:
        return "~".join([self.at.isoformat(), self.case.hex, *([self.step] if self.step else [])])

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that ``text`` names; None when it names none, which is the beginning."""
        at, _tilde, rest = text.partition("~")
        case, _tilde, step = rest.partition("~")
        try:
            place = cls(datetime.fromisoformat(at.replace(" ", "+")), UUID(case), step[:40])
        except ValueError:
            return None
        return place if place.at.tzinfo else None

    def after(self, column: str, *, falling: bool = False, step: bool = False) -> Q:
        """Rows behind this place, in the order of ``column`` (and case, and step)."""
        beyond, edge = ("lt", "lte") if falling else ("gt", "gte")
        same = Q(**{column: self.at})
        behind = Q(**{f"{column}__{beyond}": self.at})
        case = "case_id" if step else "stream_id"
        behind |= same & Q(**{f"{case}__gt": self.case})
        if step:
            behind |= same & Q(case_id=self.case, step__gt=self.step)
        return Q(**{f"{column}__{edge}": self.at}) & behind  # the first part is what an index can walk


def paged(rows: Iterable[T], page: int) -> tuple[list[T], bool]:
    """A page of rows, given one more than it holds; and whether there are more."""
    found: list[Any] = list(rows)
    return found[:page], len(found) > page
