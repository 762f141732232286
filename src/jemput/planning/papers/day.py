"""What goes along on a team's day: the route sheet, what to bring, and each partner's own list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as mark

from jemput.accounts.models import Account
from jemput.core import areas
from jemput.core.codes import Duty
from jemput.core.entries import VisitPurpose
from jemput.core.phone import shown_phone
from jemput.planning.models import PartnerPerson
from jemput.planning.papers.desk import JSON, Desk, letterhead, name_of, on_days
from jemput.planning.papers.paper import (
    Break,
    Checklist,
    Meeting,
    PartnerList,
    RouteSheet,
    Stop,
    square,
)
from jemput.planning.papers.people import Person, people
from jemput.planning.resources import phone_of
from jemput.planning.week.publish import partner_number
from jemput.planning.week.told import Told, parts

CALLERS = frozenset({Duty.MAIN_ADMIN, Duty.SCHEDULER, Duty.FIELD_OFFICER})
"""Duties that call partners."""
BREAKS = {"lunch": mark("Lunch"), "friday_prayer": mark("Friday prayer")}


def route(
    desk: Desk, tour: JSON, duty: Duty, seen: frozenset[UUID], page_of: Callable[[UUID], str]
) -> RouteSheet:
    """A team's day. ``seen``: the cases that the reader may see; ``page_of``: the address of a case's page.

    Raises keys.Locked.
    """
    day = date.fromisoformat(tour["day"])
    cases = {parts(s["visit"])[0] for s in tour["stops"]}
    known = people(cases & seen)
    stops = [_stop(desk, tour, s, duty, known, page_of) for s in tour["stops"]]
    going = desk.going(tour["team"], [day])
    hidden = len([s for s in tour["stops"] if parts(s["visit"])[0] not in seen])
    return RouteSheet(
        office=letterhead(desk.office),
        team=desk.team_name(tour["team"]),
        day=day,
        departs=tour["departs"],
        returns=tour["returns"],
        km=number_format(tour["km"], 1),
        members=list(Account.objects.filter(pk__in=going).order_by("name").values_list("name", flat=True)),
        vehicle=desk.vehicles.get(tour["vehicle"], "–"),
        kits=[desk.kits[k].name for k in tour["kits"] if k in desk.kits],
        partners=_along(desk, tour, duty),
        breaks=[Break(_(BREAKS.get(b["kind"], b["kind"])), b["starts"], b["ends"]) for b in tour["breaks"]],
        stops=[s for s in stops if s],
        bring=[item for _title, items in _bring(desk, tour) for item in items],
        hidden=hidden,
        hidden_words=ngettext(
            "%(count)s visit is left out: it lies outside what your duty may see.",
            "%(count)s visits are left out: they lie outside what your duty may see.",
            hidden,
        )
        % {"count": hidden},
    )


def _along(desk: Desk, tour: JSON, duty: Duty) -> list[str]:
    """The partners of a tour, with a phone for those who call."""
    found = []
    for number in dict.fromkeys(map(partner_number, tour["partners"])):
        partner = desk.partners.get(number)
        if partner is None:
            continue
        phone = phone_of(partner) if duty in CALLERS else ""
        role = _(desk.role_of[number].label)
        found.append(", ".join(x for x in (f"{partner.name} ({role})", phone and shown_phone(phone)) if x))
    return found


def _stop(
    desk: Desk, tour: JSON, stop: JSON, duty: Duty, known: Mapping[UUID, Person],
    page_of: Callable[[UUID], str],
) -> Stop | None:  # fmt: skip
    case, purpose = parts(stop["visit"])
    one, person = desk.known.get(stop["visit"]), known.get(case)
    if person is None or one is None:
        return None
    visit = desk.visits.get(stop["visit"], {})
    documents = [d for d, paper in one.state.documents.items() if not paper.delivered]
    return Stop(
        arrives=stop["arrives"],
        starts=stop["starts"],
        ends=stop["ends"],
        name=person.name(),
        told=_told(one),
        village=desk.village(stop["visit"]),
        place=person.place(duty),
        approximate=bool(desk.places.get(visit.get("place", ""), {}).get("approximate")),
        phones=person.phones(duty),
        purpose=_(purpose.label),
        documents=", ".join(_(d.label) for d in documents),
        along=_needed(desk, tour, stop["visit"]),
        notes=list(person.notes(duty)),
        square=square(page_of(case), _("Square code with the address of the case")),
    )


def _told(one: Told) -> str:
    if one.promised is None:
        return _("The family has not been told a day yet.")
    told = {"day": date_format(one.promised.day, "l, j F"), "part": _(one.promised.part.label).lower()}
    return _("Promised: %(day)s, %(part)s") % told


def _needed(desk: Desk, tour: JSON, visit: str) -> str:
    """Who of the tour's partners comes to one visit."""
    needed = desk.needs(visit)
    return ", ".join(_(role.label) for role in desk.roles(tour) if role.value in needed)


# ---- what to bring ----------------------------------------------------------------------------------


def bring(desk: Desk, tour: JSON) -> Checklist:
    """What a team takes along on a day. Names nobody."""
    return Checklist(
        letterhead(desk.office), desk.team_name(tour["team"]), date.fromisoformat(tour["day"]),
        _bring(desk, tour),
    )  # fmt: skip


def _bring(desk: Desk, tour: JSON) -> list[tuple[str, list[str]]]:
    purposes = [parts(s["visit"])[1] for s in tour["stops"]]
    recorded = purposes.count(VisitPurpose.RECORD)
    kits = [desk.kits[k] for k in tour["kits"] if k in desk.kits]
    equipment = [f"{k.name} ({k.number})" if k.number else k.name for k in kits]
    if kits:
        equipment.append(_("Battery charged, spare power and cables"))
    equipment.append(_("Phone with the Jemput field app, charged"))
    papers = [_("Signed assignment order"), _("Route sheet")]
    if recorded:
        papers.append(_("Forms F-1.01, %(count)s of them") % {"count": recorded})
    deliver = [s["visit"] for s in tour["stops"] if parts(s["visit"])[1] is VisitPurpose.DELIVER]
    documents = sum(
        1
        for v in deliver
        if v in desk.known
        for paper in desk.known[v].state.documents.values()
        if paper.printed and not paper.delivered
    )
    found = [(_("Equipment"), equipment), (_("Papers"), papers)]
    for programme in desk.programmes([tour]):
        carried = [r.label.in_language(get_language() or "id") for r in programme.requirements if r.carried]
        if carried:
            found.append((_("As %(programme)s says") % {"programme": name_of(programme)}, carried))
    if deliver:
        found.append(
            (_("To hand over"), [_("Finished documents: %(count)s") % {"count": documents}, _("Receipts")])
        )
    originals = sum(len(one.state.originals) for s in tour["stops"] if (one := desk.known.get(s["visit"])))
    if originals:
        found.append(
            (_("To give back"), [_("Original papers of families: %(count)s") % {"count": originals}])
        )
    return found


# ---- the partner's list -----------------------------------------------------------------------------


def partners_in(desk: Desk) -> list[tuple[PartnerPerson, str]]:
    """Who comes along in the week, with the village where each village has one of its own ("" elsewhere)."""
    ids = sorted({p for tour in desk.tours for p in tour["partners"]})
    found = [(partner_number(id), id.split("-", 2)[2] if id.count("-") > 1 else "") for id in ids]
    return [(desk.partners[number], village) for number, village in found if number in desk.partners]


def partner_list(desk: Desk, partner: PartnerPerson, village: str) -> tuple[PartnerList | None, set[UUID]]:
    """When and where a partner is needed (None: nowhere), and the cases asked. Raises keys.Locked."""
    id = f"partner-{partner.pk}-{village}" if village else f"partner-{partner.pk}"
    mine = [(t, s) for t in desk.tours if id in t["partners"] for s in t["stops"]]
    mine = [(t, s) for t, s in mine if _is_for(desk, s, partner, village)]
    cases = {parts(s["visit"])[0] for _tour, s in mine}
    if not mine:
        return None, cases
    met = people(cases)
    meetings = [
        Meeting(
            date.fromisoformat(tour["day"]), stop["arrives"], stop["ends"], desk.village(stop["visit"]),
            met[parts(stop["visit"])[0]].meet, desk.team_name(tour["team"]),
        )
        for tour, stop in mine
    ]  # fmt: skip
    days = [m.day for m in meetings]
    who = f"{partner.name} ({_(desk.role_of[partner.pk].label)})"
    if village:
        who += f", {areas.label(village, depth=2)}"
    return PartnerList(letterhead(desk.office), who, on_days([min(days), max(days)]), meetings), cases


def _is_for(desk: Desk, stop: JSON, partner: PartnerPerson, village: str) -> bool:
    """Whether a visit waits for this partner: for the role and, where each village has one, in theirs."""
    one = desk.known.get(stop["visit"])
    if one is None or partner.role not in desk.needs(stop["visit"]):
        return False
    return not village or areas.covers(village, one.case.area)
