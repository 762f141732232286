"""A form that was sent after its session had ended: what was typed waits for whoever typed it.

It waits at the server, sealed by the office key, for a day, and opens for the same account alone. Not in
the browser: what a page keeps there lies on the disk in the clear, on computers that many share.
Passwords are never kept: only views marked ``keeps_typed`` are, and none of them asks for one.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils.translation import gettext as _

from jemput.accounts import pending
from jemput.accounts.models import Account
from jemput.journal import keys

ASSIGNMENT_KEY = "assignment"
"""Session: the duty in hand, by the id of the assignment."""
WHO = "was"
"""Session: whose it was before it ended."""
NUMBER = "draft"
"""Session: under which number what was typed is kept."""
BACK = "_draft"
"""Field of a form that comes back: it is shown with what was typed, and nothing is saved yet."""
MOST = 200_000
"""Characters of a form that is kept; a longer one is a list, and lists are files."""


def end_session(request: HttpRequest) -> None:
    """End a session that lay too long, and remember whose it was and in what duty."""
    kept = {WHO: str(request.user.pk)}
    if (duty := request.session.get(ASSIGNMENT_KEY)) is not None:
        kept[ASSIGNMENT_KEY] = duty
    logout(request)
    request.session.update(kept)


def keep(request: HttpRequest) -> bool:
    """Keep what was typed, if it is known by whom; whether it was kept."""
    try:
        who = UUID(request.session.get(WHO, ""))
    except ValueError:
        return False
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", BACK)
        for value in values
    ]
    if sum(len(name) + len(str(value)) for name, value in fields) > MOST:
        return False
    try:
        number = pending.keep(who, {"path": request.get_full_path(), "fields": fields})
    except keys.Locked:
        return False
    _drop(request)
    request.session[NUMBER] = number.hex
    return True


def kept(request: HttpRequest) -> dict[str, Any] | None:
    """``path`` and ``fields`` that this account typed before its session ended; None when there are none."""
    if NUMBER not in request.session or not isinstance(request.user, Account):
        return None
    try:
        found = pending.look(request.user.pk, UUID(request.session[NUMBER]))
    except keys.Locked:
        return None
    return found if found and "fields" in found else None


def came_back(request: HttpRequest) -> bool:
    """Whether this is the form that comes back; then it need not be kept any more."""
    if BACK not in request.POST:
        return False
    _drop(request)
    messages.info(request, _("What you typed is back. It is not saved yet."))
    return True


def _drop(request: HttpRequest) -> None:
    if number := request.session.pop(NUMBER, None):
        pending.drop(UUID(number))
