"""The register for those who go out: a sealed slice of their own villages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja import Status as Answered
from pydantic import ConfigDict, Field

from jemput.accounts.access import exported
from jemput.core.entries.base import Area
from jemput.core.text import BadInput
from jemput.office.api.guard import Staff
from jemput.office.api.problems import one_fault
from jemput.office.api.shapes import Problem
from jemput.office.words import say
from jemput.people.seen import write_down
from jemput.people.slice import GOES_OUT, MOST_VILLAGES, cut

router = Router()


class SliceIn(Schema):
    """Which villages. None: those of the area of the duty in hand."""

    model_config = ConfigDict(extra="forbid")

    areas: Annotated[list[Area], Field(max_length=MOST_VILLAGES)] = []


class SliceOut(Schema):
    """A sealed slice and the key that opens it, which is given this once (docs/people.md)."""

    id: UUID
    extract: str = Field(description="the day on which the extract was drawn")
    expires_at: str
    villages: list[str]
    people: int
    key: str = Field(description="AES-256 key, base64")
    sealed: str = Field(description="12 bytes of nonce, then AES-256-GCM of zlib of JSON, base64")


@router.post(
    "/slice",
    response={200: SliceOut, 400: Problem, 401: Problem, 403: Problem, 422: Problem, 503: Problem},
    auth=Staff(duties=frozenset(GOES_OUT)),
    url_name="slice",
)
def people_slice(request: HttpRequest, data: SliceIn) -> Any:
    """The people of some villages of one's own, sealed, for 14 days. That they were carried away is written
    down for each of them."""
    assignment = request.assignment  # type: ignore[attr-defined]
    try:
        made, people = cut(data.areas, assignment, timezone.now())
    except BadInput as bad:
        return Answered(422, one_fault("areas", say(bad.words)))
    with transaction.atomic():
        exported(request)
        write_down(assignment, people)
    return asdict(made)
