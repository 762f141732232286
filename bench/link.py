"""Linkage of lists with a register, beside Splink 5, the recordlinkage toolkit and rapidfuzz blocking.

    ./run bench link                            2,000 and 20,000 rows against 760,000 people
    ./run bench link --people 60000 --rows 3000 --seed 1 --only jemput
    ./run bench link --register FILE --list FILE --office 35.03     files of your own

Columns of own files: docs/people.md; the list also has "truth" (a NIK or empty), "list" (A, B, C), "entity".

Register and lists are invented (bench/people, people of region 99). Each contestant is a process of its own;
"MB" is the most memory that it ever took. Jemput reads the sealed register and decrypts what it compares; the
peers are given plain columns, normalised by Jemput beforehand, and that is not on their clock. A peer that
takes longer than --budget seconds, or more than --memory MB, is stopped and the table says so. Of duplicates
peers are given the best F1 of any threshold. Seeds below 900 are for tuning; 950 to 959 for figures that are
reported: nobody looked at them while anything was tuned.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("JEMPUT_BENCH_CACHE", ROOT / "var" / "bench" / "link"))
OURS = {"jemput": "embedded", "jemput with Splink": "splink"}
PEERS = ("splink", "splink as in its tutorial", "recordlinkage", "rapidfuzz")


def home(folder: Path) -> None:
    """Make the folder this process's home."""
    os.environ |= {
        "JEMPUT_HOME": str(folder / "home"), "JEMPUT_KEYS": str(folder / "keys"),
        "JEMPUT_LEDGER": str(folder / "ledger.jsonl"), "JEMPUT_SECRET_KEY": "bench", "JEMPUT_HTTPS": "0",
        "DJANGO_SETTINGS_MODULE": "jemput.settings", "JEMPUT_DEMO": "0",
    }  # fmt: skip
    (folder / "home").mkdir(parents=True, exist_ok=True)
    import django

    django.setup()


def register_of(folder: Path, people: int, given: Path | None, office: str) -> Path:
    """The register as a file, taken in and indexed in the home; made once."""
    file, done = given or folder / "register.csv", folder / "done"
    if done.exists():
        return file
    from datetime import date

    from django.core.management import call_command
    from people import register

    from jemput.journal import keys
    from jemput.people.importing import begin, load, take_over
    from jemput.people.index import build

    if given is None:
        register.write(file, people, 42)
    call_command("migrate", verbosity=0)
    keys.init_open()
    started = time.perf_counter()
    snapshot = load(begin(file, office, date(2026, 1, 1)), file)
    build(snapshot)
    take_over(snapshot)
    print(f"register taken in and indexed in {time.perf_counter() - started:.0f} s", flush=True)
    done.touch()
    return file


def ours(list_file: Path, office: str, engine: str) -> dict[str, Any]:
    """Links by Jemput, in this process."""
    from datetime import date

    from jemput.people import lookup
    from jemput.people.batch import queries
    from jemput.people.link.engine import link
    from jemput.people.link.engines import ENGINES
    from jemput.people.link.register import OpenRegister

    asked = [q for _id, q in queries(list_file, office, date(2026, 1, 1))]
    register = lookup.register_of(office)
    assert register is not None
    outcome = link(asked, OpenRegister(register), engine=ENGINES[engine])
    people = register.vault.people({k.other for k in outcome.to_register})
    found: dict[int, tuple[str, float, str]] = {}
    for k in outcome.to_register:
        if k.row not in found or k.bin.value == "same":
            found[k.row] = (people[k.other].nik, k.certainty, k.bin.value)
    shown = [(k.row, people[k.other].nik) for k in outcome.to_register if k.bin.value == "ask"]
    return {"found": found, "groups": outcome.groups, "shown": shown}


def peers_python() -> Path | None:
    """A Python with the packages that only peers need (group bench of pyproject.toml), made once."""
    python = CACHE / "venv" / "bin" / "python"
    if not python.exists():
        uv, quiet = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv", ["-q"]
        made = subprocess.run([uv, "venv", *quiet, "--python", sys.executable, python.parent.parent])
        install = [uv, "pip", "install", *quiet, "--python", python, "--group", "bench"]
        if made.returncode or subprocess.run(install, cwd=ROOT).returncode:
            shutil.rmtree(python.parent.parent, ignore_errors=True)
            return None
    return python


def child(command: list[str], budget: int, memory: int) -> tuple[dict[str, Any] | str, dict[str, float]]:
    """(what a process answered, or why it did not; wall and CPU seconds, most memory in MB)."""
    answer = CACHE / f"answer-{os.getpid()}.json"
    started = time.perf_counter()

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory << 20, memory << 20))

    process = subprocess.Popen([*command, str(answer)], preexec_fn=bounded, stderr=subprocess.PIPE)
    why = ""
    try:
        _out, error = process.communicate(timeout=budget)
        if process.returncode:
            why = error.decode().strip().splitlines()[-1][:100] if error.strip() else "it failed"
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        why = f"stopped after {budget} s"
    wall = time.perf_counter() - started
    result = why or json.loads(answer.read_text())
    answer.unlink(missing_ok=True)
    used = {} if isinstance(result, str) else result.pop("used")
    return result, {"wall s": wall} | used


def used() -> dict[str, float]:
    """CPU seconds and memory of this process and its children."""
    mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime
    return {"cpu s": cpu, "MB": (mine.ru_maxrss + theirs.ru_maxrss * (os.cpu_count() or 1)) // 1024}


def table(title: str, lines: dict[str, dict[str, Any] | str]) -> None:
    """Contestants as columns."""
    print(f"\n{title}")
    told = [line for line in lines.values() if not isinstance(line, str)]
    for number, (name, line) in enumerate(lines.items(), 1):
        print(f"  ({number}) {name}" + (f": {line}" if isinstance(line, str) else ""))
    print(f"  {'':24}" + "".join(f"{f'({n})':>10}" for n in range(1, len(lines) + 1)))
    for figure in dict.fromkeys(f for line in told for f in line):
        values = [line.get(figure) if isinstance(line, dict) else None for line in lines.values()]
        places = 0 if figure in ("MB", "pairs") else 1 if figure in ("wall s", "cpu s") else 4
        print(f"  {figure:24}" + "".join(f"{'-':>10}" if v is None else f"{v:10.{places}f}" for v in values))
    print(f"  load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)


def main() -> None:
    """Print the tables; with --child only answer."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=760_000)
    parser.add_argument("--rows", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--seed", type=int, default=950)
    parser.add_argument("--only", nargs="+", default=[*OURS, *PEERS], choices=[*OURS, *PEERS])
    parser.add_argument("--budget", type=int, default=1800, help="seconds that a contestant may take")
    parser.add_argument("--memory", type=int, default=12_000, help="MB that a contestant may take")
    parser.add_argument("--register", type=Path)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--office")
    parser.add_argument("--child", nargs=4, metavar=("HOME", "LIST", "ENGINE", "ANSWER"))
    options = parser.parse_args()
    if options.child:
        folder, asked, engine, answer = options.child
        home(Path(folder))
        result = ours(Path(asked), options.office, engine)
        Path(answer).write_text(json.dumps(result | {"used": used()}))
        return
    folder = CACHE / (options.register.stem if options.register else f"{options.people}-42")
    home(folder)
    from people import link_judge, link_lists
    from people.register import office_for

    office = options.office or office_for(options.people)
    register = register_of(folder, options.people, options.register, office)
    for size in options.rows if options.list is None else [0]:
        asked = options.list or folder / f"lists-{size}-{options.seed}.csv"
        if not asked.exists():
            link_lists.make_lists(register, asked, size, options.seed)
        with asked.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        lines: dict[str, dict[str, Any] | str] = {}
        for name in options.only:
            if name in OURS:
                command = [sys.executable, __file__, "--office", office, "--child", str(folder), str(asked)]
                command.append(OURS[name])
            else:
                from people import link_prepare

                plain = link_prepare.prepared(register, asked, folder, office)
                python = peers_python() if name == "recordlinkage" else sys.executable
                if python is None:
                    lines[name] = "its packages could not be installed"
                    continue
                script = Path(__file__).parent / "people" / "link_peers.py"
                command = [str(python), str(script), name, *map(str, plain)]
            result, cost = child(command, options.budget, options.memory)
            if isinstance(result, str):
                lines[name] = result
            else:
                lines[name] = cost | link_judge.figures(rows, result)
            print(f"{name}: {cost['wall s']:.0f} s", flush=True)
        truths = sum(bool(r["truth"]) for r in rows)
        table(
            f"{len(rows):,} rows ({truths:,} of the register), seed {options.seed}, register {folder.name}",
            lines,
        )


if __name__ == "__main__":
    main()
