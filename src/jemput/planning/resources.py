"""What an office keeps to plan with, asked for a period, and as the instance says it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jemput.accounts.models import Office
from jemput.core.areas import covers
from jemput.core.codes import Language, Partner, PlaceKind, Training, Weekday
from jemput.core.text import Words
from jemput.core.text import _ as mark
from jemput.journal import keys, open_office
from jemput.journal.models import Stream
from jemput.journal.read import stream_key
from jemput.journal.seal import BrokenSeal, derive, seal_same, unseal_same
from jemput.planning.kinds import Pasaran
from jemput.planning.models import (
    Absence,
    MarketDay,
    PartnerPerson,
    Settings,
    Site,
    Skill,
    Team,
    TeamMember,
)

JSON = dict[str, Any]
Span = tuple[str, str]
_LATE_TO_PRAYER = timedelta(minutes=15)


# ---- days and hours ---------------------------------------------------------------------------------


def weekday(day: date) -> str:
    """ "mon" to "sun"."""
    return list(Weekday)[day.weekday()].value


def pasaran(day: date) -> Pasaran:
    """The day of the Javanese week of five; 17 August 1945 was a Friday Legi."""
    return list(Pasaran)[(day - date(1945, 8, 17)).days % 5]


def clock(at: time) -> str:
    """08:30."""
    return f"{at:%H:%M}"


def without(spans: Iterable[Sequence[str]], gap: Span) -> list[list[str]]:
    """Hours less a part of them."""
    found = []
    for begins, ends in spans:
        if gap[1] <= begins or ends <= gap[0]:
            found.append([begins, ends])
            continue
        if begins < gap[0]:
            found.append([begins, gap[0]])
        if gap[1] < ends:
            found.append([gap[1], ends])
    return found


# ---- who is there -----------------------------------------------------------------------------------


class Away:
    """Who and what is not there on which days of a period."""

    def __init__(self, office: Office, days: Sequence[date]) -> None:
        self.days = days
        self._absences = list(Absence.objects.during(office.code, days[0], days[-1]))

    def there(self, name: str, id: UUID | int, on: Iterable[date] | None = None) -> list[date]:
        """The days on which ``name`` ("account", "kit", "vehicle", "partner") number ``id`` is there."""
        mine = [a for a in self._absences if getattr(a, f"{name}_id") == id]
        days = self.days if on is None else on
        return [day for day in days if not any(a.holds(day) for a in mine)]


def in_use(kept: Any, days: Iterable[date]) -> list[date]:
    """The days on which something is in use, and its weekdays allow it."""
    weekdays = getattr(kept, "weekdays", None)
    return [d for d in days if kept.holds(d) and (weekdays is None or weekday(d) in weekdays)]


def abilities(office: Office, days: Sequence[date]) -> Mapping[UUID, list[Skill]]:
    """What each account can do, of those in use on some day."""
    found: defaultdict[UUID, list[Skill]] = defaultdict(list)
    for skill in Skill.objects.during(office.code, days[0], days[-1]):
        found[skill.account_id].append(skill)
    return found


def members_of(team: Team, days: Sequence[date], away: Away) -> dict[UUID, list[date]]:
    """The days on which each member goes with the team; a day with too few is nobody's."""
    rows = TeamMember.objects.filter(team=team, since__lte=days[-1], account__is_active=True)
    rows = rows.filter(Q(until=None) | Q(until__gte=days[0])).order_by("account_id")
    by: dict[UUID, list[date]] = {}
    for row in rows:
        here = [d for d in in_use(team, days) if row.holds(d)]
        by[row.account_id] = sorted(
            {*by.get(row.account_id, []), *away.there("account", row.account_id, here)}
        )
    enough = {d for d in days if sum(d in on for on in by.values()) >= max(team.least, 1)}
    return {account: [d for d in on if d in enough] for account, on in by.items()}


def team_names(office: Office) -> dict[str, str]:
    """What the teams of an office are called, by the code that entries name; also those it had before."""
    return dict(Team.objects.filter(office=office).order_by("pk").values_list("code", "name"))


def team_choices(
    office: Office, day: date, trained: Iterable[Training] = (), keep: str = ""
) -> list[tuple[str, str]]:
    """(code, name) of the teams in use, for a form; those nobody of whom is trained for the visit say so.

    ``keep``: a code that an entry names already, offered even when that team is gone.
    """
    needed, teams = set(trained), list(Team.objects.during(office.code, day, day))
    able = abilities(office, [day]) if needed else {}
    choices = []
    for team in teams:
        accounts = [m.account_id for m in team.members.all() if m.holds(day)]
        can = {s.what for a in accounts for s in able.get(a, ()) if s.holds(day)}
        label = (
            team.name if needed <= can else _("%(team)s: nobody trained for this visit") % {"team": team.name}
        )
        choices.append((team.code, label))
    if keep and keep not in dict(choices):
        gone = Team.objects.filter(office=office, code=keep).first()
        choices.append((keep, gone.name if gone else keep))
    return choices


# ---- partners ---------------------------------------------------------------------------------------


def any_of(roles: Iterable[Partner]) -> str:
    """The instance's word for "one of these must come": "health_worker|social_worker"."""
    return "|".join(sorted(roles))


def partners_of(
    office: Office,
    days: Sequence[date],
    needs: Iterable[frozenset[Partner]],
    villages: Iterable[str],
    away: Away,
) -> list[JSON]:
    """The partners as the instance names them; "one in every village" stands once for each village."""
    wanted, places = set(needs), sorted(set(villages))
    found: list[JSON] = []
    for row in PartnerPerson.objects.during(office.code, days[0], days[-1]):
        role = Partner(row.role)
        roles = [role.value, *sorted(any_of(n) for n in wanted if role in n and len(n) > 1)]
        there = set(away.there("partner", row.pk, in_use(row, days)))
        hours = {d.isoformat(): row.hours.get(weekday(d), []) if d in there else [] for d in days}
        one: JSON = {"id": f"partner-{row.pk}", "roles": roles, "areas": row.areas, "hours": hours}
        if not row.each_village:
            found.append(one)
            continue
        for code in places:
            if not row.areas or any(covers(a, code) for a in row.areas):
                found.append(one | {"id": f"partner-{row.pk}-{code}", "areas": [code]})
    return found


def seal_phone(partner: PartnerPerson, phone: str) -> None:
    """Set the phone, sealed under the key of the office's own journal. Raises keys.Locked."""
    if not phone:
        partner.sealed_phone = None
        return
    stream = Stream.objects.get(id=open_office(partner.office_id))
    key = stream_key(stream)
    assert key is not None  # an office is never forgotten
    partner.sealed_phone = seal_same(derive(key, "partner"), partner.key.bytes, {"phone": phone})


def phone_of(partner: PartnerPerson) -> str:
    """The phone; empty when there is none, or without the key."""
    if not partner.sealed_phone:
        return ""
    try:
        key = stream_key(Stream.objects.get(id=open_office(partner.office_id))) or b""
        told = unseal_same(derive(key, "partner"), partner.key.bytes, bytes(partner.sealed_phone))
    except (keys.Locked, BrokenSeal):
        return ""
    return str(told["phone"])


# ---- teams ------------------------------------------------------------------------------------------


def teams_of(
    office: Office, days: Sequence[date], settings: Settings, away: Away, vehicles: Sequence[str],
    trained: Mapping[int, frozenset[Training]], start: str,
) -> tuple[list[JSON], list[Words]]:  # fmt: skip
    """The teams as the instance names them, and what is wrong with some.

    ``trained``: by programme number, what its visits ask for; who has it all gets the skill "programme:<n>".
    """
    able, found, notices = abilities(office, days), [], []
    for team in Team.objects.during(office.code, days[0], days[-1]).select_related("start", "end"):
        members = members_of(team, days, away)
        on = sorted({d for each in members.values() for d in each})
        if not on:
            notices.append(
                Words(
                    mark("%(team)s does not go out: nobody, or too few of its members, are there."),
                    {"team": team.name},
                )
            )
            continue
        own = [f"vehicle-{v.pk}" for v in team.vehicles.all() if f"vehicle-{v.pk}" in vehicles]
        chosen = own if team.vehicles.exists() else list(vehicles)
        if not chosen:
            notices.append(Words(mark("%(team)s has no vehicle in these days."), {"team": team.name}))
            continue
        begins = f"site-{team.start_id}" if team.start_id else start
        found.append(
            {
                "id": team.code,
                "vehicles": chosen,
                "start": begins,
                "end": f"site-{team.end_id}" if team.end_id else begins,
                "days": [d.isoformat() for d in on],
                "shift": {"*": [clock(team.begins), clock(team.ends)]},
                "breaks": breaks_of(settings),
                "members": [
                    _member(account, days_on, able.get(account, []), trained)
                    for account, days_on in members.items()
                    if days_on
                ],
            }
        )
    return found, notices


def _member(
    account: UUID, on: list[date], skills: list[Skill], trained: Mapping[int, frozenset[Training]]
) -> JSON:
    can = {s.what for s in skills if all(s.holds(d) for d in on)}
    return {
        "id": str(account),
        "days": [d.isoformat() for d in on],
        "skills": [f"programme:{n}" for n, needed in sorted(trained.items()) if needed <= can],
        "languages": sorted(w.partition(":")[2] for w in can if w.startswith("language:")),
    }


def unspoken(needed: Iterable[Language | None], spoken: Collection[str]) -> list[Words]:
    """What to say of languages that no team speaks. They are no need of the visit then: nobody must wait for
    ever because the office has nobody for their language.
    """
    missing = Counter(x for x in needed if x and x not in spoken)
    message = mark(
        "%(count)s people need %(language)s, which nobody of the teams speaks: ask somebody along."
    )
    return [Words(message, {"count": n, "language": Words(x.label)}) for x, n in sorted(missing.items())]


def breaks_of(settings: Settings) -> list[JSON]:
    """Lunch from Monday to Thursday and at the weekend, Friday prayer with lunch on Friday."""
    found: list[JSON] = []
    if settings.lunch_minutes:
        found.append(
            {
                "kind": "lunch",
                "begins": [clock(settings.lunch_from), clock(settings.lunch_until)],
                "minutes": settings.lunch_minutes,
                "weekdays": [d.value for d in Weekday if d is not Weekday.FRI],
            }
        )
    if settings.friday_minutes:
        late = datetime.combine(date.min, settings.friday_from) + _LATE_TO_PRAYER
        begins = [clock(settings.friday_from), clock(late.time())]
        found.append(
            {
                "kind": "friday_prayer",
                "begins": begins,
                "minutes": settings.friday_minutes,
                "weekdays": ["fri"],
            }
        )
    return found


# ---- places -----------------------------------------------------------------------------------------


def office_site(office: Office, day: date) -> Site | None:
    """Where the office lies, if somebody has said so."""
    return Site.objects.during(office.code, day, day).filter(kind=PlaceKind.OFFICE.value).first()


def market_hours(markets: Iterable[MarketDay], area: str, days: Iterable[date]) -> JSON | None:
    """When people of an area are at home, for the days on which a market changes it; None: always."""
    changed: JSON = {}
    for day in days:
        spans: list[list[str]] = [["00:00", "24:00"]]
        for market in markets:
            falls = weekday(day) in market.weekdays or pasaran(day).value == market.pasaran
            if falls and market.holds(day) and covers(market.area, area):
                spans = without(spans, (clock(market.begins), clock(market.ends)))
        if spans != [["00:00", "24:00"]]:
            changed[day.isoformat()] = spans
    return {"*": [["00:00", "24:00"]], **changed} if changed else None
