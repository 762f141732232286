"""A form for any kind of entry, made from its model: what people type comes back as a valid body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from jemput.accounts.sensitive import sees
from jemput.core import areas
from jemput.core.entries import Body
from jemput.core.text import BadInput
from jemput.office.forms.fields import Choices, Read, field_for
from jemput.office.forms.places import any_area, village_in
from jemput.office.forms.shapes import shape_of
from jemput.office.forms.situation import (
    DERIVED,
    FROM_DEVICES,
    WHERE_ERRORS_BELONG,
    Situation,
    choices_for,
    derive,
    guesses,
    lists_known,
    made,
    teams,
    what_is_new,
)
from jemput.office.words import say


@dataclass(frozen=True)
class Row:
    """One line of the form: a field, or several under one heading (a modality)."""

    fields: list[BoundField]
    title: str = ""


class EntryForm(forms.Form):
    """The form of one kind of entry in one situation.

    ``old`` makes it the form of a correction: prefilled, and what code made or this duty may not see stays.
    """

    required_css_class = "required"

    def __init__(
        self,
        body: type[Body],
        situation: Situation,
        data: MultiValueDict[str, Any] | Mapping[str, Any] | None = None,
        *,
        old: Body | None = None,
    ) -> None:
        super().__init__(data, auto_id="id_%s", use_required_attribute=False)
        self.kind = body
        self.situation = situation
        self.old = old
        self.made = made(body, situation) if old is None else {}
        self.body: Body | None = None
        self.groups: dict[str, list[str]] = {}
        self._add_fields()
        self._set_initial()

    # ---- making -------------------------------------------------------------------------------

    def _add_fields(self) -> None:
        for name, info in self.kind.model_fields.items():
            if self._is_hidden(name):
                continue
            shape = shape_of(self.kind, name)
            if issubclass(shape.type, BaseModel):
                self.groups[name] = [f"{name}-{part}" for part in shape.type.model_fields]
                for part in shape.type.model_fields:
                    self.fields[f"{name}-{part}"] = field_for(shape.type, part, compact=True)
            else:
                self.fields[name] = self._special(name, info.is_required()) or field_for(
                    self.kind, name, choices=self._choices(name)
                )

    def _is_hidden(self, name: str) -> bool:
        if name in self.made or name in FROM_DEVICES or name in DERIVED.get(self.kind.kind, ()):
            return True
        if self.old is None:
            return False
        unseen = not sees(self.situation.duty, name, self.kind.kind)
        if name in _OTHER_CASES and (case := getattr(self.old, name)) is not None:
            unseen = unseen or not self.situation.ticket_of(case)
        if name == "area" and not areas.covers(self.situation.scope, getattr(self.old, name) or ""):
            unseen = unseen or getattr(self.old, name) is not None  # somebody else moves it
        return unseen or name in _KEPT or shape_of(self.kind, name).pattern == "ticket"

    def _choices(self, name: str) -> Choices | None:
        """What may be chosen; a team that an entry names stays, whatever became of it."""
        if name == "team":
            return teams(self.situation, getattr(self.old, "team", None) or "")
        return choices_for(self.kind, name, self.situation)

    def _special(self, name: str, required: bool) -> forms.Field | None:
        """Fields that are read with knowledge of the office: villages, areas, other cases."""
        info = self.kind.model_fields[name]
        label = _(info.title) if info.title else name
        if name == "area":
            attrs = {"list": "villages", "autocomplete": "off"}
            read = village_in(self.situation.scope)
            return Read(read=read, label=label, required=required, widget=forms.TextInput(attrs=attrs))
        if name == "referred_to":
            help_text = _("Name or code of the regency, city, subdistrict or village")
            return Read(read=any_area, label=label, help_text=help_text, required=False)
        if name in _OTHER_CASES and self.situation.find_case is not None:
            help_text = _("Ticket number of the other case")
            other = partial(self._other_case, name)
            return Read(read=other, max_length=40, label=label, help_text=help_text, required=required)
        return None

    def _other_case(self, name: str, text: str) -> UUID:
        """The case of a ticket; one that was named before stays, whatever became of it. Raises BadInput."""
        known: UUID | None = getattr(self.old, name, None)
        if known is not None and text == self.situation.ticket_of(known):
            return known
        assert self.situation.find_case is not None
        return self.situation.find_case(text)

    def _set_initial(self) -> None:
        from jemput.office.forms.places import as_typed

        values: Mapping[str, Any] = guesses(self.kind, self.situation) if self.old is None else dict(self.old)
        for name, value in values.items():
            if isinstance(value, BaseModel):
                for part, inner in dict(value).items():
                    self._start(f"{name}-{part}", inner)
            elif name == "area" and value:
                self._start(name, as_typed(value))
            elif name in _OTHER_CASES and value:
                self._start(name, self.situation.ticket_of(value))
            else:
                self._start(name, value)

    def _start(self, name: str, value: Any) -> None:
        if name in self.fields and value is not None:
            self.fields[name].initial = [str(v) for v in value] if isinstance(value, list) else value

    # ---- reading ------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Builds ``body``; what the model refuses is said at the field that mends it."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        values = self._values(cleaned)
        if self.kind.kind == "person_described" and self.old is None:
            values = what_is_new(values, self.situation)
        values |= derive(self.kind, values, self.situation)
        try:
            self.body = self.kind.model_validate(values)
        except ValidationError as error:
            self.add_model_errors(error)
        return cleaned

    def _values(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {} if self.old is None else self.old.model_dump(exclude_none=True)
        for name in self.kind.model_fields:
            if name in self.groups:
                parts = {p.partition("-")[2]: cleaned[p] for p in self.groups[name]}
                values[name] = {k: v for k, v in parts.items() if v is not None}
            elif name in self.fields:
                value = cleaned.get(name)
                if value is None or (value == [] and not self._says_none(name)):
                    values.pop(name, None)
                else:
                    values[name] = value
        return values | self.made

    def _says_none(self, name: str) -> bool:
        """Whether nothing ticked is an answer: one must be ticked, or it takes back what was known."""
        if self.kind.model_fields[name].is_required():
            return True
        if self.old is not None:
            return name != "documents" and bool(getattr(self.old, name))
        is_described = self.kind.kind == "person_described"
        return is_described and name != "documents" and bool(lists_known(self.situation).get(name))

    def add_model_errors(self, error: ValidationError) -> None:
        """Say what the model refused, in the reader's language, where it can be mended."""
        for fault in error.errors(include_url=False, include_input=False):
            where = [str(part) for part in fault["loc"]]
            name = "-".join(where[:2]) if where[:1] and where[0] in self.groups else "".join(where[:1])
            if not name:
                name = WHERE_ERRORS_BELONG.get(self.kind.kind, "")
            self.add_error(name if name in self.fields else None, in_words(dict(fault)))

    # ---- showing ------------------------------------------------------------------------------

    def rows(self) -> Iterator[Row]:
        """The lines of the form in the order of the model."""
        for name, info in self.kind.model_fields.items():
            if name in self.groups:
                yield Row([self[part] for part in self.groups[name]], _(info.title or name))
            elif name in self.fields:
                yield Row([self[name]])


_OTHER_CASES = frozenset({"merged_with", "into"})
_KEPT = frozenset({"visit", "complaint", "request", "entry", "source", "channel", "purpose"})
"""Never changed by a correction: what an entry is about is not what it says."""


def in_words(fault: Mapping[str, Any]) -> str:
    """A fault that pydantic found, as people say it; never with the value that was typed."""
    kind, given = str(fault["type"]), fault.get("ctx") or {}
    if kind in ("value_error", "assertion_error") and "error" in given:
        error = given["error"]
        return say(error.words) if isinstance(error, BadInput) else _(str(error))
    if kind == "missing":
        return _("Fill in this field.")
    if kind == "string_too_long":
        return _("Write at most %(n)d characters.") % {"n": given["max_length"]}
    if kind in ("string_too_short", "too_short"):
        return _("Fill in this field.")
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = given.get("ge", given.get("le"))
        if kind == "greater_than_equal":
            return _("Write a number of at least %(n)s.") % {"n": limit}
        return _("Write a number of at most %(n)s.") % {"n": limit}
    if kind in ("enum", "literal_error"):
        return _("Choose one of the values offered.")
    return _("This cannot be read. Check it and write it again.")
