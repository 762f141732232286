"""Choosing a duty, the account page, an office's look, and one-click sign-in of the demo."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from allauth.account.views import LoginView, PasswordChangeView
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from jemput.accounts import drafts
from jemput.accounts.decorators import duty_not_required
from jemput.accounts.drafts import ASSIGNMENT_KEY
from jemput.accounts.http import StaffRequest
from jemput.accounts.models import AccessLog, Assignment, Office
from jemput.core.codes import Duty

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_DUTIES = list(Duty)


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; in demo mode with one button for each duty of each office."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the demo's accounts."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"demo_offices": demo_offices(), "kept": drafts.NUMBER in self.request.session}


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """For accounts that have a password; those of the demo have none."""

    def dispatch(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sends accounts without a password to their page."""
        if not request.user.has_usable_password():
            return HttpResponseRedirect(reverse("account_page"))
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer


def demo_offices() -> list[tuple[Office, list[Assignment]]]:
    """The accounts that the demo shows, by office, in the order of duties; none outside demo mode."""
    if not settings.JEMPUT_DEMO:
        return []
    rows = Assignment.objects.filter(account__demo=True, account__is_active=True)
    found = [a for a in rows.select_related("account", "office") if a.holds()]
    found.sort(key=lambda a: (a.office.number, _DUTIES.index(a.role), a.pk))
    return [(office, list(of)) for office, of in groupby(found, key=lambda a: a.office)]


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as an invented person with one click. There is no such page outside demo mode."""
    if not settings.JEMPUT_DEMO:
        raise Http404
    chosen = request.POST.get("assignment", "")
    rows = Assignment.objects.filter(account__demo=True, account__is_active=True).select_related("account")
    if not re.fullmatch(r"[0-9]{1,9}", chosen):
        raise Http404
    assignment = get_object_or_404(rows, pk=chosen)
    login(request, assignment.account, backend=BACKEND)
    request.session[ASSIGNMENT_KEY] = assignment.pk
    return HttpResponseRedirect(_next(request))


@require_POST
@duty_not_required
def choose_duty(request: StaffRequest) -> HttpResponse:
    """Take up another of one's duties: one at a time, so that it is clear in what right one acts."""
    chosen = next((a for a in request.assignments if str(a.pk) == request.POST.get("assignment")), None)
    if chosen is None:
        messages.error(request, _("You no longer hold this duty. Ask the administrator of your office."))
    else:
        request.session[ASSIGNMENT_KEY] = chosen.pk
    return HttpResponseRedirect(_next(request))


@require_GET
def draft(request: StaffRequest) -> HttpResponse:
    """After signing in again: what was typed before, to go on with."""
    found = drafts.kept(request)
    if found is None:
        return HttpResponseRedirect("/")
    context = {"path": found["path"], "fields": found["fields"], "back": drafts.BACK}
    return render(request, "accounts/draft.html", context)


@require_GET
@duty_not_required
def account_page(request: StaffRequest) -> HttpResponse:
    """Who am I here: duties, password, second factor, and what I looked at lately."""
    context = {
        "second_factor": is_mfa_enabled(request.user),
        "log": AccessLog.objects.filter(account=request.user).select_related("office")[:50],
    }
    return render(request, "accounts/account.html", context)


@login_not_required
@require_GET
@cache_control(public=True, max_age=86400)
def office_theme(request: HttpRequest, number: int, theme: str) -> HttpResponse:
    """The office's colour as a style sheet (the content security policy allows no inline styles)."""
    office = get_object_or_404(Office, number=number)
    red, green, blue = (int(office.theme[i : i + 2], 16) * 3 // 4 for i in (0, 2, 4))
    css = f":root{{--brand:#{office.theme};--brand-strong:#{red:02x}{green:02x}{blue:02x}}}"
    return HttpResponse(css, content_type="text/css")


@login_not_required
@require_GET
@cache_control(public=True, max_age=3600)
def office_logo(request: HttpRequest, number: int) -> HttpResponse:
    """The office's logo, a PNG."""
    office = get_object_or_404(Office, number=number)
    if not office.logo:
        raise Http404
    return HttpResponse(bytes(office.logo), content_type="image/png")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form whose protection ran out (an old tab, a sign-out elsewhere)."""
    return render(request, "403_csrf.html", status=403)


def _next(request: HttpRequest) -> str:
    """A page of our own to go to; the first page otherwise."""
    target = request.POST.get("next", "")
    ours = target.startswith("/") and url_has_allowed_host_and_scheme(target, {request.get_host()})
    return target if ours else "/"
