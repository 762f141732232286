"""The forms of a case offer the office's teams; what older entries name is still read."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from jemput import journal
from jemput.core.codes import Duty
from jemput.journal.models import EntryRow
from jemput.planning import models as kept
from jemput.programmes import packaged
from tests.office.front import Office, filled, on_the_spot, problems
from tests.people import BATAM, PAREPARE
from tests.planning_office.cases import waiting
from tests.planning_office.keeping import Keeper


@pytest.fixture
def parepare(db: None) -> Office:
    on_the_spot()
    return Office()


def team_said(kind: str) -> str | None:
    team: str | None = EntryRow.objects.filter(kind=kind).latest("seq").clear.get("team")
    return team


def test_where_the_office_keeps_no_team_one_is_typed(parepare: Office) -> None:
    case = parepare.report()
    parepare.walk(case, until="order")
    parepare.done(case, "schedule", Duty.SCHEDULER, team="Tim 7")
    assert team_said("visit_scheduled") == "tim_7"


def test_the_offices_teams_are_offered(parepare: Office) -> None:
    keeper = Keeper(PAREPARE)
    for name in ("Tim Pelita", "Tim Soreang"):
        keeper.keep("teams", name=name)
    case = parepare.report()
    parepare.walk(case, until="register_check")
    parepare.done(case, "order", Duty.HEAD_OF_SECTION, team="tim_pelita")
    parepare.done(case, "schedule", Duty.SCHEDULER, team="tim_soreang")
    assert (team_said("ordered"), team_said("visit_scheduled")) == ("tim_pelita", "tim_soreang")


def test_a_team_that_is_gone_is_no_longer_offered_but_its_entries_can_be_corrected(parepare: Office) -> None:
    case = parepare.report()
    parepare.walk(case, until="order")  # typed: "Tim 1"
    keeper = Keeper(PAREPARE)
    keeper.keep("teams", name="Tim Pelita")
    refused = parepare.act(case, "schedule", Duty.SCHEDULER, team="tim_1")
    assert refused.status_code == 422
    entry = EntryRow.objects.get(kind="ordered")
    address = reverse("office:correct", args=[case.pk, entry.id])
    browser = parepare.as_(Duty.HEAD_OF_SECTION)
    form = filled(browser.get(address))
    assert form["team"] == "tim_1"
    said = form | {"letter_number": "800/7/2026", "why": "Nomor surat terlewat"}
    response = browser.post(address, said)
    assert response.status_code == 302, problems(response)
    assert kept.Team.objects.get().code == "tim_pelita"


def test_a_team_without_a_trained_officer_says_so(db: None, office_key: None) -> None:
    keeper = Keeper(BATAM)
    ani = keeper.officer()
    keeper.keep("teams", name="Tim Satu", members=[ani])
    keeper.keep("teams", name="Tim Dua", members=[keeper.officer()])
    keeper.keep("skills", account=ani, what="mental_disorder")
    case = waiting(journal.install(packaged()["odgj-batam"]), area="21.71.11.1001")
    page = keeper.browser.get(reverse("office:act", args=[case.stream, "schedule"])).content.decode()
    offered = [" ".join(x.split()) for x in re.findall(r'value="tim_\w+"[^>]*>([^<]*)', page)]
    assert offered == ["Tim Satu", "Tim Dua: tidak ada yang terlatih untuk kunjungan ini"]
