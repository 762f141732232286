"""The office's server in the simulator: the real code on a real database, which can die at any statement.

It begins from the same data each time, can be backed up, and restored from that backup.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from jemput import journal
from jemput.accounts import apps
from jemput.accounts.models import Assignment
from jemput.core import entries as e
from jemput.core.codes import Channel, Document, Duty
from jemput.core.entries import Body, Entry
from jemput.core.programme import Programme
from jemput.journal import backup, erase, ledger
from jemput.journal.canonical import envelope
from jemput.journal.verdicts import Verdict
from jemput.sync import shown
from tests.core.stories import VECTORS
from tests.journal.cases import MORNING
from tests.people import PANGGUL, VILLAGE, staff
from tests.sync.phone import JSON, Phone

AREAS = (f"{VILLAGE}.004", f"{VILLAGE}.005", "35.03.01.2002", "35.03.02.2001")
"""Where cases are, and move to: two neighbourhoods, the village next to them, another subdistrict."""
CREW = (
    (Duty.FIELD_OFFICER, PANGGUL),
    (Duty.RW_AGENT, f"{VILLAGE}.004"),
    (Duty.VILLAGE_REGISTRAR, VILLAGE),
    (Duty.FIELD_OFFICER, "35.03"),
)
SMALL = (VECTORS / "programmes/small.toml").read_bytes()
SECOND = SMALL.replace(b'id = "report"', b'id = "intake"').replace(
    b'after = ["report"]', b'after = ["intake"]'
)
"""The edition after it, whose first step is another: who folds by the wrong one says so in every case."""


class Killed(BaseException):
    """The server died. No handler of errors may see it."""


def uuid(chance: Random) -> UUID:
    """A new UUIDv7 by this chance."""
    return UUID(int=chance.getrandbits(128) & ~(0xF << 76) & ~(0x3 << 62) | 7 << 76 | 2 << 62)


class Server:
    """One database, brought back to its beginning before each schedule."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programmes = [journal.install(SMALL), journal.install(SECOND)]
        self.unknown = self.programmes[1].model_copy(update={"hash": "0" * 64})
        self.phones: list[Phone] = []
        self.happened: Counter[str] = Counter()
        """Faults that made a difference, over all schedules."""
        chance = Random(0)
        for duty, area in CREW:
            phone = Phone(id=uuid(chance))
            self.enrol(phone, Assignment.objects.select_related("office", "account").get(
                account=staff(duty, area)))  # fmt: skip
            self.phones.append(phone)
        self.cases = [uuid(chance) for _ in range(4)]
        for number, case in enumerate(self.cases):
            self.append(chance, case, self.report(chance, AREAS[number], f"AWAL-{number}"))
        if connection.vendor == "sqlite":
            self.memory = sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(self.memory)
        else:
            (folder / "beginning").mkdir()
            backup._dump_postgres(folder / "beginning")

    def begin(self) -> None:
        """Everything as it was at the beginning; no backup yet, and nothing in memory."""
        forget_memory()
        (self.folder / "backup").unlink(missing_ok=True)
        rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        ledger.path().unlink(missing_ok=True)
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            self.memory.backup(connection.connection)
            connection.close()
        else:
            parts = {p.name: "" for p in (self.folder / "beginning").iterdir()}
            backup._load_postgres(self.folder / "beginning", {"parts": parts})

    # ---- people at the office ---------------------------------------------------------------------

    def enrol(self, phone: Phone, assignment: Assignment) -> None:
        """With a new code; the same device again where a restored server has forgotten it."""
        from jemput.sync.enrol import make_code

        said = phone.enrol(make_code(assignment, assignment.account))
        assert said.status_code == 200, said.content

    def report(
        self, chance: Random, area: str, ticket: str, programme: Programme | None = None
    ) -> e.Reported:
        """A report by this chance."""
        pinned = programme or self.programmes[0]
        return e.Reported(
            programme=pinned.number,
            programme_hash=pinned.hash,
            ticket=ticket,
            channel=Channel.FIELD,
            area=area,
            documents=[Document.KTP_EL],
            name=f"SITI {chance.randrange(1000)}",
            nik=f"99{chance.randrange(10**14):014}",
            phone="081200000001",
        )

    def append(self, chance: Random, case: UUID, body: Body) -> tuple[JSON, Verdict]:
        """An act at the desk, and how it fared. Raises Killed."""
        entry = Entry(
            id=uuid(chance), stream=case, actor="budi", duty=Duty.MAIN_ADMIN, occurred_at=MORNING, body=body
        )
        [said] = journal.append([entry])
        clear, sealed = body.split()
        return {**envelope(entry), "clear": clear, "sealed": sealed}, said

    # ---- dying and coming back ------------------------------------------------------------------

    @contextmanager
    def dying(self, at: int) -> Iterator[None]:
        """Die before the statement of this number: what was not committed is gone. Then start again."""
        left = at

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(count):
                yield
        except Killed:
            self.happened["died"] += 1
            self.start()
            raise

    def start(self) -> None:
        """A new process: nothing in memory, a new connection, and the ledger is looked at."""
        connection.close()
        forget_memory()
        erase.catch_up()

    def backup(self) -> None:
        """As every night."""
        backup.backup(self.folder / "backup")

    def restore(self) -> bool:
        """Yesterday's backup, if there is one."""
        if there := (self.folder / "backup").exists():
            backup.restore(self.folder / "backup", replace=True)
        return there

    def erase(self, case: UUID, at: int | None) -> bool:
        """Forget a person, and the forms that were begun for them; whether it did not die while at it."""
        begun = erase.find([case]).elsewhere
        with suppress(Killed):
            with nullcontext() if at is None else self.dying(at):
                erase.erase(cases=[case], others=begun)
            return True
        return False


def forget_memory() -> None:
    """What a process keeps: with it, a schedule would run other statements than without."""
    journal.programme_of.cache_clear()
    apps._office_time.cache_clear()
    shown._kept = shown._Kept()
