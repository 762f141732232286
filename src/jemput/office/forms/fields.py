"""From a field of an entry model to a field of a form, and how people's spelling is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import BaseModel

from jemput.core.centre import normalise
from jemput.core.codes import Coded
from jemput.core.dates import parse_date
from jemput.core.names import parse_name
from jemput.core.nik import parse_family_number, parse_nik
from jemput.core.phone import parse_phone
from jemput.core.text import BadInput, plain
from jemput.office.forms.shapes import Shape, shape_of
from jemput.office.words import say

Choices = Sequence[tuple[Any, str]]
RADIOS = 6
"""Up to so many choices all are shown at once."""

NAMES = frozenset(
    {
        *("name", "recipient", "given_by", "returned_to", "holder_name", "partner_name", "by"),
        *("mother", "father", "exception_approved_by"),
    }
)


class Read(forms.CharField):
    """A line that core reads (a NIK, a phone, a name): its own words say what to mend."""

    def __init__(self, *, read: Callable[[str], Any], **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(empty_value=None, **kwargs)
        self.read = read

    def clean(self, value: Any) -> Any:
        """The value as core stores it, None when nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.read(text)
        except BadInput as bad:
            raise ValidationError(say(bad.words)) from None


class Day(forms.DateField):
    """A date from the browser's calendar, or typed as Indonesians write it."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        """Raises ValidationError in words that show how to write it."""
        if not value:
            return None
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except BadInput as bad:
            raise ValidationError(say(bad.words)) from None


class YesNo(forms.TypedChoiceField):
    """A question that wants an answer, or may stay open."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        choices = [("yes", _("Yes")), ("no", _("No"))]
        if not kwargs.get("required"):
            choices.append(("", _("Not known")))
        super().__init__(choices=choices, coerce=lambda v: v == "yes", empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """True and False as the radio buttons have them."""
        return {True: "yes", False: "no", None: ""}.get(value, value)


def field_for(
    model: type[BaseModel],
    name: str,
    *,
    choices: Choices | None = None,
    required: bool | None = None,
    compact: bool = False,
) -> forms.Field:
    """The form field of a model's field. ``choices`` narrows what may be chosen, ``compact`` folds it up."""
    info, shape = model.model_fields[name], shape_of(model, name)
    if required is None:  # what has a usual value always has one
        usual = issubclass(shape.type, Coded) and not shape.many and info.default is not None
        required = info.is_required() or usual
    common: dict[str, Any] = {
        "label": _(info.title) if info.title else name,
        "help_text": _(info.description) if info.description else "",
        "required": required,
    }
    if choices is None and issubclass(shape.type, Coded):
        choices = [(member.value, say(member)) for member in shape.type]
    if choices is None and shape.limits.get("le", 99) <= 4:
        choices = _grades(shape)
    if shape.many:
        return _several(shape, choices or [], common)
    if choices is not None:
        return _one_of(shape, choices, common, compact)
    return _single(model, name, shape, common)


def _several(shape: Shape, choices: Choices, common: dict[str, Any]) -> forms.Field:
    return forms.TypedMultipleChoiceField(
        choices=list(choices),
        coerce=_reader(shape),
        empty_value=[],
        widget=forms.CheckboxSelectMultiple,
        **common,
    )


def _one_of(shape: Shape, choices: Choices, common: dict[str, Any], compact: bool) -> forms.Field:
    choices = list(choices)
    few = (
        not compact
        and len(choices) <= RADIOS
        and not any(isinstance(label, list | tuple) for _v, label in choices)
    )
    if not common["required"] and few:
        choices = [*choices, ("", _("Not chosen"))]
    elif not few and not compact and choices and choices[0][0] != "":
        choices = [("", _("Choose…")), *choices]
    return forms.TypedChoiceField(
        choices=choices,
        coerce=_reader(shape),
        empty_value=None,
        widget=forms.RadioSelect if few else forms.Select,
        **common,
    )


def _reader(shape: Shape) -> Callable[[Any], Any]:
    return lambda value: shape.type(value)


def _grades(shape: Shape) -> Choices:
    words = [_("1 – poor"), _("2 – fair"), _("3 – good"), _("4 – very good")]
    return [(n, words[n - 1]) for n in range(shape.limits.get("ge", 1), shape.limits["le"] + 1)]


def _single(model: type[BaseModel], name: str, shape: Shape, common: dict[str, Any]) -> forms.Field:
    if shape.type is bool:
        if common["required"] or model.model_fields[name].default is None:
            return YesNo(**common)
        return forms.BooleanField(**common)
    if shape.type is date:
        return Day(**common)
    if shape.type in (int, float):
        kind: Any = forms.IntegerField if shape.type is int else forms.FloatField
        attrs = {"inputmode": "numeric" if shape.type is int else "decimal"}
        limits = {"min_value": shape.limits.get("ge"), "max_value": shape.limits.get("le")}
        number: forms.Field = kind(widget=forms.TextInput(attrs=attrs), **limits, **common)
        return number
    if shape.type is UUID:
        return forms.UUIDField(**common)
    return _text(name, shape, common)


def _text(name: str, shape: Shape, common: dict[str, Any]) -> forms.Field:
    if shape.is_prose:
        return forms.CharField(
            max_length=shape.limits["max_length"],
            empty_value=None,
            widget=forms.Textarea(attrs={"rows": 3}),
            **common,
        )
    if name == "family_number":
        return Read(read=parse_family_number, widget=_digits(), **common)
    if shape.pattern == "digits16":
        return Read(read=lambda text: parse_nik(text).digits, widget=_digits(), **common)
    if shape.pattern == "phone":
        return Read(read=parse_phone, widget=forms.TextInput(attrs={"inputmode": "tel"}), **common)
    if shape.pattern == "code":
        return Read(read=as_code, max_length=60, **common)
    if shape.pattern == "raw":
        attrs = {"list": "centre-statuses", "autocapitalize": "characters", "spellcheck": "false"}
        return Read(read=normalise, max_length=80, widget=forms.TextInput(attrs=attrs), **common)
    if shape.pattern == "ticket":
        return Read(read=lambda text: plain(text).upper().replace(" ", "-"), max_length=24, **common)
    if name in NAMES:
        return Read(read=parse_name, **common)
    return forms.CharField(max_length=shape.limits.get("max_length", 200), empty_value=None, **common)


def _digits() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


def as_code(text: str) -> str:
    """A team's name as a code: "Tim 1" is tim_1. Raises BadInput."""
    code = re.sub(r"[^a-z0-9]+", "_", plain(text).lower()).strip("_")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", code):
        raise BadInput(_("Begin with a letter and use letters and digits only, for example Tim 1."))
    return code
