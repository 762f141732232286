"""What the banner of a demo says while its year is still being written. Light: every page loads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def filling(request: HttpRequest) -> dict[str, Any]:
    """How many cases of how many are there; nothing outside a demo, or when all are."""
    if not settings.JEMPUT_DEMO:
        return {}
    return {"demo_filling": progress_shown(Path(settings.JEMPUT_HOME) / "demo.json")}


def progress_shown(path: Path) -> dict[str, int] | None:
    """Cases and total while the file says that not all are there."""
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return None if told.get("complete") else {"cases": told["cases"], "total": told["total"]}
