"""Where villages lie, and maps of a regency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jemput.core.areas import Level, villages
from jemput.places.points import Point, distance_km, point_of, points_in, projected

OFFICES = ["35.03", "35.10", "21.71", "73.72", "32.75"]
DONGKO = "35.03.04.2007"

points = st.lists(
    st.builds(
        Point,
        area=st.just(DONGKO),
        latitude=st.floats(-11, 6),
        longitude=st.floats(95, 141),
        approximate=st.booleans(),
        source=st.just("hand"),
    ),
    max_size=30,
)


@pytest.mark.parametrize("office", OFFICES)
def test_every_village_of_the_five_offices_has_a_point_near_its_regency(office: str) -> None:
    seat = point_of(office)
    placed = points_in(office)
    assert [p.area for p in placed] == [v.code for v in villages(office)]
    assert all(distance_km(seat, p) < 75 for p in placed)


@pytest.mark.parametrize("office", OFFICES)
def test_villages_lie_near_their_subdistrict_seat(office: str) -> None:
    for village in points_in(office):
        assert distance_km(village, point_of(village.area[:8])) < 15


def test_most_villages_of_trenggalek_are_where_geonames_knows_them() -> None:
    known = [p for p in points_in("35.03") if not p.approximate]
    assert len(known) > 60
    assert all(p.source.startswith("geonames:") for p in known)
    assert not any(p.source.startswith("geonames:") for p in points_in("35.03") if p.approximate)


def test_an_rw_stands_at_its_village_and_says_that_this_is_rough() -> None:
    village, rw = point_of(DONGKO), point_of(DONGKO + ".004")
    assert (rw.latitude, rw.longitude) == (village.latitude, village.longitude)
    assert rw.approximate
    assert rw.area == DONGKO + ".004"


@pytest.mark.parametrize("elsewhere", ["35", "32.16", "99.01", "Dongko", ""])
def test_areas_of_no_office_have_no_point(elsewhere: str) -> None:
    assert point_of(elsewhere) is None


def test_distances_are_right() -> None:
    trenggalek, banyuwangi = point_of("35.03"), point_of("35.10")
    assert distance_km(trenggalek, banyuwangi) == pytest.approx(292, abs=5)
    assert distance_km(trenggalek, trenggalek) == 0


@given(points, st.floats(50, 2000), st.floats(50, 2000))
def test_every_point_falls_on_the_picture(placed: list[Point], width: float, height: float) -> None:
    on_picture = projected(placed, width, height)
    assert [p.point for p in on_picture] == placed
    for p in on_picture:
        assert 7 <= p.x <= width - 7
        assert 7 <= p.y <= height - 7


def test_north_is_up_and_east_is_right() -> None:
    on_picture = {p.point.area: p for p in projected(points_in("35.03", Level.SUBDISTRICT), 400, 300)}
    bendungan, munjungan, durenan = (on_picture[f"35.03.{n}"] for n in ("09", "02", "13"))
    assert bendungan.y < munjungan.y
    assert munjungan.x < durenan.x
