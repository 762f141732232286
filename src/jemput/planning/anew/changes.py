"""What has happened since a plan was made, read from the clear parts alone: cheap enough for every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from jemput.core.codes import Coded, Urgency
from jemput.core.entries import MoveReason, VisitResult
from jemput.core.text import _
from jemput.journal.models import CaseRow, EntryRow, ProgrammeVersion, Waiting
from jemput.journal.programmes import programme_of
from jemput.journal.read import chunks
from jemput.planning.models import Kit, PartnerPerson, Team, Vehicle
from jemput.planning.resources import Away, members_of
from jemput.planning.week.models import WeekPlan
from jemput.planning.week.told import parts, told


class What(Coded):
    """What came in between."""

    URGENT = "urgent", _("Urgent, and not in the plan")
    FAILED = "failed", _("Visited without success")
    GONE = "gone", _("The case has ended or went elsewhere")
    AWAY = "away", _("Not there on a planned day")


REASON: Mapping[What, MoveReason] = {
    What.URGENT: MoveReason.URGENT_CASE,
    What.AWAY: MoveReason.TEAM,
    What.FAILED: MoveReason.OTHER,
    What.GONE: MoveReason.OTHER,
}


@dataclass(frozen=True)
class Happening:
    """One thing that has happened."""

    what: What
    visit: str = ""
    """Whom it is about."""
    thing: str = ""
    """Or which team, set, vehicle or partner, as the plan calls it, on ``day``."""
    day: date | None = None


def since_plan(week: WeekPlan, now: datetime) -> list[Happening]:
    """What has happened that the plan does not know of, the most pressing first."""
    today = timezone.localtime(now, week.office.zone).date()
    tours = [t for t in week.plan["tours"] if t["day"] >= today.isoformat()]
    return [*_urgent(week), *_failed(week), *_away(week, tours), *_gone(tours, week)]


def reason_of(found: Iterable[Happening]) -> MoveReason:
    """The reason that families are given, from what has happened."""
    return next((REASON[h.what] for h in found), MoveReason.OTHER)


def _planned(week: WeekPlan) -> set[str]:
    return {s["visit"] for t in week.plan["tours"] for s in t["stops"]}


def _urgent(week: WeekPlan) -> list[Happening]:
    """Emergencies that have no place, and urgent cases that have come in since."""
    programmes = [programme_of(h) for h in ProgrammeVersion.objects.values_list("hash", flat=True)]
    purposes: dict[str, str] = {}
    for programme in programmes:
        for step in programme.steps:
            if step.entry == "visit_scheduled":  # or the order before it: that is given with the planned week
                orders = [id for id in step.after if programme.step(id).entry == "ordered"]
                for id in (step.id, *orders):
                    purposes.setdefault(id, step.match.get("purpose", "record"))
    rows = Waiting.objects.filter(
        office=week.office_id, step__in=purposes, case__is_open=True, case__merged_into=None,
        case__urgency__in=(Urgency.EMERGENCY.value, Urgency.HIGH.value),
    )  # fmt: skip
    made, planned, found = week.now.world.made_at, _planned(week), {}
    for case, waits_for, since, urgency in rows.order_by("since").values_list(
        "case_id", "step", "since", "case__urgency"
    ):
        purpose = purposes[waits_for]
        visit = str(case) if purpose == "record" else f"{case}:{purpose}"
        pressing = urgency == Urgency.EMERGENCY or since > made
        if pressing and visit not in planned:
            found[visit] = (urgency != Urgency.EMERGENCY, since)
    return [Happening(What.URGENT, visit) for visit in sorted(found, key=lambda v: found[v])]


def _failed(week: WeekPlan) -> list[Happening]:
    """Visits of the plan that ended without success after it was made."""
    visits = {parts(v): v for v in [*_planned(week), *_past(week)]}
    cases = {case for case, _purpose in visits}
    found = []
    for some in chunks(cases):
        rows = EntryRow.objects.filter(
            stream__in=some, kind="visit_ended", received_at__gt=week.now.world.made_at
        )
        for stream, clear in rows.order_by("seq").values_list("stream_id", "clear"):
            if clear.get("again") and clear.get("result") != VisitResult.DONE.value:
                visit = next((v for (c, p), v in visits.items() if c == stream and p == clear["purpose"]), "")
                if visit:
                    found.append(Happening(What.FAILED, visit))
    return list(dict.fromkeys(found))


def _past(week: WeekPlan) -> list[str]:
    return [s["visit"] for t in week.plan.get("past", []) for s in t["stops"]]


def _gone(tours: Iterable[Mapping[str, Any]], week: WeekPlan) -> list[Happening]:
    """Cases that have ended, though a team would still go there."""
    visits = [s["visit"] for t in tours for s in t["stops"]]
    ids: dict[str, UUID] = {v: parts(v)[0] for v in visits}
    here: set[UUID] = set()
    for some in chunks(set(ids.values())):
        rows = CaseRow.objects.filter(pk__in=some, office=week.office_id, is_open=True, merged_into=None)
        here |= set(rows.values_list("pk", flat=True))
    known = told([v for v in visits if ids[v] not in here])
    return [Happening(What.GONE, v) for v, one in known.items() if not one.begun_since(week.begins)]


def _away(week: WeekPlan, tours: list[Mapping[str, Any]]) -> list[Happening]:
    """Teams, sets, vehicles and partners of the coming tours that are not there on the day."""
    if not tours:
        return []
    days = sorted({date.fromisoformat(t["day"]) for t in tours})
    away = Away(week.office, days)
    teams = {t.code: t for t in Team.objects.during(week.office_id, days[0], days[-1])}
    members = {code: members_of(team, days, away) for code, team in teams.items()}
    kept: dict[str, dict[int, Any]] = {}
    models: tuple[tuple[str, Any], ...] = (("kit", Kit), ("vehicle", Vehicle), ("partner", PartnerPerson))
    for name, model in models:
        kept[name] = {row.pk: row for row in model.objects.filter(office=week.office_id)}
    found = []
    for tour in tours:
        day = date.fromisoformat(tour["day"])
        if not any(day in on for on in members.get(tour["team"], {}).values()):
            found.append(Happening(What.AWAY, "", tour["team"], day))
        for thing in (tour["vehicle"], *tour.get("kits", []), *tour.get("partners", [])):
            sort, number = thing.split("-")[:2]
            row = kept[sort].get(int(number))
            if row is None or not row.holds(day) or not away.there(sort, row.pk, [day]):
                found.append(Happening(What.AWAY, "", thing, day))
    return found
