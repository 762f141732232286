"""The Django app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """What the planner plans with."""

    name = "jemput.planning"
    label = "planning"

    def ready(self) -> None:
        """A plan that is changed voids the letters that were signed for it, whoever changes it."""
        from django.db.models.signals import post_save

        from jemput.planning.papers import letters
        from jemput.planning.week.models import WeekVersion

        post_save.connect(letters.on_new_version, sender=WeekVersion, dispatch_uid="letters of a week")
