"""Drawing the projection: case rows, who is waited for, headlines, search terms.

Each is a function of the journal alone, so that a rebuild gives the same rows. An append draws only
what its entries change; a correction, or a move to another village, draws the case whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from pydantic import TypeAdapter

from jemput.core.calendar import days_off
from jemput.core.corrections import as_corrected, patched
from jemput.core.entries import Body, Corrected, Entry, PersonDescribed, ProgrammeChanged, Reported
from jemput.core.fold import ProgrammeLookup, advance, fold
from jemput.core.nik import mask_nik
from jemput.core.state import State
from jemput.core.waiting import OfficeTime, waiting
from jemput.journal import rows
from jemput.journal.canonical import JSON, Bytes
from jemput.journal.models import NO_PROMISE, CaseRow, Stream, Term, Waiting
from jemput.journal.seal import derive, seal_same, unseal_same
from jemput.journal.terms import VILLAGE, has_terms, terms_of

OfficeTimes = Callable[[str], OfficeTime]
CASE = rows.columns_of(CaseRow)
WAITING = rows.columns_of(Waiting)
_KEY = ("case_id", "step", "duty")
TERM = rows.columns_of(Term)
_OVERWRITE = "ON CONFLICT (stream_id) DO UPDATE SET " + ", ".join(
    f"{c} = excluded.{c}" for c in CASE if c != "stream_id"
)
_STATE = TypeAdapter(State)


@lru_cache(maxsize=1)
def _usual_time() -> OfficeTime:
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


# ---- state as it is stored --------------------------------------------------------------------------


def stored(state: State) -> JSON:
    """The state as JSON, with the order of its keys, which PostgreSQL does not keep."""
    plain = cast(JSON, _STATE.dump_python(state, mode="json"))
    order = {name: list(v) for name, v in plain.items() if isinstance(v, dict) and len(v) > 1}
    return {**plain, "order": order}


def state_of(case: CaseRow | JSON) -> State:
    """The state of a case from its row, without folding its journal."""
    plain = dict(case.state if isinstance(case, CaseRow) else case)
    for name, keys in plain.pop("order", {}).items():
        plain[name] = {key: plain[name][key] for key in keys}
    return _STATE.validate_python(plain)


# ---- drawing ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Journal:
    """One stream within an append or a rebuild: what stood there, what is new."""

    stream: Stream | rows.Head
    key: bytes | None
    clear: list[Entry]
    """The new entries, clear parts alone."""
    new: list[Entry] = field(default_factory=list)
    """The new entries, unsealed."""
    state: State | None = None
    """As it stood before the new entries; None when they are all there are."""
    headline: bytes | None = None
    """As it stood before."""
    read_all: Callable[[], tuple[list[Entry], list[Entry]]] = lambda: ([], [])
    """All entries, clear and unsealed, when the new ones reach back."""


@dataclass(slots=True)
class Drawing:
    """The rows of one case, as values in the order of their columns."""

    stream: UUID
    case: tuple[Any, ...]
    waiting: list[tuple[Any, ...]]
    terms: list[tuple[Any, ...]]
    whole: bool
    """Whether ``terms`` are all there are, and others must go."""


def draw(journal: Journal, lookup: ProgrammeLookup, time: OfficeTimes, search_key: bytes) -> Drawing:
    """The rows of a case after its new entries; of the whole case when there was no state before.

    Brings the stream's area up to date. Raises ValueError when the case does not begin with a report.
    """
    stream, clear, opened = journal.stream, journal.clear, journal.new
    old_village = stream.area[:VILLAGE]
    whole = journal.state is None
    if journal.state is not None and any(isinstance(e.body, Corrected | ProgrammeChanged) for e in clear):
        clear, opened = journal.read_all()
        whole = True
    state = _state(None if whole else journal.state, clear, lookup)
    stream.area, stream.office = state.area, state.area[:5]
    if not whole and old_village != stream.area[:VILLAGE]:
        __, opened = journal.read_all()
        whole = True
    waits = [] if journal.key is None else _waiting(stream, state, lookup, time(stream.office))
    headline, terms = None, []
    if journal.key is not None:
        headline = _headline(journal, opened, whole)
        terms = _terms(stream, opened, search_key)
    return Drawing(stream.id, _case(stream, state, waits, headline), waits, terms, whole)


def _state(state: State | None, clear: Sequence[Entry], lookup: ProgrammeLookup) -> State:
    if state is None:
        return fold(lookup, clear)
    programme = lookup(state.programme_hash)
    for entry in clear:
        advance(programme, state, entry)
    return state


def _case(
    stream: Stream | rows.Head,
    state: State,
    waits: Sequence[tuple[Any, ...]],
    headline: bytes | None,
) -> tuple[Any, ...]:
    plain = stored(state)
    due = WAITING.index("due_at")
    values = {
        "stream_id": stream.id,
        "office": stream.office,
        "programme": state.programme,
        "programme_hash": state.programme_hash,
        "status": state.status.value,
        "is_open": state.is_open,
        "urgency": state.urgency.value,
        "area": state.area,
        "sex": state.sex.value,
        "age_band": state.age_band.value,
        "condition": state.condition.value,
        "documents": [d.value for d in state.documents],
        "flags": plain["flags"],
        "ticket": state.ticket,
        "opened_at": state.opened_at,
        "last_at": state.last_at,
        "due_at": min((w[due] for w in waits), default=NO_PROMISE),
        "merged_into": state.merged_into,
        "state": plain,
        "head": stream.head,
        "headline": headline,
    }
    return tuple(values[c] for c in CASE)


def _waiting(
    stream: Stream | rows.Head, state: State, lookup: ProgrammeLookup, time: OfficeTime
) -> list[tuple[Any, ...]]:
    """One row per step and duty; of two complaints the one due first stands for both."""
    due_first: dict[tuple[str, str], tuple[Any, ...]] = {}
    for wait in waiting(lookup(state.programme_hash), state, time):
        due = wait.due or NO_PROMISE
        for duty in wait.duties:
            values = {
                "case_id": stream.id,
                "step": wait.step,
                "duty": duty.value,
                "office": stream.office,
                "area": state.area,
                "programme": state.programme,
                "since": wait.since,
                "due_at": due,
                "blocked": bool(wait.blocked),
            }
            row = tuple(values[c] for c in WAITING)
            known = due_first.setdefault((wait.step, duty.value), row)
            if due < known[WAITING.index("due_at")]:
                due_first[wait.step, duty.value] = row
    return list(due_first.values())


# ---- what is sealed or hashed -----------------------------------------------------------------------


def open_headline(key: bytes | None, case: UUID, headline: Bytes | None) -> dict[str, str]:
    """``name``, ``nik`` (masked) and ``phone`` as far as known; empty when the person was forgotten."""
    if key is None or headline is None:
        return {}
    return unseal_same(derive(key, "headline"), case.bytes, bytes(headline))


_TELLING = frozenset({"reported", "person_described", "biodata_checked", "biometrics_checked"})


def _headline(journal: Journal, opened: Iterable[Entry], whole: bool) -> bytes | None:
    assert journal.key is not None
    before = journal.headline
    if not whole and not any(e.kind in _TELLING for e in opened):
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


def _terms(stream: Stream | rows.Head, opened: Sequence[Entry], search_key: bytes) -> list[tuple[Any, ...]]:
    """Terms of each entry as written, and of each correction as it corrects: old values still find."""
    found = []
    by_id = {e.id: e for e in opened}
    for entry in opened:
        body = entry.body
        if isinstance(body, Corrected):
            target = by_id.get(body.entry)
            if target is None or body.void:
                continue
            body = patched(target.body, [body])
        if has_terms(body.kind):
            terms = sorted(terms_of(search_key, body, stream.area))
            values = [
                {"hash": hash, "case_id": stream.id, "role": role, "entry_id": entry.seq}
                for hash, role in terms
            ]
            found += [tuple(v[c] for c in TERM) for v in values]
    return found


def save(drawings: Sequence[Drawing]) -> None:
    """Write the rows of these cases in place of the old ones."""
    with connection.cursor() as cursor:
        rows.insert(cursor, CaseRow, CASE, [d.case for d in drawings], _OVERWRITE)
        _save_waiting(cursor, drawings)
        rows.delete(cursor, Term, ("case_id",), [(d.stream,) for d in drawings if d.whole])
        rows.insert(cursor, Term, TERM, [t for d in drawings for t in d.terms], "ON CONFLICT DO NOTHING")


def _save_waiting(cursor: CursorWrapper, drawings: Sequence[Drawing]) -> None:
    """Only what has changed: most of what was waited for before an entry is waited for after it."""
    before = {
        tuple(w) for w in rows.select(cursor, Waiting, WAITING, "case_id", [d.stream for d in drawings])
    }
    now = [w for d in drawings for w in d.waiting]
    rows.delete(cursor, Waiting, _KEY, [w[: len(_KEY)] for w in before.difference(now)])
    rows.insert(cursor, Waiting, WAITING, [w for w in now if w not in before])
