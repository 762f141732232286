"""What a field of an entry model is, seen from a form: its base type, whether a list, its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from jemput.core.entries import base

_PATTERNS = {
    get_args(alias)[1].pattern: name
    for name, alias in {
        "digits16": base.Digits16,
        "phone": base.Phone,
        "area": base.Area,
        "code": base.Code,
        "ticket": base.Ticket,
        "raw": base.RawStatus,
    }.items()
}
_LONG = 1000
"""Texts that may be longer than this get several lines."""


@dataclass
class Shape:
    """One field as a form needs to know it."""

    type: type = str
    many: bool = False
    pattern: str = ""
    """digits16, phone, area, code, ticket, raw; empty for free text."""
    limits: dict[str, Any] = field(default_factory=dict)
    """ge, le, max_length."""

    @property
    def is_prose(self) -> bool:
        """Free text of several lines."""
        return self.type is str and not self.pattern and self.limits.get("max_length", 0) > _LONG


@lru_cache(maxsize=512)
def shape_of(model: type[BaseModel], name: str) -> Shape:
    """The shape of a field."""
    info = model.model_fields[name]
    shape = Shape()
    _walk(info.annotation, shape)
    _take(info.metadata, shape)
    return shape


def _walk(annotation: Any, shape: Shape) -> None:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        _walk(inner, shape)
        _take(metadata, shape)
    elif origin in (Union, UnionType):
        for inner in get_args(annotation):
            if inner is not NoneType:
                _walk(inner, shape)
    elif origin in (list, tuple):
        shape.many = True
        _walk(get_args(annotation)[0], shape)
    elif origin is dict:
        shape.type = dict
    elif isinstance(annotation, type):
        shape.type = annotation


def _take(metadata: Any, shape: Shape) -> None:
    for mark in metadata:
        if isinstance(mark, FieldInfo):
            _take(mark.metadata, shape)
        elif isinstance(mark, StringConstraints):
            if mark.max_length:
                shape.limits["max_length"] = mark.max_length
            if mark.pattern:
                shape.pattern = _PATTERNS.get(str(mark.pattern), "other")
        else:
            for limit in ("ge", "le"):
                if (value := getattr(mark, limit, None)) is not None:
                    shape.limits[limit] = value
