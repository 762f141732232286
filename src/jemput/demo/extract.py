"""An invented extract of the population register for each office, so that look-up has somebody to find.

Households as a village has them, all of region 99, and those people of the demo's own cases whom the
register knows. It is taken in by the same way as a real extract.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from jemput.core.areas import covers, villages
from jemput.core.codes import Sex
from jemput.core.nik import synthetic_family_number, synthetic_nik
from jemput.demo.offices import Plan

PEOPLE = 3_000
HEADINGS = (
    *("NIK", "NO_KK", "NAMA_LGKP", "JENIS_KLMIN", "TGL_LHR", "TMPT_LHR", "NAMA_LGKP_IBU", "STAT_HBKEL"),
    *("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL", "NO_RT", "NO_RW", "ALAMAT"),
)
_HEAD, _SPOUSE, _CHILD, _PARENT = "1", "3", "4", "7"
_VILLAGE = len("35.03.04.2007")
_DAYS_OLD = 20
Row = tuple[str, ...]


def take_in(plan: Plan, today: date, seed: int, known: Path) -> None:
    """Put an extract in place of the one that the office may have; ``known`` is the file of register.py."""
    from jemput.people import importing, index

    with TemporaryDirectory(prefix="jemput-demo-") as folder:
        path = Path(folder) / "extract.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADINGS, *rows(plan, today, seed, _served(known, plan.code))])
        snapshot = importing.load(importing.begin(path, plan.code, today - timedelta(days=_DAYS_OLD)), path)
        index.build(snapshot)
        importing.take_over(snapshot)


def rows(plan: Plan, today: date, seed: int, served: Iterable[Row] = ()) -> list[Row]:
    """The rows of an extract: the people served, whoever a story names, then their neighbours."""
    rng = Random(f"{seed}/{plan.code}/register")  # noqa: S311
    found = [*served, *_NAMED.get(plan.code, ())]
    taken = {row[0] for row in found}
    neighbours = _Neighbours(plan, today, rng, taken)
    while len(found) < PEOPLE:
        found += neighbours.household()
    rng.shuffle(found)
    return found


def _served(path: Path, office: str) -> Iterator[Row]:
    """The people of the cases of an office, as far as the register knows them."""
    try:
        known: dict[str, dict[str, Any]] = json.loads(path.read_text())
    except (OSError, ValueError):
        return
    for nik, told in known.items():
        area = str(told.get("AREA", ""))
        if covers(office, area) and len(area) >= _VILLAGE:
            sex = "2" if told["JENIS_KLMIN"] == "PEREMPUAN" else "1"
            named = (
                nik,
                told.get("NO_KK", ""),
                told["NAMA_LGKP"],
                sex,
                _day(date.fromisoformat(told["TGL_LHR"])),
            )
            rw = area[_VILLAGE + 1 :]
            yield (*named, told["TMPT_LHR"], told["NAMA_LGKP_IBU"], _HEAD, *_place(area), "", rw, "")


class _Neighbours:
    """Households of one office, each in a village drawn at random."""

    def __init__(self, plan: Plan, today: date, rng: Random, taken: set[str]) -> None:
        self.plan, self.today, self.rng, self.taken = plan, today, rng, taken
        self.villages = [v.code for v in villages(plan.code)]
        self.cards = 0

    def household(self) -> list[Row]:
        """One to six people under one family number, the head first."""
        rng, setting = self.rng, self.plan.setting
        flavour = rng.choices([f for f, _ in setting.flavours], [w for _, w in setting.flavours])[0]
        village, years = rng.choice(self.villages), rng.randint(24, 88)
        self.cards += 1
        region = f"99.{village[3:5]}.{village[6:8]}"
        issued = date(rng.randint(2005, 2022), rng.randint(1, 12), rng.randint(1, 28))
        card = synthetic_family_number(issued, 5000 + self.cards % 4999, region)
        lives = (f"{rng.randint(1, 12):03}", f"{rng.randint(1, 8):03}", rng.choice(setting.lanes).upper())

        def person(sex: Sex, age: int, relation: str, mother: str = "") -> Row:
            age = max(age, 0)
            name = flavour.name(rng, sex, age)
            birth = self.today - timedelta(days=age * 365 + rng.randrange(1, 360))
            if age > 60 and rng.random() < 0.2:
                birth = date(birth.year, *rng.choice(((1, 1), (7, 1), (12, 31))))  # only the year was known
            mother = mother or flavour.name(rng, Sex.FEMALE, age + 25)
            said = ("2" if sex is Sex.FEMALE else "1", _day(birth), rng.choice(setting.birth_places).upper())
            return (
                self._nik(birth, sex, region),
                card,
                name,
                *said,
                mother,
                relation,
                *_place(village),
                *lives,
            )

        alone = rng.random() < (0.25 if years > 65 else 0.06)
        woman = rng.random() < (0.6 if alone else 0.12)
        found = [person(Sex.FEMALE if woman else Sex.MALE, years, _HEAD)]
        if alone:
            return found
        wife = found[0]
        if not woman:
            wife = person(Sex.FEMALE, years - rng.randint(-2, 8), _SPOUSE)
            found.append(wife)
        for _child in range(rng.choice((0, 1, 1, 2, 2, 3))):
            age = years - rng.randint(20, 38)
            if 0 <= age < 30:
                found.append(person(rng.choice((Sex.FEMALE, Sex.MALE)), age, _CHILD, wife[2]))
        if years < 58 and rng.random() < 0.2:
            found.append(person(rng.choice((Sex.FEMALE, Sex.MALE)), years + rng.randint(19, 33), _PARENT))
        return found

    def _nik(self, birth: date, sex: Sex, region: str) -> str:
        while True:
            nik = synthetic_nik(birth, sex, self.rng.randrange(1, 10_000), region)
            if nik not in self.taken:
                self.taken.add(nik)
                return nik


def _day(day: date) -> str:
    return f"{day:%d-%m-}{day.year:04}"


def _place(area: str) -> Row:
    return tuple(area[:_VILLAGE].split("."))


_DONGKO = ("TRENGGALEK", "35", "03", "04", "2007", "003", "002", "DUSUN KRAJAN")


def _told(nik: str, card: str, name: str, born: str, mother: str) -> Row:
    birth_place, *place = _DONGKO
    return (nik, card, name, "2", born, birth_place, mother, _HEAD, *place)


_NAMED: dict[str, tuple[Row, ...]] = {
    "35.03": (
        _told("9903044703509801", "9903041203109801", "SUKARNI", "07-03-1950", "PAINEM"),
        _told("9903044107529802", "9903041203109802", "SUKARMI", "01-07-1952", "TUKINEM"),
    ),
}
"""Whom the manuals look up: "Mbah Sukarni, Dongko, umur tujuh puluhan, ibunya Painem"; and her namesake."""
