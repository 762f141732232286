"""What an entry may hold, where, and how it is read back."""

import enum
import re
from datetime import date
from typing import Any, get_args, get_origin
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from jemput.core import entries as e
from jemput.core.codes import Group, PlaceKind, Service
from jemput.core.entries import KINDS, Body, UnknownKind, join
from jemput.core.entries.base import CLEAR, Clear

KIND_NAMES = sorted(KINDS)


def leaves(annotation: Any) -> list[tuple[Any, list[Any]]]:
    """Every plain type inside an annotation, with what constrains it."""
    if get_origin(annotation) is not None:
        metadata = list(getattr(annotation, "__metadata__", ()))
        inner = get_args(annotation)[:1] if metadata else get_args(annotation)
        return [(t, [*metadata, *m]) for a in inner for t, m in leaves(a)]
    return [(annotation, [])]


@pytest.mark.parametrize("kind", [k for k in KIND_NAMES if KINDS[k].stream_type == "case"])
def test_the_clear_part_of_a_case_entry_has_no_room_for_a_name_a_number_or_an_illness(kind: str):
    """Free text, health facts and prison facts are never clear (UU 27/2022; UU 24/2013 art. 84)."""
    for name, field in KINDS[kind].model_fields.items():
        if CLEAR not in field.metadata or (kind, name) == ("corrected", "clear_values"):
            continue
        for leaf, constraints in leaves(field.annotation):
            assert leaf not in (Group, PlaceKind, Service), f"{kind}.{name} tells of health or prison"
            if leaf is str:
                patterns = [
                    getattr(c, "pattern", None) for c in [*constraints, *field.metadata] if c is not CLEAR
                ]
                assert any(patterns), f"{kind}.{name} is free text"
            else:
                is_code = isinstance(leaf, type) and issubclass(
                    leaf, enum.Enum | bool | int | date | UUID | type(None)
                )
                assert is_code, f"{kind}.{name} is {leaf}"


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_every_kind_and_every_field_has_words_for_people(kind: str):
    body = KINDS[kind]
    assert body.title and body.action
    for name, field in body.model_fields.items():
        assert field.title, f"{kind}.{name} has no title"


def test_a_sealed_fact_never_slips_into_the_clear_part():
    clear, sealed = e.Reported(
        programme=1,
        programme_hash="0" * 64,
        ticket="BWI-0001",
        channel="village",
        area="35.10.01.2001",
        documents=["ktp_el"],
        name="SUKARNI",
        nik="9901015203500001",
        groups=["mental_disorder"],
        place_kind="prison",
        blocked_services=["health_care"],
    ).split()
    assert not {"SUKARNI", "9901015203500001", "mental_disorder", "prison"} & set(map(str, clear.values()))
    assert sealed["groups"] == ["mental_disorder"]


def test_an_entry_reads_back_as_it_was_written_and_without_its_seal():
    body = e.Delivered(document="ktp_el", receipt="TT-0001", recipient="PAINEM", relation="child")
    clear, sealed = body.split()
    assert join("delivered", 1, clear, sealed) == body
    forgotten = join("delivered", 1, clear, None)
    assert isinstance(forgotten, e.Delivered)
    assert forgotten.recipient is None and forgotten.receipt == "TT-0001"


def test_a_kind_or_version_from_the_future_is_told_apart_from_a_mistake():
    with pytest.raises(UnknownKind):
        join("teleported", 1, {}, {})
    with pytest.raises(UnknownKind):
        join("note", 99, {}, {"text": "x"})
    with pytest.raises(ValidationError):
        join("note", 1, {}, {})


def test_an_old_version_is_read_as_todays():
    class Measured(Body, kind="measured_in_a_test"):
        title = "Measured"
        action = "Measure"
        version = 2

        minutes: Clear[int]

        @classmethod
        def upcast(cls, version: int, clear: dict[str, Any], sealed: Any) -> Any:
            return {"minutes": clear["hours"] * 60}, sealed

    try:
        assert join("measured_in_a_test", 1, {"hours": 2}, {}) == Measured(minutes=120)
        assert join("measured_in_a_test", 1, {"hours": 2}, None) == Measured(minutes=120)
    finally:
        del KINDS["measured_in_a_test"]


def test_a_biometric_exception_needs_a_name_who_approved_it():
    with pytest.raises(ValidationError, match="approved the biometric exception"):
        e.Recorded(iris=e.Modality(result="unable", attempts=5))
    clear, sealed = e.Recorded(iris=e.Modality(result="unable"), exception_approved_by="Kasi").split()
    assert clear == {"result": "with_exception"}
    assert sealed["iris"]["result"] == "unable"


def test_a_biometric_check_that_found_somebody_says_whom():
    with pytest.raises(ValidationError, match="NIK that the check found"):
        e.BiometricsChecked(result="found")


@pytest.mark.parametrize("raw", ["9901015203500001", "NIK_99010152", "sent for", "A" * 61, "١٢٣"])
def test_a_centre_status_cannot_carry_a_number_of_a_person(raw: str):
    with pytest.raises(ValidationError):
        e.CentreStatus(raw=raw)


@given(st.sampled_from(list(e.VisitOutcome)), st.sampled_from(list(e.NextStep)))
def test_the_clear_result_of_a_visit_always_follows_from_the_sealed_outcome(
    outcome: e.VisitOutcome, step: e.NextStep
):
    honest = e.VisitEnded(visit=UUID(int=1), outcome=outcome, next_step=step)
    lied = e.VisitEnded(visit=UUID(int=1), outcome=outcome, next_step=step, result="done", again=True)
    assert lied == honest
    assert honest.result is e.RESULT_OF[outcome]


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=4), st.sampled_from(KIND_NAMES))
def test_garbage_is_refused_and_never_accepted_in_part(garbage: dict[str, str], kind: str):
    known = KINDS[kind].model_fields
    if set(garbage) - set(known):
        with pytest.raises((ValidationError, ValueError)):
            join(kind, 1, garbage, {})


def test_every_nested_model_refuses_unknown_names():
    for kind in KIND_NAMES:
        for field in KINDS[kind].model_fields.values():
            for leaf, _ in leaves(field.annotation):
                if isinstance(leaf, type) and issubclass(leaf, BaseModel):
                    assert leaf.model_config.get("extra") == "forbid"


@pytest.mark.parametrize("values", [{"nik": "9901014708510001x"}, {"iris": {"result": "AMPUTASI"}}])
def test_an_error_never_repeats_what_was_typed(values: dict[str, Any]):
    for body in (e.Reported, e.Recorded):
        with pytest.raises(ValidationError) as refused:
            body.model_validate(values | {"name": "SITI AMINAH"})
        assert not re.search("9901014708510001|AMPUTASI|SITI", str(refused.value))
