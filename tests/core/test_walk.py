"""Every programme can be walked to its end by those whom its own waiting list names."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.codes import Channel, DataCondition, Document, Duty, Flag, Sex, Status
from jemput.core.dates import AgeBand
from jemput.core.entries import CentreStatus
from jemput.core.fold import fold
from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from jemput.core.rules import ENDED, Actor, objections
from jemput.core.waiting import OfficeTime, waiting
from jemput.demo.invented import Invented, report_of
from jemput.demo.life import Life
from jemput.demo.walk import Walk

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MOST_DEEDS = 150
NAMES = ("godoc", "odgj-batam", "jempol-keren", "on-the-spot", "halo-pamor")
SEEDS = st.integers(0, 2**32)


@cache
def programme(name: str) -> Programme:
    return read_programme((files("jemput") / "programmes" / f"{name}.toml").read_bytes())


def somebody(condition: DataCondition, knows_nik: bool) -> Invented:
    nik = "9903015203500001"
    return Invented(
        name="PAINEM",
        nik=nik if knows_nik else None,
        later_nik=None if knows_nik else nik,
        birth=date(1950, 3, 12),
        sex=Sex.FEMALE,
        age_band=AgeBand.OLDEST,
        area="35.03.01.2001",
        address="Dusun Krajan",
        mother="SARMI",
        family="KATIRAN",
        phone="+6284000000001",
        condition=condition,
    )


def begin(name: str, seed: int, documents: list[Document], condition: DataCondition, **chance: float):
    """The report of a case, and the walk that will lead it on."""
    chosen, rng = programme(name), Random(seed)
    person = somebody(condition, knows_nik=condition is not DataCondition.NO_NIK)
    life = Life(chosen, rng, lambda duty, area: f"{duty}", UUID(int=seed, version=4))
    report = report_of(chosen, person, "TRG-2345-6", Channel.VILLAGE, documents)
    life.tell(report, Duty.REPORTER, MONDAY)
    return life, Walk(chosen, person, rng, **chance)


@st.composite
def cases(draw: st.DrawFn, name: str):
    documents = draw(st.lists(st.sampled_from(programme(name).documents), min_size=1, unique=True))
    return draw(SEEDS), documents, draw(st.sampled_from(list(DataCondition)))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_without_mishaps_every_document_is_delivered_and_nothing_is_against_the_rules(name, data):
    seed, documents, condition = data.draw(cases(name))
    extras = data.draw(st.sampled_from((0.0, 0.5, 1.0)))
    life, walk = begin(name, seed, documents, condition, extras=extras)
    for _ in range(MOST_DEEDS):
        deed = walk.next(life.state, life.now)
        if deed is None:
            break
        against = objections(life.programme, life.state, Actor(deed.duty, "35.03"), deed.body)
        assert not against, f"{deed.body.kind} by {deed.duty}: {[str(w) for w in against]}"
        life.tell(deed.body, deed.duty, life.now + deed.delay)
    state = life.state
    assert state.status is Status.CLOSED
    assert state.wanted == documents
    assert all(paper.printed and paper.delivered and paper.receipt for paper in state.documents.values())
    assert not state.irregular
    assert not state.flags


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_with_mishaps_somebody_is_waited_for_until_the_end(name, data):
    seed, documents, condition = data.draw(cases(name))
    mishaps = data.draw(st.sampled_from((0.05, 0.2, 0.6, 1.0)))
    life, walk = begin(name, seed, documents, condition, mishaps=mishaps, extras=0.5)
    for _ in range(MOST_DEEDS):
        if life.state.status in ENDED:
            break
        assert waiting(life.programme, life.state, OfficeTime()), f"nobody is waited for: {life.state.status}"
        deed = walk.next(life.state, life.now)
        assert deed is not None, f"the walk is at a loss: {life.state.done}"
        life.tell(deed.body, deed.duty, life.now + deed.delay)
    assert life.state.status is Status.CLOSED, [x.kind for x in life.entries]


@pytest.mark.parametrize("name", NAMES)
def test_folding_step_by_step_gives_what_folding_the_whole_journal_gives(name):
    for seed in range(20):
        documents = list(programme(name).documents[:2])
        life, walk = begin(name, seed, documents, DataCondition.NO_NIK, mishaps=0.3, extras=0.5)
        life.follow(walk, MONDAY + timedelta(days=40))
        assert fold({life.programme.hash: life.programme}.__getitem__, life.entries) == life.state


def test_the_same_seed_tells_the_same_story():
    def story(seed: int) -> list[tuple[str, datetime]]:
        life, walk = begin("halo-pamor", seed, [Document.KTP_EL], DataCondition.UNKNOWN, mishaps=0.3)
        life.follow(walk, MONDAY + timedelta(days=365))
        return [(str(entry.id), entry.at) for entry in life.entries]

    assert story(7) == story(7)
    assert story(7) != story(8)


def test_a_team_does_not_wait_at_the_door_for_a_slow_centre():
    for seed in range(40):
        life, walk = begin("on-the-spot", seed, [Document.KTP_EL], DataCondition.UNKNOWN)
        life.follow(walk, MONDAY + timedelta(days=365))
        for visit in life.state.visits.values():
            assert visit.started is None or (visit.ended and visit.ended - visit.started < timedelta(hours=4))


def test_nobody_is_printed_for_before_the_identity_is_known():
    for seed in range(30):
        life, walk = begin("jempol-keren", seed, [Document.KTP_EL], DataCondition.NO_NIK)
        while (deed := walk.next(life.state, life.now)) is not None:
            assert deed.body.kind != "printed" or Flag.UNIDENTIFIED not in life.state.flags
            life.tell(deed.body, deed.duty, life.now + deed.delay)


def test_a_failure_at_the_centre_sends_the_kit_again_but_nobody_to_fetch_papers():
    life, walk = begin("halo-pamor", 1, [Document.KTP_EL], DataCondition.UNKNOWN)
    while Flag.AT_CENTRE not in life.state.flags:
        deed = walk.next(life.state, life.now)
        life.tell(deed.body, deed.duty, life.now + deed.delay)
    life.tell(CentreStatus(raw="ENROLL_FAILURE_AT_CENTRAL"), Duty.DATA_ENTRY, life.now + timedelta(days=1))
    steps = {wait.step for wait in waiting(life.programme, life.state, OfficeTime())}
    assert "record" in steps
    assert "pickup" not in steps
