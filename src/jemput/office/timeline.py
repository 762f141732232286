"""The entries of a case as lines that people read: who, when, what, and what was corrected."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel

from jemput.accounts.sensitive import Sensitive, class_of, may_reveal, sees, shown
from jemput.core import areas
from jemput.core import entries as e
from jemput.core.codes import Duty
from jemput.core.entries import Body, Corrected, Entry
from jemput.core.entries.visit import Modality
from jemput.core.phone import shown_phone
from jemput.office.dossier import Dossier, say_title
from jemput.office.words import say, say_clock
from jemput.sync.blobs import arrived

# Numbers that link entries, and what the ticket or the head of the page says already.
_SILENT = frozenset(
    {
        *("programme", "programme_hash", "ticket", "visit", "entry", "complaint", "request", "into"),
        *("merged_with", "identified", "latitude", "longitude", "clear_values", "sealed_values"),
        *("void", "list", "crew"),
    }
)
_RECEIPTS = frozenset({"delivered", "originals_collected"})
_LEAD = frozenset({Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION, Duty.HEAD_OF_OFFICE})
_BAD = {
    "visit_ended": ("result", e.VisitResult.DONE),
    "recorded": ("result", e.RecordingResult.COMPLETE),
    "triaged": ("result", e.TriageResult.ACCEPTED),
}


_CLOCKS = frozenset({"begins", "ends", "leaves", "returns"})
_OWN_WORDS = frozenset({Sensitive.HEALTH, Sensitive.PRISON, Sensitive.LANGUAGE})  # numbers stay masked


@dataclass(frozen=True)
class Detail:
    """One thing that an entry says; ``masked`` when it stands there hidden."""

    field: str
    label: str
    value: str
    masked: bool = False
    may_reveal: bool = False
    was: str = ""
    """What it said before a correction."""
    opens: bool = False
    """Photos of papers, for whoever reads a NIK."""


_AT_ONCE = timedelta(minutes=5)


@dataclass
class Line:
    """One entry on the page."""

    id: UUID
    kind: str
    title: str
    at: datetime
    done_at: datetime | None
    """By the clock of a phone, where that is not when it came here: no signal, or a clock that is wrong."""
    who: str
    duty: Duty | None
    details: list[Detail] = field(default_factory=list)
    irregular: bool = False
    taken_back: bool = False
    corrected: bool = False
    correction_of: str = ""
    correction_at: datetime | None = None
    has_receipt: bool = False
    may_correct: bool = False
    tone: str = ""


def timeline(dossier: Dossier, duty: Duty, me: str, revealed: Collection[str] = ()) -> list[Line]:
    """Every entry, the newest first."""
    held = {entry.id: entry for entry in dossier.held}
    corrections = {entry.id: entry.body for entry in dossier.written if isinstance(entry.body, Corrected)}
    targets = {body.entry for id, body in corrections.items() if id in held}
    lines = []
    for entry in dossier.written:
        now = held.get(entry.id)
        line = _line(dossier, entry, duty, me)
        line.taken_back, line.corrected = now is None, now is not None and entry.id in targets
        holds = now.body if now else entry.body
        own = entry.actor == me and holds == entry.body
        line.details = details(dossier, entry.body, holds, duty, revealed, own=own)
        if isinstance(entry.body, Corrected):
            _name_target(dossier, line, entry.body)
        lines.append(line)
    return lines[::-1]


def _line(dossier: Dossier, entry: Entry, duty: Duty, me: str) -> Line:
    bad_field, good = _BAD.get(entry.kind, ("", None))
    tone = "bad" if bad_field and getattr(entry.body, bad_field) is not good else ""
    away = entry.device is not None and abs(entry.at - entry.occurred_at) > _AT_ONCE
    return Line(
        id=entry.id,
        kind=entry.kind,
        title=_(entry.body.title),
        at=entry.at,
        done_at=entry.occurred_at if away else None,
        who=dossier.name_of(entry.actor),
        duty=entry.duty,
        irregular=entry.id in dossier.state.irregular,
        has_receipt=entry.kind in _RECEIPTS and duty is not Duty.EVALUATOR,
        may_correct=may_correct(dossier, entry, duty, me),
        tone=tone,
    )


def _name_target(dossier: Dossier, line: Line, body: Corrected) -> None:
    target = dossier.find(body.entry)
    if target is None:
        return
    line.correction_of, line.correction_at = _(target.body.title), target.at
    if body.void:
        line.title = _("Earlier entry taken back")


def may_correct(dossier: Dossier, entry: Entry, duty: Duty, me: str) -> bool:
    """Whoever wrote an entry corrects it, and who answers for the work; nobody once the seal is gone. What a
    plan says is changed by publishing another one.
    """
    if dossier.forgotten or dossier.locked or duty is Duty.EVALUATOR or entry.kind == "visit_routed":
        return False
    return entry.actor == me or duty in _LEAD


def may_take_back(kind: str) -> bool:
    """The report is the beginning of the case: it is refused or closed, never taken back."""
    return kind != "reported"


def details(
    dossier: Dossier,
    written: Body,
    holds: Body,
    duty: Duty,
    revealed: Collection[str],
    *,
    own: bool = False,
) -> list[Detail]:
    """What an entry says, masked where the duty in hand does not need it; ``own`` words are no secret."""
    found = []
    for name in type(written).model_fields:
        old, new = getattr(written, name), getattr(holds, name)
        if name in _SILENT or (_is_nothing(new) and _is_nothing(old)):
            continue
        kind = written.kind
        visible = _visible(name, kind, duty, revealed) or (own and class_of(name, kind) in _OWN_WORDS)
        found.append(
            Detail(
                field=name,
                label=say_title(type(written), name),
                value=in_words(dossier, name, new) if visible else shown(duty, name, _flat(new), kind),
                masked=not visible,
                may_reveal=may_reveal(duty, name, kind),
                was=in_words(dossier, name, old) if visible and old != new else "",
                opens=name == "files" and dossier.whole and sees(duty, "nik"),
            )
        )
    return found


def _visible(name: str, kind: str, duty: Duty, revealed: Collection[str]) -> bool:
    return name in revealed or f"{kind}.{name}" in revealed or sees(duty, name, kind)


def _is_nothing(value: Any) -> bool:
    return value is None or value in ([], {}, "") or value is False


def _flat(value: Any) -> Any:
    return "x" if isinstance(value, BaseModel) else value


def in_words(dossier: Dossier, name: str, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, Modality):
        quality = f", {value.quality}/100" if value.quality is not None else ""
        return f"{say(value.result)} ({value.attempts}×{quality})"
    if name in ("phone", "holder_phone") and value:
        return shown_phone(value)
    if name in ("area", "referred_to") and value:
        return areas.label(value, depth=3)
    if name == "files" and value:
        follow = len(value) - arrived(value)
        number = str(len(value))
        return (
            _("%(n)s, of which %(follow)s still follow") % {"n": number, "follow": follow}
            if follow
            else number
        )
    if name == "team" and value:
        return dossier.teams.get(str(value), str(value))
    if name in _CLOCKS and value:
        return say_clock(value)
    if name == "requirement":
        known = {r.id: r.label for r in dossier.programme.requirements}
        return say(known.get(value, value))
    return say(value)
