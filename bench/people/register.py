"""An invented register: villages, families, people, written as CSV with SIAK's headings.

Everybody's NIK begins with 99, a region that does not exist. What is modelled: village sizes, families with a
head, spouse and children of one mother, adult brothers and sisters in families of their own, three
generations of
names, birth days filled in for unknown ones (22 % of those born before 1955), NIKs that do not fit the
birth date
(2 %), slips of the register itself (1.5 % of names).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from jemput.core.areas import area, villages
from people.names import Namer

HEADINGS = (
    "NIK", "NO_KK", "NAMA_LGKP", "JENIS_KLMIN", "TMPT_LHR", "TGL_LHR", "STAT_HBKEL", "NAMA_LGKP_IBU",
    "NAMA_LGKP_AYAH",
    "ALAMAT", "NO_RT", "NO_RW", "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL",
)  # fmt: skip
OFFICE = {760_000: "35.03", 2_500_000: "35.07"}
_DEFAULT = ((31, 12), (1, 7), (1, 1))
_DAY_ONE = date(1930, 1, 1)
TODAY = date(2026, 1, 1)


def office_for(size: int) -> str:
    """Trenggalek (157 villages), or Malang (390) for what is larger than a million."""
    return "35.07" if size > 1_000_000 else "35.03"


def write(path: Path, size: int, seed: int) -> None:
    """A register of exactly ``size`` people."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(people(size, seed))


def people(size: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Rows in the order of HEADINGS, village by village."""
    random = Random(seed)
    namer = Namer(random)
    codes = [v.code for v in villages(office_for(size))]
    shares = [random.lognormvariate(0, 0.45) for _code in codes]
    serials: Counter[str] = Counter()
    families: Counter[str] = Counter()
    made = 0
    for index, (code, share) in enumerate(zip(codes, shares, strict=True)):
        rest = size - made
        count = rest if index == len(codes) - 1 else min(rest, round(size * share / sum(shares)))
        for row in _village(random, namer, code, count, serials, families):
            made += 1
            yield row


def _village(
    random: Random, namer: Namer, code: str, count: int, serials: Counter[str], families: Counter[str]
) -> Iterator[tuple[str, ...]]:
    prop, kab, kec, kel = code.split(".")
    region = f"99{kab}{kec}"
    town = (area(code[:8]) or area(code[:5])).name.upper()  # type: ignore[union-attr]
    parents_of_grown: list[tuple[str, str, int]] = []
    made = 0
    while made < count:
        registered = date(2004, 1, 1) + timedelta(days=random.randrange(7_600))
        stem = f"{region}{registered:%d%m%y}"
        families[stem] += 1
        family = f"{stem}{families[stem]:04}"
        rw, rt = random.randint(1, 8), random.randint(1, 30)
        address = (
            f"DUSUN {random.choice(('KRAJAN', 'NGLEGOK', 'SUMBER', 'KALITENGAH', 'TENGAH', 'JATI', 'BENDO'))}"
        )
        for sex, born, name, relation, mother, father in _family(random, namer, parents_of_grown):
            if made == count:
                return
            made += 1
            born, shown = _birth(random, born)
            nik = _nik(random, region, born, sex, serials)
            yield (
                nik, family, _slip(random, name), "1" if sex == "m" else "2", town,
                shown.strftime("%d-%m-%Y"),
                relation, mother, father, address, f"{rt:03}", f"{rw:03}", prop, kab, str(int(kec)), kel,
            )  # fmt: skip


def _family(
    random: Random, namer: Namer, grown: list[tuple[str, str, int]]
) -> Iterator[tuple[str, date, str, str, str, str]]:
    """(sex, birth, name, relation, mother, father) of each member."""
    year = int(random.triangular(1935, 2002, 1976))
    if grown and random.random() < 0.22:
        mother, father, around = random.choice(grown)
        year = around + random.randint(-7, 7)
    else:
        mother, father = namer.draw("f", year - 25), namer.draw("m", year - 28)
        grown.append((mother, father, year))
    head_sex = "m" if random.random() < 0.84 else "f"
    head = namer.draw(head_sex, year)
    yield head_sex, _day(random, year), head, "1", mother, father
    if random.random() < (0.72 if head_sex == "m" else 0.12):
        spouse_sex = "f" if head_sex == "m" else "m"
        spouse_year = min(year + (random.randint(-1, 7) if head_sex == "m" else -random.randint(0, 6)), 2006)
        spouse = namer.draw(spouse_sex, spouse_year)
        hers, his = namer.draw("f", spouse_year - 25), namer.draw("m", spouse_year - 28)
        yield spouse_sex, _day(random, spouse_year), spouse, "3" if spouse_sex == "f" else "2", hers, his
    else:
        spouse, spouse_year = namer.draw("f" if head_sex == "m" else "m", year), year
    wife, husband = (spouse, head) if head_sex == "m" else (head, spouse)
    wife_year = spouse_year if head_sex == "m" else year
    born = wife_year + random.randint(19, 28)
    for _child in range(random.choices((0, 1, 2, 3, 4), (22, 30, 32, 12, 4))[0]):
        if born > 2025:
            return
        if born > 1985 or random.random() < 0.25:
            sex = random.choice("mf")
            yield sex, _day(random, born), namer.draw(sex, born), "4", wife, husband
        born += random.randint(1, 8)


def _day(random: Random, year: int) -> date:
    return date(max(year, 1930), 1, 1) + timedelta(days=random.randrange(365))


def _birth(random: Random, born: date) -> tuple[date, date]:
    """(birth as the NIK has it, birth as registered)."""
    if born.year < 1955 and random.random() < 0.22:
        day, month = random.choice(_DEFAULT)
        born = date(born.year, month, day)
    if random.random() < 0.02:
        return born, _day(random, born.year + random.choice((-1, 0, 0, 1)))
    return born, born


def _nik(random: Random, region: str, born: date, sex: str, serials: Counter[str]) -> str:
    if random.random() < 0.08:  # first registered in another subdistrict
        region = f"{region[:4]}{random.randint(1, 14):02}"
    stem = f"{region}{born.day + (40 if sex == 'f' else 0):02}{born:%m%y}"
    serials[stem] += 1
    return f"{stem}{serials[stem]:04}"


def _slip(random: Random, name: str) -> str:
    if random.random() > 0.015 or len(name) < 5:
        return name
    at = random.randrange(1, len(name) - 1)
    return name[:at] + random.choice("AIUEONRTSM") + name[at + random.choice((0, 1)) :]
