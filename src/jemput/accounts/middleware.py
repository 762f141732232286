"""What every request carries: the language chosen, the duty in hand; and who may pass at all.

Safe by default: a view asks for a signed-in account with a duty unless it is marked
``login_not_required`` (Django's own mark) or ``duty_not_required``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from jemput.accounts import drafts
from jemput.accounts.drafts import ASSIGNMENT_KEY
from jemput.accounts.http import AnyRequest
from jemput.accounts.models import Account, Assignment
from jemput.accounts.sensitive import needs_second_factor

Answer = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]

SEEN_KEY, SINCE_KEY = "seen", "since"
SEEN_STEP = 60  # seconds; the session is written at most once a minute for "seen"


def language(get_response: Answer) -> Answer:
    """Indonesian unless the reader has chosen otherwise; the browser's wish is often an accident."""
    known = dict(settings.LANGUAGES)

    def middleware(request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = wanted if wanted in known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


class DutyMiddleware:
    """Sets ``request.assignment`` and ``request.assignments``, ends stale sessions, guards every view."""

    def __init__(self, get_response: Callable[[AnyRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: AnyRequest) -> HttpResponse:
        request.assignment, request.assignments = None, []
        if request.user.is_authenticated and _stale(request):
            drafts.end_session(request)
        if isinstance(request.user, Account):
            request.assignments = request.user.assignments_on()
            request.assignment = _in_hand(request)
        zone = request.assignment.office.zone if request.assignment else None
        with timezone.override(zone) if zone else nullcontext():
            response = self.get_response(request)
        if request.user.is_authenticated:
            # On a shared computer nobody leafs back through the pages of whoever signed out.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: AnyRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        """Sends on, or away, before any view runs."""
        # The API checks each call itself: every operation there declares its own auth.
        is_api = getattr(view, "__module__", "").startswith("ninja.")
        if is_api or not getattr(view, "login_required", True):
            return None
        if not isinstance(request.user, Account):
            return _signed_out(request, view)
        if not getattr(view, "duty_required", True):
            return None
        if request.user.must_change_password:
            return HttpResponseRedirect(reverse("account_change_password"))
        if request.assignment is None:
            return render(request, "accounts/no_duty.html", status=403)
        if _second_factor_missing(request):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return None


def _stale(request: AnyRequest) -> bool:
    """Whether the session lay idle, or lasted, too long; else notes that it is in use."""
    now = int(time.time())
    seen = request.session.get(SEEN_KEY, now)
    since = request.session.setdefault(SINCE_KEY, now)
    if now - seen > settings.JEMPUT_SESSION_IDLE or now - since > settings.JEMPUT_SESSION_LONGEST:
        return True
    if now - seen >= SEEN_STEP or SEEN_KEY not in request.session:
        request.session[SEEN_KEY] = now
    return False


def _in_hand(request: AnyRequest) -> Assignment | None:
    """The duty chosen in this session while it is still held, else the first one held."""
    chosen = request.session.get(ASSIGNMENT_KEY)
    held = request.assignments
    return next((a for a in held if a.pk == chosen), held[0] if held else None)


def _second_factor_missing(request: AnyRequest) -> bool:
    if request.assignment is None or not needs_second_factor(request.assignment.role):
        return False
    if not settings.JEMPUT_REQUIRE_MFA:
        return False
    if request.session.get("second_factor"):
        return False
    from allauth.mfa.utils import is_mfa_enabled

    request.session["second_factor"] = is_mfa_enabled(request.user)
    return not request.session["second_factor"]


def _signed_out(request: AnyRequest, view: View) -> HttpResponse:
    """To the sign-in page; but a form that is being filled in is not torn away, nor what was typed lost."""
    if request.htmx and getattr(view, "beside_a_form", False):
        return render(request, "accounts/signed_out_part.html")
    if request.method == "POST" and getattr(view, "keeps_typed", False) and drafts.keep(request):
        return _sign_in_and(request, reverse("draft"))
    return to_sign_in(request)


def to_sign_in(request: AnyRequest) -> HttpResponse:
    """To the sign-in page and, from there, back to the page one was on."""
    target = request.get_full_path()
    if request.htmx and request.htmx.current_url_abs_path:
        target = request.htmx.current_url_abs_path
    elif request.method not in ("GET", "HEAD"):
        referer = request.headers.get("Referer", "")
        target = "/"
        if url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure()):
            parts = urlsplit(referer)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
    return _sign_in_and(request, target)


def _sign_in_and(request: AnyRequest, target: str) -> HttpResponse:
    url = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': target})}"
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
