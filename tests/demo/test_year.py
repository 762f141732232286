"""The year shows every state and flag, in every programme, and nobody has nothing to do."""

from collections import Counter

import pytest

from jemput.core.codes import Duty, Flag, Status
from jemput.core.fold import fold
from jemput.core.reading import read_programme
from jemput.core.waiting import OfficeTime, waiting
from jemput.demo.fill import parts, tell
from jemput.demo.lists import ONLY_LISTED
from jemput.demo.offices import plans
from jemput.demo.people import CARE_HOMES
from jemput.demo.tales import TALES
from jemput.demo.year import SEED, tales_of
from jemput.programmes import packaged

PROGRAMMES = {p.hash: p for p in map(read_programme, packaged().values())}
EVERYWHERE = set(Flag) - {Flag.ORIGINALS_HELD, Flag.IN_CUSTODY}
"""Originals are taken along only in HALO PAMOR; ON THE SPOT hands over at once."""


@pytest.fixture(scope="session")
def states(tales):
    return {
        plan: [fold(PROGRAMMES.__getitem__, entries) for entries in journals]
        for plan, journals in tales.items()
    }


@pytest.mark.parametrize("plan", range(5))
def test_every_status_and_flag_is_there_in_every_programme(states, plan):
    assert {state.status for state in states[plan]} == set(Status)
    flags = {flag for state in states[plan] for flag in state.flags}
    assert flags >= EVERYWHERE


def test_every_flag_is_there(states):
    assert {f for many in states.values() for state in many for f in state.flags} == set(Flag)


@pytest.mark.parametrize("plan", range(5))
def test_each_duty_that_the_programme_names_has_a_case_waiting_in_its_own_area(states, plan):
    office = plans()[plan]
    waits = Counter()
    steps = set()
    for state in states[plan]:
        programme = PROGRAMMES[state.programme_hash]
        steps |= {d for s in programme.steps if not s.optional and s.entry != "reported" for d in s.duties}
        for wait in waiting(programme, state, OfficeTime()):
            waits.update(d for d in wait.duties if state.area.startswith(office.scope(d)))
    unemployed = {duty for duty in steps if not waits[duty]}
    assert not unemployed
    assert {Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE} <= set(waits)


def test_nothing_happens_after_now(tales, ordinary, now):
    for journals in (*tales.values(), ordinary):
        assert all(entry.at <= now for entries in journals for entry in entries)


def test_a_data_request_stands_near_its_three_days(states, now):
    ages = [
        (now - at).total_seconds() / 3600
        for many in states.values()
        for state in many
        for at in state.data_requests.values()
    ]
    assert any(40 < age < 72 for age in ages)


def test_the_year_of_trenggalek_has_2028_people_and_most_of_the_sources_share_is_reached(ordinary):
    assert sum(part.count for part in parts() if part.plan == 0) + ONLY_LISTED == 2028
    states = [fold(PROGRAMMES.__getitem__, entries) for entries in ordinary]
    reached = sum(any(p.printed for p in state.documents.values()) for state in states)
    assert 0.5 < reached / len(states) < 0.75


def test_the_same_seed_and_day_tell_the_same_year(todo, now):
    part = next(part for part in todo if part.plan == 3 and part.number == 2)
    first, second = (tell(part, now, SEED)[0] for _ in range(2))
    assert first == second
    assert tell(part, now, SEED + 1)[0] != first


def test_tales_count_as_many_as_are_told(tales):
    for plan, journals in tales.items():
        programme = read_programme(packaged()[plans()[plan].programmes[0][0]])
        assert len(journals) == tales_of(programme)
    assert len(TALES) > 30


def test_entry_and_ticket_numbers_never_meet(tales, ordinary):
    journals = [entries for many in (*tales.values(), ordinary) for entries in many]
    ids = [entry.id for entries in journals for entry in entries]
    tickets = [entries[0].body.ticket for entries in journals]
    assert len(set(ids)) == len(ids)
    assert len(set(tickets)) == len(tickets)


@pytest.mark.parametrize("plan", [0, 1, 2, 3])
def test_a_care_home_is_waiting_for_today(states, tales, now, plan):
    today = [
        (journal, state)
        for journal, state in zip(tales[plan], states[plan], strict=True)
        if state.next_visit
        and state.next_visit.day == now.date()
        and journal[0].body.place_kind in CARE_HOMES
    ]
    places = Counter((j[0].body.area, j[0].body.place_name, j[0].body.address) for j, _state in today)
    assert places.most_common(1)[0][1] == 12
