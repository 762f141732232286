"""What a team's assignment order (surat tugas) says. It names nobody who is visited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jemput.accounts.models import Account, Assignment, Office
from jemput.core.codes import Duty
from jemput.core.phone import shown_phone
from jemput.core.programme import Programme
from jemput.planning.papers.desk import (
    JSON,
    Desk,
    days_of,
    in_letters,
    letterhead,
    name_of,
    on_days,
    tells_health,
)
from jemput.planning.papers.paper import Member, Order, OrderDay, square

GENERAL = (
    "Peraturan Menteri Dalam Negeri Nomor 19 Tahun 2018 tentang Peningkatan Kualitas Layanan Administrasi "
    "Kependudukan, pasal 10",
)
"""Basis of every outreach (G44), where no programme of the letter may be named."""


def order(
    desk: Desk,
    team: str,
    tours: Sequence[JSON],
    *,
    number: str,
    today: date,
    signer: str,
    duty: Duty,
    signature: str,
    check: str,
) -> Order:
    """The assignment order of a team for these days. ``check``: the address where the letter is checked."""
    days, programmes = days_of(tours), desk.programmes(tours)
    cites = [law.cite for p in programmes if not tells_health(p) for law in p.legal]
    basis = list(dict.fromkeys([*cites, *GENERAL]))
    basis.append(
        _("The office's plan of visits for the week of %(monday)s") % {"monday": in_letters(desk.week.monday)}
    )
    copies = [_("Head of office")] if duty is not Duty.HEAD_OF_OFFICE else []
    return Order(
        office=letterhead(desk.office),
        number=number,
        basis=basis,
        members=_members(desk, team, days),
        task=_task(desk.team_name(team), programmes, days),
        days=[_order_day(desk, tour) for tour in tours],
        rules=_rules(desk.office),
        place_and_date=f"{desk.office.city}, {in_letters(today)}",
        signer_duty=_(duty.label),
        signer=signer,
        signature=signature,
        copies=copies,
        square=square(check, _("Square code with the address where this letter is checked")),
    )


def _members(desk: Desk, team: str, days: Sequence[date]) -> list[Member]:
    going = desk.going(team, days)
    names = dict(Account.objects.filter(pk__in=going).values_list("pk", "name"))
    held = Assignment.objects.filter(account__in=going, office=desk.office).order_by("pk")
    duties: dict[UUID, str] = {}
    for row in held:
        if row.role is Duty.FIELD_OFFICER or row.account_id not in duties:
            duties[row.account_id] = _(row.role.label)
    found = []
    for account, on in going.items():
        duty = duties.get(account, _(Duty.FIELD_OFFICER.label))
        if len(on) < len(days):
            duty += f" ({', '.join(date_format(d, 'l') for d in on)})"
        found.append(Member(names[account], duty))
    return sorted(found, key=lambda m: m.name)


def _task(team: str, programmes: Sequence[Programme], days: Sequence[date]) -> str:
    return _(
        "As %(team)s, on %(days)s: bring the office's service to residents who cannot come to it "
        "(%(programmes)s), at the places and on the days below."
    ) % {"team": team, "days": on_days(days), "programmes": ", ".join(map(name_of, programmes))}


def _order_day(desk: Desk, tour: JSON) -> OrderDay:
    villages = dict.fromkeys(desk.village(s["visit"]) for s in tour["stops"])
    return OrderDay(
        day=date.fromisoformat(tour["day"]),
        departs=tour["departs"],
        returns=tour["returns"],
        villages=list(villages),
        people=len(tour["stops"]),
        vehicle=desk.vehicles.get(tour["vehicle"], "–"),
        along=[_(role.label) for role in desk.roles(tour)],
    )


def _rules(office: Office) -> list[str]:
    rules = [
        _("The service is free of charge: nothing is asked for, and nothing is taken."),
        _("Personal data are used for this task alone."),
        _("What was done is recorded in Jemput after each visit."),
        _("When the days or the visits of the team are changed, this letter holds no more and is made anew."),
    ]
    if office.hotlines:
        line = shown_phone(office.hotlines[0]["number"])
        rules.append(_("Complaints: %(number)s.") % {"number": line})
    return rules
