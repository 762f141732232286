"""{% load week %}: small helps of the week's board."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format

register = template.Library()


@register.filter
def of(values: Any, name: str) -> str:
    """One value of what was typed."""
    return str(values.get(name, ""))


@register.filter
def words_of(text: str) -> list[str]:
    """The words of a text, to go through them."""
    return text.split()


@register.filter
def add_to(number: float, more: float) -> str:
    """A sum for a drawing."""
    return f"{number + more:g}"


@register.filter
def to_day(first: date, last: date) -> str:
    """23-29 November 2026; the month twice where it changes."""
    begins = "j" if (first.year, first.month) == (last.year, last.month) else "j F"
    return f"{date_format(first, begins)}\u2013{date_format(last, 'j F Y')}"
