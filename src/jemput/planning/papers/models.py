"""Assignment orders that were signed. A letter is never changed: it holds, or it was voided and says why."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from jemput.accounts.models import Account, Choices, Office
from jemput.core.codes import Coded, Duty
from jemput.core.text import _
from jemput.journal.models import CodeField
from jemput.planning.week.models import WeekPlan


class Void(Coded):
    """Why a signed letter holds no more."""

    TOURS = "tours", _("The team's days or visits were changed after it was signed.")
    MEMBERS = "members", _("Other people go with the team now than when it was signed.")
    WITHDRAWN = "withdrawn", _("It was withdrawn.")


class AssignmentLetter(models.Model):
    """A signed surat tugas: the file as it was signed, and what of the plan it was signed for.

    The file names officers, days and villages, never anybody who is visited, so it is not sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    week = models.ForeignKey(WeekPlan, models.PROTECT, related_name="letters")
    team = CodeField(max_length=40)
    number = models.CharField(max_length=80)
    first = models.DateField()
    last = models.DateField()
    pdf = models.BinaryField()
    sha256 = CodeField(max_length=64, unique=True)
    tours = models.JSONField(help_text="what it was signed for; ids alone")
    signed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    duty = models.CharField(max_length=20, choices=Choices(Duty))
    signed_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void = models.CharField(max_length=12, choices=Choices(Void), blank=True)

    objects: models.Manager[AssignmentLetter]

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "team"], condition=Q(voided_at=None), name="planning_one_letter_holds"
            )
        ]

    @property
    def holds(self) -> bool:
        """Whether it has not been voided."""
        return self.voided_at is None

    def voided(self, why: Void, at: datetime) -> None:
        """It holds no more; the first reason stays."""
        AssignmentLetter.objects.filter(pk=self.pk, voided_at=None).update(voided_at=at, void=why.value)
        self.voided_at, self.void = at, why.value
