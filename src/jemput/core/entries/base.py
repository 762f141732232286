"""What every kind of entry has in common: two parts, a version, an envelope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from jemput.core.codes import Duty
from jemput.core.text import _

JSON = dict[str, Any]

T = TypeVar("T")


class _ClearMark:
    """Marks a field that may stand outside the seal."""

    def __repr__(self) -> str:
        return "clear"


CLEAR = _ClearMark()
Clear = Annotated[T, CLEAR]
"""``Clear[X]``: this field stands in the clear part. Everything else is sealed."""


def _no_long_number(value: str) -> str:
    if re.search(r"\d(?:_?\d){7}", value):
        raise ValueError(_("Write the status only, without NIK or other numbers."))
    return value


Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Area = Annotated[
    str, StringConstraints(pattern=r"^[0-9][0-9](\.[0-9][0-9](\.[0-9][0-9](\.[0-9]{4}(\.[0-9]{3})?)?)?)?$")
]
Ticket = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{3,23}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
RawStatus = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9_]{0,59}$"),
    AfterValidator(_no_long_number),
]
"""A status as the centre wrote it; never long enough in digits to hide a NIK."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Digits16 = Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{6,16}$")]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Body(BaseModel):
    """What an entry says. A field is sealed unless declared ``Clear[...]``: safe by default."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )
    """An error may reach a log; what was typed may be a NIK."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[str]
    """What happened, for the timeline (message id)."""
    action: ClassVar[str]
    """What one does, for the button (message id)."""
    stream_type: ClassVar[str] = "case"

    def __init_subclass__(cls, kind: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if kind is not None:
            cls.kind = kind

    @classmethod
    def __pydantic_init_subclass__(cls, kind: str | None = None, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if kind is not None:
            if kind in KINDS:
                raise TypeError(f"kind {kind} is declared twice")
            KINDS[kind] = cls

    @classmethod
    def clear_fields(cls) -> frozenset[str]:
        """Names of the fields that stand outside the seal."""
        return frozenset(n for n, f in cls.model_fields.items() if CLEAR in f.metadata)

    def split(self) -> tuple[JSON, JSON]:
        """The clear and the sealed part, as JSON values; what is not said is left out."""
        data = self.model_dump(mode="json", exclude_none=True)
        clear = self.clear_fields()
        return (
            {k: v for k, v in data.items() if k in clear},
            {k: v for k, v in data.items() if k not in clear},
        )

    @classmethod
    def upcast(cls, version: int, clear: JSON, sealed: JSON | None) -> tuple[JSON, JSON | None]:
        """Bring parts written as ``version`` to today's shape. Kinds override it when they change.

        ``sealed`` is None where the person was forgotten.
        """
        return clear, sealed

    @classmethod
    def clear_view(cls, clear: Mapping[str, Any]) -> Self:
        """The entry without its seal: sealed fields are None, clear ones are validated."""
        names = cls.clear_fields()
        unknown = set(clear) - names
        if unknown:
            raise ValueError(f"not clear fields of {cls.kind}: {', '.join(sorted(unknown))}")
        values: dict[str, Any] = dict.fromkeys(cls.model_fields)
        for name, field in cls.model_fields.items():
            if name in clear:
                values[name] = _adapter(cls, name).validate_python(clear[name])
            elif name in names:
                values[name] = field.get_default(call_default_factory=True)
        return cast(Self, cls.model_construct(**values))


_ADAPTERS: dict[tuple[type[Body], str], TypeAdapter[Any]] = {}


def _adapter(cls: type[Body], name: str) -> TypeAdapter[Any]:
    key = (cls, name)
    if key not in _ADAPTERS:
        field = cls.model_fields[name]
        declared: Any = Annotated[field.annotation, *field.metadata]
        _ADAPTERS[key] = TypeAdapter(declared)
    return _ADAPTERS[key]


KINDS: dict[str, type[Body]] = {}
"""Every kind of entry by its name."""


class UnknownKind(ValueError):
    """An entry of a kind or version that this release does not know."""


def join(kind: str, version: int, clear: JSON, sealed: JSON | None) -> Body:
    """Read a body back from its two parts, upcasting old versions.

    ``sealed`` None (erased, or not unsealed) gives the clear view.
    Raises UnknownKind, or pydantic's ValidationError for parts that do not fit.
    """
    cls = KINDS.get(kind)
    if cls is None or version > cls.version:
        raise UnknownKind(f"{kind} version {version}")
    if version < cls.version:
        clear, sealed = cls.upcast(version, clear, sealed)
    if sealed is None:
        return cls.clear_view(clear)
    return cls.model_validate({**clear, **sealed})


class Entry(BaseModel):
    """One act in one stream: the envelope around a body.

    ``id`` is a UUIDv7 made where the act happened and is the idempotency key. ``occurred_at`` is the
    author's clock, ``received_at`` the server's; neither ever orders entries: ``seq`` does.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )

    id: UUID
    stream: UUID
    actor: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_:.-]{1,64}$")]
    duty: Duty | None
    occurred_at: datetime
    body: Body
    device: UUID | None = None
    device_seq: int | None = None
    received_at: datetime | None = None
    after: UUID | None = None
    seq: int | None = None

    @property
    def at(self) -> datetime:
        """The time that ages count from: the server's clock where known."""
        return self.received_at or self.occurred_at

    @property
    def kind(self) -> str:
        return self.body.kind
