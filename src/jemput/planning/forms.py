"""Forms of what an office keeps: teams, places, equipment, partners, days on which something is different."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jemput.accounts.models import Account, Assignment, Office
from jemput.core.areas import Level, children, is_code, level
from jemput.core.codes import Duty, Weekday
from jemput.core.codes import Partner as Role
from jemput.core.phone import parse_phone
from jemput.core.text import BadInput
from jemput.places import village_choices
from jemput.planning import models as kept
from jemput.planning.form_parts import Codes, KeptForm, said
from jemput.planning.kinds import COMES_ALONG, VehicleKind
from jemput.planning.resources import phone_of, seal_phone

GOES_OUT = (Duty.FIELD_OFFICER, Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.DATA_ENTRY, Duty.PRINTING)
"""Duties whose people may be members of a team."""
_SOUTH, _NORTH, _WEST, _EAST = -11.5, 6.5, 94.5, 141.5


class SiteForm(KeptForm):
    """A place with a name."""

    has_hours = True
    vehicles = Codes(VehicleKind, label=gettext_lazy("Reached only by"), required=False,
                     help_text=gettext_lazy("None chosen: every vehicle gets there"))  # fmt: skip

    class Meta:
        model = kept.Site
        fields = (
            "name",
            "kind",
            "area",
            "latitude",
            "longitude",
            "setup_minutes",
            "vehicles",
            "since",
            "until",
        )

    def prepare(self) -> None:
        """Villages of the office; how to write coordinates."""
        self.villages("area")
        for name in ("latitude", "longitude"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "decimal"})
        self.fields["latitude"].help_text = _("From a map, for example -8.0503")
        self.fields["longitude"].help_text = _("For example 111.7081. Both empty: the village's own point")

    def clean(self) -> dict[str, Any]:
        """Both coordinates or none, in Indonesia and the right way round."""
        cleaned = super().clean()
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        if (latitude is None) != (longitude is None) and not self.errors:
            self.add_error("latitude", _("Give both coordinates, or neither."))
        if latitude is not None and longitude is not None:
            if _here(longitude, latitude) and not _here(latitude, longitude):
                self.add_error("latitude", _("Latitude and longitude are swapped."))
            elif not _here(latitude, longitude):
                self.add_error("latitude", _("This point does not lie in Indonesia."))
        return cleaned


def _here(latitude: float, longitude: float) -> bool:
    return _SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST


class VehicleForm(KeptForm):
    """A vehicle."""

    weekdays = Codes(Weekday, label=gettext_lazy("Available on"))

    class Meta:
        model = kept.Vehicle
        fields = ("name", "kind", "weekdays", "since", "until")


class KitForm(KeptForm):
    """A set of equipment."""

    weekdays = Codes(Weekday, label=gettext_lazy("Available on"))

    class Meta:
        model = kept.Kit
        fields = ("name", "kind", "number", "people_per_day", "battery_minutes", "weekdays", "since", "until")


def officers(office: Office, day: date) -> list[tuple[str, str]]:
    """(id, name) of those who may go with a team."""
    held = Assignment.objects.filter(office=office, duty__in=GOES_OUT, account__is_active=True)
    held = held.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)
    rows = Account.objects.filter(pk__in=held.values("account")).order_by("name")
    return [(str(account.pk), account.name) for account in rows]


class TeamForm(KeptForm):
    """A team with its members."""

    weekdays = Codes(Weekday, label=gettext_lazy("Works on"))
    members = forms.MultipleChoiceField(
        label=gettext_lazy("Members"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("From today on. Who went before stays in the history"),
    )  # fmt: skip

    class Meta:
        model = kept.Team
        fields = (
            *("name", "members", "least", "weekdays", "begins", "ends", "start", "end", "vehicles"),
            *("since", "until"),
        )

    def prepare(self) -> None:
        """Officers, places and vehicles of the office."""
        today = self.office.today()
        here = {str(m.account_id): m.account.name for m in self._now(today)}
        offered = dict(officers(self.office, today))
        members: Any = self.fields["members"]
        members.choices = list((here | offered).items())
        self.initial["members"] = list(here)
        for name in ("begins", "ends"):
            self.fields[name].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        for name, model in (("start", kept.Site), ("end", kept.Site), ("vehicles", kept.Vehicle)):
            field: Any = self.fields[name]
            field.queryset = model.objects.filter(office=self.office).order_by("name")
        self.fields["vehicles"].widget = forms.CheckboxSelectMultiple(choices=self.fields["vehicles"].choices)  # type: ignore[attr-defined]

    def _now(self, day: date) -> list[kept.TeamMember]:
        if not self.instance.pk:
            return []
        return [m for m in self.instance.members.select_related("account") if m.holds(day)]

    def clean(self) -> dict[str, Any]:
        """A code of its own; the day in its order."""
        cleaned = super().clean()
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("The team must be back after it leaves."))
        if cleaned.get("name") and not self.instance.pk:
            code = kept.code_of(cleaned["name"])
            if not code:
                self.add_error("name", _("Use letters or digits in the name, for example Tim 1."))
            elif kept.Team.objects.filter(office=self.office, code=code).exists():
                self.add_error("name", _("There is, or was, a team of this name. Choose another."))
            else:
                self.instance.code = code
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """The team, and from today on its members."""
        team = super().save(commit)
        today, chosen = self.office.today(), set(self.cleaned_data["members"])
        now = {str(m.account_id): m for m in self._now(today)}
        for account, member in now.items():
            if account not in chosen:
                if member.since >= today:
                    member.delete()  # came and went on one day: no plan has used it
                else:
                    member.until = date.fromordinal(today.toordinal() - 1)
                    member.save()
        since = max(today, team.since) if now else team.since
        for account in sorted(chosen - now.keys()):
            kept.TeamMember.objects.create(team=team, account_id=account, since=since)
        return team


class PartnerForm(KeptForm):
    """Somebody who comes along."""

    has_hours = True
    phone = forms.CharField(
        label=gettext_lazy("Phone"), required=False, max_length=30,
        widget=forms.TextInput({"inputmode": "tel"}),
        help_text=gettext_lazy("Kept sealed; shown to those who call"),
    )  # fmt: skip
    village = forms.ChoiceField(label=gettext_lazy("Only in this village"), required=False)
    subdistricts = forms.MultipleChoiceField(
        label=gettext_lazy("Only in these subdistricts"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: in the whole office"),
    )  # fmt: skip

    class Meta:
        model = kept.PartnerPerson
        fields = ("role", "name", "phone", "each_village", "village", "subdistricts", "since", "until")

    def prepare(self) -> None:
        """Roles that are planned with, areas of the office, the phone unsealed."""
        role: Any = self.fields["role"]
        role.choices = [("", _("Choose…")), *((r.value, _(r.label)) for r in Role if r in COMES_ALONG)]
        village: Any = self.fields["village"]
        village.choices = village_choices(self.office.code, _("No single village"))
        around: Any = self.fields["subdistricts"]
        around.choices = [(a.code, a.title) for a in children(self.office.code)]
        mine = self.instance.areas
        self.initial.update(
            {
                "phone": phone_of(self.instance),
                "village": next((a for a in mine if level(a) >= Level.VILLAGE), ""),
                "subdistricts": [a for a in mine if level(a) == Level.SUBDISTRICT],
            }
        )
        if not self.instance.pk:
            self.initial.update({f"hours_{d.value}": [["08:00", "15:00"]] for d in list(Weekday)[:5]})

    def clean_phone(self) -> str:
        """The phone as core reads it."""
        text = self.cleaned_data["phone"]
        try:
            return parse_phone(text) if text else ""
        except BadInput as bad:
            raise ValidationError(said(bad)) from None

    def clean(self) -> dict[str, Any]:
        """Areas as one list; hours that somebody keeps."""
        cleaned = super().clean()
        village = cleaned.get("village")
        self.instance.areas = [*([village] if village else []), *cleaned.get("subdistricts", [])]
        if village and cleaned.get("each_village"):
            self.add_error("village", _("One in every village, or one village: choose."))
        if not self.instance.hours and not self.errors:
            self.add_error("hours_mon", _("Write at least on one day when this partner can come."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """With the phone sealed. Raises keys.Locked."""
        seal_phone(self.instance, self.cleaned_data["phone"])
        return super().save(commit)


class SkillForm(KeptForm):
    """What an officer can do."""

    class Meta:
        model = kept.Skill
        fields = ("account", "what", "since", "until")

    def prepare(self) -> None:
        """The officers of the office; since when may lie long ago."""
        account: Any = self.fields["account"]
        ids = [id for id, _name in officers(self.office, self.office.today())]
        if self.instance.account_id:
            ids.append(str(self.instance.account_id))
        account.queryset = Account.objects.filter(pk__in=ids).order_by("name")
        self.fields["until"].label = _("Valid until")


class ReachForm(KeptForm):
    """A village or RW that not every vehicle reaches."""

    vehicles = Codes(VehicleKind, label=gettext_lazy("Reached only by"))
    rw = forms.CharField(
        label=gettext_lazy("RW, if it is only one"), required=False, max_length=3,
        widget=forms.TextInput({"inputmode": "numeric"}), help_text=gettext_lazy("For example 004"),
    )  # fmt: skip

    class Meta:
        model = kept.Reach
        fields = ("area", "rw", "vehicles", "note", "since", "until")

    def prepare(self) -> None:
        """Subdistricts and villages of the office; the village and the RW apart."""
        self.areas("area")
        code = self.instance.area
        if code and is_code(code) and level(code) == Level.RW:
            self.initial["area"], _dot, self.initial["rw"] = code.rpartition(".")

    def clean(self) -> dict[str, Any]:
        """One code for both."""
        cleaned = super().clean()
        rw, village = cleaned.get("rw", "").strip(), cleaned.get("area")
        if rw and not rw.isdecimal():
            self.add_error("rw", _("Write the number of the RW, for example 004."))
        elif rw and village and level(village) != Level.VILLAGE:
            self.add_error("rw", _("Choose the village of this RW."))
        elif rw and village:
            cleaned["area"] = f"{village}.{int(rw):03}"
        return cleaned


class MarketForm(KeptForm):
    """A market day."""

    weekdays = Codes(Weekday, label=gettext_lazy("Every week on"), required=False)

    class Meta:
        model = kept.MarketDay
        fields = ("name", "area", "weekdays", "pasaran", "begins", "ends", "since", "until")

    def prepare(self) -> None:
        """Subdistricts and villages of the office."""
        self.areas("area")
        for name in ("begins", "ends"):
            self.fields[name].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def clean(self) -> dict[str, Any]:
        """By the week or by the pasaran; hours in their order."""
        cleaned = super().clean()
        if bool(cleaned.get("weekdays")) == bool(cleaned.get("pasaran")) and not self.errors:
            self.add_error("weekdays", _("Choose either days of the week, or one day of the five."))
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("The market ends after it begins."))
        return cleaned


class AbsenceForm(KeptForm):
    """Who or what is not there."""

    of = forms.ChoiceField(label=gettext_lazy("Who or what is not there"))

    class Meta:
        model = kept.Absence
        fields = ("of", "since", "until", "reason")

    def prepare(self) -> None:
        """Everybody and everything that can be away."""
        code, today = self.office.code, self.office.today()
        groups: dict[str, list[tuple[str, str]]] = {
            _("Officers"): [(f"account:{id}", name) for id, name in officers(self.office, today)]
        }
        things: Mapping[str, tuple[str, type[Any]]] = {
            "kit": (_("Equipment"), kept.Kit),
            "vehicle": (_("Vehicles"), kept.Vehicle),
            "partner": (_("Partners"), kept.PartnerPerson),
        }
        for name, (title, model) in things.items():
            rows = model.objects.filter(office=code).exclude(until__lt=today).order_by("name")
            groups[title] = [(f"{name}:{r.pk}", r.name) for r in rows]
        choices: list[Any] = [("", _("Choose…")), *((t, o) for t, o in groups.items() if o)]
        if self.instance.of is not None:
            name = next(n for n in ("account", *things) if getattr(self.instance, n))
            value = f"{name}:{self.instance.of.pk}"
            self.initial["of"] = value
            if not any(value == v for _t, group in choices[1:] for v, _l in group):
                choices.append((value, str(self.instance.of)))
        of: Any = self.fields["of"]
        of.choices = choices
        self.fields["since"].label, self.fields["until"].label = _("First day"), _("Last day")
        self.fields["until"].required = True
        self.fields["until"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """The choice as one of four references."""
        cleaned = super().clean()
        name, _colon, id = cleaned.get("of", "").partition(":")
        for each in ("account", "kit", "vehicle", "partner"):
            setattr(self.instance, f"{each}_id", id if each == name else None)
        return cleaned
