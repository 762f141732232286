"""Signing a team's assignment order, and whether it still holds.

Signing is an act of the office inside Jemput: the file is kept as it was signed, and its digest is written
into the case of everybody whom the letter sends the team to. It is no certified electronic signature;
docs/papers.md says where one (BSrE) would go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from jemput import journal
from jemput.accounts.models import Account
from jemput.core import rules
from jemput.core.areas import covers
from jemput.core.entries import Entry, Ordered
from jemput.core.text import BadInput, Words, _
from jemput.intake import new_id
from jemput.planning.papers.desk import Desk, days_of, in_letters
from jemput.planning.papers.models import AssignmentLetter, Void
from jemput.planning.papers.order import order
from jemput.planning.papers.paper import Look, pdf
from jemput.planning.week import keep
from jemput.planning.week.models import WeekPlan, WeekVersion
from jemput.planning.week.told import Told

JSON = dict[str, Any]
LANGUAGE = "id"
"""Letters are written in Indonesian, whoever signs them."""


@dataclass(frozen=True)
class Signed:
    """A letter that was signed, and the cases that could not be told of it."""

    letter: AssignmentLetter
    cases: int
    against: tuple[Words, ...] = ()
    """Why some cases did not take the order."""


def due(desk: Desk, team: str, today: date) -> list[JSON]:
    """A team's tours that are not over: what a letter of today is about."""
    return [t for t in desk.of_team(team) if t["day"] >= today.isoformat()]


def draft(desk: Desk, team: str, today: date, *, number: str, by: Account, duty: Any, check: str) -> bytes:
    """The letter as it would be signed, marked as a draft."""
    return _written(desk, team, today, number=number, by=by, duty=duty, check=check, at=None)


def sign(
    week: WeekPlan, team: str, by: Account, actor: rules.Actor, *, number: str, seen: int, check: str,
    now: datetime | None = None,
) -> Signed:  # fmt: skip
    """Sign the letter of a team for what is left of the week, and write the order into its cases.

    ``seen``: the version of the plan on the screen. Raises keep.Stale, BadInput, keys.Locked.
    """
    now = now or timezone.now()
    with transaction.atomic():
        row = WeekPlan.objects.select_for_update().get(pk=week.pk)
        if row.version != seen:
            raise keep.Stale(row)
        desk, today = Desk(row), row.office.today(now)
        tours = due(desk, team, today)
        _refuse(desk, team, tours, number)
        made = _written(desk, team, today, number=number, by=by, duty=actor.duty, check=check, at=now)
        days = days_of(tours)
        letter = AssignmentLetter.objects.create(
            office=row.office, week=row, team=team, number=number, first=days[0], last=days[-1],
            pdf=made, sha256=digest(made), tours=signed_for(desk, tours),
            signed_by=by, duty=actor.duty.value, signed_at=now,
        )  # fmt: skip
        return _ordered(desk, letter, tours, by, actor, now)


def _refuse(desk: Desk, team: str, tours: list[JSON], number: str) -> None:
    if not tours:
        raise BadInput(_("This team has no visits left in this week."))
    if not desk.going(team, days_of(tours)):
        raise BadInput(_("Nobody belongs to this team on these days."))
    letters = AssignmentLetter.objects.filter(office=desk.office, voided_at=None)
    held = letters.filter(week=desk.week, team=team).first()
    if held is not None:
        if why_void(desk, held) is None:
            raise BadInput(_("The letter of this team has been signed already, and it holds."))
        held.voided(why_void(desk, held) or Void.TOURS, timezone.now())
    if letters.filter(number=number).exists():
        raise BadInput(_("Another letter that holds has this number."))


def _written(
    desk: Desk, team: str, today: date, *, number: str, by: Account, duty: Any, check: str,
    at: datetime | None,
) -> bytes:  # fmt: skip
    with override(LANGUAGE), timezone.override(desk.office.zone):
        paper = order(
            desk, team, due(desk, team, today), number=number, today=today, signer=by.name, duty=duty,
            signature=signature(by, at), check=check,
        )  # fmt: skip
        return pdf(paper, look(LANGUAGE, today, bytes(desk.office.logo), draft=at is None))


def signature(by: Account, at: datetime | None) -> str:
    """How a letter was signed, in one plain line; None: not yet."""
    if at is None:
        return gettext("Not signed yet.")
    moment = timezone.localtime(at)
    return gettext(
        "Signed electronically in Jemput by %(name)s on %(day)s at %(time)s. This is an act of the office, "
        "not a certified electronic signature (BSrE)."
    ) % {"name": by.name, "day": in_letters(moment.date()), "time": f"{moment:%H.%M} {moment:%Z}"}


def look(language: str, today: date, logo: bytes, *, draft: bool = False) -> Look:
    """How a paper is set, and what stands across it: a demo says that it is one, a draft that it is one."""
    marks, notices = [], []
    with override(language):
        if settings.JEMPUT_DEMO:
            marks.append(gettext("SIMULATION · INVENTED DATA"))
            notices.append(
                gettext("SIMULATION: all people in this paper are invented; it is no valid document.")
            )
        if draft:
            marks.append(gettext("DRAFT"))
            notices.append(gettext("DRAFT: not signed yet, and no order."))
    return Look(language, today, marks[0] if marks else "", " ".join(notices), logo)


def _ordered(
    desk: Desk, letter: AssignmentLetter, tours: Iterable[JSON], by: Account, actor: rules.Actor,
    now: datetime,
) -> Signed:  # fmt: skip
    """The order in the journal of each case. What stands against it, but for having been ordered before
    (every letter is a new order) or by a programme that knows no such step, is told.
    """
    body = Ordered(
        team=letter.team, not_before=desk.week.monday, not_after=desk.week.monday + timedelta(days=6),
        letter_number=letter.number, letter_sha256=letter.sha256,
    )  # fmt: skip
    entries, against = {}, []
    for stop in (s for t in tours for s in t["stops"]):
        one = desk.known.get(stop["visit"])
        if one is None or one.case.pk in entries or _was_made(one, desk.week.now.world.made_at):
            continue
        if reasons := _against(one, actor, body):
            against += reasons
            continue
        entries[one.case.pk] = Entry(
            id=new_id(), stream=one.case.pk, actor=by.actor, duty=actor.duty, occurred_at=now,
            after=one.state.last, body=body,
        )  # fmt: skip
    verdicts = journal.append(list(entries.values())) if entries else []
    against += [v.words for v in verdicts if v.words and not v.stored]
    return Signed(letter, sum(v.stored for v in verdicts), tuple({str(w): w for w in against}.values()))


def _against(one: Told, actor: rules.Actor, body: Ordered) -> list[Words]:
    programme = journal.programme_of(one.state.programme_hash)
    if any(s.entry == body.kind and s.id not in one.state.done for s in programme.steps):
        return rules.objections(programme, one.state, actor, body)
    if not covers(actor.area, one.state.area):
        return [Words(_("The case lies outside your area."))]
    if one.state.status in rules.ENDED:
        return [Words(_("The case has ended: %(status)s."), {"status": Words(one.state.status.label)})]
    return []


# ---- does it still hold -----------------------------------------------------------------------------


def digest(file: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(file).hexdigest()


def signed_for(desk: Desk, tours: Collection[JSON]) -> list[JSON]:
    """What a letter is signed for: ids alone, in the order of the days."""
    going = {t["day"]: desk.going(t["team"], days_of([t])) for t in tours}
    return [
        {name: tour[name] for name in ("day", "vehicle", "kits", "partners", "departs", "returns")}
        | {"stops": [[s["visit"], s["starts"]] for s in tour["stops"]]}
        | {"members": sorted(str(account) for account in going[tour["day"]])}
        for tour in tours
    ]


def why_void(desk: Desk, letter: AssignmentLetter, today: date | None = None) -> Void | None:
    """Why a letter does not hold, compared with the plan as it stands; None: it holds.

    A visit that was made, and has left the plan for that, changes nothing.
    """
    if not letter.holds:
        return Void(letter.void)
    today = today or desk.office.today()
    now = [t for t in desk.of_team(letter.team) if t["day"] >= letter.first.isoformat()]
    new = {one["day"]: one for one in signed_for(desk, now)}
    for old in letter.tours:
        known = {visit: desk.told_of(visit) for visit, _starts in old["stops"]}
        begun = {v for v, one in known.items() if one is None or _was_made(one, letter.signed_at)}
        if why := _differs(old, new.pop(old["day"], None), begun, today):
            return why
    return Void.TOURS if new else None


def _differs(old: JSON, new: JSON | None, begun: set[str], today: date) -> Void | None:
    was = [stop for stop in old["stops"] if stop[0] not in begun]
    if new is None:
        return Void.TOURS if was else None
    now = [stop for stop in new["stops"] if stop[0] not in begun]
    if begun:  # the day goes on: the hours of the rest follow from it
        same = [v for v, _starts in was] == [v for v, _starts in now] and old["vehicle"] == new["vehicle"]
    else:
        same = all(old[name] == new[name] for name in old if name != "members")
    if not same:
        return Void.TOURS
    if old["day"] >= today.isoformat() and old["members"] != new["members"]:
        return Void.MEMBERS
    return None


def _was_made(one: Told, since: datetime) -> bool:
    """Whether the team has come since, and no other visit is promised."""
    mine = [v for v in one.state.visits.values() if v.purpose is one.purpose]
    there = [at for v in mine if (at := v.started or v.ended)]
    return one.promised is None and any(at > since for at in there)


def void_changed(week: WeekPlan, at: datetime) -> None:
    """Void the letters of a week for whose teams the plan says something else now."""
    desk = Desk(week)
    for letter in AssignmentLetter.objects.filter(week=week, voided_at=None):
        if (why := why_void(desk, letter)) is not None:
            letter.voided(why, at)


def on_new_version(sender: object, instance: WeekVersion, created: bool, **_more: object) -> None:
    """Whatever changes a plan makes a version of it, and voids what was signed for another (apps.py)."""
    if created:
        void_changed(WeekPlan.objects.get(pk=instance.week_id), instance.at)
