"""An invented person as the stories know them, and the report that opens their case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jemput.core import entries as e
from jemput.core.codes import Channel, DataCondition, Document, Service, Sex
from jemput.core.dates import AgeBand
from jemput.core.programme import Programme

NOT_REGISTERED = (DataCondition.NO_NIK, DataCondition.NOT_IN_DATABASE)
"""Neither the register nor the fingers tell who they are."""


@dataclass
class Invented:
    """An invented person, with what the stories need to know of them."""

    name: str
    nik: str | None
    birth: date
    sex: Sex
    age_band: AgeBand
    area: str
    address: str
    mother: str
    family: str
    """The family member who speaks, receives and signs."""
    phone: str
    facts: dict[str, Any] = field(default_factory=dict)
    """More sealed facts of the report: groups, place_kind, blocked_services ..."""
    later_nik: str | None = None
    """The NIK that the register or the fingers will tell, or that is given, where the reporter knows none."""
    condition: DataCondition = DataCondition.UNKNOWN

    @property
    def registered_nik(self) -> str | None:
        """What the register and the fingers tell today."""
        return None if self.condition in NOT_REGISTERED else self.nik or self.later_nik


def report_of(
    programme: Programme,
    person: Invented,
    ticket: str,
    channel: Channel,
    documents: list[Document],
    **clear: Any,
) -> e.Reported:
    """The report of an invented person in a programme; urgency follows from the blocked services."""
    services = [Service(s) for s in person.facts.get("blocked_services", [])]
    return e.Reported(
        programme=programme.number,
        programme_hash=programme.hash,
        ticket=ticket,
        channel=channel,
        area=person.area,
        documents=documents,
        condition=person.condition,
        urgency=programme.urgency_of(services),
        sex=person.sex,
        age_band=person.age_band,
        identified=person.nik is not None,
        name=person.name,
        nik=person.nik,
        birth_date=person.birth,
        mother=person.mother or None,
        address=person.address,
        phone=person.phone,
        **person.facts,
        **clear,
    )
