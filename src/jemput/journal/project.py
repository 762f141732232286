"""Drawing the projection: case rows, who is waited for, headlines, search terms.

Each is a function of the journal alone, so that a rebuild gives the same rows. An append draws only
what its entries change; a correction, or a move to another village, draws the case whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from jemput.core.corrections import as_corrected, patched
from jemput.core.entries import Body, Corrected, Entry, PersonDescribed, Reported
from jemput.core.fold import ProgrammeLookup, fold
from jemput.core.nik import mask_nik
from jemput.core.rules import OfficeTime, waiting
from jemput.core.state import State
from jemput.journal.canonical import Bytes
from jemput.journal.models import NO_PROMISE, CaseRow, Stream, Term, Waiting
from jemput.journal.seal import derive, seal_same, unseal_same
from jemput.journal.terms import VILLAGE, has_terms, terms_of

OfficeTimes = Callable[[str], OfficeTime]
CASE_FIELDS = [f.attname for f in CaseRow._meta.concrete_fields if not f.primary_key]


@lru_cache(maxsize=1)
def _usual_time() -> OfficeTime:
    from jemput.core.calendar import days_off

    return OfficeTime(holidays=days_off())


_office_times: list[OfficeTimes] = []


def use_office_times(lookup: OfficeTimes) -> None:
    """Tell the journal how to find an office's time zone and days off by its code ("35.03").

    Without it every office counts in WIB with the national days off.
    """
    _office_times[:] = [lookup]


def office_time(office: str) -> OfficeTime:
    """How this office counts days."""
    return _office_times[0](office) if _office_times else _usual_time()


@dataclass(slots=True)
class Journal:
    """One stream within an append or a rebuild: what stood there, what is new."""

    stream: Stream
    key: bytes | None
    clear: list[Entry]
    """All entries, clear parts alone, the new ones last."""
    new: list[Entry] = field(default_factory=list)
    """The new entries, unsealed."""
    headline: bytes | None = None
    """As it stood before."""
    unseal_all: Callable[[], list[Entry]] = list

    @property
    def is_all(self) -> bool:
        """Whether nothing stood in the stream before, or nothing of it is relied upon."""
        return len(self.clear) == len(self.new)


@dataclass(slots=True)
class Drawing:
    """The rows of one case."""

    case: CaseRow
    waiting: list[Waiting]
    terms: list[Term]
    whole: bool
    """Whether ``terms`` are all there are, and others must go."""


def draw(journal: Journal, lookup: ProgrammeLookup, time: OfficeTimes, search_key: bytes) -> Drawing:
    """The rows of a case after its new entries; of the whole case when all its entries are new.

    Raises ValueError when it does not begin with a report.
    """
    stream = journal.stream
    state = fold(lookup, journal.clear)
    old_village = stream.area[:VILLAGE]
    stream.area, stream.office = state.area, state.area[:5]
    waits = [] if journal.key is None else _waiting(stream, state, lookup, time(stream.office))
    case = _case(stream, state, len(journal.clear), waits)
    if journal.key is None:
        return Drawing(case, waits, [], whole=True)
    corrected = any(isinstance(e.body, Corrected) for e in journal.new)
    moved = old_village != stream.area[:VILLAGE]
    whole = journal.is_all or corrected or moved
    opened = journal.new if journal.is_all or not whole else journal.unseal_all()
    case.headline = _headline(journal, opened, whole)
    return Drawing(case, waits, _terms(case, opened, search_key), whole)


def _case(stream: Stream, state: State, head: int, waits: Sequence[Waiting]) -> CaseRow:
    assert state.opened_at is not None and state.last_at is not None
    plain = state.to_json()
    return CaseRow(
        stream_id=stream.id,
        office=stream.office,
        programme=state.programme,
        programme_hash=state.programme_hash,
        status=state.status.value,
        is_open=state.is_open,
        urgency=state.urgency.value,
        area=state.area,
        sex=state.sex.value,
        age_band=state.age_band.value,
        condition=state.condition.value,
        documents=[d.value for d in state.documents],
        flags=plain["flags"],
        ticket=state.ticket,
        opened_at=state.opened_at,
        last_at=state.last_at,
        due_at=min((w.due_at for w in waits), default=NO_PROMISE),
        state=plain,
        head=head,
        headline=None,
    )


def _waiting(stream: Stream, state: State, lookup: ProgrammeLookup, time: OfficeTime) -> list[Waiting]:
    """One row per step and duty; of two complaints the one due first stands for both."""
    rows: dict[tuple[str, str], Waiting] = {}
    for wait in waiting(lookup(state.programme_hash), state, time):
        due = wait.due or NO_PROMISE
        for duty in wait.duties:
            known = rows.get((wait.step, duty))
            if known is not None and known.due_at <= due:
                continue
            rows[wait.step, duty] = Waiting(
                case_id=stream.id,
                step=wait.step,
                duty=duty.value,
                office=stream.office,
                area=state.area,
                programme=state.programme,
                since=wait.since,
                due_at=due,
                blocked=bool(wait.blocked),
            )
    return list(rows.values())


# ---- what is sealed or hashed ---------------------------------------------------------------------


def open_headline(key: bytes | None, case: UUID, headline: Bytes | None) -> dict[str, str]:
    """``name``, ``nik`` (masked) and ``phone`` as far as known; empty when the person was forgotten."""
    if key is None or headline is None:
        return {}
    return unseal_same(derive(key, "headline"), case.bytes, bytes(headline))


def _headline(journal: Journal, opened: Iterable[Entry], whole: bool) -> bytes | None:
    assert journal.key is not None
    before = journal.headline
    if not whole and not any(has_terms(e.kind) for e in opened):
        return before
    known: dict[str, str] = {} if whole else open_headline(journal.key, journal.stream.id, before)
    for entry in as_corrected(opened) if whole else opened:
        _learn(known, entry.body)
    return seal_same(derive(journal.key, "headline"), journal.stream.id.bytes, known)


def _learn(known: dict[str, str], body: Body) -> None:
    if isinstance(body, Reported | PersonDescribed):
        if body.name:
            known["name"] = body.name
        if body.nik:
            known["nik"] = mask_nik(body.nik)
        if body.phone:
            known["phone"] = body.phone
    elif nik := _found_nik(body):
        known.setdefault("nik", mask_nik(nik))


def _found_nik(body: Body) -> str | None:
    value: Any = getattr(body, "nik", None)
    return value if body.kind in ("biodata_checked", "biometrics_checked") else None


def _terms(case: CaseRow, opened: Sequence[Entry], search_key: bytes) -> list[Term]:
    """Terms of each entry as written, and of each correction as it corrects: old values still find."""
    rows = []
    by_id = {e.id: e for e in opened}
    for entry in opened:
        body = entry.body
        if isinstance(body, Corrected):
            target = by_id.get(body.entry)
            if target is None or body.void:
                continue
            body = patched(target.body, [body])
        if has_terms(body.kind):
            rows += [
                Term(hash=hash, case_id=case.stream_id, role=role, entry_id=entry.seq or 0)
                for hash, role in sorted(terms_of(search_key, body, case.area))
            ]
    return rows


def save(drawings: Sequence[Drawing]) -> None:
    """Write the rows of these cases in place of the old ones."""
    if not drawings:
        return
    CaseRow.objects.bulk_create(
        [d.case for d in drawings],
        update_conflicts=True,
        unique_fields=["stream"],
        update_fields=CASE_FIELDS,
        batch_size=200,
    )
    ids = [d.case.stream_id for d in drawings]
    whole = [d.case.stream_id for d in drawings if d.whole]
    for start in range(0, len(ids), 500):
        Waiting.objects.filter(case__in=ids[start : start + 500]).delete()
    for start in range(0, len(whole), 500):
        Term.objects.filter(case__in=whole[start : start + 500]).delete()
    Waiting.objects.bulk_create([w for d in drawings for w in d.waiting], batch_size=500)
    Term.objects.bulk_create([t for d in drawings for t in d.terms], ignore_conflicts=True, batch_size=500)
