"""Phone numbers as callers say them and offices store them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.phone import mask_phone, parse_phone, shown_phone
from jemput.core.text import BadInput


@pytest.mark.parametrize(
    "written",
    ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "6281234567890", "0062 812-3456-7890",
     "81234567890", "+62 (0)812‑3456‑7890", "\u202a0812 3456 7890\u202c", "'081234567890"],
)  # fmt: skip
def test_one_number_has_one_stored_form(written: str) -> None:
    assert parse_phone(written) == "+6281234567890"


def test_a_village_office_may_have_a_landline() -> None:
    assert parse_phone("(0355) 791234") == "+62355791234"


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("0812", "too short"),
        ("08123456789012345", "too short or too long"),
        ("8.12E+10", "Format its column as Text"),
        ("0812-3456-7890 / 0813-3456-7890", "one phone number"),
        ("0812 3456 7890 atau tetangga", "one phone number"),
        ("+65 8123 4567", "Only Indonesian"),
        ("0812-CALL-ME", "in digits"),
        ("", "in digits"),
    ],
)
def test_a_wrong_number_is_refused_with_what_to_do(written: str, advice: str) -> None:
    with pytest.raises(BadInput, match=advice):
        parse_phone(written)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(BadInput):
        assert parse_phone(text).startswith("+62")


@given(st.from_regex(r"08[1-9][0-9]{7,9}", fullmatch=True))
def test_the_stored_form_is_stable(written: str) -> None:
    stored = parse_phone(written)
    assert parse_phone(stored) == stored == parse_phone(shown_phone(stored))


def test_people_see_08_and_strangers_three_digits() -> None:
    assert shown_phone("+6281234567890") == "0812-3456-7890"
    assert mask_phone("+6281234567890") == "•••••••••890"
    assert mask_phone("112") == "•••"
