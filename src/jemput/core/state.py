"""What a case amounts to after its entries: a few statuses, flags with ages, steps done."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from jemput.core.codes import DataCondition, Document, Flag, Partner, Sex, Status, Urgency
from jemput.core.dates import AgeBand
from jemput.core.entries import (
    CloseReason,
    Holder,
    TriageResult,
    VisitPurpose,
)


@dataclass(slots=True)
class Visit:
    """One promise to come and what became of it."""

    id: UUID
    purpose: VisitPurpose
    day: date | None = None
    started: datetime | None = None
    ended: datetime | None = None
    partners: list[Partner] = field(default_factory=list)


@dataclass(slots=True)
class Paper:
    """Where one wanted document stands."""

    printed: datetime | None = None
    holder: Holder | None = None
    carried_since: datetime | None = None
    delivered: datetime | None = None
    receipt: str | None = None


@dataclass(slots=True)
class State:
    """The fold of one case. Reads like a page: what is wanted, what is done, what is open."""

    status: Status = Status.REPORTED
    programme: int = 0
    programme_hash: str = ""
    ticket: str = ""
    area: str = ""
    urgency: Urgency = Urgency.NORMAL
    sex: Sex = Sex.UNKNOWN
    age_band: AgeBand = AgeBand.UNKNOWN
    condition: DataCondition = DataCondition.UNKNOWN
    documents: dict[Document, Paper] = field(default_factory=dict)
    flags: dict[Flag, datetime] = field(default_factory=dict)
    done: dict[str, datetime] = field(default_factory=dict)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the newest entry of a step said in the clear, where another step is waived by it."""
    visits: dict[UUID, Visit] = field(default_factory=dict)
    attempts: int = 0
    papers_received: dict[str, datetime] = field(default_factory=dict)
    papers_wanting: dict[str, datetime] = field(default_factory=dict)
    originals: dict[str, datetime] = field(default_factory=dict)
    complaints: dict[UUID, datetime] = field(default_factory=dict)
    data_requests: dict[UUID, datetime] = field(default_factory=dict)
    centre_raw: str | None = None
    centre_since: datetime | None = None
    triage: TriageResult | None = None
    merged_into: UUID | None = None
    closed_for: CloseReason | None = None
    irregular: list[UUID] = field(default_factory=list)
    again_on: date | None = None
    opened_at: datetime | None = None
    last_at: datetime | None = None
    last: UUID | None = None

    @property
    def wanted(self) -> list[Document]:
        """The documents that the person needs."""
        return list(self.documents)

    @property
    def visit(self) -> Visit | None:
        """The visit going on now, if the team is at the door."""
        return next((v for v in self.visits.values() if v.started and not v.ended), None)

    @property
    def next_visit(self) -> Visit | None:
        """The next promise not yet begun."""
        waiting = [v for v in self.visits.values() if v.day and not v.started and not v.ended]
        return min(waiting, key=lambda v: v.day or date.max, default=None)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something for the person."""
        return self.status in OPEN

    def to_json(self) -> dict[str, Any]:
        """The state as plain values: stable, for storage and for the shared test vectors."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


OPEN = frozenset({Status.REPORTED, Status.ACCEPTED, Status.IN_PROGRESS, Status.ISSUED, Status.DELIVERED})


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {_plain(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, Visit | Paper):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value
