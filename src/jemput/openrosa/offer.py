"""What a phone with Collect is offered: the forms of its office, and the cases whose visit waits."""

from __future__ import annotations

from jemput import journal
from jemput.accounts.access import cases_of
from jemput.core.areas import label
from jemput.core.programme import Programme
from jemput.journal.project import state_of
from jemput.openrosa import forms
from jemput.openrosa.models import Access


def offered(access: Access) -> list[Programme]:
    """The programmes of the office (all, where it has none of its own) whose visits are this duty's."""
    in_use = journal.in_use()
    own = [p for p in in_use if p.office == access.device.assignment.office_id]
    return [p for p in own or in_use if forms.steps(p, access.device.duty)]


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
    return found
