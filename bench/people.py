"""Look-up of people in an invented register, beside SQLite FTS5, tantivy, pg_trgm and rapidfuzz.

    ./run bench people [--size 760000] [--queries 1500] [--peer-queries 200] [--seed 2026]
                       [--register FILE --list FILE --office 35.03]

Without --register a register is invented (bench/people/register.py) and asked with rows of three noisy
sources
and with single kinds of question (bench/people/queries.py). Seeds: 1 to 999 are for tuning, 2026 and above
for
figures that are reported; never tune on the latter. With --register and --list (columns: docs/people.md,
and a
column "truth" with the NIK that is meant) a held-out set is measured by the same code.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parent))
FOLDER = Path(tempfile.mkdtemp(prefix="jemput-bench-people-"))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "jemput.settings", "JEMPUT_HOME": str(FOLDER / "home"),
    "JEMPUT_KEYS": str(FOLDER / "keys"),
    "JEMPUT_LEDGER": str(FOLDER / "ledger" / "erasures.jsonl"), "JEMPUT_DEMO": "1",
}  # fmt: skip
ON = date(2026, 1, 1)


def memory() -> int:
    """The most memory this process ever took, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def percentile(times: list[float], share: float) -> float:
    """In milliseconds."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000


def line(name: str, ranks: list[int], wall: list[float], cpu: list[float]) -> None:
    """One line of the table; "shown": among the people on the screen."""
    shares = [sum(r < most for r in ranks) / len(ranks) for most in (1, 5, 999)]
    times = [percentile(wall, 0.5), percentile(wall, 0.95), percentile(cpu, 0.95)]
    found = "  ".join(f"{w} {v:.4f}" for w, v in zip(("top-1", "top-5", "shown"), shares, strict=True))
    took = "  ".join(f"{w} {v:6.1f}" for w, v in zip(("p50", "p95", "cpu p95"), times, strict=True))
    print(f"{name:46} {len(ranks):5}  {found}  {took} ms", flush=True)


def measured(ask, asked, truth) -> tuple[list[int], list[float], list[float]]:  # type: ignore[no-untyped-def]
    """(rank of the right person or 999, wall and CPU seconds) for each query."""
    ranks, wall, cpu = [], [], []
    for id, query in asked:
        began, worked = perf_counter(), process_time()
        niks = ask(query)
        wall.append(perf_counter() - began)
        cpu.append(process_time() - worked)
        ranks.append(niks.index(truth[id]) if truth[id] in niks else 999)
    return ranks, wall, cpu


def take_in(register: Path, office: str) -> None:
    """Import and index, timed."""
    from django.core.management import call_command

    from jemput.journal import keys
    from jemput.people import importing, index

    call_command("migrate", verbosity=0)
    keys.init_open()
    began, worked = perf_counter(), process_time()
    snapshot = importing.load(importing.begin(register, office, ON), register)
    print(f"import: {perf_counter() - began:.1f} s ({snapshot.people} people, {snapshot.refused} refused)")
    began = perf_counter()
    index.build(snapshot)
    importing.take_over(snapshot)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = process_time() - worked + children.ru_utime + children.ru_stime
    print(f"index: {perf_counter() - began:.1f} s; CPU of both {spent:.1f} s; memory {memory()} MB + "
          f"{children.ru_maxrss // 1024} MB a worker")  # fmt: skip
    size = sum(f.stat().st_size for f in (FOLDER / "home").iterdir())
    print(f"database with sealed rows, terms and sheets: {size / 1e6:.0f} MB", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=760_000)
    parser.add_argument("--queries", type=int, default=1500)
    parser.add_argument("--kind-queries", type=int, default=400)
    parser.add_argument("--peer-queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--register", type=Path)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--office")
    options = parser.parse_args()

    import django

    django.setup()
    from people import peers, queries, web
    from people import register as invented

    from jemput.people import batch, lookup

    print(
        f"size {options.size}, seed {options.seed}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    office = options.office or invented.office_for(options.size)
    register = options.register or FOLDER / "register.csv"
    if not options.register:
        began = perf_counter()
        invented.write(register, options.size, options.seed)
        print(f"invented in {perf_counter() - began:.0f} s")
    take_in(register, office)
    opened = lookup.register_of(office)
    assert opened is not None

    def ask(query):  # type: ignore[no-untyped-def]
        return [person.nik for _number, _evidence, person in lookup.shown(lookup.find(opened, query))]

    def asked_of(rows):  # type: ignore[no-untyped-def]
        path = FOLDER / "asked.csv"
        queries.write(path, rows)
        return list(batch.queries(path, office, ON)), {r["id"]: r["truth"] for r in rows}

    if options.list:
        import csv

        rows = list(csv.DictReader(options.list.open(encoding="utf-8")))
        asked, truth = (
            list(batch.queries(options.list, office, ON)),
            {r["id"]: r.get("truth", "") for r in rows},
        )
    else:
        rows = queries.mixed(register, options.queries, options.seed + 1)
        asked, truth = asked_of(rows)
    for _id, query in asked[:50]:  # warm, as a server is
        ask(query)
    print("\nrows of three sources, all noise mixed")
    ranks, wall, cpu = measured(ask, asked, truth)
    line("jemput", ranks, wall, cpu)
    for source in "ABC":
        at = [i for i, (id, _query) in enumerate(asked) if id.startswith(source)]
        if at and not options.list:
            line(f"  source {source}", *([values[i] for i in at] for values in (ranks, wall, cpu)))
    if not options.list:
        typed = [(r["id"], web.line_of(r)) for r in rows[:400]]
        line("the same rows typed into the box, web stack", *measured(web.browser(office), typed, truth))
    print(f"memory of this process: {memory()} MB; load {os.getloadavg()[0]:.1f}")
    if not options.list and options.kind_queries:
        print("\nkinds of question, names as in hand-written lists")
        for kind, rows in queries.kinds(register, options.kind_queries, options.seed + 2):
            line(kind, *measured(ask, *asked_of(rows)))
    if options.peer_queries:
        print(f"\npeers, the first {options.peer_queries} of the mixed rows, in their own order")
        line("jemput", *(values[: options.peer_queries] for values in (ranks, wall, cpu)))
        for peer in peers.PEERS:
            try:
                ready = peer(register)
            except peers.Missing as why:
                print(f"{peer.__name__}: left out, {why}")
                continue
            line(ready.name, *measured(ready.ask, asked[: options.peer_queries], truth))
            print(f"    built in {ready.build_seconds:.0f} s, {ready.size / 1e6:.0f} MB")


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
