"""Offices, accounts, assignments (a duty in an area for a while) and the log of who read what."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime
from typing import Any, ClassVar, NoReturn
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jemput.core.areas import covers, is_code
from jemput.core.areas import label as area_label
from jemput.core.calendar import TimeZone, days_off, zone
from jemput.core.codes import Coded, Duty


class Choices:
    """A closed list as Django's choices: labels translated when shown, migrations not tied to the values."""

    def __init__(self, of: type[Coded]) -> None:
        self.of = of

    def __call__(self) -> list[tuple[str, Any]]:
        return [(member.value, _(member.label)) for member in self.of]

    def deconstruct(self) -> tuple[str, tuple[type[Coded]], dict[str, Any]]:
        """How a migration names it."""
        return "jemput.accounts.models.Choices", (self.of,), {}


def contrast_on_white(colour: str) -> float:
    """The WCAG contrast ratio of a #rrggbb colour with white text on it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def check_colour(colour: str) -> None:
    """A colour on which white words can be read (WCAG 2.2 AA: 4.5 to 1)."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValidationError(_("Write a colour like #0063a8."))
    if contrast_on_white(colour) < 4.5:
        raise ValidationError(_("White words cannot be read on this colour. Choose a darker one."))


def check_area(code: str) -> None:
    """The form of an area code; whether it exists is asked where it is typed."""
    if not is_code(code):
        raise ValidationError(_("Write an area code like 35.03.01.2001, with a further .004 for an RW."))


class Office(models.Model):
    """A civil-registration office: one for each regency or city."""

    code = models.CharField(
        primary_key=True,
        max_length=5,
        validators=[RegexValidator(r"^[0-9]{2}\.[0-9]{2}$")],
        help_text="Kemendagri code of the regency or city: 35.03",
    )
    number = models.PositiveSmallIntegerField(unique=True, help_text="stands in URLs and ticket numbers")
    name = models.CharField(max_length=120)
    city = models.CharField(max_length=60, help_text="where letters are dated")
    time_zone = models.CharField(max_length=4, choices=Choices(TimeZone), default=TimeZone.WIB.value)
    colour = models.CharField(max_length=7, default="#0063a8", validators=[check_colour])
    logo = models.BinaryField(blank=True, default=b"", help_text="a PNG of at most 64 KB")
    hotlines = models.JSONField(default=list, blank=True, help_text='[{"label": ..., "number": "+62..."}]')
    closed_days = models.JSONField(default=list, blank=True, help_text="ISO dates closed beyond the decree")
    opened_days = models.JSONField(default=list, blank=True, help_text="ISO dates open against the decree")

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> TimeZone:
        """The time zone as the code of core."""
        return TimeZone(self.time_zone)

    @property
    def zone(self) -> ZoneInfo:
        """The office's clock."""
        return zone(self.tz)

    @property
    def time_zone_label(self) -> str:
        """WIB, WITA or WIT: what is written after a time."""
        return self.time_zone.upper()

    @property
    def theme(self) -> str:
        """The colour as it stands in the address of the office's style sheet, so that a change is seen."""
        return self.colour.lstrip("#").lower()

    def today(self, now: datetime | None = None) -> date:
        """The date on the office's wall."""
        return (now or timezone.now()).astimezone(self.zone).date()

    def holidays(self) -> frozenset[date]:
        """Every known day off, with this office's own closings and openings (for core.calendar)."""
        closed, opened = ({date.fromisoformat(d) for d in v} for v in (self.closed_days, self.opened_days))
        return days_off(frozenset(closed), frozenset(opened))


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; sign-in names are kept in small letters."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Account:
        """A new account. Without a password nobody can sign in with it."""
        account = self.model(username=username.strip().lower(), **fields)
        account.set_password(password)
        account.full_clean(exclude=["password"])
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A person who works here. Its id is random and stands as actor in entries: it says nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        _("Sign-in name"),
        max_length=120,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9.@_+-]{2,}$")],
        error_messages={"unique": _("This sign-in name is taken.")},
        help_text=_("A short name or an e-mail address, in small letters"),
    )
    name = models.CharField(_("Name"), max_length=120)
    phone = models.CharField(
        _("Phone"), max_length=17, blank=True, validators=[RegexValidator(r"^\+?[0-9]{6,16}$")]
    )
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    demo = models.BooleanField(default=False, help_text="an invented person, shown at sign-in in demo mode")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = AccountManager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> str:
        """What entries carry as ``actor``."""
        return str(self.pk)

    def assignments_on(self, now: datetime | None = None) -> list[Assignment]:
        """The duties held at a moment (now), each by its office's own date; one query."""
        found = self.assignments.select_related("office").order_by("pk")
        return [a for a in found if a.holds(now)]


class Assignment(models.Model):
    """An account does a duty for an office in an area, for a while. Rights follow from it alone."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="assignments")
    office = models.ForeignKey(Office, models.PROTECT, related_name="assignments")
    duty = models.CharField(max_length=20, choices=Choices(Duty))
    area = models.CharField(max_length=17, validators=[check_area], help_text="down to the RW")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="last day; empty: until further notice")

    class Meta:
        ordering = ["account", "pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_assignment_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.area}"

    def clean(self) -> None:
        """The area lies in the office's own."""
        if self.area and self.office_id and not covers(self.office_id, self.area):
            raise ValidationError({"area": _("This area does not belong to the office.")})

    @property
    def role(self) -> Duty:
        """The duty as the code of core."""
        return Duty(self.duty)

    @property
    def area_label(self) -> str:
        """The area as people say it: "Desa Dongko"."""
        return area_label(self.area, depth=1)

    def holds(self, now: datetime | None = None) -> bool:
        """Whether the duty is held at a moment, by the date of the office."""
        today = self.office.today(now)
        return self.valid_from <= today and (self.valid_until is None or today <= self.valid_until)

    def covers(self, area: str) -> bool:
        """Whether an area lies in the scope of this duty."""
        return covers(self.area, area)


class Access(Coded):
    """What was done with a person's data."""

    OPENED = "opened", _("Opened")
    REVEALED = "revealed", _("Masked data shown")
    SEARCHED = "searched", _("Searched")
    EXPORTED = "exported", _("Exported")
    SUPERVISED = "supervised", _("Access log read")


class Reason(Coded):
    """Why masked data were looked at. A closed list: free words would carry the data they are about."""

    IDENTITY = "identity", _("To check who the person is")
    CONTACT = "contact", _("To call the person or the family")
    VISIT = "visit", _("To prepare a visit")
    DELIVERY = "delivery", _("To hand over a document")
    CENTRE = "centre", _("To ask the national centre")
    CITIZEN = "citizen", _("The person asked for it")
    COMPLAINT = "complaint", _("To answer a complaint")
    SUPERVISION = "supervision", _("To supervise the work")


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    """Rows are added, never changed or taken away."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise TypeError("the access log is append-only")

    def delete(self) -> NoReturn:
        """Refused."""
        raise TypeError("the access log is append-only")


class AccessLog(models.Model):
    """Who looked at whose data, what and why (UU 27/2022 art. 31). Holds no data of the person."""

    id: int
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    duty = models.CharField(max_length=20, choices=Choices(Duty))
    stream = models.UUIDField(null=True, db_index=True, help_text="the case; empty for searches and exports")
    what = models.CharField(max_length=10, choices=Choices(Access))
    fields = models.JSONField(default=list, help_text="names of fields, never their values")
    reason = models.CharField(max_length=20, blank=True, choices=Choices(Reason))
    at = models.DateTimeField(default=timezone.now)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["office", "at"], name="accounts_log_office_at")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add a row; a row that exists cannot be saved again."""
        if self.pk is not None:
            raise TypeError("the access log is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise TypeError("the access log is append-only")
