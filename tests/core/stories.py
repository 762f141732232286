"""Tell a case as a story, one act after the other, and ask what it amounts to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from jemput.core import entries as e
from jemput.core.codes import Channel, Document, Duty, Partner
from jemput.core.entries import Body, Entry
from jemput.core.fold import fold
from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from jemput.core.rules import Actor, allowed, objections
from jemput.core.state import State
from jemput.core.text import Words
from jemput.core.waiting import OfficeTime, waiting

VECTORS = Path(__file__).parents[1] / "vectors"
MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday, 9 in the morning in Jakarta."""


@cache
def programme(name: str) -> Programme:
    """A programme of the vectors: "small", or "wide", which uses all that a step may say."""
    return read_programme((VECTORS / f"programmes/{name}.toml").read_bytes())


def small() -> Programme:
    """The small programme that the vectors share."""
    return programme("small")


def entry_id(n: int) -> UUID:
    """The n-th identifier of a story; UUIDv7 in form."""
    return UUID(f"0190a000-0000-7000-8000-{n:012d}")


STREAM = entry_id(999)
VISIT = entry_id(500)


def cleared(entry: Entry) -> Entry:
    """The entry as it is after its person was forgotten."""
    return entry.model_copy(update={"body": type(entry.body).clear_view(entry.body.split()[0])})


@dataclass
class Story:
    """A case in the making."""

    programme: Programme = field(default_factory=small)
    entries: list[Entry] = field(default_factory=list)
    now: datetime = MORNING

    def tell(self, body: Body, duty: Duty = Duty.MAIN_ADMIN, hours: float = 1) -> Entry:
        """One act, an hour after the last."""
        self.now += timedelta(hours=hours)
        n = len(self.entries) + 1
        entry = Entry(
            id=entry_id(n), stream=STREAM, actor="budi", duty=duty, occurred_at=self.now, seq=n, body=body
        )
        self.entries.append(entry)
        return entry

    def reported(self, documents: list[Document] | None = None, **more: object) -> Story:
        """Begin with a report."""
        values = {
            "programme": self.programme.number,
            "programme_hash": self.programme.hash,
            "ticket": "TRG-0001",
            "channel": Channel.HOTLINE,
            "area": "99.01.01.2001",
            "documents": documents or [Document.KTP_EL],
            "name": "SUKARNI",
            **more,
        }
        self.tell(e.Reported.model_validate(values), Duty.REPORTER)
        return self

    def accepted(self) -> Story:
        self.tell(e.Triaged(result=e.TriageResult.ACCEPTED))
        return self

    def checked(self, result: e.BiodataResult = e.BiodataResult.MATCH) -> Story:
        self.tell(e.RequirementReceived(requirement="other_paper"))
        self.tell(e.BiodataChecked(result=result))
        return self

    def at_the_door(self, visit: UUID = VISIT) -> Story:
        self.tell(e.Ordered(), Duty.HEAD_OF_SECTION)
        self.tell(e.VisitScheduled(visit=visit, day=(self.now + timedelta(days=2)).date()), Duty.SCHEDULER)
        self.tell(
            e.VisitStarted(visit=visit, partners=[Partner.HEALTH_WORKER]),
            Duty.FIELD_OFFICER,
            hours=48,
        )
        return self

    def recorded(self, visit: UUID = VISIT) -> Story:
        self.tell(e.Recorded(), Duty.FIELD_OFFICER)
        self.tell(e.VisitEnded(visit=visit, outcome=e.VisitOutcome.DONE), Duty.FIELD_OFFICER)
        return self

    def printed(self, document: Document = Document.KTP_EL) -> Story:
        self.tell(e.CentreStatus(raw="PRINT_READY_RECORD"))
        self.tell(e.Printed(document=document), Duty.PRINTING)
        return self

    def state(self) -> State:
        return fold(lambda _hash: self.programme, self.entries)

    def may(self, duty: Duty, key: str, area: str = "99.01") -> list[str]:
        """The reasons (English) why this duty cannot do an action now; empty when it can."""
        actions = {a.key: a for a in allowed(self.programme, self.state(), Actor(duty, area))}
        return [english(r) for r in actions[key].reasons]

    def against(self, body: Body, duty: Duty) -> list[str]:
        found = objections(self.programme, self.state(), Actor(duty, "99.01"), body)
        return [english(r) for r in found]

    def waits(self) -> dict[str, tuple[Duty, ...]]:
        return {w.step: w.duties for w in waiting(self.programme, self.state(), OfficeTime())}


def english(words: Words) -> str:
    """Words as an English reader sees them."""

    def plain(value: object) -> object:
        if isinstance(value, Words):
            return english(value)
        if isinstance(value, list):
            return ", ".join(str(plain(v)) for v in value)
        in_language = getattr(value, "in_language", None)
        return in_language("en") if in_language else value

    return words.message % {k: plain(v) for k, v in words.params.items()}
