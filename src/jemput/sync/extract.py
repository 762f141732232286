"""The register for a device: a sealed slice of its own villages, and who in it was opened at the door."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from jemput.accounts.models import Access, AccessLog, Assignment
from jemput.core.areas import covers
from jemput.core.text import BadInput, _
from jemput.people.lookup import opened
from jemput.people.models import Snapshot
from jemput.people.seen import write_down
from jemput.people.slice import GOES_OUT, MOST_VILLAGES, cut
from jemput.sync.models import Device

MOST_SEEN = 500
"""People whom one call may name as opened; a day at the door has some twenty."""


def drawn_on(device: Device) -> str | None:
    """The day of the extract of which this device may carry a slice; None where there is nothing for it."""
    if device.duty not in GOES_OUT:
        return None
    found = _extracts(device.assignment).filter(state=Snapshot.CURRENT).values_list("taken_on", flat=True)
    return found[0].isoformat() if found else None


def slice_for(device: Device, asked: list[str]) -> dict[str, Any]:
    """A slice of these villages (none: of the whole area of the duty), written down for each person in it.

    Raises BadInput, keys.Locked.
    """
    assignment = device.assignment
    if device.duty not in GOES_OUT:
        raise BadInput(_("The duty in hand does not look people up."))
    if len(asked) > MOST_VILLAGES:
        raise BadInput(
            _("These are %(n)s villages. Take at most %(most)s."), n=len(asked), most=MOST_VILLAGES
        )
    made, people = cut(asked, assignment, timezone.now())
    with transaction.atomic():
        AccessLog.objects.create(
            account=assignment.account,
            office=assignment.office,
            duty=assignment.duty,
            what=Access.EXPORTED,
        )
        write_down(assignment, people)
    return asdict(made)


def note_opened(device: Device, register: int, numbers: list[int]) -> int:
    """Write down who of an extract was opened on the device; how many that were. Raises keys.Locked.

    Nothing is left to write down of an extract that was destroyed meanwhile: that they were carried away
    stands since the slice was cut.
    """
    assignment = device.assignment
    snapshot = _extracts(assignment).filter(pk=register, state=Snapshot.CURRENT).first()
    if device.duty not in GOES_OUT or snapshot is None:
        return 0
    found = opened(snapshot).vault.people(sorted(set(numbers))).values()
    own = [person for person in found if covers(assignment.area, person.area)]
    write_down(assignment, own)
    return len(own)


def _extracts(assignment: Assignment) -> Any:
    return Snapshot.objects.filter(office=assignment.office_id).defer("figures", "columns", "odd")
