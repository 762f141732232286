"""A week's plan laid out to write its papers from: tours, teams, equipment, cases, and their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jemput import journal
from jemput.accounts.models import Office
from jemput.core import areas
from jemput.core.codes import Group, Partner
from jemput.core.phone import shown_phone
from jemput.core.programme import Programme
from jemput.planning.models import Kit, PartnerPerson, Team, Vehicle
from jemput.planning.papers.paper import Letterhead
from jemput.planning.resources import Away, members_of
from jemput.planning.week import keep
from jemput.planning.week.models import WeekPlan
from jemput.planning.week.publish import partner_number, roles_of
from jemput.planning.week.told import Told, told

JSON = dict[str, Any]
_HEALTH = frozenset(
    {Group.DISABILITY, Group.FRAIL_ELDERLY, Group.GRAVELY_ILL, Group.MENTAL_DISORDER, Group.INMATE}
)


def tells_health(programme: Programme) -> bool:
    """Whether the name of a programme tells why people are in it: it serves one such group alone."""
    return len(_HEALTH & set(programme.serves.groups)) == 1


def name_of(programme: Programme) -> str:
    """The name, or the number where the name would tell of an illness."""
    return (
        _("programme %(number)s") % {"number": programme.number}
        if tells_health(programme)
        else programme.name
    )


def letterhead(office: Office) -> Letterhead:
    """Who writes."""
    seat = areas.area(office.code)
    lines = [f"{line.get('label', '')} {shown_phone(line['number'])}".strip() for line in office.hotlines]
    return Letterhead(office.name, f"Pemerintah {seat.title}" if seat else "", " · ".join(lines), office.city)


@dataclass(frozen=True)
class Desk:
    """A week's plan laid out to write its papers; what is asked of the database once is asked once."""

    week: WeekPlan

    @property
    def office(self) -> Office:
        """Whose plan it is."""
        return self.week.office

    @cached_property
    def tours(self) -> list[JSON]:
        """Every tour of the week, those of days that are over too, by day and team."""
        tours = [*self.week.plan.get("past", []), *self.week.plan["tours"]]
        return sorted(tours, key=lambda t: (t["day"], t["team"]))

    @cached_property
    def known(self) -> Mapping[str, Told]:
        """The cases of the visits."""
        return told([s["visit"] for t in self.tours for s in t["stops"]])

    @cached_property
    def teams(self) -> dict[str, Team]:
        """Every team of the office by its code, those no longer in use too."""
        return {t.code: t for t in Team.objects.filter(office=self.office).order_by("pk")}

    @cached_property
    def vehicles(self) -> dict[str, str]:
        """Names by the ids of the instance."""
        return {f"vehicle-{v.pk}": v.name for v in Vehicle.objects.filter(office=self.office)}

    @cached_property
    def kits(self) -> dict[str, Kit]:
        """Equipment by the ids of the instance."""
        return {f"kit-{k.pk}": k for k in Kit.objects.filter(office=self.office)}

    @cached_property
    def partners(self) -> dict[int, PartnerPerson]:
        """Partners by number."""
        return {p.pk: p for p in PartnerPerson.objects.filter(office=self.office)}

    @cached_property
    def _instance(self) -> JSON:
        return keep.instance_of(self.week).data

    @cached_property
    def visits(self) -> dict[str, JSON]:
        """The visits of the instance. Raises keys.Locked."""
        return {v["id"]: v for v in self._instance["visits"]}

    @cached_property
    def places(self) -> dict[str, JSON]:
        """The places of the instance. Raises keys.Locked."""
        return {p["id"]: p for p in self._instance["places"]}

    def told_of(self, visit: str) -> Told | None:
        """The case of a visit, one that has left the plan too."""
        return self.known.get(visit) or told([visit]).get(visit)

    def of_team(self, team: str) -> list[JSON]:
        """A team's tours in the order of the days."""
        return [t for t in self.tours if t["team"] == team]

    def tour(self, team: str, day: date) -> JSON | None:
        """A team's tour of one day."""
        return next((t for t in self.of_team(team) if t["day"] == day.isoformat()), None)

    def team_name(self, code: str) -> str:
        """What a team is called."""
        return self.teams[code].name if code in self.teams else code

    def going(self, code: str, days: Sequence[date]) -> dict[UUID, list[date]]:
        """Who goes with a team on which of these days."""
        if code not in self.teams or not days:
            return {}
        found = members_of(self.teams[code], days, Away(self.office, days))
        return {account: on for account, on in found.items() if on}

    def village(self, visit: str) -> str:
        """Where a visit is, down to the village."""
        one = self.known.get(visit)
        return areas.label(one.case.area[:13], depth=2) if one else "–"

    def programmes(self, tours: Iterable[JSON]) -> list[Programme]:
        """The programmes of the visits of some tours, each once, by number."""
        found = {}
        for tour in tours:
            for stop in tour["stops"]:
                if one := self.known.get(stop["visit"]):
                    programme = journal.programme_of(one.state.programme_hash)
                    found[programme.number] = programme
        return [found[n] for n in sorted(found)]

    @cached_property
    def role_of(self) -> dict[int, Partner]:
        """What each partner comes as, by number."""
        return roles_of(self.office)

    def roles(self, tour: JSON) -> list[Partner]:
        """What the partners of a tour come as."""
        there = (self.role_of.get(partner_number(p)) for p in tour["partners"])
        return list(dict.fromkeys(r for r in there if r))

    def needs(self, visit: str) -> set[str]:
        """The roles of which a visit needs some. Raises keys.Locked."""
        needs = self.visits.get(visit, {}).get("needs", {}).get("partners", [])
        return {role for need in needs for role in need.split("|")}


def days_of(tours: Iterable[JSON]) -> list[date]:
    """The days of some tours."""
    return [date.fromisoformat(t["day"]) for t in tours]


def on_days(days: Sequence[date]) -> str:
    """From when until when: "23 November 2026 – 27 November 2026"."""
    first, last = in_letters(days[0]), in_letters(days[-1])
    return first if first == last else f"{first} – {last}"


def in_letters(day: date) -> str:
    """A date as letters carry it: 3 Maret 2026."""
    return date_format(day, "j F Y")
