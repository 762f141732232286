"""What a team must know of those whom it visits, as far as the reader's duty may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jemput.accounts.sensitive import mask, sees
from jemput.core import entries as e
from jemput.core.codes import Coded, Duty, PlaceKind
from jemput.core.phone import shown_phone
from jemput.planning.facts import AT_HOME, bodies

_TELLING = (
    *("reported", "person_described", "reporter_named", "guardian_named", "companion_named"),
    *("condition_checked", "visit_scheduled", "corrected"),
)
_NOTES = (
    (e.PersonFacts, "groups", "reported"),
    (e.PersonFacts, "preferred_language", "reported"),
    (e.PersonFacts, "preferred_time", "reported"),
    (e.PersonFacts, "preferred_days", "reported"),
    (e.PersonFacts, "needs", "reported"),
    (e.ConditionChecked, "comfort", "condition_checked"),
    (e.ConditionChecked, "risk", "condition_checked"),
)
_CALLED = {"guardian_named": "guardian", "companion_named": "companion", "reporter_named": "reporter"}


@dataclass
class Person:
    """What the journal of one case says today; empty where it says nothing or was forgotten."""

    said: dict[str, Any] = field(default_factory=dict)
    around: dict[str, e.Body] = field(default_factory=dict)
    """Guardian, companion and reporter, by the kind of entry that named them."""
    meet: str = ""

    def name(self) -> str:
        """The name, or that it is not known."""
        return str(self.said.get("name") or _("Identity not known yet"))

    def place(self, duty: Duty) -> str:
        """Address and institution; that somebody is in prison or hospital only where the duty sees it."""
        parts = [self.said.get("address", "")]
        kind = self.said.get("place_kind")
        if kind and kind not in AT_HOME:
            names = [self.said.get("place_name", ""), _(PlaceKind(kind).label)]
            told = ", ".join(n for n in names if n)
            parts.insert(0, told if sees(duty, "place_kind") else mask("place_kind", told))
        return ". ".join(p for p in parts if p)

    def phones(self, duty: Duty) -> list[str]:
        """Whom to call, with who it is; the reporter only where nobody nearer has a phone."""
        whose: dict[str, str] = {}
        if number := self.said.get("phone"):
            whose[number] = ""
        for kind in _CALLED:
            body: Any = self.around.get(kind)
            if body is None or not body.phone or (kind == "reporter_named" and whose):
                continue
            whose[body.phone] = whose.get(body.phone) or f" ({body.name}, {_(body.relation.label)})"
        return [f"{_dialled(duty, number)}{who}" for number, who in whose.items()]

    def notes(self, duty: Duty) -> Iterator[tuple[str, str]]:
        """What to know of the person's condition, by its label."""
        for model, name, kind in _NOTES:
            value = self.said.get(name)
            if not value:
                continue
            if isinstance(value, list):
                value = ", ".join(_(one.label) for one in value)
            elif isinstance(value, Coded):
                value = _(value.label)
            label = _(model.model_fields[name].title or name)
            yield label, str(value) if sees(duty, name, kind) else mask(name, value, kind)


def _dialled(duty: Duty, number: str) -> str:
    return shown_phone(number) if sees(duty, "phone") else mask("phone", number)


def people(cases: Collection[UUID]) -> dict[UUID, Person]:
    """What is known of the people of these cases. Raises keys.Locked."""
    found = {case: Person() for case in cases}
    for case, body in bodies(cases, _TELLING):
        _learn(found[case], body)
    return found


def _learn(person: Person, body: Any) -> None:
    """What an entry adds; later words replace earlier ones, and an empty list a full one."""
    if isinstance(body, e.Reported | e.PersonDescribed | e.ConditionChecked):
        known = (*e.PersonFacts.model_fields, "comfort", "risk")
        person.said |= {n: v for n in known if (v := getattr(body, n, None)) is not None}
    elif isinstance(body, e.VisitScheduled):
        person.meet = body.meeting_point or ""
    elif body.kind in _CALLED and body.name:
        person.around[body.kind] = body
