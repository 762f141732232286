"""What a phone with Collect is offered: the forms of its office, and the cases whose visit waits."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jemput import journal
from jemput.accounts.access import cases_of
from jemput.core.areas import label
from jemput.core.programme import Programme
from jemput.journal.models import CaseRow
from jemput.journal.project import state_of
from jemput.openrosa import forms
from jemput.openrosa.edits import EDITABLE
from jemput.openrosa.models import Access, Submission


def offered(access: Access) -> list[Programme]:
    """The programmes of the office whose visits are this duty's."""
    run = journal.run_by(access.device.assignment.office_id)
    return [p for p in run if forms.steps(p, access.device.duty)]


def waiting(access: Access, programme: Programme) -> list[tuple[str, str, str]]:
    """Cases of the programme whose visit waits for this officer: ticket, where, and the visit promised."""
    wanted = {step.id for step in forms.steps(programme)}
    rows = cases_of(access.device.assignment).filter(
        programme=programme.number, is_open=True, merged_into=None, stream__erased_at=None,
        waiting__step__in=wanted, waiting__duty=access.device.duty.value,
    )  # fmt: skip
    found = []
    for row in rows.distinct().order_by("due_at", "stream_id")[:500]:
        visits = [v for v in state_of(row).visits.values() if not v.ended]
        shown = f"{row.ticket} · {label(row.area, depth=1)}"
        found.append((row.ticket, shown, str(visits[0].id) if visits else ""))
    listed = {ticket for ticket, *__ in found}
    again = [row for row in _sent(access, programme) if row.ticket not in listed]
    return found + [(r.ticket, f"{r.ticket} · {label(r.area, depth=1)} · {_('sent')}", "") for r in again]


def _sent(access: Access, programme: Programme) -> QuerySet[CaseRow]:
    """Cases of forms that the officer may still change: Collect would ask anew for one that is not listed."""
    recent = {"done_at__gte": timezone.now() - EDITABLE, "kept": False}
    sent = Submission.objects.filter(device__assignment=access.device.assignment, **recent).values("case")
    known = cases_of(access.device.assignment).filter(programme=programme.number, stream__erased_at=None)
    return known.filter(pk__in=sent).order_by("ticket")
