"""A programme file is read whole or refused whole, with the line, the reason and the remedy."""

import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.codes import Service, Urgency
from jemput.core.flow import lay_out, svg
from jemput.core.programme import Programme, Topic
from jemput.core.reading import MAX_BYTES, ProgrammeError, read_programme
from jemput.core.sop import explain
from jemput.programmes import packaged
from tests.core.test_sop import say

FILES = packaged()
GODOC = FILES["godoc"].decode()
BROKEN = Path(__file__).parents[1] / "programmes" / "broken"


def read(text: str | bytes) -> Programme:
    return read_programme(text.encode() if isinstance(text, str) else text)


def faults(text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(ProgrammeError) as refused:
        read(text)
    return [(f.line, str(f.reason), str(f.remedy)) for f in refused.value.faults]


def line_with(text: str, words: str) -> int:
    """The line of the first occurrence, counted from 1."""
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("name", "line", "reason", "remedy"),
    [
        ("missing-quote", 7, "not valid TOML", "quotes, brackets and commas"),
        ("unknown-key", 78, "within_working_day: This name is not known", "within_working_days"),
        ("unknown-duty", 79, "duties.1", "rw_agent"),
        ("step-after-nothing", 184, "“cek_biometrik”, which is no step", "check"),
        ("circle", 93, "wait for each other: order, schedule.", "Take one “after” out"),
        ("sealed-field", 258, "no open field “agreed_place”", "place"),
        ("impossible-value", 95, "“result” can never be cocok", "match, mismatch, not_found"),
        ("same-step-twice", 134, "“condition” stands twice", "id of its own"),
        ("never-delivered", 58, "No step “delivered” for: ktp_el", "reach the person"),
        ("number-as-text", 16, "promise_working_days: This must be a whole number", "other programme files"),
    ],
)
def test_a_broken_file_is_refused_with_line_reason_and_remedy(name: str, line: int, reason: str, remedy: str):
    found = faults((BROKEN / f"{name}.toml").read_bytes())
    assert len(found) == 1
    assert found[0][0] == line
    assert reason in found[0][1]
    assert remedy in found[0][2]


def test_every_broken_file_of_the_folder_is_refused():
    files = sorted(BROKEN.glob("*.toml"))
    assert len(files) >= 10
    for file in files:
        assert faults(file.read_bytes())


def test_all_faults_of_a_file_are_told_at_once():
    text = GODOC.replace('phase = "plan"', 'phase = "rencana"').replace("number = 1", "number = 0")
    lines = [line for line, _reason, _remedy in faults(text)]
    assert lines[0] == line_with(text, "number = 0") and len(lines) == 3


def test_a_fault_in_a_quoted_fact_is_told_with_its_own_line():
    text = GODOC.replace('source = ["G41"]', 'source = ["41"]')
    assert {line for line, *_rest in faults(text)} == {line_with(text, '"41"')}


def test_a_fault_in_a_list_of_short_tables_is_told_with_its_own_line():
    text = GODOC.replace('kind = "hamlet_head"', 'kind = "kadus"')
    ((line, _reason, remedy),) = faults(text)
    assert line == line_with(text, "kadus") and "hamlet_head" in remedy


def test_a_name_missing_at_the_top_is_not_looked_for_in_the_steps():
    text = GODOC.replace('documents = ["ktp_el"]\n', "", 1)
    ((line, reason, remedy),) = faults(text)
    assert line == 1 and "documents" in reason and "documents = ..." in remedy


def test_a_waiver_must_name_another_step():
    text = FILES["jempol-keren"].decode().replace("unless = { check =", "unless = { cek =", 1)
    ((line, reason, _remedy),) = faults(text)
    assert line == line_with(text, "unless = { cek") and "“cek”" in reason


def test_a_waiver_may_ask_only_what_the_other_step_can_say():
    text = FILES["jempol-keren"].decode().replace('result = ["found"]', 'result = ["ketemu"]', 1)
    assert "ketemu" in faults(text)[0][1]


def test_a_document_that_the_programme_does_not_issue_is_refused_in_a_step():
    text = GODOC.replace(
        'after = ["centre"]\ndocuments = ["ktp_el"]', 'after = ["centre"]\ndocuments = ["child_card"]'
    )
    assert any("does not issue: child_card" in reason for _line, reason, _remedy in faults(text))


def test_a_programme_begins_with_the_report():
    text = GODOC.replace('entry = "reported"', 'entry = "note"', 1)
    assert any("begins with the report" in reason for _line, reason, _remedy in faults(text))


def test_a_file_holds_no_hash_of_its_own():
    assert "hash" in faults(GODOC.replace("number = 1", f'number = 1\nhash = "{"0" * 64}"'))[0][1]


def test_the_version_is_the_hash_of_the_bytes():
    assert read(GODOC).hash != read(GODOC + "# dibaca kepala seksi\n").hash


def test_facts_keep_their_topic_quote_and_doubt():
    facts = {f.source[0]: f for f in read(FILES["halo-pamor"]).facts}
    assert facts["H45"].topic is Topic.FIGURE and "98.46%" in facts["H45"].quote and facts["H45"].doubtful


def test_the_most_pressing_blocked_service_sets_the_urgency():
    godoc = read(GODOC)
    assert godoc.urgency_of([Service.BANKING]) is Urgency.NORMAL
    assert godoc.urgency_of([Service.BANKING, Service.SOCIAL_AID]) is Urgency.HIGH
    assert godoc.urgency_of([Service.SOCIAL_AID, Service.HEALTH_CARE]) is Urgency.EMERGENCY


# --- bad input ----------------------------------------------------------------------------------


@given(st.binary(max_size=4000))
def test_whatever_the_bytes_the_reader_answers_or_refuses(data: bytes):
    _answers(data)


@given(st.data())
def test_a_real_file_with_any_piece_changed_is_read_or_refused(data: st.DataObject):
    text = FILES[data.draw(st.sampled_from(sorted(FILES)))]
    for _round in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 200))
        other = data.draw(st.binary(max_size=40) | st.text(max_size=40).map(str.encode) | PIECES)
        text = text[:start] + other + text[start + length :]
    _answers(text)


@given(st.data())
def test_a_real_file_with_any_value_changed_is_read_or_refused(data: st.DataObject):
    lines = FILES[data.draw(st.sampled_from(sorted(FILES)))].split(b"\n")
    keyed = [n for n, line in enumerate(lines) if b" = " in line and not line.startswith((b" ", b"#"))]
    for _round in range(data.draw(st.integers(1, 3))):
        n = data.draw(st.sampled_from(keyed))
        lines[n] = lines[n].split(b" = ")[0] + b" = " + data.draw(VALUES)
    _answers(b"\n".join(lines))


PIECES = st.sampled_from(
    [
        b"[[steps]]\n",
        b"\\u0000",
        b"\\uffff",
        b"%(name)s %",
        b"\n[facts]\n",
        b'id = "report"\n',
        b"= [",
        b'"""',
        b"{ ",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\r\n",
        b"# ",
    ]
)
VALUES = st.sampled_from(
    [
        b"1979-05-27",
        b"nan",
        b"-inf",
        b"9" * 400,
        b"[]",
        b"[[[]]]",
        b"{}",
        b"{ a = { b = { c = [1, {}] } } }",
        b'""',
        b'"' + b"x" * 1500 + b'"',
        b'["report", 3, true]',
        b"true",
        b"0x7fffffffffffffffffff",
        b'{ report = { condition = ["lost"] } }',
        b'"\\u0000"',
        b'"%(name)s"',
    ]
)


def _answers(data: bytes) -> None:
    try:
        programme = read_programme(data)
    except ProgrammeError as refused:
        assert refused.faults
        for fault in refused.faults:
            assert 0 <= fault.line <= data.count(b"\n") + 1
            assert str(fault.reason) and str(fault.remedy)
    else:  # what was read can be shown
        assert explain(programme, say)
        ElementTree.fromstring(svg(lay_out(programme), say))


@pytest.mark.parametrize(
    "data",
    [
        b"a" * (MAX_BYTES + 1),
        b"a = " + b"[" * 200_000,
        b"a = " + b"{b=" * 60_000,
        b"a" + b".a" * 120_000 + b" = 1",
        (b"a" + b".a" * 900 + b" = 1\n") * 140,
        b"[" + b"a." * 120_000 + b"a]",
        b"number = " + b"9" * 200_000,
        b"a = " + b"9" * 1_900 + b"\n",
        b"[[steps]]\n" * 26_000,
        b"x\n" * 130_000,
        b"a = '''" + b"'\n" * 120_000,
        b"".join(b"k%d = 1\n" % n for n in range(18_000)),
    ],
    ids=lambda data: f"{data[:12].decode()}x{len(data)}",
)
def test_huge_and_deeply_nested_input_is_refused_quickly(data: bytes):
    start = time.process_time()
    assert faults(data)
    assert time.process_time() - start < 3
