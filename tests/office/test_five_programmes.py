"""Each of the five programmes, from the report to the closed case, through the screens alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from jemput.accounts.models import Account, Assignment
from jemput.accounts.models import Office as OfficeRow
from jemput.core import areas
from jemput.core.codes import Duty, Status
from jemput.core.programme import Programme
from jemput.core.state import State
from jemput.core.waiting import waiting
from jemput.journal import office_time
from jemput.journal.models import CaseRow
from tests.office.front import ELEMENTS, Office, filled, install, problems, state_of
from tests.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SAYS: dict[str, dict[str, Any]] = {
    "triaged": {"result": "accepted"},
    "biodata_checked": {"result": "match"},
    "consent_given": {"basis": "consent", "supported": "on", "by": "Hasnah"},
    "condition_checked": {"go_ahead": "yes", "with_partner": "health_worker"},
    "biometrics_checked": {"result": "not_found"},
    "guardian_named": {"name": "Hasnah"},
    "companion_named": {"name": "Hasnah"},
    "visit_started": {"partners": ["family", "health_worker", "social_worker", "village", "institution"]},
    "visit_ended": {"outcome": "done"},
    "centre_status": {"raw": "PRINT_READY_RECORD"},
    "originals_collected": {"count": "1", "papers": "Kartu Keluarga, baik", "given_by": "Hasnah"},
    "originals_returned": {"returned_to": "Hasnah", "relation": "child"},
    "custody_taken": {"holder": "partner"},
    "delivered": {"recipient": "Hasnah", "relation": "child"},
    "hand_over_chosen": {"place": "at_the_door"},
    "satisfaction": dict.fromkeys(ELEMENTS, 4),
    "requirement_wanting": {"note": "Mohon KK"},
}
"""What people say at each kind of step, beside what the form guesses."""


class FiveOffices(Office):
    """People of any office, made when first needed."""

    def as_(self, duty: Duty, area: str | None = None) -> Client:
        if duty not in self.browsers:
            values = {"number": int(self.area[3:]), "name": "Disdukcapil", "city": "Kota"}
            office, _made = OfficeRow.objects.get_or_create(code=self.area, defaults=values)
            person = Account.objects.create_user(f"{duty}.{self.area}", None, name=duty.upper())
            Assignment.objects.create(
                account=person, office=office, duty=duty, area=self.area, valid_from=date(2024, 1, 1)
            )
            self.browsers[duty] = signed_in(person)
        return self.browsers[duty]


def step_on(office: FiveOffices, case: CaseRow, programme: Programme, state: State) -> bool:
    """Do the first step that waits for somebody; whether there was one."""
    for wait in waiting(programme, state, office_time(office.area)):
        step = programme.step(wait.step)
        if wait.blocked:
            bring_papers(office, case, programme, state)
        response = try_step(office, case, step.id, step.duties[0], SAYS.get(step.entry, {}))
        if response is None:
            return True
        assert response.status_code in (409, 422), problems(response)
    return False


def bring_papers(office: FiveOffices, case: CaseRow, programme: Programme, state: State) -> None:
    """The family brings every paper that is asked for."""
    step = next((s for s in programme.steps if s.entry == "requirement_received"), None)
    key, duty = (step.id, step.duties[0]) if step else ("requirement_received", Duty.MAIN_ADMIN)
    while papers := programme.papers_wanted(state.wanted, set(state.papers_received)):
        response = try_step(office, case, key, duty, {"requirement": papers[0].id})
        assert response is None, problems(response)
        state = state_of(case)


def try_step(office: FiveOffices, case: CaseRow, key: str, duty: Duty, said: dict[str, Any]) -> Any:
    """None when it was done; otherwise the page that says why not."""
    address = f"/cases/{case.pk}/act/{key}/"
    page = office.as_(duty).get(address)
    if page.status_code != 200:
        return page
    response = office.as_(duty).post(address, filled(page) | said)
    return None if response.status_code == 302 else response


@pytest.mark.parametrize("code", ["godoc", "odgj-batam", "jempol-keren", "on-the-spot", "halo-pamor"])
def test_a_programme_runs_from_the_report_to_the_end(code: str, db: None) -> None:
    programme = install(code)
    office = FiveOffices(programme.office)
    village = areas.villages(programme.office)[0].code
    reporter = next(s for s in programme.steps if s.entry == "reported").duties
    duty = Duty.MAIN_ADMIN if Duty.MAIN_ADMIN in reporter else reporter[0]
    groups = [programme.serves.groups[0].value]
    case = office.report(duty, village=village, groups=groups, documents=[programme.documents[0].value])
    for _turn in range(80):
        state = state_of(case)
        if state.status is Status.CLOSED or not step_on(office, case, programme, state):
            break
    state = state_of(case)
    left = [w.step for w in waiting(programme, state, office_time(office.area))]
    assert state.status in (Status.CLOSED, Status.DELIVERED), (state.status, left)
    assert not left
    assert not state.irregular
