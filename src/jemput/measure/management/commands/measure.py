"""`jemput measure import-history FILE`: counts from before Jemput, with their source."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from jemput.accounts.models import Office
from jemput.core.text import BadInput, Words
from jemput.measure.counting import Scope
from jemput.measure.historical import PACKAGED, import_history, packaged, read_history


class Command(BaseCommand):
    """Numbers from the journals."""

    help = "import-history FILE: counts from before Jemput (CSV: month, count, source), once each"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("import-history", help="append historical counts to the office's journal")
        load.add_argument("file", help=f"a CSV file, or a history that comes along: {', '.join(PACKAGED)}")
        load.add_argument("--office", help="Kemendagri code of the office, such as 73.72")
        load.add_argument("--programme", type=int, help="number of the programme")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a verb; one line says what became of it."""
        name = options["file"]
        office_code, number = PACKAGED.get(name, (options["office"], options["programme"]))
        office_code, number = options["office"] or office_code, options["programme"] or number
        if not office_code or not number:
            raise CommandError("Say whose numbers these are: --office 73.72 --programme 4")
        office = Office.objects.filter(code=office_code).first()
        if office is None:
            raise CommandError(f"There is no office {office_code} here.")
        try:
            data = packaged(name) if name in PACKAGED else Path(name).read_bytes()
            scope = Scope(number, office.code, office.zone)
            counts = read_history(data, number)
            new, old = import_history(scope, counts, actor="import", duty=None, now=timezone.now())
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror}") from error
        except BadInput as error:
            raise CommandError(f"{name}: {english(error.words)}") from error
        self.stdout.write(f"{new} counts entered, {old} were there already.")


def english(words: Words) -> str:
    """Words for the terminal."""
    with translation.override("en"):
        params = {k: english(v) if isinstance(v, Words) else v for k, v in words.params.items()}
        return words.message % params
