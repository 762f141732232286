"""Cases that nobody would tell: entries of every kind in any order, corrected, taken back, moved about.

The same seed gives the same cases. Only clear parts, as the fold reads them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

from jemput.core.codes import Duty
from jemput.core.entries import KINDS, Body
from jemput.core.programme import Programme
from jemput.core.reading import read_programme
from tests.core.stories import VECTORS, entry_id
from tests.core.vectors import JSON, expected, plain

ROOT = Path(__file__).parents[2]
CASE_KINDS = sorted(k for k, body in KINDS.items() if body.stream_type == "case")
LIKELY = (
    *("triaged", "visit_scheduled", "visit_started", "visit_ended", "recorded", "centre_status", "printed"),
    *("custody_taken", "delivered", "requirement_received", "biodata_checked", "corrected", "consent_given"),
    *("biometrics_checked", "condition_checked", "originals_collected", "originals_returned"),
)
DAYS = [f"2026-03-{n:02}" for n in range(1, 29)]
TEXTS = {
    "area": ["99.01.01.2001", "99.01.02.2002.003", "99.02.01.2001", "99.01"],
    "referred_to": ["99.02"],
    "ticket": ["TRG-0001"],
    "receipt": ["TT-0001", "2026", "1234"],
    "envelope": ["AMP-1"],
    "programme_hash": ["0" * 64],
    **{name: ["08:05", "13:40"] for name in ("begins", "ends", "leaves", "returns")},
    "letter_sha256": ["0" * 64],
    "files": ["0" * 64],
    "raw": [
        *("BIO_CAPTURED", "SENT_FOR_ENROLLMENT", "ADJUDICATE_RECORD", "ENROLL_FAILURE_AT_CENTRAL", "BARU"),
        *("SEARCH_FAILURE_AT_CENTRAL", "PRINT_READY_RECORD", "CARD_PRINTED", "DUPLICATE_RECORD", "SFE"),
    ],
}


def programmes() -> dict[str, Programme]:
    """Those of the vectors and those that Jemput brings along, by their hash."""
    files = [
        *(VECTORS / "programmes").glob("*.toml"),
        *(ROOT / "src/jemput/programmes").glob("*.toml"),
    ]
    read = [read_programme(file.read_bytes()) for file in sorted(files)]
    return {programme.hash: programme for programme in read}


class Teller:
    """Makes up one case after the other."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.programmes = programmes()
        self.papers = sorted({r.id for p in self.programmes.values() for r in p.requirements})

    def case(self) -> JSON:
        """A vector: entries, offers, and what follows from them in Python."""
        dice = self.dice
        entries: list[JSON] = []
        self.now = datetime(2026, 3, 2, 2, tzinfo=UTC)
        self.told: list[JSON] = entries
        self.programme = dice.choice(list(self.programmes.values()))
        for n in range(1, dice.randint(2, 40)):
            entries.append(self._entry(n, "reported" if n == 1 else self._kind()))
        vector = {
            "time_zone": dice.choice(["wib", "wita", "wit"]),
            "holidays": sorted(dice.sample(DAYS, dice.randint(0, 4))),
            "area": dice.choice(["99.01", "99.01.01.2001", "99.02", "99"]),
            "entries": entries,
            "offers": [self._offer() for _ in range(6)],
        }
        duties = dice.sample(list(Duty), 3)
        return vector | {"expect": plain(expected(vector, self.programmes, duties))}

    def _kind(self) -> str:
        steps = [s.entry for s in self.programme.steps]
        return self.dice.choice(self.dice.choice((steps, steps, LIKELY, CASE_KINDS)))

    def _entry(self, n: int, kind: str) -> JSON:
        dice = self.dice
        self.now += timedelta(minutes=dice.randint(-90, 2000), microseconds=dice.choice([0, 0, 1, 250_000]))
        clock = timezone(timedelta(hours=dice.choice([0, 0, 7, 8, 9, -3])))
        around = {
            "id": str(entry_id(n)),
            "stream": str(entry_id(999)),
            "kind": kind,
            "version": KINDS[kind].version,
            "actor": "budi",
            "duty": dice.choice([*Duty, None]),
            "occurred_at": self.now.astimezone(clock).isoformat(),
            "seq": n,
        }
        if dice.random() < 0.5:
            later = self.now + timedelta(seconds=dice.randint(0, 90_000))
            around["received_at"] = later.isoformat()
        return plain(around | {"clear": self._clear(kind)})

    def _offer(self) -> JSON:
        kind = self._kind()
        duty = self.dice.choice(list(Duty))
        return plain({"duty": duty, "kind": kind, "version": KINDS[kind].version, "clear": self._clear(kind)})

    def _clear(self, kind: str) -> JSON:
        """A clear part that fits its kind, with every value spelt as Python spells it."""
        if kind == "corrected":
            values = self._correction()
        else:
            values = {
                name: self._value(name, schema, definitions)
                for name, schema, definitions in _clear_schemas(KINDS[kind])
                if name in _required(KINDS[kind]) or self.dice.random() < 0.7
            }
        if kind == "reported":
            pinned = self.programme
            values |= {"programme": pinned.number, "programme_hash": pinned.hash}
            values["documents"] = self.dice.sample(
                pinned.documents, self.dice.randint(1, len(pinned.documents))
            )
        elif kind == "programme_changed":
            self.programme = self.dice.choice(list(self.programmes.values()))
            values |= {"programme": self.programme.number, "programme_hash": self.programme.hash}
        return KINDS[kind].clear_view(values).split()[0]

    def _correction(self) -> JSON:
        """Of an entry before (or of none); some values fit, some do not."""
        dice = self.dice
        target = dice.choice(self.told)
        if dice.random() < 0.3 and target is not self.told[0]:  # a report is not taken back
            return {"entry": target["id"], "void": True}
        body = KINDS[target["kind"]]
        fields = [f for f in _clear_schemas(body) if f[0] not in ("programme_hash", "entry", "clear_values")]
        chosen = dice.sample(fields, min(len(fields), dice.randint(0, 2)))
        values = {}
        for name, schema, definitions in chosen:
            optional = name not in _required(body)
            values[name] = dice.choice(
                [self._value(name, schema, definitions)] * 3 + [None] * optional + ["?", {}]
            )
        entry = target["id"] if dice.random() < 0.9 else str(entry_id(800))
        return {"entry": entry, "clear_values": values or None}

    def _value(self, name: str, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
        dice = self.dice
        if "anyOf" in schema:
            return self._value(name, schema["anyOf"][0], definitions)
        if "$ref" in schema:
            return self._value(name, definitions[schema["$ref"].rpartition("/")[2]], definitions)
        if "enum" in schema:
            return dice.choice(schema["enum"])
        if name == "requirement":
            return dice.choice(self.papers)
        if schema.get("format") == "uuid":
            earlier = [UUID(e["id"]) for e in self.told if name in ("complaint", "request")]
            return str(dice.choice([*earlier, entry_id(500), entry_id(501), entry_id(502)]))
        if schema.get("format") == "date":
            return dice.choice(DAYS)
        match schema["type"]:
            case "array":
                return [self._value(name, schema["items"], definitions) for _ in range(dice.randint(1, 3))]
            case "boolean":
                return dice.random() < 0.5
            case "integer":
                return dice.randint(schema.get("minimum", 0), schema.get("maximum", 9))
        return dice.choice(TEXTS.get(name, ["tim_1"]) if "pattern" in schema else ["x"])


_SCHEMAS: dict[type[Body], list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]] = {}


def _clear_schemas(body: type[Body]) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    if body not in _SCHEMAS:
        schema = body.model_json_schema()
        fields = schema["properties"].items()
        clear = body.clear_fields()
        _SCHEMAS[body] = [(name, s, schema.get("$defs", {})) for name, s in fields if name in clear]
    return _SCHEMAS[body]


def _required(body: type[Body]) -> set[str]:
    return {name for name, field in body.model_fields.items() if field.is_required()}
