"""Five offices as their areas really are, and the invented people who work there.

One account for each duty of each office is shown at sign-in (demo mode only; it has no password and
opens with one click). Their colleagues in other villages and RWs write entries too; nobody can sign in
as them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from jemput.core.areas import covers, villages
from jemput.core.calendar import TimeZone, days_off, zone
from jemput.core.codes import Duty, Sex
from jemput.core.waiting import OfficeTime
from jemput.demo.names import BATAK, BETAWI, BUGIS, JAVANESE, MADURESE, MALAY, MINANG, OSING, SUNDANESE
from jemput.demo.people import PHONE_BLOCK, Setting

ACCOUNTS = UUID("5f0c8d1e-9a53-4a7c-8f4e-2d6b1c9e7a30")
_SUBDISTRICT, _VILLAGE, _RW = len("35.03.04"), len("35.03.04.2001"), len("35.03.04.2001.002")
_WIDTH: Mapping[Duty, int] = {
    Duty.REPORTER: _VILLAGE,
    Duty.VILLAGE_REGISTRAR: _VILLAGE,
    Duty.SUBDISTRICT: _SUBDISTRICT,
    Duty.RW_AGENT: _RW,
}
"""How narrow a duty's area is; the others work in the whole office."""


@dataclass(frozen=True)
class Plan:
    """One office of the demo: who it is, which programmes it runs with how many people."""

    number: int
    name: str
    city: str
    slug: str
    colour: str
    time_zone: TimeZone
    setting: Setting
    programmes: tuple[tuple[str, int], ...]
    home: str
    """The village in which the duties with a narrow area work."""

    @property
    def code(self) -> str:
        """Kemendagri code: "35.03"."""
        return self.setting.office

    @property
    def time(self) -> OfficeTime:
        """How the office counts days."""
        return OfficeTime(self.time_zone, days_off())

    @property
    def zone(self) -> ZoneInfo:
        """The office's clock."""
        return zone(self.time_zone)

    @property
    def home_rw(self) -> str:
        """The RW of the RW agent."""
        return f"{self.home}.002"

    def scope(self, duty: Duty) -> str:
        """The area of the account that is shown at sign-in."""
        return self.home_rw[: _WIDTH.get(duty, len(self.code))]


@dataclass(frozen=True)
class Worker:
    """Somebody who works here: the person shown at sign-in, or a colleague elsewhere."""

    id: UUID
    username: str
    name: str
    duty: Duty
    area: str
    shown: bool
    phone: str


def worker(plan: Plan, duty: Duty, area: str) -> Worker:
    """Who does a duty for a case in this area; the same for the same office, duty and area."""
    scope = plan.scope(duty)
    shown = covers(scope, area) or covers(area, scope)
    if not shown:
        scope = area[: _WIDTH[duty]]
        if duty is Duty.RW_AGENT and len(scope) == _VILLAGE:
            scope += ".001"
    key = f"{plan.code}/{duty}/{scope}"
    rng = Random(key)  # noqa: S311
    sex = rng.choice((Sex.FEMALE, Sex.MALE))
    flavour = rng.choice([f for f, _ in plan.setting.flavours])
    name = flavour.name(rng, sex, 35).title()
    username = f"{plan.slug}.{duty.value}" + ("" if shown else f".{scope.replace('.', '')}")
    phone = f"{PHONE_BLOCK}{rng.randrange(9000, 9990):04}"
    return Worker(uuid5(ACCOUNTS, key), username, name, duty, scope, shown, phone)


class Staff:
    """Everybody of an office who has written an entry, and those shown at sign-in."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.workers: dict[tuple[Duty, str], Worker] = {}
        for duty in Duty:
            self.actor(duty, plan.home_rw)

    def actor(self, duty: Duty, area: str) -> str:
        """The actor of an entry by this duty in this area."""
        key = (duty, area[: _WIDTH.get(duty, len(self.plan.code))])
        if key not in self.workers:
            self.workers[key] = worker(self.plan, duty, area)
        return str(self.workers[key].id)


def save_office(plan: Plan) -> None:
    """Make the office itself, or leave it as it is."""
    from jemput.accounts.models import Office

    Office.objects.get_or_create(
        code=plan.code,
        defaults={
            "number": plan.number,
            "name": plan.name,
            "city": plan.city,
            "time_zone": plan.time_zone.value,
            "colour": plan.colour,
            "hotlines": [{"label": "Rekaan", "number": f"{PHONE_BLOCK}999{plan.number}"}],
        },
    )


def save_staff(plan: Plan, workers: Iterable[Worker], today: date) -> None:
    """Make the accounts and their assignments, those that are not there yet."""
    from jemput.accounts.models import Account, Assignment

    unique = {w.id: w for w in workers}
    there = set(Account.objects.filter(id__in=list(unique)[:900]).values_list("id", flat=True))
    for start in range(900, len(unique), 900):
        chunk = list(unique)[start : start + 900]
        there |= set(Account.objects.filter(id__in=chunk).values_list("id", flat=True))
    new = [w for id, w in unique.items() if id not in there]
    nobody = Account()
    nobody.set_unusable_password()
    Account.objects.bulk_create(
        Account(
            id=w.id, username=w.username, name=w.name, phone=w.phone, demo=w.shown, password=nobody.password
        )
        for w in new
    )
    Assignment.objects.bulk_create(
        Assignment(
            account_id=w.id,
            office_id=plan.code,
            duty=w.duty.value,
            area=w.area,
            valid_from=today - timedelta(days=400),
        )
        for w in new
    )


def _home(subdistrict: str) -> str:
    return villages(subdistrict)[0].code


def plans() -> tuple[Plan, ...]:
    """The five offices of the sources, each with its programme, some with a neighbour's as well."""
    hills = ("Dusun Krajan", "Dusun Sumber", "Dusun Tengah", "Dusun Ngasem", "Dusun Pucung", "Dusun Duren")
    coast = ("Dusun Krajan", "Dusun Pesisir", "Dusun Kebonan", "Dusun Pancoran", "Jl. Melati", "Jl. Kopi")
    islands = ("Perum Bukit Rekaan Blok C", "Kampung Tua Rekaan", "Jl. Pelabuhan", "Ruli Bukit Rekaan")
    city = ("Jl. Bau Rekaan", "Jl. Pelita", "Jl. Pinggir Laut", "BTN Rekaan Blok A", "Lorong Melati")
    metropolis = (
        "Jl. Kenanga",
        "Gang Haji Rekaan",
        "Perum Rekaan Indah Blok B",
        "Jl. Mawar",
        "Kampung Rekaan",
    )
    return (
        Plan(
            number=1,
            name="Disdukcapil Kabupaten Trenggalek",
            city="Trenggalek",
            slug="trenggalek",
            colour="#0063a8",
            time_zone=TimeZone.WIB,
            setting=Setting("35.03", ((JAVANESE, 1.0),), hills, ("Trenggalek", "Tulungagung", "Ponorogo")),
            programmes=(("jempol-keren", 1944),),  # with those whom only lists name, the 2,028 of T61
            home=_home("35.03.04"),
        ),
        Plan(
            number=2,
            name="Disdukcapil Kabupaten Banyuwangi",
            city="Banyuwangi",
            slug="banyuwangi",
            colour="#9a3412",
            time_zone=TimeZone.WIB,
            setting=Setting(
                "35.10",
                ((JAVANESE, 0.4), (OSING, 0.4), (MADURESE, 0.2)),
                coast,
                ("Banyuwangi", "Jember", "Situbondo"),
            ),
            programmes=(("godoc", 300), ("on-the-spot", 24)),
            home=_home("35.10.19"),
        ),
        Plan(
            number=3,
            name="Disdukcapil Kota Batam",
            city="Batam",
            slug="batam",
            colour="#0f766e",
            time_zone=TimeZone.WIB,
            setting=Setting(
                "21.71",
                ((MALAY, 0.35), (BATAK, 0.2), (MINANG, 0.2), (JAVANESE, 0.25)),
                islands,
                ("Batam", "Tanjungpinang", "Medan", "Padang", "Blitar"),
            ),
            programmes=(("odgj-batam", 150), ("on-the-spot", 20)),
            home=_home("21.71.11"),
        ),
        Plan(
            number=4,
            name="Disdukcapil Kota Parepare",
            city="Parepare",
            slug="parepare",
            colour="#7c2d92",
            time_zone=TimeZone.WITA,
            setting=Setting("73.72", ((BUGIS, 1.0),), city, ("Parepare", "Pinrang", "Sidrap", "Barru")),
            programmes=(("on-the-spot", 250),),
            home=_home("73.72.03"),
        ),
        Plan(
            number=5,
            name="Disdukcapil Kota Bekasi",
            city="Bekasi",
            slug="bekasi",
            colour="#1d4ed8",
            time_zone=TimeZone.WIB,
            setting=Setting(
                "32.75",
                ((BETAWI, 0.4), (SUNDANESE, 0.3), (JAVANESE, 0.3)),
                metropolis,
                ("Bekasi", "Jakarta", "Karawang", "Kebumen"),
                by_rw=True,
            ),
            programmes=(("halo-pamor", 400), ("godoc", 20)),
            home=_home("32.75.05"),
        ),
    )
