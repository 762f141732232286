"""The Django app."""

from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "jemput.people"
    label = "people"

    def ready(self) -> None:
        """The keys of extracts turn with the office key (imported when it happens: numpy takes its time)."""
        from jemput.journal.rotate import also_rewrap  # models are ready only now

        also_rewrap(lambda: int(import_module("jemput.people.vault").rewrap()))
