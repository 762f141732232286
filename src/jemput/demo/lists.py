"""The three lists that JEMPOL KEREN started from (T22): the office's own, the social office's, the villages'.

Some of their people have a case, some stand in the register and were never reached, some are not even there;
several stand on two lists, as the villages spell them. They come in and are compared by the ordinary way.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from jemput.core.areas import area
from jemput.core.codes import DataCondition, Duty, Sex
from jemput.core.dates import age
from jemput.core.entries import ListSource
from jemput.core.nik import synthetic_nik
from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from jemput.demo.offices import Plan, Staff
from jemput.demo.people import People, misspelt
from jemput.programmes import packaged

PROGRAMME = "jempol-keren"
NEVER_REACHED, WITH_A_CASE, NOWHERE, SIBLINGS, RENUMBERED = 55, 45, 25, 4, 4
ONLY_LISTED = NEVER_REACHED + NOWHERE + SIBLINGS
"""With the people of the cases they are the 2,028 of the source (T61)."""
_SERIALS, _HOUSEHOLDS = range(9_700, 9_990), 9_000
_KINDS = (
    *("Lansia terlantar", "Lansia", "Lansia", "Disabilitas fisik", "Disabilitas netra"),
    *("ODGJ", "Sakit menahun", "Lansia, sakit"),
)
_LACKS = (
    *("Belum punya KTP", "Belum rekam KTP-el", "Belum rekam, bansos tidak cair", "KTP hilang waktu banjir"),
    *("Belum punya NIK, ditolak rumah sakit", "Tidak punya KK, BPJS nonaktif", "Belum rekam KTP-el"),
)
_SAID = ("belum rekam", "belum punya NIK", "tidak punya KK", "KTP hilang", "belum rekam", "")


@dataclass(frozen=True)
class Told:
    """Somebody as a list may know them."""

    name: str
    mother: str
    birth: date
    sex: Sex
    village: str
    nik: str = ""
    family: str = ""


def take_in(plan: Plan, today: date, seed: int, known: Path) -> None:
    """Take the lists in and compare them; nothing where no register is there, or lists are already.

    ``known`` is the file of register.py: the NIKs of those who have a case.
    """
    from django.utils import timezone

    from jemput.intake import Author
    from jemput.people.link import runs, store
    from jemput.people.models import LinkList, LinkRun

    programme = read_programme(packaged()[PROGRAMME])
    if programme.code not in [name for name, _people in plan.programmes]:
        return
    registered = _registered(plan.code)
    if not registered or LinkList.objects.filter(office=plan.code).exists():
        return
    author = Author(Staff(plan).actor(Duty.MAIN_ADMIN, plan.code), Duty.MAIN_ADMIN)
    rng = Random(f"{seed}/{plan.code}/lists")  # noqa: S311
    made = lists(plan, programme, today, registered, _niks(known), rng)
    for source, name, lacks, days, text in made:
        kept, _people = store.take_in(text.encode(), name, plan.code, programme.number, source, lacks)
        store.confirm(kept, author)
        LinkList.objects.filter(pk=kept.pk).update(at=timezone.now() - timedelta(days=days))
    runs.run_now(LinkRun.objects.create(office=plan.code, programme=programme.number), author)


List = tuple[ListSource, str, DataCondition, int, str]
"""Where it is from, its name, what its people lack, how many days ago it came, and its text."""


def lists(
    plan: Plan, programme: Programme, today: date, registered: Sequence[Told], served: set[str], rng: Random
) -> list[List]:
    """The three lists."""
    grown = sorted((p for p in registered if age(p.birth, today) >= 17), key=lambda p: p.nik)
    rng.shuffle(grown)
    grown.sort(key=lambda p: age(p.birth, today) < 60)  # most of whom nobody has reached are old
    new = [p for p in grown if p.nik not in served][:NEVER_REACHED]
    old = [p for p in grown if p.nik in served][:WITH_A_CASE]
    none = list(_unregistered(plan, programme, today, rng))
    doubtful = [_sibling(p, rng) for p in new[:SIBLINGS]] + [_renumbered(p, rng) for p in old[:RENUMBERED]]
    office = _shuffled([*new[:40], *old[RENUMBERED:20], *doubtful], rng)
    social = _shuffled([*new[25:50], *old[10:40], *none[:15]], rng)
    village = _shuffled([*new[35:], *old[30:], *none[10:]], rng)
    return [
        (
            ListSource.OFFICE,
            "Belum rekam, basis data Dukcapil",
            DataCondition.NOT_RECORDED,
            75,
            _office(office),
        ),
        (
            ListSource.SOCIAL_AGENCY,
            "Data Dinas Sosial P3A",
            DataCondition.UNKNOWN,
            50,
            _social(social, rng),
        ),
        (
            ListSource.VILLAGE,
            "Laporan desa, diketik ulang",
            DataCondition.UNKNOWN,
            20,
            _village(village, today, rng),
        ),
    ]


def _office(people: Sequence[Told]) -> str:
    rows = [(p.nik, p.family, p.name, f"{p.birth:%d-%m-%Y}", p.mother, *_lives(p)) for p in people]
    return _table(("NIK", "NO_KK", "NAMA_LGKP", "TGL_LHR", "NAMA_LGKP_IBU", "DESA", "KECAMATAN"), rows, ",")


def _social(people: Sequence[Told], rng: Random) -> str:
    rows = []
    for p in people:
        name = misspelt(p.name, rng) if rng.random() < 0.35 else p.name
        mother = p.mother if rng.random() < 0.6 else ""
        sex = "P" if p.sex is Sex.FEMALE else "L"
        written = f"{p.birth:%d/%m/%Y}" if rng.random() < 0.8 else str(p.birth.year)
        rows.append((name, sex, written, mother, *_lives(p), rng.choice(_KINDS), rng.choice(_LACKS)))
    headings = ("NAMA", "JK", "TGL LAHIR", "NAMA IBU", "DESA", "KECAMATAN", "RAGAM", "KETERANGAN")
    return _table(headings, rows, ";")


def _village(people: Sequence[Told], today: date, rng: Random) -> str:
    rows = []
    for p in people:
        years = age(p.birth, today)
        call = "Mbah" if years >= 60 else "Bu" if p.sex is Sex.FEMALE else "Pak"
        name = misspelt(p.name, rng) if rng.random() < 0.5 else p.name
        said = f"{years // 10 * 10}-an" if rng.random() < 0.4 else str(years)
        mother = p.mother.title() if rng.random() < 0.7 else ""
        rows.append((f"{call} {name.title()}", said, mother, *_lives(p), rng.choice(_SAID)))
    return _table(("Nama", "Umur", "Ibu", "Desa", "Kec", "Keterangan"), rows, "\t")


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], mark: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows([headings, *rows])
    return text.getvalue()


def _lives(person: Told) -> tuple[str, str]:
    village, district = area(person.village), area(person.village.rpartition(".")[0])
    return village.name if village else "", district.name if district else ""


def _shuffled(people: list[Told], rng: Random) -> list[Told]:
    rng.shuffle(people)
    return people


def _registered(office: str) -> list[Told]:
    from jemput.people import register_of

    register = register_of(office)
    if register is None:
        return []
    people = register.vault.people(range(register.snapshot.people + 1)).values()
    return [
        Told(p.name, p.mother, p.born, Sex(p.sex or "unknown"), p.area, p.nik, p.family)
        for p in people
        if p.born and p.area
    ]


def _niks(known: Path) -> set[str]:
    try:
        return set(json.loads(known.read_text()))
    except (OSError, ValueError):
        return set()


def _unregistered(plan: Plan, programme: Programme, today: date, rng: Random) -> Iterator[Told]:
    """People of whom the register knows nothing."""
    people = People(plan.setting, today, rng, _SERIALS, _HOUSEHOLDS)
    for _number in range(NOWHERE):
        p, _documents = people.person(programme)
        yield Told(p.name, p.mother, p.birth, p.sex, p.area[:13])


def _sibling(person: Told, rng: Random) -> Told:
    """A brother or sister whom nobody has registered, written down with the number of the one who is."""
    name = f"{rng.choice(('SLAMET', 'WARSITO', 'KATMINI', 'LASMI'))} {person.name.split()[-1]}"
    return replace(person, name=name, birth=person.birth - timedelta(days=rng.randint(700, 2500)))


def _renumbered(person: Told, rng: Random) -> Told:
    """The same person with another NIK, as those have who were registered twice."""
    serial = rng.randrange(9_000, 9_600)
    return replace(person, nik=synthetic_nik(person.birth, person.sex, serial, f"99.{person.village[3:8]}"))
