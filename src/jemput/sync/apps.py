"""The app."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """Devices and their traffic."""

    name = "jemput.sync"

    def ready(self) -> None:
        """Whoever erases somebody is told which devices have not confirmed it."""
        from jemput.journal import erase

        erase.unconfirmed.append(_not_confirmed)


def _not_confirmed(streams: Sequence[UUID]) -> list[str]:
    from jemput.sync.pull import still_to_forget

    return sorted({str(device) for stream in streams for device in still_to_forget(stream)})
