"""`jemput account add | list | end | reset`: the administrator's work on accounts, at the server."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from axes.utils import reset as unlock
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from jemput.accounts.models import Account, Assignment, Office
from jemput.core.areas import parse_area
from jemput.core.codes import Duty
from jemput.core.text import BadInput

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike


def password_for_once() -> str:
    """A password that can be read aloud, 79 bits: k3vm-wq7h-t9bz-p2nd."""
    return "-".join("".join(secrets.choice(LETTERS) for _i in range(4)) for _g in range(4))


class Command(BaseCommand):
    help = "Adds, lists, ends and resets the accounts of people who work here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="a new account with a duty, or a further duty for one that exists")
        add.add_argument("username", help="sign-in name or e-mail address")
        add.add_argument("--name", default="", help="full name; needed for a new account")
        add.add_argument("--phone", default="")
        add.add_argument("--office", required=True, help="code of the office: 35.03")
        add.add_argument("--duty", required=True, choices=[d.value for d in Duty], metavar="DUTY")
        add.add_argument("--area", default="", help="area code down to the RW; default: the whole office")
        add.add_argument("--from", dest="valid_from", type=date.fromisoformat, help="first day: today")
        add.add_argument("--until", dest="valid_until", type=date.fromisoformat, help="last day")
        listing = verbs.add_parser("list", help="accounts with their duties")
        listing.add_argument("--office", default="", help="only of this office")
        end = verbs.add_parser("end", help="end a duty, or all duties and the account")
        end.add_argument("username")
        end.add_argument("--duty", choices=[d.value for d in Duty], metavar="DUTY", help="only this duty")
        reset = verbs.add_parser("reset", help="new password for once; second factor off; lock taken away")
        reset.add_argument("username")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                getattr(self, f"_{verb}")(**options)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        except BadInput as error:
            raise CommandError(str(error.words)) from None

    def _add(self, username: str, office: str, duty: str, area: str, **options: Any) -> None:
        at = Office.objects.filter(code=office).first()
        if at is None:
            raise CommandError(f"There is no office {office}. `jemput office list` shows them.")
        account = Account.objects.filter(username=username.strip().lower()).first()
        if account is None:
            password = password_for_once()
            account = Account.objects.create_user(
                username,
                password,
                name=options["name"],
                phone=options["phone"],
                must_change_password=True,
            )
            self.stdout.write(f"Account {account.username}. Password for once: {password}")
        assignment = Assignment(
            account=account,
            office=at,
            duty=duty,
            area=parse_area(area or office),
            valid_from=options["valid_from"] or at.today(),
            valid_until=options["valid_until"],
        )
        assignment.full_clean()
        assignment.save()
        self.stdout.write(f"{account.username}: {assignment.role.label} in {assignment.area_label}")

    def _list(self, office: str, **options: Any) -> None:
        rows = Assignment.objects.select_related("account", "office").order_by("account__username", "pk")
        for row in rows.filter(office=office) if office else rows:
            state = "now" if row.holds() and row.account.is_active else "ended or not begun"
            until = row.valid_until or "until further notice"
            self.stdout.write(
                f"{row.account.username}\t{row.duty}\t{row.area}\t{row.valid_from}\t{until}\t{state}"
            )

    def _end(self, username: str, duty: str | None, **options: Any) -> None:
        account = self._account(username)
        rows = account.assignments.select_related("office")
        for row in rows.filter(duty=duty) if duty else rows:
            yesterday = row.office.today() - timedelta(days=1)
            if row.valid_until is None or row.valid_until > yesterday:
                # A duty that began today was never held: it ends before it is written into history.
                if row.valid_from > yesterday:
                    row.delete()
                    continue
                row.valid_until = yesterday
                row.save(update_fields=["valid_until"])
        if duty is None:
            account.is_active = False
            account.set_unusable_password()
            account.save()
        self.stdout.write(f"{account.username}: {duty or 'account and all duties'} ended")

    def _reset(self, username: str, **options: Any) -> None:
        account = self._account(username)
        password = password_for_once()
        account.set_password(password)  # ends every session of the account
        account.must_change_password = True
        account.save()
        Authenticator.objects.filter(user=account).delete()
        unlock(username=account.username)
        self.stdout.write(f"{account.username}: second factor off. Password for once: {password}")

    def _account(self, username: str) -> Account:
        found = Account.objects.filter(username=username.strip().lower()).first()
        if found is None:
            raise CommandError("No account has this sign-in name. `jemput account list` shows them.")
        return found
