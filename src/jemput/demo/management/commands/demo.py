"""`jemput demo`: five offices with invented people and a year of work, opened in the browser."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from jemput.demo.fill import Progress, fill, parts
from jemput.demo.processes import Children, free_port
from jemput.management.commands.serve import open_when_ready

WORDS = {
    "setting_up": ("Menyiapkan kantor percontohan ...", "Setting up the demo office ..."),
    "open_key": (
        "Kunci kantor ini TERBUKA: hanya untuk mencoba, jangan isi data orang sungguhan.",
        "The key of this office is OPEN: for trying out only, never put real people in.",
    ),
    "busy": ("Porta {0} sedang dipakai; memakai {1}.", "Port {0} is in use; taking {1}."),
    "filling": ("Mengisi: {0} dari {1} orang", "Filling in: {0} of {1} people"),
    "full": ("Semua {0} orang sudah ada.", "All {0} people are there."),
    "ready": ("Kantor percontohan siap:", "The demo office is ready:"),
    "stop": ("Tekan Ctrl-C untuk berhenti.", "Press Ctrl-C to stop."),
    "stopped": ("Berhenti. Data tetap tersimpan di {0}", "Stopped. The data stays in {0}"),
    "server_ended": ("Server berhenti sendiri (kode {0}).", "The server ended by itself (code {0})."),
    "elsewhere": (
        "Percontohan lain sedang mengisi folder ini; yang ini hanya menampilkan.",
        "Another demo is filling this folder; this one only shows it.",
    ),
    "not_demo": (
        "Folder ini bukan percontohan: {0}. Pilih folder lain dengan JEMPUT_HOME.",
        "This folder is no demo: {0}. Choose another one with JEMPUT_HOME.",
    ),
}


class Command(BaseCommand):
    """Sets up what is missing, serves, and goes on filling until all people are there."""

    help = "Kantor percontohan dengan orang rekaan. A demo office with invented people."
    requires_system_checks: list[str] = []  # they load every page: two seconds before the first

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All have defaults."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--fresh", action="store_true", help="forget the demo of before and make a new one"
        )
        parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
        parser.add_argument("--no-serve", action="store_true", help="only fill, then end")
        parser.add_argument("--scale", type=float, default=1.0, help="share of the ordinary cases, 0 to 1")

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs until Ctrl-C."""
        home = Path(settings.JEMPUT_HOME)
        if not settings.JEMPUT_DEMO:
            raise CommandError(_both("not_demo", home))
        self.say("setting_up")
        if options["fresh"]:
            _forget(home)
        from jemput.journal import keys

        call_command("migrate", verbosity=0)
        keys.init_open()
        self.say("open_key")
        children = Children(home)
        for stop in (signal.SIGTERM, signal.SIGINT):  # also where the shell starts us deaf to Ctrl-C
            signal.signal(stop, _as_ctrl_c)
        try:
            with _alone(home) as alone:
                if not alone:
                    self.say("elsewhere")
                self._run(home, children, alone, options)
            if options["no_serve"]:
                return
            self.say("server_ended", children.wait())
        except KeyboardInterrupt:
            pass
        finally:
            children.stop()
        self.stdout.write("")
        self.say("stopped", home)

    def _run(self, home: Path, children: Children, alone: bool, options: dict[str, Any]) -> None:
        progress = Progress.load(home / "demo.json", timezone.now())

        def serve() -> None:
            if not options["no_serve"]:
                self._serve(children, options)

        if not alone or progress.complete:
            serve()
            return
        fill(progress, parts(options["scale"]), self._show, show=serve)
        self.stdout.write("")
        self.say("full", progress.cases)
        if not options["no_serve"]:
            children.restart_simulator()  # it now knows everybody

    def _show(self, progress: Progress) -> None:
        line = _both(
            "filling", f"{progress.cases:,}".replace(",", "."), f"{progress.total:,}".replace(",", ".")
        )
        if self.stdout.isatty():
            self.stdout.write(f"\r  {line}", ending="")
            self.stdout.flush()
        elif progress.cases % 500 < 20:
            self.stdout.write(f"  {line}")

    def _serve(self, children: Children, options: dict[str, Any]) -> None:
        call_command("collectstatic", interactive=False, verbosity=0)
        host, wanted = options["host"], options["port"]
        port = free_port(host, wanted)
        if port != wanted:
            self.stdout.write("")
            self.say("busy", wanted, port)
        children.start_simulator()
        connection.close()
        children.start_server(host, port)
        url = f"http://{host}:{port}/"
        self.stdout.write("")
        self.say("ready")
        self.stdout.write(f"\n      {url}\n\n")
        self.say("stop")
        self.stdout.flush()
        if not options["no_browser"] and _has_display():
            threading.Thread(target=open_when_ready, args=(url,), daemon=True).start()
        with contextlib.suppress(OSError):
            os.nice(5)  # whoever clicks comes first

    def say(self, name: str, *values: object) -> None:
        """A sentence, Indonesian first."""
        self.stdout.write(_both(name, *values))
        self.stdout.flush()


def _both(name: str, *values: object) -> str:
    indonesian, english = WORDS[name]
    return f"{indonesian.format(*values)}  ({english.format(*values)})"


def _has_display() -> bool:
    if os.environ.get("CI"):
        return False
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _as_ctrl_c(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[bool]:
    """Whether no other demo is filling this folder."""
    with (home / "demo.lock").open("w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows: one is trusted to start one
            pass
        except OSError:
            yield False
            return
        yield True


def _forget(home: Path) -> None:
    """Empty the database and the demo's own files; keys and settings of the folder stay."""
    if connection.vendor == "sqlite":
        connection.close()
        for path in home.glob("jemput.sqlite3*"):
            path.unlink()
    else:
        call_command("flush", interactive=False, verbosity=0)
    for name in ("demo.json", "demo-register.json", "demo-centre.jsonl"):
        (home / name).unlink(missing_ok=True)
    shutil.rmtree(home / "attachments", ignore_errors=True)
