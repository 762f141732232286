"""Who is this person: the register extract of an office, and look-up in it.

Names are looked up on first use, so that the app can be loaded before Django's models are ready.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jemput.people.lookup import Hit, Register, find, look_up, register_of
    from jemput.people.person import Person, Query
    from jemput.people.seen import who_saw
    from jemput.people.vault import rewrap

_HOME = {
    "Hit": "lookup", "Register": "lookup", "find": "lookup", "look_up": "lookup", "register_of": "lookup",
    "Person": "person", "Query": "person", "who_saw": "seen", "rewrap": "vault",
}  # fmt: skip
__all__ = ["Hit", "Person", "Query", "Register", "find", "look_up", "register_of", "rewrap", "who_saw"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"jemput.people.{_HOME[name]}"), name)
    raise AttributeError(name)
