"""`jemput key init | unlock | lock | rotate | recover | shares | status`: see docs/keys.md."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from jemput.core.text import BadInput
from jemput.journal import erase, keys
from jemput.journal.rotate import rewrap
from jemput.journal.say import say

VERBS = ("init", "unlock", "lock", "rotate", "recover", "shares", "status")


class Command(BaseCommand):
    help = "Make, unlock, rotate or recover the office key."

    def add_arguments(self, parser: CommandParser) -> None:
        """The verb; passphrases and shares are asked for, or read from standard input."""
        parser.add_argument("verb", choices=VERBS)
        parser.add_argument("--stdin", action="store_true", help="read passphrases and shares line by line")
        parser.add_argument(
            "--drop-old", action="store_true", help="rotate: old backups can be read no more afterwards"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Never prints a key or a passphrase; recovery shares once, at init."""
        self.from_stdin = options["stdin"]
        try:
            getattr(self, options["verb"])(options)
        except BadInput as error:
            raise CommandError(say(error.words)) from error
        except keys.Locked as error:
            raise CommandError(str(error)) from error

    def init(self, options: dict[str, Any]) -> None:
        """A new key, and the shares to be written down by three people."""
        self._print(keys.init(self._new_passphrase()))

    def shares(self, options: dict[str, Any]) -> None:
        """New papers for three people; makes the key file again when it was lost while unlocked."""
        self._print(keys.new_shares(self._ask(_("Passphrase of the office key: "))))

    def _print(self, shares: list[str]) -> None:
        self.stdout.write(_("The recovery shares of the office key follow, once and never again."))
        self.stdout.write(_("Three people write down one each, on paper, and keep them apart."))
        for number, share in enumerate(shares, 1):
            self.stdout.write(f"\n{number}. {share}")
        self.stdout.write("\n" + _("Any two of them and `jemput key recover` bring the key back."))

    def unlock(self, options: dict[str, Any]) -> None:
        """For the servers of this machine, until it is restarted."""
        keys.unlock(self._ask(_("Passphrase of the office key: ")))
        erase.catch_up()
        self.stdout.write(_("The office key is unlocked until this machine restarts."))

    def lock(self, options: dict[str, Any]) -> None:
        """Take the unlocked key away."""
        keys.lock()
        self.stdout.write(_("The office key is locked. Restart the server so that it forgets it too."))

    def rotate(self, options: dict[str, Any]) -> None:
        """A new key in front, every stream's key wrapped anew; entries are not touched."""
        passphrase = self._ask(_("Passphrase of the office key: "))
        keys.rotate(passphrase)
        if keys.state() != "unlocked":
            keys.unlock(passphrase)
        erase.catch_up()
        count = rewrap()
        if options["drop_old"]:
            keys.drop_old(passphrase)
        self.stdout.write(
            _("The office key was changed; %(count)s keys were wrapped anew.") % {"count": count}
        )

    def recover(self, options: dict[str, Any]) -> None:
        """Two people read their shares; a new passphrase is set."""
        shares = [
            self._ask(_("Share %(number)s: ") % {"number": number}) for number in range(1, keys.NEEDED + 1)
        ]
        keys.recover(shares, self._new_passphrase())
        self.stdout.write(_("The office key is back under the new passphrase. Now: jemput key unlock"))

    def status(self, options: dict[str, Any]) -> None:
        """Whether there is a key and whether it is open."""
        words = {
            "missing": _("There is no office key."),
            "locked": _("The office key is locked."),
            "unlocked": _("The office key is unlocked."),
            "open": _("OPEN KEY: this is a demonstration. Never enter real people."),
        }
        self.stdout.write(words[keys.state()])

    def _ask(self, prompt: str) -> str:
        if self.from_stdin:
            return sys.stdin.readline().rstrip("\n")
        return getpass(prompt)

    def _new_passphrase(self) -> str:
        first = self._ask(_("New passphrase, several words: "))
        if not self.from_stdin and first != self._ask(_("Once more: ")):
            raise CommandError(_("The two are not the same."))
        return first
