"""The `jemput` command: hands each verb to the Django management command of that name."""

import os
import sys


def main() -> None:
    """Run `jemput <verb> ...`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jemput.settings")
    from django.core.management import execute_from_command_line

    verb, *rest = sys.argv[1:] or ["help"]
    execute_from_command_line(["jemput", verb.replace("-", "_"), *rest])
