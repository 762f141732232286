"""The Django app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """What the planner plans with."""

    name = "jemput.planning"
    label = "planning"
