"""Tags and filters for every template: icons, phones, masked values."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from jemput.accounts.sensitive import shown
from jemput.core.phone import shown_phone

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of static/jemput/icons.svg; without a label it is decoration and hidden from readers."""
    sprite = static("jemput/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, sprite, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name)


@register.filter
def phone(number: str) -> str:
    """A phone as people read it: 0812-3456-7890."""
    return shown_phone(number)


@register.filter
def label(code: Any) -> str:
    """The translated label of a value of core.codes."""
    return gettext(getattr(code, "label", "") or str(code or ""))


@register.simple_tag(takes_context=True)
def masked(context: template.Context, field: str, value: Any, kind: str = "") -> Any:
    """The value, or its mask, for the duty in hand: {% masked "nik" person.nik %}.

    Fields named in the context variable ``revealed`` are shown.
    """
    assignment = context.get("assignment")
    if assignment is None:
        return ""
    return shown(assignment.role, field, value, kind, context.get("revealed") or ())
