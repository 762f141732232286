"""`jemput restore FILE`: bring an office back from a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from jemput.core.text import BadInput
from jemput.journal import keys
from jemput.journal.backup import restore
from jemput.journal.say import say


class Command(BaseCommand):
    help = "Bring back a backup. Stop the server first. Whoever was erased since stays erased."

    def add_arguments(self, parser: CommandParser) -> None:
        """From where, and whether what is here may go."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="put it over the entries that are here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Takes a new server epoch: devices offer again what they wrote."""
        try:
            manifest = restore(options["file"].expanduser().resolve(), replace=options["replace"])
        except BadInput as error:
            raise CommandError(say(error.words)) from error
        except keys.Locked as error:
            raise CommandError(str(error)) from error
        message = _(
            "%(entries)s entries are back as of %(made_at)s; %(forgotten_again)s erasures done again."
        )
        self.stdout.write(message % manifest)
        if missing := manifest.get("files_missing"):
            words = _(
                "%(count)s files of devices were not in it; devices that still have them send them again."
            )
            self.stdout.write(words % {"count": missing})
