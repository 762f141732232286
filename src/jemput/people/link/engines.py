"""The engines by name. JEMPUT_LINK_ENGINE says which one an office's runs use; else the embedded one."""

from __future__ import annotations

import os

from jemput.core.text import BadInput, _
from jemput.people.link import embedded
from jemput.people.link.pairs import Engine
from jemput.people.link.splink_engine import SPLINK, SPLINK_SPARK

ENGINES: dict[str, Engine] = {"embedded": embedded, "splink": SPLINK, "splink-spark": SPLINK_SPARK}


def of_this_office() -> Engine:
    """The engine of runs that are kept for review. Raises BadInput for one that nobody knows."""
    name = os.environ.get("JEMPUT_LINK_ENGINE", "embedded")
    if name not in ENGINES:
        raise BadInput(_("JEMPUT_LINK_ENGINE must be one of: %(names)s."), names=", ".join(ENGINES))
    return ENGINES[name]
