"""`jemput backup FILE`: everything but the keys, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from jemput.journal.backup import backup


class Command(BaseCommand):
    help = "Write a backup while the server runs. Keys and the erasure ledger are never in it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what is in it, and which office keys it needs."""
        file = options["file"].expanduser().resolve()
        if file.exists() or not file.parent.is_dir():
            raise CommandError(_("Name a new file in a folder that is there."))
        manifest = backup(file)
        message = _("%(entries)s entries in %(streams)s journals. To be read with office key: %(keys)s.")
        self.stdout.write(message % {**manifest, "keys": ", ".join(manifest["office_keys"]) or "-"})
