"""Lists to be linked, with the truth beside them: who each row is, and which rows are one person.

75 % of the rows are people of the register; a third of the others are brothers and sisters of somebody who is
there (same mother, village and family), the rest strangers of the same villages; 15 % of all stand in the
lists twice.
"""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

from people import queries
from people.names import Namer
from people.register import HEADINGS, people

COLUMNS = [*queries.COLUMNS, "entity"]


def make_lists(register: Path, path: Path, rows: int, seed: int) -> None:
    """Rows of three sources with the truth beside them: the NIK in the register or empty; the entity."""
    random = Random(seed)
    entities = round(rows / 1.15)
    known = queries.sample(register, round(entities * 0.75) + round(entities * 0.09), seed)
    there, kin = known[: round(entities * 0.75)], known[round(entities * 0.75) :]
    strangers_wanted = entities - len(there) - len(kin)
    pool = [
        dict(zip(HEADINGS, row, strict=True)) for row in people(max(strangers_wanted * 8, 2000), seed + 7)
    ]
    strangers = random.sample(pool, strangers_wanted)
    everyone = [(p, p["NIK"]) for p in there]
    everyone += [(_sibling(random, p), "") for p in kin]
    everyone += [(p | {"NIK": _unused(p["NIK"])}, "") for p in strangers]
    places = [(p["NO_PROP"], p["NO_KAB"], p["NO_KEC"], p["NO_KEL"]) for p in known]
    for person, truth in everyone:
        if not truth and person.get("_kin") is None:
            person |= dict(zip(("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"), random.choice(places), strict=True))
    written = []
    for entity, (person, truth) in enumerate(everyone):
        for _copy in range(2 if random.random() < 0.15 else 1):
            source = random.choices("ABC", (35, 35, 30))[0]
            row = queries.noisy(random, person, source, len(written) + 1)
            written.append(row | {"truth": truth, "entity": str(entity)})
    random.shuffle(written)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(written)


def _sibling(random: Random, person: dict[str, str]) -> dict[str, str]:
    year = int(person["TGL_LHR"][-4:]) + random.choice((-7, -5, -4, -3, -2, 2, 3, 4, 6, 8))
    sex = random.choice("mf")
    born = f"{random.randint(1, 28):02}-{random.randint(1, 12):02}-{year}"
    nik = _unused(
        f"{person['NIK'][:6]}{int(born[:2]) + (40 if sex == 'f' else 0):02}{born[3:5]}{born[-2:]}0001"
    )
    name = Namer(random).draw(sex, year)
    while name.split()[0] == person["NAMA_LGKP"].split()[0]:
        name = Namer(random).draw(sex, year)
    return person | {
        "NAMA_LGKP": name,
        "TGL_LHR": born,
        "NIK": nik,
        "JENIS_KLMIN": "1" if sex == "m" else "2",
        "_kin": "1",
    }


def _unused(nik: str) -> str:
    return nik[:12] + f"{9000 + int(nik[12:]) % 999:04}"
