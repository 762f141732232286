"""The requests that views get, as types; the middleware makes them so."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from jemput.accounts.models import Account, Assignment


class AnyRequest(HttpRequest):
    """A request after the middleware: somebody or nobody, with or without a duty."""

    htmx: HtmxDetails
    assignment: Assignment | None
    assignments: list[Assignment]
    LANGUAGE_CODE: str


class StaffRequest(AnyRequest):
    """What a guarded view gets: a signed-in account with a duty in hand."""

    user: Account
    assignment: Assignment
