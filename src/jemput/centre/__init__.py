"""SIAK and the national centre: one port, several adapters.

`connect()` gives the adapter that the office has configured; None means the manual way, which is the
usual one: an officer reads SIAK and records the result, or loads a status list.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from jemput.centre.ports import (
    BiodataAnswer,
    BiodataFacts,
    Centre,
    CentreError,
    ConfigurationAlarm,
    NikRefused,
    QuotaExhausted,
    StatusAnswer,
    TryLater,
    Unreadable,
)

__all__ = [
    "BiodataAnswer",
    "BiodataFacts",
    "Centre",
    "CentreError",
    "ConfigurationAlarm",
    "NikRefused",
    "QuotaExhausted",
    "StatusAnswer",
    "TryLater",
    "Unreadable",
    "connect",
]


def connect(environ: Mapping[str, str] | None = None) -> Centre | None:
    """The adapter named by JEMPUT_CENTRE ("web", "simulator" or nothing), or None for the manual way.

    Raises ConfigurationAlarm when the setting or its address is wrong. See docs/centre.md.
    """
    from jemput.centre.web_service import SimulatorClient, WebService, config_from

    environ = os.environ if environ is None else environ
    kind = environ.get("JEMPUT_CENTRE", "").strip().lower()
    if kind in {"", "manual"}:
        return None
    if kind == "web":
        return WebService(config_from(environ))
    if kind == "simulator":
        return SimulatorClient(config_from(environ, simulator=True))
    raise ConfigurationAlarm.setting("JEMPUT_CENTRE")
