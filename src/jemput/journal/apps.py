"""The journal as a Django app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "jemput.journal"
    default_auto_field = "django.db.models.BigAutoField"
