"""What stands in the offices' own journals: trainings, public information, history, published months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from jemput import journal
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.entries import Body, Entry
from jemput.core.programme import Programme
from jemput.demo.life import uuid7
from jemput.demo.offices import Plan, Staff
from jemput.measure.counting import Scope, following, read_ledger
from jemput.measure.historical import PACKAGED, import_history, packaged, read_history
from jemput.measure.published import digest, month_rows, published

MONTHS = 9
"""Of the year's months so many are published; the last one stays open."""
_COUNTED = ("recorded", "printed")
_TRAININGS = (
    "Menyapa dan menenangkan ODGJ: latihan bersama puskesmas",
    "Perekaman di tempat tidur dan pengecualian biometrik",
    "Bahasa isyarat dasar untuk petugas lapangan",
    "Keamanan data pribadi bagi petugas dan pengantar",
)
_OUTREACH: tuple[tuple[e.OutreachMedium, str], ...] = (
    (e.OutreachMedium.FORUM, "Forum warga: layanan jemput bola gratis"),
    (e.OutreachMedium.SOCIAL_MEDIA, "Siaran: cara melapor untuk tetangga yang tidak mampu datang"),
    (e.OutreachMedium.MEETING, "Pertemuan kader posyandu lansia"),
    (e.OutreachMedium.PRINT, "Pamflet di balai desa dan puskesmas"),
    (e.OutreachMedium.FORUM, "Temu keluarga ODGJ di panti"),
    (e.OutreachMedium.MEETING, "Rapat ketua RT dan RW"),
)


def held(plan: Plan, staff: Staff, now: datetime, seed: int) -> list[Entry]:
    """Trainings and public information of the year, with the time they were entered."""
    rng = Random(f"{seed}/{plan.code}/events")  # noqa: S311
    stream = journal.office_stream(plan.code)
    entries = []
    for at, body in sorted(_held(rng, now), key=lambda pair: pair[0]):
        entries.append(_entry(stream, body, staff.actor(Duty.HEAD_OF_SECTION, plan.code), at, rng))
    return entries


def _held(rng: Random, now: datetime) -> Iterator[tuple[datetime, Body]]:
    for subject in _TRAININGS:
        at = now - timedelta(days=rng.randint(10, 360), hours=rng.randint(1, 5))
        count = rng.randint(6, 24)
        yield at, e.TrainingHeld(day=(at - timedelta(days=1)).date(), participants=count, subject=subject)
    for medium, subject in _OUTREACH * 2:
        at = now - timedelta(days=rng.randint(2, 360), hours=rng.randint(1, 5))
        reached = None if medium is e.OutreachMedium.PRINT else rng.randint(12, 160)
        yield (
            at,
            e.OutreachHeld(
                day=(at - timedelta(days=1)).date(), medium=medium, reached=reached, subject=subject
            ),
        )


def publish(plan: Plan, programme: Programme, staff: Staff, now: datetime, seed: int) -> list[Entry]:
    """The first months of the year as the office published them, on the fifth of the month after."""
    rng = Random(f"{seed}/{plan.code}/{programme.number}/months")  # noqa: S311
    scope = Scope(programme.number, plan.code, plan.zone)
    ledger, known = read_ledger(scope), published(scope)
    month = scope.month_of(now - timedelta(days=365))
    entries = []
    for _ in range(MONTHS):
        month = following(month)
        at = scope.end(month) + timedelta(days=4, hours=rng.randint(8, 14), minutes=rng.randrange(60))
        if at > now:
            break
        if month in known:
            continue
        rows = list(month_rows(ledger, tuple(programme.documents), month))
        body = e.MonthPublished(
            programme=programme.number, month=month, rows=rows, digest=digest(scope, month, tuple(rows))
        )
        actor = staff.actor(Duty.HEAD_OF_OFFICE, plan.code)
        entries.append(_entry(journal.office_stream(plan.code), body, actor, at, rng, Duty.HEAD_OF_OFFICE))
    return entries


def history(plan: Plan, staff: Staff, now: datetime) -> None:
    """The counts of before, where the sources have them (Parepare, 2020 and 2021)."""
    for name, (office, number) in PACKAGED.items():
        if office == plan.code:
            scope = Scope(number, plan.code, plan.zone)
            counts = read_history(packaged(name), number)
            actor = staff.actor(Duty.MAIN_ADMIN, plan.code)
            import_history(scope, counts, actor=actor, duty=Duty.MAIN_ADMIN, now=now)


def late(journals: list[list[Entry]], plan: Plan, now: datetime) -> list[Entry]:
    """What a device in the hills brought only after the month was published: the month changes.

    The tail of the first case of ``journals`` that was served long enough ago, from its recording or
    print on, as the server received it in the end. Nothing when there is no such case.
    """
    for entries in journals:
        tail = next((entries[i:] for i, entry in enumerate(entries) if entry.kind in _COUNTED), [])
        if not tail or not isinstance(tail[-1].body, e.Closed) or tail[-1].at > now - timedelta(days=120):
            continue
        scope = Scope(0, plan.code, plan.zone)
        came = scope.end(scope.month_of(tail[-1].at)) + timedelta(days=12, hours=9)
        return [
            entry.model_copy(update={"received_at": came + timedelta(seconds=n)})
            for n, entry in enumerate(tail)
        ]
    return []


def _entry(
    stream: UUID, body: Body, actor: str, at: datetime, rng: Random, duty: Duty = Duty.MAIN_ADMIN
) -> Entry:
    return Entry(
        id=uuid7(at, rng), stream=stream, actor=actor, duty=duty, occurred_at=at, received_at=at, body=body
    )
