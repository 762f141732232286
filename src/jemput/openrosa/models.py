"""Who may send from Collect, and what has come: never the words themselves, which stand in the journal."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from jemput.sync.models import Blob, Device


class Access(models.Model):
    """A name and key for Collect on one phone. Of the key only the digest is kept."""

    device = models.OneToOneField(Device, models.CASCADE, related_name="collect")
    name = models.CharField(max_length=20, unique=True)
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """A filled form by its ``instanceID``; the keyed ``digest`` tells whether it comes again or altered."""

    instance = models.CharField(max_length=120, unique=True)
    device = models.ForeignKey(Device, models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32)
    begun_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, help_text="its last part came and it was taken in")
    case = models.UUIDField(null=True, help_text="the journal of its case")
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", help_text="it changes it"
    )
    kept = models.BooleanField(default=False, help_text="in quarantine, not in the journal")


class Photo(models.Model):
    """A photo of a submission, sealed among the files of devices; without one, it is in quarantine."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="photos")
    digest = models.BinaryField(max_length=32, help_text="keyed, of the photo as it was sent")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "digest"], name="openrosa_photo_once")]
