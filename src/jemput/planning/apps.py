"""The Django app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """What the planner plans with."""

    name = "jemput.planning"
    label = "planning"

    def ready(self) -> None:
        """A plan that is changed voids the letters that were signed for it, whoever changes it; who is
        forgotten leaves the kept instances.
        """
        from django.db.models.signals import post_save

        from jemput.journal import erase
        from jemput.planning.papers import letters
        from jemput.planning.week.forget import forget_erased
        from jemput.planning.week.models import WeekVersion

        if forget_erased not in erase.passing:
            erase.passing.append(forget_erased)

        post_save.connect(letters.on_new_version, sender=WeekVersion, dispatch_uid="letters of a week")
