"""The closed lists of the planner's world. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from jemput.core.codes import Coded, Partner, Weekday
from jemput.core.text import _

WORKDAYS = tuple(Weekday)[:5]


class Pasaran(Coded):
    """The Javanese week of five days, by which village markets are held."""

    LEGI = "legi", _("Legi")
    PAHING = "pahing", _("Pahing")
    PON = "pon", _("Pon")
    WAGE = "wage", _("Wage")
    KLIWON = "kliwon", _("Kliwon")


class VehicleKind(Coded):
    TWO_WHEELS = "two_wheels", _("Two wheels")
    FOUR_WHEELS = "four_wheels", _("Four wheels")
    BOAT = "boat", _("Boat")


class KitKind(Coded):
    BIOMETRIC = "biometric", _("Biometric recording set")
    PRINTER = "printer", _("Card printer for the field")


class Terrain(Coded):
    """What roads are like: how much longer a way takes than its length says."""

    FLAT = "flat", _("Flat land")
    CITY = "city", _("City traffic")
    HILLS = "hills", _("Hills")
    MOUNTAINS = "mountains", _("Mountains")


HILL: Mapping[Terrain, float] = {
    Terrain.FLAT: 1.0, Terrain.CITY: 1.2, Terrain.HILLS: 1.3, Terrain.MOUNTAINS: 1.6,
}  # fmt: skip
"""Assumed until the office has learned better from its own journeys."""


class AbsenceReason(Coded):
    """Never an illness: that is nobody's business here."""

    LEAVE = "leave", _("Leave")
    OTHER_WORK = "other_work", _("Other work")
    REPAIR = "repair", _("In repair")
    OTHER = "other", _("Other")


class RouteServer(Coded):
    NONE = "none", _("None: reckon by distance")
    VALHALLA = "valhalla", _("Valhalla")
    OSRM = "osrm", _("OSRM")


COMES_ALONG = frozenset(
    {
        *(Partner.HEALTH_WORKER, Partner.SOCIAL_WORKER, Partner.VILLAGE, Partner.NEIGHBOURHOOD_HEAD),
        *(Partner.BABINSA, Partner.BHABINKAMTIBMAS, Partner.PUBLIC_ORDER),
    }
)
"""Partners whose hours the office plans with; family and institution are there anyway."""
