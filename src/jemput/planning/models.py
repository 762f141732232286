"""What the planner plans with: teams, equipment, vehicles, partners, places, days on which something is
different. Nothing is deleted that a plan may have used: it goes out of use after a day.
"""

from __future__ import annotations

import re
import uuid
from datetime import date, time
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jemput.accounts.models import Account, Choices, Office
from jemput.core.codes import Language, PlaceKind, Training
from jemput.core.codes import Partner as Role
from jemput.core.text import plain
from jemput.journal.models import CodeField
from jemput.planning.kinds import (
    WORKDAYS,
    AbsenceReason,
    KitKind,
    Pasaran,
    RouteServer,
    Terrain,
    VehicleKind,
)
from jemput.planning.papers import models as papers  # noqa: F401
from jemput.planning.week import models as week  # noqa: F401  (Django finds its tables here)


def workdays() -> list[str]:
    """Monday to Friday."""
    return [day.value for day in WORKDAYS]


def between(low: float, high: float) -> list[Any]:
    """Validators of a number."""
    return [MinValueValidator(low), MaxValueValidator(high)]


class InUse(models.QuerySet["Any"]):
    """Rows of one office by when they are in use."""

    def during(self, office: str, first: date, last: date) -> InUse:
        """Those of an office in use on some day of a period, in the order of their making."""
        begun = self.filter(office=office, since__lte=last)
        return begun.filter(Q(until=None) | Q(until__gte=first)).order_by("pk")


class Kept(models.Model):
    """Something that an office keeps, from a day until a day."""

    id: int
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    since = models.DateField(_("In use from"))
    until = models.DateField(
        _("Last day in use"), null=True, blank=True, help_text=_("Empty: until further notice")
    )

    objects = InUse.as_manager()

    class Meta:
        abstract = True

    def holds(self, day: date) -> bool:
        """Whether it is in use on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


class Site(Kept):
    """A place with a name: an institution with its hours, or where teams start and end."""

    kind = models.CharField(_("Kind of place"), max_length=24, choices=Choices(PlaceKind))
    name = models.CharField(_("Name"), max_length=120)
    area = CodeField(_("Village or ward"), max_length=24)
    latitude = models.FloatField(_("Latitude"), null=True, blank=True, validators=between(-90, 90))
    longitude = models.FloatField(_("Longitude"), null=True, blank=True, validators=between(-180, 180))
    setup_minutes = models.PositiveSmallIntegerField(
        _("Minutes to set up"), null=True, blank=True, validators=between(0, 240),
        help_text=_("Once at each arrival, for everybody who is met there. Empty: as everywhere"),
    )  # fmt: skip
    hours = models.JSONField(_("Opening hours"), default=dict, blank=True)
    vehicles = models.JSONField(_("Reached only by"), default=list, blank=True)

    def __str__(self) -> str:
        return self.name


class Vehicle(Kept):
    """A car, a motorbike, a boat."""

    name = models.CharField(_("Name"), max_length=80)
    kind = models.CharField(_("Kind of vehicle"), max_length=12, choices=Choices(VehicleKind))
    weekdays = models.JSONField(_("Available on"), default=workdays)

    def __str__(self) -> str:
        return self.name


class Team(Kept):
    """Who goes out together. ``code`` is what entries of cases name."""

    code = CodeField(max_length=40)
    name = models.CharField(_("Name"), max_length=80)
    weekdays = models.JSONField(_("Works on"), default=workdays)
    begins = models.TimeField(_("Leaves at"), default=time(8))
    ends = models.TimeField(_("Back at"), default=time(15, 30))
    start = models.ForeignKey(
        Site, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("Starts at"),
        help_text=_("Empty: at the office"),
    )  # fmt: skip
    end = models.ForeignKey(
        Site, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("Ends at"),
        help_text=_("Empty: where it started"),
    )  # fmt: skip
    vehicles = models.ManyToManyField(
        Vehicle, blank=True, verbose_name=_("Vehicles"), related_name="teams",
        help_text=_("None chosen: any vehicle of the office"),
    )  # fmt: skip
    least = models.PositiveSmallIntegerField(
        _("Goes with at least"), default=1, validators=between(1, 20),
        help_text=_("On a day with fewer members the team stays"),
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="planning_team_code")]

    def __str__(self) -> str:
        return self.name


def code_of(name: str) -> str:
    """A team's name as a code: "Tim 1" is tim_1; empty when nothing of it can be one."""
    code = re.sub(r"[^a-z0-9]+", "_", plain(name).lower()).strip("_")[:40].strip("_")
    return code if code[:1].isalpha() else f"tim_{code}"[:40] if code else ""


class TeamMember(models.Model):
    """Somebody goes with a team, from a day until a day."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="members")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    def holds(self, day: date) -> bool:
        """Whether the account belongs to the team on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


class Abilities:
    """Trainings and languages as Django's choices, in two groups."""

    def __call__(self) -> list[tuple[Any, Any]]:
        return [
            (_("Training"), [(t.value, _(t.label)) for t in Training]),
            (_("Language"), [(f"language:{x.value}", _(x.label)) for x in Language]),
        ]

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """How a migration names it."""
        return "jemput.planning.models.Abilities", (), {}


class Skill(Kept):
    """An officer has been trained for something, or speaks a language (B22, B41)."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("Officer"))
    what = models.CharField(_("Can do"), max_length=40, choices=Abilities())


class Kit(Kept):
    """A set of equipment: goes with one team a day (T65)."""

    name = models.CharField(_("Name"), max_length=80)
    kind = models.CharField(_("Kind of equipment"), max_length=12, choices=Choices(KitKind))
    number = models.CharField(_("Serial number"), max_length=60, blank=True)
    people_per_day = models.PositiveSmallIntegerField(
        _("People a day"), null=True, blank=True, validators=between(1, 1000), help_text=_("Empty: no limit")
    )
    battery_minutes = models.PositiveSmallIntegerField(
        _("Battery, in minutes of use"), null=True, blank=True, validators=between(10, 1440),
        help_text=_("Empty: no limit"),
    )  # fmt: skip
    weekdays = models.JSONField(_("Available on"), default=workdays)

    def __str__(self) -> str:
        return self.name


class PartnerPerson(Kept):
    """Somebody of another agency who comes along. The phone is sealed under the key of the office."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    role = models.CharField(_("Comes as"), max_length=24, choices=Choices(Role))
    name = models.CharField(_("Name"), max_length=120)
    sealed_phone = models.BinaryField(null=True)
    areas = models.JSONField(default=list, help_text="area codes; empty: the whole office")
    each_village = models.BooleanField(
        _("One in every village"), default=False,
        help_text=_("The visited village's own, as the village registrar or the Babinsa"),
    )  # fmt: skip
    hours = models.JSONField(_("Hours"), default=dict)

    def __str__(self) -> str:
        return self.name


class Reach(Kept):
    """A village or RW that not every vehicle reaches."""

    area = CodeField(_("Village or RW"), max_length=24)
    vehicles = models.JSONField(_("Reached only by"))
    note = models.CharField(_("Note"), max_length=200, blank=True)


class MarketDay(Kept):
    """People of an area are not at home then: a market, a weekly gathering."""

    name = models.CharField(_("Name"), max_length=80)
    area = CodeField(_("Area"), max_length=24)
    weekdays = models.JSONField(_("Every week on"), default=list, blank=True)
    pasaran = models.CharField(_("Every five days on"), max_length=8, choices=Choices(Pasaran), blank=True)
    begins = models.TimeField(_("From"), default=time(5))
    ends = models.TimeField(_("Until"), default=time(10))


class Absence(Kept):
    """Somebody or something is not there; ``since`` and ``until`` are the first and the last day."""

    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    kit = models.ForeignKey(Kit, models.PROTECT, null=True, blank=True, related_name="+")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, blank=True, related_name="+")
    partner = models.ForeignKey(PartnerPerson, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(
        _("Reason"), max_length=12, choices=Choices(AbsenceReason), default=AbsenceReason.LEAVE.value
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="planning_absence_of_one",
                condition=Q(account__isnull=False, kit=None, vehicle=None, partner=None)
                | Q(account=None, kit__isnull=False, vehicle=None, partner=None)
                | Q(account=None, kit=None, vehicle__isnull=False, partner=None)
                | Q(account=None, kit=None, vehicle=None, partner__isnull=False),
            )
        ]

    @property
    def of(self) -> Account | Kit | Vehicle | PartnerPerson | None:
        """Who or what is not there."""
        return self.account or self.kit or self.vehicle or self.partner


class Settings(models.Model):
    """How an office travels, rests and pays."""

    office = models.OneToOneField(Office, models.PROTECT, primary_key=True, related_name="+")
    terrain = models.CharField(
        _("Roads"), max_length=12, choices=Choices(Terrain), default=Terrain.HILLS.value
    )
    two_wheels = models.FloatField(_("Two wheels, km per hour"), default=32, validators=between(3, 120))
    four_wheels = models.FloatField(_("Four wheels, km per hour"), default=30, validators=between(3, 120))
    boat = models.FloatField(_("Boat, km per hour"), default=18, validators=between(2, 80))
    detour = models.FloatField(
        _("Detour"), default=1.4, validators=between(1, 5),
        help_text=_("Kilometres of road for one kilometre as the crow flies"),
    )  # fmt: skip
    hill = models.FloatField(
        _("Hill factor"), null=True, blank=True, validators=between(0.5, 10),
        help_text=_("How much longer a way takes. Empty: learned, or usual for such roads"),
    )  # fmt: skip
    setup_minutes = models.PositiveSmallIntegerField(
        _("Minutes to set up at each place"), default=10, validators=between(0, 240)
    )
    lunch_from = models.TimeField(_("Lunch begins from"), default=time(11, 30))
    lunch_until = models.TimeField(_("Lunch begins until"), default=time(13))
    lunch_minutes = models.PositiveSmallIntegerField(
        _("Minutes of lunch"), default=45, validators=between(0, 180)
    )
    friday_from = models.TimeField(_("Friday prayer begins"), default=time(11, 30))
    friday_minutes = models.PositiveSmallIntegerField(
        _("Minutes of Friday prayer, lunch included"), default=90, validators=between(0, 240)
    )
    ageing_days = models.PositiveSmallIntegerField(
        _("Days of waiting that raise a visit by one class"), default=60, validators=between(0, 1000),
        help_text=_("0: waiting raises nobody. The first class stays for emergencies"),
    )  # fmt: skip
    km_cost = models.PositiveIntegerField(_("Rupiah per kilometre"), default=0)
    team_day_cost = models.PositiveIntegerField(_("Rupiah per team and day"), default=0)
    budget = models.PositiveBigIntegerField(_("Budget of the year, in rupiah"), default=0)
    route_server = models.CharField(
        _("Route server"), max_length=8, choices=Choices(RouteServer), default=RouteServer.NONE.value
    )
    route_url = models.CharField(_("Address of the route server"), max_length=200, blank=True)
    route_allowed = models.BooleanField(
        _("The office allows that coordinates are sent there"), default=False,
        help_text=_("Only coordinates are ever sent: no name, no address, no case"),
    )  # fmt: skip


def settings_of(office: Office) -> Settings:
    """The office's settings, or the usual ones."""
    return Settings.objects.filter(office=office).first() or Settings(office=office)
