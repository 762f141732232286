"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The office and duty in hand, the duties one could take up, and whether this is a demo."""
    assignment = getattr(request, "assignment", None)
    return {
        "assignment": assignment,
        "assignments": getattr(request, "assignments", []),
        "office": assignment.office if assignment else getattr(request, "office", None),
        "demo_mode": settings.JEMPUT_DEMO,
    }
