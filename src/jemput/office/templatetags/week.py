"""{% load week %}: small helps of the week's board."""

from __future__ import annotations

from typing import Any

from django import template

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
