"""`jemput tidy`: take away what has run out. Safe at any time, as often as one likes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from jemput.accounts import pending
from jemput.people.link import store
from jemput.sync import blobs, drafts, forget

SIGN_INS_KEPT = timedelta(days=365)
"""Who signed in when, from which address: for a year, in which an intrusion may still come to light."""


class Command(BaseCommand):
    """Nothing of a journal, and nothing of the access log, is ever touched."""

    help = (
        "Takes away expired sessions, lock-outs that are over, records of sign-ins older than a year, and "
        "lists and forms that nobody came back for, also those that phones had begun. Run it once a day."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each kind: how many were taken away."""
        now = timezone.now()
        old = {
            "expired sessions": Session.objects.filter(expire_date__lt=now),
            "lock-outs that are over": AccessAttempt.objects.filter(
                attempt_time__lt=now - timedelta(hours=settings.AXES_COOLOFF_TIME)
            ),
            "records of sign-ins older than a year": AccessLog.objects.filter(
                attempt_time__lt=now - SIGN_INS_KEPT
            ),
        }
        gone = {what: rows.delete()[0] for what, rows in old.items()}
        gone["lists and forms that waited for more than a day"] = pending.sweep()
        gone["lists of people that nobody confirmed"] = store.sweep()
        gone["begun forms of phones that were dealt with, or are older than 90 days"] = drafts.tidy(now)
        gone["files of devices that belong to nothing since a restore"] = blobs.sweep(now, forget.named())
        forget.let_go_of_files()  # an erasure that was cut off before its end
        for what, number in gone.items():
            self.stdout.write(f"{number:6}  {what}")
