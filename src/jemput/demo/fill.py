"""Write the five offices' year into the journal: told by other processes, appended by this one.

The tales come first: when the first office has its own, there is something to look at while the rest is
still being written. What is done stands in a small file: a start that was broken off goes on where it
stopped, a later one changes nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

from jemput.core.entries import Entry
from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from jemput.demo.offices import Plan, Staff, Worker, plans
from jemput.demo.year import PART, SEED, Year, tales_of
from jemput.programmes import packaged

TALES_FROM = 100
"""A programme with fewer people is a neighbour's, tried out: without the tales."""
KNOWN = "demo-register.json"
"""Whom the register knows of the people served, beside the file of what is done."""
BATCH = 20
"""Cases in one transaction: others may write in between."""
LATE_IN = ("35.03", "73.72")
"""Offices where a published month differs from today's, because a device came back late."""
Told = tuple[list[list[Entry]], list[Worker]]


@dataclass(frozen=True)
class Part:
    """A handful of cases of one programme in one office, told in one go."""

    plan: int
    file: bytes
    """The programme."""
    number: int
    """0 for the tales, then the ordinary cases."""
    count: int

    @property
    def key(self) -> str:
        """What stands in the file of what is done."""
        return f"{self.plan}/{_programme(self.file).number}/{self.number}"


@dataclass
class Progress:
    """What is done; kept in ``path`` between starts."""

    path: Path
    seed: int
    now: str
    """The moment at which the year ends: the first start's."""
    total: int = 0
    cases: int = 0
    done: list[str] = field(default_factory=list)
    complete: bool = False

    @classmethod
    def load(cls, path: Path, now: datetime, seed: int = SEED) -> Progress:
        """What the file says, or a fresh start."""
        try:
            return cls(path=path, **json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return cls(path, seed, now.isoformat())

    def save(self) -> None:
        """Whole or not at all."""
        values = {k: v for k, v in asdict(self).items() if k != "path"}
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(values))
        draft.replace(self.path)


Say = Callable[[Progress], None]


def parts(scale: float = 1.0) -> list[Part]:
    """All there is to tell, the tales of every office first; ``scale`` below 1: fewer ordinary cases."""
    files = packaged()
    tales, ordinary = [], []
    for index, plan in enumerate(plans()):
        for name, people in plan.programmes:
            left = round(people * scale)
            if people >= TALES_FROM:
                tales.append(Part(index, files[name], 0, tales_of(_programme(files[name]))))
                left -= tales[-1].count
            for number, start in enumerate(range(0, left, PART), 1):
                ordinary.append(Part(index, files[name], number, min(PART, left - start)))
    return tales + ordinary


def tell(part: Part, now: datetime, seed: int) -> Told:
    """The journals of a part, and those who wrote in them."""
    plan = plans()[part.plan]
    staff = Staff(plan)
    year = Year(plan, _programme(part.file), staff, now, seed, part=part.number)
    journals = list(year.cases(part.count) if part.number else year.tales())
    return journals, list(staff.workers.values())


@cache
def _programme(file: bytes) -> Programme:
    return read_programme(file)


def told(todo: list[Part], now: datetime, seed: int, processes: int) -> Iterator[tuple[Part, Told]]:
    """Every part in order, told ahead by other processes (by this one with ``processes`` 0)."""
    if processes == 0 or not todo:
        for part in todo:
            yield part, tell(part, now, seed)
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        for part, future in [(part, pool.submit(tell, part, now, seed)) for part in todo]:
            yield part, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def fill(
    progress: Progress,
    todo: list[Part],
    say: Say = lambda progress: None,
    processes: int | None = None,
    show: Callable[[], None] = lambda: None,
) -> None:
    """Offices, accounts, programmes and cases, as far as they are not there yet.

    ``show`` is called once, when there is something to look at: the tales of the first office.
    """
    now = datetime.fromisoformat(progress.now)
    progress.total = sum(part.count for part in todo)
    _prepare(todo, now)
    left = [part for part in todo if part.key not in progress.done]
    if processes is None:
        processes = min(os.cpu_count() or 1, 2)
    shown = False
    for part, (journals, workers) in told(left, now, progress.seed, processes):
        _write(part, journals, workers, progress, say, now)
        if not shown:
            shown = True
            _register(plans()[part.plan], progress, now)
            show()
    if not shown:
        show()
    if not progress.complete:
        for index in sorted({part.plan for part in todo}):
            _events(plans()[index], now, progress.seed)
            _register(plans()[index], progress, now)
            _lists(plans()[index], progress, now)
        for part in todo:
            append(_late(part, tell(part, now, progress.seed)[0], now) if _has_late(part) else [])
        progress.complete = True
        progress.save()
    say(progress)


def _prepare(todo: list[Part], now: datetime) -> None:
    from jemput import journal
    from jemput.demo.offices import save_office, save_staff
    from jemput.demo.teams import save_teams

    for file in dict.fromkeys(part.file for part in todo):
        journal.install(file)
    for plan in plans():
        save_office(plan)
        save_staff(plan, Staff(plan).workers.values(), now.date())
        save_teams(plan, now.date())


def _write(
    part: Part,
    journals: list[list[Entry]],
    workers: list[Worker],
    progress: Progress,
    say: Say,
    now: datetime,
) -> None:
    from jemput.demo.offices import save_staff
    from jemput.demo.register import note

    save_staff(plans()[part.plan], workers, now.date())
    later = {entry.id for entry in _late(part, journals, now)} if _has_late(part) else set()
    before = progress.cases
    for start in range(0, len(journals), BATCH):
        batch = journals[start : start + BATCH]
        append([entry for entries in batch for entry in entries if entry.id not in later])
        progress.cases = before + start + len(batch)
        say(progress)
    note(progress.path.with_name(KNOWN), journals)
    progress.done.append(part.key)
    progress.save()


def _events(plan: Plan, now: datetime, seed: int) -> None:
    from jemput import journal
    from jemput.demo import events

    staff = Staff(plan)
    journal.open_office(plan.code)
    append(events.held(plan, staff, now, seed))
    events.history(plan, staff, now)
    programme = read_programme(packaged()[plan.programmes[0][0]])
    append(events.publish(plan, programme, staff, now, seed))


def _register(plan: Plan, progress: Progress, now: datetime) -> None:
    """An extract with the people of the cases that are there; the first office has one from the start."""
    from jemput.demo.extract import take_in

    take_in(plan, now.date(), progress.seed, progress.path.with_name(KNOWN))


def _lists(plan: Plan, progress: Progress, now: datetime) -> None:
    """Lists of people from elsewhere, compared, where a programme starts from them."""
    from jemput.demo.lists import take_in

    take_in(plan, now.date(), progress.seed, progress.path.with_name(KNOWN))


def _has_late(part: Part) -> bool:
    """Whether something of this part comes in only after the months were published."""
    return part.number == 1 and plans()[part.plan].code in LATE_IN


def _late(part: Part, journals: list[list[Entry]], now: datetime) -> list[Entry]:
    from jemput.demo.events import late

    return late(journals, plans()[part.plan], now)


def append(batch: list[Entry]) -> None:
    """Into the journal, with the times that the entries bring. Raises RuntimeError when one is refused."""
    from jemput import journal

    refused: list[tuple[UUID | None, str]] = [
        (verdict.id, verdict.code or str(verdict.answer))
        for verdict in journal.append(batch, as_received=True)
        if not verdict.stored
    ]
    if refused:
        raise RuntimeError(f"the journal refused {len(refused)} entries, first {refused[0]}")
