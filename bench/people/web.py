"""The look-up as a browser asks it: one line typed into the box, over HTTP to a real server.

The server is the one that ``jemput serve`` starts (granian, one worker); sign-in, duty, access log and the
note of who was shown whom are all in the way, as they are in the office.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from time import sleep
from urllib.parse import urlencode

_TOKEN = "b" * 32
"""Sent as cookie and as header, which is all that the guard against forged forms compares."""


@dataclass(frozen=True)
class Web:
    """A server that is up and somebody who is signed in."""

    ask: Callable[[str], list[str]]
    """NIKs shown for a line."""
    memory: Callable[[], int]
    """The most memory that the worker ever took, MB."""
    cpu: Callable[[], float]
    """Seconds that the server worked so far."""


def line_of(row: dict[str, str]) -> str:
    """What an officer would type of a row: "Sukarni, Dongko, kec. Dongko, umur 70, ibunya Painem"."""
    said = [row["nama"], row["desa"], row["kecamatan"] and f"kec. {row['kecamatan']}", row["jk"]]
    said += [row["umur"] and f"umur {row['umur']}", row["tgl_lahir"] and f"lahir {row['tgl_lahir']}"]
    said += [
        row["ibu"] and f"ibunya {row['ibu']}",
        row["nik"] and f"NIK {row['nik']}",
        row["no_kk"] and f"KK {row['no_kk']}",
    ]
    said += [row["rt"] and f"RT {row['rt']} RW {row['rw']}"]
    return ", ".join(filter(None, said))


@contextmanager
def served(office: str) -> Iterator[Web]:
    """A server for the register of this process's home."""
    (Path(os.environ["JEMPUT_HOME"]) / "static").mkdir(exist_ok=True)
    cookies = _signed_in(office)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4"]
    server = subprocess.Popen([*command, "--log-level", "warning", "jemput.wsgi:application"])
    headers = {
        "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookies, "X-CSRFToken": _TOKEN,
    }  # fmt: skip
    connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(text: str) -> list[str]:
        connection.request("POST", "/people/look-up/", urlencode({"q": text}), headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the server answered {answer.status}")
        return [hit["nik"] for hit in json.loads(body)["hits"]]

    try:
        _wait_for(port, server)
        yield Web(
            ask,
            lambda: max(map(_most_memory, _with_children(server.pid))),
            lambda: sum(map(_worked, _with_children(server.pid))),
        )
    finally:
        connection.close()
        server.terminate()
        server.wait(20)


def _signed_in(office: str) -> str:
    """The cookies of somebody who is signed in, with a duty in hand."""
    from django.test import Client

    from jemput.accounts.models import Account, Assignment, Office
    from jemput.core.codes import Duty

    where = Office.objects.create(code=office, number=1, name="Kantor", city="Kota")
    account = Account.objects.create_user("bench", None, name="BENCH", demo=True)
    Assignment.objects.create(
        account=account, office=where, duty=Duty.MAIN_ADMIN, area=office, valid_from=date(2020, 1, 1)
    )
    client = Client(headers={"accept": "application/json", "host": "localhost"})
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/people/look-up/", {"q": ""})
    held = {name: morsel.value for name, morsel in client.cookies.items()} | {"csrftoken": _TOKEN}
    return "; ".join(f"{name}={value}" for name, value in held.items())


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _try in range(300):
        if server.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            sleep(0.1)
    raise RuntimeError("the server did not answer")


def _with_children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(p) for p in children.read_text().split()] if children.exists() else []
    return [pid, *(inner for child in found for inner in _with_children(child))]


def _most_memory(pid: int) -> int:
    """From the kernel's own account; 0 where there is none (only Linux has it)."""
    status = Path(f"/proc/{pid}/status")
    if os.name != "posix" or not status.exists():
        return 0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(lines.get("VmHWM", "0 kB").split()[0]) // 1024


def _worked(pid: int) -> float:
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
