"""The journal beside raw INSERT of the same bytes and beside the ``eventsourcing`` library.

    ./run bench journal                      everything: 100,000 cases, 1.5 million entries, both databases
    ./run bench journal --cases 2000         the same at another size
    ./run bench journal --databases sqlite   one database only

In one run and on one machine: entries appended per second by one writer and by eight, in transactions
of 1, 20 (a device's push) and 300 entries; entries folded per second; Today and the case list when all
cases are there; memory. Sealing, hash chain, feeds, projection and search terms are on throughout, and
commits are durable on both databases.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import queue
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT)]
OFFICE = "35.03"
WRITERS = 8
SIZES = (1, 20, 300)
Writer = tuple[Callable[[Sequence[Any]], Sequence[Any]], Callable[[Sequence[Any]], None]]
"""How to get a batch ready before the clock starts, and how to write it."""
AIMS = {"raw": 0.4, "eventsourcing": 3.0, "today p95 ms": 60.0}


def main() -> None:
    """Run each database in a process of its own, then print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000, help="cases for Today and the case list")
    parser.add_argument("--seconds", type=float, default=6.0, help="for each measure of appending")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one, options)
        return
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    found = {}
    for database in options.databases:
        with tempfile.TemporaryDirectory(prefix="jemput-bench-") as folder:
            result = Path(folder) / "result.json"
            words = [sys.executable, __file__, "--one", database, "--json", str(result)]
            words += ["--cases", str(options.cases), "--seconds", str(options.seconds)]
            subprocess.run(words, env=environment(database, Path(folder)), check=True)
            found[database] = json.loads(result.read_text())
        show(database, found[database])
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


def environment(database: str, folder: Path) -> dict[str, str]:
    """An office of its own, with production settings, whose key is open."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "jemput.settings",
        "JEMPUT_HOME": str(folder / "home"),
        "JEMPUT_KEYS": str(folder / "keys"),
        "JEMPUT_LEDGER": str(folder / "ledger" / "erasures.jsonl"),
        "JEMPUT_DEMO": "1",
        "JEMPUT_REQUIRE_MFA": "0",
        "JEMPUT_HTTPS": "0",
        "JEMPUT_HOSTS": "localhost,testserver",
    }
    env.pop("JEMPUT_DATABASE_URL", None)
    if database == "postgresql":
        env["JEMPUT_DATABASE_URL"] = os.environ["JEMPUT_BENCH_POSTGRES"]
    return env


# ---- one database ---------------------------------------------------------------------------------


def measure(database: str, options: argparse.Namespace) -> None:
    """All figures of one database, into options.json."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from jemput import journal
    from jemput.journal import keys

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    keys.init_open()
    programme = journal.install((ROOT / "src/jemput/programmes/on-the-spot.toml").read_bytes())
    raw_table()
    peer_tables()
    tell = Teller(programme)
    figures: dict[str, Any] = {"append": {}, "fold per second": fold_speed(tell)}
    for size in SIZES:
        for writers in (1, WRITERS):
            for name in ("ours", "raw", "eventsourcing"):
                say(f"{database}: {writers} writer(s), {size} a transaction, {name}")
                rate = race(name, tell, size, writers, options.seconds)
                say(f"{rate:,.0f} entries/s")
                figures["append"].setdefault(f"{writers} x {size}", {})[name] = rate
    say(f"{database}: {options.cases} cases")
    figures["fill"] = fill(tell, options.cases)
    figures["pages"] = pages(options.cases)
    figures["entries"] = count("journal_entryrow")
    figures["memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures["database"] = connection.vendor
    options.json.write_text(json.dumps(figures))


def say(text: str) -> None:
    """Progress, on the side."""
    print(f"  {text} ...", file=sys.stderr, flush=True)


def count(table: str) -> int:
    """Rows of a table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


class Teller:
    """Makes cases with numbers that no other process uses."""

    def __init__(self, programme: Any) -> None:
        import _stories

        self.stories, self.programme, self.villages = _stories, programme, _stories.villages(OFFICE)

    def cases(self, first: int, number: int, mixed: bool = False) -> list[list[Any]]:
        """Whole cases; ``mixed`` ones stand at every step of the service."""
        chance = random.Random(first)
        made = []
        for n in range(first, first + number):
            acts = chance.randint(2, 14) if mixed and chance.random() < 0.4 else 15
            made.append(self.stories.case(self.programme, n, chance.choice(self.villages), chance, acts))
        return made

    def batches(self, first: int, size: int, number: int) -> list[list[Any]]:
        """Transactions of ``size`` entries: one act each of so many cases, then their next act."""
        cases = self.cases(first, max(number * size // 15, size))
        groups = [cases[i : i + size] for i in range(0, len(cases) - size + 1, size)]
        return [[case[act] for case in group] for group in groups for act in range(15)]


# ---- appending ------------------------------------------------------------------------------------


def race(name: str, tell: Teller, size: int, writers: int, seconds: float) -> float:
    """Entries per second of so many processes that start together."""
    from django.db import connections

    context = multiprocessing.get_context("fork")
    connections.close_all()
    gate, results = context.Barrier(writers), context.Queue()
    first = race.next_number = race.next_number + 10_000_000  # type: ignore[attr-defined]
    tasks = [
        context.Process(
            target=run_one, args=(name, tell, first + n * 1_000_000, size, seconds, gate, results)
        )
        for n in range(writers)
    ]
    for task in tasks:
        task.start()
    done = []
    while len(done) < writers:
        try:
            done.append(results.get(timeout=1))
        except queue.Empty:
            if any(task.exitcode for task in tasks):
                for task in tasks:
                    task.terminate()
                raise SystemExit(f"a writer of {name} failed") from None
    for task in tasks:
        task.join()
    return sum(entries / took for entries, took in done)


race.next_number = 0  # type: ignore[attr-defined]


def run_one(name: str, tell: Teller, first: int, size: int, seconds: float, gate: Any, results: Any) -> None:
    """One writer, warmed up; entries are made before the clock starts. Reports how many in which time."""
    wanted, warm_up = {1: (400, 15), 20: (50, 3), 300: (10, 2)}[size]
    prepare, append = WRITERS_OF[name]()
    ready = [prepare(batch) for batch in tell.batches(first, size, int(wanted * seconds) + 15)]
    for warm in ready[:warm_up]:  # programme, holidays and models are read once a process
        append(warm)
    ready = ready[warm_up:]
    gate.wait()
    begun, written = time.perf_counter(), 0
    for batch in ready:
        append(batch)
        written += len(batch)
        if time.perf_counter() - begun > seconds:
            break
    results.put((written, time.perf_counter() - begun))


def ours() -> Writer:
    """The journal as it is used."""
    from jemput import journal

    def append(batch: Sequence[Any]) -> None:
        if not all(verdict.stored for verdict in journal.append(batch)):
            raise AssertionError("an entry was refused")

    return list, append


def eventsourcing() -> Writer:
    """The peer library."""
    import _peer

    return list, _peer.Peer(peer_file()).append


def peer_tables() -> None:
    """The peer's tables, once: on PostgreSQL its writers would stumble over each other making them."""
    import _peer

    _peer.Peer(peer_file(), make_tables=True).app.close()


def peer_file() -> str:
    """Where the peer writes on SQLite."""
    from django.conf import settings

    return str(settings.JEMPUT_HOME / "eventsourcing.sqlite3")


RAW = (
    "id", "stream_id", "position", "kind", "version", "clear", "sealed", "identity", "clear_digest", "chain",
    "actor", "duty", "device", "device_seq", "occurred_at", "received_at", "after",
)  # fmt: skip


def raw_table() -> None:
    """A table with the columns of an entry and nothing else but its key."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_raw")
        columns = ", ".join(RAW)
        cursor.execute(f"CREATE TABLE bench_raw AS SELECT {columns} FROM journal_entryrow WHERE 1 = 0")
        cursor.execute("CREATE UNIQUE INDEX bench_raw_id ON bench_raw (id)")


def raw() -> Writer:
    """INSERT of the same bytes in transactions of the same size, through the same driver."""
    from django.db import connection, transaction

    from jemput.journal import rows
    from jemput.journal.canonical import canonical
    from jemput.journal.models import EntryRow

    statement = f"INSERT INTO bench_raw ({', '.join(RAW)}) VALUES ({', '.join(['%s'] * len(RAW))})"
    connection.ensure_connection()
    with connection.cursor() as cursor:
        into = rows.into(cursor, EntryRow, tuple(RAW))

    def stored(entry: Any) -> list[Any]:
        clear, sealed = entry.body.split()
        hash, sealed_bytes = bytes(32), bytes(44) + canonical(sealed)  # nonce, salt and tag are 44 bytes
        values = [entry.id, entry.stream, 1, entry.kind, 1, clear, sealed_bytes, hash, hash, hash]
        values += [entry.actor, entry.duty.value, None, None, entry.occurred_at, entry.occurred_at]
        values.append(entry.after)
        return [c(v) if c and v is not None else v for c, v in zip(into, values, strict=True)]

    def append(values: Sequence[Any]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if len(values) == 1:
                cursor.execute(statement, values[0])
            else:
                cursor.executemany(statement, values)

    return (lambda batch: [stored(entry) for entry in batch]), append


WRITERS_OF: dict[str, Callable[[], Writer]] = {
    "ours": ours,
    "raw": raw,
    "eventsourcing": eventsourcing,
}


def fold_speed(tell: Teller) -> float:
    """Clear entries folded into states per second, all in memory."""
    from jemput.core.fold import fold

    cases = [
        [e.model_copy(update={"body": type(e.body).clear_view(e.body.split()[0])}) for e in case]
        for case in tell.cases(900_000_000, 200, mixed=True)
    ]
    begun, folded = time.perf_counter(), 0
    while time.perf_counter() - begun < 3:
        for case in cases:
            fold(lambda hash: tell.programme, case)
            folded += len(case)
    return folded / (time.perf_counter() - begun)


# ---- many cases -----------------------------------------------------------------------------------


def fill(tell: Teller, cases: int) -> dict[str, float]:
    """Append whole cases, a hundred in a transaction, until the office has so many."""
    from jemput import journal

    begun, writing = time.perf_counter(), 0.0
    for first in range(0, cases, 100):
        batch = [e for case in tell.cases(first, min(100, cases - first), mixed=True) for e in case]
        started = time.perf_counter()
        journal.append(batch, as_received=True)
        writing += time.perf_counter() - started
        if first % 5000 == 0 and first:
            say(f"{first} cases, {first * 15 / writing:.0f} entries/s")
    return {"entries per second": cases * 15 / writing, "seconds": time.perf_counter() - begun}


def pages(cases: int) -> dict[str, Any]:
    """Today and the case list, asked as a browser asks, by duties with a wide and with a narrow area."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found: dict[str, Any] = {}
    for name, ask in questions():
        times, queries = [], 0
        ask()  # the first builds caches
        for __ in range(40):
            with counted(connection) as counter:
                begun = time.perf_counter()
                ask()
                times.append((time.perf_counter() - begun) * 1000)
            queries = max(queries, len(counter))
        quantiles = statistics.quantiles(times, n=20)
        found[name] = {"p50 ms": statistics.median(times), "p95 ms": quantiles[18], "queries": queries}
    return found


class counted:
    """Counts statements without keeping their text."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.seen = connection, []

    def __enter__(self) -> list[int]:
        self.wrapper = self.connection.execute_wrapper(self._note)
        self.wrapper.__enter__()
        return self.seen

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen.append(1)
        return execute(sql, params, many, context)

    def __exit__(self, *error: object) -> None:
        self.wrapper.__exit__(*error)


def questions() -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is asked: the journal's own lists, and the pages that staff open, where they are there."""
    from jemput import journal
    from jemput.core.codes import Duty
    from jemput.journal.lists import PAGE

    def today(duties: list[Duty], areas: list[str]) -> Callable[[], Any]:
        def ask() -> Any:
            waits = list(journal.waiting_for(duties, areas)[:PAGE])
            return journal.headlines([w.case for w in waits]), journal.count(
                journal.waiting_for(duties, areas)
            )

        return ask

    def listed(areas: list[str]) -> Callable[[], Any]:
        def ask() -> Any:
            rows = list(journal.cases(areas)[:PAGE])
            return journal.headlines(rows), journal.count(journal.cases(areas))

        return ask

    yield "Today's rows, whole office", today([Duty.MAIN_ADMIN], [OFFICE])
    yield "Today's rows, one subdistrict", today([Duty.FIELD_OFFICER], [OFFICE + ".03"])
    yield "Today's rows, one village", today([Duty.FIELD_OFFICER], [OFFICE + ".03.2004"])
    yield "list's rows, whole office", listed([OFFICE])
    yield "list's rows, one village", listed([OFFICE + ".03.2004"])
    yield from web_pages()


def web_pages() -> Iterator[tuple[str, Callable[[], Any]]]:
    """The pages themselves, signed in as main administrator of the office and as a field officer."""
    from django.test import Client
    from django.urls import NoReverseMatch, reverse
    from django.utils import timezone

    from jemput.accounts.models import Account, Assignment, Office

    office, __ = Office.objects.get_or_create(
        code=OFFICE, defaults={"number": 1, "name": "Dinas Dukcapil", "city": "Trenggalek"}
    )
    for duty, area in (("main_admin", OFFICE), ("field_officer", OFFICE + ".03")):
        account = Account.objects.create_user(f"bench-{duty}".replace("_", "-"), None, name=duty)
        Assignment.objects.create(
            account=account, office=office, duty=duty, area=area, valid_from=timezone.localdate()
        )
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        for page in ("office:today", "office:cases"):
            try:
                url = reverse(page)
            except NoReverseMatch:
                continue

            def ask(client: Client = client, url: str = url) -> None:
                status = client.get(url).status_code
                if status != 200:
                    raise AssertionError(f"{url} answers {status}")

            yield f"page {url} as {duty}", ask


# ---- telling --------------------------------------------------------------------------------------


def show(database: str, figures: dict[str, Any]) -> None:
    """One table for people."""
    print(f"\n{database}: {figures['entries']:,} entries, peak memory {figures['memory MB']} MB")
    print(f"  folded: {figures['fold per second']:,.0f} entries/s")
    print(f"  filled: {figures['fill']['entries per second']:,.0f} entries/s, 1,500 in a transaction")
    print(f"  {'entries/s':24}{'ours':>10}{'raw INSERT':>12}{'ratio':>8}{'eventsourcing':>15}{'ratio':>8}")
    for name, rates in figures["append"].items():
        writers, size = name.split(" x ")
        to_raw, to_peer = rates["ours"] / rates["raw"], rates["ours"] / rates["eventsourcing"]
        print(
            f"  {f'{writers} writer(s), {size} each':24}{rates['ours']:>10,.0f}{rates['raw']:>12,.0f}"
            f"{to_raw:>8.2f}{rates['eventsourcing']:>15,.0f}{to_peer:>8.1f}"
        )
    print(f"  {'pages':44}{'p50 ms':>8}{'p95 ms':>8}{'queries':>9}")
    for name, page in figures["pages"].items():
        print(f"  {name:44}{page['p50 ms']:>8.1f}{page['p95 ms']:>8.1f}{page['queries']:>9}")
    print(f"  aims: {AIMS}")


if __name__ == "__main__":
    main()
