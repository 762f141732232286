"""The people of a programme: who is left, on one page and on a map; and the list behind every number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jemput import journal
from jemput.accounts.access import READ_ONLY, access_office, access_programme, searched
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.accounts.sensitive import sees
from jemput.core.areas import Level, children, covers, is_code, label, level, within
from jemput.core.codes import DataCondition, Sex
from jemput.core.dates import AgeBand
from jemput.core.entries import ListSource
from jemput.core.programme import Programme
from jemput.core.text import _ as mark
from jemput.journal import keys
from jemput.journal.models import CaseRow
from jemput.people import backlog as count
from jemput.people.backlog import Part, Point, ask_health, everybody, longest, parts
from jemput.people.link import store, targets
from jemput.people.link.targets import Judged, Reached, Target, judged
from jemput.people.models import LinkRow
from jemput.people.views_shared import LINKERS, READERS, author, back, open_pairs, whole
from jemput.people.village_map import Waited, approximate, picture, waited
from jemput.places import ATTRIBUTION

A_PAGE = 50
A_FEW = 8
"""How many of those who waited longest stand on the page itself."""

DISABILITY = {
    "yes": mark("With disability"),
    "no": mark("Without disability"),
    "unknown": mark("Not said"),
}
LEFT = "left"
"""In an address: everybody who still waits for a first document."""


# ---- the list behind every number -------------------------------------------------------------------

FILTERS: Mapping[str, Callable[[Target, str], bool]] = {
    "reached": lambda t, v: t.reached.value == v or (v == LEFT and t.is_left),
    "condition": lambda t, v: t.condition.value == v,
    "village": lambda t, v: t.area == "" if v == "none" else covers(v, t.area),
    "sex": lambda t, v: t.sex.value == v,
    "age": lambda t, v: t.age_band.value == v,
    "disability": lambda t, v: count.disability(t) == v,
}
"""What stands in an address: codes only, nothing of a person."""


def _known(name: str, value: str) -> str:
    """What a filter says in words; empty for a value that is none."""
    codes: dict[str, type[Reached] | type[DataCondition] | type[Sex] | type[AgeBand]] = {
        "reached": Reached, "condition": DataCondition, "sex": Sex, "age": AgeBand,
    }  # fmt: skip
    if name in codes:
        said = {one.value: one.label for one in codes[name]} | (
            {LEFT: mark("Left")} if name == "reached" else {}
        )
        return _(said[value]) if value in said else ""
    if name == "disability":
        return _(DISABILITY[value]) if value in DISABILITY else ""
    return _("Village not known") if value == "none" else label(value) if is_code(value) else ""


@require_GET
@duty_required(*READERS)
def target_list(request: StaffRequest, number: int) -> HttpResponse:
    """The people behind a number, with reason, sources and what is proposed for them."""
    programme, office = access_programme(request, number), access_office(request)
    duty = request.assignment.role
    health = sees(duty, "groups")
    asked = {name: v for name in FILTERS if (v := request.GET.get(name, "")) and _known(name, v)}
    if "disability" in asked and not health:
        raise PermissionDenied
    try:
        people = everybody(office.code, number, request.assignment.area)
        if "disability" in asked:
            ask_health(people)
        wanted = [t for t in people if all(FILTERS[name](t, v) for name, v in asked.items())]
        lines, page = _page(request, wanted, programme)
    except keys.Locked:
        return _locked(request, programme)
    searched(request)
    whole_office = request.assignment.area == office.code
    stand = count.backlog(people, programme, timezone.now(), office.zone, whole=whole_office)
    context = {
        "nameless": stand.unknown if asked in ({}, {"reached": LEFT}) else 0,
        "programme": programme, "here": "lists" if duty in LINKERS else "measures", "page": page,
        "count": len(wanted), "lines": lines, "health": health, "may_open": duty in LINKERS,
        "may_see": duty not in READ_ONLY, "has_new": any(t.reached is Reached.NOT_REACHED for t in wanted),
        "reaches": list(Reached), "conditions": list(DataCondition), "asked": asked, "sort": _sort(request),
        "narrowed": [
            (_known(n, v), urlencode({k: o for k, o in asked.items() if k != n})) for n, v in asked.items()
        ],
    }  # fmt: skip
    return render(request, "people/link/people.html", context)


def _sort(request: StaffRequest) -> str:
    return "longest" if request.GET.get("sort") == "longest" else "priority"


def _page(
    request: StaffRequest, wanted: list[Target], programme: Programme
) -> tuple[list[dict[str, Any]], Any]:
    """The lines of the page asked for: who is left before who is served, by priority or by waiting."""
    office, now = access_office(request).code, timezone.now()
    ways = dict(
        zip(map(id, wanted), judged(wanted, programme, programmes_of(office, programme), now), strict=True)
    )

    def order(target: Target) -> tuple[Any, ...]:
        if _sort(request) == "longest":
            return not target.is_left, target.waits_since, target.id
        return not target.is_left, ways[id(target)].priority.order, target.waits_since, target.id

    page = Paginator(sorted(wanted, key=order), A_PAGE).get_page(request.GET.get("page"))
    who = called(page, request)
    return [_line(t, ways[id(t)], who.get(id(t), "")) for t in page], page


def _line(target: Target, way: Judged, name: str) -> dict[str, Any]:
    return {
        "target": target, "way": way, "name": name,
        "sources": [ListSource(s) for s in dict.fromkeys(row.list.source for row in target.rows)],
        "numbers": [(ListSource(row.list.source), row.number) for row in target.rows],
    }  # fmt: skip


def called(people: Iterable[Target], request: StaffRequest) -> dict[int, str]:
    """Names by ``id()`` of the target; none for duties that look at numbers. Raises keys.Locked."""
    if request.assignment.role in READ_ONLY:
        return {}
    people = list(people)
    rows = LinkRow.objects.filter(pk__in=[t.id for t in people if t.rows])
    of_rows = {row.pk: told.query.name for row, told in store.opened(rows)}
    cases = CaseRow.objects.filter(pk__in=[t.cases[0].pk for t in people if not t.rows]).defer("state")
    of_cases: Mapping[UUID, Mapping[str, str]] = journal.headlines(list(cases))
    return {
        id(t): of_rows.get(t.id, "") if t.rows else of_cases.get(t.cases[0].pk, {}).get("name", "")
        for t in people
    }


def programmes_of(office: str, usual: Programme) -> list[Programme]:
    """The programmes that an office runs: its own files, those it has cases in, and the one in hand."""
    tried = set(CaseRow.objects.filter(office=office).values_list("programme", flat=True).distinct())
    return [p for p in journal.in_use() if p.office == office or p.number in tried | {usual.number}]


@require_POST
@duty_required(*LINKERS)
def open_cases(request: StaffRequest, number: int) -> HttpResponse:
    """Cases for the people chosen, each in the programme proposed, the most pressing first."""
    programme, office = access_programme(request, number), access_office(request)
    chosen = {whole(v) for v in request.POST.getlist("row")}
    if not chosen:
        messages.warning(request, _("Choose the people for whom a case is to be opened."))
        return back(number, "target_list", "?reached=not_reached")
    ways = programmes_of(office.code, programme)
    try:
        people = [t for t in targets.targets(office.code, number) if t.id in chosen]
        opened = targets.open_cases(people, programme, author(request), timezone.now(), office.today(), ways)
    except keys.Locked:
        return _locked(request, programme)
    told = ngettext("%(n)d case was opened.", "%(n)d cases were opened.", len(opened))
    messages.success(request, told % {"n": len(opened)})
    return back(number, "target_list", "?reached=in_hand")


def _locked(request: StaffRequest, programme: Programme) -> HttpResponse:
    context = {"programme": programme, "here": "measures"}
    return render(request, "people/link/locked.html", context, status=503)


# ---- the backlog ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """The people by something: shares of a bar, and the numbers, each of which opens its list."""

    title: str
    filter: str
    lines: Sequence[tuple[Part, str]]
    linked: bool = True


@require_GET
@duty_required(*READERS)
def sasaran(request: StaffRequest, number: int) -> HttpResponse:
    """The backlog: the number at the start, reached, left; where, why, and who waits longest."""
    programme, office = access_programme(request, number), access_office(request)
    duty, now, mine = request.assignment.role, timezone.now(), request.assignment.area
    scope = _scope(request.GET.get("area", ""), mine)
    try:
        people = everybody(office.code, number, scope)
        ask_health(people)
        waiting = longest(people)[:A_FEW]
        names = called(waiting, request)
    except keys.Locked:
        return _locked(request, programme)
    stand = count.backlog(people, programme, now, office.zone, whole=scope == office.code)
    villages = parts(people, lambda t: t.area)
    context = {
        "programme": programme, "here": "lists" if duty in LINKERS else "measures", "backlog": stand,
        "scope": scope, "narrowed": scope != mine, "may_open": duty in LINKERS,
        "may_see": duty not in READ_ONLY,
        "left": [(r, n) for r in Reached if r is not Reached.SERVED and (n := stand.by_reached[r])],
        "doubtful": open_pairs(office.code, number).count(), "chart": _chart(stand.points, stand),
        "map": picture(villages, scope, now), "colours": list(Waited), "attribution": ATTRIBUTION,
        "approximate": approximate(villages), "places": _places(people, villages, scope, now),
        "nowhere": next((part.left for part in villages if not part.key), 0),
        "villages": _long_unseen(villages), "waiting": [(t, names.get(id(t), "")) for t in waiting],
        "tables": _tables(people, sees(duty, "groups"), scope == office.code),
    }  # fmt: skip
    return render(request, "people/link/backlog.html", context)


def _scope(asked: str, mine: str) -> str:
    """The part of one's own area that is looked at; all of it where nothing sensible is asked."""
    return asked if is_code(asked) and covers(mine, asked) else mine


@dataclass(frozen=True)
class PlaceLine:
    """A line of the table behind the map."""

    part: Part
    name: str
    waited: Waited
    inside: bool
    """Whether one may look closer: a subdistrict."""


def _places(people: Sequence[Target], villages: Sequence[Part], scope: str, now: datetime) -> list[PlaceLine]:
    """The table behind the map: subdistricts of an office, villages of a subdistrict."""
    deeper = Level.SUBDISTRICT if level(scope) < Level.SUBDISTRICT else Level.VILLAGE
    found = villages if deeper is Level.VILLAGE else parts(people, lambda t: within(t.area, deeper) or "")
    names = {a.code: a.title for a in children(scope)}
    return [
        PlaceLine(
            part,
            names.get(part.key) or (label(part.key, 1) if part.key else _("Village not known")),
            waited(part.visited, now),
            deeper is Level.SUBDISTRICT and bool(part.key),
        )
        for part in found
    ]


def _long_unseen(villages: Iterable[Part]) -> list[Part]:
    """Villages where somebody is left, those that were not visited for longest first."""
    left = [part for part in villages if part.left and part.key and part.waits_since]
    never = datetime.min.replace(tzinfo=timezone.get_current_timezone())
    return sorted(left, key=lambda p: (p.visited or never, p.waits_since, p.key))[:A_FEW]


def _tables(people: Sequence[Target], health: bool, whole: bool) -> list[Table]:
    def table(title: str, name: str, of: Callable[[Target], Any], linked: bool = True) -> Table:
        return Table(title, name, [(p, _known(name, p.key)) for p in parts(people, of)], linked)

    made = [
        table(_("By what is missing"), "condition", lambda t: t.condition),
        table(_("By sex"), "sex", lambda t: t.sex),
        table(_("By age"), "age", lambda t: t.age_band),
    ]
    if health or whole:
        # How many of an office have a disability is no secret; who they are is. In a village all are known.
        made.append(table(_("By disability"), "disability", count.disability, health))
    return made


CHART_HEIGHT, BAR, GAP, FROM_LEFT, FROM_TOP = 150, 26, 10, 8, 22


def _chart(points: Sequence[Point], stand: count.Backlog) -> dict[str, Any] | None:
    """Bars of who was left at the end of each month, in units of a viewBox."""
    if not points:
        return None
    top = max(stand.start, 1)

    def height(left: int) -> int:
        return round(CHART_HEIGHT * left / top)

    least = stand.target.reach if stand.target else None
    goal = None if least is None else max(stand.start - least, 0)
    shown = points[-24:]
    return {
        "bars": [
            {
                "x": FROM_LEFT + n * (BAR + GAP), "y": FROM_TOP + CHART_HEIGHT - height(p.left),
                "height": height(p.left), "month": date.fromisoformat(f"{p.month}-01"), "left": p.left,
            }
            for n, p in enumerate(shown)
        ],
        "lines": [(p, date.fromisoformat(f"{p.month}-01")) for p in points],
        "width": FROM_LEFT + max(len(shown), 12) * (BAR + GAP), "height": FROM_TOP + CHART_HEIGHT + 2,
        "goal": goal, "goal_y": None if goal is None else FROM_TOP + CHART_HEIGHT - height(goal),
    }  # fmt: skip
