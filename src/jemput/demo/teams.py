"""What the five offices plan with: teams, equipment, vehicles, partners. As the sources say where they say it
(JEMPOL KEREN has one recording set, T65; Batam's officers are trained, B22), invented where they do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from typing import Any
from uuid import uuid5

from jemput.core.areas import villages
from jemput.core.codes import Duty, Language, Partner, PlaceKind, Sex, Training
from jemput.demo.offices import ACCOUNTS, Plan, worker
from jemput.demo.people import PHONE_BLOCK
from jemput.places import point_of
from jemput.planning.kinds import KitKind, Pasaran, Terrain, VehicleKind

TEAMS = 3
"""The year's entries name team_1 to team_3."""
MEMBERS = 2
"""T84: nobody works alone."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
Hours = Mapping[str, list[list[str]]]


def _on(days: Sequence[str], *spans: tuple[str, str]) -> Hours:
    return {day: [list(span) for span in spans] for day in days}


OFFICE_HOURS = _on(WEEKDAYS, ("08:00", "15:00"))


@dataclass(frozen=True)
class Along:
    """A partner: who comes, when, and whether each village has one."""

    role: Partner
    name: str
    hours: Hours
    each_village: bool = False


@dataclass(frozen=True)
class Means:
    """What one office has."""

    terrain: Terrain
    kits: int
    vehicles: tuple[tuple[str, VehicleKind], ...]
    partners: tuple[Along, ...] = ()
    trained: tuple[int, ...] = ()
    """Teams whose first member was trained for people with mental disorder."""
    languages: tuple[Language, ...] = ()
    printers: int = 0
    budget: int = 0
    by_boat: tuple[str, ...] = ()
    """Subdistricts on islands."""
    by_motorbike: int = 0
    """So many villages of the home subdistrict, chosen for show."""
    sites: tuple[tuple[PlaceKind, str, Hours], ...] = field(default=())
    market: Pasaran | None = None


CAR, BIKE, BOAT = VehicleKind.FOUR_WHEELS, VehicleKind.TWO_WHEELS, VehicleKind.BOAT
REGISTRAR = Along(Partner.VILLAGE, "Petugas registrasi desa setempat", OFFICE_HOURS, each_village=True)
BABINSA = Along(Partner.BABINSA, "Babinsa setempat", _on(("tue", "thu"), ("08:00", "12:00")), True)
POLICE = Along(
    Partner.BHABINKAMTIBMAS, "Bhabinkamtibmas setempat", _on(("mon", "wed"), ("08:00", "12:00")), True
)
HOSPITAL = (PlaceKind.HOSPITAL, "RSUD Rekaan", _on(WEEKDAYS, ("09:00", "11:30"), ("13:00", "15:00")))
CARE_HOME = (PlaceKind.SOCIAL_HOME, "Panti Rekaan Kasih", _on(("tue", "thu"), ("08:30", "11:30")))
PRISON = (PlaceKind.PRISON, "Rutan Rekaan", _on(("wed",), ("09:00", "11:30")))

MEANS: Mapping[str, Means] = {
    "35.03": Means(  # T10-T12, T39 (two thirds mountains), T62, T65, T66
        terrain=Terrain.MOUNTAINS,
        kits=1,
        vehicles=(("Mobil dinas", CAR), ("Motor dinas 1", BIKE), ("Motor dinas 2", BIKE)),
        partners=(
            REGISTRAR,
            BABINSA,
            POLICE,
            Along(Partner.SOCIAL_WORKER, "Petugas Dinsos 1", _on(("mon", "tue", "thu"), ("08:00", "14:00"))),
            Along(Partner.SOCIAL_WORKER, "Petugas Dinsos 2", _on(("wed", "fri"), ("08:00", "11:30"))),
            Along(Partner.PUBLIC_ORDER, "Satpol PP piket", OFFICE_HOURS),
        ),
        languages=(Language.JAVANESE,),
        budget=45_000_000,
        by_motorbike=2,
        sites=(HOSPITAL, CARE_HOME, PRISON),
        market=Pasaran.PON,
    ),
    "35.10": Means(
        terrain=Terrain.HILLS,
        kits=2,
        vehicles=(("Mobil GODOC", CAR), ("Motor dinas 1", BIKE), ("Motor dinas 2", BIKE)),
        partners=(REGISTRAR,),
        languages=(Language.JAVANESE, Language.OSING, Language.MADURESE),
        by_motorbike=1,
        sites=(HOSPITAL, PRISON),
    ),
    "21.71": Means(  # B05, B06, B22, B41, B50
        terrain=Terrain.CITY,
        kits=2,
        vehicles=(("Mobil layanan", CAR), ("Motor dinas", BIKE), ("Pompong sewaan", BOAT)),
        partners=(
            Along(Partner.HEALTH_WORKER, "Perawat jiwa 1", _on(("mon", "wed", "fri"), ("08:00", "11:30"))),
            Along(Partner.HEALTH_WORKER, "Perawat jiwa 2", _on(("tue", "thu"), ("08:00", "14:00"))),
            Along(Partner.SOCIAL_WORKER, "Pekerja sosial Dinsos", OFFICE_HOURS),
        ),
        trained=(1, 2),
        languages=(Language.MALAY, Language.BATAK),
        by_boat=("21.71.01", "21.71.05"),
        sites=(HOSPITAL, CARE_HOME),
    ),
    "73.72": Means(  # P12, P49: recording and printing equipment goes along
        terrain=Terrain.HILLS,
        kits=1,
        vehicles=(("Mobil layanan keliling", CAR), ("Motor dinas", BIKE)),
        languages=(Language.BUGIS,),
        printers=1,
        sites=(HOSPITAL,),
    ),
    "32.75": Means(
        terrain=Terrain.CITY,
        kits=1,
        vehicles=(("Mobil dinas", CAR), ("Motor dinas 1", BIKE), ("Motor dinas 2", BIKE)),
        languages=(Language.BETAWI, Language.SUNDANESE),
        sites=(HOSPITAL,),
    ),
}  # fmt: skip


def save_teams(plan: Plan, today: date) -> None:
    """Make what the office plans with, unless it has teams already."""
    from jemput.accounts.models import Office
    from jemput.planning import models as kept

    if kept.Team.objects.filter(office=plan.code).exists():
        return
    means, office = MEANS[plan.code], Office.objects.get(code=plan.code)
    common: dict[str, Any] = {"office": office, "since": today - timedelta(days=400)}
    _save_places(plan, means, common)
    for name, kind in means.vehicles:
        kept.Vehicle.objects.create(name=name, kind=kind.value, **common)
    for n in range(1, means.kits + 1):
        limits = {"people_per_day": 14, "battery_minutes": 300}
        one = {"name": f"Set perekaman {n}", "kind": KitKind.BIOMETRIC.value, "number": f"DEMO-{n:03}"}
        kept.Kit.objects.create(**one, **limits, **common)
    for n in range(1, means.printers + 1):
        kept.Kit.objects.create(name=f"Pencetak KTP-el {n}", kind=KitKind.PRINTER.value, **common)
    _save_partners(means, common)
    _save_people(plan, means, common, today)
    costs = {"budget": means.budget, "km_cost": 1_500, "team_day_cost": 150_000}
    settings = {"terrain": means.terrain.value, **costs}
    kept.Settings.objects.get_or_create(office=office, defaults=settings)


def _save_places(plan: Plan, means: Means, common: dict[str, Any]) -> None:
    from jemput.planning import models as kept

    seat = point_of(plan.code)
    here = {"latitude": seat.latitude, "longitude": seat.longitude} if seat else {}
    kept.Site.objects.create(kind=PlaceKind.OFFICE.value, name=plan.name, area=plan.home, **here, **common)
    for kind, name, hours in means.sites:
        there = {"area": plan.home, "hours": hours, "setup_minutes": 20}
        kept.Site.objects.create(kind=kind.value, name=name, **there, **common)
    note = "Contoh rekaan"
    for code in means.by_boat:
        kept.Reach.objects.create(area=code, vehicles=[BOAT.value], **common)
    for village in villages(plan.home[:8])[1 : 1 + means.by_motorbike]:
        kept.Reach.objects.create(area=village.code, vehicles=[BIKE.value], note=note, **common)
    if means.market:
        times = {"begins": time(5), "ends": time(10)}
        kept.MarketDay.objects.create(
            name="Pasar Rekaan", area=plan.home[:8], pasaran=means.market.value, **times, **common
        )


def _save_partners(means: Means, common: dict[str, Any]) -> None:
    from jemput.planning import models as kept
    from jemput.planning.resources import seal_phone

    for n, along in enumerate(means.partners):
        row = kept.PartnerPerson(
            role=along.role.value,
            name=along.name,
            each_village=along.each_village,
            hours=along.hours,
            **common,
        )
        if not along.each_village:
            seal_phone(row, f"{PHONE_BLOCK}{9900 + n:04}")
        row.save()


def _save_people(plan: Plan, means: Means, common: dict[str, Any], today: date) -> None:
    """The field officer of the sign-in page goes with the first team; invented colleagues fill the rest."""
    from jemput.accounts.models import Account, Assignment
    from jemput.planning import models as kept

    rng = Random(f"{plan.code}/teams")  # noqa: S311
    shown = worker(plan, Duty.FIELD_OFFICER, plan.home).id
    for number in range(1, TEAMS + 1):
        team = kept.Team.objects.create(code=f"team_{number}", name=f"Tim {number}", **common)
        for place in range(MEMBERS):
            account = Account.objects.filter(pk=shown).first() if (number, place) == (1, 0) else None
            if account is None:
                flavour = rng.choice([f for f, _share in plan.setting.flavours])
                sex = rng.choice((Sex.FEMALE, Sex.MALE))
                account = Account(
                    id=uuid5(ACCOUNTS, f"{plan.code}/team/{number}/{place}"),
                    username=f"{plan.slug}.tim{number}.{place + 1}",
                    name=flavour.name(rng, sex, 35).title(),
                )
                account.set_unusable_password()
                account.save(force_insert=True)
                Assignment.objects.create(
                    account=account, office_id=plan.code, duty=Duty.FIELD_OFFICER.value, area=plan.code,
                    valid_from=today - timedelta(days=400),
                )  # fmt: skip
            kept.TeamMember.objects.create(team=team, account=account, since=common["since"])
            can = [f"language:{rng.choice(means.languages).value}", Training.EXCEPTIONS.value]
            if number in means.trained and place == 0:
                can.append(Training.MENTAL_DISORDER.value)
            for what in can:
                kept.Skill.objects.create(account=account, what=what, **common)
