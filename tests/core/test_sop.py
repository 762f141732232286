"""A programme reads as an SOP in the reader's language."""

import pytest

from jemput.core.codes import Coded
from jemput.core.programme import Programme, Text
from jemput.core.reading import read_programme
from jemput.core.sop import explain, sections
from jemput.core.text import Words
from jemput.programmes import packaged

PROGRAMMES = {name: read_programme(data) for name, data in packaged().items()}


def say(value: object) -> str:
    """The English text of anything that core hands out."""
    match value:
        case Words():
            params = {k: say(v) for k, v in value.params.items()}
            return value.message % params if params else value.message
        case Text():
            return value.in_language("en")
        case Coded():
            return value.label
        case list() | tuple():
            return ", ".join(map(say, value))
    return str(value)


def step_lines(programme: Programme, step_id: str) -> tuple[str, ...]:
    steps = next(s for s in sections(programme, say) if s.numbered)
    return steps.lines[[s.id for s in programme.steps].index(step_id)].under


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=PROGRAMMES)
def test_the_sop_tells_every_part_of_a_service_standard(programme: Programme):
    titles = [section.title for section in sections(programme, say)]
    for title in (
        "Whom it serves",
        "How to report",
        "Requirements",
        "Documents issued",
        "Steps",
        "Time",
        "Cost",
    ):
        assert title in titles
    assert "Complaints" in titles


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=PROGRAMMES)
def test_the_sop_says_that_the_service_is_free_and_warns_of_levies(programme: Programme):
    text = " ".join(explain(programme, say).split())
    assert "Free of charge" in text and "UU 24/2013" in text


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=PROGRAMMES)
def test_the_sop_shows_every_step_and_every_quoted_fact(programme: Programme):
    text = " ".join(explain(programme, say).split())
    for step in programme.steps:
        assert say(step.label) in text
    for fact in programme.facts:
        assert fact.quote in text


def test_a_step_says_who_where_with_whom_until_when_and_after_what():
    notes = step_lines(PROGRAMMES["jempol-keren"], "visit")
    assert "By: Field officer" in notes
    assert "Waits for step: 4" in notes
    assert any(n.startswith("One of these must be present: Social worker, Village government") for n in notes)
    assert any(n.startswith("Where: Home, Orphanage") for n in notes)
    assert "Working days allowed: 5" in notes


def test_a_waived_step_says_when_it_is_left_out():
    notes = step_lines(PROGRAMMES["jempol-keren"], "record")
    assert "Left out when step 6 says: Found: already recorded under a NIK" in notes


def test_a_gate_says_what_lets_the_case_go_on():
    assert "Goes on only with: Found and matches" in step_lines(PROGRAMMES["on-the-spot"], "register_check")


def test_a_contradicted_figure_is_shown_with_its_doubt():
    text = " ".join(explain(PROGRAMMES["halo-pamor"], say).split())
    assert "Doubtful: The source calls 98.46% a rise after 99.29%. Quoted, never computed on." in text


def test_no_line_is_wider_than_asked():
    for programme in PROGRAMMES.values():
        assert max(map(len, explain(programme, say, 80).splitlines())) <= 80
