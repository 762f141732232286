"""Rows that people look somebody up by, with the truth beside them. Columns are those of ``people search
--batch``.

id, list, nik, no_kk, nama, jk, tgl_lahir, umur, ibu, desa, kecamatan, rt, rw and truth (the NIK in the
register; empty for
nobody). ``mixed`` gives rows of three sources (A 35 %, B 35 %, C 30 %); ``kinds`` gives one kind of
question each.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random

from jemput.core.areas import area
from people import noise
from people.noise import RATES, Rates
from people.register import HEADINGS, TODAY

COLUMNS = [
    "id",
    "list",
    "nik",
    "no_kk",
    "nama",
    "jk",
    "tgl_lahir",
    "umur",
    "ibu",
    "desa",
    "kecamatan",
    "rt",
    "rw",
    "truth",
]
Row = dict[str, str]


def sample(register: Path, count: int, seed: int) -> list[Row]:
    """Some people of a register file, in random order."""
    random = Random(seed)
    with register.open(encoding="utf-8", newline="") as file:
        total = sum(1 for _line in file) - 1
    wanted = set(random.sample(range(total), min(count, total)))
    with register.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        found = [dict(zip(HEADINGS, row, strict=True)) for i, row in enumerate(rows) if i in wanted]
    random.shuffle(found)
    return found


def mixed(register: Path, count: int, seed: int) -> list[Row]:
    """Noisy rows of people who are in the register, as three sources would write them."""
    random = Random(seed)
    sources = random.choices("ABC", (35, 35, 30), k=count)
    people = sample(register, count, seed + 1)
    return [noisy(random, p, source, i) for i, (p, source) in enumerate(zip(people, sources, strict=True), 1)]


def noisy(random: Random, person: Row, source: str, number: int) -> Row:
    """One person's row in a list."""
    rates = RATES[source]
    row = dict.fromkeys(COLUMNS, "") | {"id": f"{source}{number}", "list": source, "truth": person["NIK"]}
    row["nama"] = noisy_name(random, person, "NAMA_LGKP", rates, source == "C")
    row["jk"] = "" if random.random() < 0.15 else {"1": "L", "2": "P"}[person["JENIS_KLMIN"]]
    if random.random() < rates.nik:
        row["nik"] = (
            person["NIK"] if random.random() > rates.number_slip else noise.number(random, person["NIK"])
        )
    if random.random() < rates.family:
        row["no_kk"] = (
            person["NO_KK"] if random.random() > rates.number_slip else noise.number(random, person["NO_KK"])
        )
        if random.random() < 0.06:  # moved, married: a card of another family
            row["no_kk"] = noise.wrong_digit(
                random, noise.wrong_digit(random, noise.wrong_digit(random, row["no_kk"].ljust(16, "1")))
            )
    r = random.random()
    if r < rates.full_birth:
        row["tgl_lahir"] = (
            person["TGL_LHR"]
            if random.random() > rates.birth_slip
            else noise.birth(random, person["TGL_LHR"])
        )
    elif r < rates.full_birth + rates.year_or_age:
        row |= roughly(random, person)
    if random.random() < rates.mother:
        row["ibu"] = noisy_name(random, person, "NAMA_LGKP_IBU", rates, source == "C")
    row |= place(random, person, rates)
    return row


def noisy_name(random: Random, person: Row, column: str, rates: Rates, hand: bool) -> str:
    """The person's or the mother's name after 0, 1 or 2 slips."""
    r = random.random()
    slips = 2 if r < rates.two_slips else 1 if r < rates.two_slips + rates.one_slip else 0
    own = column == "NAMA_LGKP"
    sex = "m" if own and person["JENIS_KLMIN"] == "1" else "f"
    year = int(person["TGL_LHR"][-4:]) - (0 if own else 25)
    return noise.name(random, person[column], sex, year, person["NAMA_LGKP_AYAH"] if own else "", slips, hand)


def roughly(random: Random, person: Row) -> Row:
    """An age as people say it, or a year."""
    year = int(person["TGL_LHR"][-4:])
    said = TODAY.year - 1 - year + round(random.gauss(0, 1.5 if year > 1975 else 2.5))
    kind = random.random()
    if kind < 0.4:
        return {"umur": str(max(said, 1))}
    if kind < 0.6 and said >= 30:
        return {"umur": f"{said // 10 * 10}-an"}
    return {"tgl_lahir": str(year + (0 if random.random() < 0.7 else random.choice((-1, 1, 2, -2))))}


def place(random: Random, person: Row, rates: Rates) -> Row:
    """Village and subdistrict as said."""
    code = f"{person['NO_PROP']}.{person['NO_KAB']}.{int(person['NO_KEC']):02}.{person['NO_KEL']}"
    village, district = area(code), area(code[:8])
    if village is None or district is None or random.random() < 0.03:
        return {}
    if random.random() < rates.moved:
        return {"desa": random.choice(("KRAJAN", "SUMBERAGUNG", "TASIKMADU", "KARANGAN")), "kecamatan": ""}
    name = village.name.upper()
    said = {"desa": name if random.random() > rates.village_slip else noise.place(random, name)}
    if random.random() < 0.55:
        said["kecamatan"] = district.name.upper()
    if random.random() < 0.25:
        said |= {"rt": person["NO_RT"], "rw": person["NO_RW"]}
    return said


def kinds(register: Path, count: int, seed: int) -> Iterator[tuple[str, list[Row]]]:
    """(kind of question, rows) for the questions an officer types, each for the same people, in noise of
    hand lists."""
    random = Random(seed)
    people = sample(register, count, seed + 1)
    hand = RATES["C"]

    def rows(make: object) -> list[Row]:
        made = []
        for i, p in enumerate(people, 1):
            made.append(dict.fromkeys(COLUMNS, "") | {"id": str(i), "truth": p["NIK"]} | make(p))  # type: ignore[operator]
        return made

    def named(p: Row) -> Row:
        return {"nama": noisy_name(random, p, "NAMA_LGKP", hand, True)}

    def lives(p: Row) -> Row:
        code = f"{p['NO_PROP']}.{p['NO_KAB']}.{int(p['NO_KEC']):02}.{p['NO_KEL']}"
        return {"desa": area(code).name.upper(), "kecamatan": area(code[:8]).name.upper()}  # type: ignore[union-attr]

    def hers(p: Row) -> Row:
        return {"ibu": noisy_name(random, p, "NAMA_LGKP_IBU", hand, True)}

    def missing(p: Row) -> str:
        at = random.randrange(16)
        return p["NIK"][:at] + p["NIK"][at + 1 :]

    yield "NIK", rows(lambda p: {"nik": p["NIK"]})
    yield "NIK, one digit wrong", rows(lambda p: {"nik": noise.wrong_digit(random, p["NIK"])})
    yield "NIK, two digits swapped", rows(lambda p: {"nik": noise.swapped(random, p["NIK"])})
    yield "NIK, one digit missing", rows(lambda p: {"nik": missing(p)})
    yield "NIK, one wrong + name", rows(lambda p: {"nik": noise.wrong_digit(random, p["NIK"])} | named(p))
    yield "family number, one wrong", rows(lambda p: {"no_kk": noise.wrong_digit(random, p["NO_KK"])})
    yield (
        "family number, one wrong + name",
        rows(lambda p: {"no_kk": noise.wrong_digit(random, p["NO_KK"])} | named(p)),
    )
    yield "name + village", rows(lambda p: named(p) | lives(p))
    yield "name + village + about the year", rows(lambda p: named(p) | lives(p) | roughly(random, p))
    yield (
        "name + village + about the year + mother",
        rows(lambda p: named(p) | lives(p) | roughly(random, p) | hers(p)),
    )
    yield "name + birth date", rows(lambda p: named(p) | {"tgl_lahir": p["TGL_LHR"]})
    yield "name + about the year + mother", rows(lambda p: named(p) | roughly(random, p) | hers(p))
    yield "name", rows(named)


def truth_of(path: Path) -> Row:
    """Who is meant, by the id of the row, from a list with a column "truth"."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row.get("truth", "") for row in csv.DictReader(file)}


def write(path: Path, rows: list[Row]) -> None:
    """A list as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
