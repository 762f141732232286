"""A person of the register, and what somebody knows of a person they look for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from jemput.core.codes import Sex
from jemput.core.dates import Birth
from jemput.core.spelling import words

if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property:
        """Worked out once, then an attribute: for people who are read by the million."""

        def __init__(self, work: Any) -> None:
            self.work, self.__doc__ = work, work.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self.name = name

        def __get__(self, one: Any, owner: type) -> Any:
            if one is None:
                return self
            value = one.__dict__[self.name] = self.work(one)
            return value


# Registers write these days when only the year is known.
DEFAULT_DAYS = frozenset({(1, 1), (7, 1), (12, 31)})
_FIELDS = (
    "nik", "family", "name", "sex", "birth", "birth_place", "mother", "father", "area", "rw", "rt",
    "address", "relation",
)  # fmt: skip
_UNIT = "\x1f"


@dataclass(frozen=True)
class Person:
    """One row of a register extract. Every field but the name may be empty; empty is never evidence."""

    name: str
    nik: str = ""
    family: str = ""
    sex: str = ""
    """ "female", "male" or empty (core.codes.Sex)."""
    birth: str = ""
    """ISO date, 00 for what is not known: 1950-00-00."""
    birth_place: str = ""
    mother: str = ""
    father: str = ""
    area: str = ""
    """Dotted code of the village, or of what is known (subdistrict)."""
    rw: str = ""
    rt: str = ""
    address: str = ""
    relation: str = ""
    """SIAK code of the relation to the head of the family; "1" is the head."""

    def packed(self) -> bytes:
        """The row as it is sealed."""
        texts = [self.__dict__[name] for name in _FIELDS]
        joined = _UNIT.join(texts)
        if joined.count(_UNIT) >= len(_FIELDS):
            joined = _UNIT.join(text.replace(_UNIT, " ") for text in texts)
        return joined.encode()

    @classmethod
    def unpacked(cls, data: bytes) -> Person:
        """The row from what was sealed."""
        person = cls.__new__(cls)  # past the checks of a frozen dataclass: this runs a million times
        person.__dict__.update(zip(_FIELDS, data.decode().split(_UNIT), strict=True))
        return person

    @cached_property
    def year(self) -> int:
        """Year of birth, 0 when unknown."""
        return int(self.birth[:4] or 0)

    @cached_property
    def born(self) -> date | None:
        """The birth date when it is known to the day."""
        if len(self.birth) != 10 or "-00" in self.birth:
            return None
        return date(int(self.birth[:4]), int(self.birth[5:7]), int(self.birth[8:]))

    @cached_property
    def default_day(self) -> bool:
        """Whether the day looks filled in for an unknown one (01-01, 01-07, 31-12)."""
        return self.birth[5:] in _DEFAULT_ENDS

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The name as it sounds."""
        return words(self.name)

    @cached_property
    def mother_words(self) -> tuple[str, ...]:
        """The mother's name as it sounds; empty when unknown."""
        return words(self.mother) if self.mother else ()

    @cached_property
    def father_words(self) -> tuple[str, ...]:
        """The father's name as it sounds; empty when unknown."""
        return words(self.father) if self.father else ()


_DEFAULT_ENDS = frozenset(f"-{month:02}-{day:02}"[1:] for month, day in DEFAULT_DAYS) | {"00-00"}


@dataclass(frozen=True)
class Query:
    """What is known of a person who is looked for. Build it with ``box.understood`` or by hand."""

    name: str = ""
    mother: str = ""
    father: str = ""
    nik: str = ""
    """Digits as given: 14 to 18 of them, for one may be wrong, missing or too many."""
    family: str = ""
    birth: Birth | None = None
    sex: Sex = Sex.UNKNOWN
    places: dict[str, float] = field(default_factory=dict)
    """Areas that may be meant, with how sure that is (0 to 1): villages, or whole subdistricts."""
    rw: str = ""
    rt: str = ""
    phone: str = ""
    ticket: str = ""
    typing: bool = False
    """The last word of the name may be half typed."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The name as it sounds."""
        return words(self.name) if self.name else ()

    @cached_property
    def mother_words(self) -> tuple[str, ...]:
        """The mother's name as it sounds."""
        return words(self.mother) if self.mother else ()

    @cached_property
    def father_words(self) -> tuple[str, ...]:
        """The father's name as it sounds."""
        return words(self.father) if self.father else ()

    @property
    def empty(self) -> bool:
        """Nothing to look up by."""
        return not (
            self.name or self.nik or self.family or self.mother or (self.places and (self.rt or self.birth))
        )
