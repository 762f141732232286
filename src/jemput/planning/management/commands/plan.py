"""`jemput plan solve | check | explain | generate | warm`; see docs/planning.md."""

from __future__ import annotations

import contextlib
import json
import os
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from jemput.core.text import BadInput, Words


class Command(BaseCommand):
    """The planner without screens."""

    help = "solve | check | explain | generate: plans as JSON files; warm: compile the search"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verbs."""
        from jemput.planning.engines import ENGINES
        from jemput.planning.generate import KINDS

        verbs = parser.add_subparsers(dest="verb", required=True)
        solve = verbs.add_parser("solve", help="make a plan, check it, and write it")
        solve.add_argument("instance", type=Path)
        effort = solve.add_mutually_exclusive_group()
        effort.add_argument("--seconds", type=float, default=10.0, help="CPU seconds (default 10)")
        effort.add_argument(
            "--rounds", type=int, help="rounds of the search instead: the same plan each time"
        )
        solve.add_argument("--engine", choices=sorted(ENGINES), default="ruin")
        solve.add_argument("--seed", type=int, default=1)
        solve.add_argument("--output", type=Path, help="where to write the plan; default: to the terminal")
        check = verbs.add_parser("check", help="verify a plan; exit code 1 when it breaks a rule")
        check.add_argument("instance", type=Path)
        check.add_argument("plan", type=Path)
        explain = verbs.add_parser("explain", help="say for everybody who is not planned why")
        explain.add_argument("instance", type=Path)
        explain.add_argument("plan", type=Path)
        invent = verbs.add_parser("generate", help="invent an instance")
        invent.add_argument("--kind", choices=sorted(KINDS), required=True)
        invent.add_argument("--seed", type=int, default=1, help="below 900 to tune, from 950 on to report")
        invent.add_argument("--output", type=Path)
        verbs.add_parser("warm", help="compile the search, so that the first plan does not wait for it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a verb. A file that cannot be read is said, and nothing is written."""
        try:
            getattr(self, f"do_{options['verb']}")(options)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except BadInput as error:
            lines = [english(words) for words in getattr(error, "problems", [error.words])]
            more = [f"... and {len(lines) - 20} more"] if len(lines) > 20 else []
            raise CommandError("\n".join([*lines[:20], *more])) from error

    def _write(self, value: Any, output: Path | None) -> None:
        text = json.dumps(value, ensure_ascii=False, indent=1)
        if output:
            output.write_text(text + "\n", encoding="utf-8")
        else:
            self.stdout.write(text)

    def do_solve(self, options: dict[str, Any]) -> None:
        from jemput.planning import checker, engines, plan, problem, solve, world

        data = load(options["instance"])
        model = problem.model(world.read(data))
        effort = {"rounds": options["rounds"]} if options["rounds"] else {"seconds": options["seconds"]}
        solve.warm_up()
        began = time.process_time()
        made = engines.ENGINES[options["engine"]](model, seed=options["seed"], **effort)
        spent = time.process_time() - began
        written = plan.to_json(made, engine=options["engine"], seed=options["seed"], seconds=round(spent, 2))
        broken = checker.check(data, written)
        if broken:
            for one in broken[:20]:
                self.stderr.write(f"{one.where}: {english(one.words)} ({one.code})")
            raise CommandError("The checker refuses this plan; nothing was written.")
        self._write(written, options["output"])
        self.stderr.write(f"{summary(written['score'])}; {spent:.1f} CPU s; no rule broken")

    def do_check(self, options: dict[str, Any]) -> None:
        from jemput.planning import checker, plan, world

        data, made = load(options["instance"]), load(options["plan"])
        world.read(data)
        plan.from_json(made)
        broken = checker.check(data, made)
        for one in broken:
            self.stdout.write(f"{one.where}: {english(one.words)} ({one.code})")
        self.stdout.write(summary(checker.measure(data, made)))
        if broken:
            raise CommandError(f"{len(broken)} rules are broken.")
        self.stdout.write("No rule is broken.")

    def do_explain(self, options: dict[str, Any]) -> None:
        from jemput.planning import plan, problem, reasons, world

        model = problem.model(world.read(load(options["instance"])))
        for reason in reasons.explain(model, plan.from_json(load(options["plan"]))):
            self.stdout.write(f"{reason.visit}: {english(reason.words)}")

    def do_generate(self, options: dict[str, Any]) -> None:
        from jemput.planning.generate import generate

        self._write(generate(options["kind"], options["seed"]), options["output"])

    def do_warm(self, options: dict[str, Any]) -> None:
        from jemput.planning import solve

        with contextlib.suppress(AttributeError, OSError):
            os.nice(15)  # whoever clicks comes first
        solve.warm_up()


def load(path: Path) -> Any:
    """The JSON value of a file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CommandError(f"{path}: this is not JSON.") from error


def summary(score: dict[str, Any]) -> str:
    """A score in one line."""
    classes = " ".join(
        f"class {n}: {people}" for n, people in enumerate(score["served_by_class"], 1) if people
    )
    return f"{score['people']} people ({classes}), {score['missed']} mandatory missed, {score['km']:.1f} km"


def english(words: Words) -> str:
    """Words for the terminal."""
    with translation.override("en"):
        params = {k: english(v) if isinstance(v, Words) else v for k, v in words.params.items()}
        return words.message % params if params else words.message
