""" "Bagaimana jika ...": what another team, set or day would bring in a week. Nothing is saved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jemput import planning
from jemput.accounts.access import access_office
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.core.text import BadInput
from jemput.core.text import _ as mark
from jemput.journal import keys
from jemput.office.anew.replan import PLANNERS
from jemput.office.week.labels import Labels
from jemput.office.words import say, say_weekday
from jemput.planning.models import Settings, settings_of
from jemput.planning.week import keep
from jemput.planning.week.models import WeekPlan
from jemput.planning.whatif import Outcome

SECONDS = 1.5
"""CPU time of one search; each of the two weeks is searched twice."""
NEW = "more"
"""What the added team and set are called in the changed instance."""


@require_http_methods(["GET", "POST"])
@duty_required(*PLANNERS)
def what_if(request: StaffRequest, monday: date) -> HttpResponse:
    """Choose what there would be more of; read what it would bring."""
    office = access_office(request)
    week = keep.current(office, monday)
    if week is None:
        return redirect("office:week", monday.isoformat())
    prices, asked = settings_of(office), request.method == "POST"
    context: dict[str, Any] = {
        "here": "planning", "monday": monday, "typed": request.POST, "prices": prices,
        "has_costs": bool(prices.km_cost or prices.team_day_cost), "seconds": round(4 * SECONDS),
    }  # fmt: skip
    try:
        data = keep.world_of(week) | {"costs": _costs(prices)}
        context |= _choices(request, week, data)
        if asked:
            context |= _shown(_tried(data, context, request), prices)
    except BadInput as bad:
        context["problem"] = say(bad.words)
    except keys.Locked:
        context["locked"] = True
    status = 422 if "problem" in context else 409 if asked and "locked" in context else 200
    return render(request, "office/anew/whatif.html", context, status=status)


def _costs(prices: Settings) -> dict[str, int]:
    """As set today, not when the plan was made."""
    return {"km": prices.km_cost, "team_day": prices.team_day_cost, "budget": prices.budget}


def _choices(request: StaffRequest, week: WeekPlan, data: dict[str, Any]) -> dict[str, Any]:
    labels = Labels(week.office, request.assignment.role, str)
    days = [week.monday + timedelta(days=n) for n in range(7)]
    return {
        "teams": [(t["id"], labels.team(t["id"])) for t in data["teams"] if t["vehicles"]],
        "kits": [(k["id"], labels.thing(k["id"])) for k in data["kits"]],
        "days": [(d, say_weekday(date.fromisoformat(d))) for d in data["days"]],
        "new_days": [
            (d.isoformat(), say_weekday(d))
            for d in days
            if d > week.office.today() and d.isoformat() not in data["days"]
        ],
    }


def _tried(data: dict[str, Any], choices: dict[str, Any], request: StaffRequest) -> Outcome:
    """Search both weeks. Raises BadInput when nothing, or what is not there, was chosen."""
    asked = {n: request.POST.get(n, "") for n in ("team", "kit", "day", "like")}
    for name, known in (("team", "teams"), ("kit", "kits"), ("day", "new_days"), ("like", "days")):
        if asked[name] and asked[name] not in dict(choices[known]):
            raise BadInput(mark("What you chose is not in this week any more. Choose again."))
    if not (asked["team"] or asked["kit"] or asked["day"]):
        raise BadInput(mark("Choose a team, a set or a day that there would be more of."))
    changed = data
    if asked["team"]:
        changed = planning.with_team(changed, asked["team"], NEW)
    if asked["kit"]:
        changed = planning.with_kit(changed, asked["kit"], NEW)
    if asked["day"]:
        like = asked["like"] or data["days"][-1]
        changed = planning.with_day(changed, date.fromisoformat(asked["day"]), like)
    return planning.what_if(data, changed, seconds=SECONDS)


def _shown(outcome: Outcome, prices: Settings) -> dict[str, Any]:
    """Rows of (what, now, then, difference)."""
    before, after = outcome.before, outcome.after
    rows = [_row(_("People served"), before.people, after.people)]
    if before.missed or after.missed:
        rows.append(_row(_("Promises and urgent visits without a place"), before.missed, after.missed))
    rows.append(_row(_("Driving"), before.metres / 1000, after.metres / 1000, "{} km"))
    if prices.km_cost or prices.team_day_cost:
        rows.append(_row(_("Cost of the week"), outcome.cost_before, outcome.cost_after, "Rp {}"))
        if prices.budget:
            share = 100 / prices.budget
            now, then = outcome.cost_before * share, outcome.cost_after * share
            rows.append(_row(_("Share of the budget of the year"), now, then, "{} %", places=1))
            rows.append(_enough(outcome, prices.budget))
    return {"rows": rows, "people": outcome.people}


Row = tuple[str, str, str, str]


def _enough(outcome: Outcome, budget: int) -> Row:
    """How many such weeks the budget of the year pays for."""
    label = _("Weeks like this that the budget pays for")
    now, then = (budget // c if c else None for c in (outcome.cost_before, outcome.cost_after))
    if now is None or then is None:
        before, after = ("–" if n is None else number_format(n, 0, force_grouping=True) for n in (now, then))
        return (label, before, after, "")
    return _row(label, now, then)


def _row(label: str, before: float, after: float, unit: str = "{}", places: int = 0) -> Row:
    def said(number: float) -> str:
        return number_format(round(number, places), places, force_grouping=True)

    more = round(after, places) - round(before, places)
    sign = "+" if more > 0 else "−" if more < 0 else "±"
    return (label, unit.format(said(before)), unit.format(said(after)), sign + unit.format(said(abs(more))))
