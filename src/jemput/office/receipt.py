"""Being built."""

from __future__ import annotations

from uuid import UUID  # noqa: F401

from django.http import Http404, HttpRequest, HttpResponse


def receipt(request: HttpRequest, stream: UUID, entry: UUID) -> HttpResponse:
    """Not there yet."""
    raise Http404
