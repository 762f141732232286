"""`jemput rebuild`: draw every list anew from the journals."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from jemput.journal import keys
from jemput.journal.rebuild import rebuild


class Command(BaseCommand):
    help = "Draw case rows, waiting lists and search terms anew from the journals."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many rows had been different; that should be none."""
        try:
            done = rebuild()
        except keys.Locked as error:
            raise CommandError(str(error)) from error
        message = _("%(cases)s cases drawn anew; %(different)s had been different.")
        self.stdout.write(message % {"cases": done.cases, "different": done.different})
