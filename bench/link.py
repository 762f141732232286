"""Linkage of lists with a register: precision, recall, time and memory.

    ./run bench link                       20,000 rows against 760,000 people
    ./run bench link --people 60000 --rows 3000 --seed 1

The register and the lists are made by bench/people (invented people, region 99). 75 % of the rows are people
of the register; a third of the others are brothers and sisters of somebody who is there (same mother, village
and family), the rest strangers of the same villages; 15 % of all stand in the lists twice. Seeds above 900
are for figures that are reported and were never looked at while tuning; seed 1 and so on are for tuning.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("JEMPUT_BENCH_CACHE", ROOT / "var" / "bench" / "link"))
COLUMNS = [
    *(
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
    ),
    *("truth", "entity"),
]


# ---- lists ------------------------------------------------------------------------------------------


def make_lists(register: Path, path: Path, rows: int, seed: int) -> None:
    """Rows of three sources with the truth beside them: the NIK in the register or empty; the entity."""
    from people import queries
    from people.register import HEADINGS, office_for, people

    random = Random(seed)
    entities = round(rows / 1.15)
    known = queries.sample(register, round(entities * 0.75) + round(entities * 0.09), seed)
    there, kin = known[: round(entities * 0.75)], known[round(entities * 0.75) :]
    strangers_wanted = entities - len(there) - len(kin)
    with register.open() as file:
        size = sum(1 for _line in file) - 1
    pool = [
        dict(zip(HEADINGS, row, strict=True)) for row in people(max(strangers_wanted * 8, 2000), seed + 7)
    ]
    assert office_for(size)
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
    from people.names import Namer

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


# ---- measuring --------------------------------------------------------------------------------------


def judged(
    rows: list[dict[str, str]], found: dict[int, tuple[str, float, str]], wall: float
) -> dict[str, Any]:
    """Figures for links (row -> NIK, certainty, bin) against the truth."""
    real = sum(1 for r in rows if r["truth"])
    ranked = sorted(
        ((c, rows[i]["truth"] == nik and bool(nik), i) for i, (nik, c, _bin) in found.items()), reverse=True
    )
    true = best = at99 = 0
    for n, (_c, right, _i) in enumerate(ranked, 1):
        true += right
        precision, recall = true / n, true / real
        best = max(best, 2 * precision * recall / max(precision + recall, 1e-9))
        if precision >= 0.99:
            at99 = recall
    same = [i for i, f in found.items() if f[2] == "same"]
    right = sum(rows[i]["truth"] == found[i][0] for i in same)
    ask = {i for i, f in found.items() if f[2] == "ask"}
    lost = sum(
        1
        for i, r in enumerate(rows)
        if r["truth"] and i not in ask and not (i in found and found[i][2] == "same")
    )
    missed_best = lambda source: [  # noqa: E731
        found.get(i, ("",))[0] == r["truth"] for i, r in enumerate(rows) if r["truth"] and r["list"] in source
    ]
    shares = {f"best link {s}": sum(m := missed_best(s)) / max(len(m), 1) for s in ("A", "B", "C", "ABC")}
    precision, recall = right / max(len(same), 1), right / real
    return {
        "wall s": wall,
        "best F1": best,
        "recall at P>=.99": at99,
        "auto precision": precision,
        "auto recall": recall,
        "F1 at the line": 2 * precision * recall / max(precision + recall, 1e-9),
        "review share": len(ask) / len(rows),
        "true matches lost": lost / real,
        **shares,
    }


def judged_pairs(rows: list[dict[str, str]], groups: list[int]) -> dict[str, Any]:
    """Pair figures of the duplicates."""
    truth, mine = defaultdict(list), defaultdict(list)
    for i, row in enumerate(rows):
        truth[row["entity"]].append(i)
        mine[groups[i]].append(i)
    real = {p for g in truth.values() for p in combinations(g, 2)}
    made = {p for g in mine.values() for p in combinations(sorted(g), 2)}
    hit = len(real & made)
    p, r = hit / max(len(made), 1), hit / max(len(real), 1)
    return {
        "pairs": len(real),
        "pair precision": p,
        "pair recall": r,
        "pair F1": 2 * p * r / max(p + r, 1e-9),
    }


def shown(title: str, figures: dict[str, Any]) -> None:
    """One block of figures."""
    print(f"\n{title}")
    for name, value in figures.items():
        print(f"  {name:24} {value:.4f}" if isinstance(value, float) else f"  {name:24} {value}")


# ---- our engine -------------------------------------------------------------------------------------


def home(people: int, seed: int) -> Path:
    """A home with this register taken in, made once."""
    folder = CACHE / f"{people}-{seed}"
    csv_file = folder / "register.csv"
    os.environ |= {
        "JEMPUT_HOME": str(folder / "home"),
        "JEMPUT_KEYS": str(folder / "keys"),
        "JEMPUT_LEDGER": str(folder / "ledger.jsonl"),
        "JEMPUT_SECRET_KEY": "bench",
        "JEMPUT_HTTPS": "0",
        "DJANGO_SETTINGS_MODULE": "jemput.settings",
        "JEMPUT_DEMO": "0",
    }
    import django

    (folder / "home").mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.core.management import call_command

    from jemput.journal import keys

    done = folder / "done"
    if not done.exists():
        from datetime import date

        from people import register

        from jemput.people.importing import begin, load, take_over
        from jemput.people.index import build

        register.write(csv_file, people, seed)
        call_command("migrate", verbosity=0)
        keys.init_open()
        started = time.perf_counter()
        snapshot = load(begin(csv_file, register.office_for(people), date(2026, 1, 1)), csv_file)
        build(snapshot)
        take_over(snapshot)
        print(f"register of {people:,} taken in and indexed in {time.perf_counter() - started:.0f} s")
        done.touch()
    return folder


def ours(folder: Path, list_file: Path, office: str) -> dict[str, Any]:
    """Links by Jemput's engine, in this process."""
    from datetime import date

    from jemput.people.batch import queries
    from jemput.people.link.engine import link
    from jemput.people.link.register import OpenRegister
    from jemput.people.lookup import register_of

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, cpu = time.perf_counter(), time.process_time()
    asked = [q for _id, q in queries(list_file, office, date(2026, 1, 1))]
    register = register_of(office)
    assert register is not None
    stages: dict[str, float] = {}
    outcome = link(
        asked,
        OpenRegister(register),
        progress=lambda w, d, o: stages.update({w: time.perf_counter() - started}),
    )
    wall = time.perf_counter() - started
    found: dict[int, tuple[str, float, str]] = {}
    people = register.vault.people({k.other for k in outcome.to_register})
    for k in outcome.to_register:
        if k.row not in found or k.bin.value == "same":
            found[k.row] = (people[k.other].nik, k.certainty, k.bin.value)
    return {
        "wall": wall,
        "cpu s": time.process_time() - cpu,
        "found": found,
        "groups": outcome.groups,
        "stages": stages,
        "lines": outcome.lines,
        "pair lines": outcome.pair_lines,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "before MB": before // 1024,
        "rules": Counter(str(k.rule) + ":" + k.bin.value for k in outcome.to_register),
        "outcome": outcome,
        "asked": asked,
        "pairs asked": sum(k.bin.value == "ask" for k in outcome.to_each_other),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=760_000)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=901)
    options = parser.parse_args()
    folder = home(options.people, 42)
    from people.register import office_for

    office = office_for(options.people)
    lists = folder / f"lists-{options.rows}-{options.seed}.csv"
    if not lists.exists():
        make_lists(folder / "register.csv", lists, options.rows, options.seed)
    with lists.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    result = ours(folder, lists, office)
    shown(
        f"jemput: {len(rows):,} rows x {options.people:,} people",
        judged(rows, result["found"], result["wall"]),
    )
    shown("duplicates", judged_pairs(rows, result["groups"]) | {"pairs for review": result["pairs asked"]})
    shown(
        "run",
        {k: result[k] for k in ("cpu s", "stages", "lines", "pair lines", "peak MB", "before MB", "rules")},
    )
    print(f"  load average             {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
