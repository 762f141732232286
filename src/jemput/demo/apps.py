"""The Django app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Only a command and data: an office with real people never meets it."""

    name = "jemput.demo"
    label = "demo"
