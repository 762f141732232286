"""What goes in and out of the API."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from jemput.core import entries as e
from jemput.core.codes import Channel, DataCondition, Document, Duty, Sex, Status, Urgency
from jemput.core.entries import KINDS
from jemput.core.entries.base import Area, Prose

NOT_HERE = frozenset({"reported", "corrected", "visit_routed"})
"""Kinds with a way of their own: a report opens a case, a correction is made where its target is read, a
place in the route follows from the plan."""


class Fault(Schema):
    """What is wrong with one field, and how to mend it."""

    field: str
    message: str


class Problem(Schema):
    """Why something was not done, in the reader's language; never with the values that were sent."""

    code: str
    message: str
    faults: list[Fault] = []


class TextOut(Schema):
    """The office's own words."""

    id: str
    en: str | None = None


class StepOut(Schema):
    """One step of a programme."""

    id: str
    entry: str
    label: TextOut
    phase: str
    duties: list[Duty]
    after: list[str]
    optional: bool


class ProgrammeOut(Schema):
    """A programme as it runs now."""

    number: int
    name: str
    long_name: TextOut
    hash: str
    documents: list[Document]
    promise_working_days: int | None
    steps: list[StepOut]


class CaseOut(Schema):
    """What lists know of a case."""

    id: UUID
    ticket: str
    programme: int
    status: Status
    urgency: Urgency
    area: str
    documents: list[Document]
    flags: dict[str, datetime]
    opened_at: datetime
    last_at: datetime
    due_at: datetime | None


class CasesOut(Schema):
    """One page of cases, the latest act first."""

    cases: list[CaseOut]
    page: int
    has_more: bool


class ActionOut(Schema):
    """Something that could be done, or the reasons why not now."""

    key: str
    kind: str
    label: str
    allowed: bool
    reasons: list[str]


class CaseDetail(CaseOut):
    """One case: its state, and what this duty may do."""

    last: UUID
    state: dict[str, Any]
    actions: list[ActionOut]


class ReportIn(e.PersonFacts):
    """A report. ``entry`` (a UUIDv7) makes a second sending harmless."""

    entry: UUID | None = None
    programme: int = Field(ge=1, le=9999)
    channel: Channel
    area: Area
    documents: list[Document] = Field(min_length=1)
    condition: DataCondition = DataCondition.UNKNOWN
    sex: Sex = Sex.UNKNOWN
    note: Prose | None = None
    reporter: e.ReporterNamed
    guardian: e.GuardianNamed | None = None


class Reported(Schema):
    """The case that came of a report."""

    id: UUID
    ticket: str
    known: bool


class Written(Schema):
    """An entry that stands in the journal, and what its author had not seen."""

    id: UUID
    answer: str
    title: str
    unseen: list[UUID]


class _Offered(Schema):
    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="UUIDv7, made by the caller: the idempotency key")
    after: UUID | None = Field(None, description="the last entry that the author had seen")


def _offered(kind: str) -> type[_Offered]:
    body = KINDS[kind]
    fields: dict[str, Any] = {"kind": (Literal[kind], ...), "body": (body, ...)}
    return create_model(f"{body.__name__}Entry", __base__=_Offered, **fields)


CASE_KINDS = tuple(k for k, body in KINDS.items() if body.stream_type == "case" and k not in NOT_HERE)
_Any: Any = reduce(or_, map(_offered, CASE_KINDS))
EntryIn = Annotated[_Any, Field(discriminator="kind")]
