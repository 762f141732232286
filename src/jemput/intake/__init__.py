"""Intake: from what a caller says to a case, with a ticket and the duplicates it may have.

Names are looked up on first use, so that the app can be loaded before Django's models are ready.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jemput.intake.cases import (
        Author,
        NotTaken,
        Opened,
        beside,
        is_entry_id,
        made_at,
        new_id,
        open_case,
        urgency,
    )
    from jemput.intake.duplicates import Similar, similar
    from jemput.intake.tickets import number_of, read_ticket, spelled

_WHERE = {
    "cases": (
        *("Author", "NotTaken", "Opened", "beside", "is_entry_id", "made_at", "new_id", "open_case"),
        "urgency",
    ),
    "duplicates": ("Similar", "similar"),
    "tickets": ("number_of", "read_ticket", "spelled"),
}
_HOME = {name: module for module, names in _WHERE.items() for name in names}
__all__ = [
    "Author",
    "NotTaken",
    "Opened",
    "Similar",
    "beside",
    "is_entry_id",
    "made_at",
    "new_id",
    "number_of",
    "open_case",
    "read_ticket",
    "similar",
    "spelled",
    "urgency",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
