"""The programme proposed for somebody of a list, out of the five of the sources."""

from __future__ import annotations

import pytest

from jemput.core.codes import DataCondition, Document, Group
from jemput.core.programme import Programme
from jemput.core.proposal import Situation, propose
from jemput.core.reading import read_programme
from jemput.programmes import packaged

FIVE: dict[str, Programme] = {name: read_programme(data) for name, data in packaged().items()}
BATAM, TRENGGALEK = "21.71.01.1001", "35.03.02.2001"


@pytest.mark.parametrize(
    ("area", "groups", "condition", "expected"),
    [
        (BATAM, (Group.MENTAL_DISORDER,), DataCondition.NO_NIK, "odgj-batam"),
        (BATAM, (Group.MENTAL_DISORDER,), DataCondition.NOT_RECORDED, "odgj-batam"),
        (BATAM, (Group.FRAIL_ELDERLY,), DataCondition.NOT_RECORDED, "on-the-spot"),
        (BATAM, (), DataCondition.UNKNOWN, "on-the-spot"),
        (BATAM, (), DataCondition.NOT_IN_DATABASE, "odgj-batam"),
    ],
)
def test_in_batam_odgj_goes_to_the_service_for_odgj_and_the_elderly_to_the_other(
    area: str, groups: tuple[Group, ...], condition: DataCondition, expected: str
) -> None:
    of_batam = [FIVE["odgj-batam"], FIVE["on-the-spot"]]
    found = propose(of_batam, Situation(area, condition, groups), FIVE["on-the-spot"])
    assert found.programme.code == expected


def test_a_programme_for_people_who_live_elsewhere_is_never_proposed() -> None:
    flood = Situation(BATAM, DataCondition.DOCUMENTS_LOST, (Group.NATURAL_DISASTER,))
    assert propose(FIVE.values(), flood, FIVE["odgj-batam"]).programme.code != "jempol-keren"
    at_home = Situation(TRENGGALEK, DataCondition.DOCUMENTS_LOST, (Group.NATURAL_DISASTER,))
    assert propose(FIVE.values(), at_home, FIVE["godoc"]).programme.code == "jempol-keren"


def test_a_programme_that_does_not_issue_the_document_is_never_proposed() -> None:
    child = Situation(BATAM, documents=(Document.CHILD_CARD,), groups=(Group.MENTAL_DISORDER,))
    assert propose([FIVE["odgj-batam"], FIVE["halo-pamor"]], child, FIVE["godoc"]).programme.code == "godoc"


def test_it_says_why_in_one_line() -> None:
    keren = FIVE["jempol-keren"]
    ill = propose([keren], Situation(TRENGGALEK, groups=(Group.MENTAL_DISORDER,)), keren)
    assert ill.because.params["groups"] == (Group.MENTAL_DISORDER,)
    lost = propose([keren], Situation(TRENGGALEK, DataCondition.DOCUMENTS_LOST), keren)
    nothing = propose([keren], Situation(TRENGGALEK), keren)
    assert len({ill.because.message, lost.because.message, nothing.because.message}) == 3
