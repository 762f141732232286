"""What the banner of a demo says while its year is still being written."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from jemput.demo.fill import progress_shown


def filling(request: HttpRequest) -> dict[str, Any]:
    """How many cases of how many are there; nothing outside a demo, or when all are."""
    if not settings.JEMPUT_DEMO:
        return {}
    return {"demo_filling": progress_shown(settings.JEMPUT_HOME / "demo.json")}
