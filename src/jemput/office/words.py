"""Words of core, codes, dates and ages as the reader's language says them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext

from jemput.core.codes import Coded
from jemput.core.dates import Birth
from jemput.core.programme import Text
from jemput.core.text import Words

_ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
NOTHING = "–"


def say(value: object) -> str:
    """Anything that core hands to a screen, in the active language and the office's time zone.

    Words, Text, codes, dates, yes and no; lists joined with commas; a dash for nothing.
    """
    match value:
        case None | "":
            return NOTHING
        case Words():
            message = gettext(value.message)
            return message % {k: _part(v) for k, v in value.params.items()} if value.params else message
        case Text():
            return value.in_language(get_language() or "id")
        case Coded():
            return gettext(value.label)
        case bool():
            return gettext("Yes") if value else gettext("No")
        case datetime():
            return say_moment(value)
        case date():
            return say_day(value)
        case str() | Promise() | int() | float() | UUID() | Birth() | Enum():
            return str(value)
        case Iterable():
            return ", ".join(map(say, value)) or NOTHING
        case _:
            return str(value)


def _part(value: object) -> object:
    """A parameter of a message; plain numbers stay numbers for %(n)d."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else say(value)


def say_day(day: date) -> str:
    """A date as letters carry it: 3 Maret 2024."""
    return date_format(day, "j F Y")


def say_weekday(day: date) -> str:
    """A date with its day: Senin, 3 Maret 2024."""
    return date_format(day, "l, j F Y")


def say_moment(moment: datetime) -> str:
    """A moment on the office's clock: 3 Maret 2024 14.05 WITA."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'j F Y')} {say_time(moment)}"


def say_time(moment: datetime) -> str:
    """The hour on the office's clock: 14.05 WITA."""
    local = timezone.localtime(moment)
    return f"{say_clock(f'{local:%H:%M}')} {_ZONES.get(str(local.tzinfo), '')}".strip()


def say_clock(clock: str) -> str:
    """ "09:20" as the reader writes it: 09.20."""
    return clock.replace(":", ".") if (get_language() or "id").startswith("id") else clock


def say_age(since: datetime, now: datetime | None = None) -> str:
    """How long ago, in the largest unit that tells: 5 menit, 3 jam, 12 hari, 4 bulan, 2 tahun."""
    return say_span((now or timezone.now()) - since)


def say_span(span: timedelta) -> str:
    """A length of time in one unit."""
    minutes = max(int(span.total_seconds() // 60), 0)
    hours, days = minutes // 60, minutes // 1440
    if minutes < 1:
        return gettext("just now")
    if hours < 1:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if days < 1:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if days < 60:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if days < 730:
        return ngettext("%(n)d month", "%(n)d months", days // 30) % {"n": days // 30}
    return ngettext("%(n)d year", "%(n)d years", days // 365) % {"n": days // 365}


def say_due(due: datetime, now: datetime | None = None) -> str:
    """A promise against now: "3 hari lagi", "hari ini", "lewat 2 hari". Days are the office's."""
    days = (_last_day(due) - timezone.localtime(now or timezone.now()).date()).days
    if days < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}
    if days == 0:
        return gettext("due today")
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


def is_late(due: datetime | None, now: datetime | None = None) -> bool:
    """Whether a promise is broken."""
    return due is not None and due <= (now or timezone.now())


def _last_day(due: datetime) -> date:
    """The last day of a promise: deadlines are the midnight after it."""
    return (timezone.localtime(due) - timedelta(microseconds=1)).date()
