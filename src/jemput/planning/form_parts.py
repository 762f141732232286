"""Parts of the forms of what an office keeps: fields that read what people type, what all forms share."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext as _

from jemput.accounts.models import Office
from jemput.core.areas import children
from jemput.core.codes import Weekday
from jemput.core.text import BadInput
from jemput.places import village_choices
from jemput.planning import models as kept
from jemput.planning.kinds import RouteServer

_CLOCK = r"([0-9]{1,2})(?:[.:]([0-9]{2}))?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-|–|—|s/d|sampai|to)\s*{_CLOCK}")


def said(bad: BadInput) -> str:
    """What cannot be read, in the reader's language."""
    message = _(bad.words.message)
    return message % bad.words.params if bad.words.params else message


# ---- fields -----------------------------------------------------------------------------------------


class Codes(forms.TypedMultipleChoiceField):
    """Several of a closed list, kept as a list of codes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, of: type[Any], **kwargs: Any) -> None:
        super().__init__(choices=lambda: [(m.value, _(m.label)) for m in of], empty_value=[], **kwargs)


class Hours(forms.CharField):
    """Hours of one weekday: 08.00-12.00, 13.00-15.30; nothing typed: not there."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "08.00-12.00, 13.00-15.00"})
        super().__init__(required=False, max_length=80, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Spans as the instance has them. Raises ValidationError."""
        text = super().to_python(value)
        if isinstance(text, list):
            return text
        spans = sorted(_span(part) for part in re.split(r"[,;]", text or "") if part.strip())
        if any(b[0] < a[1] for a, b in pairwise(spans)):
            raise ValidationError(_("These hours overlap. Write each part of the day once."))
        return spans

    def prepare_value(self, value: Any) -> Any:
        """Spans as people write them."""
        if isinstance(value, list):
            return ", ".join(f"{a.replace(':', '.')}-{b.replace(':', '.')}" for a, b in value)
        return value


def _span(text: str) -> list[str]:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValidationError(_("Write hours like 08.00-12.00, and a comma before the next part."))
    begins = int(found[1]), int(found[2] or 0)
    ends = int(found[3]), int(found[4] or 0)
    if max(begins[1], ends[1]) > 59 or not (0, 0) <= begins < ends <= (24, 0):
        raise ValidationError(_("A part of the day begins before it ends, between 00.00 and 24.00."))
    return [f"{begins[0]:02}:{begins[1]:02}", f"{ends[0]:02}:{ends[1]:02}"]


def _week(prefix: str = "hours_") -> dict[str, Hours]:
    return {f"{prefix}{day.value}": Hours(label=_(day.label)) for day in Weekday}


# ---- forms ------------------------------------------------------------------------------------------


if TYPE_CHECKING:
    AnyForm = forms.ModelForm[Any]
    SettingsOf = forms.ModelForm[kept.Settings]
else:
    AnyForm = SettingsOf = forms.ModelForm


def _say_choose(field: forms.Field) -> None:
    """Words instead of dashes where nothing is chosen yet."""
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = _("Not chosen") if field.empty_label is not None else None
    elif isinstance(field, forms.ChoiceField) and isinstance(field.choices, list):
        first = _("Choose…") if field.required else _("Not chosen")
        field.choices = [("", first) if c == BLANK_CHOICE_DASH[0] else c for c in field.choices]


class KeptForm(AnyForm):
    """What all of them share: the office, the days in use, the house's look."""

    required_css_class = "required"
    has_hours = False

    def __init__(self, office: Office, data: Any = None, *, instance: Any) -> None:
        instance.office = office
        if not instance.pk and not instance.since:
            instance.since = office.today()
        super().__init__(data, instance=instance, auto_id="id_%s", use_required_attribute=False)
        self.office = office
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        if self.has_hours:
            self.fields |= _week()
            for day in Weekday:
                self.initial[f"hours_{day.value}"] = instance.hours.get(day.value, [])
        self.prepare()
        for field in self.fields.values():
            _say_choose(field)

    def prepare(self) -> None:
        """Choices and first values that depend on the office."""

    def villages(self, name: str) -> None:
        """Let a field offer the villages of the office."""
        label = self.fields[name].label
        self.fields[name] = forms.ChoiceField(label=label, choices=village_choices(self.office.code))

    def areas(self, name: str) -> None:
        """Let a field offer the subdistricts and villages of the office."""
        code, label = self.office.code, self.fields[name].label
        around = [(a.code, a.title) for a in children(code)]
        choices = [("", _("Choose an area")), (_("Subdistricts"), around), *village_choices(code)[1:]]
        self.fields[name] = forms.ChoiceField(label=label, choices=choices)

    def clean(self) -> dict[str, Any]:
        """The days of use in their order, the hours as one value."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        if self.has_hours:
            hours = {d.value: cleaned.get(f"hours_{d.value}") or [] for d in Weekday}
            self.instance.hours = {day: spans for day, spans in hours.items() if spans}
        return cleaned


def _groups() -> list[tuple[str, tuple[str, ...]]]:
    return [
        (_("Ways"), ("terrain", "two_wheels", "four_wheels", "boat", "detour", "hill")),
        (
            _("Breaks and set-up"),
            ("lunch_from", "lunch_until", "lunch_minutes", "friday_from", "friday_minutes", "setup_minutes"),
        ),
        (_("Fairness and costs"), ("ageing_days", "km_cost", "team_day_cost", "budget")),
        (_("Route server"), ("route_server", "route_url", "route_allowed")),
    ]


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
    except ValueError:
        return False


class SettingsForm(SettingsOf):
    """How the office travels, rests and pays."""

    required_css_class = "required"

    class Meta:
        model = kept.Settings
        exclude = ("office",)

    def __init__(self, data: Any = None, *, instance: kept.Settings) -> None:
        super().__init__(data, instance=instance, auto_id="id_%s", use_required_attribute=False)
        for name in ("lunch_from", "lunch_until", "friday_from"):
            self.fields[name].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        self.groups = [(title, [self[name] for name in names]) for title, names in _groups()]
        self.fields["route_url"].widget = forms.TextInput(
            attrs={"inputmode": "url", "placeholder": "http://10.0.0.5:8002"}
        )

    def clean(self) -> dict[str, Any]:
        """Lunch in its order; a server with an address and the office's word."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("lunch_from"), cleaned.get("lunch_until")
        if begins and ends and ends < begins:
            self.add_error("lunch_until", _("The second time comes after the first."))
        url = cleaned.get("route_url") or ""
        if cleaned.get("route_server") != RouteServer.NONE.value:
            if not url:
                self.add_error("route_url", _("Write the address of the route server."))
            elif not _is_address(url):
                self.add_error("route_url", _("The address begins with http:// or https://."))
            if not cleaned.get("route_allowed"):
                self.add_error("route_allowed", _("Allow this, or choose no route server."))
        return cleaned
