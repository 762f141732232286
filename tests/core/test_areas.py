"""Areas: who is responsible for which village, and what it is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from jemput.core.areas import (
    AreaCode,
    AreaKind,
    Level,
    ancestors,
    area,
    children,
    covers,
    is_code,
    label,
    level,
    parent,
    parse_area,
    search,
    villages,
    within,
)
from jemput.core.text import BadInput

codes = st.from_regex(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4}(\.[0-9]{3})?)?)?)?", fullmatch=True)
# Few digits, so that areas often lie in one another.
near_codes = st.lists(st.sampled_from("12"), min_size=1, max_size=5).map(
    lambda ds: ".".join(d.zfill(w) for d, w in zip(ds, (2, 2, 2, 4, 3), strict=False))
)


@given(codes)
def test_an_area_covers_itself_and_lies_in_all_its_ancestors(code: str) -> None:
    assert [covers(a, code) for a in ancestors(code)] == [True] * level(code)
    assert ancestors(code)[-1] == code[:2]
    assert within(code, level(code)) == code


@given(near_codes, near_codes)
def test_covering_means_being_an_ancestor(scope: str, code: str) -> None:
    assert covers(scope, code) == (scope in ancestors(code))


@given(near_codes, near_codes, near_codes)
def test_covering_passes_on_and_never_goes_round(a: str, b: str, c: str) -> None:
    if covers(a, b) and covers(b, c):
        assert covers(a, c)
    if covers(a, b) and covers(b, a):
        assert a == b


@given(st.text(max_size=20) | codes)
def test_forms_and_readers_agree_on_what_a_code_is(text: str) -> None:
    try:
        assert TypeAdapter(AreaCode).validate_python(text) == text
        assert is_code(text)
    except ValidationError:
        assert not is_code(text)


def test_a_regency_does_not_cover_its_neighbour_in_number() -> None:
    assert not covers("35.0", "35.03")
    assert not covers("35.03.01.2001", "35.03.01.2001x")
    assert not covers("35.03.01", "35.03")


@pytest.mark.parametrize(
    "wrong", ["", "3", "35.3", "35.03.", "35.03.01.201", "35.03\n", "٣٥", "35,03", "35.03.01.2001.04"]
)
def test_what_is_no_code_is_told(wrong: str) -> None:
    assert not is_code(wrong)
    assert area(wrong) is None
    with pytest.raises(ValidationError):
        TypeAdapter(AreaCode).validate_python(wrong)


@pytest.mark.parametrize(
    ("code", "name", "subdistricts", "desa", "kelurahan"),
    [
        ("35.03", "Kabupaten Trenggalek", 14, 152, 5),
        ("35.10", "Kabupaten Banyuwangi", 25, 189, 28),
        ("21.71", "Kota Batam", 12, 0, 64),
        ("73.72", "Kota Parepare", 4, 0, 22),
        ("32.75", "Kota Bekasi", 12, 0, 56),
    ],
)
def test_the_five_offices_have_the_areas_that_the_ministry_counts(
    code: str, name: str, subdistricts: int, desa: int, kelurahan: int
) -> None:
    found = villages(code)
    assert area(code) and area(code).name == name
    assert len(children(code)) == subdistricts
    assert sum(v.kind == AreaKind.VILLAGE for v in found) == desa
    assert sum(v.kind == AreaKind.WARD for v in found) == kelurahan
    assert all(v.postal_code and len(v.postal_code) == 5 for v in found)


def test_the_country_has_38_provinces_and_514_regencies_and_cities() -> None:
    assert len(children()) == 38
    assert sum(len(children(p.code)) for p in children()) == 514


def test_kota_bekasi_is_not_kabupaten_bekasi() -> None:
    assert area("32.75").kind == AreaKind.CITY
    assert area("32.16").kind == AreaKind.REGENCY


def test_an_area_is_called_as_people_call_it() -> None:
    assert label("35.03.04.2007") == "Desa Dongko, Kec. Dongko"
    assert label("35.03.04.2007", depth=3) == "Desa Dongko, Kec. Dongko, Kabupaten Trenggalek"
    assert label("73.72.01.1009") == "Kel. Lemoe, Kec. Bacukiki"
    assert label("32.75.01.1001.004", depth=2) == "RW 004, Kel. Bekasijaya"
    assert label("98.01") == "98.01"


def test_an_rw_is_known_by_its_village() -> None:
    rw = area("32.75.01.1001.004")
    assert rw.level == Level.RW
    assert rw.postal_code == area("32.75.01.1001").postal_code
    assert area("32.75.01.9999.004") is None
    assert parent(rw.code) == "32.75.01.1001"
    assert children("32.75.01.1001") == ()


def test_codes_are_read_with_and_without_dots() -> None:
    assert parse_area("3503042007") == parse_area(" 35.03.04.2007 ") == "35.03.04.2007"
    assert parse_area("3275011001004") == "32.75.01.1001.004"
    for wrong in ("", "Dongko", "99.01", "35030420"):
        with pytest.raises(BadInput):
            parse_area(wrong)


def test_areas_are_found_by_name_within_the_office() -> None:
    assert [a.code for a in search("dongko", "35.03")] == ["35.03.04", "35.03.04.2007"]
    assert search("kec. panggul", "35.03")[0].kind == AreaKind.SUBDISTRICT
    assert all(a.kind in (AreaKind.VILLAGE, AreaKind.WARD) for a in search("desa pule", "35.03"))
    assert search("kota batam")[0].code == "21.71"
    assert all(covers("35.03", a.code) for a in search("ka", "35.03", limit=50))
    assert search("", "35.03") == []
    assert search("dongko" * 1000, "35.03") == []
