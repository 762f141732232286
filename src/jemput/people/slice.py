"""A small sealed part of the register, for an officer who goes where there is no line (docs/people.md).

The people of a few villages, sealed under a key made for this slice alone. The server keeps neither. The day
on which it ends is bound to the seal: whoever opens it must say the same day.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jemput.accounts.models import Assignment
from jemput.accounts.sensitive import sees
from jemput.core.areas import Level, area, covers, level, villages
from jemput.core.codes import Duty
from jemput.core.text import BadInput, _
from jemput.people.lookup import register_of
from jemput.people.person import Person
from jemput.people.sheets import sheets_of

GOES_OUT = (Duty.FIELD_OFFICER, Duty.VILLAGE_REGISTRAR, Duty.SUBDISTRICT)
"""Of the duties that look people up, those that do it at the door."""
LASTS = timedelta(days=14)
MOST_VILLAGES = 16
MOST_PEOPLE = 20_000
FIELDS = ("number", "name", "nik", "family_number", "sex", "birth", "mother", "area", "rw", "rt")
_NONCE = 12


@dataclass(frozen=True)
class Slice:
    """What leaves the server. ``key`` opens ``sealed`` and stands nowhere else."""

    id: UUID
    extract: str
    expires_at: str
    villages: tuple[str, ...]
    people: int
    key: str
    sealed: str


def villages_asked(asked: Sequence[str], asker: Assignment) -> list[str]:
    """The villages meant, all within the asker's area; without any, those of that area. Raises BadInput."""
    found: list[str] = []
    for code in asked or [asker.area]:
        if area(code) is None or not covers(asker.area, code):
            raise BadInput(_("Name villages or wards within your own area."))
        found += [code] if level(code) >= Level.VILLAGE else [v.code for v in villages(code)]
    found = list(dict.fromkeys(code[: len("35.03.04.2007")] for code in found))
    if len(found) > MOST_VILLAGES:
        raise BadInput(
            _("These are %(n)s villages. Take at most %(most)s."), n=len(found), most=MOST_VILLAGES
        )
    return found


def cut(asked: Sequence[str], asker: Assignment, now: datetime) -> tuple[Slice, list[Person]]:
    """A slice of these villages, and who is in it, to be written down. Raises BadInput, keys.Locked."""
    places = villages_asked(asked, asker)
    register = register_of(asker.office_id)
    if register is None:
        raise BadInput(_("This office has no register extract."))
    sheets = (sheet for village in places for sheet in sheets_of(register.vault, village))
    numbers = sorted({number for sheet in sheets for number in sheet.numbers.tolist()})
    if len(numbers) > MOST_PEOPLE:
        raise BadInput(_("These villages have %(n)s people. Take fewer villages."), n=len(numbers))
    people = {
        n: person for n, person in register.vault.people(numbers).items() if covers(asker.area, person.area)
    }
    id, expires_at = uuid4(), (now + LASTS).isoformat()
    drawn_on = register.snapshot.taken_on.isoformat()
    said: dict[str, Any] = {
        "extract": drawn_on,
        "register": register.snapshot.pk,
        "villages": places,
        "fields": FIELDS,
        "people": [_row(n, people[n], asker.role) for n in sorted(people)],
    }
    key = AESGCM.generate_key(256)
    nonce, plain = os.urandom(_NONCE), zlib.compress(json.dumps(said, separators=(",", ":")).encode(), 6)
    sealed = nonce + AESGCM(key).encrypt(nonce, plain, _bound(str(id), expires_at))
    slice = Slice(
        id, drawn_on, expires_at, tuple(places), len(people), b64encode(key).decode(),
        b64encode(sealed).decode(),
    )  # fmt: skip
    return slice, list(people.values())


def opened(slice: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a slice holds, as any reader of one must open it.

    Raises BadInput when its time is over, and cryptography's InvalidTag when the day was altered.
    """
    if now >= datetime.fromisoformat(slice["expires_at"]):
        raise BadInput(_("The time of this slice of the register is over. Fetch a new one."))
    blob = b64decode(slice["sealed"])
    aead, bound = AESGCM(b64decode(slice["key"])), _bound(str(slice["id"]), slice["expires_at"])
    found: dict[str, Any] = json.loads(zlib.decompress(aead.decrypt(blob[:_NONCE], blob[_NONCE:], bound)))
    return found


def _row(number: int, person: Person, duty: Duty) -> list[str | int]:
    nik = person.nik if sees(duty, "nik") else ""
    family = person.family if sees(duty, "family_number") else ""
    said = (person.sex, person.birth, person.mother, person.area, person.rw, person.rt)
    return [number, person.name, nik, family, *said]


def _bound(id: str, expires_at: str) -> bytes:
    return f"jemput slice 1 {id} {expires_at}".encode()
