"""The app."""

from __future__ import annotations

from django.apps import AppConfig


class OpenRosaConfig(AppConfig):
    """Visits from ODK Collect."""

    name = "jemput.openrosa"
    default_auto_field = "django.db.models.BigAutoField"
