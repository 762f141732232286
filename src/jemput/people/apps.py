"""The Django app."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "jemput.people"
    label = "people"

    def ready(self) -> None:
        """Keys of extracts turn with the office key, and who is forgotten is forgotten here too.

        Imported when it happens: numpy takes its time.
        """
        from jemput.journal import erase  # models are ready only now
        from jemput.journal.rotate import also_rewrap

        def at(name: str) -> Any:
            return getattr(import_module("jemput.people.forget"), name)

        also_rewrap(lambda: int(import_module("jemput.people.vault").rewrap()))
        erase.elsewhere["person"] = erase.Elsewhere(
            lambda person: at("registered")(person), lambda ids: at("forget_registered")(ids)
        )
        erase.elsewhere["row"] = erase.Elsewhere(
            lambda person: at("listed")(person), lambda ids: at("forget_listed")(ids)
        )
        erase.naming_entries.append(lambda person: at("decisions")(person))
