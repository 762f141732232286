"""An entry of every kind with every field filled in, the same each time."""

from __future__ import annotations

import types
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError

from jemput.core.codes import Duty
from jemput.core.entries import KINDS, Body, Entry
from jemput.core.entries.base import CLEAR

FIRST = UUID("0190a000-0000-7000-8000-000000000001")
ENTRY = UUID("0190a000-0000-7000-8000-000000000002")
STREAM = UUID("0190a000-0000-7000-8000-0000000000ff")
DEVICE = UUID("0190a000-0000-7000-8000-0000000000dd")
WRITTEN = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
RECEIVED = datetime(2026, 3, 2, 9, 30, 0, 654321, tzinfo=UTC)

# In this order the first that a constraint allows is taken.
_TEXTS = (
    "Ibu \u201cSiti\u201d, RT 02 \u2014 naik perahu \U0001f6f6",
    "TT-0001",
    "2026-02",
    "a" * 64,
    "35.03.01.2001.004",
    "9901014708510001",
    "PRINT_READY_RECORD",
    "+6281200000001",
    "tim_1",
    "09:20",
)
_SPECIAL: dict[tuple[str, str], Any] = {
    ("corrected", "clear_values"): {"urgency": "high"},
    ("corrected", "sealed_values"): {"name": "SITI AMINAH", "latitude": -8.05},
    ("corrected", "void"): False,
    ("recorded", "exception_approved_by"): "Dra. HARTINI",
}


def sample(kind: str) -> Body:
    """A body of this kind with all fields filled in."""
    cls = KINDS[kind]
    values = {
        n: _SPECIAL.get((kind, n)) or _value(f.annotation, f.metadata) for n, f in cls.model_fields.items()
    }
    return cls.model_validate(values)


def sample_entry(kind: str) -> Entry:
    """The sample body in a whole envelope."""
    return Entry(
        id=ENTRY,
        stream=STREAM,
        actor="0190a000-0000-7000-8000-00000000aaaa",
        duty=Duty.FIELD_OFFICER,
        occurred_at=WRITTEN,
        body=sample(kind),
        device=DEVICE,
        device_seq=7,
        after=FIRST,
    )


def _value(annotation: Any, metadata: Any = ()) -> Any:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(args[0], [*args[1:], *metadata])
    if origin in (Union, types.UnionType):
        return _value(next(a for a in args if a is not type(None)), metadata)
    if origin is list:
        return [_value(args[0])]
    if not isinstance(annotation, type):
        raise TypeError(annotation)
    if issubclass(annotation, Enum):
        return list(annotation)[-1]
    if issubclass(annotation, BaseModel):
        return {n: _value(f.annotation, f.metadata) for n, f in annotation.model_fields.items()}
    candidates: dict[type, tuple[Any, ...]] = {
        bool: (True,),
        int: (3,),
        float: (-8.05,),
        str: _TEXTS,
        date: (date(2026, 3, 20),),
        UUID: (FIRST,),
    }
    limits = [m for m in metadata if m is not CLEAR]
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[annotation, *limits] if limits else annotation)
    for candidate in candidates[annotation]:
        try:
            return adapter.validate_python(candidate)
        except ValidationError:
            continue
    raise ValueError(f"no sample for {annotation} {metadata}")
