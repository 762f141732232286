"""Devices, the codes by which they are enrolled, and files on their way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from jemput.accounts.models import Assignment, Office
from jemput.core.codes import Duty

LEASE = timedelta(days=14)
"""How long a device may show cases without having heard from the office."""
SIGN_OF_LIFE = ("seen_at", "clock_ahead", "lease_until")
"""What every call of a device may change."""
CODE_LIVES = timedelta(minutes=15)


class Device(models.Model):
    """One installation of the field app in one duty. A reinstalled or copied one is another device."""

    id = models.UUIDField(primary_key=True, help_text="made by the device: its incarnation")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="devices")
    number = models.PositiveIntegerField(help_text="within the office; receipts made offline begin with it")
    name = models.CharField(max_length=60)
    public_key = models.BinaryField(max_length=91, help_text="P-256, as SubjectPublicKeyInfo")
    enrolled_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    app = models.CharField(max_length=20, blank=True, help_text="version of the app, as it says")
    clock_ahead = models.IntegerField(default=0, help_text="milliseconds; negative: behind the server's")
    waiting = models.PositiveIntegerField(default=0, help_text="entries not yet sent, as it last said")
    contiguous = models.BigIntegerField(default=0, help_text="every number up to this one has arrived")
    beyond = models.JSONField(default=list, help_text="numbers above it that have arrived")
    cursors = models.JSONField(default=dict, help_text="feed -> the last row that it has applied")
    copied_at = models.DateTimeField(null=True, help_text="when one of its numbers came with a second entry")
    emptied_at = models.DateTimeField(
        null=True, help_text="when, its duty over, it said that it holds no case"
    )

    was_silent = False
    """Whether the call that is being answered is its first for a while; not stored."""

    class Meta:
        ordering = ["-enrolled_at"]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"

    @property
    def office(self) -> Office:
        """The office that enrolled it."""
        return self.assignment.office

    @property
    def duty(self) -> Duty:
        """The one duty that it serves."""
        return self.assignment.role

    @property
    def prefix(self) -> str:
        """Stands before the number of a receipt made without signal: "P12"."""
        return f"P{self.number}"

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """Numbers that were used on the device and have not arrived: (first, last)."""
        found, expected = [], self.contiguous + 1
        for number in self.beyond:
            if number > expected:
                found.append((expected, number - 1))
            expected = number + 1
        return found

    def has_come(self, number: int) -> bool:
        """Whether an entry with this number has come."""
        return number <= self.contiguous or number in self.beyond

    def arrived(self, numbers: list[int]) -> None:
        """Note that entries with these numbers have come, whatever became of them. Does not save."""
        beyond = sorted({n for n in [*self.beyond, *numbers] if n > self.contiguous})
        while beyond and beyond[0] == self.contiguous + 1:
            self.contiguous = beyond.pop(0)
        self.beyond = beyond

    def renew(self, now: datetime) -> None:
        """A new lease, as long as the duty is held. Does not save."""
        account = self.assignment.account
        if self.revoked_at is None and account.is_active and self.assignment.holds(now):
            self.lease_until = now + LEASE


class EnrolmentCode(models.Model):
    """A code that the office shows to somebody it knows, to be used once and soon."""

    digest = models.BinaryField(max_length=32, unique=True)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    made_by = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    def holds(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and now - self.made_at < CODE_LIVES


class Blob(models.Model):
    """A file of a device, sealed by it to the office's key and named by the digest of what was sealed.

    It arrives in pieces; ``size`` bytes of it are here when it is complete. What had to go (of somebody who
    was erased, or a begun form that was dealt with) leaves its row: who sends it again hears that it is in.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, models.PROTECT, related_name="blobs")
    size = models.PositiveIntegerField()
    begun_at = models.DateTimeField(default=timezone.now)
    complete_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True, help_text="when its bytes were let go")

    def __str__(self) -> str:
        return self.digest[:12]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Names of files are digests and nothing else: they become parts of paths."""
        if len(self.digest) != 64 or not set(self.digest) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 digest")
        super().save(*args, **kwargs)


class Draft(models.Model):
    """A form that was begun on a phone that can no longer finish it. Its words lie sealed in its file."""

    blob = models.OneToOneField(Blob, models.CASCADE, primary_key=True, related_name="draft")
    stream = models.UUIDField(
        null=True, help_text="the case; of a report that was begun, the one it would be"
    )
    form = models.CharField(max_length=60, blank=True, help_text="a step, a kind of entry, report or place")
    traced = models.BooleanField(default=False, help_text="its traces are written down")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")


class Trace(models.Model):
    """A keyed hash of digits in a begun form: for who is erased, those alone that may name them are read."""

    pk = models.CompositePrimaryKey("hash", "draft")
    hash = models.BinaryField(max_length=16)
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="traces")


class ForgottenFile(models.Model):
    """A file of somebody who was erased: should it come, or come again, it is let go of."""

    digest = models.CharField(primary_key=True, max_length=64)
