"""`jemput people import | index | search | link | preview | drop`: the register extract. docs/people.md tells
more."""

from __future__ import annotations

import csv
import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from jemput.core.text import BadInput, Words
from jemput.journal import keys
from jemput.people import batch, importing, index, lookup
from jemput.people.link import command
from jemput.people.models import Snapshot
from jemput.people.rows import ODD

VERBS = {
    "preview": "show what would be made of a register extract; nothing is stored",
    "import": "take in a register extract (CSV, XLSX, Parquet); stop with Ctrl-C, call again to go on",
    "index": "make the imported extract ready and put it in place of the old one, which is destroyed",
    "search": "look up every row of a list: --batch FILE",
    "link": command.WHAT,
    "drop": "destroy the extract of an office",
}


class Command(BaseCommand):
    """The register of an office."""

    help = "Register extracts: " + "; ".join(f"{verb}: {what}" for verb, what in VERBS.items())

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, what in VERBS.items():
            sub = verbs.add_parser(verb, help=what, description=what)
            sub.add_argument("--office", required=True, help="Kemendagri code of the office, such as 35.03")
            if verb in ("preview", "import"):
                sub.add_argument("file", type=Path)
            if verb in ("preview", "import", "search"):
                help = "field=heading, where the guess is wrong; fields: see docs/people.md"
                sub.add_argument("--column", action="append", default=[], help=help)
            if verb == "import":
                sub.add_argument("--taken-on", type=date.fromisoformat, help="day of the extract (today)")
                sub.add_argument("--faults", type=Path, help="file for rows of no use, with the reason")
                sub.add_argument("--index", action="store_true", help="go on to index")
            if verb == "link":
                command.add_arguments(sub)
            if verb == "search":
                sub.add_argument(
                    "--batch", type=Path, required=True, help="CSV or XLSX; columns: docs/people.md"
                )
                sub.add_argument("--output", type=Path, help="CSV: query, rank, nik, score, matched, differs")
                sub.add_argument("--most", type=int, default=lookup.SHOWN, help="people for each row")
                sub.add_argument("--on", type=date.fromisoformat, help="day on which ages were said (today)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a verb."""
        try:
            getattr(self, f"do_{options['verb']}")(options)
        except OSError as error:
            raise CommandError(f"{error.strerror}.") from error
        except BadInput as error:
            raise CommandError(english(error.words)) from error
        except keys.Locked as error:
            raise CommandError(f"{error}.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing is lost: call it again to go on.") from None

    def do_preview(self, options: dict[str, Any]) -> None:
        """Columns, first people and faults, without numbers and names in full."""
        path, office = options["file"], options["office"]
        seen = importing.preview(path, office, _said(options["column"]))
        for field, at in sorted(seen.mapper.columns.items(), key=lambda kv: kv[1]):
            self.stdout.write(f"column {at + 1:>3}  {field}")
        for heading in seen.mapper.ignored:
            self.stdout.write(f"not used    {heading}")
        self.stdout.write(f"Of the first rows {len(seen.people)} are fit, {len(seen.refused)} are not.")
        for row, bad in seen.refused[:10]:
            self.stdout.write(f"row {row}: {english(bad.words)}")
        self._odd(seen.odd)

    def do_import(self, options: dict[str, Any]) -> None:
        """Seal the rows of a file."""
        path = options["file"]
        snapshot = importing.begin(
            path, options["office"], options["taken_on"] or timezone.localdate(), _said(options["column"])
        )
        if snapshot.read:
            self.stdout.write(f"Going on after row {snapshot.read}.")
        snapshot = importing.load(snapshot, path, options["faults"], self._progress())
        self.stdout.write(f"{snapshot.people} people sealed, {snapshot.refused} rows of no use.")
        self._odd(snapshot.odd)
        if options["index"]:
            self.do_index(options)
        else:
            self.stdout.write("Now: jemput people index --office " + options["office"])

    def do_index(self, options: dict[str, Any]) -> None:
        """Index the newest extract and put it in place."""
        waiting = Snapshot.objects.filter(
            office=options["office"], state__in=(Snapshot.LOADED, Snapshot.CURRENT)
        )
        snapshot = waiting.order_by("-pk").first()
        if snapshot is None:
            raise CommandError("There is no extract that was read to its end. First: jemput people import")
        index.build(snapshot, self._progress())
        importing.take_over(snapshot)
        self.stdout.write(f"The extract of {snapshot.taken_on} with {snapshot.people} people is in use.")

    def do_search(self, options: dict[str, Any]) -> None:
        """Answer a list; the answers hold NIKs, so the file is readable by its owner only."""
        register = lookup.register_of(options["office"])
        if register is None:
            raise CommandError("This office has no register extract. First: jemput people import")
        on = options["on"] or timezone.localdate()
        asked = batch.queries(options["batch"], options["office"], on, _said(options["column"]))
        output, count = options["output"], 0
        file = _private(output) if output else sys.stdout
        writer = csv.writer(file)
        writer.writerow(["query", "rank", "nik", "score", "matched", "differs"])
        for id, ranked in batch.search(register, asked):
            count += 1
            for rank, (_number, evidence, person) in enumerate(lookup.shown(ranked, options["most"]), 1):
                matched = "; ".join(f"{k} {v:+.1f}" for k, v in evidence.bits.items() if v > 0)
                differs = "; ".join(f"{k} {v:+.1f}" for k, v in evidence.bits.items() if v <= 0)
                writer.writerow([id, rank, person.nik, f"{evidence.total:.2f}", matched, differs])
        if output:
            file.close()
            self.stdout.write(f"{count} rows looked up.")

    def do_link(self, options: dict[str, Any]) -> None:
        """Link a list; nothing is stored."""
        command.run(options, _said(options["column"]), self.stdout)

    def do_drop(self, options: dict[str, Any]) -> None:
        """Destroy every extract of the office."""
        found = list(Snapshot.objects.filter(office=options["office"]).exclude(state=Snapshot.RETIRED))
        for snapshot in found:
            importing.sweep(snapshot)
        self.stdout.write(f"{len(found)} extracts destroyed.")

    def _odd(self, odd: Any) -> None:
        for what, count in sorted(odd.items(), key=lambda kv: -kv[1]):
            self.stdout.write(f"odd: {english(Words(ODD[what]))}: {count}")

    def _progress(self) -> Callable[[str, int, int], None]:
        last = [0.0]

        def show(what: str, done: int, of: int) -> None:
            now = timezone.now().timestamp()
            if now - last[0] > 2:
                last[0] = now
                self.stderr.write(f"{what}: {done} ({min(done * 100 // max(of, 1), 100)} %)")

        return show


def _said(columns: list[str]) -> dict[str, str]:
    pairs = [c.partition("=") for c in columns]
    return {field.strip(): heading for field, _sign, heading in pairs}


def _private(path: Path) -> Any:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "w", newline="", encoding="utf-8")


def english(words: Words) -> str:
    """Words for the terminal."""
    with translation.override("en"):
        return str(words)
