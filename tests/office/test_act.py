"""From a report to the hand-over, one act after the other, each by the duty that does it."""

import pytest

from jemput.core.codes import Duty, Flag, Status
from tests.office.front import Office

pytestmark = pytest.mark.django_db


def test_on_the_spot_goes_from_a_call_to_the_door(parepare: Office) -> None:
    case = parepare.report()
    for paper in ("family_card", "phone"):
        parepare.done(case, "papers", Duty.MAIN_ADMIN, requirement=paper)
    assert parepare.done(case, "accept", Duty.MAIN_ADMIN, result="accepted").status is Status.ACCEPTED
    parepare.done(case, "register_check", Duty.MAIN_ADMIN, result="match", nik="9901014708510001")
    parepare.done(case, "order", Duty.HEAD_OF_SECTION, team="Tim 1")
    parepare.done(case, "schedule", Duty.SCHEDULER)
    parepare.done(case, "visit", Duty.FIELD_OFFICER, partners=["family"])
    parepare.done(case, "consent", Duty.FIELD_OFFICER, basis="consent", supported="on")
    parepare.done(case, "record", Duty.FIELD_OFFICER)
    state = parepare.done(case, "send", Duty.FIELD_OFFICER)
    assert Flag.AT_CENTRE in state.flags
    parepare.done(case, "centre", Duty.FIELD_OFFICER, raw="Print ready record")
    parepare.done(case, "print_card", Duty.FIELD_OFFICER)
    state = parepare.done(case, "deliver", Duty.FIELD_OFFICER, recipient="Hasnah", relation="child")
    assert state.status is Status.DELIVERED
    parepare.done(case, "end_visit", Duty.FIELD_OFFICER, outcome="done")
    parepare.done(case, "satisfaction", Duty.FIELD_OFFICER, **dict.fromkeys(ELEMENTS, 4))
    state = parepare.done(case, "close", Duty.MAIN_ADMIN)
    assert state.status is Status.CLOSED
    assert not state.irregular


ELEMENTS = (
    *("requirements", "procedure", "time", "cost", "product", "competence", "conduct", "complaints"),
    "facilities",
)
