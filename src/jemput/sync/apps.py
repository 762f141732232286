"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """Devices and their traffic."""

    name = "jemput.sync"

    def ready(self) -> None:
        """Whoever erases somebody is told which devices have not confirmed it; files and drafts go along."""
        from django.db.models.signals import post_migrate

        from jemput.journal import backup, erase
        from jemput.sync import blobs, enrol, forget, held

        erase.unconfirmed.append(held.not_confirmed)
        erase.leaving.append(forget.of_kept)
        erase.passing.append(forget.let_go_of_files)
        post_migrate.connect(forget.know_again, sender=self)  # a restore migrates what it brought back
        erase.again[enrol.WITHDRAWN] = enrol.revoke_again
        backup.restored.append(blobs.look_what_is_missing)
        erase.elsewhere["draft"] = erase.Elsewhere(forget.drafts_of, forget.forget_drafts)
