"""A correction adds, never overwrites; readers see what holds."""

from hypothesis import given
from hypothesis import strategies as st

from jemput.core import entries as e
from jemput.core.codes import Flag
from jemput.core.corrections import as_corrected, correction_of
from tests.core.stories import Story, cleared


def test_a_correction_made_from_a_new_body_changes_only_what_differs():
    story = Story().reported(name="SUKARMI")
    report = story.entries[0]
    better = report.body.model_copy(update={"name": "SUKARNI"})
    fix = correction_of(report, better, "Salah dengar")
    assert fix.sealed_values == {"name": "SUKARNI"} and fix.clear_values is None
    story.tell(fix)
    corrected = as_corrected(story.entries)[0].body
    assert isinstance(corrected, e.Reported) and corrected.name == "SUKARNI"
    assert story.entries[0].body == report.body


def test_a_corrected_outcome_keeps_its_clear_result_in_step_after_forgetting():
    story = Story().reported().accepted().checked().at_the_door()
    ended = story.tell(e.VisitEnded(visit=story.entries[-1].body.visit, outcome="not_home"))
    done = e.VisitEnded(visit=ended.body.visit, outcome="done")
    story.tell(correction_of(ended, done, "Salah tombol"))
    forgotten = Story(entries=[cleared(x) for x in story.entries])
    assert forgotten.state() == story.state()
    assert "leave" in story.state().done


def test_what_the_seal_told_still_holds_in_lists_after_a_correction():
    story = Story().reported().accepted().checked().at_the_door()
    checked = story.tell(e.BiometricsChecked(result="not_found"))
    found = {"clear_values": {"result": "found"}, "sealed_values": {"nik": "9901014708510001"}}
    story.tell(e.Corrected(entry=checked.id, reason="Salah tombol", **found))
    hand = {"result": "amputated"}
    recorded = story.tell(e.Recorded(right_hand=hand, exception_approved_by="Kepala seksi"))
    story.tell(e.Corrected(entry=recorded.id, sealed_values={"note": "Dibantu perawat"}, reason="Kurang"))
    assert Flag.WITH_EXCEPTIONS in story.state().flags
    forgotten = Story(entries=[cleared(x) for x in story.entries])
    assert forgotten.state() == story.state()


def test_a_correction_that_does_not_fit_changes_nothing():
    story = Story().reported().accepted()
    triage = story.entries[-1]
    story.tell(e.Corrected(entry=triage.id, clear_values={"result": "perhaps"}, reason="?"))
    assert as_corrected(story.entries)[1].body == triage.body


def test_an_entry_taken_back_is_gone_and_a_taking_back_can_be_taken_back():
    story = Story().reported().accepted()
    triage = story.entries[-1]
    back = story.tell(e.Corrected(entry=triage.id, void=True, reason="Kasus lain"))
    assert triage.id not in {x.id for x in as_corrected(story.entries)}
    story.tell(e.Corrected(entry=back.id, void=True, reason="Ternyata benar"))
    assert triage.id in {x.id for x in as_corrected(story.entries)}


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=8))
def test_any_chain_of_corrections_leaves_a_readable_case(chain: list[tuple[int, bool]]):
    story = Story().reported().accepted()
    for target, void in chain:
        entry = story.entries[target % len(story.entries)]
        if entry.kind == "reported" and void:
            continue
        story.tell(e.Corrected(entry=entry.id, void=void, clear_values=None if void else {}, reason="?"))
    assert story.state().ticket == "TRG-0001"
