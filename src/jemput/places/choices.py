"""Areas as choice lists for forms, from an office's scope downwards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jemput.core.areas import Area, Level, area, children, label, villages

Choice = tuple[str, object]

ANY_AREA = _("All areas")
CHOOSE_AREA = _("Choose an area")
CHOOSE_VILLAGE = _("Choose a village or ward")


def area_choices(parent: str, first: object = None) -> list[Choice]:
    """The areas directly inside ``parent``, with a first empty choice when words for it are given."""
    start: list[Choice] = [("", first)] if first is not None else []
    return start + [(a.code, a.title) for a in children(parent)]


def village_choices(scope: str, first: object = CHOOSE_VILLAGE) -> list[tuple[object, object]]:
    """Villages and wards inside a scope, grouped by subdistrict as Django's select widget draws them.

    A scope of one village, or of an RW in it, gives that village (RW) only.
    """
    found = area(scope)
    if found is None:
        return [("", first)]
    if found.level >= Level.VILLAGE:
        return [(found.code, label(found.code))]
    around = (found,) if found.level == Level.SUBDISTRICT else _subdistricts(scope)
    groups = [(d.title, [(v.code, v.title) for v in villages(d.code)]) for d in around]
    return [("", first), *groups]


def _subdistricts(scope: str) -> tuple[Area, ...]:
    found = area(scope)
    if found and found.level == Level.REGENCY:
        return children(scope)
    return tuple(d for inner in children(scope) for d in children(inner.code))
