"""The journal: append, read, seal, forget. Everything else in Jemput reads or writes journals here.

Names are looked up on first use, so that the app can be loaded before Django's models are ready.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jemput.journal.held import content_of, keep_unreadable, quarantined, turn_away
    from jemput.journal.lists import cases, count, headline, headlines, waiting_for
    from jemput.journal.programmes import in_use, install, newest, programme_of, run_by
    from jemput.journal.project import office_time, use_office_times
    from jemput.journal.read import Missing, clear_entries, entries, entry, every_stream
    from jemput.journal.search import by_family, by_name, by_nik, by_phone, by_ticket
    from jemput.journal.streams import office_stream, open_office
    from jemput.journal.verdicts import Answer, Unreadable, Verdict, parse
    from jemput.journal.write import append, in_one

_WHERE = {
    "held": ("content_of", "keep_unreadable", "quarantined", "turn_away"),
    "lists": ("cases", "count", "headline", "headlines", "waiting_for"),
    "programmes": ("in_use", "install", "newest", "programme_of", "run_by"),
    "project": ("office_time", "use_office_times"),
    "read": ("Missing", "clear_entries", "entries", "entry", "every_stream"),
    "search": ("by_family", "by_name", "by_nik", "by_phone", "by_ticket"),
    "streams": ("office_stream", "open_office"),
    "verdicts": ("Answer", "Unreadable", "Verdict", "parse"),
    "write": ("append", "in_one"),
}
_HOME = {name: module for module, names in _WHERE.items() for name in names}
__all__ = [
    "Answer",
    "Missing",
    "Unreadable",
    "Verdict",
    "append",
    "by_family",
    "by_name",
    "by_nik",
    "by_phone",
    "by_ticket",
    "cases",
    "clear_entries",
    "content_of",
    "count",
    "entries",
    "entry",
    "every_stream",
    "headline",
    "headlines",
    "in_one",
    "in_use",
    "install",
    "keep_unreadable",
    "newest",
    "office_stream",
    "office_time",
    "open_office",
    "parse",
    "programme_of",
    "quarantined",
    "run_by",
    "turn_away",
    "use_office_times",
    "waiting_for",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
