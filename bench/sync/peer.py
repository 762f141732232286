"""Morango, in an environment of its own: so many records pushed and pulled between two databases, over HTTP.

    python peer.py client FOLDER PUSHED PULLED      prints the figures as JSON

The same way as Kolibri uses it: a certificate that both know, one session, serialised before and deserialised
after the transfer, 500 records at a time.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parent))


def configure(folder: Path, role: str) -> None:
    """One of the two databases."""
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=[
            *("django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"),
            *("rest_framework", "mptt", "morango", "morango_app"),
        ],
        MIDDLEWARE=[],
        ROOT_URLCONF="morango.urls",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / f"{role}.sqlite3"),
                "OPTIONS": {"timeout": 100},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
    )
    django.setup()


def write(number: int) -> None:
    """So many records that nobody has synced yet."""
    from morango_app.models import Record

    made = []
    for n in range(number):
        one = Record(
            stream=str(uuid4()),
            actor=str(uuid4()),
            occurred_at="2026-11-22T09:00:00.000000+07:00",
            text=f"Ibu menunggu di rumah, anaknya bekerja di kota {n}",
        )
        one.id = one.calculate_uuid()
        made.append(one)
    Record.objects.bulk_create(made, batch_size=100)


def prepare(folder: Path, pulled: int) -> None:
    """The server's database; the client's is a copy of it from before anything was written."""
    configure(folder, "server")
    from django.core.management import call_command
    from django.db import connection
    from morango.models import Certificate, DatabaseIDModel, InstanceIDModel, ScopeDefinition

    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
    ScopeDefinition.objects.create(
        id="all",
        profile="bench",
        version=1,
        primary_scope_param_key="mainpartition",
        description="everything",
        read_filter_template="",
        write_filter_template="",
        read_write_filter_template="${mainpartition}",
    )
    certificate = Certificate.generate_root_certificate("all")
    (folder / "partition").write_text(certificate.id)
    os.environ["BENCH_PARTITION"] = certificate.id
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(folder / "server.sqlite3", folder / "client.sqlite3")
    DatabaseIDModel.objects.create(current=True)
    InstanceIDModel.get_or_create_current_instance(clear_cache=True)
    write(pulled)


def serve(folder: Path, port: int) -> None:
    """Never returns."""
    os.environ["BENCH_PARTITION"] = (folder / "partition").read_text()
    configure(folder, "server")
    from django.core.servers.basehttp import WSGIRequestHandler, run
    from django.core.wsgi import get_wsgi_application

    WSGIRequestHandler.log_message = lambda *args: None
    run("127.0.0.1", port, get_wsgi_application(), threading=True)


def client(folder: Path, pushed: int, pulled: int) -> None:
    """Prepare, serve, sync both ways, and count."""
    subprocess.run([sys.executable, __file__, "prepare", str(folder), str(pulled)], check=True)
    os.environ["BENCH_PARTITION"] = (folder / "partition").read_text()
    configure(folder, "client")
    from morango.models import Certificate, DatabaseIDModel, InstanceIDModel
    from morango.models.certificates import Filter
    from morango.sync.controller import MorangoProfileController
    from morango_app.models import Record

    DatabaseIDModel.objects.create(current=True)
    InstanceIDModel.get_or_create_current_instance(clear_cache=True)
    write(pushed)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, __file__, "server", str(folder), str(port)])
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        begun = time.perf_counter()
        line = MorangoProfileController("bench").create_network_connection(f"http://127.0.0.1:{port}/")
        own = Certificate.objects.get()
        session = line.create_sync_session(own, own)
        everything = Filter(own.id)
        times = {}
        for name, make in (("push", session.get_push_client), ("pull", session.get_pull_client)):
            started, transfer = time.perf_counter(), make()
            transfer.initialize(everything)
            transfer.run()
            transfer.finalize()
            times[f"{name} s"] = time.perf_counter() - started
        took = time.perf_counter() - begun
    finally:
        server.terminate()
        server.wait()
    have = Record.objects.count()
    if have != pushed + pulled:
        raise SystemExit(f"Morango has {have} records, not {pushed + pulled}")
    figures = {
        "version": version("morango"),
        "pushed": pushed,
        "pulled": pulled,
        **times,
        "records/s": (pushed + pulled) / took,
        "pushes/s": pushed / times["push s"],
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    role, where, *numbers = sys.argv[1:]
    {"client": client, "prepare": prepare, "server": serve}[role](Path(where), *map(int, numbers))
