"""`jemput programme check FILE...` and `explain FILE`: programme files on the command line."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import get_language, gettext, override

from jemput.core.codes import Coded
from jemput.core.programme import Programme, Text
from jemput.core.reading import MAX_BYTES, Fault, ProgrammeError, read_programme
from jemput.core.sop import explain
from jemput.core.text import Words, _

GOOD, BAD, UNREADABLE = 0, 1, 2
"""Exit codes: every file is good; a file is refused; a file cannot be read at all."""


def say(value: object) -> str:
    """Core's words, texts and codes in the active language."""
    match value:
        case Words():
            message = gettext(value.message)
            return message % {k: say(v) for k, v in value.params.items()} if value.params else message
        case Text():
            return value.in_language(get_language() or "id")
        case Coded():
            return gettext(value.label)
        case list() | tuple():
            return ", ".join(map(say, value))
        case _:
            return str(value)


class Command(BaseCommand):
    help = "Check a programme file, or print it as an SOP."
    requires_system_checks: list[str] = []  # needs no database and no settings of an office

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="refuse a bad file with line, reason and remedy")
        check.add_argument("files", nargs="+", metavar="FILE")
        shown = verbs.add_parser("explain", help="print the file as a readable SOP")
        shown.add_argument("files", nargs=1, metavar="FILE")
        for verb in (check, shown):
            verb.add_argument("--language", choices=("id", "en"), default="id")

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            codes = [self._one(Path(name), options["verb"]) for name in options["files"]]
        if any(codes):
            sys.exit(max(codes))

    def _one(self, path: Path, verb: str) -> int:
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            self.stderr.write(f"{path}: {error.strerror or error}")
            return UNREADABLE
        try:
            programme = read_programme(data)
        except ProgrammeError as error:
            for fault in error.faults:
                self.stderr.write(_told(path, fault))
            return BAD
        self.stdout.write(explain(programme, say) if verb == "explain" else _good(path, programme))
        return GOOD


def _told(path: Path, fault: Fault) -> str:
    where = f"{path}:{fault.line}" if fault.line else str(path)
    return f"{where}: {say(fault.reason)}\n    {say(fault.remedy)}"


def _good(path: Path, programme: Programme) -> str:
    message = _("%(name)s: good, %(count)s steps.")
    return f"{path}: {say(Words(message, {'name': programme.name, 'count': len(programme.steps)}))}"
