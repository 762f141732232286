"""A week's plan and its versions. Nothing is changed in place: each change is a version, its undoing too.

The clear part holds ids of cases, teams and partners, days and times; where people live is in the instance,
which is sealed under the key of the office.
"""

from __future__ import annotations

import uuid
from datetime import datetime, time
from functools import cached_property
from typing import Any

from django.db import models

from jemput.accounts.models import Account, Choices, Office
from jemput.core.codes import Coded
from jemput.core.text import _
from jemput.journal.models import CodeField


class Change(Coded):
    """What made a version."""

    PLANNED = "planned", _("Plan made")
    MOVED = "moved", _("Visit moved to another place in the plan")
    INSERTED = "inserted", _("Visit put into the plan")
    TAKEN_OUT = "taken_out", _("Visit taken out of the plan")
    LOCKED = "locked", _("Visit locked")
    UNLOCKED = "unlocked", _("Lock taken off")
    REFRESHED = "refreshed", _("Plan brought up to date with the cases")
    REPLANNED = "replanned", _("Plan made anew after something happened")
    UNDONE = "undone", _("Change undone")


class WeekPlan(models.Model):
    """The plan of one office for the week that begins on a Monday."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    monday = models.DateField()
    version = models.PositiveIntegerField(default=0, help_text="the newest; for optimistic locking")
    published_version = models.PositiveIntegerField(null=True)
    published_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "monday"], name="planning_one_plan_a_week")]

    @cached_property
    def now(self) -> WeekVersion:
        """The newest version, as of when this object was read."""
        return self.versions.select_related("world__week", "by").get(number=self.version)

    @property
    def plan(self) -> dict[str, Any]:
        """The plan (jemput-plan/1). ``past`` beside ``tours`` holds those of days that were over when the
        rest was planned anew.
        """
        plan: dict[str, Any] = self.now.plan
        return plan

    @property
    def locked(self) -> frozenset[str]:
        """Visits that stay with their team and day, whoever plans anew."""
        return frozenset(self.now.locked)

    @property
    def freed(self) -> frozenset[str]:
        """Visits whose promise the scheduler has chosen to change; told when published."""
        return frozenset(self.now.freed)

    @property
    def begins(self) -> datetime:
        """The first moment of its week: who was visited since needs no other visit in it."""
        return datetime.combine(self.monday, time.min, self.office.zone)

    @property
    def is_published(self) -> bool:
        """Whether the cases say what this version says."""
        return self.published_version == self.version


class WeekWorld(models.Model):
    """The instance that versions of a plan were made from, sealed: it knows where people live."""

    id: int
    week = models.ForeignKey(WeekPlan, models.CASCADE, related_name="worlds")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()


class WeekVersion(models.Model):
    """One state of a week's plan, and who made it."""

    week = models.ForeignKey(WeekPlan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    before = models.PositiveIntegerField(null=True, help_text="the version that undoing leads back to")
    world = models.ForeignKey(WeekWorld, models.PROTECT, related_name="+")
    plan = models.JSONField()
    locked = models.JSONField(default=list)
    freed = models.JSONField(default=list)
    what = CodeField(max_length=12, choices=Choices(Change))
    visits = models.JSONField(default=list, help_text="what the change was about: ids of visits")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "number"], name="planning_version_number")]
        ordering = ["number"]


class WeekRun(models.Model):
    """One search for a week's plan, going on or done."""

    RUNNING, DONE, FAILED = "running", "done", "failed"

    id: int
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    monday = models.DateField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    state = CodeField(max_length=7, default=RUNNING)
    people = models.PositiveIntegerField(default=0, help_text="served by the best plan so far")
    of = models.PositiveIntegerField(default=0, help_text="who wait to be served")
    seconds = models.FloatField(default=0)
    limit = models.FloatField(default=10)
    stop = models.BooleanField(default=False, help_text="somebody has asked it to stop")
    failure = models.JSONField(null=True, help_text="why not, as a message and its values")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
