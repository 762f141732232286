"""Numbers drawn from the journals: monthly tables, published months, who was served and when.

Everything here reads clear parts only, so that forgetting a person changes no figure. What is counted,
and when, is told in docs/measure.md. Names are looked up on first use, so that the app can be loaded before
Django's models are ready.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jemput.measure.counting import Act, Scope, read_ledger
    from jemput.measure.monthly import months_until

_HOME = {"Act": "counting", "Scope": "counting", "read_ledger": "counting", "months_until": "monthly"}
__all__ = ["Act", "Scope", "months_until", "read_ledger"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"jemput.measure.{_HOME[name]}"), name)
    raise AttributeError(name)
