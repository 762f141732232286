"""What a family is told, ready to be read out or copied. No name, no illness: office, time and ticket."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jemput.accounts.models import Office
from jemput.core.entries import DayPart
from jemput.core.phone import shown_phone
from jemput.office.words import say_weekday


def half(day: date, part: DayPart) -> str:
    """ "Selasa, 24 November 2026, pagi (sebelum pukul 12.00)"."""
    told = {
        DayPart.MORNING: _("%(day)s, in the morning (before 12:00)"),
        DayPart.AFTERNOON: _("%(day)s, in the afternoon (after 12:00)"),
        DayPart.ALL_DAY: _("%(day)s, during the day"),
    }[part]
    return told % {"day": say_weekday(day)}


def clock(minute: int) -> str:
    """09.40, as the reader writes it."""
    dot = "." if (get_language() or "id").startswith("id") else ":"
    return f"{minute // 60:02}{dot}{minute % 60:02}"


def coming(office: Office, ticket: str, day: date, part: DayPart) -> str:
    """The promise of a visit."""
    return _(
        "This is %(office)s. Our team comes on %(when)s. Please have your papers ready. The service is "
        "free of charge. Ticket: %(ticket)s.%(call)s"
    ) % {"office": office.name, "when": half(day, part), "ticket": ticket, "call": _call(office)}


def moved(office: Office, ticket: str, was: tuple[date, DayPart], now: tuple[date, DayPart]) -> str:
    """Another time than was promised."""
    return _(
        "This is %(office)s. We are sorry: our visit promised for %(was)s has to move. We come on %(when)s "
        "instead. If that does not suit you, tell us. The service is free of charge. Ticket: "
        "%(ticket)s.%(call)s"
    ) % {
        "office": office.name,
        "was": half(*was),
        "when": half(*now),
        "ticket": ticket,
        "call": _call(office),
    }


def called_off(office: Office, ticket: str, was: tuple[date, DayPart]) -> str:
    """A visit that cannot be, and no new time yet."""
    return _(
        "This is %(office)s. We are sorry: we cannot come on %(was)s as promised. We call you with a new "
        "day as soon as we can. The service is free of charge. Ticket: %(ticket)s.%(call)s"
    ) % {"office": office.name, "was": half(*was), "ticket": ticket, "call": _call(office)}


def _call(office: Office) -> str:
    line = next(iter(office.hotlines), None)
    return _(" Questions: %(phone)s.") % {"phone": shown_phone(line["number"])} if line else ""
