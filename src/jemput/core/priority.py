"""Who comes first: one function for the lists and for the planner, small enough to be argued with.

A service that is an emergency without the document comes before everything (G54: "bahkan sampai tidak
tertolong"). Below that, points: a blocked service that is pressing weighs most (G50), then age, illness and
disability (T49-T52), and every week of waiting adds one, without end, so that nobody waits for ever.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jemput.core.codes import Coded, Group, Urgency
from jemput.core.dates import AgeBand
from jemput.core.text import Words, _

BLOCKED = 40
"""A service of high urgency is refused without the document."""
OLDEST, ELDERLY = 10, 5
"""70 and over; 60 to 69."""
CANNOT_COME = 10
"""Illness, disability or frailty: others can still come to the counter."""
A_WEEK = 1
"""For every full week since the last visit, or since somebody told of the person."""
FIRST_FROM, SOON_FROM = 50, 20

_CANNOT_COME = frozenset(
    (Group.DISABILITY, Group.FRAIL_ELDERLY, Group.GRAVELY_ILL, Group.MENTAL_DISORDER, Group.NEGLECTED)
)


class Rank(Coded):
    """The class of a priority, the most pressing first."""

    AT_ONCE = "at_once", _("At once")
    FIRST = "first", _("First")
    SOON = "soon", _("Soon")
    IN_TURN = "in_turn", _("In turn")


@dataclass(frozen=True)
class Priority:
    """How soon somebody should be visited, and why."""

    rank: Rank
    points: int
    because: tuple[Words, ...]

    @property
    def order(self) -> tuple[int, int]:
        """To sort by: the most pressing first."""
        return list(Rank).index(self.rank), -self.points


def priority(urgency: Urgency, days: int, age: AgeBand, groups: Collection[Group] = ()) -> Priority:
    """The priority of somebody who is still waiting.

    ``urgency`` follows from the blocked services (``Programme.urgency_of``); ``days`` since the last visit,
    or since the person is known when there was none; days that are negative count as none.
    """
    weeks = max(days, 0) // 7
    found = [
        (BLOCKED if urgency is Urgency.HIGH else 0, Words(_("a service is refused without the document"))),
        (OLDEST if age is AgeBand.OLDEST else 0, Words(_("70 years or over"))),
        (ELDERLY if age is AgeBand.ELDERLY else 0, Words(_("60 to 69 years"))),
        (
            CANNOT_COME if _CANNOT_COME.intersection(groups) else 0,
            Words(_("illness, disability or frailty")),
        ),
        (A_WEEK * weeks, Words(_("has waited %(weeks)s weeks"), {"weeks": weeks})),
    ]
    points = sum(n for n, _why in found)
    because = tuple(why for n, why in found if n)
    if urgency is Urgency.EMERGENCY:
        return Priority(Rank.AT_ONCE, points, (Words(_("an emergency without the document")), *because))
    rank = Rank.FIRST if points >= FIRST_FROM else Rank.SOON if points >= SOON_FROM else Rank.IN_TURN
    return Priority(rank, points, because)
