"""What the board shows of a week: days by teams with their stops, sums, what is wrong, who is left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jemput import planning
from jemput.accounts.access import access_cases
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import Office
from jemput.core import areas
from jemput.core.codes import Coded
from jemput.core.entries import DayPart, VisitPurpose
from jemput.core.text import Words
from jemput.core.text import _ as mark
from jemput.journal import keys
from jemput.journal.models import CaseRow
from jemput.journal.read import chunks
from jemput.office.showing import Names, names
from jemput.office.week.labels import Labels
from jemput.office.words import say_clock
from jemput.planning.build import PART, working_days
from jemput.planning.models import Team
from jemput.planning.problem import Model
from jemput.planning.week import keep
from jemput.planning.week.models import WeekPlan
from jemput.planning.week.told import Told, parts, told
from jemput.planning.world import World

MANY = 100
"""With more visits than this only the chosen day shows its stops."""
PAGE = 25
"""People left out, at a time."""


class Rest(Coded):
    """Breaks of the instance, as the board calls them."""

    LUNCH = "lunch", mark("Lunch break")
    FRIDAY = "friday_prayer", mark("Friday prayer")


@dataclass(frozen=True)
class Who:
    """A visit as its card names it."""

    visit: str
    case: UUID
    ticket: str
    name: str
    village: str
    purpose: str = ""
    """Said where it is not a recording."""

    @property
    def short(self) -> str:
        """In a sentence."""
        return self.name or self.ticket or _("a case outside your area")


@dataclass(frozen=True)
class Item:
    """A card or a gap in a team's day."""

    starts: str
    ends: str
    who: Who | None = None
    rest: str = ""
    locked: bool = False
    promise: str = ""
    """What the family was told, if anything."""
    is_broken: bool = False
    """The plan does not keep it."""
    begun: bool = False
    number: int = 0


@dataclass(frozen=True)
class Block:
    """A team on a day."""

    team: str
    name: str
    day: date
    tour: Mapping[str, Any] | None = None
    items: tuple[Item, ...] = ()
    leaves: str = ""
    back: str = ""
    along: str = ""
    """Vehicle, sets and partners."""
    count: int = 0
    is_past: bool = False


@dataclass(frozen=True)
class Day:
    """A column."""

    date: date
    blocks: tuple[Block, ...]
    count: int
    is_open: bool
    """Whether its stops are shown even when there are very many."""


@dataclass
class Board:
    """One week, read once for a page."""

    request: StaffRequest
    office: Office
    monday: date
    week: WeekPlan | None
    day: date
    chosen: str = ""
    locked: bool = False
    """The office key is locked: days and teams are here, names and places are not."""
    whos: dict[str, Who] = field(default_factory=dict)
    known: dict[str, Told] = field(default_factory=dict)
    data: dict[str, Any] | None = None
    notices: tuple[Words, ...] = ()

    @cached_property
    def labels(self) -> Labels:
        """Names of things."""
        return Labels(self.office, self.request.assignment.role, self.called)

    def called(self, visit: str) -> str:
        """A visit in a sentence; what is no visit as it is."""
        return self.whos[visit].short if visit in self.whos else visit

    # ---- the columns ----------------------------------------------------------------------------------

    @cached_property
    def days(self) -> list[Day]:
        """The days of the week on which somebody works, each with all teams."""
        plan = self.week.plan if self.week else {"tours": []}
        tours = [(t, False) for t in plan["tours"]] + [(t, True) for t in plan.get("past", [])]
        at = {(t["day"], t["team"]): (t, past) for t, past in tours}
        dates = {date.fromisoformat(day) for day, _team in at} | set(working_days(self.office, self.monday))
        teams = self._teams({t["team"] for t, _past in tours})
        many = sum(len(t["stops"]) for t, _past in tours) > MANY
        found = []
        for day in sorted(dates):
            blocks = tuple(
                self._block(day, code, *at.get((day.isoformat(), code), (None, False))) for code in teams
            )
            count = sum(b.count for b in blocks)
            found.append(Day(day, blocks, count, not many or day == self.day))
        return found

    def _teams(self, planned: Collection[str]) -> list[str]:
        there = Team.objects.during(
            self.office.code, self.monday, self.monday + timedelta(days=6)
        ).values_list("code", flat=True)
        return [*there, *sorted(set(planned) - set(there))]

    def _block(self, day: date, team: str, tour: Mapping[str, Any] | None, past: bool) -> Block:
        name = self.labels.team(team)
        if tour is None:
            return Block(team, name, day)
        items = [self._stop(s, tour, n) for n, s in enumerate(tour["stops"], 1)]
        items += [
            Item(say_clock(b["starts"]), say_clock(b["ends"]), rest=_(Rest(b["kind"]).label))
            for b in tour.get("breaks", [])
            if b["kind"] in set(Rest)
        ]
        things = [tour["vehicle"], *tour.get("kits", []), *tour.get("partners", [])]
        return Block(
            team, name, day, tour, tuple(sorted(items, key=lambda i: (i.starts, i.ends))),
            say_clock(tour["departs"]), say_clock(tour["returns"]),
            ", ".join(dict.fromkeys(map(self.labels.thing, things))), len(tour["stops"]), past,
        )  # fmt: skip

    def _stop(self, stop: Mapping[str, Any], tour: Mapping[str, Any], number: int) -> Item:
        visit = stop["visit"]
        one = self.known.get(visit)
        said = one.promised if one else None
        kept = said is None or (tour["day"] == said.day.isoformat() and _in_part(stop["starts"], said.part))
        return Item(
            say_clock(stop["starts"]), say_clock(stop["ends"]), self.who(visit), "",
            bool(self.week and visit in self.week.locked), self.promise(visit), not kept,
            bool(one and self.week and one.begun_since(self.week.begins)),
            number,
        )  # fmt: skip

    def who(self, visit: str) -> Who:
        """Whom a visit is to; without a name where the case is not in sight."""
        return self.whos.get(visit) or Who(visit, parts(visit)[0], "", "", "")

    def promise(self, visit: str) -> str:
        """What the family was told: "Selasa pagi"."""
        said = self.known[visit].promised if visit in self.known else None
        if said is None:
            return ""
        day = _(_WEEKDAYS[said.day.weekday()])
        if not self.monday <= said.day < self.monday + timedelta(days=7):
            day = f"{said.day:%d-%m-%Y}"
        return f"{day}, {_(said.part.label).lower()}"

    # ---- sums and faults ------------------------------------------------------------------------------

    @cached_property
    def sums(self) -> dict[str, Any]:
        """The line above the board."""
        assert self.week is not None
        plan = self.week.plan
        left = len(plan["unplanned"])
        kept = broken = 0
        planned = set(keep.visits_in(plan))
        items = [i for d in self.days for b in d.blocks if not b.is_past for i in b.items if i.promise]
        broken = sum(i.is_broken for i in items)
        kept = len(items) - broken
        lost = [v for v in plan["unplanned"] if self.promise(v) and v not in planned]
        return {
            "people": plan["score"]["people"], "of": plan["score"]["people"] + left, "left": left,
            "km": plan["score"]["km"], "kept": kept, "broken": broken + len(lost),
            "missed": plan["score"]["missed"],
        }  # fmt: skip

    @cached_property
    def faults(self) -> list[tuple[str, str]]:
        """What breaks today, though the plan was right when it was saved: (where, what)."""
        if self.week is None or self.data is None:
            return []
        return [
            (self.labels.where(v.where), self.labels.say(v.words))
            for v in planning.check(self.data, self.week.plan)
        ]

    # ---- who is left out ------------------------------------------------------------------------------

    @cached_property
    def world(self) -> World | None:
        """The instance as the engine reads it; None while the key is locked."""
        return planning.read(self.data) if self.data is not None else None

    @cached_property
    def model(self) -> Model | None:
        """The same as arrays."""
        return planning.model(self.world, to_search=False) if self.world is not None else None

    def is_known(self, visit: str) -> bool:
        """Whether a visit is of this week."""
        return self.week is not None and visit in {
            *keep.visits_in(self.week.plan),
            *self.week.plan["unplanned"],
        }


_WEEKDAYS = (
    gettext_noop("Monday"), gettext_noop("Tuesday"), gettext_noop("Wednesday"), gettext_noop("Thursday"),
    gettext_noop("Friday"), gettext_noop("Saturday"), gettext_noop("Sunday"),
)  # fmt: skip


def _in_part(starts: str, part: DayPart) -> bool:
    first, last = PART[part]
    return first <= starts <= last


def open_board(
    request: StaffRequest, office: Office, monday: date, week: WeekPlan | None, day: date | None, chosen: str
) -> Board:
    """Read a week for the person at the screen."""
    today = office.today()
    shown = day or (today if monday <= today < monday + timedelta(days=7) else monday)
    board = Board(request, office, monday, week, shown)
    if week is None:
        return board
    visits = _every_visit(week)
    board.known = told(visits)
    try:
        instance = keep.instance_of(week)
        board.notices = instance.notices
        board.data = keep.arranged(instance.data, week.plan, week.locked, week.freed, board.known)
    except keys.Locked:
        board.locked = True
    board.whos = whos(request, visits)
    board.chosen = chosen if board.is_known(chosen) else ""
    return board


def _village(area: str) -> str:
    """The village of an area, whose RW says nothing by itself."""
    return areas.label(area.partition("/")[0], depth=1)


def _every_visit(week: WeekPlan) -> list[str]:
    past = [s["visit"] for t in week.plan.get("past", []) for s in t["stops"]]
    return [*keep.visits_in(week.plan), *past, *week.plan["unplanned"]]


def whos(request: StaffRequest, visits: Sequence[str]) -> dict[str, Who]:
    ids = {parts(v)[0] for v in visits}
    cases: dict[UUID, CaseRow] = {}
    for some in chunks(ids):
        cases |= {c.pk: c for c in access_cases(request).filter(pk__in=some)}
    known: Names = names(request, list(cases.values()))
    found = {}
    for visit in visits:
        id, purpose = parts(visit)
        if (case := cases.get(id)) is None:
            continue
        what = "" if purpose is VisitPurpose.RECORD else _(purpose.label)
        name = known.by_case.get(id, "")
        found[visit] = Who(visit, id, case.ticket, name, _village(case.area), what)
    return found
