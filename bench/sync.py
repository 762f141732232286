"""A thousand phones at four o'clock: the office's server beside Morango, Kolibri's sync engine.

    ./run bench sync                                    everything; takes most of an hour
    ./run bench sync --devices 100 --first 10 --cases 100 --minutes 0.5          the same, smaller
    ./run bench sync --databases sqlite --only herd peer

On one machine, phones and server together, over real HTTP, the server as `jemput serve` starts it:
  herd    all devices at once; each pushes 20 sealed entries, pulls 200 that others wrote, and what these
          pushed before it, and writes what it pulled into a SQLite file of its own
  first   first syncs of devices with many cases, in parallel
  kill    200 entries a second, and the server killed (-9) in the middle
  device  the built app in Chromium, six times slower, with 5,000 cases: open, save, apply a page of 500
  peer    Morango pushes and pulls as many records as the herd did, SQLite to SQLite (--peer: fewer of them)
A phone that is sent away (429) waits as long as it is told; that is in the figures, as is an outage. What was
accepted is counted in the database afterwards. Morango's records are plain text without seals, chains or a
projection. Against it stand records both ways, each written down where it arrived, over the whole time; and
pushes alone, until the last was durable at the office, though phones pull meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT)]
OFFICE = "35.03"
PEER_AIM = 3.0
MORANGO = "0.8.15"
CACHE = Path(os.environ.get("JEMPUT_BENCH_CACHE", ROOT / "var" / "bench" / "sync"))
PARTS = ("herd", "first", "kill", "device", "peer")
JSON = dict[str, Any]


def main() -> None:
    """Each database in a process of its own, then the peer, then one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--only", nargs="+", default=list(PARTS), choices=PARTS)
    parser.add_argument("--devices", type=int, default=1018)
    parser.add_argument("--entries", type=int, default=20, help="that each device pushes")
    parser.add_argument("--rows", type=int, default=200, help="that each device pulls")
    parser.add_argument("--first", type=int, default=100, help="first syncs in parallel")
    parser.add_argument("--cases", type=int, default=1000, help="of each first sync")
    parser.add_argument("--minutes", type=float, default=10.0, help="of a steady stream with a kill -9")
    parser.add_argument("--rate", type=int, default=200, help="entries a second of that stream")
    parser.add_argument("--held", type=int, default=5000, help="cases on the slow phone")
    parser.add_argument("--times", type=int, default=7, help="that it opens and saves")
    parser.add_argument("--peer", type=int, metavar="PERCENT", default=100, help="of the herd's records")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server goes too
    if options.one:
        options.json.write_text(json.dumps(measure(options)))
        return
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(f"load average before {os.getloadavg()[0]:.1f}", flush=True)
    found: JSON = {}
    for database in options.databases if set(options.only) - {"peer"} else []:
        with tempfile.TemporaryDirectory(prefix="jemput-bench-") as folder:
            result = Path(folder) / "result.json"
            words = [sys.executable, __file__, *sys.argv[1:], "--one", database, "--json", str(result)]
            subprocess.run(words, env=environment(database, Path(folder)), check=True)
            found[database] = json.loads(result.read_text())
            show(database, found[database])
    if "peer" in options.only:
        herds = [found[name]["herd"] for name in options.databases if "herd" in found.get(name, {})]
        pulled = herds[0]["rows pulled"] if herds else options.devices * options.rows
        both = (options.devices * options.entries, pulled)
        found["morango"] = peer(*(number * options.peer // 100 for number in both))
        show("Morango", found["morango"])
        for database in options.databases:
            compare(database, found.get(database, {}).get("herd", {}), found["morango"])
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


def compare(database: str, ours: JSON, theirs: JSON) -> None:
    """Where both were measured."""
    for rate, what in (("records/s", "records both ways"), ("pushes/s", "pushes alone")):
        if rate in ours and rate in theirs:
            ratio = ours[rate] / theirs[rate]
            print(f"  {database}: {ratio:.1f} x Morango, {what} a second (aim {PEER_AIM})", flush=True)


def show(name: str, figures: JSON) -> None:
    """As lines."""
    print(f"\n{name}")
    for part, said in figures.items():
        if isinstance(said, dict):
            print(f"  {part:6} " + ", ".join(f"{k} {_number(v)}" for k, v in said.items()))
        else:
            print(f"  {part}: {_number(said)}")
    print(f"  load average {os.getloadavg()[0]:.1f}", flush=True)


def _number(value: Any) -> str:
    return (
        f"{value:,.2f}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def environment(database: str, folder: Path) -> dict[str, str]:
    """An office of its own, with production settings, whose key is open."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "jemput.settings",
        "JEMPUT_HOME": str(folder / "home"), "JEMPUT_KEYS": str(folder / "keys"),
        "JEMPUT_LEDGER": str(folder / "ledger" / "erasures.jsonl"), "JEMPUT_SECRET_KEY": "bench",
        "JEMPUT_DEMO": "0", "JEMPUT_REQUIRE_MFA": "0", "JEMPUT_HTTPS": "0", "JEMPUT_HOSTS": "127.0.0.1",
    }  # fmt: skip
    for name in ("JEMPUT_DATABASE_URL", "PYTHONDONTWRITEBYTECODE"):
        env.pop(name, None)
    if database == "postgresql":
        env["JEMPUT_DATABASE_URL"] = os.environ["JEMPUT_BENCH_POSTGRES"]
    return env


# ---- the server ---------------------------------------------------------------------------------------


class Server:
    """`jemput serve` in a process group of its own, to be killed whole."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Until it answers, which on a busy machine takes a while."""
        words = [sys.executable, "-m", "jemput", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(words, start_new_session=True, stdout=subprocess.DEVNULL)
        for _ in range(6000):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sync/openapi.json", timeout=60).close()
                return
            except OSError:
                time.sleep(0.1)
            if self.process.poll() is not None:
                break
        self.kill()
        raise SystemExit("the server did not start")

    def kill(self) -> None:
        """-9, all of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def measure(options: argparse.Namespace) -> JSON:
    """The figures of one database."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from jemput import journal
    from jemput.journal import keys
    from jemput.journal.backup import epoch

    call_command("migrate", verbosity=0)
    keys.init_open()
    programme = journal.install((ROOT / "src/jemput/programmes/on-the-spot.toml").read_bytes())
    world = World(programme, str(epoch()))
    figures: JSON = {}
    server = None
    try:
        for part in PARTS[:-1]:
            if part in options.only and (part != "device" or options.one == options.databases[0]):
                ready = getattr(world, f"prepare_{part}")(options)
                connections.close_all()
                server = server or Server()
                figures[part] = getattr(world, part)(options, server, ready)
                connections.close_all()
                say(f"{options.one} {part}: {figures[part]}")
    finally:
        if server:
            server.kill()
    return figures


def say(text: str) -> None:
    """Progress, on the side."""
    print(f"  {text}", file=sys.stderr, flush=True)


class World:
    """An office with villages full of cases, and phones that are enrolled there."""

    def __init__(self, programme: Any, epoch: str) -> None:
        import _stories

        from jemput.accounts.models import Office

        self.programme, self.epoch, self.stories = programme, epoch, _stories
        self.office = Office.objects.create(
            code=OFFICE, number=1, name="Disdukcapil Bangku", city="Bangku", time_zone="wib"
        )
        self.next_case = 0

    # ---- making -----------------------------------------------------------------------------------

    def fill(self, area: str, cases: int, acts: int = 15) -> list[Any]:
        """Cases in a village; gives their ids."""
        from jemput import journal

        made, chance = [], random.Random(area)
        for first in range(0, cases, 50):
            batch = []
            for _ in range(min(50, cases - first)):
                self.next_case += 1
                entries = self.stories.case(self.programme, self.next_case, area, chance)[:acts]
                made.append(entries[0].stream)
                batch += entries
            journal.append(batch)
        return made

    def phone(self, area: str) -> Any:
        """One that is enrolled for a field officer of this area."""
        from datetime import date

        from django.utils import timezone
        from sync.phones import Phone

        from jemput.accounts.models import Account, Assignment
        from jemput.core.codes import Duty
        from jemput.sync.models import LEASE, Device

        number = Device.objects.count() + 1
        account = Account.objects.create(username=f"petugas-{number}", name=f"P {number}", password="!")
        duty = Duty.FIELD_OFFICER.value
        assignment = Assignment.objects.create(
            account=account, office=self.office, duty=duty, area=area, valid_from=date(2024, 1, 1)
        )
        phone = Phone(account.actor, duty)
        Device.objects.create(
            id=phone.id, assignment=assignment, number=number, name="HP", public_key=phone.public_key(),
            lease_until=timezone.now() + LEASE,
        )  # fmt: skip
        return phone

    # ---- all at once --------------------------------------------------------------------------------

    def prepare_herd(self, options: argparse.Namespace) -> Any:
        """Phones whose cursor lies so many rows behind, each with a sealed batch ready to go."""
        from sync.phones import empty_disk

        from jemput.journal.models import Feed, FeedRow
        from jemput.sync.sealing import sealing_key

        disks = Path(os.environ["JEMPUT_HOME"]).parent / "disks"
        disks.mkdir()
        villages = self.stories.villages(OFFICE, max(options.devices // 7, 1))
        seal = sealing_key().public_key()
        ready = []
        for n, village in enumerate(villages):
            cases = self.fill(village, -(-options.rows // 15))
            head = Feed.objects.get(id=village).head
            seq = max(head - options.rows, 0)
            total = FeedRow.objects.get(feed_id=village, seq=seq).total if seq else 0
            for _ in range(len(range(n, options.devices, len(villages)))):
                phone = self.phone(village)
                phone.feed, phone.disk = village, empty_disk(disks / f"{len(ready)}.sqlite3")
                phone.cursor = {"seq": seq, "total": total, "after": None, "beginning": False}
                ready.append((phone, phone.notes(cases, options.entries, seal)))
        return ready

    def herd(self, options: argparse.Namespace, server: Server, ready: Any) -> JSON:
        """From four o'clock until the last phone has sent and seen all."""
        from sync.phones import Tally, pull, push

        tally = Tally()

        async def one(phone: Any, body: bytes) -> tuple[float, float]:
            await push(phone, body, server.port, tally)
            pushed = time.perf_counter() - begun
            await pull(phone, self.epoch, server.port, tally)
            return time.perf_counter() - begun, pushed

        async def run() -> list[tuple[float, float]]:
            return await asyncio.gather(*(one(phone, body) for phone, body in ready))

        begun = time.perf_counter()
        times = asyncio.run(run())
        ends, last_push = sorted(end for end, __ in times), max(pushed for __, pushed in times)
        records = tally.entries + tally.rows
        return {
            "devices": len(ready),
            "drained s": ends[-1],
            "median device s": ends[len(ends) // 2],
            "p95 device s": ends[min(int(len(ends) * 0.95), len(ends) - 1)],
            "push p95 s": tally.p95("push"),
            "pull p95 s": tally.p95("pull"),
            "sent away": tally.busy,
            "broken": tally.broken,
            "rows pulled": tally.rows,
            "records/s": records / ends[-1],
            "pushes/s": tally.entries / last_push,
            **arrived([phone for phone, __ in ready]),
        }

    # ---- first syncs --------------------------------------------------------------------------------

    def prepare_first(self, options: argparse.Namespace) -> Any:
        """A subdistrict with so many cases of five entries, and phones that know nothing yet."""
        area = f"{OFFICE}.99"
        for n in range(10):
            self.fill(f"{area}.{2001 + n}", -(-options.cases // 10), acts=5)
        return [self.phone(area) for _ in range(options.first)]

    def first(self, options: argparse.Namespace, server: Server, phones: Any) -> JSON:
        """How long each took, from the moment at which all began."""
        from sync.phones import Tally, pull

        tally = Tally()

        async def one(phone: Any) -> float:
            begun = time.perf_counter()
            await pull(phone, self.epoch, server.port, tally)
            return time.perf_counter() - begun

        async def run() -> list[float]:
            return await asyncio.gather(*(one(phone) for phone in phones))

        took = sorted(asyncio.run(run()))
        return {
            "devices": len(phones),
            "cases each": options.cases,
            "median s": took[len(took) // 2],
            "p95 s": took[min(int(len(took) * 0.95), len(took) - 1)],
            "sent away": tally.busy,
            "broken": tally.broken,
            "entries": tally.rows,
        }

    # ---- a steady stream ----------------------------------------------------------------------------

    def prepare_kill(self, options: argparse.Namespace) -> Any:
        """Phones in ten villages of their own, and every batch that they will send."""
        from jemput.sync.sealing import sealing_key

        seal = sealing_key().public_key()
        places = [f"{OFFICE}.98.{2001 + n}" for n in range(10)]
        cases = {place: self.fill(place, 5) for place in places}
        phones = [(self.phone(place), cases[place]) for place in places for _ in range(4)]
        wanted = int(options.rate * options.minutes * 60) // 20
        return [
            (
                phones[n % len(phones)][0],
                phones[n % len(phones)][0].notes(phones[n % len(phones)][1], 20, seal),
            )
            for n in range(max(wanted, 2))
        ]

    def prepare_device(self, options: argparse.Namespace) -> Any:
        """Cases for one slow phone."""
        from sync import device

        return device.prepare(self, options)

    def device(self, options: argparse.Namespace, server: Server, ready: Any) -> JSON:
        """What somebody waits for who holds it."""
        from sync import device

        try:
            return device.measure(self, options, server, ready)
        except Exception as error:  # what else was measured must not go with a browser that does not start
            traceback.print_exc()
            return {"not measured": type(error).__name__}

    def kill(self, options: argparse.Namespace, server: Server, batches: Any) -> JSON:
        """Batches at the wanted rate, whatever the server does; killed and started again in the middle."""
        from sync.phones import Tally, push

        tally, pause = Tally(), 20 / options.rate

        async def run() -> float:
            begun, tasks = time.perf_counter(), []
            for n, (phone, body) in enumerate(batches):
                await asyncio.sleep(max(begun + n * pause - time.perf_counter(), 0))
                if n == len(batches) // 2:
                    await asyncio.to_thread(server.kill)
                    tasks.append(asyncio.create_task(asyncio.to_thread(server.start)))
                tasks.append(asyncio.create_task(push(phone, body, server.port, tally)))
            await asyncio.gather(*tasks)
            return time.perf_counter() - begun

        took = asyncio.run(run())
        return {
            "entries": len(batches) * 20,
            "wanted/s": options.rate,
            "reached/s": len(batches) * 20 / took,
            "push p95 s": tally.p95("push"),
            "sent away": tally.busy,
            "broken": tally.broken,
            **arrived({phone.id: phone for phone, __ in batches}.values()),
        }


def arrived(phones: Any) -> dict[str, int]:
    """What the database says of everything that these phones wrote."""
    from collections import Counter

    from django.db import connections

    from jemput.journal.models import EntryRow
    from jemput.journal.verify import verify

    connections.close_all()
    by_id = {phone.id: phone for phone in phones}
    found: Counter[tuple[Any, int]] = Counter()
    for device, number in (
        EntryRow.objects.exclude(device=None).values_list("device", "device_seq").iterator()
    ):
        if device in by_id:
            found[device, number or 0] += 1
    wanted = sum(phone.used for phone in by_id.values())
    doubled = sum(n - 1 for n in found.values())
    return {"lost": wanted - len(found), "doubled": doubled, "breaks": len(verify().breaks)}


# ---- the peer -----------------------------------------------------------------------------------------


def peer(pushed: int, pulled: int) -> JSON:
    """Morango in its own environment, as many records each way as the herd."""
    python = CACHE / "venv" / "bin" / "python"
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    make = [uv, "venv", "-q", "--python", sys.executable, python.parent.parent]
    install = [uv, "pip", "install", "-q", "--python", python, f"morango=={MORANGO}", "setuptools<81"]
    if (not python.exists() and subprocess.run(make).returncode) or subprocess.run(install).returncode:
        shutil.rmtree(python.parent.parent, ignore_errors=True)
        return {"not measured": "morango could not be installed"}
    with tempfile.TemporaryDirectory(prefix="jemput-bench-") as folder:
        script = ROOT / "bench" / "sync" / "peer.py"
        words = [str(python), str(script), "client", folder, str(pushed), str(pulled)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            return {"not measured": "it failed; its words are above"}
        figures: JSON = json.loads(done.stdout.splitlines()[-1])
        return figures


if __name__ == "__main__":
    main()
