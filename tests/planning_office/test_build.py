"""From the journal to an instance: who is wanted, where, with whom and with what; and nobody's name."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Document, Duty, Group, Language, Partner, PlaceKind, Urgency, Weekday
from jemput.core.programme import Programme
from jemput.journal import erase, keys
from jemput.office.words import say
from jemput.planning import Built, built, working_days
from jemput.planning import models as kept
from jemput.planning.world import World, read
from jemput.programmes import packaged
from tests.journal.cases import Case, new_id
from tests.people import BATAM
from tests.planning_office.cases import MONDAY, NOW, TODAY, VILLAGE, WEEK, tell, waiting
from tests.planning_office.keeping import Keeper
from tests.planning_office.route_server import SmallServer, road


def build(keeper: Keeper, **more: Any) -> tuple[Built, World]:
    """The instance of next week; the planner itself reads it."""
    made = built(keeper.office, WEEK, NOW, **more)
    return made, read(json.loads(json.dumps(made.data)))


def visit_of(made: Built, case: Case) -> dict[str, Any]:
    return next(v for v in made.data["visits"] if v["id"].startswith(str(case.stream)))


def place_of(made: Built, case: Case) -> dict[str, Any]:
    return next(p for p in made.data["places"] if p["id"] == visit_of(made, case)["place"])


def test_an_empty_office_makes_an_instance_that_can_be_read(keeper: Keeper, keren: Programme) -> None:
    made, world = build(keeper)
    assert not world.visits and not world.teams
    assert "where the office lies" in " ".join(map(str, made.notices))


def test_who_waits_to_be_scheduled_is_in_the_instance_with_all_the_visit_needs(
    keeper: Keeper, keren: Programme
) -> None:
    keeper.usual()
    case = waiting(keren, days_ago=9)
    made, world = build(keeper)
    (visit,) = world.visits
    assert (visit.id, visit.people, visit.waited) == (str(case.stream), 1, 9)
    assert visit.kits == ("biometric",)
    assert visit.partners == ("babinsa|bhabinkamtibmas|social_worker|village",)
    assert visit.service == keren.visit_minutes - 10 and world.places[1].setup == 10
    assert made.visits[visit.id].case == case.stream
    (team,) = world.teams
    assert team.id == "tim_1" and team.shifts[0] == (8 * 60, 15 * 60 + 30)
    assert [[r.kind for r in day] for day in team.rests] == [["lunch"]] * 4 + [["friday_prayer"]]
    assert {v.kind for v in world.vehicles} == {"two_wheels", "four_wheels"}
    assert [(k.kind, k.people) for k in world.kits] == [("biometric", 14)]


def test_nobodys_name_nik_phone_or_address_is_in_the_instance(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    keeper.keep("partners", name="Bidan Rekaan", role="health_worker", phone="0812-0000-0007")
    sealed = {"address": "Gang Mawar 7", "groups": [Group.MENTAL_DISORDER], "place_name": "Rutan Rekaan"}
    family = "9903010101010001"
    waiting(keren, name="SITI AMINAH", family_number=family, place_kind=PlaceKind.PRISON, **sealed)
    made, _world = build(keeper)
    text = json.dumps(made.data).lower()
    for secret in ("siti", "9901", family, "0812", "mawar", "rutan", "prison", "bidan", "disorder"):
        assert secret not in text
    told = " ".join(map(str, made.notices))
    assert "SITI" not in told


def test_those_who_live_together_are_met_at_one_place(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    father = waiting(keren, family_number="9903010101010001")
    mother = waiting(keren, family_number="9903010101010001")
    aunt = waiting(keren, address="Dusun Krajan  RT 1")
    cousin = waiting(keren, address="dusun krajan, RT 1")
    stranger = waiting(keren)
    made, world = build(keeper)
    assert place_of(made, father) == place_of(made, mother)
    assert place_of(made, aunt) == place_of(made, cousin) != place_of(made, father)
    assert place_of(made, stranger)["id"] not in (place_of(made, father)["id"], place_of(made, aunt)["id"])
    assert len(world.visits) == 5


def test_an_institution_has_its_own_hours_and_point(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    point = {"latitude": "-8.1", "longitude": "111.75"}
    said = {"kind": "hospital", "area": VILLAGE, "setup_minutes": "25", "hours_tue": "09.00-11.00"}
    keeper.keep("sites", name="RSUD Rekaan", **said, **point)
    known = waiting(keren, place_kind=PlaceKind.HOSPITAL, place_name="rsud rekaan.")
    other = waiting(keren, place_kind=PlaceKind.HOSPITAL, place_name="RS Lain")
    same = waiting(keren, place_kind=PlaceKind.HOSPITAL, place_name="RS LAIN")
    made, world = build(keeper)
    place = place_of(made, known)
    assert (place["lat"], place["setup_minutes"]) == (-8.1, 25)
    hours = next(p.hours for p in world.places if p.id == place["id"])
    assert hours == ((), ((540, 660),), (), (), ())
    assert place_of(made, other) == place_of(made, same) != place


def test_without_a_point_the_village_stands_in_and_says_so(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    near, far = waiting(keren), Case(keren, area=VILLAGE)
    at = NOW - timedelta(days=2)
    tell(far, far.report(latitude=-8.0712, longitude=111.6934), Duty.REPORTER, at)
    tell(far, e.Triaged(result=e.TriageResult.ACCEPTED), Duty.MAIN_ADMIN, at)
    tell(far, e.Ordered(), Duty.HEAD_OF_SECTION, at)
    made, _world = build(keeper)
    assert place_of(made, near)["approximate"] and place_of(made, near)["id"] in made.approximate
    assert (place_of(made, far)["lat"], place_of(made, far)["lon"]) == (-8.0712, 111.6934)
    assert "approximate" not in place_of(made, far)


def scheduled(case: Case, day: date, part: e.DayPart = e.DayPart.MORNING, **more: Any) -> Any:
    visit = new_id()
    body = e.VisitScheduled(visit=visit, day=day, part=part, **more)
    tell(case, body, Duty.SCHEDULER, NOW - timedelta(days=1))
    return visit


def test_a_promise_of_the_week_stays_with_its_day_and_half(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    morning, moved, later, broken = (waiting(keren) for _n in range(4))
    scheduled(morning, WEEK[2], team="tim_1")
    visit = scheduled(moved, WEEK[0])
    body = e.VisitMoved(visit=visit, day=WEEK[3], part=e.DayPart.AFTERNOON)
    tell(moved, body, Duty.SCHEDULER, NOW)
    scheduled(later, WEEK[4] + timedelta(days=20))
    scheduled(broken, TODAY - timedelta(days=1))
    made, world = build(keeper)
    assert visit_of(made, morning)["promise"] == {"day": WEEK[2].isoformat(), "window": ["00:00", "12:00"]}
    assert visit_of(made, moved)["promise"] == {"day": WEEK[3].isoformat(), "window": ["12:00", "24:00"]}
    assert not any(v.id.startswith(str(later.stream)) for v in world.visits)
    assert visit_of(made, broken)["mandatory"] and "promise" not in visit_of(made, broken)
    promised = made.visits[str(morning.stream)].promised
    assert promised and promised.team == "tim_1"


def test_what_is_over_is_not_planned_again(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    done, closed, again = (waiting(keren) for _n in range(3))
    for case in (done, again):
        visit = scheduled(case, TODAY - timedelta(days=1))
        start = NOW - timedelta(days=1)
        partners = [Partner.VILLAGE]
        tell(case, e.VisitStarted(visit=visit, partners=partners), Duty.FIELD_OFFICER, start)
        failed = {"outcome": e.VisitOutcome.NOT_HOME, "next_step": e.NextStep.REVISIT, "again_on": WEEK[2]}
        said = failed if case is again else {"outcome": e.VisitOutcome.DONE}
        ended = e.VisitEnded.model_validate({"visit": visit, **said})
        tell(case, ended, Duty.FIELD_OFFICER, start + timedelta(minutes=30))
    tell(closed, e.Closed(reason=e.CloseReason.WITHDRAWN), Duty.MAIN_ADMIN, NOW)
    made, world = build(keeper)
    assert [v.id for v in world.visits] == [str(again.stream)]
    assert visit_of(made, again)["earliest"] == WEEK[2].isoformat()


def test_a_visit_is_planned_for_the_times_that_suit_the_person(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    morning = waiting(keren, preferred_time=e.DayPart.MORNING)
    days = waiting(keren, preferred_days=[Weekday.TUE, Weekday.THU], preferred_time=e.DayPart.AFTERNOON)
    anytime, promised, urgent = (
        waiting(keren, preferred_time=e.DayPart.ALL_DAY),
        waiting(keren, preferred_time=e.DayPart.MORNING),
        waiting(keren, preferred_time=e.DayPart.MORNING, urgency=Urgency.EMERGENCY),
    )
    scheduled(promised, WEEK[2], e.DayPart.AFTERNOON)
    made, world = build(keeper)
    hours = {v.id: v.hours for v in world.visits}
    assert hours[str(morning.stream)] == (((0, 720),),) * 5
    assert hours[str(days.stream)] == ((), ((720, 1440),), (), ((720, 1440),), ())
    for other in (anytime, promised, urgent):
        assert hours[str(other.stream)] is None, "what was promised, or cannot wait, is not bound by it"
    tell(days, e.PersonDescribed(preferred_days=[Weekday.FRI]), Duty.MAIN_ADMIN, NOW)
    made, _world = build(keeper)
    assert visit_of(made, days)["suits"] == {"fri": [["12:00", "24:00"]]}, "the newest word counts"


def test_a_language_asks_for_a_team_that_knows_it_and_for_somebody_along_where_none_does(
    keeper: Keeper, keren: Programme
) -> None:
    keeper.usual()
    deaf, bugis = waiting(keren, preferred_language=Language.SIGN), waiting(keren, preferred_language="bugis")
    made, _world = build(keeper)
    assert "languages" not in visit_of(made, deaf)["needs"]
    told = [say(n) for n in made.notices if "bahasa lain" in say(n)]
    assert len(told) == 2 and "Bahasa isyarat Indonesia" in " ".join(told)
    account = str(keeper.officers[0].pk)
    keeper.keep("skills", account=account, what="language:sign")
    made, world = build(keeper)
    assert visit_of(made, deaf)["needs"]["languages"] == ["sign"]
    assert "languages" not in visit_of(made, bugis)["needs"]
    assert "language:sign" in world.teams[0].skills[0]


def test_the_most_pressing_comes_first_and_must_be_served(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    emergency = waiting(keren, urgency=Urgency.EMERGENCY)
    high = waiting(keren, urgency=Urgency.HIGH, groups=[Group.GRAVELY_ILL])
    usual = waiting(keren, days_ago=1)
    made, _world = build(keeper)
    first, second, third = (visit_of(made, c) for c in (emergency, high, usual))
    assert first["priority"] == 1 and first["mandatory"] and not third["mandatory"]
    assert first["priority"] < second["priority"] < third["priority"]
    because = made.visits[str(high.stream)].priority.because
    assert "refused without the document" in " ".join(map(str, because))


def test_who_is_overdue_comes_a_class_sooner_and_is_never_shut_out(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    on_the_eve = (TODAY - WEEK[0]).days + 1
    late, early = waiting(keren, days_ago=60), waiting(keren, days_ago=on_the_eve)
    made, world = build(keeper)
    assert visit_of(made, late)["deadline"] < WEEK[0].isoformat()
    assert visit_of(made, late)["priority"] < visit_of(made, early)["priority"]
    assert all(v.earliest == 0 and v.latest == 4 for v in world.visits)


def test_the_order_says_between_which_days(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    case = waiting(keren)
    body = e.Ordered(not_before=WEEK[1], not_after=WEEK[3])
    tell(case, body, Duty.HEAD_OF_SECTION, NOW)
    _made, world = build(keeper)
    assert (world.visits[0].earliest, world.visits[0].latest) == (1, 3)


def test_batam_sends_only_who_was_trained(db: None, office_key: None) -> None:
    batam = Keeper(BATAM)
    programme = journal.install(packaged()["odgj-batam"])
    ani, budi = batam.officer(), batam.officer()
    batam.keep("vehicles", name="Mobil", kind="four_wheels")
    batam.keep("teams", name="Tim 1", members=[ani])
    batam.keep("teams", name="Tim 2", members=[budi])
    batam.keep("skills", account=ani, what="mental_disorder")
    batam.keep("skills", account=ani, what="language:malay")
    waiting(programme, area="21.71.11.1001")
    _made, world = build(batam)
    (visit,) = world.visits
    assert visit.skills == {f"programme:{programme.number}"}
    assert visit.partners == ("health_worker|social_worker",)
    first, second = world.teams
    assert visit.skills <= first.skills[0] and "language:malay" in first.skills[0]
    assert not visit.skills & second.skills[0]
    kept.Skill.objects.update(until=WEEK[1])
    _made, world = build(batam)
    assert not world.teams[0].skills[4]


def test_absences_leave_the_team_the_kit_and_the_partner_at_home(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    nurse = keeper.keep("partners", name="Babinsa", role="babinsa", area="")
    kit, car = kept.Kit.objects.get(), kept.Vehicle.objects.get(kind="four_wheels")
    tuesday, wednesday = WEEK[1].isoformat(), WEEK[2].isoformat()
    said = {"since": tuesday, "until": wednesday}
    keeper.keep("absences", of=f"kit:{kit.pk}", reason="repair", **said)
    keeper.keep("absences", of=f"vehicle:{car.pk}", reason="repair", **said)
    keeper.keep("absences", of=f"partner:{nurse}", **said)
    keeper.keep("absences", of=f"account:{keeper.officers[0].pk}", **said)
    waiting(keren)
    _made, world = build(keeper)
    assert world.kits[0].days == {0, 3, 4}
    assert next(v for v in world.vehicles if v.kind == "four_wheels").days == {0, 3, 4}
    (partner,) = world.partners
    assert partner.hours[0] and not partner.hours[1] and not partner.hours[2]
    assert world.teams[0].shifts[1]  # one of the two is still there
    kept.Team.objects.update(least=2)
    _made, world = build(keeper)
    assert [s is not None for s in world.teams[0].shifts] == [True, False, False, True, True]


def test_a_team_without_members_or_vehicle_stays_and_says_so(keeper: Keeper, keren: Programme) -> None:
    keeper.keep("teams", name="Tim Kosong")
    made, world = build(keeper)
    assert not world.teams and "Tim Kosong" in " ".join(map(str, made.notices))
    kept.TeamMember.objects.create(team=kept.Team.objects.get(), account_id=keeper.officer(), since=WEEK[0])
    made, world = build(keeper)
    assert not world.teams and "no vehicle" in " ".join(map(str, made.notices))


def test_one_in_every_village_stands_once_for_each_visited_village(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    keeper.keep("partners", name="Registrar desa", role="village", each_village="on")
    keeper.keep("partners", name="Dinsos", role="social_worker", subdistricts=["35.03.01"])
    for area in (VILLAGE, "35.03.01.2001", "35.03.01.2001"):
        waiting(keren, area=area)
    _made, world = build(keeper)
    need = "babinsa|bhabinkamtibmas|social_worker|village"
    assert {p.areas for p in world.partners if "village" in p.roles} >= {(VILLAGE,), ("35.03.01.2001",)}
    assert all(need in p.roles for p in world.partners)
    assert next(p.areas for p in world.partners if "social_worker" in p.roles) == ("35.03.01",)


def test_hard_to_reach_and_market_days_are_reckoned_with(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    kliwon = next(n for n, day in enumerate(WEEK) if (day - date(1945, 8, 17)).days % 5 == 4)
    other = (kliwon + 1) % 5
    weekday = ["mon", "tue", "wed", "thu", "fri"][other]
    keeper.keep("access", area=VILLAGE, vehicles=["two_wheels"])
    keeper.keep("markets", name="Pasar", area="35.03.04", weekdays=[weekday], begins="05:00", ends="10:00")
    keeper.keep("markets", name="Kliwon", area="35.03.04", pasaran="kliwon", begins="06:00", ends="11:00")
    case = waiting(keren)
    made, world = build(keeper)
    place = next(p for p in world.places if p.id == place_of(made, case)["id"])
    assert place.access == {"two_wheels"}
    assert place.hours[other] == ((0, 300), (600, 1440))
    assert place.hours[kliwon] == ((0, 360), (660, 1440))
    assert place.hours[(kliwon + 2) % 5] == ((0, 1440),)


def test_where_nobody_was_for_long_people_count_as_waiting_longer(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    seen, unseen = "35.03.01.2001", "35.03.02.2001"
    visited = waiting(keren, area=seen)
    visit = scheduled(visited, TODAY)
    tell(visited, e.VisitStarted(visit=visit), Duty.FIELD_OFFICER, NOW - timedelta(hours=2))
    ended = e.VisitEnded(visit=visit, outcome=e.VisitOutcome.DONE)
    tell(visited, ended, Duty.FIELD_OFFICER, NOW - timedelta(hours=1))
    near, far = waiting(keren, area=seen), waiting(keren, area=unseen)
    made, world = build(keeper)
    assert made.data["ageing"]["areas"] == {unseen: 60}
    by = {v.id: world.waited(v) for v in world.visits}
    assert by[str(far.stream)] == by[str(near.stream)] + 60


def test_only_the_days_on_which_somebody_works_are_planned(keeper: Keeper) -> None:
    off = keeper.office.holidays()
    assert working_days(keeper.office, MONDAY) == [day for day in WEEK if day not in off]
    keeper.keep("teams", name="Tim Sabtu", weekdays=["tue", "sat"])
    wanted = [WEEK[1], WEEK[1] + timedelta(days=4)]
    assert working_days(keeper.office, MONDAY) == [day for day in wanted if day not in off]
    keeper.keep("teams", name="Tim 1")
    closed = WEEK[2]
    keeper.office.closed_days = [closed.isoformat()]
    assert closed not in working_days(keeper.office, MONDAY)


def test_an_rw_agents_own_visits_are_not_the_teams(db: None, office_key: None) -> None:
    bekasi = Keeper("32.75")
    programme = journal.install(packaged()["halo-pamor"])
    case = Case(programme, area="32.75.05.1001")
    said = case.report(documents=[Document.FAMILY_CARD])
    tell(case, said, Duty.REPORTER, NOW - timedelta(days=3))
    tell(case, e.Triaged(result=e.TriageResult.ACCEPTED), Duty.RW_AGENT, NOW - timedelta(days=2))
    visit = new_id()
    body = e.VisitScheduled(visit=visit, purpose=e.VisitPurpose.COLLECT_PAPERS, day=WEEK[1])
    tell(case, body, Duty.RW_AGENT, NOW - timedelta(days=1))
    _made, world = build(bekasi)
    assert not world.visits


def test_another_offices_cases_and_teams_stay_out(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    waiting(keren, area="35.10.01.2001")
    _made, world = build(keeper)
    assert not world.visits


# ---- ways by road ------------------------------------------------------------------------------------


def allow(keeper: Keeper, url: str, **more: Any) -> None:
    said = {"route_server": "osrm", "route_url": url, "route_allowed": True} | more
    kept.Settings.objects.update_or_create(office=keeper.office, defaults=said)


def test_ways_come_from_the_offices_own_server_when_it_allows(
    keeper: Keeper, keren: Programme, server: SmallServer
) -> None:
    keeper.usual()
    case = waiting(keren, latitude=-8.12, longitude=111.72)
    allow(keeper, server.url, route_allowed=False)
    made, world = build(keeper)
    assert not world.travel.minutes and not server.asked
    allow(keeper, server.url)
    made, world = build(keeper)
    assert set(world.travel.minutes) == {"two_wheels", "four_wheels"} and not made.notices
    home = [p.id for p in world.places].index(place_of(made, case)["id"])
    seat = world.places[0]
    assert seat.latitude and seat.longitude
    km = road((seat.latitude, seat.longitude), (-8.12, 111.72))
    assert world.travel.km["four_wheels"][0][home] == pytest.approx(km, abs=0.01)
    assert str(case.stream) not in " ".join(server.asked)
    built(keeper.office, WEEK, NOW, routes=False)
    assert len(server.asked) == 2  # one for each kind of vehicle


def test_a_server_that_is_down_or_lies_is_told_of_and_distances_are_used(
    keeper: Keeper, keren: Programme, server: SmallServer
) -> None:
    keeper.usual()
    waiting(keren)
    server.spoil = lambda answer: {**answer, "durations": [[-1] * len(row) for row in answer["durations"]]}
    for url, words in ((server.url, "cannot be"), ("http://127.0.0.1:9", "does not answer")):
        allow(keeper, url)
        made, world = build(keeper)
        assert not world.travel.minutes and world.travel.speed["two_wheels"]
        assert words in " ".join(map(str, made.notices))


def test_without_the_key_nothing_is_built(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    waiting(keren)
    keys.open_path().unlink()
    with pytest.raises(keys.Locked):
        build(keeper)


def test_whoever_was_forgotten_is_no_longer_wanted(keeper: Keeper, keren: Programme) -> None:
    keeper.usual()
    case, other = waiting(keren), waiting(keren)
    erase.erase([case.stream])
    _made, world = build(keeper)
    assert [v.id for v in world.visits] == [str(other.stream)]
