"""`jemput verify`: does every journal still say what was accepted?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from jemput.journal.say import say
from jemput.journal.verify import verify


class Command(BaseCommand):
    help = "Check every entry: chain and clear part, and with the unlocked key the sealed part too."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 names the first broken entry."""
        report = verify()
        counts = {"entries": report.entries, "streams": report.streams}
        self.stdout.write(_("%(entries)s entries in %(streams)s journals looked at.") % counts)
        if not report.unsealed:
            self.stdout.write(_("The key is locked: sealed parts were not opened."))
        if not report.breaks:
            self.stdout.write(self.style.SUCCESS(_("All of it holds.")))
            return
        for found in report.breaks:
            place = [f"seq {found.seq}"] if found.seq else []
            place += [f"id {found.entry}"] if found.entry else []
            place += [f"stream {found.stream}"] if found.stream else []
            self.stderr.write(" ".join(place) + ": " + say(found.why))
        sys.exit(1)
