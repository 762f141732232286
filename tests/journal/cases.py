"""Cases told act by act and appended through the journal's front door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Channel, Document, Duty
from jemput.core.entries import Body, Entry
from jemput.core.programme import Programme
from jemput.journal import Answer, Verdict
from jemput.journal.models import CaseRow, Stream

MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
VILLAGE, NEIGHBOUR = "35.03.01.2001", "35.03.01.2002"
NIK = "9901014708510001"
_tickets = iter(range(1, 10**6))


def new_id() -> UUID:
    return UUID(str(uuid_utils.uuid7()))


def offer(raw: Iterable[bytes | str | Mapping[str, Any]], *, actor: str = "") -> list[Verdict]:
    """As a device's push does with what it sends: entries are appended, what cannot be read is kept aside."""
    read = [journal.parse(item) for item in raw]
    fared = iter(journal.append([r for r in read if isinstance(r, Entry)]))
    refused = iter(journal.keep_unreadable([r for r in read if isinstance(r, journal.Unreadable)], actor))
    return [next(fared if isinstance(r, Entry) else refused) for r in read]


class Case:
    """A case whose acts are appended one by one."""

    def __init__(self, programme: Programme, stream: UUID | None = None, area: str = VILLAGE) -> None:
        self.programme, self.area = programme, area
        self.stream = stream or new_id()
        self.told: list[Entry] = []

    def says(self, body: Body, duty: Duty = Duty.MAIN_ADMIN, **envelope: Any) -> Entry:
        """An entry, not yet appended."""
        values = {
            "id": new_id(),
            "stream": self.stream,
            "actor": "budi",
            "duty": duty,
            "occurred_at": MORNING + timedelta(minutes=len(self.told)),
            **envelope,
        }
        return Entry(body=body, **values)

    def report(self, **more: Any) -> e.Reported:
        values: dict[str, Any] = {
            "programme": self.programme.number,
            "programme_hash": self.programme.hash,
            "ticket": f"TRG-{next(_tickets):06}",
            "channel": Channel.HOTLINE,
            "area": self.area,
            "documents": [Document.KTP_EL],
            "name": "SITI AMINAH",
            "nik": NIK,
            "phone": "081200000001",
            "latitude": -8.05,
            "longitude": 111.0,
            **more,
        }
        return e.Reported.model_validate(values)

    def reported(self, **more: Any) -> Case:
        assert self.tell(self.report(**more), Duty.REPORTER).answer is Answer.ACCEPTED
        return self

    def tell(self, body: Body, duty: Duty = Duty.MAIN_ADMIN, **envelope: Any) -> Verdict:
        """Append one act."""
        entry = self.says(body, duty, **envelope)
        self.told.append(entry)
        return journal.append([entry])[0]

    @property
    def row(self) -> CaseRow:
        return CaseRow.objects.get(stream=self.stream)

    @property
    def head(self) -> Stream:
        return Stream.objects.get(id=self.stream)

    def note(self, text: str = "Ibu menunggu di rumah", **envelope: Any) -> Verdict:
        return self.tell(e.Note(text=text), **envelope)
