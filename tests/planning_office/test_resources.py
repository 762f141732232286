"""Teams and equipment: kept through the screens, never lost, refused in words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from jemput.core.codes import Duty
from jemput.journal import keys
from jemput.planning.models import Team, TeamMember
from tests.planning_office.keeping import Keeper

LISTS = ("teams", "kits", "vehicles", "partners", "skills", "sites", "access", "markets", "absences")


@pytest.mark.parametrize("key", LISTS)
def test_an_empty_list_says_what_to_do(keeper: Keeper, key: str) -> None:
    page = keeper.browser.get(reverse("planning:resource_list", args=[key])).content.decode()
    assert re.search(r'<p class="empty">[^<]{20,}</p>', page)
    assert reverse("planning:resource_new", args=[key]) in page


def test_a_new_office_reads_what_it_needs_before_its_first_plan(keeper: Keeper) -> None:
    before = keeper.page()
    assert "Sebelum rencana pertama" in before
    keeper.usual()
    assert "Sebelum rencana pertama" not in keeper.page()


def test_a_team_is_kept_with_its_members_and_days(keeper: Keeper) -> None:
    ani, budi = keeper.officer("ANI"), keeper.officer("BUDI")
    team = keeper.keep("teams", name="Tim Jempol 1", members=[ani, budi], weekdays=["mon", "wed"])
    assert Team.objects.get(pk=team).code == "tim_jempol_1"
    told = keeper.page("teams")
    assert "Tim Jempol 1" in told and "ANI, BUDI" in told and "Senin, Rabu" in told


def test_who_leaves_a_team_stays_in_its_history(keeper: Keeper) -> None:
    ani, budi = keeper.officer("ANI"), keeper.officer("BUDI")
    team = keeper.keep("teams", name="Tim 1", members=[ani])
    yesterday = keeper.office.today() - timedelta(days=1)
    TeamMember.objects.update(since=yesterday)
    keeper.keep("teams", team, members=[budi])
    old, new = TeamMember.objects.order_by("pk")
    assert (str(old.account_id), old.until) == (ani, yesterday)
    assert (str(new.account_id), new.since, new.until) == (budi, keeper.office.today(), None)


def test_a_team_is_put_out_of_use_and_never_deleted(keeper: Keeper) -> None:
    team = keeper.keep("teams", name="Tim 1")
    keeper.browser.post(reverse("planning:resource", args=["teams", team]), {"_retire": "1"})
    kept = Team.objects.get(pk=team)
    assert kept.until == keeper.office.today()
    Team.objects.update(since=kept.since - timedelta(days=9), until=kept.until - timedelta(days=1))
    assert "Tidak dipakai lagi" in keeper.page("teams")
    assert "Pilih nama lain" in keeper.refused("teams", name="TIM  1")  # old entries still name it


OFFICE = {"name": "Kantor", "kind": "office", "area": "35.03.04.2001"}
HOSPITAL = {"name": "RS", "kind": "hospital", "area": "35.03.04.2001"}
TEAM = {"name": "Tim 1"}
NURSE = {"name": "Perawat", "role": "health_worker"}
NEVER = {f"hours_{day}": "" for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.mark.parametrize(
    ("key", "said", "words"),
    [
        ("teams", {"name": "???"}, "Tim 1"),
        ("teams", TEAM | {"begins": "15:00", "ends": "08:00"}, "kembali setelah berangkat"),
        ("teams", TEAM | {"weekdays": None}, "Bekerja pada"),
        ("teams", TEAM | {"until": "2001-01-01"}, "mendahului"),
        ("sites", OFFICE | {"latitude": "-8.05"}, "kedua"),
        ("sites", OFFICE | {"latitude": "111.7081", "longitude": "-8.0503"}, "tertukar"),
        ("sites", OFFICE | {"latitude": "48.2", "longitude": "16.4"}, "Indonesia"),
        ("sites", OFFICE | {"area": "73.72.02.1004"}, "Desa atau kelurahan"),
        ("sites", HOSPITAL | {"hours_mon": "pagi"}, "08.00-12.00"),
        ("sites", HOSPITAL | {"hours_mon": "12-8"}, "mulai sebelum"),
        ("sites", HOSPITAL | {"hours_mon": "8-12, 11-13"}, "tumpang"),
        ("kits", {"name": "Alat", "kind": "biometric", "people_per_day": "-3"}, "Orang per hari"),
        ("partners", NURSE | {"phone": "abc"}, "telepon"),
        ("partners", NURSE | NEVER, "paling sedikit"),
        ("partners", NURSE | {"each_village": "on", "village": "35.03.04.2001"}, "pilih"),
        ("access", {"area": "35.03.04.2001", "rw": "x", "vehicles": ["two_wheels"]}, "RW"),
        ("markets", {"name": "Pasar", "area": "35.03.04"}, "Pilih"),
        ("absences", {"of": "account:nobody", "until": "2030-01-01"}, "Siapa atau apa"),
        ("absences", {"until": "2030-01-01"}, "Siapa atau apa"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    keeper: Keeper, key: str, said: dict[str, object], words: str
) -> None:
    from jemput.planning.views_resources import KINDS

    assert words in keeper.refused(key, **said)
    assert not KINDS[key].model.objects.exists()


def test_what_was_typed_stays_after_a_refusal(keeper: Keeper) -> None:
    response = keeper.send("teams", name="Tim Sabar", begins="15:00", ends="08:00")
    assert 'value="Tim Sabar"' in response.content.decode()


def test_a_partners_phone_is_sealed_on_disk_and_read_by_those_who_call(keeper: Keeper) -> None:
    partner = keeper.keep("partners", name="Bidan Rekaan", role="health_worker", phone="0812-0000-0007")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM planning_partnerperson")
        assert "81200000007" not in str(cursor.fetchall()).replace("-", "")
    form = keeper.browser.get(reverse("planning:resource", args=["partners", partner])).content.decode()
    assert "81200000007" in form.replace("-", "")
    assert "0007" not in keeper.page("partners")


def test_without_the_key_a_partner_is_not_half_saved(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.open_path().unlink()
    words = keeper.refused("partners", name="Bidan Rekaan", role="health_worker", phone="0812-0000-0007")
    assert "Kunci kantor" in words
    assert "Bidan Rekaan" not in keeper.page("partners")


def test_an_officers_training_and_language_are_kept_until_a_day(keeper: Keeper) -> None:
    ani = keeper.officer("ANI")
    keeper.keep("skills", account=ani, what="mental_disorder", until="2031-05-01")
    keeper.keep("skills", account=ani, what="language:javanese")
    told = keeper.page("skills")
    assert "ODGJ" in told and "Jawa" in told and "1 Mei 2031" in told


def test_everything_else_is_kept_and_changed(keeper: Keeper) -> None:
    keeper.usual()
    hamlet = keeper.keep(
        "access", area="35.03.01.2003", rw="4", vehicles=["two_wheels"], note="jembatan gantung"
    )
    assert "RW 004" in keeper.page("access") and "jembatan gantung" in keeper.page("access")
    keeper.keep("access", hamlet, rw="", vehicles=["two_wheels", "boat"])
    assert "RW 004" not in keeper.page("access") and "Perahu" in keeper.page("access")
    keeper.keep("markets", name="Pasar Pon", area="35.03.04", pasaran="pon", begins="05:00", ends="11:00")
    assert "Pon" in keeper.page("markets")
    site = keeper.keep(
        "sites", name="RSUD Rekaan", kind="hospital", area="35.03.04.2001", hours_mon="8-12, 13.30-15"
    )
    form = keeper.browser.get(reverse("planning:resource", args=["sites", site])).content.decode()
    assert 'value="08.00-12.00, 13.30-15.00"' in form
    from jemput.planning.models import Kit

    keeper.keep("absences", of=f"kit:{Kit.objects.get().pk}", until="2031-01-01", reason="repair")
    assert "Alat rekam 1" in keeper.page("absences") and "diperbaiki" in keeper.page("absences").lower()


def test_a_long_list_comes_in_pages(keeper: Keeper) -> None:
    from jemput.planning.models import Vehicle

    Vehicle.objects.bulk_create(
        Vehicle(office=keeper.office, name=f"Motor {n:03}", kind="two_wheels", since=keeper.office.today())
        for n in range(130)
    )
    assert "Motor 059" in keeper.page("vehicles") and "Motor 060" not in keeper.page("vehicles")
    assert "Motor 129" in keeper.page("vehicles", page=3)


def test_another_office_neither_sees_nor_changes_it(keeper: Keeper) -> None:
    team = keeper.keep("teams", name="Tim 1")
    other = Keeper("21.71")
    assert other.browser.get(reverse("planning:resource", args=["teams", team])).status_code == 404
    assert "Tim 1" not in other.page("teams")


def test_only_who_schedules_keeps_them(keeper: Keeper) -> None:
    assert Keeper(duty=Duty.MAIN_ADMIN).page()
    denied = Keeper(duty=Duty.FIELD_OFFICER).browser.get(reverse("planning:resources"))
    assert denied.status_code == 403


def test_the_settings_are_kept_and_a_server_needs_the_offices_word(keeper: Keeper) -> None:
    from tests.office.front import filled, problems

    address = reverse("planning:settings")
    page = keeper.browser.get(address)
    usual = filled(page)
    response = keeper.browser.post(
        address, usual | {"route_server": "osrm", "route_url": "http://10.0.0.5:5000"}
    )
    assert response.status_code == 422 and "Izinkan" in problems(response)
    assert keeper.browser.post(address, usual | {"lunch_until": "10:00"}).status_code == 422
    assert (
        keeper.browser.post(address, usual | {"budget": "45000000", "terrain": "mountains"}).status_code
        == 302
    )
    assert filled(keeper.browser.get(address))["budget"] == "45000000"
