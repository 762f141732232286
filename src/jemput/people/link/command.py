"""`jemput people link`: link a list with the register, without storing anything but the answers."""

from __future__ import annotations

import csv
import os
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.utils import timezone

from jemput.core.text import BadInput, _
from jemput.people import batch
from jemput.people.link.compare import BLANK, FIELDS
from jemput.people.link.decide import Wanted
from jemput.people.link.engine import link
from jemput.people.link.engines import ENGINES
from jemput.people.link.register import OpenRegister
from jemput.people.lookup import register_of

WHAT = "link the rows of a list with the register and with each other: --batch FILE"
COLUMNS = ("row", "nik", "bin", "certainty", "rule", "group", "why")


def add_arguments(parser: ArgumentParser) -> None:
    """What the verb takes beside the office."""
    parser.add_argument("--batch", type=Path, required=True, help="CSV or XLSX; columns: docs/people.md")
    parser.add_argument("--output", type=Path, required=True, help=f"CSV: {', '.join(COLUMNS)}")
    parser.add_argument(
        "--precision", type=float, default=Wanted().precision, help="of what is linked unseen"
    )
    parser.add_argument(
        "--review", type=float, default=Wanted().review, help="share of rows humans can look at"
    )
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="embedded",
        help="splink: needs jemput[splink]; splink-spark: needs jemput[spark] and Java 17",
    )
    parser.add_argument("--on", type=date.fromisoformat, help="day on which ages were said (today)")
    parser.add_argument(
        "--column", action="append", default=[], help="field=heading, where the guess is wrong"
    )


def run(options: dict[str, Any], said: dict[str, str], out: Any) -> None:
    """Write the answers; they hold NIKs, so the file is its owner's only. Raises BadInput, keys.Locked."""
    register = register_of(options["office"])
    if register is None:
        raise BadInput(_("This office has no register extract."))
    on = options["on"] or timezone.localdate()
    asked = list(batch.queries(options["batch"], options["office"], on, said))
    wanted = Wanted(precision=options["precision"], review=options["review"])
    queries = [query for _id, query in asked]
    outcome = link(queries, OpenRegister(register), wanted=wanted, engine=ENGINES[options["engine"]])
    people = register.vault.people({k.other for k in outcome.to_register})
    found = {k.row for k in outcome.to_register}
    descriptor = os.open(options["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", newline="", encoding="utf-8") as file:
        writer = _writer(file)
        for k in outcome.to_register:
            why = "; ".join(
                f"{f} {bits:+.1f}"
                for f, level, bits in zip(FIELDS, k.levels, k.bits, strict=True)
                if level != BLANK
            )
            nik, group = people[k.other].nik, asked[outcome.groups[k.row]][0]
            writer.writerow(
                [asked[k.row][0], nik, k.bin.value, f"{k.certainty:.4f}", k.rule.value, group, why]
            )
        for row, (id, _query) in enumerate(asked):
            if row not in found:
                writer.writerow([id, "", "different", "0", "", asked[outcome.groups[row]][0], ""])
    same = len(outcome.persons)
    ask = len({k.row for k in outcome.to_register if k.bin.value == "ask"} - outcome.persons.keys())
    out.write(
        f"{len(asked)} rows: {same} linked, {ask} for a human, {len(set(outcome.groups))} people in all."
    )


def _writer(file: TextIO) -> Any:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    return writer
