"""Where each promised visit stands in its team's day, written into its case for those who go there.

A promise is half a day; the clock times, the way there and what the team takes along are the plan's, and
change with it. They are said again only when they changed, and taken back from a visit that drops out of
the plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from jemput import journal
from jemput.accounts.models import Account, Office
from jemput.core.entries import Entry, VisitRouted
from jemput.core.rules import Actor
from jemput.intake import new_id
from jemput.journal import keys
from jemput.journal.models import CaseRow, EntryRow, Stream
from jemput.journal.project import state_of
from jemput.journal.read import chunks, open_entry, stream_key
from jemput.planning.models import Kit, Site, Vehicle
from jemput.planning.resources import weekday
from jemput.planning.week import keep
from jemput.planning.week.models import WeekPlan
from jemput.planning.week.told import Told, parts, told

JSON = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """What is to be said of one visit."""

    case: UUID
    body: VisitRouted
    after: UUID | None = field(repr=False)
    """The last entry of the case that was seen."""


def places(week: WeekPlan, but: Collection[str] = ()) -> list[Place]:
    """What the cases do not say yet of the plan's days, tour by tour; of visits that are promised for their
    day and team. Then those that have an hour and are in the plan no more. ``but``: visits of which something
    else must be said first. Raises keys.Locked.
    """
    visits = keep.visits_in(week.plan)
    known, said = told(visits), _said({parts(v)[0] for v in visits})
    data, names = keep.instance_of(week).data, _names(week.office)
    found = []
    for tour in week.plan["tours"]:
        for stop, facts in _day(tour, data, names):
            one = known.get(stop["visit"])
            if one is None or one.promised is None or stop["visit"] in but or not _is_kept(one, tour):
                continue
            body = VisitRouted(visit=one.promised.visit, **facts)
            last = said.get(one.promised.visit)
            if last is None or last.body != body:
                found.append(Place(one.case.pk, body, one.state.last))
    found += _dropped(week, {one.promised.visit for one in known.values() if one.promised})
    ids = {place.case for place in found}
    gone = set(Stream.objects.filter(pk__in=ids, wrapped_key=None).values_list("pk", flat=True))
    return [place for place in found if place.case not in gone]  # who was forgotten is written of no more


def tell(week: WeekPlan, by: Account, actor: Actor, but: Collection[str] = ()) -> int:
    """Write what ``places`` gives; how many cases were told. Raises keys.Locked."""
    todo = places(week, but)
    entries = [
        Entry(
            id=new_id(), stream=p.case, actor=by.actor, duty=actor.duty, occurred_at=timezone.now(),
            after=p.after, body=p.body,
        )
        for p in todo
    ]  # fmt: skip
    return sum(v.stored for v in journal.append(entries)) if entries else 0


def _is_kept(one: Told, tour: JSON) -> bool:
    said = one.promised
    return said is not None and (said.day.isoformat(), said.team) == (tour["day"], tour["team"])


def _day(tour: JSON, data: JSON, names: Mapping[str, str]) -> Iterator[tuple[JSON, JSON]]:
    """The stops of a tour with what is said of each."""
    team: JSON = next((t for t in data["teams"] if t["id"] == tour["team"]), {})
    at = {v["id"]: v["place"] for v in data["visits"]}
    windows = {p["id"]: p.get("windows", {}) for p in data["places"] if p["id"].startswith("site-")}
    day = date.fromisoformat(tour["day"])
    crew = sorted(m["id"] for m in team.get("members", []) if tour["day"] in m["days"])
    takes = [names[id] for id in (tour["vehicle"], *tour["kits"]) if id in names]
    left = tour["departs"]
    for stop in tour["stops"]:
        facts: JSON = {
            "day": day,
            "team": tour["team"],
            "crew": crew or None,
            "begins": stop["starts"],
            "ends": stop["ends"],
            "travel": _on_the_way(left, stop["arrives"], tour["breaks"]),
            "hours": _hours(windows.get(at.get(stop["visit"], ""), {}), day),
            "takes": takes or None,
        }
        if stop is tour["stops"][0]:
            facts |= {"leaves": tour["departs"], "start": names.get(team.get("start", ""))}
        if stop is tour["stops"][-1]:
            facts |= {"returns": tour["returns"], "end": names.get(team.get("end", ""))}
        left = stop["ends"]
        yield stop, facts


def _on_the_way(left: str, arrives: str, breaks: Collection[JSON]) -> int:
    """Minutes between two stops, without the breaks taken on the way."""
    begins, ends = keep.minutes((left, arrives))
    rests = [keep.minutes((b["starts"], b["ends"])) for b in breaks]
    return max(ends - begins - sum(max(min(to, ends) - max(of, begins), 0) for of, to in rests), 0)


def _hours(windows: JSON, day: date) -> str | None:
    """ "08.00-12.00, 13.00-15.00" of a place with hours of its own."""
    spans: list[list[str]] = next(
        (windows[key] for key in (day.isoformat(), weekday(day), "*") if key in windows), []
    )
    return ", ".join("–".join(t.replace(":", ".") for t in span) for span in spans) or None


def _names(office: Office) -> dict[str, str]:
    """Places, vehicles and sets by the ids of the instance."""
    return {
        f"{kind}-{one.pk}": str(one)
        for kind, model in (("site", Site), ("vehicle", Vehicle), ("kit", Kit))
        for one in model.objects.filter(office=office)
    }


def _dropped(week: WeekPlan, planned: Collection[UUID]) -> list[Place]:
    """Visits that still wait for a day of this week, with the hour of a plan that has them no more."""
    week_days = (week.monday + timedelta(days=n) for n in range(7))
    days = [day.isoformat() for day in week_days if day >= week.office.today()]
    rows = EntryRow.objects.filter(kind="visit_routed", stream__office=week.office.code, clear__day__in=days)
    said = _said(set(rows.values_list("stream_id", flat=True)))
    gone = {id: last for id, last in said.items() if id not in planned and last.body.begins}
    ids = {last.stream for last in gone.values()}
    cases = {c.pk: c for some in chunks(ids) for c in CaseRow.objects.filter(pk__in=some).defer("headline")}
    found = []
    for id, last in gone.items():
        state = state_of(cases[last.stream])
        visit = state.visits.get(id)
        waits = visit and not visit.started and not visit.ended and visit.day == last.body.day
        if waits and state.is_open and last.body.day.isoformat() in days:
            body = VisitRouted(visit=id, day=last.body.day, team=last.body.team)
            found.append(Place(last.stream, body, state.last))
    return found


@dataclass(frozen=True)
class _Last:
    """What was last said of a visit."""

    stream: UUID
    body: VisitRouted


def _said(cases: Collection[UUID]) -> dict[UUID, _Last]:
    """What was last said, by the visit's id in the journal; unsealed, for what goes along may be all that
    changed.
    """
    ring, last = keys.ring(), {}
    for some in chunks(cases):
        opened = {s.pk: stream_key(s, ring) for s in Stream.objects.filter(pk__in=some)}
        rows = {}
        for row in EntryRow.objects.filter(stream__in=some, kind="visit_routed").order_by("seq"):
            rows[row.clear["visit"]] = row
        for row in rows.values():
            body = open_entry(row, opened[row.stream_id]).body
            assert isinstance(body, VisitRouted)
            last[body.visit] = _Last(row.stream_id, body)
    return last
