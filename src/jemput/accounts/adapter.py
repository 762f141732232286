"""What allauth asks of us: nobody signs up, accounts are made by the administrator."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.http import HttpRequest
from django.urls import reverse

from jemput.accounts.models import Account


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed; a new password lifts the duty to change it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account page."""
        return reverse("account_page")

    def set_password(self, user: Account, password: str) -> None:
        """Keeps a password that its owner has chosen."""
        user.must_change_password = False
        super().set_password(user, password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Changing the second factor asks for the password, unless it was typed a moment ago."""
        now, limit = time.time(), app_settings.REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(context.request, context.request.user)
        return not any(now - record.get("at", 0) < limit for record in records)
