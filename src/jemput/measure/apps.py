"""The Django app."""

from django.apps import AppConfig


class MeasureConfig(AppConfig):
    name = "jemput.measure"
    label = "measure"
