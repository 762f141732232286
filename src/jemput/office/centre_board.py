"""The status board: where recordings stand on the centre's ladder, which are stuck, which have failed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Func, Min, Q, QuerySet, TextField
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jemput.accounts.access import access_cases
from jemput.accounts.decorators import duty_required
from jemput.accounts.http import StaffRequest
from jemput.core.centre import (
    KNOWN,
    LADDER,
    PHASES,
    STUCK_AFTER_DAYS,
    CentreMeaning,
    Rung,
    meaning,
    rung,
    stuck,
)
from jemput.core.codes import Duty, Flag, Status
from jemput.core.text import _
from jemput.journal.models import CaseRow
from jemput.office.centre_lists import LOADERS, batches
from jemput.office.showing import Names, names

WATCHERS = (
    *(Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.HEAD_OF_SECTION, Duty.FIELD_OFFICER),
    *(Duty.DATA_ENTRY, Duty.PRINTING, Duty.HEAD_OF_OFFICE, Duty.EVALUATOR),
)
MOST = 25
FAILED = {m for m, step in LADDER.items() if step.phase in (0, 4)}
NO_STATUS_AFTER_DAYS = 3
GOING_ON = (Status.REPORTED, Status.ACCEPTED, Status.IN_PROGRESS)
NO_STATUS = _("Sent, and no status recorded since: look it up in SIAK and record what it shows.")


class Said(Func):
    """A member of a JSON column as text; NULL where it is null or absent. ``Said("state", key="ticket")``."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Django's own transform says 'null' for a null."""
        column, params = compiler.compile(self.source_expressions[0])
        return f"JSON_EXTRACT({column}, '$.{_key(self)}')", params

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """The same in the other tongue."""
        column, params = compiler.compile(self.source_expressions[0])
        return f"({column} ->> '{_key(self)}')", params


def _key(said: Said) -> str:
    key = str(said.extra["key"])
    assert key.isidentifier()
    return key


Rows = QuerySet[Any]
"""Cases with ``raw``, ``since`` or ``sent`` beside their columns."""


@dataclass(frozen=True)
class Line:
    """A rung of the ladder: how many cases stand on it, and since when the oldest does."""

    meaning: CentreMeaning
    rung: Rung
    raws: tuple[str, ...]
    number: int
    oldest: datetime | None


@dataclass(frozen=True)
class Trouble:
    """A case that somebody must look after, and what to check."""

    case: CaseRow
    name: str
    label: str
    raw: str
    since: datetime
    advice: str


@require_GET
@duty_required(*WATCHERS)
def board(request: StaffRequest) -> HttpResponse:
    """The ladder with counts and ages, and the cases that will not go on by themselves."""
    cases: Rows = access_cases(request).filter(status__in=[s.value for s in GOING_ON])
    told = cases.annotate(
        raw=Said("state", key="centre_raw"),
        since=Said("state", key="centre_since"),
        sent=Said("flags", key=Flag.AT_CENTRE.value),
    )
    stands = _stands(told)
    silent = stands.pop(None, None)
    known = {meaning(raw) for raw in stands if raw is not None}
    # Each of these reads through all open cases: only asked where the ladder says that there are any.
    stuck_ones = list(_stuck(told)) if known & STUCK_AFTER_DAYS.keys() else []
    failed = list(_failed(told)) if known & FAILED else []
    quiet = list(_silent(told)) if silent else []
    who = names(request, [*stuck_ones, *failed, *quiet])
    context = {
        "here": "centre",
        "kind": centre_kind(),
        "phases": _phases(stands),
        "silent": silent.number if silent else 0,
        "stuck": [*_stuck_rows(stuck_ones, who), *_silent_rows(quiet, who)],
        "failed": [_trouble(case, who, rung(meaning(_raw(case))).advice) for case in failed],
        "locked": who.locked,
        "may_load": request.assignment.role in LOADERS,
        "batches": batches(request) if request.assignment.role in LOADERS else [],
    }
    return render(request, "office/centre.html", context)


def centre_kind() -> str:
    """Which adapter is configured: "web", "simulator", or "" for the manual way."""
    kind = os.environ.get("JEMPUT_CENTRE", "").strip().lower()
    return kind if kind in ("web", "simulator") else ""


@dataclass(frozen=True)
class Stand:
    """How many cases have a raw status, and since when the oldest has it."""

    raw: str
    number: int
    oldest: str | None


def _stands(told: Rows) -> dict[str | None, Stand]:
    """The raw statuses in one look through the open cases; None: sent, and nothing heard since."""
    spoken = told.filter(Q(raw__isnull=False) | Q(sent__isnull=False)).order_by()
    rows = spoken.values_list("raw").annotate(n=Count("*"), oldest=Min("since"))
    return {raw: Stand(raw or "", number, oldest) for raw, number, oldest in rows}


def _phases(stands: dict[str | None, Stand]) -> list[tuple[str, list[Line]]]:
    """The rungs by phase, in the order of the ladder, with those that nobody knows at the end."""
    phases: dict[int, list[Line]] = {}
    for of, step in LADDER.items():
        found = [stand for stand in stands.values() if meaning(stand.raw) is of]
        raws = [stand.raw for stand in found] or [raw for raw in KNOWN if meaning(raw) is of][:1]
        oldest = min((datetime.fromisoformat(s.oldest) for s in found if s.oldest), default=None)
        line = Line(of, step, tuple(raws), sum(stand.number for stand in found), oldest)
        phases.setdefault(step.phase, []).append(line)
    unknown = [line for line in phases.pop(0, []) if line.number]
    titled = [(PHASES[n], lines) for n, lines in sorted(phases.items())]
    return [*titled, (LADDER[CentreMeaning.UNKNOWN].label, unknown)] if unknown else titled


def _stuck(told: Rows) -> Rows:
    """Cases that stand on a rung for longer than usual, the longest first."""
    now = timezone.now()
    late = Q(pk__in=[])
    for of, days in STUCK_AFTER_DAYS.items():
        raws = [raw for raw in KNOWN if meaning(raw) is of]
        late |= Q(raw__in=raws, since__lt=(now - timedelta(days=days)).isoformat())
    return told.filter(late).order_by("since")[:MOST]


def _failed(told: Rows) -> Rows:
    wanted = Q(flags__has_key=Flag.CENTRE_FAILED.value) | Q(flags__has_key=Flag.CENTRE_UNKNOWN.value)
    return told.filter(wanted).order_by("since")[:MOST]


def _silent(told: Rows) -> Rows:
    """Sent to the centre, and nothing recorded since; the longest first."""
    return told.filter(raw__isnull=True, sent__isnull=False).order_by("sent")[:MOST]


def _raw(case: CaseRow) -> str:
    return str(case.state["centre_raw"])


def _trouble(case: CaseRow, who: Names, advice: str) -> Trouble:
    raw = _raw(case)
    since = datetime.fromisoformat(case.state["centre_since"])
    return Trouble(case, who.by_case.get(case.pk, ""), rung(meaning(raw)).label, raw, since, advice)


def _stuck_rows(cases: Sequence[CaseRow], who: Names) -> list[Trouble]:
    now = timezone.now()
    rows = []
    for case in cases:
        age = now - datetime.fromisoformat(case.state["centre_since"])
        advice = stuck(meaning(_raw(case)), age / timedelta(days=1))
        if advice:
            rows.append(_trouble(case, who, advice))
    return rows


def _silent_rows(cases: Sequence[CaseRow], who: Names) -> list[Trouble]:
    now = timezone.now()
    rows = []
    for case in cases:
        since = datetime.fromisoformat(case.flags[Flag.AT_CENTRE.value])
        if now - since >= timedelta(days=NO_STATUS_AFTER_DAYS):
            name = who.by_case.get(case.pk, "")
            rows.append(Trouble(case, name, _("No status recorded"), "", since, NO_STATUS))
    return rows
