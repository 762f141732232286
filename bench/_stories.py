"""Cases for the benchmarks: fifteen entries each, as an ordinary visit to an ordinary person writes them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import uuid_utils

from jemput.core import entries as e
from jemput.core.codes import Channel, Document, Duty, Partner, Relation, Sex, Urgency
from jemput.core.dates import AgeBand
from jemput.core.entries import Body, Entry
from jemput.core.programme import Programme

PER_CASE = 15
_ACTORS = {duty: str(uuid5(UUID(int=0), duty)) for duty in Duty}
START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_FIRST = (
    "SITI", "SRI", "NUR", "AHMAD", "BUDI", "SLAMET", "SUKARNI", "PAINEM", "WAGIMIN", "TUMINAH", "DEWI",
)  # fmt: skip
_LAST = (
    "AMINAH", "LESTARI", "HIDAYAT", "SANTOSO", "WATI", "RAHAYU", "PRASETYO", "SAPUTRA", "KUSUMA", "WIDODO",
)  # fmt: skip


def new_id() -> UUID:
    return UUID(bytes=uuid_utils.uuid7().bytes)


def villages(office: str, count: int = 150) -> list[str]:
    """Invented village codes of an office, ten to a subdistrict."""
    return [f"{office}.{1 + n // 10:02}.{2001 + n % 10}" for n in range(count)]


def case(
    programme: Programme, number: int, area: str, chance: random.Random, acts: int = PER_CASE
) -> list[Entry]:
    """Fifteen entries of case ``number``: the first ``acts`` steps of the service, then notes."""
    stream = new_id()
    at = START + timedelta(minutes=3 * number)
    entries: list[Entry] = []
    told = list(_acts(programme, number, area, chance))[:acts]
    notes = [(Duty.MAIN_ADMIN, e.Note(text="Sudah ditelepon, keluarga menunggu"))] * (PER_CASE - len(told))
    for duty, body in [*told, *notes]:
        at += timedelta(hours=chance.randint(1, 30))
        entries.append(
            Entry(
                id=new_id(),
                stream=stream,
                actor=_ACTORS[duty],
                duty=duty,
                occurred_at=at,
                received_at=at,
                body=body,
                after=entries[-1].id if entries else None,
            )
        )
    return entries


def _acts(programme: Programme, number: int, area: str, chance: random.Random) -> Iterator[tuple[Duty, Body]]:
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    born = f"{chance.randint(1, 28):02}{chance.randint(1, 12):02}{chance.randint(30, 99)}"
    nik = f"990101{born}{number % 9999 + 1:04}"
    visit, paper = new_id(), Document.KTP_EL
    yield (
        Duty.REPORTER,
        e.Reported(
            programme=programme.number,
            programme_hash=programme.hash,
            ticket=f"BCH-{number:08}",
            channel=Channel.VILLAGE,
            area=area,
            documents=[paper],
            sex=chance.choice([Sex.FEMALE, Sex.MALE]),
            age_band=AgeBand.ELDERLY,
            urgency=Urgency.NORMAL,
            identified=True,
            name=name,
            nik=nik,
            phone=f"0812{chance.randint(10**7, 10**8 - 1)}",
            address="RT 02 RW 04, dekat musala, pagar hijau",
            latitude=-8.05,
            longitude=111.71,
        ),
    )
    yield Duty.REPORTER, e.ReporterNamed(name="KASUN " + chance.choice(_LAST), relation=Relation.VILLAGE)
    yield Duty.MAIN_ADMIN, e.Triaged(result=e.TriageResult.ACCEPTED)
    yield Duty.MAIN_ADMIN, e.BiodataChecked(result=e.BiodataResult.MATCH, nik=nik)
    yield Duty.REPORTER, e.GuardianNamed(name="WALI " + chance.choice(_FIRST), phone="081200000000")
    yield Duty.HEAD_OF_SECTION, e.Ordered(letter_number="470/12/2026")
    yield Duty.SCHEDULER, e.VisitScheduled(visit=visit, day=(START + timedelta(days=9)).date())
    yield Duty.FIELD_OFFICER, e.VisitStarted(visit=visit, partners=[Partner.FAMILY, Partner.VILLAGE])
    yield Duty.FIELD_OFFICER, e.ConsentGiven(basis=e.ConsentBasis.CONSENT, supported=True, by=name)
    yield Duty.FIELD_OFFICER, e.Recorded()
    yield Duty.FIELD_OFFICER, e.VisitEnded(visit=visit, outcome=e.VisitOutcome.DONE)
    yield Duty.DATA_ENTRY, e.DataEntered(documents=[paper])
    yield Duty.DATA_ENTRY, e.CentreStatus(raw="PRINT_READY_RECORD")
    yield Duty.PRINTING, e.Printed(document=paper, card_number=f"B{number:08}")
    yield Duty.COURIER, e.Delivered(document=paper, receipt=f"TT-{number:08}", recipient=name)
