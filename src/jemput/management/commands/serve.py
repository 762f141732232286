"""`jemput serve`: bring the database and the static files up to date, then serve the office."""

import os
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from jemput.journal import erase
from jemput.planning import compile_ahead


def open_when_ready(url: str, seconds: float = 30) -> None:
    """Open the browser as soon as the server answers; no browser is no error."""
    for _attempt in range(int(seconds * 5)):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
            break
        except urllib.error.HTTPError:
            break  # it answers
        except OSError:
            time.sleep(0.2)
    webbrowser.open(url)


class Command(BaseCommand):
    """Serve on one machine with granian; HTTPS is the work of the proxy in front."""

    help = "Serve the office."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen and with how many processes."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4))
        parser.add_argument("--open", action="store_true", help="open the browser when the server answers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Never returns: becomes the server."""
        call_command("migrate", verbosity=0)
        erase.catch_up()  # a restore may have been cut off before it forgot again whom it brought back
        call_command("collectstatic", interactive=False, verbosity=0)
        url = f"http://{options['host']}:{options['port']}/"
        self.stdout.write(f"Jemput: {url}  (Ctrl-C)")
        if options["open"] and os.fork() == 0:
            open_when_ready(url)
            os._exit(0)
        sys.stdout.flush()
        compile_ahead()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"]
        command += ["--host", options["host"], "--port", str(options["port"])]
        command += ["--workers", str(options["workers"]), "--blocking-threads", "4"]
        command += ["--workers-kill-timeout", "5", "--respawn-failed-workers", "--log-level", "warning"]
        os.execv(sys.executable, [*command, "jemput.wsgi:application"])  # noqa: S606
