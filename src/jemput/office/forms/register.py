"""First guesses of a form from the register: read by the officer, who says what holds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jemput.core.codes import Duty
from jemput.core.dates import numeric_date
from jemput.core.entries import Body, Entry
from jemput.office.dossier import person_facts
from jemput.people.picked import Picked

_COMPARED = frozenset({"name", "nik", "family_number", "birth_date", "mother"})
_WHERE_THE_PERSON_IS = frozenset({"area", "address"})
"""The caller's word: the register says only where somebody is written down."""


def guesses_from(picked: Picked, body: type[Body], duty: Duty, held: list[Entry]) -> dict[str, Any]:
    """Values for the fields of an entry on this case. What a check amounts to is left to the officer."""
    known = picked.facts(duty)
    found = {n: v for n, v in known.items() if n in body.model_fields and n not in _WHERE_THE_PERSON_IS}
    if "differences" in body.model_fields:
        found["differences"] = _differences(held, known)
    return {name: value for name, value in found.items() if value}


def _differences(held: list[Entry], known: dict[str, Any]) -> str:
    """What the case and the register say differently, a line each."""
    lines = []
    for fact in person_facts(held):
        here, there = _word(fact.value), _word(known.get(fact.name, ""))
        if fact.name in _COMPARED and there and here.upper() != there.upper():
            words = _("%(what)s: %(register)s in the register, %(case)s in the case")
            lines.append(words % {"what": fact.label, "register": there, "case": here})
    return "\n".join(lines)


def _word(value: Any) -> str:
    return numeric_date(value) if hasattr(value, "year") else str(value)
