"""Invented offices and weeks: instances to try, to tune with and to report on (docs/planning.md).

Seeds below 900 are for tuning, from 950 on for figures that are reported. Everything is invented; the shape
follows the sources (one biometric kit in Trenggalek, special training in Batam, boats, partners who come
along, persons in care homes and prisons).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from jemput.planning.world import FORMAT

MONDAY = date(2026, 11, 23)
Item = dict[str, Any]


def clock(minute: float) -> str:
    """Minutes from midnight as 08:30."""
    whole = int(minute)
    return f"{whole // 60:02}:{whole % 60:02}"


class Office:
    """A regency being invented: a town with an office, villages around it, roads into the hills."""

    def __init__(self, seed: int, days: int, teams: int, spread_km: float = 18.0) -> None:
        self.random = Random(f"jemput-planning-{seed}")  # noqa: S311 (invents offices, keeps no secret)
        self.days = _working_days(days)
        self.latitude = -8.05 + self.random.uniform(-0.3, 0.3)
        self.longitude = 111.7 + self.random.uniform(-0.5, 0.5)
        self.places: list[Item] = [self.at("office", 0, 0, area="town")]
        self.visits: list[Item] = []
        self.villages = [self._village(n, spread_km) for n in range(24)]
        self.teams = [self._team(n) for n in range(teams)]
        self.kits: list[Item] = []
        self.partners: list[Item] = []

    def at(self, id: str, east_km: float, north_km: float, area: str = "", **more: Any) -> Item:
        return {
            "id": id, "lat": round(self.latitude + north_km / 111.2, 5),
            "lon": round(self.longitude + east_km / 110.1, 5), "area": area, **more,
        }  # fmt: skip

    def _village(self, n: int, spread: float) -> tuple[str, float, float, bool]:
        east, north = self.random.gauss(0, spread * 0.6), self.random.gauss(0, spread * 0.6)
        remote = (east * east + north * north) ** 0.5 > spread * 0.9
        return f"village-{n + 1}", east, north, remote and self.random.random() < 0.4

    def _team(self, n: int) -> Item:
        able = [["record"], ["record", "odgj"], ["record"], ["record", "odgj"]][n % 4]
        return {
            "id": f"team-{n + 1}", "vehicles": [f"vehicle-{n + 1}"], "start": "office",
            "shift": {"*": ["08:00", "15:00"], "fri": ["08:00", "14:30"]},
            "members": [
                {"id": f"officer-{2 * n + 1}", "skills": able, "languages": ["jv"]},
                {"id": f"officer-{2 * n + 2}", "skills": ["record"],
                 "languages": ["jv"] if n % 2 else ["mad"],
                 "days": [d for d in self.days if self.random.random() < 0.85]},
            ],
        }  # fmt: skip

    def home(self, village: tuple[str, float, float, bool]) -> Item:
        """A new home in a village."""
        name, east, north, remote = village
        place = self.at(
            f"place-{len(self.places)}", east + self.random.gauss(0, 1.0), north + self.random.gauss(0, 1.0),
            name, setup_minutes=5,
        )  # fmt: skip
        if remote and self.random.random() < 0.5:
            place["access"] = ["motorbike"]
        self.places.append(place)
        return place

    def person(self, place: Item, **more: Any) -> Item:
        """A new request at a place."""
        chance = self.random.random()
        priority = 1 if chance < 0.12 else 2 if chance < 0.35 else 3
        visit: Item = {
            "id": f"visit-{len(self.visits) + 1}", "place": place["id"],
            "service_minutes": self.random.choice((10, 15, 15, 20, 20, 25, 30)),
            "priority": priority, "waited_days": min(int(self.random.expovariate(1 / 20)), 120),
        }  # fmt: skip
        visit |= more
        self.visits.append(visit)
        return visit

    def windows(self, visit: Item) -> None:
        """Days and hours at which somebody is at home, sometimes two stretches a day."""
        spans: dict[str, list[list[str]]] = {}
        for day in self.days:
            chance = self.random.random()
            if chance < 0.25:
                continue
            if chance < 0.5:
                spans[day] = [["08:00", "12:00"]]
            elif chance < 0.65:
                spans[day] = [["12:00", "15:00"]]
            elif chance < 0.75:
                spans[day] = [["08:00", "10:00"], ["13:00", "15:00"]]
            else:
                spans[day] = [["08:00", "15:00"]]
        visit["windows"] = spans or {self.days[-1]: [["08:00", "15:00"]]}

    def instance(self, name: str, kinds: tuple[str, ...] = ("car", "motorbike"), **more: Any) -> Item:
        """The finished JSON value."""
        vehicles = [
            {"id": f"vehicle-{n + 1}", "kind": kinds[1] if n % 2 and len(kinds) > 1 else kinds[0]}
            for n in range(len(self.teams))
        ]
        return {
            "format": FORMAT, "name": name, "days": self.days, "places": self.places, "vehicles": vehicles,
            "kits": self.kits, "partners": self.partners, "teams": self.teams, "visits": self.visits,
            "travel": {
                "speed_kmh": {"car": 28, "motorbike": 32, "boat": 15},
                "detour": {"car": 1.45, "motorbike": 1.35, "boat": 1.1}, "hill": 1.1,
            },
            "costs": {"km": 3000, "team_day": 350000, "budget": 45000000},
        } | more  # fmt: skip


def _working_days(count: int) -> list[str]:
    days: list[str] = []
    at = MONDAY
    while len(days) < count:
        if at.weekday() < 5:
            days.append(at.isoformat())
        at += timedelta(days=1)
    return days


def _requests(office: Office, count: int, skilled: float = 0.2, mandatory: float = 0.075) -> None:
    """Requests in villages: mostly alone, sometimes two or three in one house."""
    random = office.random
    while len(office.visits) < count:
        place = office.home(random.choice(office.villages))
        for _person in range(
            min(1 if random.random() < 0.8 else random.randint(2, 3), count - len(office.visits))
        ):
            visit = office.person(place)
            office.windows(visit)
            if random.random() < skilled:
                visit["needs"] = {"skills": ["odgj"]}
            elif random.random() < 0.05:
                visit["needs"] = {"languages": ["mad"]}
            if random.random() < mandatory:
                visit["mandatory"] = True
                visit["priority"] = 1
            elif random.random() < 0.08:
                visit["latest"] = random.choice(office.days)


def week(seed: int, count: int, teams: int, days: int = 5) -> Item:
    """An oversubscribed week: skills, languages, windows by day; no rests, kits or partners."""
    office = Office(seed, days, teams)
    _requests(office, count)
    return office.instance(f"week-{count}-{seed}")


def full_week(seed: int, count: int, teams: int, days: int = 5, kits: int = 1) -> Item:
    """A week with all that Jemput plans with: rests, Friday prayer, kits, partners, promises, a boat."""
    office = Office(seed, days, teams)
    random = office.random
    office.kits = [
        {"id": f"kit-{n + 1}", "kind": "biometric", "people_per_day": 14, "battery_minutes": 300}
        for n in range(kits)
    ]
    office.partners = [
        {"id": "health-1", "roles": ["health"],
         "hours": {d: [["08:00", "12:00"]] for d in office.days if random.random() < 0.6}},
        {"id": "social-1", "roles": ["social"],
         "hours": {d: [["09:00", "14:00"]] for d in office.days if random.random() < 0.6}},
    ]  # fmt: skip
    for team in office.teams:
        team["breaks"] = [
            {
                "kind": "lunch",
                "begins": ["11:30", "13:00"],
                "minutes": 45,
                "weekdays": ["mon", "tue", "wed", "thu"],
            },
            {"kind": "prayer", "begins": ["11:30", "11:45"], "minutes": 75, "weekdays": ["fri"]},
        ]
    _requests(office, count)
    for visit in office.visits:
        needs = visit.setdefault("needs", {})
        if random.random() < 0.3:
            needs["kits"] = ["biometric"]
        if "odgj" in needs.get("skills", ()) and random.random() < 0.5:
            needs["partners"] = ["health"]
        elif random.random() < 0.05:
            needs["partners"] = ["social"]
    return office.instance(
        f"full-{count}-{seed}", ageing={"step_days": 60, "areas": {"village-3": 30}, "groups": {}}
    )


def one_kit(seed: int, count: int = 60, teams: int = 2) -> Item:
    """JEMPOL KEREN: one biometric set for five days; everybody needs it."""
    world = full_week(seed, count, teams)
    for visit in world["visits"]:
        visit["needs"] = {"kits": ["biometric"]}
    return world | {"name": f"kit-{count}-{seed}"}


def institutions(seed: int, homes: int = 4, teams: int = 2) -> Item:
    """A care home, a prison, a hospital and a shelter with many persons each, and some homes between."""
    office = Office(seed, 5, teams)
    random = office.random
    for n in range(homes):
        village = random.choice(office.villages)
        place = office.home(village) | {"setup_minutes": 20}
        place.pop("access", None)
        place["windows"] = {
            d: [["09:00", "11:30"], ["13:00", "15:00"]] for d in office.days if random.random() < 0.7
        }
        office.places[-1] = place
        for _person in range(random.randint(8, 25)):
            office.person(place, service_minutes=random.choice((6, 8, 10)), group=f"institution-{n + 1}")
    _requests(office, len(office.visits) + 30)
    office.kits = [{"id": "kit-1", "kind": "biometric", "people_per_day": 40, "battery_minutes": 330}]
    for visit in office.visits:
        if random.random() < 0.5:
            visit.setdefault("needs", {})["kits"] = ["biometric"]
    return office.instance(f"institutions-{len(office.visits)}-{seed}")


def islands(seed: int, count: int = 80, teams: int = 3) -> Item:
    """Batam: hamlets on islands that only a boat reaches; one boat, shared by two teams."""
    office = Office(seed, 5, teams)
    _requests(office, count)
    isles = {v[0] for v in office.random.sample(office.villages, 6)}
    for place in office.places[1:]:
        if place["area"] in isles:
            place["access"] = ["boat"]
    made = office.instance(f"islands-{count}-{seed}")
    made["vehicles"].append({"id": "boat", "kind": "boat"})
    for team in made["teams"][:2]:
        team["vehicles"].append("boat")
    return made


def impossible(seed: int, count: int = 30) -> Item:
    """A week in which much cannot be done: each tenth visit for another reason."""
    made = full_week(seed, count, 2)
    reasons: list[Callable[[Item], Any]] = [
        lambda v: v.setdefault("needs", {}).update(kits=["satellite"]),
        lambda v: v.setdefault("needs", {}).update(skills=["diving"]),
        lambda v: v.update(windows={"*": [["10:00", "10:05"]]}),
        lambda v: v.setdefault("needs", {}).update(partners=["police"]),
        lambda v: v.update(latest="2026-11-20"),
        lambda v: v.setdefault("needs", {}).update(vehicles=["boat"]),
        lambda v: v.update(service_minutes=600),
    ]
    for n, spoil in enumerate(reasons):
        spoil(made["visits"][n])
    for n, (lat, lon) in enumerate(((111.7, -8.0), (48.2, 16.4), (1.1, 104.0))):
        place = {"id": f"wrong-{n}", "lat": lat, "lon": lon}
        made["places"].append(place)
        made["visits"][len(reasons) + n]["place"] = place["id"]
    return made | {"name": f"impossible-{count}-{seed}"}


KINDS: dict[str, Callable[[int], Item]] = {
    "week-40": lambda seed: week(seed, 40, 2),
    "week-80": lambda seed: week(seed, 80, 2),
    "week-300": lambda seed: week(seed, 300, 4),
    "full-80": lambda seed: full_week(seed, 80, 2),
    "full-300": lambda seed: full_week(seed, 300, 4, kits=2),
    "month-2028": lambda seed: week(seed, 2028, 4, 20),
    "one-kit": one_kit,
    "institutions": institutions,
    "islands": islands,
    "impossible": impossible,
}


def generate(kind: str, seed: int) -> Item:
    """An instance as a JSON value. Raises KeyError for a kind that is not in KINDS."""
    return KINDS[kind](seed)
