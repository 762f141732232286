"""Look-up of people in an invented register, beside SQLite FTS5, tantivy, pg_trgm and rapidfuzz.

    ./run bench people                            760,000 and 2.5 million people; peers at the first size
    ./run bench people --people 60000             smaller, for a first look
    ./run bench people --peers fts5 pg_trgm       only these peers ("--peers none": no peer)
    ./run bench people --json figures.json        the figures as JSON too
    ./run bench people --register FILE --list FILE --office 35.03       a held-out set

The register is invented (bench/people/register.py) and asked with rows of three noisy sources and with single
kinds of question (bench/people/queries.py). Seeds: 1 to 999 are for tuning, 2026 and above for figures that
are reported; never tune on the latter. A held-out list has the columns of docs/people.md and a column "truth"
with the NIK that is meant. Peers get the same file and the first of the same rows, and rank by their own
order.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
FOLDER = Path(tempfile.mkdtemp(prefix="jemput-bench-people-"))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "jemput.settings", "JEMPUT_HOME": str(FOLDER / "home"),
    "JEMPUT_KEYS": str(FOLDER / "keys"), "JEMPUT_LEDGER": str(FOLDER / "ledger" / "erasures.jsonl"),
    "JEMPUT_DEMO": "1", "PYTHONWARNINGS": "ignore",
}  # fmt: skip
ON = date(2026, 1, 1)
NOBODY = 999
FIGURES: dict[str, Any] = {}
"""What is printed, for --json."""


# ---- measuring --------------------------------------------------------------------------------------


def memory(of: int = resource.RUSAGE_SELF) -> int:
    """The most memory this process (or the largest of its children) ever took, MB."""
    return resource.getrusage(of).ru_maxrss // 1024


def percentile(times: Sequence[float], share: float) -> float:
    """In milliseconds."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000


Measured = list[tuple[int, float, float]]
"""(rank of the right person, wall and CPU seconds) for each question."""


def measured(ask: Callable[[Any], list[str]], asked: Sequence[tuple[str, Any]], truth: Any) -> Measured:
    """Ask everything, one after the other."""
    found = []
    for id, query in asked:
        began, worked = perf_counter(), process_time()
        niks = ask(query)
        took = perf_counter() - began, process_time() - worked
        found.append((niks.index(truth[id]) if truth[id] in niks else NOBODY, *took))
    return found


def line(name: str, found: Measured) -> dict[str, float]:
    """One line of the table; "shown": among the people on the screen. Gives its figures."""
    ranks, wall, cpu = zip(*found, strict=True)
    shares = {w: sum(r < m for r in ranks) / len(ranks) for w, m in (("top-1", 1), ("top-5", 5), ("shown", NOBODY))}  # noqa: E501  # fmt: skip
    times = {"p50": percentile(wall, 0.5), "p95": percentile(wall, 0.95), "p99": percentile(wall, 0.99)}
    times |= {"cpu p95": percentile(cpu, 0.95)}
    said = "  ".join(f"{w} {v:.4f}" for w, v in shares.items())
    print(f"{name:44} {len(ranks):5}  {said}  " + "  ".join(f"{w} {v:6.1f}" for w, v in times.items()), "ms",
          flush=True)  # fmt: skip
    FIGURES[name] = {"asked": len(ranks), **shares, **times}
    return {**shares, **times}


def told(what: str, **figures: float) -> None:
    """Figures that are no share of questions."""
    print(
        f"{what:44} " + "  ".join(f"{k.replace('_', ' ')} {v:,.1f}" for k, v in figures.items()), flush=True
    )
    FIGURES[what] = figures


# ---- parts of a run ---------------------------------------------------------------------------------


def take_in(register: Path, office: str) -> float:
    """Import and index, timed; MB on disk."""
    from django.core.management import call_command

    from jemput.journal import keys
    from jemput.people import importing, index

    call_command("migrate", verbosity=0)
    keys.init_open()

    def both() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return process_time() + children.ru_utime + children.ru_stime

    began, worked = perf_counter(), both()
    snapshot = importing.load(importing.begin(register, office, ON), register)
    told("import", wall_s=perf_counter() - began, cpu_s=both() - worked, people=snapshot.people)
    began, worked = perf_counter(), both()
    index.build(snapshot)
    importing.take_over(snapshot)
    told("index", wall_s=perf_counter() - began, cpu_s=both() - worked)
    size = sum(f.stat().st_size for f in (FOLDER / "home").iterdir() if f.is_file()) / 1e6
    told("import and index", memory_MB=memory(), a_worker_MB=memory(resource.RUSAGE_CHILDREN), disk_MB=size)
    return size


def beside(register: Path, asked: Any, truth: Any, mine: Measured, size: float, options: Any) -> None:
    """The peers, with ratios to ours."""
    from people import peers

    print(f"\npeers, the first {len(mine)} of the mixed rows, in their own order")
    ours = line("jemput, the same rows", mine)
    for peer in peers.PEERS:
        if peer.__name__ not in options.peers:
            continue
        try:
            ready = peer(register)
        except peers.Missing as why:
            print(f"{peer.__name__}: left out, {why}")
            continue
        theirs = line(ready.name, measured(ready.ask, asked[: len(mine)], truth))
        times = {w: theirs[w] / ours[w] for w in ("p50", "p95")}
        built = {"build_s": ready.build_seconds, "MB": ready.size / 1e6, "size": ready.size / 1e6 / size}
        told("   built; ours times", **built, **times)
        FIGURES[ready.name] |= {"times ours": FIGURES.pop("   built; ours times")}


def over_http(office: str, rows: list[dict[str, str]], truth: dict[str, str]) -> None:
    """The same rows typed into the box."""
    from people import web

    typed = [(row["id"], web.line_of(row)) for row in rows]
    with web.served(office) as server:
        for _id, text in typed[:30]:  # warm, as a server is
            server.ask(text)
        before = server.cpu()
        line("the same rows typed into the box, over HTTP", measured(server.ask, typed, truth))
        spent = (server.cpu() - before) / len(typed) * 1000
        told("the server", cpu_ms_a_request=spent, memory_MB=server.memory())


def run(people: int, options: Any) -> None:
    """One size, from the file to the peers."""
    import django

    django.setup()
    from people import queries
    from people import register as invented

    from jemput.people import batch, lookup

    load = os.getloadavg()[0]
    print(f"\n{people:,} people, seed {options.seed}, load {load:.1f} on {os.cpu_count()} cores")
    office = options.office or invented.office_for(people)
    register = options.register or FOLDER / "register.csv"
    if not options.register:
        began, worked = perf_counter(), process_time()
        invented.write(register, people, options.seed)
        told("invented", wall_s=perf_counter() - began, cpu_s=process_time() - worked)
    size = take_in(register, office)
    opened = lookup.register_of(office)
    assert opened is not None

    def ask(query: Any) -> list[str]:
        return [person.nik for _number, _evidence, person in lookup.shown(lookup.find(opened, query))]

    def asked_of(rows: list[dict[str, str]]) -> tuple[list[Any], dict[str, str]]:
        path = FOLDER / "asked.csv"
        queries.write(path, rows)
        return list(batch.queries(path, office, ON)), {r["id"]: r["truth"] for r in rows}

    if options.list:
        asked, truth = list(batch.queries(options.list, office, ON)), queries.truth_of(options.list)
    else:
        rows = queries.mixed(register, options.queries, options.seed + 1)
        asked, truth = asked_of(rows)
    for _id, query in asked[:50]:  # warm, as a server is
        ask(query)
    print("\nrows of three sources, all noise mixed")
    found = measured(ask, asked, truth)
    line("jemput", found)
    if not options.list:
        for source in "ABC":
            line(
                f"  source {source}", [f for f, (id, _q) in zip(found, asked, strict=True) if id[0] == source]
            )
        over_http(office, rows[: options.web_queries], truth)
        print("\nkinds of question, names as in hand-written lists")
        for kind, kind_rows in queries.kinds(register, options.kind_queries, options.seed + 2):
            line(kind, measured(ask, *asked_of(kind_rows)))
    told("this process, look-up done", memory_MB=memory(), load=os.getloadavg()[0])
    if options.peers:
        beside(register, asked, truth, found[: options.peer_queries], size, options)


def each_apart(options: Any) -> dict[str, Any]:
    """Each size in a process of its own, so that memory and caches are its own; peers at the first."""
    figures = {}
    for at, people in enumerate(options.people):
        part = FOLDER / f"{people}.json"
        words = [sys.executable, __file__, *sys.argv[1:], "--people", str(people), "--json", str(part)]
        subprocess.run([*words, *(["--peers", "none"] if at else [])], check=True)
        figures |= json.loads(part.read_text())
    return figures


def main() -> None:
    """Print the tables."""
    from people import peers

    names = [peer.__name__ for peer in peers.PEERS]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, nargs="+", default=[760_000, 2_500_000], help="sizes")
    parser.add_argument("--queries", type=int, default=3000, help="mixed rows")
    parser.add_argument("--kind-queries", type=int, default=300, help="of each kind of question")
    parser.add_argument("--web-queries", type=int, default=400, help="over HTTP")
    parser.add_argument("--peer-queries", type=int, default=150, help="for each peer")
    parser.add_argument("--peers", nargs="+", choices=[*names, "none"], default=names)
    parser.add_argument("--seed", type=int, default=2026, help="1 to 999: tuning; 2026 and above: reported")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--register", type=Path, help="a held-out register instead of an invented one")
    parser.add_argument("--list", type=Path, help="a held-out list, with a column truth")
    parser.add_argument("--office", help="of the held-out register, such as 35.03")
    options = parser.parse_args()
    options.peers = [] if "none" in options.peers else options.peers
    if options.register:
        options.people = [0]
    if len(options.people) > 1:
        figures = each_apart(options)
    else:
        run(options.people[0], options)
        figures = {str(options.people[0]): FIGURES}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
