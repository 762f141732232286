"""What the journal answers to an entry that is offered, and how raw JSON becomes an entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from jemput.core.entries import Entry, UnknownKind, join
from jemput.core.text import Words, _
from jemput.journal.canonical import canonical, moment

MOST_BYTES = 64 * 1024
_ENVELOPE = ("id", "stream", "actor", "duty", "occurred_at", "device", "device_seq", "after")
_MEMBERS = frozenset({*_ENVELOPE, "kind", "version", "clear", "sealed"})


class Answer(StrEnum):
    """How an offered entry fared."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    HELD = "held"
    REJECTED = "rejected"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Verdict:
    """The journal's answer to one entry.

    ``unseen``: entries of the stream that its author had not seen; nobody's is lost, but look again.
    """

    id: UUID | None
    answer: Answer
    code: str = ""
    words: Words | None = None
    seq: int | None = None
    position: int | None = None
    unseen: tuple[UUID, ...] = ()

    @property
    def stored(self) -> bool:
        """Whether the entry stands in the journal."""
        return self.answer in (Answer.ACCEPTED, Answer.KNOWN)


REASONS: dict[str, str] = {
    "no_time_zone": _("The time of this entry has no time zone."),
    "erased": _("This person's data was erased. It is not taken in again."),
    "not_first": _("This case has its report already."),
    "no_report": _("A case begins with a report."),
    "wrong_stream": _("This entry does not belong in this journal."),
    "ticket_taken": _("This ticket number belongs to another case."),
    "unknown_programme": _("This version of the programme is not installed here."),
    "other_case": _("The entry follows an entry of another case."),
    "nothing_to_correct": _("A correction names fields of the entry that it corrects, with fitting values."),
    "missing": _("What this entry follows has not arrived yet."),
    "same_id": _("Another entry carries this number already. Both are kept; somebody must look."),
    "unreadable": _("This entry cannot be read: %(where)s."),
    "unknown_kind": _("This server does not know this kind of entry yet. It is kept until it does."),
    "too_large": _("This entry is too large."),
    "not_authorised": _("Whoever sent this may not write it. It is kept; somebody must look."),
    "revoked": _("This device was withdrawn. What it sends is kept; somebody must look."),
}
"""Message of each code that a verdict may carry."""


def verdict(entry: UUID | None, answer: Answer, code: str, **params: object) -> Verdict:
    """A verdict with the words of its code."""
    return Verdict(entry, answer, code, Words(REASONS[code], params))


@dataclass(frozen=True)
class Unreadable:
    """Raw JSON that is no entry, and why; ``journal.keep_unreadable`` keeps it."""

    raw: bytes
    verdict: Verdict
    stream: UUID | None = field(default=None)


def parse(raw: bytes | str | Mapping[str, Any]) -> Entry | Unreadable:
    """An entry from the JSON of a device: the envelope with ``kind``, ``version``, ``clear``, ``sealed``.

    The server's own marks (received_at, seq) may not be among it. Never raises for bad input, and the
    words never repeat the values that were sent.
    """
    data: Any = None
    try:
        data = json.loads(raw) if isinstance(raw, bytes | str) else dict(raw)
        kept = canonical(data)
    except (ValueError, RecursionError):
        return _unreadable(_as_text(raw), data, "unreadable", where="JSON")
    if len(kept) > MOST_BYTES:
        return _unreadable(kept, data, "too_large")
    if not isinstance(data, dict):
        return _unreadable(kept, None, "unreadable", where="JSON")
    if extra := sorted(set(data) - _MEMBERS):
        return _unreadable(kept, data, "unreadable", where=_names(extra))
    try:
        kind, version = data.get("kind"), data.get("version")
        clear, sealed = data.get("clear"), data.get("sealed")
        if not (isinstance(kind, str) and type(version) is int and version >= 1):
            return _unreadable(kept, data, "unreadable", where="kind, version")
        if not (isinstance(clear, dict) and isinstance(sealed, dict)) or set(clear) & set(sealed):
            return _unreadable(kept, data, "unreadable", where="clear, sealed")
        body = join(kind, version, clear, sealed)
        if version == body.version and not set(clear) <= body.clear_fields():
            return _unreadable(kept, data, "unreadable", where="clear")
        # Through JSON, since that is what was sent: lax reading of dates and UUIDs, strict of the rest.
        envelope = Entry.model_validate({**{k: data[k] for k in _ENVELOPE if k in data}, "body": body})
        moment(envelope.occurred_at)
    except UnknownKind:
        return _unreadable(kept, data, "unknown_kind")
    except ValidationError as error:
        places = {str(part) for e in error.errors(include_input=False) for part in e["loc"]}
        return _unreadable(kept, data, "unreadable", where=_names(places))
    except (ValueError, OverflowError):
        return _unreadable(kept, data, "unreadable", where="occurred_at")
    return envelope


def _as_text(raw: bytes | str | Mapping[str, Any]) -> bytes:
    """As it was offered, also where canonical JSON cannot say it."""
    if isinstance(raw, bytes):
        return raw
    return raw.encode(errors="replace") if isinstance(raw, str) else json.dumps(raw).encode()


def _names(parts: Iterable[str]) -> str:
    """Field names to show; what does not look like one may be somebody's data and is left out."""
    return ", ".join(sorted(p for p in parts if re.fullmatch(r"[a-z_]{2,30}", p))[:5]) or "body"


def _unreadable(kept: bytes, data: Any, code: str, **params: object) -> Unreadable:
    ids: list[UUID | None] = []
    for name in ("id", "stream"):
        try:
            ids.append(UUID(str(data[name])))
        except (KeyError, TypeError, ValueError):
            ids.append(None)
    return Unreadable(kept, verdict(ids[0], Answer.REJECTED, code, **params), ids[1])
