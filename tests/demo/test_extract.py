"""The invented register of a demo office: nobody's data, and somebody to be found in it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from jemput.core.areas import area
from jemput.core.nik import parse_nik
from jemput.demo.extract import HEADINGS, PEOPLE, rows
from jemput.demo.fill import Part, Progress, fill
from jemput.demo.offices import plans
from jemput.journal import keys
from jemput.journal.models import CaseRow
from jemput.people import look_up, register_of
from jemput.people.models import Snapshot
from tests.demo.conftest import NOW

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.slug)
def test_every_household_is_of_region_99_and_lives_in_a_real_village(plan):
    found = [dict(zip(HEADINGS, row, strict=True)) for row in rows(plan, TODAY, 7)]
    assert len(found) >= PEOPLE
    assert len({p["NIK"] for p in found}) == len(found)
    for person in found:
        nik = parse_nik(person["NIK"])
        assert nik.synthetic and person["NO_KK"].startswith("99")
        day, month, year = map(int, person["TGL_LHR"].split("-"))
        assert date(year, month, day) <= TODAY and date(year, month, day) in nik.births
        assert (nik.sex == "female") == (person["JENIS_KLMIN"] == "2")
        village = ".".join(person[n] for n in ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"))
        assert area(village) is not None and village.startswith(plan.code)
    assert re.fullmatch("[A-Z' ]+", found[0]["NAMA_LGKP"])


@pytest.mark.django_db
def test_the_people_of_the_cases_are_found_and_whoever_the_manual_names(
    settings: Settings, tmp_path: Path, todo: list[Part]
):
    settings.JEMPUT_KEYS = tmp_path / "keys"
    keys.init_open()
    tales = [part for part in todo if part.plan == 0 and part.number == 0]
    fill(Progress.load(tmp_path / "demo.json", NOW), tales, processes=0)
    extract = Snapshot.objects.get(office="35.03", state=Snapshot.CURRENT)
    assert (extract.refused, extract.taken_on) == (0, date(2026, 10, 31))
    first = look_up("Mbah Sukarni, Dongko, umur tujuh puluhan, ibunya Painem", "35.03")[0]
    assert (first.person.name, first.person.mother) == ("SUKARNI", "PAINEM")

    register = register_of("35.03")
    assert register is not None
    from jemput import journal

    found = 0
    for case in CaseRow.objects.all():
        report = journal.entries(case.pk)[0].body
        if report.nik and (hits := look_up(report.nik, "35.03")):
            assert hits[0].person.name == report.name
            assert hits[0].person.area == report.area
            found += 1
    assert found > 20
    assert not Snapshot.objects.filter(office="35.10").exists(), "only the offices that were asked for"
