"""The Django app."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db.models.signals import post_save

if TYPE_CHECKING:
    from jemput.core.waiting import OfficeTime

REFRESH = 60  # seconds after which another process sees that an office has changed its days


class AccountsConfig(AppConfig):
    name = "jemput.accounts"
    label = "accounts"

    def ready(self) -> None:
        """The journal counts working days by each office's clock and holidays, and forgetting somebody takes
        away what waits here and may name them.
        """
        from allauth.mfa.signals import authenticator_removed

        from jemput.accounts import pending
        from jemput.accounts.models import Office
        from jemput.journal import erase
        from jemput.journal.project import use_office_times

        use_office_times(office_time)
        if pending.clear not in erase.passing:
            erase.passing.append(pending.clear)
        post_save.connect(_forget, sender=Office, dispatch_uid="accounts.office_time")
        authenticator_removed.connect(_ask_again, dispatch_uid="accounts.second_factor")


def office_time(code: str) -> OfficeTime:
    """How the office with this code counts days; Western time and the national days when it is unknown."""
    return _office_time(code, int(time.monotonic()) // REFRESH)


@lru_cache(maxsize=64)
def _office_time(code: str, minute: int) -> OfficeTime:
    from jemput.accounts.models import Office
    from jemput.core.calendar import days_off
    from jemput.core.waiting import OfficeTime

    office = Office.objects.filter(code=code).first()
    if office is None:
        return OfficeTime(holidays=days_off())
    return OfficeTime(office.tz, office.holidays())


def _forget(**kwargs: Any) -> None:
    _office_time.cache_clear()


def _ask_again(request: Any, **kwargs: Any) -> None:
    """The session no longer counts as one with a second factor."""
    request.session.pop("second_factor", None)
