"""What a device must know of its office: who it is, how it counts days, its villages, its programmes."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings

from jemput import journal
from jemput.core.areas import Level, area, level, villages
from jemput.core.codes import Duty
from jemput.core.programme import Programme
from jemput.intake import number_of
from jemput.places import point_of
from jemput.planning import team_names
from jemput.sync.extract import drawn_on
from jemput.sync.models import Device

JSON = dict[str, Any]


def book(device: Device) -> JSON:
    """The office as this device needs it; ``digest`` changes when anything in it does."""
    office = device.office
    said: JSON = {
        "code": office.code,
        "name": office.name,
        "letters": number_of(office.code, "T", UUID(int=0))[:3],
        "time_zone": office.time_zone,
        "holidays": sorted(day.isoformat() for day in office.holidays()),
        "hotlines": office.hotlines,
        "villages": _villages(device.assignment.area),
        "teams": team_names(office),
        "reports": [{"number": p.number, "hash": p.hash} for p in _reports(device)],
        "extract": drawn_on(device),
        "tiles": {"url": settings.TILES, "credit": settings.TILES_CREDIT} if settings.TILES else None,
    }
    digest = sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return {"digest": digest, **said}


def _villages(scope: str) -> list[JSON]:
    """The villages of an area; of a village or an RW, itself."""
    found = area(scope)
    inside = [found] if level(scope) >= Level.VILLAGE and found else villages(scope)
    return [_village(one.code, one.title) for one in inside]


def _village(code: str, name: str) -> JSON:
    point = point_of(code)
    place = {"at": [point.latitude, point.longitude]} if point and not point.approximate else {}
    return {"code": code, "name": name, **place}


def _reports(device: Device) -> list[Programme]:
    """The programmes of the office to which the duty may report; whoever stands at doors, to all of them."""
    run, duty = journal.run_by(device.office.code), device.duty
    if duty is Duty.FIELD_OFFICER:
        return list(run)
    return [p for p in run if any(s.entry == "reported" and duty in s.duties for s in p.steps)]
