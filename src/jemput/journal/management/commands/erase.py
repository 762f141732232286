"""`jemput erase`: forget a person in everything found for them."""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from jemput.core.names import parse_name
from jemput.core.nik import parse_nik
from jemput.core.phone import parse_phone
from jemput.core.text import BadInput
from jemput.journal import erase, keys
from jemput.journal.say import say
from jemput.journal.search import by_ticket
from jemput.journal.terms import ROLES


class Command(BaseCommand):
    help = (
        "List what was found for a person, ask, and forget it: their own cases whole, and their part in "
        "cases of others. Numbers and chains stay. It cannot be undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """By ticket, case, NIK, or name and phone; these never stand on the command line."""
        parser.add_argument("--ticket", action="append", default=[])
        parser.add_argument("--case", action="append", default=[], type=UUID)
        stdin = parser.add_mutually_exclusive_group()
        stdin.add_argument("--nik-from-stdin", action="store_true", help="read one NIK a line")
        stdin.add_argument(
            "--person-from-stdin",
            action="store_true",
            help="read two lines, name and phone: a reporter or guardian may have no case of their own",
        )
        parser.add_argument("--entry", action="append", default=[], type=UUID, help="this entry too")
        parser.add_argument("--dry-run", action="store_true", help="list only")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lists, asks, forgets, and names the devices that have not confirmed."""
        try:
            self._handle(**options)
        except keys.Locked as error:
            raise CommandError(str(error)) from error

    def _handle(self, **options: Any) -> None:
        niks = self._niks() if options["nik_from_stdin"] else []
        named = self._named() if options["person_from_stdin"] else []
        found = erase.find([*options["case"], *self._cases(options["ticket"])], niks, named)
        for case in found.cases:
            self.stdout.write(
                _("case %(ticket)s, %(area)s, since %(day)s")
                % {"ticket": case.ticket, "area": case.area, "day": case.opened_at.date()}
            )
        sure = {m.entry for m in found.mentions if m.certain} | {*options["entry"], *found.entries}
        for mention in found.mentions:
            self.stdout.write(
                _("entry %(entry)s in case %(ticket)s, as %(role)s: %(how)s")
                % {
                    "entry": mention.entry,
                    "ticket": mention.ticket,
                    "role": _(ROLES[mention.role]),
                    "how": _("name and phone fit")
                    if mention.certain
                    else _("only the name fits; add --entry if it is the same person"),
                }
            )
        if found.kept:
            self.stdout.write(
                _("%(count)s offers that were not accepted name this person.") % {"count": len(found.kept)}
            )
        if others := len(found.elsewhere) + len(found.entries):
            self.stdout.write(
                _("%(count)s rows of the register extract and of lists, with decisions on them, are theirs.")
                % {"count": others}
            )
        if not (found.cases or sure or found.kept or others):
            raise CommandError(_("Nothing to forget was found."))
        if options["dry_run"]:
            return
        if not options["yes"] and not self._agreed(bool(niks or named)):
            self.stdout.write(_("Nothing was forgotten."))
            return
        devices = erase.erase(
            [*(c.stream_id for c in found.cases), *found.refused], sure, found.kept, found.elsewhere
        )
        count = {"cases": len(found.cases), "entries": len(sure)}
        self.stdout.write(_("Forgotten: %(cases)s cases, %(entries)s entries in cases of others.") % count)
        for device in devices:
            self.stdout.write(device)

    @staticmethod
    def _niks() -> list[str]:
        try:
            return [parse_nik(line).digits for line in sys.stdin.read().splitlines() if line.strip()]
        except BadInput as error:
            raise CommandError(say(error.words)) from error

    @staticmethod
    def _named() -> list[tuple[str, str]]:
        lines = [line for line in sys.stdin.read().splitlines() if line.strip()]
        if len(lines) != 2:
            raise CommandError(_("Write two lines: the name, then the phone."))
        try:
            return [(parse_name(lines[0]), parse_phone(lines[1]))]
        except BadInput as error:
            raise CommandError(say(error.words)) from error

    @staticmethod
    def _cases(tickets: list[str]) -> list[UUID]:
        cases = []
        for ticket in tickets:
            case = by_ticket(ticket)
            if case is None:
                raise CommandError(_("There is no case of ticket %(ticket)s.") % {"ticket": ticket})
            cases.append(case)
        return cases

    @staticmethod
    def _agreed(stdin_is_used_up: bool) -> bool:
        if stdin_is_used_up:
            raise CommandError(_("With standard input say --dry-run first, then --yes."))
        word = _("FORGET")
        return input(_("Forget all this for ever? Type %(word)s: ") % {"word": word}).strip() == word
