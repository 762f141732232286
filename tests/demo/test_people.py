"""Nobody in the demo can be taken for somebody."""

import re
from datetime import date
from itertools import pairwise
from random import Random

import pytest

from jemput.core.areas import area, covers
from jemput.core.codes import Document
from jemput.core.dates import age
from jemput.core.entries import Reported
from jemput.core.nik import parse_nik, plausible
from jemput.core.phone import parse_phone
from jemput.core.reading import read_programme
from jemput.demo.offices import plans
from jemput.demo.people import People, misspelt
from jemput.programmes import packaged

TODAY = date(2026, 11, 20)
PLANS = plans()


def some(plan, count=120):
    programme = read_programme(packaged()[plan.programmes[0][0]])
    people = People(plan.setting, TODAY, Random(plan.code))
    return [people.person(programme) for _ in range(count)]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.slug)
def test_every_nik_and_family_number_is_of_region_99_and_fits_its_person(plan):
    niks = []
    for person, _documents in some(plan):
        nik = person.nik or person.later_nik
        niks.append(nik)
        assert parse_nik(nik).synthetic
        assert plausible(nik, person.birth, person.sex) == []
        assert person.facts["family_number"].startswith("99")
    assert len(set(niks)) == len(niks)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.slug)
def test_phones_are_well_formed_and_of_no_operator(plan):
    from lokal.phone import parse_phone as read

    for person, _documents in some(plan):
        assert parse_phone(person.phone) == person.phone
        assert read(person.phone).operator is None


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.slug)
def test_people_live_in_real_villages_of_their_office_and_need_what_their_programme_issues(plan):
    programme = read_programme(packaged()[plan.programmes[0][0]])
    for person, documents in some(plan):
        assert covers(plan.code, person.area)
        assert area(person.area) is not None
        assert person.facts["latitude"] == pytest.approx(person.facts["latitude"])
        assert set(documents) <= set(programme.documents)
        assert set(person.facts["groups"]) <= set(programme.serves.groups)
        assert person.facts["place_kind"] in programme.places
        if documents[0] is Document.KTP_EL:
            assert age(person.birth, TODAY) >= 17


def test_names_sound_like_their_place_and_some_are_single():
    names = [person.name for person, _ in some(PLANS[0], 400)]
    assert all(re.fullmatch(r"[A-Z' ]+", name) for name in names)
    assert 0.15 < sum(" " not in name for name in names) / len(names) < 0.7


def test_households_share_address_phone_and_family_number():
    people = [person for person, _ in some(PLANS[0], 400)]
    together = [(a, b) for a, b in pairwise(people) if a.phone == b.phone]
    assert together
    assert all(a.address == b.address for a, b in together)
    assert all(a.facts["family_number"] == b.facts["family_number"] for a, b in together)


def test_the_same_seed_gives_the_same_people():
    assert some(PLANS[3], 20) == some(PLANS[3], 20)


def test_another_caller_spells_the_name_otherwise():
    for person, _documents in some(PLANS[1], 40):
        assert misspelt(person.name, Random(1)) != person.name


def test_reports_of_the_year_carry_only_invented_numbers(tales, ordinary):
    for journals in (*tales.values(), ordinary):
        for entries in journals:
            for entry in entries:
                nik = getattr(entry.body, "nik", None)
                assert nik is None or nik.startswith("99")
            report = entries[0].body
            assert isinstance(report, Reported)
            assert report.phone.startswith("+62840")
