"""The Django app."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "jemput.office"
    label = "office"
