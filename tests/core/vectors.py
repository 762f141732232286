"""Write a case with all that follows from it as JSON, for every implementation of the fold and the rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jemput.core.calendar import TimeZone
from jemput.core.codes import Duty
from jemput.core.entries import Body, Entry, join
from jemput.core.fold import fold
from jemput.core.programme import Programme
from jemput.core.rules import Actor, allowed, objections
from jemput.core.text import Words
from jemput.core.waiting import OfficeTime, waiting
from tests.core.stories import VECTORS, Story, programme
from tests.core.vector_stories import OFFERS

JSON = dict[str, Any]
PROGRAMMES = sorted(p.stem for p in (VECTORS / "programmes").glob("*.toml"))
DUTIES = (
    *(Duty.REPORTER, Duty.RW_AGENT, Duty.MAIN_ADMIN, Duty.HEAD_OF_SECTION),
    *(Duty.SCHEDULER, Duty.FIELD_OFFICER, Duty.COURIER, Duty.EVALUATOR),
)


@cache
def small_programmes() -> dict[str, Programme]:
    """The programmes of the vectors by their hash."""
    return {programme(name).hash: programme(name) for name in PROGRAMMES}


def _words(value: Any) -> Any:
    """Words as language-free JSON: the message id and its parameters."""
    if isinstance(value, Words):
        return {"message": value.message, **{k: _words(v) for k, v in value.params.items()}}
    if isinstance(value, list):
        return [_words(v) for v in value]
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value


def _clear_json(entry: Entry) -> JSON:
    return {
        "id": str(entry.id),
        "stream": str(entry.stream),
        "kind": entry.kind,
        "version": entry.body.version,
        "actor": entry.actor,
        "duty": entry.duty,
        "occurred_at": entry.occurred_at.isoformat(),
        "seq": entry.seq,
        "clear": entry.body.split()[0],
    }


def _body(raw: JSON) -> Body:
    return join(raw["kind"], raw["version"], raw["clear"], None)


def _from_json(raw: JSON) -> Entry:
    return Entry.model_validate(
        {k: v for k, v in raw.items() if k not in ("kind", "version", "clear")} | {"body": _body(raw)}
    )


def expected(vector: JSON, programmes: Mapping[str, Programme], duties: Iterable[Duty] = DUTIES) -> JSON:
    """What follows from the entries of a vector; ``programmes`` by their hash."""
    state = fold(programmes.__getitem__, [_from_json(raw) for raw in vector["entries"]])
    pinned = programmes[state.programme_hash]
    time = OfficeTime(TimeZone(vector["time_zone"]), frozenset(map(date.fromisoformat, vector["holidays"])))
    return {
        "state": state.to_json(),
        "allowed": {
            duty: {
                a.key: _words(list(a.reasons)) for a in allowed(pinned, state, Actor(duty, vector["area"]))
            }
            for duty in duties
        },
        "objections": [
            _words(objections(pinned, state, Actor(offer["duty"], vector["area"]), _body(offer)))
            for offer in vector["offers"]
        ],
        "waiting": [
            {
                "step": w.step,
                "duties": list(w.duties),
                "since": w.since.isoformat(),
                "due": w.due and w.due.isoformat(),
                "blocked": _words(list(w.blocked)),
            }
            for w in waiting(pinned, state, time)
        ],
    }


def vector_of(story: Story, time: OfficeTime, area: str = "99.01") -> JSON:
    """A story as plain JSON, with all that follows from it."""
    vector = plain(
        {
            "time_zone": time.tz,
            "holidays": sorted(day.isoformat() for day in time.holidays),
            "area": area,
            "entries": [_clear_json(entry) for entry in story.entries],
            "offers": [
                {"duty": duty, "kind": body.kind, "version": body.version, "clear": body.split()[0]}
                for duty, body in OFFERS
            ],
        }
    )
    return vector | {"expect": plain(expected(vector, small_programmes()))}


def plain(value: Any) -> Any:
    """As it is after a journey through JSON."""
    return json.loads(json.dumps(value))


def write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
