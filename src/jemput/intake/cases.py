"""A report becomes a case: its ticket, its urgency, its age band; the programme version is pinned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import uuid_utils

from jemput.core.codes import Duty, Service, Urgency
from jemput.core.dates import AgeBand, Birth, age_band, parse_birth
from jemput.core.entries import Body, Entry, GuardianNamed, Reported, ReporterNamed
from jemput.core.nik import birth_from, parse_nik
from jemput.core.programme import Programme
from jemput.core.text import BadInput, _
from jemput.intake.tickets import new_ticket, ticket_of
from jemput.journal import Verdict, append
from jemput.journal.models import CaseRow, EntryRow


@dataclass(frozen=True)
class Author:
    """Who writes: the account's opaque id, and the duty in hand."""

    actor: str
    duty: Duty


@dataclass(frozen=True)
class Opened:
    """A case that stands in the journal."""

    stream: UUID
    ticket: str
    known: bool = False
    """It was reported before with the same entry id: the form was sent twice."""


class NotTaken(ValueError):
    """The journal refused the report; ``verdict`` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict


def new_id() -> UUID:
    """A fresh UUIDv7 for an entry."""
    return UUID(str(uuid_utils.uuid7()))


def is_entry_id(id: UUID) -> bool:
    """Whether an id is a UUIDv7, as entries have."""
    return id.version == 7


def made_at(id: UUID, now: datetime) -> datetime:
    """When a UUIDv7 was made; never later than now, never more than a day ago."""
    made = id.int >> 80
    moment = datetime.fromtimestamp(min(made, int(now.timestamp() * 1000)) / 1000, UTC)
    return moment if (now - moment).total_seconds() < 86_400 else now


def beside(id: UUID, purpose: str) -> UUID:
    """Another UUIDv7 of the same moment that follows from this one: a form sent twice gives the same."""
    drawn = int.from_bytes(sha256(id.bytes + purpose.encode()).digest()[:10])
    value = (id.int >> 80 << 80) | drawn
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def open_case(
    programme: Programme,
    facts: Mapping[str, Any],
    *,
    author: Author,
    now: datetime,
    today: date,
    entry: UUID | None = None,
    reporter: ReporterNamed | None = None,
    guardian: GuardianNamed | None = None,
) -> Opened:
    """Write the report, and who told us, as the first entries of a new case.

    ``facts`` are fields of ``Reported`` as typed values; the programme, ticket, urgency, age band and
    whether the person is known by name follow. ``entry`` is the idempotency key of the report.
    Raises pydantic's ValidationError for facts that do not fit, NotTaken, keys.Locked.
    """
    entry = entry or new_id()
    known = EntryRow.objects.filter(id=entry, kind="reported").first()
    if known is not None:
        if known.actor != author.actor:
            raise BadInput(_("This form belongs to somebody else. Open a new one."))
        return Opened(known.stream_id, known.clear["ticket"], known=True)
    stream, at = beside(entry, "stream"), made_at(entry, now)
    ticket = _free_ticket(facts["area"][:5], entry, stream)
    body = reported(programme, facts, ticket=ticket, today=today)
    bodies: list[tuple[UUID, Body]] = [(entry, body)]
    if reporter is not None:
        bodies.append((beside(entry, "reporter"), reporter))
    if guardian is not None:
        bodies.append((beside(entry, "guardian"), guardian))
    verdicts = append(
        [
            Entry(id=id, stream=stream, actor=author.actor, duty=author.duty, occurred_at=at, body=b)
            for id, b in bodies
        ]
    )
    refused = next((v for v in verdicts if not v.stored), None)
    if refused is not None:
        raise NotTaken(refused)
    return Opened(stream, body.ticket)


def reported(programme: Programme, facts: Mapping[str, Any], *, ticket: str, today: date) -> Reported:
    """The report's body with all that follows from the facts. Raises pydantic's ValidationError."""
    return Reported.model_validate(
        {
            **{k: v for k, v in facts.items() if v is not None and v != []},
            "programme": programme.number,
            "programme_hash": programme.hash,
            "ticket": ticket,
            "urgency": urgency(programme, facts.get("blocked_services") or []),
            "age_band": band(facts, today),
            "identified": bool(facts.get("name")),
        }
    )


def urgency(programme: Programme, blocked: list[Any]) -> Urgency:
    """How soon, by the services that are blocked without the document (G50, G54)."""
    return programme.urgency_of([Service(s) for s in blocked])


def band(facts: Mapping[str, Any], today: date) -> AgeBand:
    """The age band by birth date, else by what is known roughly ("umur 70-an"), else by the NIK."""
    if exact := facts.get("birth_date"):
        return age_band(exact, today)
    try:
        if about := facts.get("birth_about"):
            rough: Birth = parse_birth(about, today)
            return age_band(rough, today)
        if nik := facts.get("nik"):
            return age_band(birth_from(parse_nik(nik), today), today)
    except BadInput:
        pass
    return AgeBand.UNKNOWN


def _free_ticket(office: str, entry: UUID, stream: UUID) -> str:
    """The ticket that follows from the entry, or a random one where another case has it already.

    This case itself may have it: a form sent twice at once must say the same twice.
    """
    ticket = ticket_of(office, entry)
    while CaseRow.objects.filter(ticket=ticket).exclude(stream=stream).exists():
        ticket = new_ticket(office)
    return ticket
