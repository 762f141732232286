"""The Django app of the centre; it has no tables: what the centre says is an entry of a case."""

from django.apps import AppConfig


class CentreConfig(AppConfig):
    name = "jemput.centre"
    label = "centre"
