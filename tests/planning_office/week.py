"""A planned week, for the tests of what comes in between: two teams, the village along on all days."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from jemput import journal
from jemput.accounts.models import Account
from jemput.core.codes import Duty
from jemput.planning.week import make
from jemput.planning.week.models import WeekPlan
from tests.journal.cases import Case
from tests.people import signed_in, staff
from tests.planning_office.cases import MONDAY, NOW
from tests.planning_office.keeping import Keeper, text

HOURS = {f"hours_{day}": "08.00-15.00" for day in ("mon", "tue", "wed", "thu", "fri")}


class Week:
    """The scheduler of Trenggalek before a planned week."""

    def __init__(self, keeper: Keeper, teams: int = 2) -> None:
        self.keeper, self.office = keeper, keeper.office
        keeper.usual(kits=teams)
        for n in range(2, teams + 1):
            keeper.keep("teams", name=f"Tim {n}", members=[keeper.officer(), keeper.officer()])
        keeper.keep("partners", name="Petugas registrasi desa", role="village", each_village="on", **HOURS)
        self.by: Account = staff(Duty.SCHEDULER, keeper.office.code)

    @property
    def browser(self) -> Client:
        """Signed in just now: somebody may have set the clock on the wall."""
        return signed_in(self.by)

    def planned(self, seen: int = 0, now: Any = NOW) -> WeekPlan:
        return make.make(self.office, MONDAY, self.by, seen=seen, rounds=300, now=now)

    @property
    def plan(self) -> WeekPlan:
        return WeekPlan.objects.get(office=self.office, monday=MONDAY)

    def page(self, name: str, *args: Any, status: int = 200, **query: Any) -> str:
        """What a page says."""
        response = self.browser.get(reverse(f"office:{name}", args=args), query)
        assert response.status_code == status, response
        return text(response)

    def press(self, name: str, *args: Any, **said: Any) -> HttpResponse:
        """Send a form."""
        return self.browser.post(reverse(f"office:{name}", args=args), said)


def stop_of(week: WeekPlan, case: Case) -> tuple[date, str, str]:
    """Day, team and hour of a visit; StopIteration when it is not planned."""
    return next(
        (date.fromisoformat(t["day"]), t["team"], s["starts"])
        for t in week.plan["tours"]
        for s in t["stops"]
        if s["visit"].startswith(str(case.stream))
    )


def is_planned(week: WeekPlan, case: Case) -> bool:
    """Whether somebody has a place."""
    return any(s["visit"].startswith(str(case.stream)) for t in week.plan["tours"] for s in t["stops"])


def written(case: Case, kind: str) -> list[Any]:
    """What the journal of a case says of a kind."""
    return [x.body for x in journal.entries(case.stream) if x.kind == kind]


def buttons(response: HttpResponse, name: str) -> list[str]:
    """The values of the buttons of a name."""
    html = response.content.decode()
    return [unescape(v) for v in re.findall(rf'<button[^>]* name="{name}" value="([^"]*)"', html)]
