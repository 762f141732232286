"""One spelling for one content, whatever the order, the zone or the language that wrote it."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.journal.canonical import canonical, content, envelope, identity, moment
from jemput.journal.seal import BrokenSeal, new_key, new_salt, place, seal, seal_same, unseal, unseal_same
from tests.journal.samples import ENTRY, STREAM, sample_entry

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_read_back_is_spelt_the_same(value: object) -> None:
    spelt = canonical(value)
    assert canonical(json.loads(spelt)) == spelt


@given(st.dictionaries(TEXT, VALUES, max_size=6), st.randoms())
def test_the_order_of_writing_does_not_matter(value: dict[str, object], chance: object) -> None:
    items = list(value.items())
    chance.shuffle(items)  # type: ignore[attr-defined]
    assert canonical(dict(items)) == canonical(value)


# RFC 8785, appendix B and section 3.2.3, and ECMAScript's Number.prototype.toString.
@pytest.mark.parametrize(
    ("number", "spelt"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1e21, "1e+21"),
        (999999999999999900000.0, "999999999999999900000"),
        (333333333.33333329, "333333333.3333333"),
        (0.000001, "0.000001"),
        (1e-7, "1e-7"),
        (-8.05, "-8.05"),
        (111.0, "111"),
        (1.0, "1"),
    ],
)
def test_numbers_are_spelt_as_in_ecmascript(number: float, spelt: str) -> None:
    assert canonical(number).decode() == spelt


def test_keys_are_sorted_as_utf_16() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 1)))) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53 + 1, 10**400, "\ud800", {1: 2}, b"", object()])
def test_what_json_cannot_say_everywhere_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical({"x": value} if not isinstance(value, dict) else value)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)), st.integers(-12, 14))
def test_a_moment_is_the_same_in_every_zone(utc: datetime, hours: int) -> None:
    at = utc.replace(tzinfo=timezone.utc)  # noqa: UP017
    assert moment(at) == moment(at.astimezone(timezone(timedelta(hours=hours))))


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_the_same_content_has_another_identity_under_another_salt(one: bytes, two: bytes) -> None:
    entry = sample_entry("reported")
    said = content(envelope(entry), *entry.body.split())
    assert (identity(one, said) == identity(two, said)) == (one == two)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_a_seal_opens_only_with_its_key_and_in_its_place(sealed: dict[str, object]) -> None:
    key, salt, here = new_key(), new_salt(), place(STREAM, ENTRY, "note", 1)
    blob = seal(key, here, salt, sealed)
    assert unseal(key, here, blob) == (salt, json.loads(canonical(sealed)))
    for wrong_key, wrong_place in (
        (new_key(), here),
        (key, place(STREAM, ENTRY, "note", 2)),
        (key, place(ENTRY, STREAM, "note", 1)),
    ):
        with pytest.raises(BrokenSeal):
            unseal(wrong_key, wrong_place, blob)
    assert seal(key, here, salt, sealed) != blob, "the same content never looks the same"


def test_a_headline_is_sealed_alike_each_time_and_bound_to_its_case() -> None:
    key = new_key() + new_key()
    blob = seal_same(key, ENTRY.bytes, {"name": "SITI"})
    assert blob == seal_same(key, ENTRY.bytes, {"name": "SITI"})
    assert unseal_same(key, ENTRY.bytes, blob) == {"name": "SITI"}
    with pytest.raises(BrokenSeal):
        unseal_same(key, STREAM.bytes, blob)
