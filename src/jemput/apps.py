"""The app that holds what all others share, and Django's static files less what nobody loads."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class JemputConfig(AppConfig):
    """The page frame, shared static files and `jemput serve`."""

    name = "jemput"
    default = True


class LeanStaticFilesConfig(StaticFilesConfig):
    """django-htmx ships every htmx in every form: compressing them all would take ten seconds at setup."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "htm*x-4*",
        "htmx-2.js",
        "hx-*",
        "webauthn*",
    ]
