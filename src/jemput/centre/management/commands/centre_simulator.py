"""`jemput centre-simulator`: the simulated centre as a process of its own."""

from __future__ import annotations

import os
import re
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jemput.centre.simulator.server import HANG, SimulatorServer
from jemput.centre.simulator.world import NOTICE, Rules, World, load_people


class Command(BaseCommand):
    help = "Run the simulated national centre on this machine (SIMULASI - bukan data SIAK)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All have defaults that suit the demo."""
        parser.add_argument("--port", type=int, default=8181)
        parser.add_argument("--seed", type=int, default=1, help="the same seed tells the same story")
        parser.add_argument("--speed", type=float, default=1.0, help="simulated seconds per second")
        parser.add_argument("--quota", type=int, default=10_000, help="questions a day")
        parser.add_argument("--hours", default="0-24", help="access hours in UTC, such as 1-9")
        parser.add_argument("--faults", type=float, default=0.0, help="share of questions that get no answer")
        parser.add_argument("--hang", type=float, default=HANG, help="seconds before a dead line is dropped")
        parser.add_argument("--old-style", action="store_true", help="refuse with RESPON alone")
        parser.add_argument("--people", type=Path, help="JSON file with people (docs/centre.md)")
        parser.add_argument("--state", type=Path, help="file that keeps recordings over a restart")
        parser.add_argument("--yes-simulator", action="store_true", help="run although DEBUG is off")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until interrupted; refuse where real work may be going on."""
        if not (settings.DEBUG or options["yes_simulator"] or os.environ.get("JEMPUT_SIMULATOR") == "1"):
            raise CommandError(
                "The simulator does not start beside real data. For a demo set JEMPUT_SIMULATOR=1 "
                "or give --yes-simulator."
            )
        if not 0 < options["speed"] < 1e9 or not 0 <= options["faults"] <= 1:
            raise CommandError("--speed must be positive, --faults between 0 and 1.")
        hours = re.fullmatch(r"(\d{1,2})-(\d{1,2})", options["hours"])
        first, last = (int(hour) for hour in hours.groups()) if hours else (0, 0)
        if not 0 <= first < last <= 24:
            raise CommandError("--hours must be two hours of a day, such as 1-9.")
        try:
            people = load_people(options["people"]) if options["people"] else None
        except ValueError as error:
            raise CommandError(str(error)) from None
        rules = Rules(quota=options["quota"], hours=(first, last), fault_share=options["faults"])
        world = World(
            clock=time.time,
            seed=options["seed"],
            speed=options["speed"],
            rules=rules,
            people=people,
            state=options["state"],
        )
        try:
            server = SimulatorServer(
                world, options["port"], hang=options["hang"], old_style=options["old_style"]
            )
        except OSError as error:
            raise CommandError(f"Port {options['port']} cannot be used: {error.strerror}") from None
        self.stdout.write(f"{NOTICE}: {server.address}")
        self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()
