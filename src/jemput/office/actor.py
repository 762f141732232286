"""The person at the screen as the rules see them."""

from __future__ import annotations

from jemput.accounts.http import StaffRequest
from jemput.core.codes import Duty
from jemput.core.rules import Actor


def actor_of(request: StaffRequest) -> Actor:
    """The duty in hand and its area.

    Reporters see what they reported wherever it lies; for them the office's whole area counts, since
    ``access_case`` has decided before.
    """
    assignment = request.assignment
    area = assignment.office_id if assignment.role is Duty.REPORTER else assignment.area
    return Actor(assignment.role, area)
