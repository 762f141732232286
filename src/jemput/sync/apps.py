"""The app."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """Devices and their traffic."""

    name = "jemput.sync"

    def ready(self) -> None:
        """Whoever erases somebody is told which devices have not confirmed it; files and drafts go along."""
        from jemput.journal import erase
        from jemput.sync import forget

        erase.unconfirmed.append(_not_confirmed)
        erase.passing.append(forget.let_go_of_files)
        erase.elsewhere["draft"] = erase.Elsewhere(forget.drafts_of, forget.forget_drafts)


def _not_confirmed(streams: Sequence[UUID]) -> list[str]:
    from jemput.sync.pull import still_to_forget

    return sorted({str(device) for stream in streams for device in still_to_forget(stream)})
