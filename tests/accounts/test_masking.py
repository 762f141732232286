"""NIK, phone, health and prison stay masked unless the duty needs them."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation

from jemput.accounts.sensitive import (
    CLASS_OF,
    MAY_REVEAL,
    NEEDS,
    Sensitive,
    may_reveal,
    needs_second_factor,
    sees,
    shown,
)
from jemput.core.codes import Duty
from jemput.core.entries import KINDS

NIK = "9901014708510001"
SPOKEN_TO = frozenset(
    {Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.FIELD_OFFICER, Duty.HEALTH_WORKER, Duty.SOCIAL_AGENCY}
)
"""Who plans, calls or goes; to others sign language would tell of health."""


def test_every_duty_has_its_line() -> None:
    assert set(NEEDS) == set(MAY_REVEAL) == set(Duty)


@pytest.mark.parametrize("duty", Duty)
def test_what_is_seen_may_be_revealed(duty: Duty) -> None:
    assert NEEDS[duty] <= MAY_REVEAL[duty]


def test_every_named_field_exists_in_an_entry() -> None:
    fields = {name for body in KINDS.values() for name in body.model_fields}
    fields |= {f"{kind}.{name}" for kind, body in KINDS.items() for name in body.model_fields}
    assert set(CLASS_OF) <= fields


def test_no_masked_field_stands_in_a_clear_part() -> None:
    clear = {(kind, name) for kind, body in KINDS.items() for name in body.clear_fields()}
    clash = {(kind, name) for kind, name in clear if name in CLASS_OF or f"{kind}.{name}" in CLASS_OF}
    assert not clash


@pytest.mark.parametrize(
    ("duty", "field", "seen"),
    [
        (Duty.MAIN_ADMIN, "nik", True),
        (Duty.PRINTING, "nik", True),
        (Duty.COURIER, "nik", False),
        (Duty.COURIER, "phone", True),
        (Duty.COURIER, "groups", False),
        (Duty.COURIER, "place_name", True),
        (Duty.HEALTH_WORKER, "groups", True),
        (Duty.HEALTH_WORKER, "nik", False),
        (Duty.HEALTH_WORKER, "place_kind", False),
        (Duty.REPORTER, "phone", False),
        (Duty.EVALUATOR, "groups", False),
        (Duty.HEAD_OF_OFFICE, "nik", False),
        (Duty.DATA_ENTRY, "blocked_services", False),
        (Duty.FIELD_OFFICER, "iris", True),
        (Duty.COURIER, "iris", False),
        (Duty.REPORTER, "documents", True),
        *((duty, "preferred_language", duty in SPOKEN_TO) for duty in Duty),
    ],
)
def test_a_duty_sees_what_it_needs(duty: Duty, field: str, seen: bool) -> None:
    assert sees(duty, field) is seen


def test_the_evaluator_and_the_reporter_may_not_ask_either() -> None:
    assert not any(may_reveal(d, "nik") for d in (Duty.EVALUATOR, Duty.REPORTER, Duty.HEALTH_WORKER))
    assert may_reveal(Duty.HEAD_OF_OFFICE, "nik")


def test_masks_say_only_that_there_is_something() -> None:
    with translation.override("id"):
        assert shown(Duty.COURIER, "nik", NIK) == "•" * 12 + "0001"
        assert shown(Duty.PRINTING, "phone", "+6281234567890").endswith("890")
        assert shown(Duty.COURIER, "groups", ["mental_disorder"]) == "Disamarkan"
        assert shown(Duty.COURIER, "groups", []) == ""
        assert shown(Duty.COURIER, "nik", None) == ""


def test_a_note_is_masked_where_it_tells_of_a_crisis() -> None:
    assert shown(Duty.COURIER, "note", "Berteriak", "visit_ended") != "Berteriak"
    assert shown(Duty.COURIER, "note", "Kartu di laci", "printed") == "Kartu di laci"


@pytest.mark.parametrize(
    ("field", "needed_by"),
    [
        ("reported.note", Duty.FIELD_OFFICER),
        ("consent_given.how", Duty.HEALTH_WORKER),
        ("consent_withdrawn.note", Duty.MAIN_ADMIN),
        ("visit_ended.next_step", Duty.SOCIAL_AGENCY),
        ("corrected.reason", Duty.MAIN_ADMIN),
        ("biodata_checked.differences", Duty.DATA_ENTRY),
    ],
)
def test_free_words_about_the_person_are_for_whoever_works_with_them(field: str, needed_by: Duty) -> None:
    kind, _dot, name = field.partition(".")
    with translation.override("id"):
        assert shown(Duty.COURIER, name, "Sering berteriak", kind) == "Disamarkan"
        assert shown(needed_by, name, "Sering berteriak", kind) == "Sering berteriak"


def test_duties_that_could_see_guarded_data_need_a_second_factor() -> None:
    assert not needs_second_factor(Duty.REPORTER)
    assert not needs_second_factor(Duty.EVALUATOR)
    assert needs_second_factor(Duty.HEAD_OF_OFFICE)
    assert needs_second_factor(Duty.COURIER)


def test_templates_mask_for_the_duty_in_hand_until_it_is_revealed() -> None:
    class Hand:
        role = Duty.HEAD_OF_OFFICE

    page = Template('{% load jemput %}{% masked "nik" nik %}')
    assert page.render(Context({"assignment": Hand(), "nik": NIK})) == "•" * 12 + "0001"
    assert page.render(Context({"assignment": Hand(), "nik": NIK, "revealed": frozenset({"nik"})})) == NIK
    assert page.render(Context({"nik": NIK})) == ""
    assert {c.value for c in Sensitive} == {"nik", "phone", "health", "prison", "language"}


def test_what_is_written_beside_a_recording_tells_of_the_body() -> None:
    assert not sees(Duty.COURIER, "note", "recorded")
    assert sees(Duty.FIELD_OFFICER, "note", "recorded")
    assert sees(Duty.COURIER, "note", "delivered")
