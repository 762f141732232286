"""The demo's offices plan with what their sources say."""

from __future__ import annotations

from datetime import datetime

import pytest

from jemput.accounts.models import Account, Office
from jemput.core.codes import Duty
from jemput.demo.offices import Staff, plans, save_office, save_staff
from jemput.demo.teams import save_teams
from jemput.planning import models as kept
from tests.journal.conftest import office_key  # noqa: F401  (a fixture)


@pytest.fixture
def offices(db: None, now: datetime) -> None:
    for plan in plans():
        save_office(plan)
        save_staff(plan, Staff(plan).workers.values(), now.date())
        save_teams(plan, now.date())


def test_every_office_can_go(offices: None, now: datetime) -> None:
    for office in Office.objects.all():
        teams = kept.Team.objects.during(office.code, now.date(), now.date())
        assert [t.code for t in teams] == ["team_1", "team_2", "team_3"]  # as the year's entries name them
        assert all(t.members.count() == 2 for t in teams)
        assert kept.Vehicle.objects.filter(office=office).exists()
        assert kept.Site.objects.filter(office=office, kind="office", latitude__isnull=False).exists()


def test_trenggalek_has_one_recording_set_and_its_budget(offices: None) -> None:
    assert kept.Kit.objects.filter(office="35.03", kind="biometric").count() == 1
    assert kept.Settings.objects.get(office="35.03").budget == 45_000_000
    roles = set(kept.PartnerPerson.objects.filter(office="35.03").values_list("role", flat=True))
    assert roles == {"village", "babinsa", "bhabinkamtibmas", "social_worker", "public_order"}


def test_batam_has_trained_officers_and_a_boat(offices: None) -> None:
    trained = kept.Skill.objects.filter(office="21.71", what="mental_disorder").values("account")
    teams = kept.TeamMember.objects.filter(account__in=trained).values_list("team__code", flat=True)
    assert sorted(teams) == ["team_1", "team_2"]
    assert kept.Vehicle.objects.filter(office="21.71", kind="boat").exists()


def test_the_field_officer_of_the_sign_in_page_goes_with_the_first_team(offices: None) -> None:
    for office in Office.objects.all():
        shown = Account.objects.get(
            demo=True, assignments__duty=Duty.FIELD_OFFICER, assignments__office=office
        )
        assert kept.TeamMember.objects.get(account=shown).team.code == "team_1"


def test_a_second_start_changes_nothing(offices: None, now: datetime) -> None:
    before = kept.Team.objects.count(), kept.Skill.objects.count(), Account.objects.count()
    for plan in plans():
        save_teams(plan, now.date())
    assert before == (kept.Team.objects.count(), kept.Skill.objects.count(), Account.objects.count())
