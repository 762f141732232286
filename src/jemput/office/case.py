"""Being built."""

from __future__ import annotations

from uuid import UUID  # noqa: F401

from django.http import Http404, HttpRequest, HttpResponse


def case(request: HttpRequest, stream: UUID) -> HttpResponse:
    """Not there yet."""
    raise Http404
