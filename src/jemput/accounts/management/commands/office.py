"""`jemput office add | list | logo`: the offices of this installation."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from jemput.accounts.models import Office
from jemput.core.areas import Level, area
from jemput.core.calendar import TimeZone

PNG = b"\x89PNG\r\n\x1a\n"
LARGEST_LOGO = 64 * 1024


class Command(BaseCommand):
    help = "Adds and lists the offices of this installation, and gives one its logo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser("add", help="a new office")
        add.add_argument("code", help="Kemendagri code of the regency or city: 35.03")
        add.add_argument("--name", default="", help="default: Disdukcapil and the name of the area")
        add.add_argument("--city", default="", help="where letters are dated; default: the name of the area")
        add.add_argument("--time-zone", choices=[z.value for z in TimeZone], default=TimeZone.WIB.value)
        add.add_argument("--colour", default="#0063a8", help="white words must be readable on it")
        verbs.add_parser("list", help="offices with code, number, name and time zone")
        logo = verbs.add_parser("logo", help="the office's logo: a PNG of at most 64 KB")
        logo.add_argument("code")
        logo.add_argument("file", type=Path)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            getattr(self, f"_{verb}")(**options)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None

    def _add(self, code: str, name: str, city: str, time_zone: str, colour: str, **options: Any) -> None:
        place = area(code)
        if place is None or place.level != Level.REGENCY:
            raise CommandError(f"{code} is no regency or city. Write a code like 35.03.")
        number = (Office.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        plain = place.name.removeprefix("Kabupaten ").removeprefix("Kota ")
        office = Office(
            code=code,
            number=number,
            name=name or f"Disdukcapil {place.name}",
            city=city or plain,
            time_zone=time_zone,
            colour=colour,
        )
        office.full_clean()
        office.save(force_insert=True)
        self.stdout.write(f"{office.code}\t{office.number}\t{office.name}\t{office.time_zone_label}")

    def _list(self, **options: Any) -> None:
        for office in Office.objects.all():
            self.stdout.write(f"{office.code}\t{office.number}\t{office.name}\t{office.time_zone_label}")

    def _logo(self, code: str, file: Path, **options: Any) -> None:
        office = Office.objects.filter(code=code).first()
        if office is None:
            raise CommandError(f"There is no office {code}. `jemput office list` shows them.")
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        if not data.startswith(PNG) or len(data) > LARGEST_LOGO:
            raise CommandError("The logo must be a PNG of at most 64 KB.")
        office.logo = data
        office.save(update_fields=["logo"])
        self.stdout.write(f"{office.name}: logo kept, {len(data) // 1024 + 1} KB")
