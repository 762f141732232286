"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class OpenRosaConfig(AppConfig):
    """Visits from ODK Collect."""

    name = "jemput.openrosa"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Photos go with who is erased, also of forms that never came whole."""
        from jemput.openrosa import photos
        from jemput.sync import forget

        forget.others.append(photos.of_the_erased)
