"""Somebody chosen among the hits: what of them goes into a form, and what of it was used in the end.

A form carries only the place in the extract. The person is read anew each time, and the extract may have
been replaced meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jemput.accounts.models import Assignment
from jemput.accounts.sensitive import sees
from jemput.core.areas import Level, covers, level
from jemput.core.codes import Duty, Sex
from jemput.core.dates import numeric_date
from jemput.core.entries import RegisterField
from jemput.core.text import BadInput, _, plain
from jemput.people.lookup import opened
from jemput.people.models import Snapshot
from jemput.people.person import Person
from jemput.people.seen import write_down

_KEY = re.compile(r"([0-9]{1,18})\.([0-9]{1,10})")


@dataclass(frozen=True)
class Picked:
    """A person of an extract; None when the extract has been replaced since."""

    key: str
    drawn_on: date
    person: Person | None

    def facts(self, duty: Duty) -> dict[str, Any]:
        """Fields of ``PersonFacts`` (and sex, area) that the register knows and the duty may see."""
        if (p := self.person) is None:
            return {}
        there = " ".join(f"{word} {number}" for word, number in (("RT", p.rt), ("RW", p.rw)) if number)
        known: dict[str, Any] = {
            "name": p.name,
            "nik": p.nik,
            "family_number": p.family,
            "birth_date": p.born,
            "birth_about": "" if p.born else _about(p.birth),
            "birth_place": p.birth_place,
            "sex": Sex(p.sex) if p.sex else None,
            "mother": p.mother,
            "area": p.area if p.area and level(p.area) >= Level.VILLAGE else "",
            "address": ", ".join(filter(None, (p.address, there))),
        }
        return {name: value for name, value in known.items() if value and sees(duty, name)}

    def used(self, said: Mapping[str, Any], duty: Duty) -> dict[str, Any]:
        """``extract`` and ``from_extract``: what of the entry is said as the register has it.

        Nothing when neither name nor NIK is: then somebody else is meant.
        """
        if self.person is None:
            return {"extract": self.drawn_on}
        facts = self.facts(duty)
        same = [f for f in RegisterField if _same(f, facts, said)]
        if not {RegisterField.NAME, RegisterField.NIK} & set(same):
            return {}
        return {"extract": self.drawn_on, "from_extract": same}


def pick(key: str, asker: Assignment) -> Picked:
    """Whom a hit's key stands for; that they were shown is written down. Raises BadInput, keys.Locked."""
    picked = picked_before(key, asker)
    if picked is None or picked.person is None:
        raise BadInput(_("The register extract has been replaced meanwhile. Look the person up again."))
    write_down(asker, [picked.person])
    return picked


def picked_before(key: str, asker: Assignment) -> Picked | None:
    """Whom a form was filled in from; None for a key that cannot be one, or is not for this asker.

    Raises keys.Locked.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    extracts = Snapshot.objects.filter(office=asker.office_id).defer("figures")
    snapshot = extracts.filter(pk=int(found[1])).first()
    if snapshot is None:
        return None
    if snapshot.state != Snapshot.CURRENT:
        return Picked(key, snapshot.taken_on, None)
    number = int(found[2])
    person = opened(snapshot).vault.people([number]).get(number)
    if person is None or not covers(asker.area, person.area or snapshot.office):
        return None
    return Picked(key, snapshot.taken_on, person)


def _about(birth: str) -> str:
    """A birth that is not known to the day, as it is typed: 1950, or 03-1950."""
    year, month = birth[:4], birth[5:7]
    if not year.strip("0"):
        return ""
    return f"{month}-{year}" if month.strip("0") else year


def _same(field: RegisterField, facts: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    name = field.value
    if field is RegisterField.BIRTH:
        name = "birth_date" if said.get("birth_date") else "birth_about"  # an exact date is what holds
    fact, word = facts.get(name), said.get(name)
    if not fact or not word:
        return False
    if field is RegisterField.AREA:
        return covers(fact, str(word))
    return _folded(fact) == _folded(word)


def _folded(value: Any) -> str:
    return numeric_date(value) if isinstance(value, date) else plain(str(value or "")).upper()
