"""{% load words %}: what core says, in the reader's language. See ``jemput.office.words``."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from jemput.core import areas
from jemput.office import words

register = template.Library()

register.filter("say", words.say)


@register.filter
def day(value: date | None) -> str:
    """3 Maret 2024."""
    return words.say(value.date() if isinstance(value, datetime) else value)


@register.filter
def weekday(value: date | None) -> str:
    """Senin, 3 Maret 2024."""
    return words.say_weekday(value) if value else words.NOTHING


@register.filter
def moment(value: datetime | None) -> str:
    """3 Maret 2024 14.05 WIB, on the office's clock."""
    return words.say_moment(value) if value else words.NOTHING


@register.filter
def clock(value: datetime | None) -> str:
    """14.05 WIB."""
    return words.say_time(value) if value else words.NOTHING


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago: 3 hari."""
    return words.say_age(value) if value else words.NOTHING


@register.filter
def due(value: datetime | None) -> str:
    """3 hari lagi, hari ini, lewat 2 hari."""
    return words.say_due(value) if value else words.NOTHING


@register.filter
def late(value: datetime | None) -> bool:
    """Whether a promise is broken."""
    return words.is_late(value)


@register.filter
def area(code: str, depth: int = 1) -> str:
    """An area as people say it: "Desa Dongko"; {{ code|area:2 }} adds what lies around."""
    return areas.label(code, depth=depth) if code else words.NOTHING
