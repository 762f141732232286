"""A small office on a straight road, to tell stories with."""

from typing import Any

Json = dict[str, Any]
DAYS = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]


def office(**more: Any) -> Json:
    """An office on a straight road, ten kilometres a place, one minute a kilometre; one team, Monday only."""
    places = [{"id": "office"}, *({"id": f"km-{n * 10}"} for n in range(1, 6))]
    km = [[abs(a - b) * 10.0 for b in range(6)] for a in range(6)]
    return {
        "format": "jemput-planning/1", "name": "road", "days": DAYS[:1], "places": places,
        "vehicles": [{"id": "car", "kind": "car"}], "kits": [], "partners": [],
        "teams": [team("team")], "visits": [], "travel": {"minutes": {"car": km}, "km": {"car": km}},
    } | more  # fmt: skip


def team(id: str, vehicle: str = "car", **more: Any) -> Json:
    """A team that works from eight to three and can do what everybody can."""
    return {"id": id, "vehicles": [vehicle], "start": "office", "shift": {"*": ["08:00", "15:00"]}} | more


def visit(id: str, place: str = "km-10", minutes: int = 20, **more: Any) -> Json:
    """Somebody to be visited."""
    return {"id": id, "place": place, "service_minutes": minutes, "priority": 3} | more
