"""{% load lists %}: numbers and addresses of the list screens."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import resolve, reverse

from jemput.journal.lists import Count
from jemput.office.showing import say_count

register = template.Library()


@cache
def _duties(name: str) -> frozenset[str] | None:
    """The duties that a page is for; None when it is for everybody."""
    return getattr(resolve(reverse(name)).func, "duties", None)


@register.simple_tag(takes_context=True)
def may(context: template.Context, name: str) -> bool:
    """Whether the duty in hand is let in to a page, as its own guard says."""
    assignment, duties = context.get("assignment"), _duties(name)
    return assignment is not None and (duties is None or assignment.role in duties)


@register.filter
def count(value: Count | int) -> str:
    """1.234, or 1.000+ where counting stopped."""
    return say_count(value)


@register.filter
def dash(value: int) -> str:
    """The number, or a dash for none, as ON THE SPOT's table writes it."""
    return say_count(value) if value else "-"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The query string of this page with some values changed; empty ones are left out."""
    kept = {k: v for k, v in context["request"].GET.items() if k not in changes}
    values = kept | {k: v for k, v in changes.items() if v not in (None, "")}
    return "?" + urlencode(values) if values else "?"
