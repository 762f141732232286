"""The Django app."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "jemput.office"
    label = "office"

    def ready(self) -> None:
        """Lists that wait for somebody's word go when somebody is forgotten."""
        from jemput.journal import erase
        from jemput.office import pending

        if pending.clear not in erase.passing:
            erase.passing.append(pending.clear)
